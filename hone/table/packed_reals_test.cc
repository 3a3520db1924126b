#include "hone/table/packed_reals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Values = std::vector<double>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double from_bits(std::uint64_t bits) {
    return std::bit_cast<double>(bits);
}

bool are_same_bits(const Values& left, const Values& right) {
    return left.size() == right.size() &&
           (left.empty() || std::memcmp(left.data(), right.data(), left.size() * sizeof(double)) == 0);
}

/// Packs the values of one block, checks that their bits read back and says how they were kept.
RealBlock block_of(const Values& values, std::size_t* bytes = nullptr) {
    std::string out;
    append_real_block(out, values);
    Values again(values.size());
    Decoder in(out);
    read_real_block(in, again);
    in.finish();
    EXPECT_TRUE(are_same_bits(again, values));
    Decoder skipped(out);
    const RealBlock block = skip_real_block(skipped, values.size());
    skipped.finish();
    if (bytes != nullptr) *bytes = out.size();
    return block;
}

/// Doubles of many kinds: prices, sensor noise, float32, integers, any bits, specials between.
Values any_values(Random& random, std::size_t count) {
    constexpr double kPowers[] = {1, 10, 100, 1e3, 1e6, 1e9, 1e12, 1e14};
    const double specials[] = {-0.0,
                               kInfinity,
                               -kInfinity,
                               from_bits(0x7FF8000000000001),
                               from_bits(0xFFF0000000000123),
                               5e-324,
                               std::numeric_limits<double>::max(),
                               std::numeric_limits<double>::lowest()};
    Values values(count);
    const std::uint64_t kind = random.below(8);
    const double power = kPowers[random.below(std::size(kPowers))];
    const std::uint64_t rarity = random.below(2) == 0 ? 1'000'000 : 2 + random.below(60);
    double sum = 0;
    for (double& value : values) {
        if (kind == 0) value = static_cast<double>(random.between(-1'000'000, 1'000'000)) / power;
        if (kind == 1) value = random.unit() * power;
        if (kind == 2) value = static_cast<float>(random.unit() * 1000);
        if (kind == 3) value = static_cast<double>(random.between(0, 1 << 20));
        if (kind == 4) value = from_bits(random.next());
        if (kind == 5) value = (random.unit() - 0.5) * power;
        if (kind == 7) value = sum += static_cast<double>(random.between(-10'000, 10'000)) / power;
        if (kind == 6) value = random.below(10) == 0 ? 12.5 : 0.0;
        if (random.below(rarity) == 0) value = specials[random.below(std::size(specials))];
    }
    return values;
}

TEST(PackedReals, NumbersWithFewDecimalsAreScaledIntegers) {
    Random random(testing::test_seed());
    for (unsigned decimals = 0; decimals <= 9; ++decimals) {
        Values values(kPackedBlock);
        for (double& value : values)
            value = static_cast<double>(random.between(-99'999, 99'999)) / std::pow(10, decimals);
        std::replace(values.begin(), values.end(), -0.0, 1.0);
        std::size_t bytes = 0;
        const RealBlock block = block_of(values, &bytes);
        EXPECT_EQ(block.way, RealWay::Scaled);
        EXPECT_EQ(block.decimals, decimals);
        EXPECT_EQ(block.exceptions, 0u);
        EXPECT_LE(bytes, kPackedBlock * 18 / 8 + 16);
    }
}

TEST(PackedReals, RegularPatternsDoNotMislead) {
    for (const std::size_t period : {2, 4, 16, 32, 64}) {
        Values values(kPackedBlock);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<double>(i) / static_cast<double>(period);
        std::size_t bytes = 0;
        EXPECT_EQ(block_of(values, &bytes).way, RealWay::Scaled);
        EXPECT_LT(bytes, 1500u) << period;
    }
}

TEST(PackedReals, RareDecimalsAreFoundThoughNoSampleHasThem) {
    Values values(kPackedBlock);
    for (std::size_t i = 7; i < values.size(); i += 61)
        values[i] = static_cast<double>(i) / 100;
    const RealBlock block = block_of(values);
    EXPECT_EQ(block.way, RealWay::Scaled);
    EXPECT_EQ(block.decimals, 2u);
    EXPECT_EQ(block.exceptions, 0u);
}

TEST(PackedReals, WhatIsNoDecimalStandsBeside) {
    Values values(kPackedBlock);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<double>(i % 500) / 100;
    const double odd[] = {-0.0,    kInfinity, from_bits(0x7FF8000000000001), from_bits(0xFFF8000000000000),
                          1.0 / 3, 1e300};
    for (std::size_t i = 0; i < std::size(odd); ++i)
        values[i * 100 + 3] = odd[i];
    const RealBlock block = block_of(values);
    EXPECT_EQ(block.way, RealWay::Scaled);
    EXPECT_EQ(block.decimals, 2u);
    EXPECT_EQ(block.exceptions, std::size(odd));
}

TEST(PackedReals, SumsAndProductsOfDecimalsKeepTheirRoundingErrors) {
    Random random(testing::test_seed());
    Values sums(kPackedBlock);
    Values products(kPackedBlock);
    double sum = 0;
    for (std::size_t i = 0; i < kPackedBlock; ++i) {
        sums[i] = sum += static_cast<double>(random.between(-100'000, 100'000)) / 100;
        products[i] = static_cast<double>(random.between(1, 5'000)) / 10 *
                      (static_cast<double>(random.between(100, 9'999)) / 100);
    }
    std::size_t bytes = 0;
    EXPECT_EQ(block_of(sums, &bytes).way, RealWay::Near);
    EXPECT_LT(bytes, kPackedBlock * 32 / 8);
    EXPECT_EQ(block_of(products, &bytes).way, RealWay::Near);
    EXPECT_LT(bytes, kPackedBlock * 30 / 8);
}

TEST(PackedReals, OtherNumbersAreKeptAsBits) {
    Random random(testing::test_seed());
    Values singles(kPackedBlock);
    Values noise(kPackedBlock);
    Values either_sign(kPackedBlock);
    for (std::size_t i = 0; i < kPackedBlock; ++i) {
        singles[i] = static_cast<float>(1 + random.unit());
        noise[i] = 1 + random.unit();
        either_sign[i] = random.unit() - 0.5;
    }
    std::size_t bytes = 0;
    EXPECT_EQ(block_of(singles, &bytes).way, RealWay::Bits);
    EXPECT_LE(bytes, kPackedBlock * 23 / 8 + 16);
    EXPECT_EQ(block_of(noise, &bytes).way, RealWay::Bits);
    EXPECT_LE(bytes, kPackedBlock * 52 / 8 + 16);
    block_of(either_sign, &bytes);
    EXPECT_LE(bytes, kPackedBlock * 60 / 8);
}

TEST(PackedReals, AnyBlockReadsBackBitForBit) {
    Random random(testing::test_seed());
    for (int i = 0; i < 600 * testing::test_scale(); ++i) {
        block_of(any_values(random, 1 + random.below(kPackedBlock)));
        if (HasFailure()) return;
    }
    for (const double value : {0.0, -0.0, kInfinity, -kInfinity, from_bits(0xFFFFFFFFFFFFFFFF), 0.1, -2.5})
        for (const std::size_t count : {1, 2, 1024})
            block_of(Values(count, value));
}

TEST(PackedReals, AnyRangeOfRowsReadsBack) {
    Random random(testing::test_seed());
    for (const std::size_t size : {0, 1, 1023, 1024, 1025, 5000}) {
        const Values values = any_values(random, size);
        const PackedReals packed = PackedReals::pack(values);
        EXPECT_EQ(packed.size(), size);
        EXPECT_FALSE(packed.in_words().empty());
        for (int i = 0; i < 50; ++i) {
            const std::size_t begin = i == 0 ? 0 : random.below(size + 1);
            Values part(i == 0 ? size : random.below(size - begin + 1));
            packed.read(begin, part);
            const auto from = values.begin() + static_cast<std::ptrdiff_t>(begin);
            ASSERT_TRUE(are_same_bits(part, Values(from, from + static_cast<std::ptrdiff_t>(part.size()))));
        }
    }
}

TEST(PackedReals, AreTheSameForAnyNumberOfThreads) {
    Random random(testing::test_seed());
    Values values;
    while (values.size() < 200'000) {
        const Values more = any_values(random, 1 + random.below(20'000));
        values.insert(values.end(), more.begin(), more.end());
    }
    const auto encoded = [&](const Exec& exec) {
        Encoder out;
        PackedReals::pack(values, exec).encode(out);
        return out.take();
    };
    const std::string plain = encoded({});
    Pool pool(4);
    for (const unsigned threads : {1U, 2U, 4U})
        EXPECT_EQ(encoded(Exec({.pool = &pool, .threads = threads}, Cancel())), plain);
}

TEST(PackedReals, DamagedBytesAreInputOrValues) {
    Random random(testing::test_seed());
    int refused = 0;
    for (int i = 0; i < 2000 * testing::test_scale(); ++i) {
        const Values values = any_values(random, 1 + random.below(1500));
        Encoder out;
        PackedReals::pack(values).encode(out);
        std::string bytes = out.take();
        for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
            bytes[random.below(std::min<std::size_t>(bytes.size(), 40))] ^= static_cast<char>(1 << random.below(8));
        try {
            Decoder in(bytes);
            const PackedReals packed = PackedReals::decode(in, values.size());
            Values again(values.size());
            packed.read(0, again);
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
            ++refused;
        }
    }
    EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace hone
