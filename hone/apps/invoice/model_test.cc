#include "hone/apps/invoice/model.h"

#include <gtest/gtest.h>

namespace hone::invoice {
namespace {

std::string money(std::string_view text) {
    const std::optional<Decimal> value = parse_money(text);
    return value ? decimal_text(*value, 2) : "nothing";
}

TEST(InvoiceModel, ReadsMoney) {
    EXPECT_EQ(money("1,250.00"), "1250.00");
    EXPECT_EQ(money("$12.50"), "12.50");
    EXPECT_EQ(money("$ 12.50"), "12.50");
    EXPECT_EQ(money("12"), "12.00");
    EXPECT_EQ(money(".5"), "0.50");
    EXPECT_EQ(money("7.7945"), "7.7945");
    EXPECT_EQ(money("-3.10"), "-3.10");
    EXPECT_EQ(money("-$3.10"), "-3.10");
    EXPECT_EQ(money("(3.10)"), "-3.10");
    EXPECT_EQ(money("1,234,567.89"), "1234567.89");
    for (const char* text : {"", ".", "$", "-", "1,25.00", "1,2345", ",123", "1.2.3", "12a", "1.23456", "N/A", "--1",
                             "12,", "()", "1 234.00", "99999999999999999999"})
        EXPECT_EQ(money(text), "nothing") << text;
}

TEST(InvoiceModel, PrintsDecimals) {
    EXPECT_EQ(decimal_text(Decimal{125'000}), "12.5");
    EXPECT_EQ(decimal_text(Decimal{10'000'000}, 2), "1000.00");
    EXPECT_EQ(decimal_text(Decimal{0}), "0");
    EXPECT_EQ(decimal_text(Decimal{-5000}, 2), "-0.50");
    EXPECT_EQ(iso_text({2024, 1, 3}), "2024-01-03");
    EXPECT_EQ(status_name(Status::NoData), "no_data");
}

}  // namespace
}  // namespace hone::invoice
