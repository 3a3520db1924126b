#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hone/apps/eyemap/aggregate.h"

namespace hone::eyemap {

/// The columns of one type on their way to column sets, in any order: parallel arrays.
struct ColumnDrafts {
    std::vector<ColumnKey> keys;
    std::vector<RowPlace> places;  ///< of the first row
    std::vector<std::int64_t> synapses, cells, pre, post;
    std::size_t stride = 0;  ///< layers per column
    std::vector<std::int64_t> layer_synapses, layer_cells;
    std::vector<std::vector<std::pair<std::uint32_t, double>>> values;  ///< per column, or empty
    std::map<SetNumber, FailureRow> failures;                           ///< the first of each set

    std::size_t size() const { return keys.size(); }
    /// Adds a column of zeros.
    std::size_t add(ColumnKey key, RowPlace place);
    /// Makes room for more layers.
    void widen(std::size_t layers);
    /// Keeps the first failure of a set.
    void fail(const FailureRow& failure);
    std::uint64_t memory_bytes() const;
};

/// Adds up raw rows. Failures are taken along; other rows are Fault::Bug.
ColumnDrafts sum_raw_rows(std::span<const std::uint8_t> rows, const AggregateRules& rules, const std::string& type,
                          std::vector<Found>& findings, const Cancel& cancel);
/// Puts aggregated rows together.
ColumnDrafts join_aggregated_rows(std::span<const std::uint8_t> rows, const AggregateRules& rules,
                                  const std::string& type, std::vector<Found>& findings, const Cancel& cancel);

/// "ColA in ME (R), column 5,5"
std::string column_text(const std::string& type, const AggregateRules& rules, ColumnKey column);
/// Adds a finding; if it is an error under the rules, the map fails.
void add_finding(std::vector<Found>& findings, ColumnDrafts& drafts, const AggregateRules& rules, SetNumber set,
                 Found found);

}  // namespace hone::eyemap
