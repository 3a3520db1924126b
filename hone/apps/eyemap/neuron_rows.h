#pragma once
#include <cstdint>

#include "hone/apps/eyemap/table_rows.h"

namespace hone::eyemap {

/// Takes rows of neurons, whose places stand in one JSON object ({"ME_R_col_34_30":{"pre":3,"post":8},...}), and gives
/// each place of each neuron as a row of rois.
class NeuronRows {
public:
    NeuronRows(Intake& intake, RowLayout layout, std::uint16_t file, CellUse use, ColumnBase base);

    void take(const RowBatch& batch);
    TableRows& places() { return places_; }

private:
    void take_row(const RowBatch& batch, std::size_t row);

    Intake& intake_;
    RowLayout layout_;
    std::uint16_t file_;
    TableRows places_;
};

/// True if a name of a place in the object has a number with a letter; false for what is no JSON object.
bool has_letter_in_place_info(std::string_view info);

}  // namespace hone::eyemap
