#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/lattice.h"
#include "hone/apps/eyemap/mask.h"
#include "hone/apps/eyemap/region.h"
#include "hone/base/codec.h"

namespace hone::eyemap {

/// A count that was left empty in the input; apart from 0.
inline constexpr std::int64_t kMissingCount = -1;
/// Largest count that is read: every one is exact as a double.
inline constexpr std::int64_t kMostCount = std::int64_t{1} << 53;

/// The columns of one cell type in one region of one side, sorted by hex. Parallel arrays: entry i belongs to
/// hexes[i]; counts are kMissingCount where the input has none. Layer arrays hold layers() entries per column, layer 1
/// first.
struct ColumnSet {
    std::size_t region = 0;  ///< index in the data set's Regions
    Side side = Side::Right;
    std::vector<Hex> hexes;
    std::vector<std::int64_t> synapses;  ///< all synapses, with or without layer
    std::vector<std::int64_t> cells;     ///< distinct cells with synapses
    std::vector<std::int64_t> pre, post;
    std::size_t layer_count = 0;  ///< highest layer that occurs; 0 if layers are unknown
    std::vector<std::int64_t> layer_synapses, layer_cells;
    /// Further numbers by name, sorted by name; NaN where missing.
    std::vector<std::pair<std::string, std::vector<double>>> values;
    /// Why this map must not be drawn (an error in its rows), or empty.
    std::string failure;

    std::size_t size() const { return hexes.size(); }
    /// Index of a column, or size().
    std::size_t find(Hex hex) const;
    std::uint64_t memory_bytes() const;
    bool operator==(const ColumnSet&) const = default;
};

/// One cell type: its sets by region, left before right.
struct CellType {
    std::string name;
    std::vector<ColumnSet> sets;

    const ColumnSet* find(std::size_t region, Side side) const;
    std::uint64_t memory_bytes() const;
    bool operator==(const CellType&) const = default;
};

/// Who made the data; printed in every file.
struct Provenance {
    std::string name, version, licence;
    bool operator==(const Provenance&) const = default;
};

/// A data set ready to be drawn. Types are sorted by name (bytes); universe has an entry for every region and side in
/// which columns exist.
struct DataSet {
    Provenance provenance;
    Regions regions;
    Universe universe;
    std::vector<CellType> types;

    const CellType* find(std::string_view type) const;
    /// Sides on which some type has rows, left before right.
    std::vector<Side> sides_with_rows() const;
    std::uint64_t memory_bytes() const;
};

}  // namespace hone::eyemap

namespace hone {

template <>
struct Codec<eyemap::CellType> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::CellType& value);
    static eyemap::CellType decode(Decoder& in);
};
template <>
struct Codec<eyemap::DataSet> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::DataSet& value);
    static eyemap::DataSet decode(Decoder& in);
};

}  // namespace hone
