#pragma once
// For tests: reads inputs as a task does, and shows what came of them.
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/source.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"

namespace hone::eyemap {

/// What came of reading.
struct Loaded {
    std::shared_ptr<const DataSet> set;
    IssueList issues;
    Execution execution;

    /// "bad-number error input.csv:3 hex1 message" per finding, sorted.
    std::vector<std::string> findings() const {
        std::vector<std::string> lines;
        for (const Issue& issue : issues.kept())
            lines.push_back(cat(issue.id.substr(issue.id.find('.') + 1), ' ', severity_name(issue.severity), ' ',
                                Path(issue.file).filename(), ':', issue.row, ' ', issue.column, ": ", issue.message));
        return lines;
    }
    std::uint64_t count(std::string_view name) const { return issues.count(cat("eyemap.", name)); }
};

/// "5,5 s20 c2 p0/0 [10/1 10/2]" for a column.
inline std::string shown_column(const ColumnSet& set, std::size_t i) {
    std::string text = cat(set.hexes[i].hex1, ',', set.hexes[i].hex2, " s", set.synapses[i], " c", set.cells[i], " p",
                           set.pre[i], '/', set.post[i]);
    if (set.layer_count > 0) text += " [";
    for (std::size_t layer = 0; layer < set.layer_count; ++layer) {
        const std::size_t at = i * set.layer_count + layer;
        text += cat(layer == 0 ? "" : " ", set.layer_synapses[at], '/', set.layer_cells[at]);
    }
    if (set.layer_count > 0) text += ']';
    for (const auto& [name, values] : set.values)
        text += cat(' ', name, '=', values[i]);
    return text;
}

inline std::string shown(const Regions& regions, const std::vector<CellType>& types) {
    std::string text;
    for (const CellType& type : types) {
        text += cat(type.name, '\n');
        for (const ColumnSet& set : type.sets) {
            text += cat("  ", regions[set.region].name, ' ', side_letter(set.side),
                        set.failure.empty() ? "" : " failed", '\n');
            for (std::size_t i = 0; i < set.size(); ++i)
                text += cat("    ", shown_column(set, i), '\n');
        }
    }
    return text;
}

inline std::string shown(const DataSet& set) {
    return shown(set.regions, set.types);
}

/// Where the task leaves the data set.
inline std::shared_ptr<const DataSet>& last_loaded() {
    static std::shared_ptr<const DataSet> set;
    return set;
}

inline Outputs load_data_set(Run& run, const SourceOptions& options) {
    last_loaded() = read_data_set(run, options);
    return {};
}

/// The same, type by type.
inline Outputs load_types(Run& run, const SourceOptions& options) {
    Source source(run, options, source_inputs(run, options));
    auto set = std::make_shared<DataSet>();
    set->provenance = source.provenance();
    set->regions = source.regions();
    set->universe = source.universe();
    source.for_each_type([](std::string_view) { return true; },
                         [&](CellType&& type) { set->types.push_back(std::move(type)); });
    last_loaded() = std::move(set);
    return {};
}

inline App loading_app() {
    Params<SourceOptions> params;
    declare_source(params);
    App app;
    app.name = "eyemap";
    app.tasks.push_back(make_task("load", "Reads a data set", 1, params, &load_data_set));
    app.tasks.push_back(make_task("types", "Reads a data set", 1, params, &load_types));
    return app;
}

/// Reads files with the options given; throws what reading throws.
inline Loaded load(SourceOptions options, const std::vector<Path>& files, const EngineOptions& how = {},
                   std::string_view task = "load") {
    options.input = files;
    Engine engine(how);
    Result result = engine.run(loading_app(), task, options);
    return {std::exchange(last_loaded(), nullptr), std::move(result.issues), std::move(result.execution)};
}

/// Files of one test, in memory.
class SourceFiles {
public:
    void add(std::string_view name, std::string_view bytes) {
        paths_.push_back(Path("/data") / name);
        memory_.make_folders("/data");
        write_file(memory_, paths_.back(), bytes);
    }
    Loaded load(const SourceOptions& options = {}) {
        EngineOptions how;
        how.files = &memory_;
        how.work_folder = "/work";
        return eyemap::load(options, paths_, how);
    }

private:
    MemoryFiles memory_;
    std::vector<Path> paths_;
};

/// Reads one CSV text.
inline Loaded load_text(std::string_view bytes, const SourceOptions& options = {},
                        std::string_view name = "input.csv") {
    SourceFiles files;
    files.add(name, bytes);
    return files.load(options);
}

}  // namespace hone::eyemap
