// Maps drawn part by part are those drawn at once, byte for byte.
#include "hone/apps/eyemap/map_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hone/apps/eyemap/render.h"
#include "hone/apps/eyemap/sample.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

App rendering_app() {
    App app;
    app.name = "eyemap";
    app.tasks.push_back(render_task());
    return app;
}

struct Drawn {
    std::shared_ptr<const Outputs> outputs;
    std::vector<std::string> issues;
    bool is_in_parts = false;
};

Drawn draw(const RenderOptions& options, EngineOptions how, const testing::TemporaryFolder& folder) {
    how.work_folder = folder.path() / "work";
    Engine engine(how);
    Result result = engine.run(rendering_app(), "render", options);
    Drawn drawn{result.outputs, {}, false};
    for (const Issue& issue : result.issues.kept())
        drawn.issues.push_back(cat(issue.id, ' ', severity_name(issue.severity), ' ', issue.row, ": ", issue.message));
    drawn.is_in_parts = std::ranges::any_of(result.execution.fallbacks, [](const std::string& reason) {
        return reason.find("part by part") != std::string::npos;
    });
    return drawn;
}

/// Draws at once and in several numbers of parts.
void expect_equal(const RenderOptions& options, const testing::TemporaryFolder& folder) {
    EngineOptions plain;
    plain.is_plain = true;
    const Drawn expected = draw(options, plain, folder);
    EXPECT_FALSE(expected.is_in_parts);
    for (const std::size_t pieces : {2, 9}) {
        EngineOptions cut;
        cut.most_pieces = pieces;
        const Drawn found = draw(options, cut, folder);
        EXPECT_TRUE(found.is_in_parts);
        EXPECT_EQ(found.issues, expected.issues);
        EXPECT_EQ(found.outputs->summary().dump(), expected.outputs->summary().dump());
        const auto& artifacts = found.outputs->artifacts();
        ASSERT_EQ(artifacts.size(), expected.outputs->artifacts().size());
        for (std::size_t i = 0; i < artifacts.size(); ++i) {
            const Artifact& as_it_should_be = expected.outputs->artifacts()[i];
            ASSERT_EQ(artifacts[i].name, as_it_should_be.name);
            if (!artifacts[i].blob) continue;
            ASSERT_TRUE(artifacts[i].blob->bytes() == as_it_should_be.blob->bytes()) << artifacts[i].name;
        }
        EXPECT_TRUE(found.outputs->digest() == expected.outputs->digest()) << "tables are equal too";
    }
}

std::string csv_count(Random& random, std::int64_t most) {
    return random.below(40) == 0 ? "" : cat(random.below(6) == 0 ? 0 : random.between(1, most));
}

/// Columns of two types, in any order: some outside of the built-in lists, some wrong, some with layers beyond those of
/// the region, one number of both signs.
std::string random_columns(Random& random) {
    std::string csv =
        "type,region,side,hex1,hex2,total_synapses,neuron_count,syn_1,syn_2,syn_3,cells_1,cells_3,value:x\n";
    const bool has_errors = random.below(3) == 0;
    const std::int64_t first_value = random.below(2) == 0 ? -20 : 1;
    std::vector<std::string> rows;
    for (int hex1 = -3; hex1 < 45; ++hex1)
        for (int hex2 = 0; hex2 < 30; hex2 += static_cast<int>(random.between(1, 9))) {
            const std::size_t region = random.below(4);
            std::string row =
                cat(random.below(4) == 0 ? "A" : "B", ',', std::vector<std::string>{"ME", "LO", "LOP", "GRID"}[region],
                    ',', random.below(3) == 0 ? 'L' : 'R', ',', hex1, ',', hex2);
            for (const std::int64_t most : {500, 4, 300, 200, 100, 3, 3})
                row += cat(',', csv_count(random, most));
            row += cat(',', random.below(30) == 0 ? "" : cat(random.between(first_value, 60)), '\n');
            if (has_errors && random.below(400) == 0) rows.push_back(row);
            rows.push_back(std::move(row));
        }
    for (std::size_t i = rows.size(); i > 1; --i)
        std::swap(rows[i - 1], rows[random.below(i)]);
    return csv + join(rows, "");
}

RenderOptions random_request(Random& random) {
    const auto one_of = [&](std::vector<std::string> words) { return words[random.below(words.size())]; };
    RenderOptions options;
    options.add_region = {"GRID:2"};
    options.types = {"all"};
    options.outside = one_of({"add", "drop"});
    options.universe = one_of({"auto", "data", "builtin"});
    options.complete = random.below(2) == 0;
    options.side = one_of({"both", "left", "right"});
    options.metric = {"synapse_density", "cell_count", "value:x", "synapses_per_cell"};
    options.scale = one_of({"type", "region", "map"});
    options.method = one_of({"linear", "quantile", "log", "paper"});
    options.profile = one_of({"full", "static", "compact"});
    options.orientation = one_of({"catalogue", "paper", "lattice"});
    options.degenerate = one_of({"lowest", "middle"});
    options.continuous = random.below(3) == 0;
    options.axes = random.below(2) == 0;
    options.columns_csv = random.below(2) == 0;
    if (random.below(4) == 0) options.range = "3,70";
    if (random.below(3) == 0) options.legacy = {one_of({"linear-bins", "grey-2025", "zero-is-data"})};
    if (random.below(3) == 0) options.legacy.emplace_back("combined-unflipped");
    return options;
}

TEST(MapParts, AreTheWholeMapsByteForByte) {
    Random random(testing::test_seed());
    for (int round = 0; round < 6 * testing::test_scale(); ++round) {
        const testing::TemporaryFolder folder;
        RenderOptions options = random_request(random);
        options.input = {folder.write("columns.csv", random_columns(random))};
        SCOPED_TRACE(cat("round ", round));
        expect_equal(options, folder);
    }
}

/// Files of a disc of the sample.
std::vector<Path> written_disc(const testing::TemporaryFolder& folder, std::int64_t columns,
                               const std::vector<std::string>& kinds) {
    SampleOptions sample;
    sample.disc = columns;
    sample.layers = 4;
    sample.kinds = kinds;
    std::map<std::string, std::string> files;
    Budget budget("test");
    write_sample(
        sample,
        [&](const std::string& file) {
            std::string& bytes = files[file];
            return [&bytes](std::string_view piece) { bytes += piece; };
        },
        budget);
    std::vector<Path> paths;
    for (const auto& [name, bytes] : files)
        paths.push_back(folder.write(name, bytes));
    return paths;
}

TEST(MapParts, OfRawRowsWithAListOfColumns) {
    const testing::TemporaryFolder folder;
    RenderOptions options;
    options.add_region = {"GRID:4"};
    options.region = {"GRID"};
    options.columns_csv = true;
    options.input = written_disc(folder, 700, {"synapses", "universe"});
    expect_equal(options, folder);
    options.method = "quantile";
    options.input = written_disc(folder, 3000, {"synapses"});
    expect_equal(options, folder);
}

TEST(MapParts, ManyColumnsFitALittleMemory) {
    const testing::TemporaryFolder folder;
    RenderOptions options;
    options.add_region = {"GRID:4"};
    options.region = {"GRID"};
    options.metric = {"synapse_density"};
    options.input = written_disc(folder, 40'000, {"synapses"});
    const Drawn expected = draw(options, {}, folder);
    EngineOptions small;
    small.threads = 1;
    small.memory_bytes = std::uint64_t{24} << 20;
    const Drawn found = draw(options, small, folder);
    EXPECT_FALSE(expected.is_in_parts);
    EXPECT_TRUE(found.is_in_parts);
    EXPECT_TRUE(found.outputs->digest() == expected.outputs->digest());
    options.profile = "compact";
    const Drawn compact = draw(options, small, folder);
    EXPECT_TRUE(compact.is_in_parts);
    EXPECT_TRUE(compact.outputs->digest() == draw(options, {}, folder).outputs->digest());
    for (const bool is_pdf : {false, true}) {
        options.png = is_pdf ? 0 : 1;
        options.pdf = is_pdf;
        try {
            draw(options, small, folder);
            FAIL() << "a drawing needs all columns at once";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Limit);
            EXPECT_NE(std::string(error.message()).find("without --png and --pdf"), std::string::npos)
                << error.message();
        }
    }
}

}  // namespace
}  // namespace hone::eyemap
