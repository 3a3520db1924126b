#include "hone/table/exact_real.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kMost = std::numeric_limits<double>::max();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();

double exact_sum(const std::vector<double>& values) {
    ExactReal sum;
    for (const double value : values)
        sum.add(value);
    return sum.rounded();
}

/// The oracle: counts how often each bit, from 2^-1074 up, was added.
class BitCounts {
public:
    void add(double value) {
        int exponent = 0;
        const double fraction = std::frexp(std::fabs(value), &exponent);
        auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
        const int least = exponent - 53 + 1074;
        for (int place = least; mantissa != 0; ++place, mantissa /= 2)
            if (mantissa % 2 != 0) counts_[static_cast<std::size_t>(place)] += value < 0 ? -1 : 1;
    }

    double rounded() {
        const bool is_negative = carry() < 0;
        if (is_negative) {
            for (std::int64_t& count : counts_)
                count = -count;
            carry();
        }
        std::size_t top = counts_.size();
        while (top > 0 && counts_[top - 1] == 0)
            --top;
        const double size = top == 0 ? 0 : rounded_below(top);
        return is_negative ? -size : size;
    }

private:
    /// Makes all counts but the highest 0 or 1; returns the highest.
    std::int64_t carry() {
        for (std::size_t i = 0; i + 1 < counts_.size(); ++i) {
            const std::int64_t bit = counts_[i] & 1;
            counts_[i + 1] += (counts_[i] - bit) / 2;
            counts_[i] = bit;
        }
        return counts_.back();
    }

    /// The 53 bits below `top`, rounded by what is below them.
    double rounded_below(std::size_t top) const {
        std::uint64_t mantissa = 0;
        std::size_t i = top;
        for (int bits = 0; bits < 53 && i > 0; ++bits)
            mantissa = mantissa * 2 + static_cast<std::uint64_t>(counts_[--i]);
        const bool is_half = i > 0 && counts_[i - 1] != 0;
        bool is_more = false;
        for (std::size_t k = 0; k + 1 < i; ++k)
            is_more = is_more || counts_[k] != 0;
        if (is_half && (is_more || mantissa % 2 != 0)) ++mantissa;
        return std::ldexp(static_cast<double>(mantissa), static_cast<int>(i) - 1074);
    }

    std::array<std::int64_t, 2200> counts_ = {};
};

double plain_sum(const std::vector<double>& values) {
    BitCounts sum;
    for (const double value : values)
        sum.add(value);
    return sum.rounded();
}

/// Doubles at which something changes.
std::vector<double> edges() {
    std::vector<double> values = {0, kLeast, 3 * kLeast, std::numeric_limits<double>::min(), 1, 0.1, 3, 0x1p53, kMost};
    for (const int exponent :
         {-1073, -1043, -1042, -1022, -1021, -53, -33, -32, -31, 31, 32, 52, 53, 54, 970, 971, 1023})
        values.push_back(std::ldexp(1.0, exponent));
    std::vector<double> all;
    for (const double value : values) {
        const double neighbours[] = {value, std::nextafter(value, 0), std::nextafter(value, kMost)};
        for (const double near : neighbours) {
            all.push_back(near);
            all.push_back(-near);
        }
    }
    return all;
}

TEST(ExactReal, IsZeroAtFirst) {
    EXPECT_EQ(ExactReal().rounded(), 0.0);
}

TEST(ExactReal, GivesEachValueBack) {
    Random random(testing::test_seed());
    std::vector<double> values = edges();
    for (int i = 0; i < 10'000; ++i)
        values.push_back(std::bit_cast<double>(random.next()));
    for (const double value : values) {
        if (std::isnan(value)) continue;
        ASSERT_EQ(exact_sum({value}), value);
    }
}

TEST(ExactReal, CancelsWithoutARest) {
    EXPECT_EQ(exact_sum({1, 1e100, 1, -1e100}), 2.0);
    EXPECT_EQ(exact_sum({kMost, kMost, kLeast, -kMost, -kMost}), kLeast);
    EXPECT_EQ(exact_sum({0.1, 0.2, -0.3}), 0x1p-55);
    EXPECT_EQ(exact_sum({-kLeast, 1, -1}), -kLeast);
    EXPECT_EQ(exact_sum({1e300, -1e300}), 0.0);
    EXPECT_FALSE(std::signbit(exact_sum({1e300, -1e300})));
}

TEST(ExactReal, RoundsOnceHalfToEven) {
    EXPECT_EQ(exact_sum({0x1p53, 1}), 0x1p53);
    EXPECT_EQ(exact_sum({0x1p53, 1, kLeast}), 0x1p53 + 2);
    EXPECT_EQ(exact_sum({0x1p53, 1, -kLeast}), 0x1p53);
    EXPECT_EQ(exact_sum({0x1p53 + 2, 1}), 0x1p53 + 4);
    EXPECT_EQ(exact_sum({-0x1p53, -1, -kLeast}), -0x1p53 - 2);
    EXPECT_EQ(exact_sum({0x1p53 - 1, 0.5}), 0x1p53);
    EXPECT_EQ(exact_sum(std::vector<double>(10, 0.1)), 1.0);
}

TEST(ExactReal, LeavesTheRangeOnlyInTheEnd) {
    EXPECT_EQ(exact_sum({kMost, kMost}), kInfinity);
    EXPECT_EQ(exact_sum({-kMost, -kMost}), -kInfinity);
    EXPECT_EQ(exact_sum({kMost, 0x1p969}), kMost);
    EXPECT_EQ(exact_sum({kMost, 0x1p970}), kInfinity);
    EXPECT_EQ(exact_sum({kMost, 0x1p970, -kLeast}), kMost);
    EXPECT_EQ(exact_sum({kMost, kMost, -kMost}), kMost);
}

TEST(ExactReal, InfinitiesAndNanAddAsUsual) {
    EXPECT_EQ(exact_sum({1, kInfinity, -kMost}), kInfinity);
    EXPECT_EQ(exact_sum({-kInfinity, kMost, kMost}), -kInfinity);
    EXPECT_TRUE(std::isnan(exact_sum({kInfinity, 1, -kInfinity})));
    EXPECT_TRUE(std::isnan(exact_sum({kNan, 1})));
    EXPECT_TRUE(std::isnan(exact_sum({kInfinity, -kNan})));
    ExactReal infinite;
    infinite.add(kInfinity);
    ExactReal sum;
    sum.add(1);
    sum.add(infinite);
    EXPECT_EQ(sum.rounded(), kInfinity);
    ExactReal negative;
    negative.add(-kInfinity);
    sum.add(negative);
    EXPECT_TRUE(std::isnan(sum.rounded()));
}

TEST(ExactReal, AgreesWithTheOracleForAllPairsOfEdges) {
    const std::vector<double> values = edges();
    for (const double a : values)
        for (const double b : values)
            // IEEE addition of two values rounds once too.
            ASSERT_EQ(exact_sum({a, b}), a + b) << a << ' ' << b;
}

TEST(ExactReal, AgreesWithTheOracleForEdges) {
    Random random(testing::test_seed());
    const std::vector<double> values = edges();
    for (int i = 0; i < 3'000 * testing::test_scale(); ++i) {
        std::vector<double> chosen(random.below(20));
        for (double& value : chosen)
            value = values[random.below(values.size())];
        ASSERT_EQ(exact_sum(chosen), plain_sum(chosen));
    }
}

TEST(ExactReal, AgreesWithTheOracleForRandomValues) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2'000 * testing::test_scale(); ++i) {
        std::vector<double> values(random.below(50));
        const std::int64_t range = random.between(0, 1000);
        for (double& value : values) {
            const int exponent = static_cast<int>(random.between(-range, range)) - 53;
            value = std::ldexp(static_cast<double>(random.between(-(1LL << 53), 1LL << 53)), exponent);
        }
        // Most of it cancels.
        for (std::size_t k = 0; k + 1 < values.size() / 2; ++k)
            values[values.size() - 1 - k] = -values[k];
        ASSERT_EQ(exact_sum(values), plain_sum(values));
    }
}

TEST(ExactReal, AgreesWithInteger128) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2'000 * testing::test_scale(); ++i) {
        ExactReal sum;
        Int128 expected = 0;
        for (std::uint64_t k = random.below(100); k > 0; --k) {
            const std::int64_t mantissa = random.between(-(1LL << 53), 1LL << 53);
            const auto shift = static_cast<int>(random.below(60));
            sum.add(std::ldexp(static_cast<double>(mantissa), shift));
            expected += static_cast<Int128>(mantissa) * (static_cast<Int128>(1) << shift);
        }
        ASSERT_EQ(sum.rounded(), static_cast<double>(expected));
    }
}

TEST(ExactReal, PartsAddUpInAnyOrder) {
    Random random(testing::test_seed());
    const std::vector<double> edge_values = edges();
    for (int i = 0; i < 500 * testing::test_scale(); ++i) {
        std::vector<double> values(random.below(60));
        for (double& value : values)
            value = random.below(2) == 0 ? edge_values[random.below(edge_values.size())] : random.unit() - 0.5;
        const double expected = exact_sum(values);
        for (std::size_t k = values.size(); k > 1; --k)
            std::swap(values[k - 1], values[random.below(k)]);
        std::array<ExactReal, 5> parts;
        for (const double value : values)
            parts[random.below(5)].add(value);
        ExactReal sum;
        for (const ExactReal& part : parts)
            sum.add(part);
        ASSERT_EQ(sum.rounded(), expected);
    }
}

TEST(ExactReal, DoublesItself) {
    ExactReal sum;
    sum.add(kMost);
    for (int i = 0; i < 50; ++i) {
        const ExactReal same = sum;
        sum.add(same);
    }
    EXPECT_EQ(sum.rounded(), kInfinity);
    for (int i = 0; i < 50; ++i)
        sum.add(kLeast);
    ExactReal less;
    less.add(-kMost);
    for (int i = 0; i < 50; ++i) {
        const ExactReal same = less;
        less.add(same);
    }
    sum.add(less);
    EXPECT_EQ(sum.rounded(), 50 * kLeast);
}

}  // namespace
}  // namespace hone
