#include "hone/apps/invoice/draft_keywords.h"

#include <gtest/gtest.h>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

TEST(DraftKeywords, NamesOfFiles) {
    EXPECT_EQ(draft_slug("Müller & Söhne GmbH"), "muller-sohne-gmbh");
    EXPECT_EQ(draft_slug("  ACME   Ltd.  "), "acme-ltd");
    EXPECT_EQ(draft_slug("../../etc/passwd"), "etc-passwd");
    EXPECT_EQ(draft_slug("\xE6\xA0\xAA\xE5\xBC\x8F"), "\xE6\xA0\xAA\xE5\xBC\x8F");
    EXPECT_EQ(draft_slug("***"), "issuer");
    EXPECT_LE(draft_slug(std::string(500, 'x')).size(), 80U);
}

/// The same as a search for each keyword in each text.
TEST(DraftKeywords, TextsWithThem) {
    Random random(testing::test_seed());
    const auto word = [&](std::uint64_t most) {
        std::string text;
        for (std::uint64_t i = random.below(most); i > 0; --i)
            text += static_cast<char>('a' + random.below(2));
        return text;
    };
    for (int round = 0; round < 200 * testing::test_scale(); ++round) {
        std::vector<std::string> keywords, texts;
        for (int i = 0; i < 8; ++i) {
            keywords.push_back(word(8));
            texts.push_back(word(30));
        }
        const std::vector<std::string_view> views(texts.begin(), texts.end());
        const auto found = texts_with(keywords, views);
        for (std::size_t k = 0; k < keywords.size(); ++k) {
            std::vector<std::size_t> expected;
            for (std::size_t i = 0; i < texts.size(); ++i)
                if (!keywords[k].empty() && texts[i].find(keywords[k]) != std::string::npos) expected.push_back(i);
            EXPECT_EQ(found[k], expected) << keywords[k];
        }
    }
}

}  // namespace
}  // namespace hone::invoice
