#include <utility>

#include "hone/table/chunk_operations.h"
#include "hone/table/chunk_sorter.h"
#include "hone/table/read_ahead.h"

namespace hone {

std::unique_ptr<ChunkSource> sort_chunks(ChunkSource& source, std::vector<SortKey> keys, const Spill& spill,
                                         const Exec& exec) {
    ChunkSorter sorter(std::move(keys), spill, "sort");
    const auto needed = [](const Chunk& chunk) { return ChunkSorter::bytes_to_add(chunk.table); };
    const ChunkLoop loop = {.exec = exec, .budget = *spill.budget, .read_ahead = spill.read_ahead, .needed = needed};
    for_each_chunk(source, loop, [&](Chunk chunk) { sorter.add(std::move(chunk), exec); });
    return sorter.finish(0, exec);
}

}  // namespace hone
