#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "hone/base/error.h"

namespace hone {

/// Stands for "no entry" in a PolicyTable.
inline constexpr std::uint32_t kNoEntry = 0xFFFFFFFFU;

/// Entries of a policy in one array, found by key and named by place, so that lists are links of 32 bits. `slots_` is
/// an open-addressed table of places with linear probing, at most three quarters full, kept without tombstones: taking
/// an entry out shifts back those that probed past it. Free places are chained by `next`. Entry needs the members key
/// (64 bits), previous and next (32 bits each). Not thread-safe.
template <class Entry>
class PolicyTable {
public:
    /// Place of `key`, or kNoEntry.
    std::uint32_t find(std::uint64_t key) const {
        if (slots_.empty()) return kNoEntry;
        for (std::size_t slot = home(key);; slot = (slot + 1) & mask()) {
            const std::uint32_t place = slots_[slot];
            if (place == kNoEntry || entries_[place].key == key) return place;
        }
    }
    /// Starts loading the slot where a search for `key` begins.
    void prefetch(std::uint64_t key) const {
        if (!slots_.empty()) __builtin_prefetch(&slots_[home(key)]);
    }
    /// Adds an entry and returns its place. Requires: its key is absent.
    std::uint32_t add(Entry entry) {
        if ((size_ + 1) * 4 > slots_.size() * 3) grow();
        std::uint32_t place = free_;
        if (place != kNoEntry) {
            free_ = entries_[place].next;
            entries_[place] = std::move(entry);
        } else {
            check(entries_.size() < kNoEntry, "a policy holds less than 2^32 entries");
            place = static_cast<std::uint32_t>(entries_.size());
            if (entries_.size() == entries_.capacity()) entries_.reserve(entries_.size() + entries_.size() / 16 + 8);
            entries_.push_back(std::move(entry));
        }
        std::size_t slot = home(entries_[place].key);
        while (slots_[slot] != kNoEntry)
            slot = (slot + 1) & mask();
        slots_[slot] = place;
        ++size_;
        return place;
    }
    /// Takes out the entry at `place`. Requires: it is there and in no list.
    void remove(std::uint32_t place) {
        std::size_t hole = home(entries_[place].key);
        while (slots_[hole] != place)
            hole = (hole + 1) & mask();
        for (std::size_t slot = (hole + 1) & mask(); slots_[slot] != kNoEntry; slot = (slot + 1) & mask()) {
            const std::size_t probed = (slot - home(entries_[slots_[slot]].key)) & mask();
            if (probed < ((slot - hole) & mask())) continue;
            slots_[hole] = slots_[slot];
            hole = slot;
        }
        slots_[hole] = kNoEntry;
        entries_[place].next = free_;
        free_ = place;
        --size_;
    }

    Entry& operator[](std::uint32_t place) { return entries_[place]; }
    const Entry& operator[](std::uint32_t place) const { return entries_[place]; }
    std::size_t size() const { return size_; }
    /// All places are below this; those of entries that were taken out, among them, hold what was left there.
    std::uint32_t places_end() const { return static_cast<std::uint32_t>(entries_.size()); }
    std::uint64_t bytes() const {
        return entries_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(std::uint32_t);
    }
    /// Calls `body` with each entry, in the order of the slots.
    template <class Body>
    void for_each(const Body& body) const {
        for (const std::uint32_t place : slots_) {
            if (place != kNoEntry) body(entries_[place]);
        }
    }
    /// Appends all keys, in the order of the slots.
    void append_keys(std::vector<std::uint64_t>& keys) const {
        for (const std::uint32_t place : slots_) {
            if (place != kNoEntry) keys.push_back(entries_[place].key);
        }
    }

private:
    std::size_t mask() const { return slots_.size() - 1; }
    std::size_t home(std::uint64_t key) const {
        return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15U) >> shift_);
    }
    void grow() {
        const std::size_t count = std::max<std::size_t>(8, slots_.size() * 2);
        std::vector<std::uint32_t> old(count, kNoEntry);
        old.swap(slots_);
        shift_ = 64 - std::countr_zero(count);
        for (const std::uint32_t place : old) {
            if (place == kNoEntry) continue;
            std::size_t slot = home(entries_[place].key);
            while (slots_[slot] != kNoEntry)
                slot = (slot + 1) & mask();
            slots_[slot] = place;
        }
    }

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> slots_;
    std::size_t size_ = 0;
    std::uint32_t free_ = kNoEntry;
    int shift_ = 61;
};

/// Entry of the policies that keep lists: 24 bytes.
struct PolicyNode {
    static constexpr bool kIsTracked = false;
    std::uint64_t key = 0;
    std::uint64_t weight : 56 = 0;
    std::uint64_t marks : 8 = 0;  ///< what the policy makes of it: uses, segment
    std::uint32_t previous = kNoEntry;
    std::uint32_t next = kNoEntry;
};
/// The same with what another policy must know to take over: 32 bytes.
struct TrackedNode {
    static constexpr bool kIsTracked = true;
    std::uint64_t key = 0;
    std::uint64_t weight : 48 = 0;
    std::uint64_t marks : 8 = 0;
    std::uint64_t uses : 8 = 1;  ///< up to kMostTrackedUses
    std::uint32_t previous = kNoEntry;
    std::uint32_t next = kNoEntry;
    float cost = 1;
    std::uint32_t used_at = 0;  ///< number of its last use
};
inline constexpr std::uint64_t kMostTrackedUses = 15;
/// Weights from here on are heavier than any capacity.
inline constexpr std::uint64_t kWeightBound = std::uint64_t{1} << 48;

/// A doubly linked list of entries of a PolicyTable: the front is the newest, the back leaves first.
struct PolicyList {
    std::uint32_t front = kNoEntry;
    std::uint32_t back = kNoEntry;

    bool is_empty() const { return front == kNoEntry; }

    template <class Entry>
    void push_front(PolicyTable<Entry>& table, std::uint32_t place) {
        Entry& entry = table[place];
        entry.previous = kNoEntry;
        entry.next = front;
        if (front != kNoEntry)
            table[front].previous = place;
        else
            back = place;
        front = place;
    }
    template <class Entry>
    void unlink(PolicyTable<Entry>& table, std::uint32_t place) {
        const Entry& entry = table[place];
        if (entry.previous != kNoEntry)
            table[entry.previous].next = entry.next;
        else
            front = entry.next;
        if (entry.next != kNoEntry)
            table[entry.next].previous = entry.previous;
        else
            back = entry.previous;
    }
    template <class Entry>
    void move_to_front(PolicyTable<Entry>& table, std::uint32_t place) {
        if (front == place) return;
        unlink(table, place);
        push_front(table, place);
    }
};

}  // namespace hone
