#include "hone/apps/eyemap/types_task.h"

#include <algorithm>
#include <set>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// Sum of the counts that are there.
std::int64_t sum_of(const std::vector<std::int64_t>& counts) {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts)
        if (count != kMissingCount) sum = checked_add(sum, count);
    return sum;
}

bool has_data(const ColumnSet& set, std::size_t at) {
    return (at < set.synapses.size() && set.synapses[at] > 0) || (at < set.cells.size() && set.cells[at] > 0);
}

struct TypeRow {
    std::vector<std::string> regions;
    std::set<Side> sides;
    std::int64_t columns = 0, cells = 0, synapses = 0;
};

TypeRow row_of(const CellType& type, const Regions& regions) {
    TypeRow row;
    for (const ColumnSet& set : type.sets) {
        std::int64_t columns = 0;
        for (std::size_t at = 0; at < set.size(); ++at)
            columns += has_data(set, at) ? 1 : 0;
        row.columns += columns;
        row.cells = checked_add(row.cells, sum_of(set.cells));
        row.synapses = checked_add(row.synapses, sum_of(set.synapses));
        if (columns == 0) continue;
        const std::string& name = regions[set.region].name;
        if (std::ranges::find(row.regions, name) == row.regions.end()) row.regions.push_back(name);
        row.sides.insert(set.side);
    }
    return row;
}

}  // namespace

Outputs list_types(Run& run, const SourceOptions& options) {
    const auto data = read_data_set(run, options);
    TextData names, regions, sides;
    std::vector<std::int64_t> columns, cells, synapses;
    for (const CellType& type : data->types) {
        const TypeRow row = row_of(type, data->regions);
        std::string letters;
        for (const Side side : row.sides)
            letters += letters.empty() ? std::string(1, side_letter(side)) : cat(";", side_letter(side));
        names.push_back(type.name);
        regions.push_back(join(row.regions, ";"));
        sides.push_back(letters);
        columns.push_back(row.columns);
        cells.push_back(row.cells);
        synapses.push_back(row.synapses);
    }
    Outputs outputs;
    const std::int64_t total = std::ranges::count_if(columns, [](std::int64_t count) { return count > 0; });
    outputs.summary().set("types", static_cast<std::int64_t>(data->types.size())).set("types_with_columns", total);
    outputs.table("types",
                  Table({Column::text("type", std::move(names)), Column::text("regions", std::move(regions)),
                         Column::text("sides", std::move(sides)), Column::int64("columns", std::move(columns)),
                         Column::int64("cells", std::move(cells)), Column::int64("synapses", std::move(synapses))}));
    return outputs;
}

Task types_task() {
    Params<SourceOptions> params;
    declare_source(params);
    return make_task("types", "Cell types with their regions, sides, columns, cells and synapses", 1, params,
                     &list_types);
}

}  // namespace hone::eyemap
