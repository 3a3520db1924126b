#include "hone/table/chunk_source.h"

#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/table/table_pieces.h"

namespace hone {

TableChunks::TableChunks(const Table& table, std::size_t rows, Budget& budget)
    : table_(table), rows_(rows), budget_(budget) {
    check(rows > 0, "chunks have a row at least");
}

std::optional<Chunk> TableChunks::next(const Exec& exec) {
    exec.cancel().check();
    const std::size_t rows = std::min(rows_, table_.rows() - at_);
    if (rows == 0 && !std::exchange(is_first_, false)) return std::nullopt;
    is_first_ = false;
    // About its share; what the texts of these rows take is known when they are there.
    Reservation memory = budget_.reserve(table_.rows() == 0 ? 0 : table_.memory_bytes() / table_.rows() * rows);
    Table chunk = slice(table_, at_, at_ + rows);
    memory.resize(chunk.memory_bytes());
    at_ += rows;
    return Chunk{std::move(chunk), std::move(memory)};
}

Chunk joined_chunks(const std::vector<Chunk>& chunks, Budget& budget) {
    std::vector<const Table*> tables;
    std::uint64_t bytes = 0;
    for (const Chunk& chunk : chunks) {
        require_same_columns(chunks.front().table, chunk.table);
        tables.push_back(&chunk.table);
        bytes += chunk.table.memory_bytes();
    }
    Reservation memory = budget.reserve(bytes);
    Table table = concatenated(tables);
    memory.resize(table.memory_bytes());
    return {std::move(table), std::move(memory)};
}

Table read_all(ChunkSource& source, Budget& budget, const Exec& exec) {
    std::vector<Chunk> chunks;
    while (std::optional<Chunk> chunk = source.next(exec))
        chunks.push_back(std::move(*chunk));
    check(!chunks.empty(), "a source has one chunk at least");
    return joined_chunks(chunks, budget).table;
}

void pile_up(std::vector<Chunk>& pile, Chunk chunk, Budget& budget, std::uint64_t most_bytes) {
    pile.push_back(std::move(chunk));
    while (pile.size() > 1) {
        Chunk& before = pile[pile.size() - 2];
        Chunk& last = pile.back();
        const std::uint64_t bytes = before.table.memory_bytes() + last.table.memory_bytes();
        if (before.table.rows() >= 2 * last.table.rows() + 1 || bytes > most_bytes) return;
        std::vector<Chunk> both;
        both.push_back(std::move(before));
        both.push_back(std::move(last));
        pile.resize(pile.size() - 2);
        pile.push_back(joined_chunks(both, budget));
    }
}

}  // namespace hone
