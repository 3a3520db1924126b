#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/parallel/exec.h"
#include "hone/table/table.h"

namespace hone {

struct SortKey {
    std::string column;
    enum class Order { Ascending, Descending } order = Order::Ascending;
};

/// Row numbers in the order of the keys, equal rows in their old order, missing values last. nan is above all numbers.
/// O(n log n).
std::vector<std::uint32_t> sorted_rows(const Table& table, std::span<const SortKey> keys, const Exec& exec);
Table sort(const Table& table, std::span<const SortKey> keys, const Exec& exec);

}  // namespace hone
