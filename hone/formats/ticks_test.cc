#include "hone/formats/ticks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/formats/date_ticks.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Ticks = std::vector<std::pair<double, std::string>>;

std::string labels(const Ticks& ticks) {
    std::vector<std::string> out;
    for (const auto& tick : ticks)
        out.push_back(tick.second);
    return join(out, " | ");
}

void expect_sound(Scale scale, double low, double high, int most) {
    const Ticks ticks = nice_ticks(scale, low, high, most);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        ASSERT_GE(ticks[i].first, low);
        ASSERT_LE(ticks[i].first, high);
        if (i > 0) {
            ASSERT_GT(ticks[i].first, ticks[i - 1].first);
        }
        ASSERT_FALSE(ticks[i].second.empty());
        ASSERT_TRUE(seen.insert(ticks[i].second).second) << cat(low, ' ', high, ' ', most, ": ") << labels(ticks);
    }
    ASSERT_LE(ticks.size(), static_cast<std::size_t>(most)) << cat(low, ' ', high);
}

TEST(NiceTicks, AreSoundForAnyRange) {
    Random random(testing::test_seed());
    for (int i = 0; i < 20000 * testing::test_scale(); ++i) {
        const int most = static_cast<int>(random.between(1, 20));
        const double size = std::pow(10.0, static_cast<double>(random.between(-300, 300)) * random.unit());
        const double a = size * (random.unit() - 0.5);
        const double b = random.below(4) == 0 ? a * (1 + 1e-12 * random.unit()) : a + size * random.unit();
        expect_sound(Scale::Linear, std::min(a, b), std::max(a, b), most);
        const double first = std::fabs(a);
        const double second = first * std::pow(10.0, 300 * random.unit() * random.unit() * random.unit());
        if (first > 0 && std::isfinite(second)) expect_sound(Scale::Log, first, second, most);
        const double day = (random.unit() - 0.5) * std::pow(10.0, 8 * random.unit());
        expect_sound(Scale::Date, day, day + std::pow(10.0, 11 * random.unit() - 3), most);
        if (HasFatalFailure()) return;
    }
}

TEST(NiceTicks, AreSoundAtTheEdgesOfDoubles) {
    constexpr double kMost = std::numeric_limits<double>::max();
    constexpr double kLeast = std::numeric_limits<double>::denorm_min();
    for (const int most : {1, 2, 7, 100}) {
        expect_sound(Scale::Linear, -kMost, kMost, most);
        expect_sound(Scale::Linear, 0, kLeast, most);
        expect_sound(Scale::Linear, kMost, kMost, most);
        expect_sound(Scale::Linear, 1, std::nextafter(1, 2), most);
        expect_sound(Scale::Linear, 1e300, std::nextafter(1e300, kMost), most);
        expect_sound(Scale::Log, kLeast, kMost, most);
        expect_sound(Scale::Log, 1e-300, 1e300, most);
        expect_sound(Scale::Date, -kMost, kMost, most);
        expect_sound(Scale::Date, -3e8, 3e8, most);
    }
}

TEST(NiceTicks, AreWhatAPersonWouldChoose) {
    EXPECT_EQ(labels(nice_ticks(Scale::Linear, 0, 10, 6)), "0 | 2 | 4 | 6 | 8 | 10");
    EXPECT_EQ(labels(nice_ticks(Scale::Linear, -0.1, 0.3, 5)), "−0.1 | 0.0 | 0.1 | 0.2 | 0.3");
    EXPECT_EQ(labels(nice_ticks(Scale::Linear, 0, 120000, 4)), "0 | 50,000 | 100,000");
    EXPECT_EQ(labels(nice_ticks(Scale::Linear, 0, 3e7, 4)), "0 | 10×10⁶ | 20×10⁶ | 30×10⁶");
    EXPECT_EQ(labels(nice_ticks(Scale::Linear, 0, 4e-9, 5)), "0 | 1×10⁻⁹ | 2×10⁻⁹ | 3×10⁻⁹ | 4×10⁻⁹");
    EXPECT_EQ(labels(nice_ticks(Scale::Log, 0.001, 1e7, 11)),
              "10⁻³ | 0.01 | 0.1 | 1 | 10 | 100 | 1,000 | 10⁴ | 10⁵ | 10⁶ | 10⁷");
    EXPECT_EQ(labels(nice_ticks(Scale::Log, 1e8, 1.62e16, 5)), "10⁸ | 10¹⁰ | 10¹² | 10¹⁴ | 10¹⁶");
    EXPECT_EQ(labels(nice_ticks(Scale::Log, 1, 50, 6)), "1 | 2 | 5 | 10 | 20 | 50");
    EXPECT_EQ(labels(nice_ticks(Scale::Log, 2e6, 4e6, 5)), "2,000,000 | 2,500,000 | 3,000,000 | 3,500,000 | 4,000,000");
}

TEST(NiceTicks, AreDatesOfTheCalendar) {
    EXPECT_EQ(labels(nice_ticks(Scale::Date, 18262, 18991, 8)),
              "Jan 2020 | Apr 2020 | Jul 2020 | Oct 2020 | Jan 2021 | Apr 2021 | Jul 2021 | Oct 2021");
    EXPECT_EQ(labels(nice_ticks(Scale::Date, 0, 3653, 6)), "1970 | 1972 | 1974 | 1976 | 1978 | 1980");
    EXPECT_EQ(labels(nice_ticks(Scale::Date, 18262, 18266, 5)), "1 Jan | 2 Jan | 3 Jan | 4 Jan | 5 Jan");
    EXPECT_EQ(labels(nice_ticks(Scale::Date, 18290, 18324, 5)), "3 Feb | 10 Feb | 17 Feb | 24 Feb | 2 Mar")
        << "Mondays";
    EXPECT_EQ(labels(nice_ticks(Scale::Date, 18262, 18262.5, 5)), "00:00 | 03:00 | 06:00 | 09:00 | 12:00");
    EXPECT_EQ(labels(nice_ticks(Scale::Date, 18261, 18262, 3)), "31 Dec 2019 | 31 Dec 2019 12:00 | 1 Jan 2020");
}

TEST(NiceTicks, AreNoneWithoutAnAxis) {
    EXPECT_TRUE(nice_ticks(Scale::Linear, 1, 0, 5).empty());
    EXPECT_TRUE(nice_ticks(Scale::Linear, 0, std::nan(""), 5).empty());
    EXPECT_TRUE(nice_ticks(Scale::Log, 0, 1, 5).empty());
    EXPECT_TRUE(nice_ticks(Scale::Linear, 0, 1, 0).empty());
}

TEST(MinorTicks, FillDecades) {
    EXPECT_EQ(minor_ticks(Scale::Log, 1, 100, {1, 10, 100}).size(), 16U);
    EXPECT_EQ(minor_ticks(Scale::Log, 1, 1e20, {1, 1e10, 1e20}).size(), 18U);
    EXPECT_TRUE(minor_ticks(Scale::Linear, 1, 100, {1, 10}).empty());
}

TEST(NiceLimits, EncloseTheData) {
    EXPECT_EQ(nice_limits(Scale::Linear, 0.3, 17.2, 7), std::make_pair(0.0, 20.0));
    EXPECT_EQ(nice_limits(Scale::Log, 1.3e8, 1.2e16, 7), std::make_pair(1e8, 2e16));
    EXPECT_EQ(nice_limits(Scale::Date, 3, 5, 7), std::make_pair(3.0, 5.0));
    Random random(testing::test_seed());
    for (int i = 0; i < 5000; ++i) {
        const double low = std::pow(10.0, 600 * random.unit() - 305);
        const double high = low * (1 + std::pow(10.0, 20 * random.unit() - 10));
        if (!std::isfinite(high) || !(low < high)) continue;
        for (const Scale scale : {Scale::Linear, Scale::Log}) {
            const auto [least, greatest] = nice_limits(scale, low, high, 7);
            ASSERT_LE(least, low);
            ASSERT_GE(greatest, high);
            ASSERT_TRUE(std::isfinite(greatest) && (scale == Scale::Linear || least > 0));
        }
    }
}

TEST(CivilDate, GoesThereAndBack) {
    EXPECT_EQ(days_from_civil({1970, 1, 1}), 0);
    EXPECT_EQ(days_from_civil({2000, 2, 29}), 11016);
    for (std::int64_t day = -800000; day < 800000; day += 13)
        ASSERT_EQ(days_from_civil(civil_from_days(day)), day);
}

TEST(NumberLabel, ReadsWell) {
    for (const auto& [value, label] : std::vector<std::pair<double, std::string>>{{0, "0"},
                                                                                  {1, "1"},
                                                                                  {-2.8, "−2.8"},
                                                                                  {999, "999"},
                                                                                  {1000, "1,000"},
                                                                                  {28000, "28,000"},
                                                                                  {999999.5, "999,999.5"},
                                                                                  {1e6, "10⁶"},
                                                                                  {2.8e6, "2.8×10⁶"},
                                                                                  {0.001, "0.001"},
                                                                                  {0.00028, "2.8×10⁻⁴"},
                                                                                  {-1e-9, "−10⁻⁹"}})
        EXPECT_EQ(number_label(value), label);
}

}  // namespace
}  // namespace hone
