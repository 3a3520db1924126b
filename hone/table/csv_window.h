#pragma once
#include <functional>
#include <span>

#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"
#include "hone/table/csv_source.h"

namespace hone {

/// CsvReader::read() with the tuning given. Private to the reader and its tests.
void read_csv_pieces(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget,
                     const std::function<void(CsvChunk&)>& consume);

}  // namespace hone
