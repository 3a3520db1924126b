#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hone/table/chunk_source.h"
#include "hone/table/row_order.h"
#include "hone/table/sort.h"
#include "hone/table/table_pieces.h"

namespace hone {

/// Merges sorted sources into one; of equal rows those of the earlier source come first. Holds a chunk of each source.
/// Private to the operations on chunks.
class MergedChunks : public ChunkSource {
public:
    /// Chunks take about `chunk_bytes`, a row at least. `like` is a table without rows that has the columns.
    MergedChunks(std::vector<std::unique_ptr<ChunkSource>> sources, std::vector<SortKey> keys, Table like,
                 Budget& budget, std::uint64_t chunk_bytes);
    std::optional<Chunk> next(const Exec& exec) override;

private:
    struct Source {
        std::unique_ptr<ChunkSource> chunks;
        Chunk chunk;
        std::vector<OrderKey> keys;
        std::vector<std::uint64_t> prefixes;  // of the first key, by row
        std::size_t row = 0;
        std::uint64_t row_bytes = 0;
    };
    void load_waiting(const Exec& exec);
    void load(std::size_t source, const Exec& exec);
    bool comes_before(std::size_t a, std::size_t b) const;
    std::optional<std::size_t> pick_rows(const Cancel& cancel);
    Chunk collect();

    std::vector<Source> sources_;
    std::vector<SortKey> keys_;
    Table like_;
    Budget& budget_;
    std::uint64_t chunk_bytes_;
    std::vector<std::size_t> heap_;         // sources with rows, the least row at the front
    std::vector<std::size_t> waiting_;      // sources whose next chunk must be loaded, the last one first
    std::vector<RowPlace> places_;          // of the next chunk
    std::uint64_t bytes_ = 0;               // that they take, about
    std::optional<std::size_t> exhausted_;  // whose last row is among them
    bool has_given_ = false;
};

}  // namespace hone
