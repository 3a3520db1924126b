#include <queue>

#include "hone/cache/policy_members.h"

namespace hone {
namespace {

struct Foreseen {
    std::uint64_t key = 0;
    std::uint64_t weight = 1;
    std::uint64_t next_use = kNeverUsedAgain;
    std::uint32_t next = kNoEntry;  ///< of the table's free places
};

/// Belady's rule over a heap of (next use, key) in which outdated pairs stay until they come up: next uses only grow,
/// so a pair is outdated if its resident's next use differs.
class Belady final : public TablePolicy<Foreseen> {
public:
    Belady(std::span<const std::uint64_t> uses, std::uint64_t capacity) : TablePolicy(capacity), uses_(uses) {}

    bool touch(std::uint64_t key) override {
        check(at_ < uses_.size(), "the next use of each request is known");
        next_use_ = uses_[at_++];
        const std::uint32_t place = table_.find(key);
        if (place == kNoEntry) return false;
        if (next_use_ == kNeverUsedAgain) {
            forget(place);
        } else {
            table_[place].next_use = next_use_;
            farthest_.emplace(next_use_, key);
        }
        return true;
    }
    bool insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) override {
        const bool is_foreseen = erase(item.key);  // its pair is on the heap since touch()
        if (!fits(item.weight) || next_use_ == kNeverUsedAgain || !frees_by_farther(item.weight)) return false;
        make_room(item.weight, leaving);
        add({item.key, item.weight, next_use_});
        if (!is_foreseen) farthest_.emplace(next_use_, item.key);
        return true;
    }
    std::uint64_t metadata_bytes() const override { return sizeof(*this) + table_.bytes() + farthest_.size() * 16; }

private:
    using Use = std::pair<std::uint64_t, std::uint64_t>;  // next use, key

    /// True if `weight` fits once residents that are used later than the item at hand leave.
    bool frees_by_farther(std::uint64_t weight) {
        std::vector<Use> farther;
        std::uint64_t freed = 0;
        bool is_enough = true;
        while (weight_ - freed > capacity_ - weight) {
            const std::uint32_t place = victim();
            if (place == kNoEntry || table_[place].next_use < next_use_) {
                is_enough = false;
                break;
            }
            freed += table_[place].weight;
            farther.push_back(farthest_.top());
            farthest_.pop();
        }
        for (const Use& use : farther)
            farthest_.push(use);
        return is_enough;
    }
    std::uint32_t victim() override {
        while (!farthest_.empty()) {
            const std::uint32_t place = table_.find(farthest_.top().second);
            if (place != kNoEntry && table_[place].next_use == farthest_.top().first) return place;
            farthest_.pop();
        }
        return kNoEntry;
    }
    void unlink(std::uint32_t) override {}

    std::span<const std::uint64_t> uses_;
    std::uint64_t at_ = 0;
    std::uint64_t next_use_ = kNeverUsedAgain;
    std::priority_queue<Use> farthest_;
};

}  // namespace

std::vector<std::uint64_t> next_uses(std::span<const std::uint64_t> keys) {
    struct Last {
        std::uint64_t key = 0;
        std::uint64_t request = 0;
        std::uint32_t next = kNoEntry;
    };
    PolicyTable<Last> last;
    std::vector<std::uint64_t> uses(keys.size(), kNeverUsedAgain);
    for (std::uint64_t i = 0; i < keys.size(); ++i) {
        const std::uint32_t place = last.find(keys[i]);
        if (place == kNoEntry) {
            last.add({keys[i], i});
        } else {
            uses[last[place].request] = i;
            last[place].request = i;
        }
    }
    return uses;
}

std::unique_ptr<CachePolicy> make_belady(std::span<const std::uint64_t> next_uses, std::uint64_t capacity) {
    return std::make_unique<Belady>(next_uses, capacity);
}

}  // namespace hone
