#include "hone/apps/eyemap/scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

const std::vector<double> kExample = {4, 7, 9, 15, 22, 31, 48, 90, 160, 500};
constexpr ScaleMethod kMethods[] = {ScaleMethod::Linear, ScaleMethod::Quantile, ScaleMethod::Log, ScaleMethod::Paper};

void expect_cuts(const Scale& scale, const std::array<double, 6>& cuts, double tolerance = 0) {
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_NEAR(scale.cuts[i], cuts[i], tolerance) << i;
}

/// The classes of "linear" by whole numbers of 128 bits.
int plain_linear_bin(std::int64_t low, std::int64_t high, std::int64_t value) {
    for (int k = 0; k < 4; ++k)
        if (Int128{5} * (Int128{value} - low) <= Int128{k + 1} * (Int128{high} - low)) return k;
    return 4;
}

void shuffle(Random& random, std::vector<double>& values) {
    for (std::size_t i = values.size(); i > 1; --i)
        std::swap(values[i - 1], values[random.below(i)]);
}

TEST(Scale, LinearClassesAreClosedAbove) {
    const Scale scale = range_scale(10, 110);
    const std::pair<double, int> cases[] = {{10, 0}, {30, 0}, {31, 1}, {50, 1},  {51, 2},  {70, 2},
                                            {71, 3}, {90, 3}, {91, 4}, {110, 4}, {500, 4}, {3, 0}};
    for (const auto& [value, bin] : cases)
        EXPECT_EQ(scale.bin(value), bin) << value;
}

TEST(Scale, CutsOfTheMethods) {
    const Scale linear = base_scale(kExample, ScaleMethod::Linear);
    expect_cuts(linear, {4, 103.2, 202.4, 301.6, 400.8, 500}, 1e-12);
    const std::array<std::string, 6> labels = {"4", "103", "202", "302", "401", "500"};
    EXPECT_EQ(scale_labels(linear, true), labels);
    const Scale quantiles = base_scale(kExample, ScaleMethod::Quantile);
    expect_cuts(quantiles, {4, 8.6, 19.2, 37.8, 104, 500}, 1e-12);
    expect_cuts(base_scale(kExample, ScaleMethod::Log), {4, 10.506, 27.595, 72.478, 190.365, 500}, 5e-4);
    EXPECT_EQ(quantiles.bin(9), 1);
    EXPECT_EQ(linear.bin(9), 0);
}

TEST(Scale, LogarithmsAreTheSameEverywhere) {
    for (const double cut : base_scale(kExample, ScaleMethod::Log).cuts)
        EXPECT_EQ(cut, round12(cut));
}

TEST(Scale, LayersOfTheWorkedExample) {
    const Scale scale = layer_scale({5, 201, 40, 1}, ScaleMethod::Linear, false);
    const std::pair<double, int> cases[] = {{5, 0},   {40, 0},  {41, 0},  {79, 1}, {81, 1},
                                            {120, 2}, {160, 3}, {200, 4}, {201, 4}};
    for (const auto& [value, bin] : cases)
        EXPECT_EQ(scale.bin(value), bin) << value;
}

TEST(Scale, WholeNumbersFallIntoTheClassOfExactArithmetic) {
    Random random(testing::test_seed());
    for (int i = 0; i < 200'000; ++i) {
        const int bits = 1 + static_cast<int>(random.below(53));
        const std::int64_t most = std::int64_t{1} << bits;
        const std::int64_t low = random.between(0, most - 1);
        const std::int64_t high = random.between(low + 1, most);
        const Scale scale = range_scale(static_cast<double>(low), static_cast<double>(high));
        // At and beside each cut, where rounding would show.
        const std::int64_t near_cut = low + mul_div_floor(high - low, random.between(0, 5), 5) + random.between(-1, 1);
        const std::int64_t value = std::clamp(near_cut, std::int64_t{0}, most);
        ASSERT_EQ(scale.bin(static_cast<double>(value)), plain_linear_bin(low, high, value))
            << low << " " << high << " " << value;
    }
}

TEST(Scale, OrderOfValuesNeverMatters) {
    Random random(testing::test_seed());
    for (int round = 0; round < 100; ++round) {
        std::vector<double> values;
        for (std::uint64_t left = random.below(40); left > 0; --left)
            values.push_back(static_cast<double>(random.below(1000)));
        for (const ScaleMethod method : kMethods) {
            std::vector<double> other = values;
            shuffle(random, other);
            EXPECT_EQ(base_scale(values, method), base_scale(other, method));
        }
    }
}

TEST(Scale, ClassesRiseWithTheValueAndFollowThePrintedCuts) {
    Random random(testing::test_seed());
    for (int round = 0; round < 300; ++round) {
        std::vector<double> values;
        for (std::uint64_t left = 1 + random.below(60); left > 0; --left)
            values.push_back(random.unit() * 50 + 0.001);
        for (const ScaleMethod method : kMethods) {
            const Scale scale = base_scale(values, method);
            ASSERT_TRUE(std::is_sorted(scale.cuts.begin(), scale.cuts.end()));
            int last = 0;
            double last_share = 0;
            for (double value = -1; value < 60; value += 0.37) {
                const int bin = scale.bin(value);
                ASSERT_GE(bin, last);
                ASSERT_LE(bin, 4);
                ASSERT_GE(scale.share(value), last_share);
                last = bin;
                last_share = scale.share(value);
                if (scale.classes > 0) continue;
                const auto at = static_cast<std::size_t>(bin);
                EXPECT_TRUE(value <= scale.cuts[0] || value >= scale.cuts[at] - 1e-9);
                EXPECT_TRUE(value >= scale.cuts[5] || value <= scale.cuts[at + 1] + 1e-9);
            }
            ASSERT_LE(last_share, 1);
        }
    }
}

TEST(Scale, ConstantValuesAreInTheMiddle) {
    for (const ScaleMethod method : {ScaleMethod::Linear, ScaleMethod::Quantile, ScaleMethod::Log})
        for (const double value : {7.0, 0.001, 1e6, 0x1p53}) {
            const Scale scale = base_scale({value, value}, method);
            EXPECT_TRUE(scale.is_degenerate);
            EXPECT_EQ(scale.bin(value), 2) << value;
            EXPECT_EQ(layer_scale({value}, method, false).bin(value), 0);
            EXPECT_EQ(layer_scale({value}, method, true).bin(value), 2);
        }
    const Scale seven = base_scale({7, 7}, ScaleMethod::Linear);
    EXPECT_EQ(seven.cuts.front(), 6.9);
    EXPECT_EQ(seven.cuts.back(), 7.1);
    EXPECT_EQ(layer_scale({7, 7}, ScaleMethod::Linear, false).cuts, (std::array<double, 6>{7, 7, 7, 7, 7, 7}));
    EXPECT_EQ(range_scale(7, 7).bin(7), 2);
}

TEST(Scale, WithoutValuesIsSixZeros) {
    for (const ScaleMethod method : kMethods) {
        const Scale scale = base_scale({0, 0}, method);
        EXPECT_TRUE(scale.is_empty);
        EXPECT_EQ(scale.cuts, (std::array<double, 6>{}));
    }
    EXPECT_TRUE(difference_scale({}).is_empty);
}

TEST(Scale, PaperHasOneClassPerWholeNumberBelowFive) {
    const Scale four = base_scale({1, 2, 3, 4}, ScaleMethod::Paper);  // 98 % lies at 3.94
    EXPECT_EQ(four.classes, 3);
    expect_cuts(four, {0, 0.6, 1.2, 1.8, 2.4, 3}, 1e-12);
    EXPECT_EQ(four.bin(1), 0);
    EXPECT_EQ(four.bin(2), 2);
    EXPECT_EQ(four.bin(3), 4);
    EXPECT_EQ(four.bin(9), 4);
    const Scale one = base_scale({0.5, 1}, ScaleMethod::Paper);
    EXPECT_EQ(one.classes, 1);
    EXPECT_EQ(one.bin(1), 4);
    const Scale many = base_scale({1, 50, 100}, ScaleMethod::Paper);
    EXPECT_EQ(many.classes, 0);
    expect_cuts(many, {0, 19.6, 39.2, 58.8, 78.4, 98}, 1e-9);
}

TEST(Scale, DifferencesLieAroundZero) {
    const Scale scale = base_scale({-7, 7, 3, 0}, ScaleMethod::Linear);
    EXPECT_EQ(scale.method, ScaleMethod::Difference);
    expect_cuts(scale, {-5, -3, -1, 1, 3, 5}, 1e-12);
    const std::pair<double, int> cases[] = {{-9, 0}, {-5, 0},  {-4.9, 1}, {-3, 1}, {-1, 2}, {0, 3},
                                            {1, 3},  {1.1, 4}, {3, 4},    {5, 5},  {5.1, 6}};
    for (const auto& [value, bin] : cases)
        EXPECT_EQ(scale.bin(value), bin) << value;
    EXPECT_EQ(scale.share(0), 0.5);
    EXPECT_EQ(difference_scale({0, 0}).bin(0), 3);
}

TEST(Scale, RefusesWhatIsNoScale) {
    const double infinite = std::numeric_limits<double>::infinity();
    EXPECT_THROW(range_scale(2, 1), Error);
    EXPECT_THROW(range_scale(std::nan(""), 1), Error);
    EXPECT_THROW(range_scale(0, infinite), Error);
    EXPECT_THROW(manual_scale({1, 2, 3, 4, 5, 4}), Error);
    EXPECT_THROW(manual_scale({1, 1, 1, 1, 1, 1}), Error);
    EXPECT_THROW(manual_scale({1, 2, 3, 4, 5, infinite}), Error);
    EXPECT_THROW(difference_scale_to(0), Error);
    EXPECT_THROW(base_scale({1, infinite}, ScaleMethod::Linear), Error);
    EXPECT_EQ(manual_scale({0, 1, 2, 3, 4, 5}).bin(2), 1);
}

TEST(Scale, LabelsRoundTiesToEven) {
    Scale scale;
    scale.cuts = {-0.4, 2.5, 3.5, 26.5, 1234567, 0x1p60};
    const std::array<std::string, 6> whole = {"0", "2", "4", "26", "1234567", "1152921504606846976"};
    EXPECT_EQ(scale_labels(scale, true), whole);
    scale.cuts = {0, 0.123456, 1234.5, 2, 99.96, 100};
    const std::array<std::string, 6> digits = {"0", "0.123", "1230", "2", "100", "100"};
    EXPECT_EQ(scale_labels(scale, false), digits);
}

TEST(Scale, NamesReadBack) {
    for (const ScaleMethod method : kMethods)
        EXPECT_EQ(parse_scale_method(scale_method_name(method)), method);
    for (const ScaleScope scope : {ScaleScope::Type, ScaleScope::Region, ScaleScope::Map, ScaleScope::Catalogue})
        EXPECT_EQ(parse_scale_scope(scale_scope_name(scope)), scope);
    for (const char* text : {"", "manual", "difference", "Linear"})
        EXPECT_THROW(parse_scale_method(text), Error) << text;
    EXPECT_THROW(parse_scale_scope("all"), Error);
}

}  // namespace
}  // namespace hone::eyemap
