#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/sample_cells.h"

namespace hone::eyemap {

/// What rows of one type and side add up to in one column: written by plain code of its own, so that what reads raw
/// rows can be compared with it.
struct SampleColumn {
    std::uint8_t region = 0;
    Side side = Side::Right;
    Hex hex;
    std::int64_t synapses = 0;  ///< with those in no layer
    std::int64_t cells = 0;     ///< distinct bodies
    std::int64_t pre = 0;
    std::int64_t post = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> layers;  ///< synapses and cells, layer 1 first
};

/// Columns by region, hex1, hex2. Requires: rows of one side.
std::vector<SampleColumn> sample_columns(const SampleLattice& lattice, std::span<const SampleRow> rows);

/// Header of the table `columns` with syn_1.. and cells_1.. for the region with the most layers.
std::string sample_columns_header(const SampleLattice& lattice);
/// Appends a line of it; layers that the region does not have are empty.
void append_column_line(std::string& out, const SampleLattice& lattice, std::string_view csv_type,
                        const SampleColumn& column);
/// Appends the column as it stands in the JSON document.
void append_column_json(std::string& out, const SampleLattice& lattice, const SampleColumn& column);

}  // namespace hone::eyemap
