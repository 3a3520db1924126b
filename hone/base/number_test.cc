#include "hone/base/number.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();

/// Integers of every size, as often small as large.
std::int64_t any_int64(Random& random) {
    return static_cast<std::int64_t>(random.next()) >> random.below(64);
}

std::optional<std::int64_t> scaled(std::string_view text, int digits) {
    const auto found = parse_scaled(text, digits);
    if (!found) return std::nullopt;
    return found->value;
}

TEST(Number, NarrowRefusesWhatDoesNotFit) {
    EXPECT_EQ(narrow<std::uint8_t>(255), 255);
    EXPECT_THROW(narrow<std::uint8_t>(256), Error);
    EXPECT_THROW(narrow<std::uint32_t>(-1), Error);
    EXPECT_THROW(narrow<std::int64_t>(std::numeric_limits<std::uint64_t>::max()), Error);
}

TEST(Number, CheckedArithmeticStopsAtTheRange) {
    EXPECT_EQ(checked_add(kLargest, kSmallest), -1);
    EXPECT_THROW(checked_add(kLargest, 1), Error);
    EXPECT_EQ(checked_mul(-3, 4), -12);
    EXPECT_THROW(checked_mul(kSmallest, -1), Error);
}

TEST(Number, MulDivFloorsWithoutOverflow) {
    EXPECT_EQ(mul_div_floor(7, 3, 2), 10);
    EXPECT_EQ(mul_div_floor(-7, 3, 2), -11);
    EXPECT_EQ(mul_div_floor(7, -3, 2), -11);
    EXPECT_EQ(mul_div_floor(-8, 3, 2), -12);
    EXPECT_EQ(mul_div_floor(kLargest, kLargest, kLargest), kLargest);
    EXPECT_EQ(mul_div_floor(kSmallest, kLargest, kLargest), kSmallest);
    EXPECT_THROW(mul_div_floor(1, 1, 0), Error);
    EXPECT_THROW(mul_div_floor(kLargest, 2, 1), Error);
}

TEST(Number, MulDivKeepsTheRestBelowTheDivisor) {
    Random random(testing::test_seed());
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t a = any_int64(random) / 2;
        const std::int64_t d = random.between(1, kLargest - 1);
        const std::int64_t b = random.between(-d, d);
        const Int128 rest = static_cast<Int128>(a) * b - static_cast<Int128>(mul_div_floor(a, b, d)) * d;
        EXPECT_TRUE(rest >= 0 && rest < d);
    }
}

TEST(Number, ParsesWholeIntegers) {
    EXPECT_EQ(parse_int64("0"), 0);
    EXPECT_EQ(parse_int64("+17"), 17);
    EXPECT_EQ(parse_int64("-9223372036854775808"), kSmallest);
    EXPECT_EQ(parse_int64("9223372036854775807"), kLargest);
    for (const char* bad : {"", "+", "-", "+-1", "-+1", "++1", " 1", "1 ", "1.0", "1e3", "0x1", "9223372036854775808"})
        EXPECT_EQ(parse_int64(bad), std::nullopt) << bad;
}

TEST(Number, IntegersReadBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t value = any_int64(random);
        std::string text;
        append_int64(text, value);
        EXPECT_EQ(parse_int64(text), value);
        EXPECT_EQ(scaled(text, 0), value);
    }
}

TEST(Number, ParsesWholeDoubles) {
    EXPECT_EQ(parse_double("1.5"), 1.5);
    EXPECT_EQ(parse_double("+1.5e3"), 1500.0);
    EXPECT_EQ(parse_double("-.5"), -0.5);
    EXPECT_EQ(parse_double("2."), 2.0);
    EXPECT_EQ(parse_double("5e-324"), 5e-324);
    for (const char* bad : {"", "+", "-", ".", "+-1", "nan", "-nan", "inf", "-inf", "infinity", "0x1p3", "1e", "1e400",
                            "1,5", " 1", "1 ", "1.5.2", "e5"})
        EXPECT_EQ(parse_double(bad), std::nullopt) << bad;
}

TEST(Number, DoublesReadBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 50'000; ++i) {
        const double value = i % 2 == 0 ? std::bit_cast<double>(random.next())
                                        : static_cast<double>(random.between(-1'000'000'000, 1'000'000'000)) / 1000;
        if (!std::isfinite(value)) continue;
        EXPECT_EQ(parse_double(shortest(value)), value) << shortest(value);
    }
}

TEST(Number, ShortestLooksPlain) {
    EXPECT_EQ(shortest(0.0), "0");
    EXPECT_EQ(shortest(-0.0), "0");
    EXPECT_EQ(shortest(3), "3");
    EXPECT_EQ(shortest(-0.1), "-0.1");
    EXPECT_EQ(shortest(1e15), "1000000000000000");
    EXPECT_EQ(shortest(1e16), "1e16");
    EXPECT_EQ(shortest(1e20), "1e20");
    EXPECT_EQ(shortest(-1.25e-7), "-1.25e-7");
    EXPECT_EQ(shortest(1e-5), "0.00001");
    EXPECT_EQ(shortest(1e100), "1e100");
    EXPECT_EQ(shortest(std::nan("")), "nan");
    EXPECT_EQ(shortest(HUGE_VAL), "inf");
    EXPECT_EQ(shortest(-HUGE_VAL), "-inf");
}

TEST(ParseScaled, ReadsExactly) {
    EXPECT_EQ(scaled("12.3", 2), 1230);
    EXPECT_EQ(scaled("-4", 3), -4000);
    EXPECT_EQ(scaled("+1.5e3", 0), 1500);
    EXPECT_EQ(scaled("1500e-3", 1), 15);
    EXPECT_EQ(scaled(".5", 1), 5);
    EXPECT_EQ(scaled("5.", 1), 50);
    EXPECT_EQ(scaled("0", 5), 0);
    EXPECT_EQ(scaled("-0.000", 5), 0);
    EXPECT_EQ(scaled("0e99999999999999999999", 5), 0);
    EXPECT_EQ(scaled("9223372036854775807", 0), kLargest);
    EXPECT_EQ(scaled("-9223372036854775808", 0), kSmallest);
    EXPECT_EQ(scaled("-9223372036854775.808", 3), kSmallest);
    EXPECT_EQ(scaled("123000", -3), 123);
}

TEST(ParseScaled, RoundsHalfToEven) {
    EXPECT_EQ(scaled("0.5", 0), 0);
    EXPECT_EQ(scaled("1.5", 0), 2);
    EXPECT_EQ(scaled("2.5", 0), 2);
    EXPECT_EQ(scaled("-2.5", 0), -2);
    EXPECT_EQ(scaled("2.50000000000000000000000000001", 0), 3);
    EXPECT_EQ(scaled("0.05", 0), 0);
    EXPECT_EQ(scaled("0.09", 1), 1);
    EXPECT_EQ(scaled("9.99", 1), 100);
    EXPECT_EQ(scaled("1e-99999999999999999999", 3), 0);
    EXPECT_TRUE(parse_scaled("0.05", 0)->rounded);
    EXPECT_TRUE(parse_scaled("1e-30", 0)->rounded);
    EXPECT_FALSE(parse_scaled("1.500", 1)->rounded);
    EXPECT_FALSE(parse_scaled("0.000", 1)->rounded);
}

TEST(ParseScaled, RefusesOtherTextAndRange) {
    for (const char* bad : {"",
                            "+",
                            "-",
                            ".",
                            "-.",
                            "+-1",
                            "1.2.3",
                            "1e",
                            "1e+",
                            "1e1.5",
                            "nan",
                            "inf",
                            " 1",
                            "1 ",
                            "1,5",
                            "0x1",
                            "9223372036854775808",
                            "-9223372036854775809",
                            "9223372036854775807.5",
                            "1e19",
                            "99999999999999999999",
                            "1e99999999999999999999",
                            "e5"})
        EXPECT_EQ(scaled(bad, 0), std::nullopt) << bad;
    EXPECT_EQ(scaled("9223372036854775808", 1), std::nullopt);
    EXPECT_EQ(scaled("18446744073709551616", 0), std::nullopt);
}

// The oracle: digits as one 128-bit integer over a power of ten, divided and rounded.
TEST(ParseScaled, AgreesWithInteger128) {
    Random random(testing::test_seed());
    for (int i = 0; i < 50'000; ++i) {
        const std::int64_t number = any_int64(random) / 10;
        const int decimals = static_cast<int>(random.below(19));
        const int digits = static_cast<int>(random.below(19));
        const int exponent = static_cast<int>(random.between(-6, 6));
        std::string text = decimal_text(number, decimals);
        if (exponent != 0) text += cat(random.below(2) == 0 ? 'e' : 'E', exponent);

        Int128 value = number;
        int shift = digits + exponent - decimals;
        bool is_huge = false;
        for (; shift > 0; --shift) {
            is_huge = is_huge || value > kLargest || value < kSmallest;
            if (!is_huge) value *= 10;
        }
        Int128 divisor = 1;
        for (; shift < 0; ++shift)
            divisor *= 10;
        Int128 quotient = value / divisor;
        const Int128 rest = value % divisor;
        const Int128 twice = rest < 0 ? -2 * rest : 2 * rest;
        if (twice > divisor || (twice == divisor && quotient % 2 != 0)) quotient += number < 0 ? -1 : 1;
        is_huge = is_huge || quotient > kLargest || quotient < kSmallest;

        const auto found = parse_scaled(text, digits);
        ASSERT_EQ(found.has_value(), !is_huge) << text << " with " << digits;
        if (!found) continue;
        EXPECT_TRUE(found->value == quotient) << text << " with " << digits;
        EXPECT_EQ(found->rounded, rest != 0) << text << " with " << digits;
    }
}

TEST(Number, DecimalTextReadsBack) {
    EXPECT_EQ(decimal_text(1205, 2), "12.05");
    EXPECT_EQ(decimal_text(-5, 3), "-0.005");
    EXPECT_EQ(decimal_text(1200, 2), "12");
    EXPECT_EQ(decimal_text(1200, 0), "1200");
    EXPECT_EQ(decimal_text(0, 4), "0");
    EXPECT_EQ(decimal_text(kSmallest, 18), "-9.223372036854775808");
    Random random(testing::test_seed());
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t value = any_int64(random);
        const int digits = static_cast<int>(random.below(25));
        EXPECT_EQ(scaled(decimal_text(value, digits), digits), value);
    }
}

TEST(Number, Round12KeepsTwelveDigits) {
    EXPECT_EQ(round12(0.1 + 0.2), 0.3);
    EXPECT_EQ(round12(123456789012.4), 123456789012.0);
    EXPECT_EQ(round12(-1.0000000000049), -1.0);
    EXPECT_EQ(round12(0), 0);
    EXPECT_EQ(round12(HUGE_VAL), HUGE_VAL);
    EXPECT_TRUE(std::isnan(round12(std::nan(""))));
    EXPECT_TRUE(std::isfinite(round12(std::numeric_limits<double>::max())));
    EXPECT_GE(round12(5e-324), 0);
    Random random(testing::test_seed());
    for (int i = 0; i < 10'000; ++i) {
        const double value = std::bit_cast<double>(random.next());
        if (!std::isfinite(value) || std::fabs(value) < 1e-300) continue;
        const double rounded = round12(value);
        EXPECT_EQ(round12(rounded), rounded);
        EXPECT_LE(std::fabs(rounded - value), std::fabs(value) * 5.0001e-12);
    }
}

TEST(Number, Log10RatioIsAccurateNearOne) {
    EXPECT_EQ(log10_ratio(1000, 1), 3);
    EXPECT_EQ(log10_ratio(1, 100), -2);
    EXPECT_EQ(log10_ratio(7, 7), 0);
    EXPECT_EQ(log10_ratio(2, 1), 0.301029995664);
    // log10(1 + x) = x / ln 10 for so small an x.
    EXPECT_EQ(log10_ratio(1'000'000'000'000'000'001, 1'000'000'000'000'000'000), 4.34294481903e-19);
    EXPECT_THROW(log10_ratio(0, 1), Error);
    EXPECT_THROW(log10_ratio(1, -1), Error);
}

TEST(Number, PowersAndRounding) {
    EXPECT_EQ(round_to_int64(power_of_ten(3)), 1000);
    EXPECT_EQ(round_to_int64(power(2, 0.5L) * 1000), 1414);
    EXPECT_THROW(power(0, 1), Error);
    EXPECT_EQ(round_to_int64(2.5L), 2);
    EXPECT_EQ(round_to_int64(-3.5L), -4);
    EXPECT_EQ(round_to_int64(0x1p63L - 1), kLargest);
    EXPECT_EQ(round_to_int64(-0x1p63L), kSmallest);
    EXPECT_THROW(round_to_int64(0x1p63L), Error);
    EXPECT_THROW(round_to_int64(std::nanl("")), Error);
}

TEST(Number, ParsesByteCounts) {
    EXPECT_EQ(parse_bytes("4096"), 4096U);
    EXPECT_EQ(parse_bytes("64MiB"), 64ULL << 20);
    EXPECT_EQ(parse_bytes("2GB"), 2'000'000'000U);
    EXPECT_EQ(parse_bytes("1.5KiB"), 1536U);
    EXPECT_EQ(parse_bytes("7B"), 7U);
    EXPECT_EQ(parse_bytes("0TiB"), 0U);
    EXPECT_EQ(parse_bytes("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    for (const char* bad :
         {"", "MiB", "-1", "-1.5MB", "1 MB", "1XB", "18446744073709551616", "99999999TiB", "1.2345MB", "1e3", "1MBB"})
        EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
}

TEST(Number, ParsesDurations) {
    EXPECT_EQ(parse_seconds("5m"), 300.0);
    EXPECT_EQ(parse_seconds("1.5s"), 1.5);
    EXPECT_EQ(parse_seconds("200ms"), 0.2);
    EXPECT_EQ(parse_seconds("2h"), 7200.0);
    EXPECT_EQ(parse_seconds("7d"), 604800.0);
    EXPECT_EQ(parse_seconds("30"), 30.0);
    for (const char* bad : {"", "s", "-1s", "1 s", "1w", "1e3s", "nan", "5mm"})
        EXPECT_EQ(parse_seconds(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace hone
