#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/base/function_ref.h"
#include "hone/table/csv_reader.h"

namespace hone::eyemap {

/// Some rows of a table, column by column as a RowLayout wants them, whatever file they come from. Lives only during a
/// call.
struct RowBatch {
    std::size_t rows = 0;
    std::span<const std::uint64_t> lines;
    std::vector<const CsvChunk::Values*> columns;
    /// A cell as it stands in the file.
    FunctionRef<std::string(std::size_t row, std::size_t column)> raw;
};

/// A number column of a batch; one that the table does not have is missing everywhere.
struct NumberCells {
    const std::int64_t* values = nullptr;
    std::span<const CellState> states;

    NumberCells() = default;
    explicit NumberCells(const CsvChunk::Values& column) : values(column.int64s.data()), states(column.states) {}
    CellState state(std::size_t row) const {
        if (values == nullptr) return CellState::Missing;
        return row < states.size() ? states[row] : CellState::Valid;
    }
};

}  // namespace hone::eyemap
