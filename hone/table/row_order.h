#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hone/parallel/exec.h"
#include "hone/table/column.h"

namespace hone {

/// A key column and its direction. Private to the operations.
struct OrderKey {
    const Column* column = nullptr;
    bool is_descending = false;
};

/// Order of two cells of columns of one type and scale: nan is above all numbers and equal to itself, zeros are equal,
/// texts go by their bytes. Requires: both valid.
std::strong_ordering compare_valid(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b);

/// Order of row `row_a` by the keys `a` and row `row_b` by the keys `b`; missing values last in both directions.
/// Requires: as many keys, of equal types, scales and directions.
std::strong_ordering compare_rows(std::span<const OrderKey> a, std::size_t row_a, std::span<const OrderKey> b,
                                  std::size_t row_b);

/// The rows in the order of the keys, equal ones by their numbers.
std::vector<std::uint32_t> ordered(std::vector<std::uint32_t> rows, std::span<const OrderKey> keys, const Exec& exec);

/// A number for each row that never contradicts the order by the key, so that most comparisons need nothing else.
std::vector<std::uint64_t> order_prefixes(const OrderKey& key, std::size_t rows);

/// 0, 1, 2, ... ; Fault::Limit if a table has 2^32 - 1 rows or more, which row numbers of 32 bits cannot tell apart.
std::vector<std::uint32_t> all_rows(std::size_t rows, const Cancel& cancel);

}  // namespace hone
