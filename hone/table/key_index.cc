#include "hone/table/key_index.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>
#include <utility>

#include "hone/base/hash.h"
#include "hone/base/random.h"
#include "hone/table/row_blocks.h"
#include "hone/table/row_order.h"

namespace hone {
namespace {

constexpr std::size_t kDealBlock = std::size_t{1} << 16;
constexpr std::size_t kPartitions = 64;
constexpr std::uint64_t kMissing = 0x6D697373696E6721;  // any number; a hash of missing
// Keys that a block may have to be indexed alone.
constexpr std::size_t kFewKeys = 4096;

/// Bits that are the same for equal doubles.
std::uint64_t key_bits(double value) {
    if (std::isnan(value)) return ~std::uint64_t{0};
    return std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
}
std::uint64_t key_bits(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}
std::uint64_t key_bits(std::string_view value) {
    return hash64(value);
}

template <class Values>
void mix_in(const Column& column, const Values& values, std::span<std::uint64_t> hashes, std::size_t begin) {
    if (!column.has_missing()) {
        for (std::size_t i = 0; i < hashes.size(); ++i)
            hashes[i] = mixed(hashes[i] * 31 + key_bits(values[begin + i]));
        return;
    }
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const std::size_t row = begin + i;
        hashes[i] = mixed(hashes[i] * 31 + (column.is_valid(row) ? key_bits(values[row]) : kMissing));
    }
}

/// Hashes of rows from `begin` on, into zeros.
void mix_in(const KeyColumns& keys, std::span<std::uint64_t> hashes, std::size_t begin) {
    for (const Column* column : keys) {
        if (column->type() == ColumnType::Double)
            mix_in(*column, column->reals(), hashes, begin);
        else if (column->type() == ColumnType::Text)
            mix_in(*column, column->texts(), hashes, begin);
        else
            mix_in(*column, column->int64s(), hashes, begin);
    }
}

bool equal_cells(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
    const bool has_a = a.is_valid(row_a);
    if (has_a != b.is_valid(row_b)) return false;
    return !has_a || std::is_eq(compare_valid(a, row_a, b, row_b));
}

}  // namespace

std::vector<std::uint64_t> key_hashes(const KeyColumns& keys, std::size_t rows, const Exec& exec) {
    std::vector<std::uint64_t> hashes = filled(rows, std::uint64_t{0}, exec.cancel());
    exec.for_each_range("table.hash", rows, [&](std::size_t begin, std::size_t end) {
        mix_in(keys, std::span(hashes).subspan(begin, end - begin), begin);
    });
    return hashes;
}

bool equal_keys(const KeyColumns& a, std::size_t row_a, const KeyColumns& b, std::size_t row_b) {
    for (std::size_t k = 0; k < a.size(); ++k)
        if (!equal_cells(*a[k], row_a, *b[k], row_b)) return false;
    return true;
}

bool has_missing_key(const KeyColumns& keys, std::size_t row) {
    return std::ranges::any_of(keys, [&](const Column* key) { return !key->is_valid(row); });
}

std::uint32_t KeyIndex::Partition::add(const KeyIndex& index, std::uint64_t hash, std::uint32_t row,
                                       const Cancel& cancel) {
    std::size_t at = hash & (slots.size() - 1);
    while (slots[at].group != kNone) {
        if (slots[at].hash == hash && index.is_same_key(slots[at].row, index.keys_, row)) {
            ++sizes[slots[at].group];
            return slots[at].group;
        }
        at = (at + 1) & (slots.size() - 1);
    }
    const auto group = static_cast<std::uint32_t>(sizes.size());
    slots[at] = {hash, group, row};
    sizes.push_back(1);
    if (sizes.size() * 2 > slots.size()) grow(cancel);
    return group;
}

void KeyIndex::Partition::grow(const Cancel& cancel) {
    std::vector<Slot> larger = filled(slots.size() * 2, Slot(), cancel);
    each_row(slots.size(), cancel, [&](std::size_t i) {
        const Slot& slot = slots[i];
        if (slot.group == kNone) return;
        std::size_t at = slot.hash & (larger.size() - 1);
        while (larger[at].group != kNone)
            at = (at + 1) & (larger.size() - 1);
        larger[at] = slot;
    });
    slots = std::move(larger);
}

/// Puts the rows into order_, partition by partition; returns where each begins, and the end.
std::vector<std::size_t> KeyIndex::deal(const std::vector<std::uint64_t>& hashes, const Exec& exec) {
    const std::size_t rows = hashes.size();
    if (partitions_.size() == 1) return {0, rows};
    const std::size_t blocks = (rows + kDealBlock - 1) / kDealBlock;
    std::vector<std::vector<std::size_t>> places(blocks, std::vector<std::size_t>(kPartitions, 0));
    const auto rows_of_block = [&](std::size_t block, const auto& body) {
        for (std::size_t row = block * kDealBlock; row < std::min(rows, (block + 1) * kDealBlock); ++row)
            body(row);
    };
    exec.for_each("table.deal-count", blocks, [&](std::size_t b) {
        rows_of_block(b, [&](std::size_t row) { ++places[b][partition_of(hashes[row])]; });
    });
    std::vector<std::size_t> begins;
    std::size_t next = 0;
    for (std::size_t p = 0; p < kPartitions; ++p) {
        begins.push_back(next);
        for (auto& block : places)
            next += std::exchange(block[p], next);
    }
    begins.push_back(next);
    exec.for_each("table.deal", blocks, [&](std::size_t b) {
        rows_of_block(b, [&](std::size_t row) {
            order_[places[b][partition_of(hashes[row])]++] = static_cast<std::uint32_t>(row);
        });
    });
    return begins;
}

/// Brings the rows of each group together. `groups` are those of the rows in order_.
void KeyIndex::gather(const std::vector<std::size_t>& begins, std::span<const std::uint32_t> groups, const Exec& exec) {
    std::vector<std::uint32_t> gathered = filled(order_.size(), std::uint32_t{0}, exec.cancel());
    exec.for_each("table.gather", partitions_.size(), [&](std::size_t p) {
        const Partition& partition = partitions_[p];
        const auto first = starts_.begin() + partition.first_group;
        std::vector<std::size_t> places(first, first + static_cast<std::ptrdiff_t>(partition.sizes.size()));
        each_row(begins[p + 1] - begins[p], exec.cancel(),
                 [&](std::size_t i) { gathered[places[groups[begins[p] + i]]++] = order_[begins[p] + i]; });
    });
    order_ = std::move(gathered);
}

/// The groups in order of their numbers, which is that of their first rows.
std::vector<const KeyIndex::Slot*> KeyIndex::Partition::first_slots() const {
    std::vector<const Slot*> firsts(sizes.size());
    for (const Slot& slot : slots)
        if (slot.group != kNone) firsts[slot.group] = &slot;
    return firsts;
}

/// Blocks of rows that are indexed alone, and all their groups together.
struct KeyIndex::Blocks {
    Blocks(std::size_t row_count, const Cancel& cancel)
        : rows(row_count),
          tables((row_count + kDealBlock - 1) / kDealBlock),
          group_of(tables.size()),
          groups(filled(row_count, std::uint32_t{0}, cancel)) {}

    std::size_t begin(std::size_t block) const { return block * kDealBlock; }
    std::size_t end(std::size_t block) const { return std::min(rows, (block + 1) * kDealBlock); }

    std::size_t rows;
    std::vector<Partition> tables;                     // of each block
    std::vector<std::vector<std::uint32_t>> group_of;  // the number among all of a block's groups
    std::vector<std::uint32_t> groups;                 // of each row in its block
    Partition all;
};

KeyIndex::KeyIndex(KeyColumns keys, std::size_t rows, const Exec& exec, Numbering numbering)
    : keys_(std::move(keys)),
      hash_is_key_(keys_.size() == 1 && keys_[0]->type() != ColumnType::Text && !keys_[0]->has_missing()),
      order_(all_rows(rows, exec.cancel())) {
    if (rows < kLeastPartitioned || !index_few(numbering, exec)) index_many(exec);
    for (Partition& partition : partitions_)
        partition.sizes = {};
}

/// Indexes each block alone and puts them together. Returns false, and changes nothing, if there are too many keys.
bool KeyIndex::index_few(Numbering numbering, const Exec& exec) {
    Blocks blocks(order_.size(), exec.cancel());
    if (!index_blocks(blocks, exec) || !unite(blocks, exec.cancel())) return false;
    if (numbering == Numbering::SortedIfFew) {
        const std::vector<std::uint32_t> number = sorted_numbers(blocks, exec);
        for (Slot& slot : blocks.all.slots)
            if (slot.group != kNone) slot.group = number[slot.group];
        for (auto& group_of : blocks.group_of)
            for (std::uint32_t& group : group_of)
                group = number[group];
        is_sorted_ = true;
    }
    place_rows(blocks, exec);
    partitions_.push_back(std::move(blocks.all));
    return true;
}

bool KeyIndex::index_blocks(Blocks& blocks, const Exec& exec) const {
    const auto index_block = [&](std::size_t b) {
        std::vector<std::uint64_t> hashes(blocks.end(b) - blocks.begin(b), 0);
        mix_in(keys_, hashes, blocks.begin(b));
        Partition& table = blocks.tables[b];
        for (std::size_t row = blocks.begin(b); row < blocks.end(b) && table.sizes.size() <= kFewKeys; ++row)
            blocks.groups[row] =
                table.add(*this, hashes[row - blocks.begin(b)], static_cast<std::uint32_t>(row), exec.cancel());
    };
    const auto has_few = [](const Partition& table) { return table.sizes.size() <= kFewKeys; };
    index_block(0);
    if (!has_few(blocks.tables[0])) return false;
    exec.for_each("table.index-block", blocks.tables.size() - 1, [&](std::size_t b) { index_block(b + 1); });
    return std::ranges::all_of(blocks.tables, has_few);
}

/// Numbers the groups of all blocks in the order of their first rows.
bool KeyIndex::unite(Blocks& blocks, const Cancel& cancel) const {
    for (std::size_t b = 0; b < blocks.tables.size(); ++b) {
        cancel.check();
        for (const Slot* first : blocks.tables[b].first_slots())
            blocks.group_of[b].push_back(blocks.all.add(*this, first->hash, first->row, cancel));
        if (blocks.tables.size() * blocks.all.sizes.size() > blocks.rows) return false;
    }
    return true;
}

/// For each group its place in the order of the keys.
std::vector<std::uint32_t> KeyIndex::sorted_numbers(const Blocks& blocks, const Exec& exec) const {
    std::vector<OrderKey> keys;
    for (const Column* key : keys_)
        keys.push_back({key, false});
    std::vector<std::uint32_t> firsts;
    for (const Slot* first : blocks.all.first_slots())
        firsts.push_back(first->row);
    const std::vector<std::uint32_t> sorted = ordered(firsts, keys, exec);
    std::vector<std::uint32_t> number(firsts.size());
    for (std::size_t place = 0; place < sorted.size(); ++place)
        number[static_cast<std::size_t>(std::ranges::lower_bound(firsts, sorted[place]) - firsts.begin())] =
            static_cast<std::uint32_t>(place);
    return number;
}

/// Brings the rows of each group together: those of a block go behind those of the same group in blocks before.
void KeyIndex::place_rows(const Blocks& blocks, const Exec& exec) {
    const std::size_t groups = blocks.all.sizes.size();
    std::vector<std::vector<std::size_t>> places(blocks.tables.size(), std::vector<std::size_t>(groups, 0));
    for (std::size_t b = 0; b < places.size(); ++b) {
        exec.cancel().check();
        for (std::size_t g = 0; g < blocks.group_of[b].size(); ++g)
            places[b][blocks.group_of[b][g]] = blocks.tables[b].sizes[g];
    }
    std::size_t next = 0;
    std::size_t seen = 0;
    starts_.reserve(groups + 1);
    for (std::size_t g = 0; g < groups; ++g) {
        starts_.push_back(next);
        for (auto& block : places) {
            next += std::exchange(block[g], next);
            exec.cancel().check_every(++seen);
        }
    }
    starts_.push_back(next);
    exec.for_each("table.gather-block", places.size(), [&](std::size_t b) {
        for (std::size_t row = blocks.begin(b); row < blocks.end(b); ++row)
            order_[places[b][blocks.group_of[b][blocks.groups[row]]]++] = static_cast<std::uint32_t>(row);
    });
}

void KeyIndex::index_many(const Exec& exec) {
    const std::size_t rows = order_.size();
    const std::vector<std::uint64_t> hashes = key_hashes(keys_, rows, exec);
    partitions_.resize(rows < kLeastPartitioned ? 1 : kPartitions);
    const std::vector<std::size_t> begins = deal(hashes, exec);
    const Cancel& cancel = exec.cancel();
    std::vector<std::uint32_t> groups = filled(rows, std::uint32_t{0}, cancel);
    exec.for_each("table.index", partitions_.size(), [&](std::size_t p) {
        each_row(begins[p + 1] - begins[p], cancel, [&](std::size_t in_partition) {
            const std::uint32_t row = order_[begins[p] + in_partition];
            groups[begins[p] + in_partition] = partitions_[p].add(*this, hashes[row], row, cancel);
        });
    });
    std::size_t all_groups = 0;
    for (const Partition& partition : partitions_)
        all_groups += partition.sizes.size();
    starts_.reserve(all_groups + 1);
    starts_.push_back(0);
    for (Partition& partition : partitions_) {
        partition.first_group = static_cast<std::uint32_t>(starts_.size() - 1);
        each_row(partition.sizes.size(), cancel,
                 [&](std::size_t g) { starts_.push_back(starts_.back() + partition.sizes[g]); });
    }
    gather(begins, groups, exec);
}

std::uint32_t KeyIndex::find(const KeyColumns& other, std::size_t row, std::uint64_t hash) const {
    const Partition& partition = partitions_[partition_of(hash)];
    for (std::size_t at = hash & (partition.slots.size() - 1);; at = (at + 1) & (partition.slots.size() - 1)) {
        const Slot& slot = partition.slots[at];
        if (slot.group == kNone) return kNone;
        if (slot.hash == hash && is_same_key(slot.row, other, row)) return partition.first_group + slot.group;
    }
}

RowGroups sorted_groups(const KeyColumns& keys, std::size_t rows, const Exec& exec) {
    const Cancel& cancel = exec.cancel();
    RowGroups groups;
    if (keys.empty()) {
        groups.order = all_rows(rows, cancel);
        groups.starts.push_back(rows);
        return groups;
    }
    KeyIndex index(keys, rows, exec, KeyIndex::Numbering::SortedIfFew);
    groups.starts.reserve(index.groups() + 1);
    const auto add_group = [&](Rows of_group) { groups.starts.push_back(groups.starts.back() + of_group.size()); };
    if (index.is_sorted()) {
        each_row(index.groups(), cancel, [&](std::size_t g) { add_group(index.rows_of(g)); });
        groups.order = index.take_order();
        return groups;
    }
    // Groups are sorted by their first rows.
    std::vector<OrderKey> order_keys;
    for (const Column* key : keys)
        order_keys.push_back({key, false});
    std::vector<std::uint32_t> first_rows;
    first_rows.reserve(index.groups());
    std::vector<std::uint32_t> group_of_first = filled(rows, std::uint32_t{0}, cancel);
    each_row(index.groups(), cancel, [&](std::size_t group) {
        first_rows.push_back(index.rows_of(group).front());
        group_of_first[first_rows.back()] = static_cast<std::uint32_t>(group);
    });
    std::vector<std::uint32_t> sorted = ordered(std::move(first_rows), order_keys, exec);
    each_row(sorted.size(), cancel, [&](std::size_t i) {
        sorted[i] = group_of_first[sorted[i]];
        add_group(index.rows_of(sorted[i]));
    });
    groups.order = filled(rows, std::uint32_t{0}, cancel);
    exec.for_each("table.groups", sorted.size(), [&](std::size_t g) {
        std::ranges::copy(index.rows_of(sorted[g]),
                          groups.order.begin() + static_cast<std::ptrdiff_t>(groups.starts[g]));
    });
    return groups;
}

}  // namespace hone
