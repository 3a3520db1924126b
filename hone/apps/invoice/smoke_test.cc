#include <gtest/gtest.h>

#include "hone/apps/invoice/invoice.h"
#include "hone/apps/invoice/model.h"
#include "hone/formats/document_reader.h"

TEST(Invoice, Compiles) {
    EXPECT_EQ(hone::invoice::app().name, "invoice");
}
