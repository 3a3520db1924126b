#include "hone/apps/invoice/page_turn.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/field_tally.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sample_examples.h"

namespace hone::invoice {
namespace {

/// The page as poppler shows it if its text runs another way: boxes turned, and for text that runs down or up the x of
/// the baseline.
DocumentPage lying(const DocumentPage& page, std::uint16_t degrees) {
    DocumentPage out = turned_page(page, degrees);
    for (std::size_t i = 0; i < page.words.size(); ++i) {
        const WordBox& word = page.words[i];
        WordBox& shown = out.words[i];
        if (degrees == 90) shown.baseline = page.height - word.baseline;
        if (degrees == 180) shown.baseline = page.height - word.baseline;
        if (degrees == 270) shown.baseline = word.baseline;
    }
    return out;
}

TEST(InvoiceTurn, ReadsTextThatRunsAnyWay) {
    for (const char kind : {'A', 'B', 'R', 'H', 'K', 'G'}) {
        const Sample sample = make_sample(kind, 24, 77, {});
        const std::vector<DocumentPage> upright = example_pages(sample);
        const Document expected = read_document(upright, vendor_profiles());
        for (const std::uint16_t degrees : {std::uint16_t{90}, std::uint16_t{180}, std::uint16_t{270}}) {
            SCOPED_TRACE(std::string(1, kind) + " " + std::to_string(degrees));
            std::vector<DocumentPage> pages;
            for (const DocumentPage& page : upright)
                pages.push_back(lying(page, degrees));
            EXPECT_EQ(turn_of_text(pages[0]), 360 - degrees);
            const Document read = read_document(pages, vendor_profiles());
            const FieldTally tally = FieldComparison().of(sample.truth, read);
            EXPECT_TRUE(tally.wrong.empty()) << tally.wrong.size() << " wrong, first " << tally.wrong.front();
            ASSERT_FALSE(read.lines.empty());
            const Place& there = read.lines[0].product_code.place;
            const Place& straight = expected.lines.at(0).product_code.place;
            if (degrees == 90) {
                EXPECT_NEAR(there.x1, upright[0].height - straight.y0, 0.1);
                EXPECT_NEAR(there.y0, straight.x0, 0.1);
            }
            if (degrees == 180) {
                EXPECT_NEAR(there.x0, upright[0].width - straight.x1, 0.1);
            }
        }
    }
}

TEST(InvoiceTurn, LeavesUprightPagesAlone) {
    const std::vector<DocumentPage> pages = example_pages(make_sample('A', 5, 7, {}));
    EXPECT_EQ(turn_of_text(pages[0]), 0);
    const UprightPages same = upright_pages(pages);
    EXPECT_EQ(same.pages[0], pages.data());
    EXPECT_TRUE(same.turned.empty());
    EXPECT_EQ(turned_page(turned_page(pages[0], 90), 270).words[3].x0, pages[0].words[3].x0);
    EXPECT_EQ(turn_of_text(DocumentPage()), 0);
}

}  // namespace
}  // namespace hone::invoice
