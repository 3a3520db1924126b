#include "hone/table/numbered_texts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TextData texts_of(const std::vector<std::string>& values) {
    TextData texts;
    for (const std::string& value : values)
        texts.push_back(value);
    return texts;
}

/// The texts written again from their numbers.
TextData written(const NumberedTexts& found) {
    TextData texts;
    for (const std::int64_t number : found.numbers) {
        std::string text(number < 0 ? 0 : found.form.size(), '?');
        if (number >= 0) found.form.write(static_cast<std::uint64_t>(number), text.data());
        texts.push_back(text);
    }
    return texts;
}

TEST(NumberedTexts, AreWhatDiffersInDigitsAtOnePlace) {
    const TextData texts = texts_of({"SO-2024-000123/A", "", "SO-2024-000124/A", "SO-2024-010007/A"});
    const auto found = numbered(texts);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->form.before, "SO-2024-0");
    EXPECT_EQ(found->form.digits, 5u);
    EXPECT_EQ(found->form.after, "/A");
    EXPECT_EQ(found->numbers, (std::vector<std::int64_t>{123, -1, 124, 10'007}));
    EXPECT_EQ(written(*found), texts);
}

TEST(NumberedTexts, AreNotOtherTexts) {
    EXPECT_FALSE(numbered(TextData()));
    EXPECT_FALSE(numbered(texts_of({"", ""})));
    EXPECT_FALSE(numbered(texts_of({"a1", "a1"})));
    EXPECT_FALSE(numbered(texts_of({"a1", "b2"})));
    EXPECT_FALSE(numbered(texts_of({"a1", "a12"})));
    EXPECT_FALSE(numbered(texts_of({"a1 1", "a2 2"})));
    EXPECT_FALSE(numbered(texts_of({"a-1", "a+1"})));
    EXPECT_FALSE(numbered(texts_of({"1000000000000000000", "2000000000000000001"})));
}

TEST(NumberedTexts, ComeBackForAnyNumberOfDigits) {
    Random random(testing::test_seed());
    for (unsigned digits = 1; digits <= NumberedForm::kMostDigits; ++digits) {
        const NumberedForm form{std::string(random.below(4), 'x'), digits, std::string(random.below(4), 'y')};
        TextData texts;
        for (int i = 0; i < 300; ++i) {
            const std::uint64_t number = i == 0 ? 0 : i == 1 ? form.numbers() - 1 : random.below(form.numbers());
            std::string text(form.size(), '?');
            form.write(number, text.data());
            ASSERT_EQ(text.substr(form.before.size(), digits),
                      std::string(digits - std::to_string(number).size(), '0') + std::to_string(number));
            texts.push_back(text);
        }
        const auto found = numbered(texts);
        ASSERT_TRUE(found) << digits;
        EXPECT_EQ(found->form.digits, digits);
        EXPECT_EQ(written(*found), texts);
    }
}

}  // namespace
}  // namespace hone
