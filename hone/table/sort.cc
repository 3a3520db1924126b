#include "hone/table/sort.h"

#include "hone/table/row_order.h"

namespace hone {

std::vector<std::uint32_t> sorted_rows(const Table& table, std::span<const SortKey> keys, const Exec& exec) {
    std::vector<OrderKey> found;
    for (const SortKey& key : keys)
        found.push_back({&table.column(key.column), key.order == SortKey::Order::Descending});
    return ordered(all_rows(table.rows(), exec.cancel()), found, exec);
}

Table sort(const Table& table, std::span<const SortKey> keys, const Exec& exec) {
    return table.take(sorted_rows(table, keys, exec), exec.cancel());
}

}  // namespace hone
