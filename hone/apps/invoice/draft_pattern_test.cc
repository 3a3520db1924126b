#include "hone/apps/invoice/draft_pattern.h"

#include <gtest/gtest.h>

#include <array>

#include "hone/apps/invoice/draft_picks.h"
#include "hone/apps/invoice/pattern.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

TEST(DraftPattern, WordsAreEscaped) {
    EXPECT_EQ(words_pattern("Invoice  No."), "Invoice\\s+No\\.");
    EXPECT_EQ(words_pattern("a+b (c) [d] {e} ^$|?*\\"), R"(a\+b\s+\(c\)\s+\[d\]\s+\{e\}\s+\^\$\|\?\*\\)");
    EXPECT_EQ(words_pattern("Échéance #"), "Échéance\\s+#");
}

/// The pattern of any words matches them as a whole, and nothing that has one letter more.
TEST(DraftPattern, WordsFindThemselves) {
    Random random(testing::test_seed());
    const std::string_view letters = "aZ09.^$*+?{}[]()|\\/-#:'\" ";
    for (int round = 0; round < 300 * testing::test_scale(); ++round) {
        std::string words = "x";
        for (std::uint64_t i = random.below(12); i > 0; --i)
            words += letters[random.below(letters.size())];
        words += "é";
        const Pattern pattern("\\A" + words_pattern(words) + "\\Z");
        ASSERT_EQ(pattern.error(), "") << words;
        EXPECT_EQ(pattern.search(words).found.size(), 1U) << words;
        EXPECT_TRUE(pattern.search(words + "x").found.empty()) << words;
        EXPECT_TRUE(pattern.search("x" + words).found.empty()) << words;
    }
}

std::string group_of(DraftField field, std::vector<std::string> printed) {
    return value_pattern(field, printed);
}

TEST(DraftPattern, GroupsAreAsWideAsTheValues) {
    EXPECT_EQ(group_of(DraftField::Amount, {"1.234,56", "7,00"}), R"((\d[\d.]*,\d{2}))");
    EXPECT_EQ(group_of(DraftField::Amount, {"1,234.56"}), R"((\d[\d,]*\.\d{2}))");
    EXPECT_EQ(group_of(DraftField::Amount, {"12", "-1,234.56"}), R"(([-+]?\d[\d.,]*))");
    EXPECT_EQ(group_of(DraftField::Date, {"03.02.2024", "3.2.2024"}), R"((\d{1,2}\.\d{1,2}\.\d{4}))");
    EXPECT_EQ(group_of(DraftField::Date, {"3 mars 2024", "1er mai 2024"}),
              R"((\d{1,2}\w+\s+\w+\s+\d{4}|\d{1,2}\s+\w+\s+\d{4}))");
    EXPECT_EQ(group_of(DraftField::Vat, {"BE 0123.456.789"}), R"(([A-Z]{2}\s\d{4}\.\d{3}\.\d{3}))");
    EXPECT_EQ(group_of(DraftField::PartnerCoc, {"12345678"}), R"((\d+))");
    EXPECT_EQ(group_of(DraftField::InvoiceNumber, {"7/(a)"}), R"((\S*\d\S*))");
}

/// The group of random amounts, dates and numbers finds each of them whole.
TEST(DraftPattern, GroupsFindEachValue) {
    Random random(testing::test_seed());
    constexpr std::array kAmounts = std::to_array<const char*>(
        {"1.234,56", "12,00", "-3,50", "1 234,56", "0,99", "12,50-", "(7,00)", "1.234.567,89"});
    constexpr std::array kNumbers =
        std::to_array<const char*>({"A-17", "2024/001-A", "7", "INV.2024.1", "R_9", "00012"});
    for (int round = 0; round < 200 * testing::test_scale(); ++round) {
        const bool is_amount = random.below(2) == 0;
        std::vector<std::string> printed;
        for (std::uint64_t i = random.below(4) + 1; i > 0; --i)
            printed.emplace_back(is_amount ? kAmounts.at(random.below(kAmounts.size()))
                                           : kNumbers.at(random.below(kNumbers.size())));
        const std::string group = value_pattern(is_amount ? DraftField::Amount : DraftField::InvoiceNumber, printed);
        const Pattern pattern("X:\\s*" + group);
        ASSERT_EQ(pattern.error(), "") << group;
        for (const std::string& one : printed) {
            const std::string text = cat("X: ", one, "\n");
            const Matches found = pattern.search(text);
            ASSERT_EQ(found.found.size(), 1U) << group << " " << one;
            EXPECT_EQ(span_text(text, found.found[0].at(1)), one) << group;
        }
    }
}

std::string format_of(std::string_view printed, DateOrder order = DateOrder::MonthDayYear) {
    DraftStyle style;
    style.order = order;
    return date_format_of(printed, style).value_or("none");
}

TEST(DraftPicks, FormatsOfDates) {
    EXPECT_EQ(format_of("31.12.2024"), "%d.%m.%Y");
    EXPECT_EQ(format_of("01.02.24"), "%d.%m.%y");
    EXPECT_EQ(format_of("01/02/2024"), "%m/%d/%Y");
    EXPECT_EQ(format_of("01/02/2024", DateOrder::DayMonthYear), "%d/%m/%Y");
    EXPECT_EQ(format_of("13/02/2024"), "%d/%m/%Y");
    EXPECT_EQ(format_of("2024-02-13"), "%Y-%m-%d");
    EXPECT_EQ(format_of("24/02/13", DateOrder::YearMonthDay), "%y/%m/%d");
    EXPECT_EQ(format_of("3. März 2024"), "%d. %B %Y");
    EXPECT_EQ(format_of("3-Sep-21"), "%d-%b-%y");
    EXPECT_EQ(format_of("June 28, 2025"), "%B %d, %Y");
    EXPECT_EQ(format_of("1er mai 2023"), "none");
    EXPECT_TRUE(is_doubtful_date("02/03/2024"));
    EXPECT_FALSE(is_doubtful_date("03/03/2024"));
    EXPECT_FALSE(is_doubtful_date("02.03.2024"));
}

TEST(DraftPicks, StyleOfDocuments) {
    const auto style_of = [](std::string text) {
        DraftDocument document;
        document.text = std::move(text);
        document.scan = scan_draft(document.text);
        const std::array<const DraftDocument*, 1> documents = {&document};
        return draft_style(documents, std::nullopt);
    };
    const DraftStyle dollars = style_of("Acme\nDate: 02/03/2024\nTotal $1.50\n");
    EXPECT_TRUE(dollars.is_order_known && dollars.order == DateOrder::MonthDayYear && dollars.decimal == '.');
    const DraftStyle pounds = style_of("Acme\nDate: 02/03/2024\nTotal £1.50\n");
    EXPECT_TRUE(pounds.is_order_known && pounds.order == DateOrder::DayMonthYear);
    const DraftStyle nothing = style_of("Acme\nDate: 02/03/2024\nTotal 1.50\n");
    EXPECT_FALSE(nothing.is_order_known);
    const DraftStyle dutch = style_of("Acme\nFactuurdatum: 02-03-2024\nTotaal 1,50\n");
    EXPECT_TRUE(dutch.order == DateOrder::DayMonthYear && dutch.decimal == ',');
    EXPECT_EQ(dutch.languages, std::vector<std::string>{"nl"});
    const DraftStyle mixed = style_of("Acme\nDate: 13 août 2024\nTotal 1.50\n");
    EXPECT_EQ(mixed.languages, (std::vector<std::string>{"en", "fr"}));
}

}  // namespace
}  // namespace hone::invoice
