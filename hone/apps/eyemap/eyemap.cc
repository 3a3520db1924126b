#include "hone/apps/eyemap/eyemap.h"

#include <iterator>

#include "hone/apps/eyemap/catalogue.h"
#include "hone/apps/eyemap/check_task.h"
#include "hone/apps/eyemap/diff_task.h"
#include "hone/apps/eyemap/export_task.h"
#include "hone/apps/eyemap/fetch_task.h"
#include "hone/apps/eyemap/findings.h"
#include "hone/apps/eyemap/import_task.h"
#include "hone/apps/eyemap/render.h"
#include "hone/apps/eyemap/sample_task.h"
#include "hone/apps/eyemap/stats_task.h"
#include "hone/apps/eyemap/types_task.h"

namespace hone::eyemap {
namespace {

void append(std::vector<Notice>& all, std::vector<Notice> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

std::vector<Notice> all_notices() {
    std::vector<Notice> all = notices();
    all.push_back(
        {"eyemap.map-failed",
         "A map could not be drawn: rows of its type, region and side are wrong, or no column exists there. A "
         "placeholder with the reason stands in its place, and all other maps were drawn. See the findings "
         "about the rows, mend them and run again."});
    all.push_back(
        {"eyemap.no-columns",
         "A region that was asked for with --region has no column on the sides that are drawn: no input lists its "
         "columns, the built-in list is not asked for (--complete or --universe data), and no row has synapses there. "
         "Its maps show the columns that the type itself has there, such as those with a further value; all other maps "
         "are as ever. Give a list of columns as an input, or --universe builtin."});
    append(all, fetch_notices());
    append(all, import_notices());
    return all;
}

std::vector<Example> examples() {
    const std::vector<std::string> small = {"sample", "--types", "ColA,ColC,PatchA"};
    const std::string rows = "{data}/synapses.csv";
    const std::string universe = "{data}/universe.csv";
    return {
        {"render", small, {"render", rows, universe, "--types", "ColA,PatchA", "--columns-csv"}},
        {"render-compact",
         small,
         {"render", rows, "--type", "ColC", "--region", "LOP,ME", "--side", "left", "--svg", "compact", "--metric",
          "synapses_per_cell,pre", "--scale", "map", "--method", "quantile", "--orientation", "paper"}},
        {"render-document",
         small,
         {"render", "{data}/document.json", "--type", "ColA", "--region", "ME", "--svg", "static", "--png", "1"}},
        {"catalogue", small, {"catalogue", rows, universe, "--types", "Col*", "--title", "Two columnar types"}},
        {"types", small, {"types", rows}},
        {"stats", small, {"stats", rows, universe, "--columns"}},
        {"check", small, {"check", rows, universe}},
        {"export", small, {"export", "{data}/columns.csv", "--types", "PatchA"}},
        {"diff", small, {"diff", rows, "--types", "ColA", "--against", "ColC", "--region", "ME"}},
        {"diff-eyes", small, {"diff", rows, "--types", "ColC", "--eyes", "--compare", "ratio", "--region", "LO"}},
    };
}

}  // namespace

App app() {
    App app;
    app.name = "eyemap";
    app.summary = "Hexagonal maps of the columns of a fly's optic lobe, for catalogues of cell types";
    app.tasks.push_back(render_task());
    app.tasks.push_back(catalogue_task());
    app.tasks.push_back(types_task());
    app.tasks.push_back(stats_task());
    app.tasks.push_back(check_task());
    app.tasks.push_back(diff_task());
    app.tasks.push_back(export_task());
    app.tasks.push_back(import_task());
    app.tasks.push_back(fetch_task());
    app.tasks.push_back(sample_task());
    app.notices = all_notices();
    app.examples = examples();
    app.demo = {"the whole sample as a catalogue",
                {"sample"},
                {"catalogue", "{data}/synapses.csv", "{data}/universe.csv", "--types", "all"}};
    app.goals = {.cold_cpu_seconds = 1.0,
                 .cold_peak_mb = 150,
                 .computing_seconds = 0.5,
                 .warm_seconds = 0.2,
                 .small_memory_bytes = std::uint64_t{64} << 20,
                 .original = "original (Python): 1.7 to 2.4 s and 106 MB for the page of one type, 9 types here",
                 .peer = {}};
    return app;
}

}  // namespace hone::eyemap
