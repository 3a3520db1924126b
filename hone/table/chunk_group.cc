#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/aggregate_state.h"
#include "hone/table/chunk_operations.h"
#include "hone/table/chunk_sorter.h"
#include "hone/table/key_index.h"
#include "hone/table/read_ahead.h"
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

KeyColumns key_columns(const Table& table, std::span<const std::string> keys) {
    KeyColumns found;
    for (const std::string& key : keys)
        found.push_back(&table.column(key));
    return found;
}

/// Memory of group(), besides rows and result.
std::uint64_t grouping_bytes(std::size_t rows) {
    return KeyIndex::bytes_for(rows) + rows * 48;
}

/// Where the group of the row at `begin` ends, and where that of the last row begins.
std::size_t first_group_end(const KeyColumns& keys, std::size_t begin, std::size_t rows) {
    std::size_t end = begin + 1;
    while (end < rows && equal_keys(keys, end - 1, keys, end))
        ++end;
    return end;
}
std::size_t last_group_begin(const KeyColumns& keys, std::size_t begin, std::size_t rows) {
    std::size_t last = rows - 1;
    while (last > begin && equal_keys(keys, last - 1, keys, last))
        --last;
    return last;
}

/// The group that the last rows seen belong to and that may go on in the next chunk: its rows, or, if all aggregates
/// stream, what they have come to.
class OpenGroup {
public:
    OpenGroup(std::span<const std::string> keys, std::span<const Aggregate> aggregates, Budget& budget)
        : keys_(keys),
          aggregates_(aggregates),
          budget_(budget),
          is_streamed_(std::ranges::all_of(aggregates, AggregateState::can_stream, &Aggregate::kind)) {}

    bool is_open() const { return key_.has_value(); }
    bool has_key_of(const KeyColumns& keys, std::size_t row) const {
        return equal_keys(key_columns(*key_, keys_), 0, keys, row);
    }

    /// Takes rows of one group.
    void add(const Table& table, std::size_t begin, std::size_t end) {
        if (!is_open()) {
            key_ = slice(table, begin, begin + 1);
            states_.clear();
            for (const Aggregate& aggregate : aggregates_)
                if (is_streamed_) states_.emplace_back(aggregate, source_of(table, aggregate));
        }
        if (!is_streamed_) {
            pile_up(rows_, part(table, begin, end), budget_, budget_.attainable() / 4);
            return;
        }
        for (std::size_t i = 0; i < states_.size(); ++i)
            states_[i].add(source_of(table, aggregates_[i]), begin, end);
    }

    /// Memory that close() takes.
    std::uint64_t closing_bytes() const {
        std::uint64_t bytes = 0;
        std::size_t rows = 0;
        for (const Chunk& piece : rows_) {
            bytes += piece.table.memory_bytes();
            rows += piece.table.rows();
        }
        return bytes + grouping_bytes(rows);
    }

    /// The row of the group. The next one may begin.
    Table close(const Exec& exec) {
        const Table first = *std::exchange(key_, std::nullopt);
        if (!is_streamed_) {
            const Chunk whole = all_rows_of_group();
            const std::uint64_t needed = grouping_bytes(whole.table.rows());
            if (budget_.attainable() < needed) fail_no_room(whole.table.rows(), needed);
            const Reservation memory = budget_.reserve(needed);
            return group(whole.table, keys_, aggregates_, exec);
        }
        std::vector<Column> columns;
        for (const std::string& key : keys_)
            columns.push_back(first.column(key));
        for (const AggregateState& state : states_)
            columns.push_back(state.result());
        return Table(std::move(columns));
    }

private:
    static const Column* source_of(const Table& table, const Aggregate& aggregate) {
        const bool counts_rows = aggregate.kind == Aggregate::Kind::Count && aggregate.column.empty();
        return counts_rows ? nullptr : &table.column(aggregate.column);
    }

    Chunk part(const Table& table, std::size_t begin, std::size_t end) const {
        const std::uint64_t bytes = table.memory_bytes() * (end - begin) / table.rows();
        if (budget_.attainable() < bytes) fail_no_room(end - begin, bytes);
        Reservation memory = budget_.reserve(bytes);
        Table rows = slice(table, begin, end);
        memory.resize(rows.memory_bytes());
        return {std::move(rows), std::move(memory)};
    }

    Chunk all_rows_of_group() {
        const std::vector<Chunk> pieces = std::exchange(rows_, {});
        std::uint64_t bytes = 0;
        std::size_t rows = 0;
        for (const Chunk& piece : pieces) {
            bytes += piece.table.memory_bytes();
            rows += piece.table.rows();
        }
        if (budget_.attainable() < bytes) fail_no_room(rows, bytes);
        return joined_chunks(pieces, budget_);
    }

    [[noreturn]] void fail_no_room(std::size_t rows, std::uint64_t bytes) const {
        fail(Fault::Limit, "the rows of a group must fit the memory for distinct counts, quantiles and modes; ", rows,
             " rows need ", human_bytes(bytes), " more; ", budget_.describe());
    }

    std::span<const std::string> keys_;
    std::span<const Aggregate> aggregates_;
    Budget& budget_;
    bool is_streamed_;
    std::optional<Table> key_;  // the first row
    std::vector<AggregateState> states_;
    std::vector<Chunk> rows_;
};

/// Groups sorted chunks.
class GroupingOfChunks {
public:
    GroupingOfChunks(std::span<const std::string> keys, std::span<const Aggregate> aggregates, Budget& budget,
                     const Exec& exec)
        : keys_(keys), aggregates_(aggregates), budget_(budget), exec_(exec), open_(keys, aggregates, budget) {}

    /// Memory that add() takes at most: the rows of a group that goes on, those grouped with their results, what the
    /// group that ends takes, and results put together.
    std::uint64_t bytes_to_add(const Chunk& chunk) const {
        return 4 * chunk.table.memory_bytes() + grouping_bytes(chunk.table.rows()) + open_.closing_bytes() +
               result_bytes_;
    }

    void add(const Chunk& chunk) {
        const Table& table = chunk.table;
        if (!like_) like_ = table.take({});
        require_same_columns(*like_, table);
        if (table.rows() == 0) return;
        const KeyColumns keys = key_columns(table, keys_);
        std::size_t begin = 0;
        if (open_.is_open() && open_.has_key_of(keys, 0)) {
            begin = first_group_end(keys, 0, table.rows());
            open_.add(table, 0, begin);
            if (begin == table.rows()) return;
        }
        if (open_.is_open()) keep(open_.close(exec_));
        const std::size_t last = last_group_begin(keys, begin, table.rows());
        if (last > begin) keep(grouped(table, begin, last));
        open_.add(table, last, table.rows());
    }

    Table finish() {
        if (open_.is_open()) keep(open_.close(exec_));
        if (results_.empty()) return group(*like_, keys_, aggregates_, exec_);
        return joined_chunks(results_, budget_).table;
    }

private:
    Table grouped(const Table& table, std::size_t begin, std::size_t end) const {
        const std::size_t rows = end - begin;
        const Reservation memory = budget_.reserve(table.memory_bytes() + grouping_bytes(rows));
        return group(slice(table, begin, end), keys_, aggregates_, exec_);
    }

    void keep(Table result) {
        Reservation memory = budget_.reserve(result.memory_bytes());
        result_bytes_ += memory.bytes();
        pile_up(results_, {std::move(result), std::move(memory)}, budget_, Budget::kUnlimited);
    }

    std::span<const std::string> keys_;
    std::span<const Aggregate> aggregates_;
    Budget& budget_;
    const Exec& exec_;
    std::optional<Table> like_;  // without rows
    OpenGroup open_;
    std::vector<Chunk> results_;
    std::uint64_t result_bytes_ = 0;
};

}  // namespace

Table group_chunks(ChunkSource& source, std::span<const std::string> keys, std::span<const Aggregate> aggregates,
                   const Spill& spill, const Exec& exec) {
    check(spill.budget != nullptr, "an operation that may spill has a budget");
    std::vector<SortKey> order;
    for (const std::string& key : keys)
        order.push_back({key});
    const std::uint64_t room = spill.budget->attainable();
    ChunkSorter sorter(order, spill, "group");
    GroupingOfChunks grouping(keys, aggregates, *spill.budget, exec);
    std::vector<std::string> needed;
    const auto bytes_for = [&](const Chunk& chunk) {
        const std::uint64_t narrow = chunk.table.memory_bytes();
        return narrow + (keys.empty() ? grouping.bytes_to_add(chunk) : ChunkSorter::bytes_to_add(chunk.table));
    };
    const ChunkLoop loop = {.exec = exec, .budget = *spill.budget, .read_ahead = spill.read_ahead, .needed = bytes_for};
    for_each_chunk(source, loop, [&](Chunk chunk) {
        if (needed.empty()) needed = needed_columns(chunk.table, keys, aggregates);
        sorter.expect(chunk.table.memory_bytes());
        Reservation memory = spill.budget->reserve(chunk.table.memory_bytes());
        Chunk narrow = {project(chunk.table, needed), std::move(memory)};
        chunk = {};
        narrow.memory.resize(narrow.table.memory_bytes());
        if (keys.empty())
            grouping.add(narrow);
        else
            sorter.add(std::move(narrow), exec);
    });
    if (keys.empty()) return grouping.finish();
    const std::unique_ptr<ChunkSource> sorted = sorter.finish(room / 2, exec);
    const auto bytes_to_add = [&](const Chunk& chunk) { return grouping.bytes_to_add(chunk); };
    const ChunkLoop second = {
        .exec = exec, .budget = *spill.budget, .read_ahead = spill.read_ahead, .needed = bytes_to_add};
    for_each_chunk(*sorted, second, [&](const Chunk& chunk) { grouping.add(chunk); });
    return grouping.finish();
}

}  // namespace hone
