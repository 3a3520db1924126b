#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"
#include "hone/table/table.h"

namespace hone {

/// Some rows of a larger table, charged to the budget of whoever made it.
struct Chunk {
    Table table;
    Reservation memory;
};

/// A table that comes in pieces, for what is larger than memory. All chunks have the same columns. How the rows are cut
/// depends on memory and must not show in a result. Not thread-safe.
class ChunkSource {
public:
    virtual ~ChunkSource() = default;
    /// The next rows; nothing at the end. The first chunk is there even if there are no rows, so that the columns are
    /// known. Throws what reading throws, Fault::Limit without room for the chunk, and Fault::Cancelled. After
    /// Fault::Limit it may be called again and gives the rows that found no room; after other errors it may not. Calls
    /// may come from different threads, one after another.
    virtual std::optional<Chunk> next(const Exec& exec) = 0;
};

/// The rows of a table in memory, copied piece by piece. The table must outlive it.
class TableChunks : public ChunkSource {
public:
    /// Requires: rows > 0.
    TableChunks(const Table& table, std::size_t rows, Budget& budget);
    std::optional<Chunk> next(const Exec& exec) override;

private:
    const Table& table_;
    std::size_t rows_;
    Budget& budget_;
    std::size_t at_ = 0;
    bool is_first_ = true;
};

/// All rows that are left as one table, charged to the budget together with the pieces while they are put together.
Table read_all(ChunkSource& source, Budget& budget, const Exec& exec);

/// Puts chunks together; charged to the budget. Requires: one chunk at least.
Chunk joined_chunks(const std::vector<Chunk>& chunks, Budget& budget);

/// Appends a chunk and joins the last ones while each is less than twice the one behind it and they take at most
/// `most_bytes` together, so that small ones become few: all in all, rows are copied O(log n) times.
void pile_up(std::vector<Chunk>& pile, Chunk chunk, Budget& budget, std::uint64_t most_bytes);

}  // namespace hone
