#include "hone/table/chunk_sorter.h"

#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/chunk_merge.h"
#include "hone/table/read_ahead.h"
#include "hone/table/row_order.h"
#include "hone/table/table_pieces.h"

namespace hone {
namespace {

constexpr std::uint64_t kLeastChunkBytes = std::uint64_t{4} << 10;
constexpr std::uint64_t kMostChunkBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kChunksPerBudget = 64;
// What ordered() takes for a row.
constexpr std::uint64_t kOrderBytes = 40;

/// One chunk in memory.
class HeldChunk : public ChunkSource {
public:
    explicit HeldChunk(Chunk chunk) : chunk_(std::move(chunk)) {}
    std::optional<Chunk> next(const Exec&) override { return std::exchange(chunk_, std::nullopt); }

private:
    std::optional<Chunk> chunk_;
};

}  // namespace

std::uint64_t chunk_bytes_for(const Budget& budget) {
    return std::clamp(budget.attainable() / kChunksPerBudget, kLeastChunkBytes, kMostChunkBytes);
}

ChunkSorter::ChunkSorter(std::vector<SortKey> keys, const Spill& spill, std::string what)
    : keys_(std::move(keys)),
      spill_(spill),
      what_(std::move(what)),
      part_bytes_(chunk_bytes_for(*spill.budget)),
      spillable_(*spill.budget, what_, ReclaimStep::Spill) {
    if (can_spill()) room_ = spill_.budget->reserve(4 * part_bytes_);
}

std::uint64_t ChunkSorter::bytes_to_add(const Table& chunk) {
    return chunk.memory_bytes() + chunk.rows() * kOrderBytes;
}

/// A charge; what is held goes to disk if there is no room for it.
Reservation ChunkSorter::reserve(std::uint64_t bytes, const Exec& exec) {
    std::optional<Reservation> memory = spill_.budget->try_reserve(bytes);
    if (!memory && !held_.empty()) {
        spill_held(exec);
        memory = spill_.budget->try_reserve(bytes);
    }
    if (memory) return std::move(*memory);
    fail(Fault::Limit, "a ", what_, " of a table in chunks needs ", human_bytes(bytes), " for a chunk; ",
         spill_.budget->describe());
}

void ChunkSorter::add(Chunk chunk, const Exec& exec) {
    exec.cancel().check();
    if (!like_) like_ = chunk.table.take({});
    require_same_columns(*like_, chunk.table);
    const std::size_t rows = chunk.table.rows();
    if (rows == 0) return;
    largest_chunk_ = std::max(largest_chunk_, chunk.table.memory_bytes());
    Reservation memory = reserve(bytes_to_add(chunk.table), exec);
    Table sorted = sort(chunk.table, keys_, exec);
    chunk = {};
    memory.resize(sorted.memory_bytes() + rows * sizeof(std::uint64_t));  // and a prefix for each row when it is merged
    held_bytes_ += memory.bytes();
    held_.push_back({std::move(sorted), std::move(memory)});
    // Room for the next chunk, before and after it is sorted.
    if (can_spill()) look_at_memory(2 * largest_chunk_ + rows * kOrderBytes, exec);
}

/// Spills if there is no room for the next chunk or if memory is asked for; else says what could be spilled.
void ChunkSorter::look_at_memory(std::uint64_t next_bytes, const Exec& exec) {
    if (spillable_.is_wanted() || !can_have(*spill_.budget, next_bytes))
        spill_held(exec);
    else
        spillable_.hold(held_bytes_);
}

std::vector<std::unique_ptr<ChunkSource>> ChunkSorter::held_sources() {
    std::vector<std::unique_ptr<ChunkSource>> sources;
    for (Chunk& chunk : held_)
        sources.push_back(std::make_unique<HeldChunk>(std::move(chunk)));
    held_.clear();
    held_bytes_ = 0;
    spillable_.fulfil();
    return sources;
}

std::unique_ptr<ChunkSource> ChunkSorter::merged(std::vector<std::unique_ptr<ChunkSource>> sources) const {
    return std::make_unique<MergedChunks>(std::move(sources), keys_, *like_, *spill_.budget, part_bytes_);
}

SpilledRun ChunkSorter::merged_run(std::vector<std::unique_ptr<ChunkSource>> sources, const Exec& exec) {
    SpillWriter writer(spill_, what_);
    const std::unique_ptr<ChunkSource> all = merged(std::move(sources));
    const auto needed = [](const Chunk& chunk) { return chunk.table.memory_bytes(); };
    const ChunkLoop loop = {.exec = exec, .budget = *spill_.budget, .read_ahead = spill_.read_ahead, .needed = needed};
    for_each_chunk(*all, loop, [&](const Chunk& chunk) { writer.append(chunk.table); });
    return writer.finish();
}

void ChunkSorter::spill_held(const Exec& exec) {
    if (held_.empty()) return;
    const std::uint64_t room = room_.bytes();
    room_.reset();
    runs_.push_back(merged_run(held_sources(), exec));
    if (room > 0) room_ = spill_.budget->reserve(room);
}

std::vector<std::unique_ptr<ChunkSource>> ChunkSorter::open_runs(std::size_t first, std::size_t count) {
    std::vector<std::unique_ptr<ChunkSource>> sources;
    for (std::size_t i = first; i < first + count; ++i)
        sources.push_back(std::make_unique<SpilledChunks>(std::move(runs_[i]), *spill_.budget));
    return sources;
}

/// Merges neighbouring runs until a chunk of each that is left fits into half of the memory.
void ChunkSorter::merge_until_few(const Exec& exec) {
    while (true) {
        std::uint64_t largest = 1;
        for (const SpilledRun& run : runs_)
            largest = std::max(largest, run.largest_chunk_bytes());
        const std::uint64_t room = spill_.budget->attainable() / 2;
        if (runs_.size() <= 2 || runs_.size() * largest <= room) return;
        const std::size_t together = std::max<std::uint64_t>(room / largest, 2);
        std::vector<SpilledRun> fewer;
        for (std::size_t i = 0; i < runs_.size(); i += together)
            fewer.push_back(merged_run(open_runs(i, std::min(together, runs_.size() - i)), exec));
        runs_ = std::move(fewer);
    }
}

std::unique_ptr<ChunkSource> ChunkSorter::finish(std::uint64_t free_bytes, const Exec& exec) {
    check(like_.has_value(), "a source has one chunk at least");
    const bool is_tight = spill_.budget->attainable() + room_.bytes() < free_bytes;
    if (can_spill() && (is_tight || !runs_.empty())) spill_held(exec);
    room_.reset();
    if (runs_.empty()) return merged(held_sources());
    merge_until_few(exec);
    return merged(open_runs(0, runs_.size()));
}

}  // namespace hone
