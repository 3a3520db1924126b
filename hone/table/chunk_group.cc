#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/chunk_operations.h"
#include "hone/table/chunk_sorter.h"
#include "hone/table/key_index.h"
#include "hone/table/table_pieces.h"

namespace hone {
namespace {

/// Keys and sources of aggregates, each once, in the order of the table; the first column if nothing else is needed,
/// so that rows can be counted.
std::vector<std::string> needed_columns(const Table& table, std::span<const std::string> keys,
                                        std::span<const Aggregate> aggregates) {
    std::vector<std::string> wanted(keys.begin(), keys.end());
    for (const Aggregate& aggregate : aggregates)
        if (!aggregate.column.empty()) wanted.push_back(aggregate.column);
    for (const std::string& name : wanted)
        static_cast<void>(table.column(name));  // names an absent one
    std::vector<std::string> needed;
    for (std::size_t c = 0; c < table.columns(); ++c)
        if (std::ranges::find(wanted, table.column(c).name()) != wanted.end()) needed.push_back(table.column(c).name());
    if (needed.empty() && table.columns() > 0) needed.push_back(table.column(0).name());
    return needed;
}

/// Groups sorted chunks: keeps rows until their group is known to be whole.
class GroupingOfChunks {
public:
    GroupingOfChunks(std::span<const std::string> keys, std::span<const Aggregate> aggregates, Budget& budget,
                     const Exec& exec)
        : keys_(keys), aggregates_(aggregates), budget_(budget), exec_(exec) {}

    void add(Chunk chunk) {
        if (const std::size_t whole = rows_of_whole_groups(chunk.table); whole > 0) {
            hold(part(chunk.table, 0, whole));
            group_pending();
            hold(part(chunk.table, whole, chunk.table.rows()));
            return;
        }
        const bool is_new = !pending_.empty() && chunk.table.rows() > 0 && !continues(chunk.table);
        if (is_new) group_pending();
        hold(std::move(chunk));
    }

    Table finish() {
        if (!pending_.empty()) group_pending();
        return joined_chunks(results_, budget_).table;
    }

private:
    KeyColumns keys_of(const Table& table) const {
        KeyColumns found;
        for (const std::string& key : keys_)
            found.push_back(&table.column(key));
        return found;
    }

    /// True if the first row belongs to the group of the last pending row.
    bool continues(const Table& table) const {
        const auto last =
            std::find_if(pending_.rbegin(), pending_.rend(), [](const Chunk& chunk) { return chunk.table.rows() > 0; });
        return last == pending_.rend() || equal_keys(keys_of(last->table), last->table.rows() - 1, keys_of(table), 0);
    }

    /// Rows before the last group, which may go on in the next chunk.
    std::size_t rows_of_whole_groups(const Table& table) const {
        const KeyColumns keys = keys_of(table);
        std::size_t row = table.rows();
        while (row > 1 && equal_keys(keys, row - 1, keys, row - 2))
            --row;
        return row > 1 ? row - 1 : 0;
    }

    Chunk part(const Table& table, std::size_t begin, std::size_t end) const {
        Reservation memory =
            budget_.reserve(table.memory_bytes() * (end - begin) / std::max<std::size_t>(table.rows(), 1));
        Table rows = slice(table, begin, end);
        memory.resize(rows.memory_bytes());
        return {std::move(rows), std::move(memory)};
    }

    void group_pending() {
        Chunk whole = pending_.size() == 1 ? std::move(pending_.front()) : joined(pending_);
        pending_.clear();
        const std::uint64_t needed = KeyIndex::bytes_for(whole.table.rows()) + whole.table.rows() * 24;
        if (budget_.available() < needed) fail_no_room(whole.table.rows(), needed);
        const Reservation memory = budget_.reserve(needed);
        Table result = group(whole.table, keys_, aggregates_, exec_);
        whole = {};
        Reservation result_memory = budget_.reserve(result.memory_bytes());
        pile_up(results_, {std::move(result), std::move(result_memory)}, budget_, Budget::kUnlimited);
    }

    void hold(Chunk chunk) { pile_up(pending_, std::move(chunk), budget_, budget_.available() / 4); }

    Chunk joined(const std::vector<Chunk>& chunks) const {
        std::uint64_t bytes = 0;
        std::size_t rows = 0;
        for (const Chunk& chunk : chunks) {
            bytes += chunk.table.memory_bytes();
            rows += chunk.table.rows();
        }
        if (budget_.available() < bytes) fail_no_room(rows, bytes);
        return joined_chunks(chunks, budget_);
    }

    [[noreturn]] void fail_no_room(std::size_t rows, std::uint64_t bytes) const {
        fail(Fault::Limit, "the rows of a group must fit the memory; ", rows, " rows need ", human_bytes(bytes),
             " more; ", budget_.describe());
    }

    std::span<const std::string> keys_;
    std::span<const Aggregate> aggregates_;
    Budget& budget_;
    const Exec& exec_;
    std::vector<Chunk> pending_;
    std::vector<Chunk> results_;
};

}  // namespace

Table group_chunks(ChunkSource& source, std::span<const std::string> keys, std::span<const Aggregate> aggregates,
                   const Spill& spill, const Exec& exec) {
    check(spill.budget != nullptr, "an operation that may spill has a budget");
    std::vector<SortKey> order;
    for (const std::string& key : keys)
        order.push_back({key});
    const std::uint64_t room = spill.budget->available();
    ChunkSorter sorter(order, spill, "group");
    GroupingOfChunks grouping(keys, aggregates, *spill.budget, exec);
    std::vector<std::string> needed;
    while (std::optional<Chunk> chunk = source.next(exec)) {
        if (needed.empty()) needed = needed_columns(chunk->table, keys, aggregates);
        sorter.expect(chunk->table.memory_bytes());
        Reservation memory = spill.budget->reserve(chunk->table.memory_bytes());
        Chunk narrow = {project(chunk->table, needed), std::move(memory)};
        chunk.reset();
        narrow.memory.resize(narrow.table.memory_bytes());
        if (keys.empty())
            grouping.add(std::move(narrow));
        else
            sorter.add(std::move(narrow), exec);
    }
    if (keys.empty()) return grouping.finish();
    const std::unique_ptr<ChunkSource> sorted = sorter.finish(room / 2, exec);
    while (std::optional<Chunk> chunk = sorted->next(exec))
        grouping.add(std::move(*chunk));
    return grouping.finish();
}

}  // namespace hone
