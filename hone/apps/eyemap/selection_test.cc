#include "hone/apps/eyemap/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/diff_task.h"
#include "hone/apps/eyemap/render.h"
#include "hone/apps/eyemap/stats_task.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

using Lines = std::vector<std::string>;

/// What a task gave, with its findings as "eyemap.bad-number error: message".
struct Given {
    Table table;  ///< the main one
    IssueList issues;
    Lines lines;
};

template <class Options>
Given run_on(std::string_view csv, const Task& task, Options options, std::size_t most_pieces = 0) {
    MemoryFiles files;
    files.make_folders("/data");
    write_file(files, "/data/columns.csv", csv);
    App app;
    app.name = "eyemap";
    app.tasks.push_back(task);
    EngineOptions how;
    how.files = &files;
    how.work_folder = "/work";
    how.most_pieces = most_pieces;
    options.input = {"/data/columns.csv"};
    Engine engine(how);
    const Result result = engine.run(app, task.name, options);
    Given given{*result.outputs->main_table(), result.issues, {}};
    for (const Issue& issue : given.issues.kept())
        given.lines.push_back(cat(issue.id, ' ', severity_name(issue.severity), ": ", issue.message));
    return given;
}

/// "A ME R 2" of each row of a table: the columns that are named.
Lines rows_of(const Table& table, const std::vector<std::string>& names) {
    Lines rows(table.rows());
    for (const std::string& name : names) {
        const Column& column = table.column(name);
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (!rows[row].empty()) rows[row] += ' ';
            column.append_text(rows[row], row);
        }
    }
    return rows;
}

// Numbers that are no synapses, in one region of one eye: no universe comes of them.
constexpr std::string_view kValues =
    "type,region,side,hex1,hex2,value:x\n"
    "A,ME,R,5,5,1\n"
    "A,ME,R,5,6,2\n";
constexpr std::string_view kBare =
    "eyemap.no-columns warning: no column of LOP (right) is known: no input lists any, and none has synapses; its maps "
    "show the columns of their own type only";

RenderOptions values_request() {
    RenderOptions options;
    options.complete = true;
    options.region = {"LOP", "ME"};
    options.metric = {"value:x"};
    return options;
}

TEST(Selection, MapsWithoutAnyUniverseAreDrawnAndTold) {
    for (const std::size_t pieces : {0, 3}) {
        const Given given = run_on(kValues, render_task(), values_request(), pieces);
        EXPECT_EQ(rows_of(given.table, {"type", "region", "side", "columns", "occupied"}),
                  (Lines{"A ME R 2 2", "A LOP R 0 0"}));
        EXPECT_EQ(std::ranges::count(given.lines, kBare), 1);
        EXPECT_EQ(given.issues.count("eyemap.no-columns"), 2U) << "ME has no list either";
        EXPECT_EQ(given.issues.count(Severity::Error), 0U);
    }
}

TEST(Selection, RegionsThatNobodyNamedAreNotTold) {
    RenderOptions options = values_request();
    options.region.clear();
    const Given given = run_on(kValues, render_task(), options);
    EXPECT_EQ(given.table.rows(), 3U);
    EXPECT_EQ(given.issues.count("eyemap.no-columns"), 0U);
}

TEST(Selection, ARegionWithoutColumnsIsToldBesideOneThatHasThem) {
    RenderOptions options = values_request();
    options.metric = {"synapse_density"};
    const Given given =
        run_on("type,region,side,hex1,hex2,total_synapses\nA,ME,R,5,5,1\nA,ME,R,5,6,2\n", render_task(), options);
    EXPECT_EQ(rows_of(given.table, {"region", "side", "columns"}), (Lines{"ME R 2", "LOP R 0"}));
    EXPECT_EQ(std::ranges::count(given.lines, kBare), 1);
    EXPECT_EQ(given.issues.count("eyemap.no-columns"), 1U);
}

TEST(Selection, StatisticsAndDifferencesLookAtTheSameSides) {
    StatsOptions stats;
    static_cast<SelectionOptions&>(stats) = static_cast<const SelectionOptions&>(values_request());
    stats.complete = true;
    const Given statistics = run_on(kValues, stats_task(), stats);
    EXPECT_EQ(rows_of(statistics.table, {"region", "side"}), (Lines{"ME R", "LOP R"}));
    EXPECT_EQ(statistics.issues.count("eyemap.no-columns"), 2U);
    DiffOptions diff;
    static_cast<SelectionOptions&>(diff) = static_cast<const SelectionOptions&>(values_request());
    diff.complete = true;
    diff.against = "B";
    diff.types = {"A"};
    const Given difference = run_on(cat(kValues, "B,ME,R,5,5,7\n"), diff_task(), diff);
    EXPECT_EQ(rows_of(difference.table, {"region", "side", "hex1", "hex2"}), (Lines{"ME R 5 5", "ME R 5 6"}));
}

TEST(Selection, WithoutRowsAndColumnsBothSidesRemain) {
    const Regions regions = Regions::builtin();
    const Universe none;
    EXPECT_EQ(choose_maps({regions, none, {}}, SelectionOptions{}).sides, (std::vector<Side>{Side::Left, Side::Right}));
    EXPECT_EQ(choose_maps({regions, none, {Side::Left}}, SelectionOptions{}).sides, std::vector<Side>{Side::Left});
    Universe right;
    right[{0, Side::Right}] = {{1, 2}};
    EXPECT_EQ(choose_maps({regions, right, {Side::Left}}, SelectionOptions{}).sides, std::vector<Side>{Side::Right})
        << "columns that are listed say more than rows";
    SelectionOptions left;
    left.side = "left";
    EXPECT_EQ(choose_maps({regions, right, {}}, left).sides, std::vector<Side>{Side::Left});
}

}  // namespace
}  // namespace hone::eyemap
