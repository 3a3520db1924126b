#pragma once
#include <span>
#include <string>

#include "hone/parallel/exec.h"
#include "hone/table/aggregate.h"
#include "hone/table/table.h"

namespace hone {

/// One row per distinct combination of `keys`, sorted by them; missing is a key of its own, last. Without keys one row,
/// also of an empty table. Sums, means and variances are exact until they are rounded once, so that they depend on no
/// order. O(n), and O(g log g) for g groups.
Table group(const Table& table, std::span<const std::string> keys, std::span<const Aggregate> aggregates,
            const Exec& exec);

}  // namespace hone
