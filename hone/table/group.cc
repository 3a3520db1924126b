#include "hone/table/group.h"

#include <utility>
#include <vector>

#include "hone/table/key_index.h"
#include "hone/table/row_blocks.h"

namespace hone {

Table group(const Table& table, std::span<const std::string> keys, std::span<const Aggregate> aggregates,
            const Exec& exec) {
    KeyColumns key_columns;
    for (const std::string& key : keys)
        key_columns.push_back(&table.column(key));
    const RowGroups groups = sorted_groups(key_columns, table.rows(), exec);
    std::vector<std::uint32_t> firsts;
    if (!keys.empty()) {
        firsts.reserve(groups.groups());
        each_row(groups.groups(), exec.cancel(), [&](std::size_t g) { firsts.push_back(groups.rows_of(g).front()); });
    }
    std::vector<Column> columns;
    for (const Column* key : key_columns)
        columns.push_back(key->take(firsts, exec.cancel()));
    for (const Aggregate& aggregate : aggregates)
        columns.push_back(aggregate_column(table, groups, aggregate, exec));
    return Table(std::move(columns));
}

}  // namespace hone
