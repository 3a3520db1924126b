// What older definitions change in a picture.
#include <gtest/gtest.h>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/apps/eyemap/maps.h"

namespace hone::eyemap {
namespace {

Frame frame_of(const DataSet& data) {
    Frame frame;
    frame.regions = data.regions;
    frame.universe = data.universe;
    frame.selection = {{1}, {Side::Left, Side::Right}, {Metric{}}};
    return frame;
}

std::string svg_of(const DataSet& data, const Frame& frame, std::size_t map, Profile profile = Profile::Full) {
    SvgOptions options;
    options.profile = profile;
    return svg_text(model_maps(data.types.front(), frame)[map], options);
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(LegacyPicture, OlderMapsHaveADarkerGrey) {
    const DataSet data = example_data();
    Frame frame = frame_of(data);
    EXPECT_TRUE(has(svg_of(data, frame, 0), "fill=\"#999999\" default-fill=\"#999999\" layer-colors='[]'"));
    frame.is_grey_2025 = true;
    const std::string full = svg_of(data, frame, 0);
    EXPECT_FALSE(has(full, "fill=\"#999999\""));
    EXPECT_TRUE(has(full, "fill=\"#4a4a4a\" default-fill=\"#4a4a4a\" layer-colors='[\"#4a4a4a\", \"#4a4a4a\""))
        << "it stays when a layer is chosen";
    const std::string compact = svg_of(data, frame, 0, Profile::Compact);
    EXPECT_TRUE(has(compact, ".x{fill:#4a4a4a}"));
    EXPECT_FALSE(has(compact, ".x{fill:#999999}"));
}

TEST(LegacyPicture, ACombinedRequestFlipsNoEye) {
    const DataSet data = example_data();
    Frame frame = frame_of(data);
    const std::vector<MapModel> usual = model_maps(data.types.front(), frame);
    frame.is_combined = true;
    const std::vector<MapModel> combined = model_maps(data.types.front(), frame);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(combined[i].subtitle(), "Tm3 (C)");
        EXPECT_TRUE(has(combined[i].tooltip(0), "(combined)")) << combined[i].tooltip(0);
        EXPECT_EQ(combined[i].layout->control_x, 25);
        EXPECT_EQ(combined[i].columns.size(), usual[i].columns.size());
        EXPECT_TRUE(has(svg_of(data, frame, i), "(combined)"));
        EXPECT_FALSE(has(svg_of(data, frame, i), "(left)") || has(svg_of(data, frame, i), "(right)"));
        EXPECT_FALSE(has(svg_of(data, frame, i, Profile::Compact), "\"side\":\"left\""));
    }
    EXPECT_EQ(usual[0].subtitle(), "Tm3 (L)");
    EXPECT_EQ(combined[0].layout->places, combined[1].layout->places) << "one list of columns, one sign";
    EXPECT_EQ(combined[0].layout->places, usual[0].layout->places) << "the usual left eye has this sign";
    EXPECT_NE(combined[1].layout->places, usual[1].layout->places);
}

TEST(LegacyPicture, LinearBinsColourByTheEndsOnly) {
    const DataSet data = example_data();
    Frame frame = frame_of(data);
    frame.picture.method = "quantile";
    const MapModel usual = model_maps(data.types.front(), frame).front();
    frame.linear_bins = true;
    const MapModel linear = model_maps(data.types.front(), frame).front();
    EXPECT_EQ(linear.base.cuts, usual.base.cuts) << "the printed cuts stay";
    const Scale ends = range_scale(usual.base.cuts.front(), usual.base.cuts.back());
    int different = 0;
    for (std::size_t i = 0; i < linear.columns.size(); ++i) {
        if (linear.columns[i].state != ColumnState::HasData) continue;
        EXPECT_EQ(linear.columns[i].bin, ends.bin(linear.columns[i].value));
        different += linear.columns[i].bin != usual.columns[i].bin ? 1 : 0;
    }
    EXPECT_GT(different, 0);
    ASSERT_TRUE(linear.layer);
    EXPECT_TRUE(linear.layer->has_linear_bins);
}

}  // namespace
}  // namespace hone::eyemap
