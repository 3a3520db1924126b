#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "hone/parallel/exec.h"
#include "hone/table/column.h"

namespace hone {

/// Columns whose cells of one row together are a key. Private to the operations.
using KeyColumns = std::vector<const Column*>;

/// Rows of one group, in their old order.
using Rows = std::span<const std::uint32_t>;

/// A hash of the key of each row: equal keys have equal hashes, whichever table they stand in.
std::vector<std::uint64_t> key_hashes(const KeyColumns& keys, std::size_t rows, const Exec& exec);

/// True if the keys are equal: missing equals missing, nan equals nan, -0.0 equals 0.0. Requires: equal types.
bool equal_keys(const KeyColumns& a, std::size_t row_a, const KeyColumns& b, std::size_t row_b);

/// True if a cell of the row's key is missing.
bool has_missing_key(const KeyColumns& keys, std::size_t row);

/// The rows of a table by their keys, to be looked up. Groups are numbered; the numbers are the same for any threads.
///
/// If keys are few, each block of rows is indexed alone, and the indexes of blocks are put together. Otherwise rows are
/// first dealt to partitions by the highest bits of their hashes, in their order, so that each partition can
/// be worked on alone; then a hash table of open addresses per partition gives each row its group, and a counting sort
/// brings the rows of a group together. `order_` holds all rows, group by group.
class KeyIndex {
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t group = std::numeric_limits<std::uint32_t>::max();  // within the partition; or kNone
        std::uint32_t row = 0;                                            // the first of the group
    };
    static constexpr int kPartitionShift = 58;
    static constexpr std::size_t kLeastPartitioned = std::size_t{1} << 14;  // rows
    static constexpr std::uint64_t kPartitionBytes = 1024;

public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    /// Groups are numbered as they are found, or sorted by their keys if they are few.
    enum class Numbering { Any, SortedIfFew };

    /// Requires: the columns live as long as the index. Fault::Limit for 2^32 - 1 rows or more.
    KeyIndex(KeyColumns keys, std::size_t rows, const Exec& exec, Numbering numbering = Numbering::Any);

    bool is_sorted() const { return is_sorted_; }
    /// All rows, group by group. The index is spent.
    std::vector<std::uint32_t> take_order() { return std::move(order_); }
    std::size_t groups() const { return starts_.size() - 1; }
    Rows rows_of(std::size_t group) const {
        return Rows(order_).subspan(starts_[group], starts_[group + 1] - starts_[group]);
    }
    /// The group with the key of that row of another table, whose hash is `hash`; kNone if there is none. Requires: no
    /// cell of that key is missing.
    std::uint32_t find(const KeyColumns& other, std::size_t row, std::uint64_t hash) const;

    /// Memory that building an index of so many rows takes at most, without what it indexes.
    static std::uint64_t bytes_for(std::size_t rows) {
        // Numbers and hashes of rows, and slots of one table while it grows to another, if all keys differ.
        return rows * (std::uint64_t{20} + 12 + 6 * sizeof(Slot)) +
               kPartitionBytes * (rows < kLeastPartitioned ? 1 : 64);
    }

private:
    struct Partition {
        std::vector<Slot> slots;  // a power of two, at most half full
        std::vector<std::uint32_t> sizes;
        std::uint32_t first_group = 0;
        Partition() : slots(32) {}
        std::uint32_t add(const KeyIndex& index, std::uint64_t hash, std::uint32_t row, const Cancel& cancel);
        void grow(const Cancel& cancel);
        std::vector<const Slot*> first_slots() const;
    };

    struct Blocks;
    bool index_few(Numbering numbering, const Exec& exec);
    bool index_blocks(Blocks& blocks, const Exec& exec) const;
    bool unite(Blocks& blocks, const Cancel& cancel) const;
    std::vector<std::uint32_t> sorted_numbers(const Blocks& blocks, const Exec& exec) const;
    void place_rows(const Blocks& blocks, const Exec& exec);
    void index_many(const Exec& exec);
    std::vector<std::size_t> deal(const std::vector<std::uint64_t>& hashes, const Exec& exec);
    void gather(const std::vector<std::size_t>& begins, std::span<const std::uint32_t> groups, const Exec& exec);
    bool is_same_key(std::uint32_t row, const KeyColumns& other, std::size_t other_row) const {
        return hash_is_key_ || equal_keys(keys_, row, other, other_row);
    }
    std::size_t partition_of(std::uint64_t hash) const { return partitions_.size() == 1 ? 0 : hash >> kPartitionShift; }

    KeyColumns keys_;
    bool is_sorted_ = false;
    bool hash_is_key_ = false;  // one column of numbers, none missing: their hashes differ as they do
    std::vector<std::uint32_t> order_;
    std::vector<std::size_t> starts_;  // of the groups in order_, and the end
    std::vector<Partition> partitions_;
};

/// The rows of a table group by group, groups in some order.
struct RowGroups {
    std::vector<std::uint32_t> order;
    std::vector<std::size_t> starts = {0};  ///< of the groups in `order`, and the end

    std::size_t groups() const { return starts.size() - 1; }
    Rows rows_of(std::size_t group) const {
        return Rows(order).subspan(starts[group], starts[group + 1] - starts[group]);
    }
};

/// Rows by their keys, groups sorted by them. Without keys all rows are one group, also if there are none.
RowGroups sorted_groups(const KeyColumns& keys, std::size_t rows, const Exec& exec);

}  // namespace hone
