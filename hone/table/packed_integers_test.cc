#include "hone/table/packed_integers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

using Values = std::vector<std::int64_t>;

Values unpacked(const PackedIntegers& packed) {
    Values values(packed.size());
    packed.read(0, values);
    return values;
}

/// Packs the values of one block, checks that they read back and says how they were kept.
IntegerBlock block_of(const Values& values, std::size_t* bytes = nullptr) {
    std::string out;
    append_integer_block(out, values);
    Values again(values.size());
    Decoder in(out);
    read_integer_block(in, again);
    in.finish();
    EXPECT_EQ(again, values);
    Decoder skipped(out);
    const IntegerBlock block = skip_integer_block(skipped, values.size());
    skipped.finish();
    if (bytes != nullptr) *bytes = out.size();
    return block;
}

/// Columns of many kinds, to be packed and read back.
Values any_values(Random& random, std::size_t count) {
    Values values(count);
    const std::uint64_t kind = random.below(8);
    const std::uint64_t shift = random.below(64);
    std::int64_t last = static_cast<std::int64_t>(random.next() >> random.below(64));
    for (std::int64_t& value : values) {
        const auto step = static_cast<std::int64_t>(random.next() >> shift);
        if (kind == 0) value = step;
        if (kind == 1)
            value = last = static_cast<std::int64_t>(static_cast<std::uint64_t>(last) + (random.next() >> shift));
        if (kind == 2) value = last = random.below(30) == 0 ? step : last;
        if (kind == 3) value = random.below(20) == 0 ? step : 7;
        if (kind == 4) value = static_cast<std::int64_t>(random.below(1000) * 86'400'000);
        if (kind == 5) value = random.below(2) == 0 ? kMin : kMax;
        if (kind == 6) value = last;
        if (kind == 7) value = static_cast<std::int64_t>(random.next());
    }
    return values;
}

TEST(PackedIntegers, AscendingNumbersAreKeptAsDifferences) {
    Values values(kPackedBlock);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = 4'000'000'000 + 3 * static_cast<std::int64_t>(i) + (i % 7 == 0 ? 1 : 0);
    std::size_t bytes = 0;
    EXPECT_EQ(block_of(values, &bytes).way, IntegerWay::Delta);
    EXPECT_LT(bytes, 500u);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::int64_t>(i) - 5;
    EXPECT_EQ(block_of(values, &bytes).width, 0u);
    EXPECT_LT(bytes, 10u);
}

TEST(PackedIntegers, ConstantsTakeAFewBytes) {
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, kMin, kMax}) {
        std::size_t bytes = 0;
        block_of(Values(kPackedBlock, value), &bytes);
        EXPECT_LE(bytes, 12u);
    }
}

TEST(PackedIntegers, RepeatedNumbersAreKeptAsRuns) {
    Random random(testing::test_seed());
    Values values;
    while (values.size() < kPackedBlock)
        values.resize(std::min<std::size_t>(kPackedBlock, values.size() + 30 + random.below(30)),
                      random.between(-1'000'000, 1'000'000));
    std::size_t bytes = 0;
    EXPECT_EQ(block_of(values, &bytes).way, IntegerWay::Runs);
    EXPECT_LT(bytes, 150u);
}

TEST(PackedIntegers, CommonDivisorsAreTakenOut) {
    Random random(testing::test_seed());
    Values values(kPackedBlock);
    for (std::int64_t& value : values)
        value = 1'577'836'800'000 + random.between(0, 364) * 86'400'000;
    std::size_t bytes = 0;
    const IntegerBlock block = block_of(values, &bytes);
    EXPECT_TRUE(block.is_divided);
    EXPECT_EQ(block.width, 9u);
    EXPECT_LT(bytes, 1200u);
    for (std::int64_t& value : values)
        value = random.below(2) == 0 ? kMin : kMax;
    EXPECT_TRUE(block_of(values, &bytes).is_divided);
    EXPECT_LT(bytes, 160u);
}

TEST(PackedIntegers, AnyBlockReadsBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 1000 * testing::test_scale(); ++i) {
        block_of(any_values(random, 1 + random.below(kPackedBlock)));
        if (HasFailure()) return;
    }
}

TEST(PackedIntegers, AnyRangeOfRowsReadsBack) {
    Random random(testing::test_seed());
    for (const std::size_t size : {0, 1, 2, 1023, 1024, 1025, 2048, 5000}) {
        const Values values = any_values(random, size);
        const PackedIntegers packed = PackedIntegers::pack(values);
        EXPECT_EQ(packed.size(), size);
        EXPECT_EQ(unpacked(packed), values);
        EXPECT_FALSE(packed.in_words().empty());
        for (int i = 0; i < 50; ++i) {
            const std::size_t begin = random.below(size + 1);
            Values part(random.below(size - begin + 1));
            packed.read(begin, part);
            ASSERT_TRUE(std::equal(part.begin(), part.end(), values.begin() + static_cast<std::ptrdiff_t>(begin)));
        }
        Values more(1);
        EXPECT_THROW(packed.read(size, more), Error);
    }
}

TEST(PackedIntegers, AreTheSameForAnyNumberOfThreads) {
    Random random(testing::test_seed());
    Values values;
    while (values.size() < 300'000) {
        const Values more = any_values(random, 1 + random.below(20'000));
        values.insert(values.end(), more.begin(), more.end());
    }
    const auto encoded = [&](const Exec& exec) {
        Encoder out;
        PackedIntegers::pack(values, exec).encode(out);
        return out.take();
    };
    const std::string plain = encoded({});
    Pool pool(4);
    for (const unsigned threads : {1U, 2U, 4U})
        EXPECT_EQ(encoded(Exec({.pool = &pool, .threads = threads}, Cancel())), plain);
    Decoder in(plain);
    EXPECT_EQ(unpacked(PackedIntegers::decode(in, values.size())), values);
}

TEST(PackedIntegers, DamagedBytesAreInputOrValues) {
    Random random(testing::test_seed());
    int refused = 0;
    for (int i = 0; i < 3000 * testing::test_scale(); ++i) {
        const Values values = any_values(random, 1 + random.below(1500));
        Encoder out;
        PackedIntegers::pack(values).encode(out);
        std::string bytes = out.take();
        for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
            bytes[random.below(std::min<std::size_t>(bytes.size(), 40))] ^= static_cast<char>(1 << random.below(8));
        if (random.below(10) == 0) bytes.resize(random.below(bytes.size()));
        try {
            Decoder in(bytes);
            const PackedIntegers packed = PackedIntegers::decode(in, values.size());
            ASSERT_EQ(unpacked(packed).size(), values.size());
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
            ++refused;
        }
    }
    EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace hone
