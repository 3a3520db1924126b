#include "hone/apps/invoice/page_split.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

DocumentPage text_page(std::string text) {
    DocumentPage page;
    page.layout = std::move(text);
    return page;
}

/// Signals from "number mark": "I1 1/2", "- 2/2", "I1 -", "O7 1/1"; I = invoice, O = order, C = credit note.
std::vector<PageSignals> signals_of(std::initializer_list<const char*> pages) {
    std::vector<PageSignals> out;
    for (const char* page : pages) {
        const std::vector<std::string> parts = split(page, ' ');
        PageSignals one;
        if (parts[0] != "-") {
            using Family = PageSignals::Family;
            one.family = parts[0][0] == 'I' ? Family::Invoice : parts[0][0] == 'O' ? Family::Order : Family::CreditNote;
            one.number = parts[0];
        }
        if (parts[1] != "-")
            one.mark =
                PageMark{static_cast<std::uint32_t>(parts[1][0] - '0'), static_cast<std::uint32_t>(parts[1][2] - '0')};
        out.push_back(std::move(one));
    }
    return out;
}

std::string ranges_text(const PageSplit& split) {
    std::string out;
    for (const PageRange& range : split.ranges)
        out += cat(out.empty() ? "" : " ", range.begin + 1, "-", range.end);
    return out;
}

std::string split_text(std::initializer_list<const char*> pages) {
    const PageSplit split = split_signals(signals_of(pages));
    return cat(ranges_text(split), split.doubts.empty() ? "" : " doubt: ", join(split.doubts, "; "));
}

TEST(InvoicePageSplit, TitlesInCapitals) {
    EXPECT_TRUE(page_signals(text_page("AUFTRAGSBESTÄTIGUNG\nKABEL KUNZ\n")).has_title);
    EXPECT_TRUE(page_signals(text_page("Auftragsbestätigung\n")).has_title);
}

TEST(InvoicePageSplit, ClearCases) {
    EXPECT_EQ(ranges_text(split_signals({})), "");
    EXPECT_EQ(split_text({"I1 1/2", "I1 2/2", "I2 1/1", "I3 1/3", "I3 2/3", "- 3/3"}), "1-2 3-3 4-6");
    EXPECT_EQ(split_text({"I1 -", "I1 -", "I2 -"}), "1-2 3-3");
    EXPECT_EQ(split_text({"- 1/2", "- 2/2", "- 1/1"}), "1-2 3-3");
    EXPECT_EQ(split_text({"I1 -", "- -", "- -"}), "1-3");
    EXPECT_EQ(split_text({"- -", "- -"}), "1-2");
    EXPECT_EQ(split_text({"O1 1/1", "I1 1/1"}), "1-1 2-2");
    const PageSplit split = split_signals(signals_of({"I1 1/1", "I2 1/1", "- 1/1"}));
    EXPECT_EQ(split.reasons, (std::vector<std::string>{"page 2: the number changes from I1 to I2",
                                                       "page 3: page 1 of 1 after page 1 of 1"}));
}

TEST(InvoicePageSplit, UnclearCasesStayTogetherAndSaySo) {
    EXPECT_EQ(split_text({"I1 1/1", "I1 1/1"}),
              "1-2 doubt: page 2: it is page 1 of 1 but has the number of the page before it, I1");
    EXPECT_EQ(split_text({"I1 1/2", "I2 2/2"}),
              "1-2 doubt: page 2: the number changes from I1 to I2 but it is page 2 of 2");
    EXPECT_EQ(split_text({"- 1/3", "- 1/2", "- 2/2"}), "1-3 doubt: page 2: it is page 1 of 2 after page 1 of 3");
    EXPECT_EQ(split_text({"- -", "- 1/1"}), "1-2 doubt: page 2: it is page 1 of 1 after a page without mark");
    EXPECT_EQ(split_text({"I1 -", "I2 -", "I1 -"}),
              "1-3 doubt: page 3: the number I1 comes back after another; all pages stay together");
    EXPECT_EQ(split_text({"I1 -", "- -", "I2 -"}),
              "1-2 3-3 doubt: page 2: it has neither number nor page mark and stays with the pages before it");
    EXPECT_EQ(split_text({"I1 -", "O7 -"}),
              "1-2 doubt: page 2: its number is of another kind than that of the pages before it");
    EXPECT_EQ(split_text({"I1 1/3", "I1 2/3", "I2 1/1"}), "1-2 3-3 doubt: pages 1 to 2: only 2 of 3 pages");
}

TEST(InvoicePageSplit, SignalsOfText) {
    using Family = PageSignals::Family;
    PageSignals one = page_signals(text_page("ACME   Invoice No: ab-12   Page 2 of 3\nOrder No. 777\nDate 1/2/2024\n"));
    EXPECT_EQ(one.family, Family::Invoice);
    EXPECT_EQ(one.number, "AB-12");
    ASSERT_TRUE(one.mark);
    EXPECT_EQ(one.mark->number, 2U);
    EXPECT_EQ(one.mark->count, 3U);
    EXPECT_EQ(page_signals(text_page("Invoice # 1234")).number, "1234");
    EXPECT_EQ(page_signals(text_page("Invoice #1234")).number, "1234");
    EXPECT_EQ(page_signals(text_page("Rechnungsnummer: R2024-7")).number, "R2024-7");
    EXPECT_EQ(page_signals(text_page("CREDIT NOTE NO: C100 for Invoice No: I100")).family, Family::CreditNote);
    for (const char* none :
         {"Invoice Date: 1/2/2024", "your invoice 1234 is due", "Invoice No: 12", "Invoice No: pending",
          "Order: 1/2/2024", "Invoice No: I100\nInvoice No: I200", "Invoice No:", "Page 0 of 3", "Page 4 of 3"})
        EXPECT_TRUE(page_signals(text_page(none)).number.empty() && !page_signals(text_page(none)).mark) << none;
}

/// A page that shows neither number nor mark, but begins like a document, is not merged silently.
TEST(InvoicePageSplit, PagesThatMayBeDocumentsAreTold) {
    const auto told = [](const char* first, const char* second) {
        const PageSignals signals[] = {page_signals(text_page(first)), page_signals(text_page(second))};
        const PageSplit split = split_signals(signals);
        return cat(ranges_text(split), " ", join(split.doubts, "; "));
    };
    const char* const first = "ACME Ltd\nInvoice No: INV-1\nInvoice Date: 2025-01-13\n";
    constexpr std::string_view kRest =
        ", but neither number nor page mark; it may be another document and stays with the pages before it";
    EXPECT_EQ(told(first, "Other Ltd\n INVOICE \nfor goods\n"), cat("1-2 page 2: it has a title", kRest));
    EXPECT_EQ(told(first, "Other Ltd\nInvoice Date: 2025-02-13\n"),
              cat("1-2 page 2: it has another invoice date, 2025-02-13", kRest));
    EXPECT_EQ(told(first, "Rechnungsdatum: 3. Mai 2025 bis auf weiteres\n"),
              cat("1-2 page 2: it has another invoice date, 3. Mai 2025", kRest));
    for (const char* more : {"ACME Ltd\nInvoice Date: 2025-01-13\ngoods", "terms of our invoice",
                             "Invoice date:", "Invoice continued", "", "Your order confirmation"})
        EXPECT_EQ(told(first, more), "1-2 ") << more;
    EXPECT_EQ(told("ACME Ltd\nINVOICE\n", "ACME Ltd\nINVOICE\n"), "1-2 ") << "the numbers of both are not seen";
}

/// Files put together from generated documents come apart where they were joined.
TEST(InvoicePageSplit, JoinedSamplesComeApart) {
    Random random(testing::test_seed());
    for (int round = 0; round < 5 * testing::test_scale(); ++round) {
        std::vector<DocumentPage> pages;
        std::vector<PageRange> expected;
        for (int i = 0; i < 4; ++i) {
            const Sample sample =
                make_sample(random.below(2) == 0 ? 'A' : 'B', 1 + random.below(50), random.next() >> 1, {});
            const std::size_t begin = pages.size();
            for (DocumentPage& page : example_pages(sample)) {
                page.number = static_cast<std::uint32_t>(pages.size() + 1);
                pages.push_back(std::move(page));
            }
            expected.push_back({begin, pages.size()});
        }
        const PageSplit split = split_pages(pages);
        EXPECT_EQ(split.ranges, expected);
        EXPECT_TRUE(split.doubts.empty()) << join(split.doubts, "\n");
        EXPECT_EQ(split.reasons.size(), 3U);
    }
}

TEST(InvoicePageSplit, EveryKindOfSampleIsOneDocument) {
    for (const char kind : {'A', 'B', 'R', 'H', 'K', 'G'}) {
        const std::vector<DocumentPage> pages = example_pages(make_sample(kind, 120, 5, {}));
        const PageSplit split = split_pages(pages);
        EXPECT_EQ(split.ranges, (std::vector<PageRange>{{0, pages.size()}})) << kind;
        EXPECT_TRUE(split.doubts.empty()) << kind << join(split.doubts, "\n");
    }
}

/// Whatever the signals are, the ranges cover all pages one after the other.
TEST(InvoicePageSplit, RangesCoverAllPages) {
    Random random(testing::test_seed());
    for (int round = 0; round < 300 * testing::test_scale(); ++round) {
        std::vector<PageSignals> signals(1 + random.below(8));
        for (PageSignals& one : signals) {
            one.family = static_cast<PageSignals::Family>(random.below(4));
            if (one.family != PageSignals::Family::None) one.number = cat("N", random.below(3));
            if (random.below(2) == 0) one.mark = PageMark{1 + static_cast<std::uint32_t>(random.below(2)), 2};
        }
        const PageSplit split = split_signals(signals);
        std::size_t next = 0;
        for (const PageRange& range : split.ranges) {
            EXPECT_EQ(range.begin, next);
            EXPECT_LT(range.begin, range.end);
            next = range.end;
        }
        EXPECT_EQ(next, signals.size());
        EXPECT_EQ(split.reasons.size() + 1, split.ranges.size());
    }
}

}  // namespace
}  // namespace hone::invoice
