#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hone/memory/promised_memory.h"
#include "hone/table/chunk_source.h"
#include "hone/table/sort.h"
#include "hone/table/spill.h"

namespace hone {

/// Sorts chunks that come one after another, in memory as long as they fit, else in runs on disk. Private to the
/// operations on chunks.
///
/// Each chunk is sorted as it comes and held. When the budget has no room for more, or when memory is asked for (stage
/// Spill of reclaimer.h), all that is held is merged into one sorted run in a file. At the end runs are merged; if the
/// budget has no room for a chunk of each, neighbouring runs first become fewer. Equal rows stay in order as runs do.
class ChunkSorter {
public:
    /// `what` says for whom, in messages and names of files: "sort", "group".
    ChunkSorter(std::vector<SortKey> keys, const Spill& spill, std::string what);

    void add(Chunk chunk, const Exec& exec);
    /// Bytes that add() charges for a chunk while there is room.
    static std::uint64_t bytes_to_add(const Table& chunk);
    /// Keeps room free for chunks of that size when more is added.
    void expect(std::uint64_t chunk_bytes) { largest_chunk_ = std::max(largest_chunk_, chunk_bytes); }
    /// Brings all that is held to disk.
    void spill_held(const Exec& exec);
    bool can_spill() const { return spill_.files != nullptr; }
    /// The rows in order; leaves so many bytes of the budget free if it can spill. Call once, last.
    std::unique_ptr<ChunkSource> finish(std::uint64_t free_bytes, const Exec& exec);

private:
    Reservation reserve(std::uint64_t bytes, const Exec& exec);
    void look_at_memory(std::uint64_t next_bytes, const Exec& exec);
    SpilledRun merged_run(std::vector<std::unique_ptr<ChunkSource>> sources, const Exec& exec);
    std::vector<std::unique_ptr<ChunkSource>> held_sources();
    std::unique_ptr<ChunkSource> merged(std::vector<std::unique_ptr<ChunkSource>> sources) const;
    std::vector<std::unique_ptr<ChunkSource>> open_runs(std::size_t first, std::size_t count);
    void merge_until_few(const Exec& exec);

    std::vector<SortKey> keys_;
    Spill spill_;
    std::string what_;
    std::optional<Table> like_;  // no rows; the columns
    std::uint64_t part_bytes_;   // of chunks that are merged
    Reservation room_;           // for merging what is held
    std::uint64_t largest_chunk_ = 0;
    std::uint64_t held_bytes_ = 0;
    std::vector<Chunk> held_;
    PromisedMemory spillable_;  // what is held
    std::vector<SpilledRun> runs_;
};

/// Bytes that one chunk of an operation with that budget takes, about.
std::uint64_t chunk_bytes_for(const Budget& budget);

}  // namespace hone
