#include "hone/table/chunk_merge.h"

#include <algorithm>
#include <utility>

namespace hone {

MergedChunks::MergedChunks(std::vector<std::unique_ptr<ChunkSource>> sources, std::vector<SortKey> keys, Table like,
                           Budget& budget, std::uint64_t chunk_bytes)
    : keys_(std::move(keys)), like_(std::move(like)), budget_(budget), chunk_bytes_(chunk_bytes) {
    for (auto& source : sources)
        sources_.push_back({.chunks = std::move(source)});
    for (std::size_t at = sources_.size(); at-- > 0;)
        waiting_.push_back(at);
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

void MergedChunks::load_waiting(const Exec& exec) {
    for (; !waiting_.empty(); waiting_.pop_back())
        load(waiting_.back(), exec);
}

/// Takes rows for the next chunk from the heap until it is large enough or a source has none left, which is returned.
std::optional<std::size_t> MergedChunks::pick_rows(const Cancel& cancel) {
    const auto is_later = [this](std::size_t a, std::size_t b) { return comes_before(b, a); };
    while (!heap_.empty() && (places_.empty() || bytes_ < chunk_bytes_)) {
        cancel.check_every(places_.size());
        std::ranges::pop_heap(heap_, is_later);
        const std::size_t at = heap_.back();
        Source& source = sources_[at];
        places_.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(source.row++)});
        bytes_ += source.row_bytes;
        if (source.row == source.chunk.table.rows()) {
            heap_.pop_back();
            return at;
        }
        std::ranges::push_heap(heap_, is_later);
    }
    return std::nullopt;
}

// What a call has done is kept in members until it is given: a call that finds no room is made again.
std::optional<Chunk> MergedChunks::next(const Exec& exec) {
    exec.cancel().check();
    load_waiting(exec);
    if (places_.empty()) exhausted_ = pick_rows(exec.cancel());
    if (places_.empty() && has_given_) return std::nullopt;
    Chunk chunk = collect();
    has_given_ = true;
    places_.clear();
    bytes_ = 0;
    if (exhausted_) {
        sources_[*exhausted_].chunk = {};
        waiting_.push_back(*std::exchange(exhausted_, std::nullopt));
    }
    return chunk;
}

Chunk MergedChunks::collect() {
    Reservation memory = budget_.reserve(bytes_);
    std::vector<const Table*> tables;
    for (const Source& source : sources_)
        tables.push_back(source.chunk.table.columns() > 0 ? &source.chunk.table : &like_);
    if (tables.empty()) tables.push_back(&like_);
    Table table = gathered(tables, places_);
    memory.resize(table.memory_bytes());
    return {std::move(table), std::move(memory)};
}

}  // namespace hone
