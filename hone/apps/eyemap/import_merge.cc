#include "hone/apps/eyemap/import_merge.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "hone/apps/eyemap/mask.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kSynapses = "total_synapses";
constexpr std::string_view kCells = "neuron_count";

/// Maps of one type, region and side by what they show.
using Group = std::map<std::string, const ImportedFile*, std::less<>>;

/// Registered regions in their order, then others by name.
std::size_t region_rank(std::string_view region) {
    static const Regions builtin = Regions::builtin();
    return builtin.find(region).value_or(builtin.size());
}

using GroupKey = std::tuple<std::string, std::size_t, std::string, Side>;

/// Counts and texts of a column of the result, one entry a row.
struct Counts {
    std::vector<std::int64_t> values;
    std::vector<bool> is_valid;

    void add(std::optional<std::int64_t> value) {
        values.push_back(value.value_or(0));
        is_valid.push_back(value.has_value());
    }
    Column column(std::string name) && {
        return Column::int64(std::move(name), std::move(values), std::move(is_valid));
    }
};
struct Reals {
    std::vector<double> values;
    std::vector<bool> is_valid;

    void add(std::optional<double> value) {
        values.push_back(value.value_or(0));
        is_valid.push_back(value.has_value());
    }
    Column column(std::string name) && { return Column::real(std::move(name), std::move(values), std::move(is_valid)); }
};

const ImportedColumn* find_column(const ImportedFile* file, Hex hex) {
    if (file == nullptr) return nullptr;
    const auto& columns = file->map.columns;
    const auto at = std::ranges::lower_bound(columns, hex, {}, &ImportedColumn::hex);
    return at == columns.end() || at->hex != hex || !at->is_in_region ? nullptr : &*at;
}

/// Builds the table `columns` row by row.
class ColumnTable {
public:
    explicit ColumnTable(const std::map<GroupKey, Group>& groups) {
        for (const auto& [key, group] : groups)
            for (const auto& [metric, file] : group) {
                if (metric.starts_with("value:"))
                    reals_[metric];
                else
                    counts_[metric];
                std::size_t* most = metric == kSynapses ? &synapse_layers_ : metric == kCells ? &cell_layers_ : nullptr;
                if (most == nullptr) continue;
                for (const ImportedColumn& column : file->map.columns)
                    *most = std::max(*most, column.layers.size());
            }
        synapses_.resize(synapse_layers_);
        cells_.resize(cell_layers_);
    }

    void add(const GroupKey& key, const Group& group, Hex hex) {
        types_.push_back(std::get<0>(key));
        regions_.push_back(std::get<2>(key));
        sides_.push_back(std::string_view(std::get<3>(key) == Side::Left ? "L" : "R"));
        hex1_.push_back(hex.hex1);
        hex2_.push_back(hex.hex2);
        const auto shown = [&](std::string_view metric) {
            const auto at = group.find(metric);
            return find_column(at == group.end() ? nullptr : at->second, hex);
        };
        for (auto& [metric, counts] : counts_) {
            const ImportedColumn* column = shown(metric);
            counts.add(column != nullptr && column->value ? std::optional(static_cast<std::int64_t>(*column->value))
                                                          : std::nullopt);
        }
        for (auto& [metric, reals] : reals_) {
            const ImportedColumn* column = shown(metric);
            reals.add(column != nullptr ? column->value : std::nullopt);
        }
        add_layers(shown(kSynapses), synapses_);
        add_layers(shown(kCells), cells_);
    }

    Table table() && {
        std::vector<Column> columns;
        columns.push_back(Column::text("type", std::move(types_)));
        columns.push_back(Column::text("region", std::move(regions_)));
        columns.push_back(Column::text("side", std::move(sides_)));
        columns.push_back(Column::int64("hex1", std::move(hex1_)));
        columns.push_back(Column::int64("hex2", std::move(hex2_)));
        for (const std::string_view metric : {kSynapses, kCells, std::string_view("pre"), std::string_view("post")})
            if (const auto at = counts_.find(metric); at != counts_.end())
                columns.push_back(std::move(at->second).column(at->first));
        for (auto& [metric, reals] : reals_)
            columns.push_back(std::move(reals).column(metric));
        for (std::size_t k = 0; k < synapses_.size(); ++k)
            columns.push_back(std::move(synapses_[k]).column(cat("syn_", k + 1)));
        for (std::size_t k = 0; k < cells_.size(); ++k)
            columns.push_back(std::move(cells_[k]).column(cat("cells_", k + 1)));
        return Table(std::move(columns));
    }

private:
    static void add_layers(const ImportedColumn* column, std::vector<Counts>& layers) {
        // A map lists layers of columns with data only; elsewhere it says nothing of them.
        for (std::size_t k = 0; k < layers.size(); ++k)
            layers[k].add(column != nullptr && k < column->layers.size() ? std::optional(column->layers[k])
                                                                         : std::nullopt);
    }

    TextData types_, regions_, sides_;
    std::vector<std::int64_t> hex1_, hex2_;
    std::map<std::string, Counts, std::less<>> counts_;
    std::map<std::string, Reals, std::less<>> reals_;
    std::size_t synapse_layers_ = 0;
    std::size_t cell_layers_ = 0;
    std::vector<Counts> synapses_, cells_;
};

std::map<GroupKey, Group> grouped(const std::vector<ImportedFile>& files, IssueList& issues) {
    std::map<GroupKey, Group> groups;
    for (const ImportedFile& file : files) {
        const ImportedMap& map = file.map;
        // A map on which every column is grey shows no metric, but which columns do not exist.
        const std::string metric = map.metric.empty() ? std::string(kSynapses) : map.metric;
        Group& group = groups[{map.type, region_rank(map.region), map.region, map.side}];
        const auto [at, is_new] = group.emplace(metric, &file);
        if (!is_new)
            issues.add({"eyemap.import-twice", file.label, 0, metric, Severity::Error,
                        cat("the map of '", map.type, "' in ", map.region, ' ', side_letter(map.side),
                            " was already read from ", at->second->label)});
    }
    return groups;
}

/// Columns of a region and side that any map calls identified, and whether the maps agree.
Mask universe_of(const std::vector<const ImportedFile*>& files, IssueList& issues) {
    std::vector<Hex> all;
    for (const ImportedFile* file : files)
        for (const ImportedColumn& column : file->map.columns)
            if (column.is_in_region) all.push_back(column.hex);
    Mask mask = make_mask(std::move(all));
    for (const ImportedFile* file : files) {
        const auto denies = [&](const ImportedColumn& column) {
            return !column.is_in_region && contains(mask, column.hex);
        };
        const auto count = std::ranges::count_if(file->map.columns, denies);
        if (count > 0)
            issues.add({"eyemap.import-universe", file->label, 0, "", Severity::Warning,
                        cat(count, " columns of ", file->map.region, ' ', side_letter(file->map.side),
                            " do not exist in this map but in others; they are taken to exist")});
    }
    return mask;
}

bool shows_something(const Group& group, Hex hex) {
    return std::ranges::any_of(group, [&](const auto& entry) {
        const ImportedColumn* column = find_column(entry.second, hex);
        return column != nullptr && (!column->value || *column->value != 0 || entry.first.starts_with("value:"));
    });
}

Table universe_table(const std::vector<ImportedFile>& files, IssueList& issues) {
    std::map<std::tuple<std::size_t, std::string, Side>, std::vector<const ImportedFile*>> maps;
    for (const ImportedFile& file : files)
        maps[{region_rank(file.map.region), file.map.region, file.map.side}].push_back(&file);
    TextData regions;
    TextData sides;
    std::vector<std::int64_t> hex1;
    std::vector<std::int64_t> hex2;
    for (const auto& [key, of_region] : maps)
        for (const Hex hex : universe_of(of_region, issues)) {
            regions.push_back(std::get<1>(key));
            sides.push_back(std::string_view(std::get<2>(key) == Side::Left ? "L" : "R"));
            hex1.push_back(hex.hex1);
            hex2.push_back(hex.hex2);
        }
    std::vector<Column> columns;
    columns.push_back(Column::text("region", std::move(regions)));
    columns.push_back(Column::text("side", std::move(sides)));
    columns.push_back(Column::int64("hex1", std::move(hex1)));
    columns.push_back(Column::int64("hex2", std::move(hex2)));
    return Table(std::move(columns));
}

}  // namespace

ImportedTables merge_imported(const std::vector<ImportedFile>& files, IssueList& issues) {
    const std::map<GroupKey, Group> groups = grouped(files, issues);
    ColumnTable columns(groups);
    for (const auto& [key, group] : groups) {
        std::vector<Hex> hexes;
        for (const auto& [metric, file] : group)
            for (const ImportedColumn& column : file->map.columns)
                if (column.is_in_region) hexes.push_back(column.hex);
        for (const Hex hex : make_mask(std::move(hexes)))
            if (shows_something(group, hex)) columns.add(key, group, hex);
    }
    return {std::move(columns).table(), universe_table(files, issues)};
}

}  // namespace hone::eyemap
