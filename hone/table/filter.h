#pragma once
#include <cstddef>
#include <functional>

#include "hone/parallel/exec.h"
#include "hone/table/table.h"

namespace hone {

/// Rows for which keep(row) holds, in order. `keep` is called from several threads at once.
Table filter(const Table& table, const std::function<bool(std::size_t)>& keep, const Exec& exec);

}  // namespace hone
