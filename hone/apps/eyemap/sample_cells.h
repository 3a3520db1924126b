#pragma once
#include <cstdint>
#include <vector>

#include "hone/apps/eyemap/region.h"
#include "hone/apps/eyemap/sample_types.h"

namespace hone::eyemap {

/// Synapses of one cell in one layer of one column.
struct SampleRow {
    std::uint64_t body = 0;
    Side soma = Side::Right;
    Side side = Side::Right;
    std::uint8_t region = 0;  ///< number in the lattice
    std::uint16_t layer = 0;  ///< 0 = in no layer
    Hex hex;
    std::int64_t synapses = 0;

    /// About three of ten.
    std::int64_t pre() const { return (3 * synapses + 5) / 10; }
    std::int64_t post() const { return synapses - pre(); }
    bool operator==(const SampleRow&) const = default;
};

/// Makes the cells of one type on one side, piece by piece: a function of key, type and side alone, whatever the
/// pieces. Immutable, so thread-safe. Keeps references to lattice and type.
class SampleCells {
public:
    SampleCells(const SampleLattice& lattice, const SampleType& type, Side side, std::uint64_t key);

    /// Things that pieces are made of: columns of a columnar type, cells of a wide one.
    std::size_t size() const { return size_; }
    /// Cells in things low..high-1.
    std::uint64_t count_cells(std::size_t low, std::size_t high) const;
    /// Appends the rows of these things; `first` cells came before. Some half a microsecond a row at most.
    void append_rows(std::size_t low, std::size_t high, std::uint64_t first, std::vector<SampleRow>& rows) const;

private:
    struct Field;
    struct Cell {
        std::uint64_t body;
        Side soma;
    };
    std::uint64_t column_key(std::size_t column) const;
    int cells_of(std::size_t column) const;
    void append_columnar(std::size_t low, std::size_t high, std::uint64_t first, std::vector<SampleRow>& rows) const;
    void append_wide(std::size_t cell, const Field& field, std::vector<SampleRow>& rows) const;
    void emit(std::size_t column, std::uint64_t key, double weight, Cell cell, double field,
              std::vector<SampleRow>& rows) const;
    Side soma_side(double chance) const;

    const SampleLattice& lattice_;
    const SampleType& type_;
    Side side_;
    std::uint64_t key_;   ///< of type and side
    std::uint64_t base_;  ///< body id before the first
    std::size_t size_;
};

}  // namespace hone::eyemap
