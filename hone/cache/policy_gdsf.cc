#include <algorithm>
#include <cmath>
#include <utility>

#include "hone/cache/policy_members.h"

namespace hone {
namespace {

struct Priced {
    std::uint64_t key = 0;
    std::uint64_t weight = 1;
    double cost = 1;
    double priority = 0;
    std::uint64_t sequence = 0;  ///< of its last use: the earlier one leaves among equals
    std::uint32_t uses = 1;
    std::uint32_t heap_place = 0;
    std::uint32_t next = kNoEntry;  ///< of the table's free places

    bool leaves_before(const Priced& other) const {
        return priority != other.priority ? priority < other.priority : sequence < other.sequence;
    }
};

/// GDSF (Cherkasova 1998): the least clock + uses x cost / weight leaves, where the clock is the priority of the last
/// that left, so that what is no longer used is overtaken. `heap_` holds places, the first to leave on top.
class Gdsf final : public TablePolicy<Priced> {
public:
    Gdsf(std::uint64_t capacity, Admission admission) : TablePolicy(capacity), admission_(admission) {}

    bool touch(std::uint64_t key) override {
        const std::uint32_t place = table_.find(key);
        if (place == kNoEntry) return false;
        Priced& entry = table_[place];
        if (entry.uses != ~std::uint32_t{0}) ++entry.uses;
        price(entry);
        sift_down(entry.heap_place);
        return true;
    }
    bool insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) override {
        erase(item.key);
        if (!fits(item.weight)) return false;
        Priced entry{item.key, item.weight, std::isfinite(item.cost) ? item.cost : 0};
        price(entry);
        if (!make_room_for(entry, leaving)) return false;
        const std::uint32_t place = add(entry);
        put_on_heap(place);
        return true;
    }
    bool evict(std::vector<std::uint64_t>& leaving) override {
        if (!heap_.empty()) clock_ = std::max(clock_, table_[heap_[0]].priority);
        return TablePolicy::evict(leaving);
    }
    std::uint64_t metadata_bytes() const override {
        return sizeof(*this) + table_.bytes() + heap_.capacity() * sizeof(std::uint32_t);
    }

private:
    PolicyResident describe(const Priced& entry) const override {
        return {{entry.key, entry.weight, entry.cost},
                std::min<std::uint64_t>(entry.uses, kMostTrackedUses),
                entry.sequence};
    }
    void price(Priced& entry) {
        entry.priority = clock_ + static_cast<double>(entry.uses) * entry.cost / static_cast<double>(entry.weight);
        entry.sequence = ++sequence_;
    }
    /// Evicts the cheapest until the new entry fits; if it is cheaper than one of them, all stay and it is turned away.
    bool make_room_for(const Priced& fresh, std::vector<std::uint64_t>& leaving) {
        std::vector<std::uint32_t>& losers = scratch_;
        losers.clear();
        std::uint64_t freed = 0;
        bool is_worth_it = true;
        while (weight_ - freed > capacity_ - fresh.weight) {
            const std::uint32_t place = heap_[0];
            if (admission_ == Admission::ByPolicy && fresh.leaves_before(table_[place])) {
                is_worth_it = false;
                break;
            }
            take_off_heap(place);
            losers.push_back(place);
            freed += table_[place].weight;
        }
        if (!is_worth_it) clock_ = std::max(clock_, fresh.priority);
        for (const std::uint32_t place : losers) {
            put_on_heap(place);
            if (!is_worth_it) continue;
            clock_ = std::max(clock_, table_[place].priority);
            leaving.push_back(table_[place].key);
            forget(place);
        }
        return is_worth_it;
    }

    std::uint32_t victim() override { return heap_.empty() ? kNoEntry : heap_[0]; }
    void unlink(std::uint32_t place) override { take_off_heap(place); }

    void put_on_heap(std::uint32_t place) {
        table_[place].heap_place = static_cast<std::uint32_t>(heap_.size());
        heap_.push_back(place);
        sift_up(table_[place].heap_place);
    }
    void take_off_heap(std::uint32_t place) {
        const std::uint32_t hole = table_[place].heap_place;
        const std::uint32_t last = heap_.back();
        heap_.pop_back();
        if (hole == heap_.size()) return;
        heap_[hole] = last;
        table_[last].heap_place = hole;
        sift_up(hole);
        sift_down(table_[last].heap_place);
    }
    bool leaves_before(std::uint32_t a, std::uint32_t b) const {
        return table_[heap_[a]].leaves_before(table_[heap_[b]]);
    }
    void swap_places(std::uint32_t a, std::uint32_t b) {
        std::swap(heap_[a], heap_[b]);
        table_[heap_[a]].heap_place = a;
        table_[heap_[b]].heap_place = b;
    }
    void sift_up(std::uint32_t at) {
        while (at > 0 && leaves_before(at, (at - 1) / 4)) {
            swap_places(at, (at - 1) / 4);
            at = (at - 1) / 4;
        }
    }
    void sift_down(std::uint32_t at) {
        while (true) {
            std::uint32_t least = at;
            const std::uint64_t first = std::uint64_t{at} * 4 + 1;
            for (std::uint64_t child = first; child < first + 4 && child < heap_.size(); ++child) {
                if (leaves_before(static_cast<std::uint32_t>(child), least)) least = static_cast<std::uint32_t>(child);
            }
            if (least == at) return;
            swap_places(at, least);
            at = least;
        }
    }

    const Admission admission_;
    double clock_ = 0;
    std::uint64_t sequence_ = 0;
    std::vector<std::uint32_t> heap_;
    std::vector<std::uint32_t> scratch_;
};

}  // namespace

std::unique_ptr<LeaderPolicy> make_gdsf(std::uint64_t capacity, Admission admission) {
    return std::make_unique<Gdsf>(capacity, admission);
}

}  // namespace hone
