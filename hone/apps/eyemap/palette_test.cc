#include "hone/apps/eyemap/palette.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

TEST(Palette, KnowsItsNames) {
    EXPECT_EQ(palette_names(), (std::vector<std::string>{"reds5", "blues5", "ylgnbu5", "viridis5", "rdbu7"}));
    for (const std::string& name : palette_names()) {
        const Palette palette = parse_palette(name);
        EXPECT_EQ(palette.name, name);
        EXPECT_EQ(palette.colors.size(), name == "rdbu7" ? 7U : 5U);
    }
    EXPECT_EQ(parse_palette("reds5").colors, (std::vector<Color>{0xfee5d9, 0xfcbba1, 0xfc9272, 0xef6548, 0xa50f15}));
}

TEST(Palette, TakesColoursOfOnesOwn) {
    const Palette palette = parse_palette("#000001, #000002,#000003,#00000a,#0000FF");
    EXPECT_EQ(palette.colors, (std::vector<Color>{1, 2, 3, 10, 255}));
}

TEST(Palette, RefusesWhatWouldConfuse) {
    for (const char* text : {"", "reds", "#000001", "#000001,#000002,#000003,#000004,#000001",
                             "#000001,#000002,#000003,#000004,#ffffff", "#999999,#000002,#000003,#000004,#000001",
                             "#000001,#000002,#000003,#000004,#00000g", "#000001,#000002,#000003,#000004,#-00001",
                             "#000001,#000002,#000003,#000004,#1", "#000001,#000002,#000003,#000004,#000005,#000006"}) {
        try {
            parse_palette(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage) << text;
        }
    }
}

TEST(Palette, BlendsBetweenItsColours) {
    const Palette reds = parse_palette("reds5");
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(blended(reds, static_cast<double>(i) / 4), reds.colors[i]);
    EXPECT_EQ(blended(reds, -1), reds.colors.front());
    EXPECT_EQ(blended(reds, 2), reds.colors.back());
    // Half way: (254 + 252) / 2, (229 + 187) / 2, (217 + 161) / 2.
    EXPECT_EQ(blended(reds, 0.125), 0xfdd0bdU);
    // 0.5 rounds up: (252 + 239) / 2 = 245.5, (146 + 101) / 2 = 123.5, (114 + 72) / 2 = 93.
    EXPECT_EQ(blended(reds, 0.625), 0xf67c5dU);
}

TEST(Palette, IsSeenThroughThePage) {
    EXPECT_EQ(color_text(on_page(0xa50f15)), "#b63e43");
    EXPECT_EQ(color_text(on_page(0xffffff)), "#fefefe");
    EXPECT_EQ(color_text(on_page(0x999999)), "#acacac");
}

}  // namespace
}  // namespace hone::eyemap
