#include "hone/table/chunk_merge.h"

#include <algorithm>
#include <utility>

namespace hone {

MergedChunks::MergedChunks(std::vector<std::unique_ptr<ChunkSource>> sources, std::vector<SortKey> keys, Table like,
                           Budget& budget, std::uint64_t chunk_bytes)
    : keys_(std::move(keys)), like_(std::move(like)), budget_(budget), chunk_bytes_(chunk_bytes) {
    for (auto& source : sources)
        sources_.push_back({.chunks = std::move(source)});
}

bool MergedChunks::comes_before(std::size_t a, std::size_t b) const {
    const Source& first = sources_[a];
    const Source& second = sources_[b];
    if (!first.prefixes.empty() && first.prefixes[first.row] != second.prefixes[second.row])
        return first.prefixes[first.row] < second.prefixes[second.row];
    const auto order = compare_rows(first.keys, first.row, second.keys, second.row);
    return std::is_neq(order) ? std::is_lt(order) : a < b;
}

/// Replaces the source's chunk by its next with rows and puts the source on the heap, or leaves it out at the end.
void MergedChunks::load(std::size_t at, const Exec& exec) {
    Source& source = sources_[at];
    do {
        source.chunk = {};
        std::optional<Chunk> chunk = source.chunks->next(exec);
        if (!chunk) {
            source.chunks.reset();
            return;
        }
        source.chunk = std::move(*chunk);
    } while (source.chunk.table.rows() == 0);
    const Table& table = source.chunk.table;
    source.row = 0;
    source.row_bytes = table.memory_bytes() / table.rows() + 1;
    source.keys.clear();
    for (const SortKey& key : keys_)
        source.keys.push_back({&table.column(key.column), key.order == SortKey::Order::Descending});
    source.prefixes = keys_.empty() ? std::vector<std::uint64_t>() : order_prefixes(source.keys.front(), table.rows());
    heap_.push_back(at);
    std::ranges::push_heap(heap_, [this](std::size_t a, std::size_t b) { return comes_before(b, a); });
}

std::optional<Chunk> MergedChunks::next(const Exec& exec) {
    exec.cancel().check();
    const auto is_later = [this](std::size_t a, std::size_t b) { return comes_before(b, a); };
    if (!std::exchange(is_started_, true))
        for (std::size_t at = 0; at < sources_.size(); ++at)
            load(at, exec);
    std::vector<RowPlace> places;
    std::uint64_t bytes = 0;
    std::optional<std::size_t> exhausted;
    while (!heap_.empty() && !exhausted && (places.empty() || bytes < chunk_bytes_)) {
        std::ranges::pop_heap(heap_, is_later);
        const std::size_t at = heap_.back();
        Source& source = sources_[at];
        places.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(source.row++)});
        bytes += source.row_bytes;
        if (source.row < source.chunk.table.rows()) {
            std::ranges::push_heap(heap_, is_later);
        } else {
            heap_.pop_back();
            exhausted = at;
        }
    }
    if (places.empty() && has_given_) return std::nullopt;
    has_given_ = true;
    Chunk chunk = collect(places, bytes);
    if (exhausted) load(*exhausted, exec);
    return chunk;
}

Chunk MergedChunks::collect(const std::vector<RowPlace>& places, std::uint64_t bytes) {
    Reservation memory = budget_.reserve(bytes);
    std::vector<const Table*> tables;
    for (const Source& source : sources_)
        tables.push_back(source.chunks ? &source.chunk.table : &like_);
    if (tables.empty()) tables.push_back(&like_);
    Table table = gathered(tables, places);
    memory.resize(table.memory_bytes());
    return {std::move(table), std::move(memory)};
}

}  // namespace hone
