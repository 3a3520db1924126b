#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "hone/cache/policy.h"
#include "hone/cache/policy_sketch.h"
#include "hone/cache/policy_table.h"

namespace hone {

/// A resident as one policy hands it to the next.
struct PolicyResident {
    PolicyItem item;
    std::uint64_t uses = 1;     ///< since it came, up to kMostTrackedUses
    std::uint64_t used_at = 0;  ///< a later use has a greater number
};

/// A policy that another can take over from: if it is tracked, it knows cost and last use of its residents.
class LeaderPolicy : public CachePolicy {
public:
    /// What insert() was told of a resident. Requires: holds(key), and it is tracked.
    virtual PolicyItem item_of(std::uint64_t key) const = 0;
    /// Appends all residents, the one used last at the end. Requires: it is tracked.
    virtual void append_residents(std::vector<PolicyResident>& residents) const = 0;
    /// Hands over the frequencies that it counted, if it goes by them; it must not be used after.
    virtual std::optional<FrequencySketch> take_frequencies() { return std::nullopt; }
};

/// Says whether a policy keeps what the next one must know, 8 bytes per resident more.
enum class Tracking { None, Full };

/// The makers of the single policies, called by make_policy() and make_leader().
std::unique_ptr<LeaderPolicy> make_lru(std::uint64_t capacity, Tracking tracking);
std::unique_ptr<LeaderPolicy> make_sieve(std::uint64_t capacity, Tracking tracking);
std::unique_ptr<LeaderPolicy> make_s3fifo(std::uint64_t capacity, Tracking tracking);

/// How a W-TinyLFU is made.
struct TinyLfuOptions {
    Admission admission = Admission::ByPolicy;
    unsigned window_percent = 1;  ///< of the capacity, at least one unit. Requires: 0 <= percent <= 100
};
/// Knows the frequencies of `sketch` from the start.
std::unique_ptr<LeaderPolicy> make_tiny_lfu(std::uint64_t capacity, TinyLfuOptions options, FrequencySketch sketch,
                                            Tracking tracking);
/// Always tracked.
std::unique_ptr<LeaderPolicy> make_gdsf(std::uint64_t capacity, Admission admission);
/// As make_policy().
std::unique_ptr<LeaderPolicy> make_leader(PolicyKind kind, std::uint64_t capacity, Admission admission,
                                          FrequencySketch known, Tracking tracking);

/// What policies over one PolicyTable share: the residents, their weight and the capacity. A derived class owns the
/// order: it says who leaves and takes an entry out of its lists.
template <class Entry>
class TablePolicy : public LeaderPolicy {
public:
    explicit TablePolicy(std::uint64_t capacity) : capacity_(capacity) {}

    bool erase(std::uint64_t key) override {
        const std::uint32_t place = table_.find(key);
        if (place == kNoEntry) return false;
        forget(place);
        return true;
    }
    void prefetch(std::uint64_t key) const override { table_.prefetch(key); }
    bool evict(std::vector<std::uint64_t>& leaving) override {
        const std::uint32_t place = victim();
        if (place == kNoEntry) return false;
        leaving.push_back(table_[place].key);
        forget(place);
        return true;
    }
    void set_capacity(std::uint64_t capacity, std::vector<std::uint64_t>& leaving) override {
        capacity_ = capacity;
        while (weight_ > capacity_)
            evict(leaving);
    }
    bool holds(std::uint64_t key) const override { return table_.find(key) != kNoEntry; }
    void append_keys(std::vector<std::uint64_t>& keys) const override { table_.append_keys(keys); }
    std::uint64_t entries() const override { return table_.size(); }
    std::uint64_t weight() const override { return weight_; }
    std::uint64_t capacity() const override { return capacity_; }
    std::uint64_t metadata_bytes() const override { return sizeof(*this) + table_.bytes(); }

    PolicyItem item_of(std::uint64_t key) const override { return describe(table_[table_.find(key)]).item; }
    void append_residents(std::vector<PolicyResident>& residents) const override {
        const std::size_t before = residents.size();
        table_.for_each([&](const Entry& entry) { residents.push_back(describe(entry)); });
        std::sort(residents.begin() + static_cast<std::ptrdiff_t>(before), residents.end(),
                  [](const PolicyResident& a, const PolicyResident& b) { return a.used_at < b.used_at; });
    }

protected:
    /// The entry that leaves next, or kNoEntry if there is none; may change the order while it looks.
    virtual std::uint32_t victim() = 0;
    /// Takes an entry out of the order.
    virtual void unlink(std::uint32_t place) = 0;

    /// What is known of an entry.
    virtual PolicyResident describe(const Entry& entry) const {
        PolicyResident resident{{entry.key, entry.weight}};
        if constexpr (requires { requires Entry::kIsTracked; }) {
            resident.item.cost = static_cast<double>(entry.cost);
            resident.uses = entry.uses;
            // Numbers of uses may have come round: the distance to now tells the order.
            resident.used_at = ~std::uint32_t{0} - (uses_ - entry.used_at);
        }
        return resident;
    }
    /// Takes note of a use if entries are tracked.
    void track(Entry& entry) {
        if constexpr (requires { requires Entry::kIsTracked; }) {
            entry.used_at = ++uses_;
            if (entry.uses < kMostTrackedUses) entry.uses = entry.uses + 1;
        }
    }
    /// An entry that comes now.
    Entry fresh(const PolicyItem& item, std::uint64_t marks = 0) {
        Entry entry{.key = item.key, .weight = item.weight, .marks = marks & 0xFF};
        if constexpr (requires { requires Entry::kIsTracked; }) {
            entry.cost = static_cast<float>(item.cost);
            entry.used_at = ++uses_;
        }
        return entry;
    }
    bool fits(std::uint64_t weight) const { return weight <= capacity_ && weight < kWeightBound; }
    /// Evicts until `weight` more fits. Requires: fits(weight).
    void make_room(std::uint64_t weight, std::vector<std::uint64_t>& leaving) {
        while (weight_ > capacity_ - weight)
            evict(leaving);
    }
    std::uint32_t add(const Entry& entry) {
        weight_ += entry.weight;
        return table_.add(entry);
    }
    void forget(std::uint32_t place) {
        unlink(place);
        weight_ -= table_[place].weight;
        table_.remove(place);
    }

    PolicyTable<Entry> table_;
    std::uint64_t weight_ = 0;
    std::uint64_t capacity_ = 0;
    std::uint32_t uses_ = 0;  ///< counted if entries are tracked
};

}  // namespace hone
