#include <algorithm>

#include "hone/cache/policy_members.h"

namespace hone {
namespace {

constexpr std::uint64_t kMostUses = 3;  // two bits

enum Segment : std::uint64_t { kSmall = 0, kMain = 4 };  // beside the two bits of uses

struct Ghost {
    std::uint64_t key = 0;
    std::uint32_t previous = kNoEntry;
    std::uint32_t next = kNoEntry;
};

/// S3-FIFO (Yang and others, SOSP 2023): new entries wait in a small queue of a tenth of the capacity and go on to the
/// main queue if they were used twice there; those that were not leave a ghost, and a ghost that is asked for again
/// goes straight to the main queue, in which each use buys another round. At most nine tenths as many ghosts as
/// residents.
template <class Node>
class S3Fifo final : public TablePolicy<Node> {
    using Base = TablePolicy<Node>;
    using Base::add;
    using Base::capacity_;
    using Base::entries;
    using Base::fits;
    using Base::forget;
    using Base::fresh;
    using Base::make_room;
    using Base::table_;
    using Base::track;

public:
    using TablePolicy<Node>::TablePolicy;

    void prefetch(std::uint64_t key) const override {
        table_.prefetch(key);
        ghosts_.prefetch(key);
    }
    bool touch(std::uint64_t key) override {
        const std::uint32_t place = table_.find(key);
        if (place == kNoEntry) return false;
        Node& node = table_[place];
        track(node);
        if ((node.marks & kMostUses) != kMostUses) node.marks = node.marks + 1;
        return true;
    }
    bool insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) override {
        this->erase(item.key);
        if (!fits(item.weight)) return false;
        const bool was_ghost = drop_ghost(item.key);
        make_room(item.weight, leaving);
        const std::uint32_t place = add(fresh(item, was_ghost ? kMain : kSmall));
        if (was_ghost) {
            main_.push_front(table_, place);
        } else {
            small_.push_front(table_, place);
            small_weight_ += item.weight;
        }
        return true;
    }
    bool evict(std::vector<std::uint64_t>& leaving) override {
        const std::uint64_t most_ghosts = entries() - entries() / 10;
        const std::uint32_t place = victim();
        if (place == kNoEntry) return false;
        const std::uint64_t key = table_[place].key;
        const bool leaves_ghost = !is_main(place);
        forget(place);
        leaving.push_back(key);
        if (leaves_ghost) ghost_order_.push_front(ghosts_, ghosts_.add({key}));
        while (ghosts_.size() > most_ghosts)
            drop_ghost(ghosts_[ghost_order_.back].key);
        return true;
    }
    std::uint64_t metadata_bytes() const override { return sizeof(*this) + table_.bytes() + ghosts_.bytes(); }

private:
    bool is_main(std::uint32_t place) const { return (table_[place].marks & kMain) != 0; }
    bool drop_ghost(std::uint64_t key) {
        const std::uint32_t ghost = ghosts_.find(key);
        if (ghost == kNoEntry) return false;
        ghost_order_.unlink(ghosts_, ghost);
        ghosts_.remove(ghost);
        return true;
    }
    std::uint32_t victim() override {
        while (!small_.is_empty() &&
               (main_.is_empty() || small_weight_ >= std::max<std::uint64_t>(1, capacity_ / 10))) {
            const std::uint32_t place = small_.back;
            if ((table_[place].marks & kMostUses) < 2) return place;
            unlink(place);
            table_[place].marks = kMain;
            main_.push_front(table_, place);
        }
        if (main_.is_empty()) return kNoEntry;
        while ((table_[main_.back].marks & kMostUses) != 0) {
            const std::uint32_t place = main_.back;
            table_[place].marks = table_[place].marks - 1;
            main_.move_to_front(table_, place);
        }
        return main_.back;
    }
    void unlink(std::uint32_t place) override {
        if (is_main(place)) {
            main_.unlink(table_, place);
        } else {
            small_.unlink(table_, place);
            small_weight_ -= table_[place].weight;
        }
    }

    PolicyList small_;
    PolicyList main_;
    std::uint64_t small_weight_ = 0;
    PolicyTable<Ghost> ghosts_;
    PolicyList ghost_order_;
};

}  // namespace

std::unique_ptr<LeaderPolicy> make_s3fifo(std::uint64_t capacity, Tracking tracking) {
    if (tracking == Tracking::Full) return std::make_unique<S3Fifo<TrackedNode>>(capacity);
    return std::make_unique<S3Fifo<PolicyNode>>(capacity);
}

}  // namespace hone
