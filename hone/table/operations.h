#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/number.h"
#include "hone/parallel/exec.h"
#include "hone/table/table.h"

namespace hone {

struct SortKey {
    std::string column;
    enum class Order { Ascending, Descending } order = Order::Ascending;
};

/// Row numbers in the order of the keys, equal rows in their old order, missing values last. O(n log n).
std::vector<std::uint32_t> sorted_rows(const Table& table, std::span<const SortKey> keys, const Exec& exec);
Table sort(const Table& table, std::span<const SortKey> keys, const Exec& exec);

/// Rows for which keep(row) holds, in order.
Table filter(const Table& table, const std::function<bool(std::size_t)>& keep, const Exec& exec);

/// Sum of the valid values of an Int64 or Decimal column; Fault::Limit on overflow of int64.
std::int64_t exact_sum(const Column& column, const Exec& exec);
/// Sum of the valid values of a Double column: exact (as if added without rounding), rounded once at the end, so it
/// does not depend on order or threads. nan or inf among the values give what plain addition gives.
double exact_sum_real(const Column& column, const Exec& exec);

struct Aggregate {
    enum class Kind { Count, Sum, Min, Max, Mean } kind = Kind::Count;
    std::string column;  ///< source; empty for Count of rows
    std::string name;    ///< of the result
};
/// One row per distinct combination of `keys`, sorted by them; missing is a key of its own, last. Sums are exact.
Table group(const Table& table, std::span<const std::string> keys, std::span<const Aggregate> aggregates,
            const Exec& exec);

}  // namespace hone
