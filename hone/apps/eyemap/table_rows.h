#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/intake.h"
#include "hone/apps/eyemap/row_batch.h"
#include "hone/apps/eyemap/row_layout.h"

namespace hone::eyemap {

/// What the rows of single cells are good for.
enum class CellUse : std::uint8_t { Numbers, UniverseOnly };

/// Takes the rows of one table, batch by batch, checks them and gives them to the intake. A row with an error is left
/// out, and its map fails if type, region and side can be read.
class TableRows {
public:
    /// `base` is how the numbers of place names are read, decided.
    TableRows(Intake& intake, RowLayout layout, std::uint16_t file, CellUse use, ColumnBase base);

    void take(const RowBatch& batch);
    /// The same, row by row without shortcuts: what take() is compared with.
    void take_plainly(const RowBatch& batch);
    /// A row that has another number of fields than the header.
    void take_misshapen(std::uint64_t line, std::size_t fields, std::size_t expected);
    /// Tells what was counted.
    void finish();

private:
    static constexpr SetNumber kNoSet = 0xFFFF;

    struct RowError {
        Finding finding;
        std::string column;
        std::string text;
    };

    struct SynapseColumns;

    void open(const RowBatch& batch);
    void close();
    void take_row(std::size_t row);
    void take_synapse_rows();
    bool is_usual(const SynapseColumns& columns, std::size_t row) const;
    void take_usual_synapses(const SynapseColumns& columns, std::size_t row);
    void take_synapses(std::size_t row);
    void take_place(std::size_t row);
    void take_assigned(std::size_t row);
    void take_column(std::size_t row);
    void take_layer(std::size_t row);
    void take_listed(std::size_t row);
    void add_cell(std::uint32_t type, const RawRow& cell, std::uint8_t side);
    void add_values(std::size_t row, ColumnRow& to);
    bool reject(std::size_t row, std::uint32_t type, SetNumber set);
    void check_layer(std::uint32_t type, ColumnKey column, std::int32_t layer, RowPlace place);
    void check_size(std::uint32_t type, SetNumber set, Hex hex, RowPlace place);

    RowPlace place_of(std::size_t row) const { return {file_, batch_->lines[row]}; }
    std::string_view text(Role role, std::size_t row) const;
    std::uint32_t type_at(std::size_t row);
    std::uint32_t new_type_at(std::size_t row, std::string_view text);
    SetNumber set_at(std::size_t row);
    SetNumber set_of_texts(std::string_view region, std::string_view side);
    SetNumber set_of_flags(std::size_t row);
    SetNumber known_set(std::string_view region, Side side);
    std::uint32_t body_at(std::size_t row);
    std::uint8_t body_side_at(std::size_t row);
    Hex hex_at(std::size_t row);
    std::int32_t layer_at(std::size_t row);
    /// A number that must be there and lie within bounds; `low` itself after an error.
    std::int64_t needed(Role role, std::size_t row, std::int64_t low, std::int64_t high, Finding outside) {
        const NumberCells& cells = numbers_[static_cast<std::size_t>(role)];
        if (cells.state(row) == CellState::Valid && cells.values[row] >= low && cells.values[row] <= high) [[likely]]
            return cells.values[row];
        return odd_number(cells, role, row, low, high, outside);
    }
    /// A count of a column that the table may not have: 0 then, and where the cell is empty.
    std::int64_t count_or_zero(Role role, std::size_t row);
    /// A count that may be kAbsent or kMissingCount.
    std::int64_t count(const NumberCells& cells, const std::string& name, std::size_t column, std::size_t row);
    std::int64_t count(Role role, std::size_t row);
    std::int64_t odd_number(const NumberCells& cells, Role role, std::size_t row, std::int64_t low, std::int64_t high,
                            Finding outside);
    void note_number(const std::string& name, std::size_t column, std::size_t row, std::string_view expected);
    void error(Finding finding, std::string column, std::string text);

    Intake& intake_;
    RowLayout layout_;
    std::uint16_t file_;
    CellUse use_;
    ColumnBase base_;
    std::vector<std::uint32_t> value_names_;

    const RowBatch* batch_ = nullptr;
    std::array<NumberCells, kRoles> numbers_;
    std::array<const CsvChunk::Values*, kRoles> texts_{};
    std::vector<RowError> errors_;  ///< of the row at hand
    bool is_skipped_ = false;       ///< the row at hand is left out without an error

    std::string last_type_;
    std::uint32_t last_type_number_ = Intake::kNoType;
    std::string last_region_, last_side_;
    SetNumber last_set_ = kNoSet;
    bool has_last_set_ = false;
    std::string last_body_;
    std::uint32_t last_body_number_ = Bodies::kUnknown;
    /// What add_cell() had last: the same again has nothing to compare.
    std::uint32_t added_type_ = Intake::kNoType, added_body_ = Bodies::kUnknown;
    std::uint8_t added_side_ = 0;

    std::uint64_t rows_ = 0, unlayered_ = 0, other_places_ = 0, placeless_ = 0, unassigned_ = 0, skipped_ = 0;
    RowPlace first_unlayered_;
};

}  // namespace hone::eyemap
