#include "hone/apps/eyemap/aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "hone/apps/eyemap/column_drafts.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// True if the first row is of single cells.
bool are_raw(std::span<const std::uint8_t> rows) {
    RowReader reader(rows);
    RowReader::Kind kind = reader.next();
    while (kind == RowReader::Kind::Failure)
        kind = reader.next();
    return kind == RowReader::Kind::Raw || kind == RowReader::Kind::End;
}

/// Makes column sets of drafts, and compares them with the universe.
class SetBuilder {
public:
    SetBuilder(const std::string& type, const AggregateRules& rules, std::vector<Found>& findings)
        : type_(type), rules_(rules), findings_(findings) {}

    std::vector<ColumnSet> build(ColumnDrafts& drafts) {
        std::vector<std::uint32_t> order(drafts.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, {}, [&](std::uint32_t i) { return drafts.keys[i]; });
        for (std::size_t i = 0; i < order.size();) {
            const SetNumber set = set_of(drafts.keys[order[i]]);
            std::vector<std::uint32_t> columns;
            for (; i < order.size() && set_of(drafts.keys[order[i]]) == set; ++i)
                columns.push_back(order[i]);
            drop_outside(set, columns, drafts);
            sets_[set] = build_set(set, columns, drafts);
        }
        for (const auto& [number, failure] : drafts.failures) {
            ColumnSet& set = sets_[number];
            set.region = region_of(number);
            set.side = side_of(number);
            set.failure = failure.reason;
        }
        std::vector<ColumnSet> all;
        for (auto& [number, set] : sets_)
            all.push_back(std::move(set));
        return all;
    }

private:
    /// Tells the columns outside the universe, and removes them if the rules say so.
    void drop_outside(SetNumber set, std::vector<std::uint32_t>& columns, ColumnDrafts& drafts) {
        const auto mask = rules_.universe->find({region_of(set), side_of(set)});
        const bool has_mask = mask != rules_.universe->end() && !mask->second.empty();
        const auto is_outside = [&](std::uint32_t i) { return !contains(mask->second, hex_of(drafts.keys[i])); };
        if (!has_mask) return tell_no_universe(set, columns, drafts);
        const Outside rule = rules_.rules->outside;
        for (const std::uint32_t i : columns) {
            if (!is_outside(i)) continue;
            Found outside = found(Finding::OutsideUniverse, drafts.places[i], {},
                                  cat(column_text(type_, rules_, drafts.keys[i]), " is outside the universe",
                                      rule == Outside::Add    ? "; it is added to the map"
                                      : rule == Outside::Drop ? "; it is left out"
                                                              : ""));
            if (rule == Outside::Error) outside.severity = Severity::Error;
            add_finding(findings_, drafts, rules_, set, std::move(outside));
        }
        if (rule == Outside::Drop) std::erase_if(columns, is_outside);
    }

    void tell_no_universe(SetNumber set, const std::vector<std::uint32_t>& columns, ColumnDrafts& drafts) {
        add_finding(findings_, drafts, rules_, set,
                    found(Finding::OutsideUniverse, drafts.places[columns.front()], {},
                          cat(type_, " in ", (*rules_.regions)[region_of(set)].name, " (", side_letter(side_of(set)),
                              "): nothing lists the columns of this region; those of the type are drawn")));
    }

    ColumnSet build_set(SetNumber number, const std::vector<std::uint32_t>& columns, const ColumnDrafts& drafts) const {
        ColumnSet set;
        set.region = region_of(number);
        set.side = side_of(number);
        for (const std::uint32_t i : columns) {
            set.hexes.push_back(hex_of(drafts.keys[i]));
            set.synapses.push_back(drafts.synapses[i]);
            set.cells.push_back(drafts.cells[i]);
            set.pre.push_back(drafts.pre[i]);
            set.post.push_back(drafts.post[i]);
        }
        set.layer_count = layers_in_use(columns, drafts);
        for (const std::uint32_t i : columns) {
            const auto first = static_cast<std::ptrdiff_t>(i * drafts.stride);
            const auto count = static_cast<std::ptrdiff_t>(set.layer_count);
            const auto copy = [&](const std::vector<std::int64_t>& from, std::vector<std::int64_t>& to) {
                to.insert(to.end(), from.begin() + first, from.begin() + first + count);
            };
            copy(drafts.layer_synapses, set.layer_synapses);
            copy(drafts.layer_cells, set.layer_cells);
        }
        add_values(columns, drafts, set);
        return set;
    }

    /// The highest layer with something in it.
    static std::size_t layers_in_use(const std::vector<std::uint32_t>& columns, const ColumnDrafts& drafts) {
        std::size_t most = 0;
        for (const std::uint32_t i : columns)
            for (std::size_t layer = drafts.stride; layer > most; --layer) {
                const std::size_t at = i * drafts.stride + layer - 1;
                if (drafts.layer_synapses[at] != 0 || drafts.layer_cells[at] != 0) most = layer;
            }
        return most;
    }

    void add_values(const std::vector<std::uint32_t>& columns, const ColumnDrafts& drafts, ColumnSet& set) const {
        std::map<std::string, std::vector<double>> by_name;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i] >= drafts.values.size()) continue;
            for (const auto& [name, value] : drafts.values[columns[i]]) {
                auto& values = by_name[(*rules_.value_names)[name]];
                values.resize(columns.size(), std::numeric_limits<double>::quiet_NaN());
                values[i] = value;
            }
        }
        for (auto& [name, values] : by_name)
            set.values.emplace_back(name, std::move(values));
    }

    const std::string& type_;
    const AggregateRules& rules_;
    std::vector<Found>& findings_;
    std::map<SetNumber, ColumnSet> sets_;
};

}  // namespace

std::size_t ColumnDrafts::add(ColumnKey key, RowPlace place) {
    keys.push_back(key);
    places.push_back(place);
    for (auto* const counts : {&synapses, &cells, &pre, &post})
        counts->push_back(0);
    layer_synapses.resize(keys.size() * stride);
    layer_cells.resize(keys.size() * stride);
    return keys.size() - 1;
}

void ColumnDrafts::widen(std::size_t layers) {
    if (layers <= stride) return;
    for (auto* const counts : {&layer_synapses, &layer_cells}) {
        std::vector<std::int64_t> wider(keys.size() * layers);
        for (std::size_t i = 0; i < keys.size(); ++i)
            std::copy_n(counts->begin() + static_cast<std::ptrdiff_t>(i * stride), stride,
                        wider.begin() + static_cast<std::ptrdiff_t>(i * layers));
        *counts = std::move(wider);
    }
    stride = layers;
}

void ColumnDrafts::fail(const FailureRow& failure) {
    const auto [at, is_new] = failures.try_emplace(failure.set, failure);
    if (!is_new && failure.place < at->second.place) at->second = failure;
}

std::uint64_t ColumnDrafts::memory_bytes() const {
    return 2 * keys.size() *
           (sizeof(ColumnKey) + sizeof(RowPlace) + 4 * sizeof(std::int64_t) + 2 * stride * sizeof(std::int64_t));
}

std::string column_text(const std::string& type, const AggregateRules& rules, ColumnKey column) {
    const SetNumber set = set_of(column);
    const Hex hex = hex_of(column);
    return cat(type, " in ", (*rules.regions)[region_of(set)].name, " (", side_letter(side_of(set)), "), column ",
               hex.hex1, ",", hex.hex2);
}

void add_finding(std::vector<Found>& findings, ColumnDrafts& drafts, const AggregateRules& rules, SetNumber set,
                 Found found) {
    const bool is_raised = rules.rules->is_strict && found.severity == Severity::Warning;
    if (is_raised || found.severity == Severity::Error) drafts.fail({set, found.place, found.message});
    findings.push_back(std::move(found));
}

AggregatedType aggregate(std::string name, std::span<const std::uint8_t> rows, const AggregateRules& rules,
                         const Cancel& cancel) {
    AggregatedType result;
    result.type.name = std::move(name);
    const std::string& type = result.type.name;
    ColumnDrafts drafts = are_raw(rows) ? sum_raw_rows(rows, rules, type, result.findings, cancel)
                                        : join_aggregated_rows(rows, rules, type, result.findings, cancel);
    result.type.sets = SetBuilder(type, rules, result.findings).build(drafts);
    result.failures = std::move(drafts.failures);
    return result;
}

std::optional<Universe> widened(const Universe& universe, const CellType& type) {
    std::optional<Universe> wider;
    for (const ColumnSet& set : type.sets) {
        const auto mask = universe.find({set.region, set.side});
        const Mask none;
        const Mask& known = mask == universe.end() ? none : mask->second;
        const bool is_within = std::ranges::all_of(set.hexes, [&](Hex hex) { return contains(known, hex); });
        if (is_within) continue;
        if (!wider) wider = universe;
        (*wider)[{set.region, set.side}] = united(known, set.hexes);
    }
    return wider;
}

}  // namespace hone::eyemap
