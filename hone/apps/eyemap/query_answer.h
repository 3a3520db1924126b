#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/row_batch.h"
#include "hone/apps/eyemap/row_layout.h"

namespace hone::eyemap {

/// The JSON answer of a query to neuPrint: {"columns":[names],"data":[[cells],...]}. Parts of the text that it was read
/// from.
struct QueryAnswer {
    std::vector<std::string> columns;
    std::string_view data;
};

/// Finds the parts of an answer; Fault::Input if they are not there.
QueryAnswer open_answer(std::string_view text);

/// Reads the wanted cells in batches of 4,096 rows; the lines of a batch are row numbers from 1. Objects in text
/// columns stay JSON. `misshapen` gets rows with another number of cells than there are columns.
void read_answer(const QueryAnswer& answer, const RowLayout& layout, const std::function<void(const RowBatch&)>& take,
                 const std::function<void(std::uint64_t row, std::size_t cells)>& misshapen);

}  // namespace hone::eyemap
