#include "hone/cache/policy.h"

#include <array>
#include <utility>

#include "hone/base/error.h"
#include "hone/cache/policy_members.h"

namespace hone {
namespace {

constexpr std::array kKinds = {PolicyKind::Lru,     PolicyKind::S3Fifo, PolicyKind::Sieve,
                               PolicyKind::TinyLfu, PolicyKind::Gdsf,   PolicyKind::TinyLfuHalf};

/// Entries in one list, new ones in front.
template <class Node>
class OneList : public TablePolicy<Node> {
    using Base = TablePolicy<Node>;

public:
    using Base::Base;

    bool insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) final {
        this->erase(item.key);
        if (!this->fits(item.weight)) return false;
        this->make_room(item.weight, leaving);
        order_.push_front(this->table_, this->add(this->fresh(item)));
        return true;
    }

protected:
    PolicyList order_;
};

/// One list, the last used in front.
template <class Node>
class Lru final : public OneList<Node> {
    using Base = OneList<Node>;
    using Base::order_;
    using Base::table_;
    using Base::track;

public:
    using Base::Base;

    bool touch(std::uint64_t key) override {
        const std::uint32_t place = table_.find(key);
        if (place == kNoEntry) return false;
        track(table_[place]);
        order_.move_to_front(table_, place);
        return true;
    }

private:
    std::uint32_t victim() override { return order_.back; }
    void unlink(std::uint32_t place) override { order_.unlink(table_, place); }
};

/// One list in the order of arrival. `hand_` is the next entry to look at, from the back to the front; it spares and
/// unmarks those that were used since it passed.
template <class Node>
class Sieve final : public OneList<Node> {
    using Base = OneList<Node>;
    using Base::order_;
    using Base::table_;
    using Base::track;

public:
    using Base::Base;

    bool touch(std::uint64_t key) override {
        const std::uint32_t place = table_.find(key);
        if (place == kNoEntry) return false;
        Node& node = table_[place];
        track(node);
        if (node.marks == 0) node.marks = 1;
        return true;
    }

private:
    std::uint32_t victim() override {
        if (order_.is_empty()) return kNoEntry;
        std::uint32_t place = hand_ == kNoEntry ? order_.back : hand_;
        while (table_[place].marks != 0) {
            table_[place].marks = 0;
            place = table_[place].previous;
            if (place == kNoEntry) place = order_.back;
        }
        hand_ = place;
        return place;
    }
    void unlink(std::uint32_t place) override {
        if (hand_ == place) hand_ = table_[place].previous;
        order_.unlink(table_, place);
    }

    std::uint32_t hand_ = kNoEntry;
};

}  // namespace

std::span<const PolicyKind> policy_kinds() {
    return kKinds;
}

std::string_view policy_name(PolicyKind kind) {
    switch (kind) {
        case PolicyKind::Lru:
            return "lru";
        case PolicyKind::S3Fifo:
            return "s3fifo";
        case PolicyKind::Sieve:
            return "sieve";
        case PolicyKind::TinyLfu:
            return "wtinylfu";
        case PolicyKind::Gdsf:
            return "gdsf";
        case PolicyKind::TinyLfuHalf:
            return "wtinylfu-half";
    }
    check_failed("a policy kind has a name");
}

std::unique_ptr<LeaderPolicy> make_leader(PolicyKind kind, std::uint64_t capacity, Admission admission,
                                          FrequencySketch known, Tracking tracking) {
    switch (kind) {
        case PolicyKind::Lru:
            return make_lru(capacity, tracking);
        case PolicyKind::S3Fifo:
            return make_s3fifo(capacity, tracking);
        case PolicyKind::Sieve:
            return make_sieve(capacity, tracking);
        case PolicyKind::TinyLfu:
            return make_tiny_lfu(capacity, {admission, 1}, std::move(known), tracking);
        case PolicyKind::Gdsf:
            return make_gdsf(capacity, admission);
        case PolicyKind::TinyLfuHalf:
            return make_tiny_lfu(capacity, {admission, 50}, std::move(known), tracking);
    }
    check_failed("a policy kind has a maker");
}

std::unique_ptr<CachePolicy> make_policy(PolicyKind kind, std::uint64_t capacity, Admission admission,
                                         FrequencySketch known) {
    return make_leader(kind, capacity, admission, std::move(known), Tracking::None);
}

std::unique_ptr<LeaderPolicy> make_lru(std::uint64_t capacity, Tracking tracking) {
    if (tracking == Tracking::Full) return std::make_unique<Lru<TrackedNode>>(capacity);
    return std::make_unique<Lru<PolicyNode>>(capacity);
}

std::unique_ptr<LeaderPolicy> make_sieve(std::uint64_t capacity, Tracking tracking) {
    if (tracking == Tracking::Full) return std::make_unique<Sieve<TrackedNode>>(capacity);
    return std::make_unique<Sieve<PolicyNode>>(capacity);
}

}  // namespace hone
