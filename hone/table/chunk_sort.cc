#include <utility>

#include "hone/table/chunk_operations.h"
#include "hone/table/chunk_sorter.h"

namespace hone {

std::unique_ptr<ChunkSource> sort_chunks(ChunkSource& source, std::vector<SortKey> keys, const Spill& spill,
                                         const Exec& exec) {
    ChunkSorter sorter(std::move(keys), spill, "sort");
    while (std::optional<Chunk> chunk = source.next(exec))
        sorter.add(std::move(*chunk), exec);
    return sorter.finish(0, exec);
}

}  // namespace hone
