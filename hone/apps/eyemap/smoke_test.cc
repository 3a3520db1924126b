#include <gtest/gtest.h>
#include "hone/apps/eyemap/eyemap.h"
#include "hone/apps/eyemap/map_svg.h"
TEST(Eyemap, Compiles) {
    EXPECT_EQ(hone::eyemap::app().name, "eyemap");
}
