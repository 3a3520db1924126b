#include "hone/table/packed_texts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/table/packed_bytes.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

/// Texts of many kinds: few words, numbered ids, sentences, noise, empty ones between.
TextData any_texts(Random& random, std::size_t count) {
    TextData texts;
    const std::uint64_t kind = random.below(6);
    const std::uint64_t words = 1 + random.below(300);
    for (std::size_t i = 0; i < count; ++i) {
        std::string text;
        if (kind == 0) text = cat("word ", random.below(words));
        if (kind == 1 && i % words != 3) text = cat("ORDER-", 1'000'000 + i, "/B");
        if (kind == 2) text.assign(random.below(60), static_cast<char>('a' + random.below(26)));
        if (kind == 3)
            for (std::uint64_t k = random.below(20); k > 0; --k)
                text += static_cast<char>(random.next());
        if (kind == 4) text = std::string(100 + random.below(3), 'x');
        if (kind == 5 && random.below(9) == 0) text = cat(random.below(50));
        texts.push_back(text);
    }
    return texts;
}

std::string encoded(const PackedTexts& packed) {
    Encoder out;
    packed.encode(out);
    return out.take();
}

PackedTexts decoded(std::string_view bytes, std::size_t size) {
    Decoder in(bytes);
    PackedTexts packed = PackedTexts::decode(in, size);
    in.finish();
    return packed;
}

TextData part_of(const TextData& texts, std::size_t begin, std::size_t end) {
    TextData part;
    for (std::size_t i = begin; i < end; ++i)
        part.push_back(texts[i]);
    return part;
}

TEST(PackedTexts, FewWordsAreADictionary) {
    TextData texts;
    for (int i = 0; i < 10'000; ++i)
        texts.push_back(cat("state ", i * 7 % 50));
    const PackedTexts packed = PackedTexts::pack(texts);
    EXPECT_EQ(packed.in_words().substr(0, 17), "dictionary of 50,");
    EXPECT_LT(packed.memory_bytes(), 10'000u);
    EXPECT_EQ(packed.read(0, texts.size()), texts);
    EXPECT_EQ(decoded(encoded(packed), texts.size()).read(0, texts.size()), texts);
}

TEST(PackedTexts, NumbersInAFixedTextAreNumbers) {
    TextData texts;
    for (int i = 0; i < 20'000; ++i)
        texts.push_back(i % 500 == 0 ? "" : cat("SO-", 2'000'000 + i, "-EUR"));
    const PackedTexts packed = PackedTexts::pack(texts);
    EXPECT_EQ(packed.in_words().substr(0, 24), "numbers in a fixed text,");
    EXPECT_LT(packed.memory_bytes(), 2'000u);
    EXPECT_EQ(packed.read(0, texts.size()), texts);
    const std::string bytes = encoded(packed);
    EXPECT_EQ(decoded(bytes, texts.size()).read(0, texts.size()), texts);
    // A number with more digits than the form has.
    const std::size_t digits = bytes.size() - (8 + 4) - 1;
    ASSERT_EQ(bytes[digits], 5);
    std::string damaged = bytes;
    damaged[digits] = 2;
    EXPECT_THROW(decoded(damaged, texts.size()).read(0, texts.size()), Error);
    damaged[digits] = 19;
    EXPECT_THROW(decoded(damaged, texts.size()), Error);
    damaged[digits] = 0;
    EXPECT_THROW(decoded(damaged, texts.size()), Error);
}

TEST(PackedTexts, ManyDifferentOnesAreCompressed) {
    TextData texts;
    for (int i = 0; i < 20'000; ++i)
        texts.push_back(cat("customer asked for delivery ", i, " before monday the ", i % 31));
    const PackedTexts packed = PackedTexts::pack(texts);
    EXPECT_EQ(packed.in_words().substr(0, 16), "texts compressed");
    EXPECT_LT(packed.memory_bytes(), texts.bytes.size() / 3);
    EXPECT_EQ(packed.read(0, texts.size()), texts);
    EXPECT_EQ(decoded(encoded(packed), texts.size()).read(0, texts.size()), texts);
}

TEST(PackedTexts, LongTextsThatHardlyDifferStayWithinTheGrowthBelieved) {
    TextData texts;
    const std::string text(100'000, 'x');
    for (int i = 0; i < 600; ++i)
        texts.push_back(text);
    const PackedTexts packed = PackedTexts::pack(texts);
    const std::string bytes = encoded(packed);
    EXPECT_LE(texts.bytes.size() / PackedTexts::kMostGrowth, bytes.size());
    EXPECT_EQ(decoded(bytes, texts.size()).read(0, texts.size()), texts);
}

TEST(PackedTexts, AnyRangeOfRowsReadsBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 60 * testing::test_scale(); ++i) {
        constexpr std::size_t kSizes[] = {0, 1, 2, 5, 1023, 1024, 1025, 8191, 8192, 8193, 20'000};
        const TextData texts = any_texts(random, kSizes[random.below(std::size(kSizes))]);
        const PackedTexts packed = PackedTexts::pack(texts);
        const PackedTexts again = decoded(encoded(packed), texts.size());
        ASSERT_EQ(packed.size(), texts.size());
        ASSERT_EQ(packed.text_bytes(), texts.bytes.size());
        ASSERT_EQ(again.in_words(), packed.in_words());
        ASSERT_EQ(encoded(again), encoded(packed));
        for (int k = 0; k < 4; ++k) {
            const std::size_t begin = k == 0 ? 0 : random.below(texts.size() + 1);
            const std::size_t end = k == 0 ? texts.size() : begin + random.below(texts.size() - begin + 1);
            ASSERT_EQ(packed.read(begin, end), part_of(texts, begin, end));
            ASSERT_EQ(again.read(begin, end), part_of(texts, begin, end));
        }
        EXPECT_THROW(packed.read(0, texts.size() + 1), Error);
    }
}

TEST(PackedTexts, AreTheSameForAnyNumberOfThreads) {
    Random random(testing::test_seed());
    Pool pool(4);
    for (int i = 0; i < 6; ++i) {
        const TextData texts = any_texts(random, 50'000);
        const PackedTexts plain = PackedTexts::pack(texts);
        for (const unsigned threads : {1U, 2U, 4U}) {
            const Exec exec({.pool = &pool, .threads = threads}, Cancel());
            ASSERT_EQ(encoded(PackedTexts::pack(texts, exec)), encoded(plain));
            ASSERT_EQ(plain.read(0, texts.size(), exec), texts);
        }
    }
}

TEST(PackedTexts, DamagedBytesAreInputOrTexts) {
    Random random(testing::test_seed());
    int refused = 0;
    for (int i = 0; i < 1500 * testing::test_scale(); ++i) {
        const TextData texts = any_texts(random, random.below(300));
        std::string bytes = encoded(PackedTexts::pack(texts));
        for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
            bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
        if (random.below(10) == 0) bytes.resize(random.below(bytes.size()));
        try {
            const PackedTexts packed = decoded(bytes, texts.size());
            const TextData again = packed.read(0, texts.size());
            ASSERT_EQ(again.size(), texts.size());
            ASSERT_EQ(again.bytes.size(), packed.text_bytes());
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
            ++refused;
        }
    }
    EXPECT_GT(refused, 100);
}

TEST(PackedTexts, ClaimsOfHugeTextsAreRefused) {
    Encoder out;
    out.u8(0);
    out.u64(std::uint64_t{1} << 60);
    PackedIntegers::pack(std::vector<std::int64_t>{std::int64_t{1} << 60}).encode(out);
    out.u8(1);
    out.u64(std::uint64_t{1} << 60);
    out.text(squeezed(std::string(100'000, 'x') + std::string(1000, 'y')));
    EXPECT_THROW(decoded(out.bytes(), 1), Error);
}

TEST(PackedBytes, ReadBackOrStayAsTheyAre) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += cat("line ", i % 50);
    const std::string small = squeezed(text);
    ASSERT_FALSE(small.empty());
    std::string again(text.size(), '\0');
    unsqueeze(small, again);
    EXPECT_EQ(again, text);
    again.pop_back();
    EXPECT_THROW(unsqueeze(small, again), Error);
    again += "xy";
    EXPECT_THROW(unsqueeze(small, again), Error);
    EXPECT_THROW(unsqueeze(small.substr(0, small.size() / 2), again), Error);
    Random random(testing::test_seed());
    std::string noise;
    for (int i = 0; i < 1000; ++i)
        noise += static_cast<char>(random.next());
    EXPECT_EQ(squeezed(noise), "");
    EXPECT_EQ(squeezed("short"), "");
    EXPECT_EQ(squeezed(std::string(100'000'000 / 50, 'x')), "");
}

}  // namespace
}  // namespace hone
