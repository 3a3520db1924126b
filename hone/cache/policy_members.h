#pragma once
#include <memory>
#include <vector>

#include "hone/cache/policy.h"
#include "hone/cache/policy_sketch.h"
#include "hone/cache/policy_table.h"

namespace hone {

/// The makers of the single policies, called by make_policy().
std::unique_ptr<CachePolicy> make_lru(std::uint64_t capacity);
std::unique_ptr<CachePolicy> make_sieve(std::uint64_t capacity);
std::unique_ptr<CachePolicy> make_s3fifo(std::uint64_t capacity);
/// W-TinyLFU with a window of `window_percent` of the capacity, at least one unit, that knows the frequencies of
/// `sketch`. Requires: 0 <= percent <= 100.
std::unique_ptr<CachePolicy> make_tiny_lfu(std::uint64_t capacity, Admission admission, unsigned window_percent,
                                           FrequencySketch sketch);
std::unique_ptr<CachePolicy> make_gdsf(std::uint64_t capacity, Admission admission);

/// What policies over one PolicyTable share: the residents, their weight and the capacity. A derived class owns the
/// order: it says who leaves and takes an entry out of its lists.
template <class Entry>
class TablePolicy : public CachePolicy {
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

protected:
    /// The entry that leaves next, or kNoEntry if there is none; may change the order while it looks.
    virtual std::uint32_t victim() = 0;
    /// Takes an entry out of the order.
    virtual void unlink(std::uint32_t place) = 0;

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
};

}  // namespace hone
