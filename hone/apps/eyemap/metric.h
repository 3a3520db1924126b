#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/column_set.h"

namespace hone::eyemap {

/// A number per column that is drawn.
struct Metric {
    enum class Kind : std::uint8_t { Synapses, Cells, Pre, Post, SynapsesPerCell, Value };
    Kind kind = Kind::Synapses;
    std::string value;  ///< name of the number, for Kind::Value

    /// Counts are whole, never negative, and 0 means no data; a Value may be anything finite and 0 is data.
    bool is_count() const { return kind <= Kind::Post; }
    bool has_layers() const { return kind <= Kind::Cells; }
    bool operator==(const Metric&) const = default;
};

/// "synapse_density", "cell_count", "pre", "post", "synapses_per_cell", "value:NAME"; Fault::Usage for others.
Metric parse_metric(std::string_view text);
/// The text that parse_metric() reads.
std::string metric_name(const Metric& metric);
/// The same for file names: "value:a b" becomes "value_a_b", made safe like a type name.
std::string metric_file_part(const Metric& metric);
std::string metric_title(const Metric& metric, std::string_view region_or_layer);  ///< "ME Synapses (All Columns)"
std::string metric_legend(const Metric& metric);                                   ///< "Total Synapses"
std::string metric_word(const Metric& metric);                                     ///< "Synapse count"

/// The values of a set, one per column; NaN where missing.
std::vector<double> metric_values(const ColumnSet& set, const Metric& metric);
/// The layer values of a set (size() x layer_count), 0 where missing; empty for metrics without layers.
std::vector<std::int64_t> layer_values(const ColumnSet& set, const Metric& metric);

}  // namespace hone::eyemap
