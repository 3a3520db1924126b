#include "hone/apps/eyemap/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

const Mask kSeven = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 3}, {3, 2}, {3, 3}};

Place place_of(const Layout& layout, Hex hex) {
    const auto at = std::lower_bound(layout.columns.begin(), layout.columns.end(), hex);
    return layout.places.at(static_cast<std::size_t>(at - layout.columns.begin()));
}

std::string text_of(const Layout& layout, Hex hex) {
    const Place place = place_of(layout, hex);
    return place_text(place.x) + "," + place_text(place.y);
}

/// Two decimals of a double by its exact decimal digits.
std::int32_t plain_hundredths(double px) {
    std::array<char, 64> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), px, std::chars_format::fixed, 2).ptr;
    std::string digits(text.data(), end);
    digits.erase(digits.find('.'), 1);
    return std::stoi(digits);
}

/// Section "coordinates" read out: each column by itself.
std::vector<Place> plain_places(const Mask& columns, Side side, const LayoutOptions& options) {
    const bool is_right = side == Side::Right;
    int s = 1;
    if (options.orientation == Orientation::Catalogue) s = is_right ? 1 : -1;
    if (options.orientation == Orientation::Paper) s = is_right ? -1 : 1;
    std::int32_t low = 1'000'000;
    std::int32_t high = -1'000'000;
    const auto a = [&](Hex hex) { return s * (hex.hex1 - hex.hex2); };
    const auto b = [&](Hex hex) { return (options.is_down ? -1 : 1) * (hex.hex1 + hex.hex2); };
    for (const Hex hex : columns) {
        low = std::min(low, a(hex));
        high = std::max(high, b(hex));
    }
    const double e = options.hex_size * options.spacing;
    std::vector<Place> places;
    for (const Hex hex : columns) {
        const double x = 1.5 * e * (a(hex) - low);
        const double y = (std::sqrt(3.0) / 2) * e * (high - b(hex));
        places.push_back({plain_hundredths(x + options.hex_size + options.margin) + 1000,
                          plain_hundredths(y + options.hex_size + options.margin)});
    }
    return places;
}

TEST(Layout, OfSevenColumns) {
    const Layout right = make_layout(kSeven, Side::Right, 4, {});
    EXPECT_EQ(right.width, 130);
    EXPECT_EQ(right.height, 96);
    EXPECT_EQ(right.control_x, 25);
    EXPECT_EQ(right.control_y, 58);
    const std::pair<Hex, const char*> expected[] = {
        {{1, 1}, "35.9,38.86"}, {{1, 2}, "26.0,33.15"}, {{2, 1}, "45.8,33.15"}, {{2, 2}, "35.9,27.43"},
        {{2, 3}, "26.0,21.72"}, {{3, 2}, "45.8,21.72"}, {{3, 3}, "35.9,16.0"}};
    for (const auto& [hex, text] : expected)
        EXPECT_EQ(text_of(right, hex), text);
    const Layout left = make_layout(kSeven, Side::Left, 4, {});
    for (const auto& [hex, text] : expected)
        EXPECT_EQ(text_of(left, {hex.hex2, hex.hex1}), text);
    EXPECT_EQ(left.control_x, 130 - 40 - 10);
    const Layout one = make_layout({{17, 3}}, Side::Right, 10, {});
    EXPECT_EQ(text_of(one, {17, 3}), "26.0,16.0");
    EXPECT_EQ(one.width, 130);
    EXPECT_EQ(one.height, 192);
}

TEST(Layout, OfTheMedulla) {
    const Layout layout = make_layout(builtin_mask("ME"), Side::Right, 10, {});
    EXPECT_NEAR(layout.width, 378.5, 1e-9);
    EXPECT_NEAR(layout.height, 403.5249, 5e-5);
    EXPECT_NEAR(layout.control_y, 317.5249, 5e-5);
    EXPECT_NEAR(layout.legend_x, 308.5, 1e-9);
    EXPECT_EQ(text_of(layout, {1, 7}), "154.7,381.81");
    EXPECT_EQ(text_of(layout, {1, 8}), "144.8,376.09");
    EXPECT_EQ(text_of(layout, {36, 35}), "224.0,21.72");
}

TEST(Layout, PlacesAreThePlainOnesForAllOptions) {
    Random random(testing::test_seed());
    for (int round = 0; round < 300; ++round) {
        LayoutOptions options;
        options.orientation = static_cast<Orientation>(random.below(3));
        options.is_down = random.below(2) == 1;
        if (round > 50) {
            options.hex_size = 1 + random.unit() * 49;
            options.spacing = 1 + random.unit() * 2;
            options.margin = static_cast<double>(random.below(201)) / 2;
        }
        std::vector<Hex> columns;
        for (std::uint64_t left = 1 + random.below(60); left > 0; --left)
            columns.push_back({static_cast<std::int32_t>(random.between(-40, 40)),
                               static_cast<std::int32_t>(random.between(-40, 40))});
        const Mask mask = make_mask(columns);
        const Side side = random.below(2) == 0 ? Side::Left : Side::Right;
        ASSERT_EQ(make_layout(mask, side, 4, options).places, plain_places(mask, side, options));
    }
}

// The original's cache of positions took two column sets of equal extremes for the same.
TEST(Layout, DependsOnTheColumnsNotOnTheirExtremes) {
    const Layout a = make_layout({{0, 0}, {3, 4}, {9, 9}}, Side::Right, 4, {});
    const Layout b = make_layout({{0, 0}, {4, 3}, {9, 9}}, Side::Right, 4, {});
    EXPECT_NE(text_of(a, {3, 4}), text_of(b, {4, 3}));
}

TEST(Layout, FiveThousandColumnsKeepOneOrigin) {
    Mask mask;
    for (std::int32_t h1 = 0; h1 < 70; ++h1)
        for (std::int32_t h2 = 0; h2 < 72; ++h2)
            mask.push_back({h1, h2});
    EXPECT_EQ(make_layout(mask, Side::Right, 10, {}).places, plain_places(mask, Side::Right, {}));
}

TEST(Layout, PartsHaveThePlacesOfTheWhole) {
    const Mask& all = builtin_mask("LO");
    for (const Side side : kSides) {
        const LayoutOptions options{.is_down = side == Side::Left, .hex_size = 7.3};
        const Layout whole = make_layout(all, side, 7, options);
        Layout part = layout_frame(extent_of(all), side, 7, options);
        EXPECT_EQ(part.width, whole.width);
        EXPECT_EQ(part.control_y, whole.control_y);
        place_columns(part, Mask(all.begin() + 300, all.begin() + 400));
        EXPECT_EQ(part.places, std::vector<Place>(whole.places.begin() + 300, whole.places.begin() + 400));
    }
}

TEST(Layout, BothEyesAreMirrored) {
    const Layout right = make_layout(builtin_mask("ME"), Side::Right, 10, {});
    const Layout left = make_layout(builtin_mask("ME"), Side::Left, 10, {});
    ASSERT_EQ(right.width, left.width);
    const std::int32_t sum = right.places[0].x + left.places[0].x;
    for (std::size_t i = 0; i < right.places.size(); ++i) {
        EXPECT_NEAR(right.places[i].x + left.places[i].x, sum, 1);
        EXPECT_EQ(right.places[i].y, left.places[i].y);
    }
    const Layout paper = make_layout(builtin_mask("ME"), Side::Right, 10, {.orientation = Orientation::Paper});
    EXPECT_EQ(paper.places, left.places);
    const Layout lattice = make_layout(builtin_mask("ME"), Side::Left, 10, {.orientation = Orientation::Lattice});
    EXPECT_EQ(lattice.places, right.places);
}

TEST(Layout, WithoutColumnsHasTheLeastSize) {
    const Layout layout = make_layout({}, Side::Right, 0, {});
    EXPECT_EQ(layout.width, 130);
    EXPECT_EQ(layout.height, 40);
    EXPECT_TRUE(layout.places.empty());
}

TEST(Layout, RefusesWhatIsOutOfRange) {
    const LayoutOptions bad[] = {{.hex_size = 0.9}, {.hex_size = 51},  {.hex_size = std::nan("")},
                                 {.spacing = 0.99}, {.spacing = 3.01}, {.margin = -1},
                                 {.margin = 201}};
    for (const LayoutOptions& options : bad)
        EXPECT_THROW(make_layout(kSeven, Side::Right, 4, options), Error);
    try {
        make_layout({{-32767, 32767}, {32767, -32767}}, Side::Right, 4, {.hex_size = 50, .spacing = 3});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Limit);
    }
    EXPECT_NO_THROW(make_layout({{-32767, 32767}, {32767, -32767}}, Side::Right, 4, {}));
    EXPECT_THROW(parse_orientation("left"), Error);
    EXPECT_EQ(parse_orientation(orientation_name(Orientation::Paper)), Orientation::Paper);
}

TEST(Layout, TextsOfPlacesAndPath) {
    EXPECT_EQ(place_text(12500), "125.0");
    EXPECT_EQ(place_text(38181), "381.81");
    EXPECT_EQ(place_text(2610), "26.1");
    EXPECT_EQ(place_text(0), "0.0");
    EXPECT_EQ(place_text(-5), "-0.05");
    EXPECT_EQ(hexagon_path(6), "M6.00,0.00 L3.00,5.20 L-3.00,5.20 L-6.00,0.00 L-3.00,-5.20 L3.00,-5.20 Z");
    EXPECT_EQ(hexagon_path(1), "M1.00,0.00 L0.50,0.87 L-0.50,0.87 L-1.00,0.00 L-0.50,-0.87 L0.50,-0.87 Z");
}

}  // namespace
}  // namespace hone::eyemap
