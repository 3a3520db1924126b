#include "hone/apps/invoice/sheet_rows.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/row_date.h"
#include "hone/apps/invoice/sample_numbers.h"

namespace hone::invoice {
namespace {

Line line_of(std::int64_t ordered, std::int64_t allocated, std::int64_t shipped, std::int64_t backordered) {
    Line line;
    line.ordered = known_count(ordered);
    line.allocated = known_count(allocated);
    line.shipped = known_count(shipped);
    line.backordered = known_count(backordered);
    return line;
}

std::string quantity(const Line& line, QuantityPolicy policy) {
    const std::optional<Decimal> found = sheet_quantity(line, policy);
    return found ? decimal_text(*found) : "unknown";
}

TEST(InvoiceSheet, QuantityPolicies) {
    const Line lines[] = {line_of(24, 0, 0, 24), line_of(12, 0, 0, 0), line_of(12, 5, 0, 0), line_of(12, 0, 7, 5)};
    const char* const mixed[] = {"24", "0", "5", "7"};
    const char* const shipped[] = {"0", "0", "0", "7"};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(quantity(lines[i], QuantityPolicy::ShippedElseOrdered), mixed[i]) << i;
        EXPECT_EQ(quantity(lines[i], QuantityPolicy::Shipped), shipped[i]) << i;
        EXPECT_EQ(quantity(lines[i], QuantityPolicy::Ordered), decimal_text(*lines[i].ordered.value)) << i;
    }
}

TEST(InvoiceSheet, UnknownQuantitiesAreNotZero) {
    Document document;
    document.lines.resize(3);
    document.lines[0].ordered.raw = "TBD";
    document.lines[1] = line_of(12, 0, 0, 0);
    document.lines[1].shipped.value.reset();
    document.lines[1].shipped.raw = "3q";
    document.lines[2] = line_of(12, 0, 0, 0);
    for (const ZeroRows zero : {ZeroRows::Drop, ZeroRows::Zero}) {
        const std::vector<SheetRow> rows = sheet_rows(document, {.quantity = {}, .zero_rows = zero});
        ASSERT_EQ(rows.size(), zero == ZeroRows::Drop ? 2U : 3U);
        EXPECT_EQ(rows[0][5], "");
        EXPECT_EQ(rows[1][5], "");
    }
}

TEST(InvoiceSheet, RowsOfKindB) {
    Document document = sample_goods('B', 3, 7);
    const std::vector<SheetRow> rows = sheet_rows(document, {});
    ASSERT_FALSE(rows.empty());
    const Line& first = document.lines[0];
    EXPECT_EQ(rows[0],
              (SheetRow{"1/13/2024", "Creative Co-Op", "CI004508467",
                        "DF5211 - UPC: 0" + *first.upc.value + " - " + *first.description.value, "$60.00", "39"}));
}

TEST(InvoiceSheet, RowsOfZeroAndPrices) {
    Document document;
    document.lines = {line_of(12, 0, 0, 0), line_of(12, 0, 7, 5)};
    document.lines[1].product_code = known<std::string>("9780000000019");
    document.lines[1].upc = known<std::string>("9780000000019");
    document.lines[1].description = known<std::string>("A Little Bear");
    document.lines[1].unit_price = known(Decimal{77'940});
    document.invoice_date.raw = "=1+1";
    const auto rows = [&](ZeroRows zero) {
        return sheet_rows(document, {.quantity = QuantityPolicy::ShippedElseOrdered, .zero_rows = zero});
    };
    EXPECT_EQ(rows(ZeroRows::Drop).size(), 1U);
    EXPECT_EQ(rows(ZeroRows::Drop).at(0), (SheetRow{"'=1+1", "", "", "9780000000019 - A Little Bear", "$7.79", "7"}));
    EXPECT_EQ(rows(ZeroRows::Blank).at(0)[5], "");
    EXPECT_EQ(rows(ZeroRows::Zero).at(0)[5], "0");
    EXPECT_EQ(usual_policy("acknowledgement"), QuantityPolicy::ShippedElseOrdered);
    EXPECT_EQ(usual_policy("invoice"), QuantityPolicy::Shipped);
    EXPECT_EQ(sheet_price(Decimal{77'950}), "$7.80");
    EXPECT_EQ(sheet_price(Decimal{10'000'000}), "$1000.00");
    EXPECT_EQ(sheet_price(Decimal{-50}), "-$0.01");
    EXPECT_EQ(sheet_price({}), "");
    EXPECT_EQ(sheet_text("-x"), "'-x");
    EXPECT_EQ(sheet_text("x-"), "x-");
}

TEST(InvoiceSheet, UpcThatStartsWithZeroGetsNoMore) {
    Document document;
    document.lines = {line_of(1, 0, 1, 0)};
    document.lines[0].upc = known<std::string>("012345678905");
    EXPECT_EQ(sheet_rows(document, {}).at(0)[3], "UPC: 012345678905");
}

std::string day(std::string_view text) {
    const std::optional<Day> found = parse_row_date(text);
    return found ? row_date_text(*found) : "nothing";
}

TEST(InvoiceRowDate, AcceptedInOrder) {
    EXPECT_EQ(day("45292"), "1/1/2024");
    EXPECT_EQ(day("2024-01-13"), "1/13/2024");
    EXPECT_EQ(day("1/13/2024"), "1/13/2024");
    EXPECT_EQ(day("01-03-2024"), "1/3/2024");
    EXPECT_EQ(day("2024/02/29"), "2/29/2024");
    EXPECT_EQ(day("13/1/2024"), "1/13/2024");
    EXPECT_EQ(day("20240113"), "1/13/2024");
    EXPECT_EQ(day("1/13/24"), "1/13/2024");
    EXPECT_EQ(day("1/13/70"), "1/13/1970");
    EXPECT_EQ(day("January 13, 2024"), "1/13/2024");
    EXPECT_EQ(day("13 Jan 2024"), "1/13/2024");
    EXPECT_EQ(day("13-Jan-24"), "1/13/2024");
    EXPECT_EQ(day("Sept. 3rd, 2024"), "9/3/2024");
    for (const char* text : {"", "0", "60001", "2023-02-29", "13-1-2024", "13/13/2024", "1/13", "20241301", "Janu 2024",
                             "1/2/202", "-", "a/b/c", "May 2024 x", "Mayx 3 2024"})
        EXPECT_EQ(day(text), "nothing") << text;
    EXPECT_EQ(day_number({1990, 1, 1}), 7305);
}

}  // namespace
}  // namespace hone::invoice
