#include "hone/table/exact_ratio.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "hone/base/random.h"
#include "hone/table/exact_moments.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

/// -1, 0 or 1 as a is less than, equal to or greater than b.
int compare(const Natural& a, const Natural& b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    for (std::size_t i = a.size(); i-- > 0;)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

Natural power_of_two(int exponent) {
    Natural out(static_cast<std::size_t>(exponent / 32), 0);
    out.push_back(std::uint32_t{1} << (exponent % 32));
    return out;
}

/// A finite double >= 0 times 2^1140 as a natural number.
Natural scaled(double value) {
    if (value == 0) return {};
    int exponent = 0;
    const auto mantissa = static_cast<std::uint64_t>(std::ldexp(std::frexp(value, &exponent), 53));
    return product(natural(mantissa), power_of_two(exponent - 53 + 1140));
}

/// True if `value` is the double nearest to numerator / divisor: exact arithmetic on the middles to its neighbours,
/// which knows nothing of quotients.
void expect_nearest(double value, const Natural& numerator, const Natural& divisor) {
    const double infinity = std::numeric_limits<double>::infinity();
    ASSERT_TRUE(std::isfinite(value));
    const Natural wanted = product(numerator, power_of_two(1141));  // as the sum of two neighbours
    const double above = std::nextafter(value, infinity);
    const int up = std::isfinite(above) ? compare(wanted, product(sum(scaled(value), scaled(above)), divisor)) : -1;
    const bool is_even = (std::bit_cast<std::uint64_t>(value) & 1U) == 0;
    EXPECT_TRUE(up < 0 || (up == 0 && is_even)) << value;
    if (value == 0) return;
    const double below = std::nextafter(value, 0);
    const int down = compare(wanted, product(sum(scaled(value), scaled(below)), divisor));
    EXPECT_TRUE(down > 0 || (down == 0 && is_even)) << value;
}

UInt128 random_wide(Random& random) {
    const UInt128 value = static_cast<UInt128>(random.next()) << 64 | random.next();
    return value >> random.below(128);
}

TEST(Natural, AgreesWithIntegersOf128Bits) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2000 * testing::test_scale(); ++i) {
        const UInt128 a = random_wide(random) >> 1;
        const UInt128 b = random_wide(random) >> 1;
        EXPECT_EQ(sum(natural(a), natural(b)), natural(a + b));
        EXPECT_EQ(difference(natural(a > b ? a : b), natural(a > b ? b : a)), natural(a > b ? a - b : b - a));
        const UInt128 c = a >> 64;
        const UInt128 d = b >> 64;
        EXPECT_EQ(product(natural(c), natural(d)), natural(c * d));
    }
    EXPECT_EQ(natural(0), Natural());
    EXPECT_EQ(product(natural(7), {}), Natural());
}

TEST(RoundedRatio, IsTheNearestDouble) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2000 * testing::test_scale(); ++i) {
        const UInt128 numerator = random_wide(random);
        const std::uint64_t divisor = (random.next() >> random.below(64)) | 1;
        const double value = rounded_ratio(numerator, 0, divisor);
        expect_nearest(value, natural(numerator), natural(divisor));
        EXPECT_EQ(rounded_ratio(natural(numerator), 0, {&divisor, 1}), value);
        const auto narrow_numerator = static_cast<Int128>(numerator >> 1);
        expect_nearest(rounded_ratio(narrow_numerator, divisor), natural(numerator >> 1), natural(divisor));
        EXPECT_EQ(rounded_ratio(-narrow_numerator, divisor), -rounded_ratio(narrow_numerator, divisor));
        const std::array<std::uint64_t, 3> divisors = {divisor, random.next() | 1, 10};
        const Natural all = product(product(natural(divisor), natural(divisors[1])), natural(10));
        expect_nearest(rounded_ratio(natural(numerator), 0, divisors), natural(numerator), all);
    }
}

TEST(RoundedRatio, RoundsTiesToEvenAndSubnormalsOnce) {
    const UInt128 one = std::uint64_t{1} << 53;
    EXPECT_EQ(rounded_ratio(one + 1, 0, 1), 0x1p53);
    EXPECT_EQ(rounded_ratio(one + 3, 0, 1), 0x1p53 + 4);
    EXPECT_EQ(rounded_ratio((one + 1) * 3 + 1, 0, 3), 0x1p53 + 2);
    const double least = std::numeric_limits<double>::denorm_min();
    EXPECT_EQ(rounded_ratio(UInt128{1}, -1074, 1), least);
    EXPECT_EQ(rounded_ratio(UInt128{1}, -1075, 1), 0);
    EXPECT_EQ(rounded_ratio(UInt128{3}, -1075, 1), 2 * least);
    EXPECT_EQ(rounded_ratio(UInt128{5}, -1075, 3), least);
    EXPECT_EQ(rounded_ratio(UInt128{1}, -1200, 1), 0);
    EXPECT_EQ(round_to_double(UInt128{1} << 127, false, -1074 - 128), 0);
    EXPECT_EQ(round_to_double(UInt128{1} << 127, true, -1074 - 128), least);
    EXPECT_EQ(rounded_ratio(one, 1000, 1), std::numeric_limits<double>::infinity());
}

TEST(RoundedRootOfRatio, IsTheNearestRoot) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2000 * testing::test_scale(); ++i) {
        const UInt128 numerator = random_wide(random);
        const std::uint64_t divisor = (random.next() >> random.below(64)) | 1;
        const int exponent = static_cast<int>(random.below(3)) - 1;
        const double root = rounded_root_of_ratio(natural(numerator), exponent, {&divisor, 1});
        if (numerator == 0) {
            EXPECT_EQ(root, 0);
            continue;
        }
        // The middles to the neighbours, squared, times the divisor lie around numerator * 2^exponent.
        const Natural wanted = product(natural(numerator), power_of_two(2 * 1141 + exponent));
        const Natural up = sum(scaled(root), scaled(std::nextafter(root, 1e300)));
        const Natural down = sum(scaled(root), scaled(std::nextafter(root, 0)));
        EXPECT_LT(compare(wanted, product(product(up, up), natural(divisor))), 1);
        EXPECT_GT(compare(wanted, product(product(down, down), natural(divisor))), -1);
    }
    const std::uint64_t four = 4;
    EXPECT_EQ(rounded_root_of_ratio(natural(9), 0, {&four, 1}), 1.5);
    EXPECT_EQ(rounded_root_of_ratio(natural(1), -2148, {}), std::numeric_limits<double>::denorm_min());
}

TEST(RoundedDecimalRatio, TakesLargeCountsAndScales) {
    EXPECT_EQ(rounded_decimal_ratio(Int128{15}, 2, 1), 0.75);
    EXPECT_EQ(rounded_decimal_ratio(Int128{-1}, 1, 18), -1e-18);
    EXPECT_EQ(rounded_decimal_ratio(-static_cast<Int128>(4'000'000'000) * 1'000'000'000'000'000'000, 4'000'000'000, 18),
              -1);
}

TEST(Moments, OfIntegersAndDoublesAgree) {
    Random random(testing::test_seed());
    for (int i = 0; i < 300 * testing::test_scale(); ++i) {
        ExactMoments reals;
        IntegerMoments integers;
        const int bits = static_cast<int>(random.below(53));
        const std::size_t count = 2 + random.below(30);
        for (std::size_t k = 0; k < count; ++k) {
            const std::int64_t value = random.between(-(std::int64_t{1} << bits), std::int64_t{1} << bits);
            reals.add(static_cast<double>(value));
            integers.add(value);
        }
        for (const Spread spread : {Spread::Sample, Spread::Population}) {
            EXPECT_EQ(reals.variance(spread), integers.variance(spread));
            EXPECT_EQ(reals.deviation(spread), integers.deviation(spread));
        }
    }
}

TEST(Moments, AreExact) {
    ExactMoments far;  // naive sums of squares give 0 or less
    for (const double value : {1e9 + 1, 1e9 + 2, 1e9 + 3})
        far.add(value);
    EXPECT_EQ(far.variance(Spread::Sample), 1);
    EXPECT_EQ(far.variance(Spread::Population), 2.0 / 3);
    ExactMoments wide;
    wide.add(1e308);
    wide.add(-1e308);
    EXPECT_EQ(wide.variance(Spread::Population), std::numeric_limits<double>::infinity());
    EXPECT_EQ(wide.deviation(Spread::Population), 1e308);
    ExactMoments tiny;
    tiny.add(std::numeric_limits<double>::denorm_min());
    tiny.add(-std::numeric_limits<double>::denorm_min());
    EXPECT_EQ(tiny.deviation(Spread::Population), std::numeric_limits<double>::denorm_min());
    ExactMoments mixed;
    mixed.add(std::numeric_limits<double>::max());
    mixed.add(std::numeric_limits<double>::denorm_min());
    EXPECT_EQ(mixed.deviation(Spread::Population), std::numeric_limits<double>::max() / 2);
    mixed.add(std::numeric_limits<double>::quiet_NaN());
    EXPECT_TRUE(std::isnan(mixed.deviation(Spread::Population)));
    IntegerMoments largest(18);
    for (int i = 0; i < 100; ++i) {
        largest.add(std::numeric_limits<std::int64_t>::max());
        largest.add(std::numeric_limits<std::int64_t>::min());
    }
    // The mean is -0.5 units, the deviation (2^64 - 1) / 2 units.
    EXPECT_EQ(largest.deviation(Spread::Population), 9.2233720368547758075);
}

}  // namespace
}  // namespace hone
