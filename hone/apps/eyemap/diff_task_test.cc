#include "hone/apps/eyemap/diff_task.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "hone/engine/blob.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kColumns =
    "type,region,side,hex1,hex2,total_synapses\n"
    "A,LO,R,18,18,1\nA,LO,L,18,18,2\nB,LO,R,18,18,3\nB,LO,L,18,19,4\n";

/// The map of the right eye.
std::string map_of(DiffOptions options) {
    MemoryFiles files;
    files.make_folders("/data");
    write_file(files, "/data/columns.csv", kColumns);
    App app;
    app.name = "eyemap";
    app.tasks.push_back(diff_task());
    EngineOptions how;
    how.files = &files;
    how.work_folder = "/work";
    options.input = {"/data/columns.csv"};
    options.types = {"A"};
    if (!options.eyes) options.against = "B";
    options.region = {"LO"};
    options.metric = {"synapse_density"};
    Engine engine(how);
    const Result result = engine.run(app, "diff", options);
    const Artifact* const map = result.outputs->find(options.eyes ? "eyemaps/LO_A_eyes_R_synapse_density_difference"
                                                                  : "eyemaps/LO_A_B_R_synapse_density_difference");
    return map == nullptr ? "no map" : map->blob->bytes();
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(Diff, TakesTheOlderDefinitionsOfPictures) {
    const std::string usual = map_of({});
    EXPECT_TRUE(has(usual, "fill=\"#999999\""));
    EXPECT_FALSE(has(usual, "legacy"));
    DiffOptions grey;
    grey.legacy = {"grey-2025"};
    const std::string darker = map_of(grey);
    EXPECT_TRUE(has(darker, "fill=\"#4a4a4a\""));
    EXPECT_FALSE(has(darker, "fill=\"#999999\""));
    EXPECT_TRUE(has(darker, "grey-2025")) << "it is noted in the file";
}

TEST(Diff, PublishedMeansTheThemeOfTheCatalogue) {
    DiffOptions published, theme;
    published.legacy = {"published"};
    theme.theme = "catalogue";
    const auto without_note = [](std::string text) {
        constexpr std::string_view kNote = ", \"legacy\": \"published\"";
        const std::size_t at = text.find(kNote);
        return at == std::string::npos ? text : text.erase(at, kNote.size());
    };
    const std::string map = map_of(published);
    EXPECT_NE(map, map_of({}));
    EXPECT_NE(map, without_note(map));
    EXPECT_EQ(without_note(map), map_of(theme));
}

TEST(Diff, ACombinedRequestFlipsNoEye) {
    DiffOptions combined;
    combined.legacy = {"combined-unflipped"};
    EXPECT_TRUE(has(map_of(combined), "(combined)"));
    combined.side = "right";
    EXPECT_FALSE(has(map_of(combined), "(combined)")) << "one eye alone is drawn as ever";
    combined.side = "both";
    combined.eyes = true;
    EXPECT_FALSE(has(map_of(combined), "(combined)")) << "and so is the comparison of both";
}

}  // namespace
}  // namespace hone::eyemap
