#include <algorithm>
#include <utility>

#include "hone/base/random.h"
#include "hone/cache/policy_members.h"
#include "hone/cache/policy_sketch.h"

namespace hone {
namespace {

enum Segment : std::uint64_t { kWindow, kProbation, kProtected };

/// W-TinyLFU (Einziger, Friedman, Manes 2017): new entries pass a window of the last used; what leaves it enters the
/// main part only if it was asked for more often than all that would have to leave for it together. The main part is a
/// segmented LRU: four fifths are protected for those used again. Frequencies come from a sketch that ages.
template <class Node>
class TinyLfu final : public TablePolicy<Node> {
    using Base = TablePolicy<Node>;
    using Base::add;
    using Base::capacity_;
    using Base::entries;
    using Base::evict;
    using Base::fits;
    using Base::forget;
    using Base::fresh;
    using Base::table_;
    using Base::track;
    using Base::weight_;

public:
    TinyLfu(std::uint64_t capacity, TinyLfuOptions options, FrequencySketch sketch)
        : Base(capacity),
          admission_(options.admission),
          window_percent_(options.window_percent),
          sketch_(std::move(sketch)) {
        check(window_percent_ <= 100, "a window is at most the whole capacity");
        divide();
    }

    void prefetch(std::uint64_t key) const override {
        sketch_.prefetch(key);
        table_.prefetch(key);
    }
    bool touch(std::uint64_t key) override {
        sketch_.add(key);
        const std::uint32_t place = table_.find(key);
        if (place == kNoEntry) return false;
        track(table_[place]);
        if (table_[place].marks == kProbation) {
            move(place, kProtected);
            demote();
        } else {
            list(table_[place].marks).move_to_front(table_, place);
        }
        return true;
    }
    bool insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) override {
        this->erase(item.key);
        if (!fits(item.weight)) return false;
        sketch_.make_room(entries() + 1);
        const std::uint32_t place = add(fresh(item, kWindow));
        list(kWindow).push_front(table_, place);
        weights_[kWindow] += item.weight;
        bool is_admitted = true;
        if (item.weight > window_capacity_) {
            is_admitted = settle(place, admission_ == Admission::Always, leaving);
            if (!is_admitted) leaving.pop_back();  // it was never in
        }
        while (weights_[kWindow] > window_capacity_)
            settle(list(kWindow).back, false, leaving);
        while (weight_ > capacity_)
            evict(leaving);
        return is_admitted;
    }
    void set_capacity(std::uint64_t capacity, std::vector<std::uint64_t>& leaving) override {
        capacity_ = capacity;
        divide();
        while (weights_[kWindow] > window_capacity_)
            move(list(kWindow).back, kProbation);
        demote();
        Base::set_capacity(capacity, leaving);
    }
    std::uint64_t metadata_bytes() const override { return sizeof(*this) + table_.bytes() + sketch_.bytes(); }
    std::optional<FrequencySketch> take_frequencies() override { return std::move(sketch_); }

private:
    PolicyList& list(std::uint64_t segment) { return lists_[segment]; }
    void divide() {
        window_capacity_ = capacity_ / 100 * window_percent_ + capacity_ % 100 * window_percent_ / 100;
        window_capacity_ = std::max<std::uint64_t>(window_capacity_, 1);
        const std::uint64_t main = capacity_ - std::min(capacity_, window_capacity_);
        protected_capacity_ = main - main / 5;
    }
    void move(std::uint32_t place, std::uint64_t segment) {
        unlink(place);
        table_[place].marks = segment & kSegmentBits;
        list(segment).push_front(table_, place);
        weights_[segment] += table_[place].weight;
    }
    void demote() {
        while (weights_[kProtected] > protected_capacity_)
            move(list(kProtected).back, kProbation);
    }
    /// Moves an entry of the window to the main part if there is room or if it wins it; else it leaves: false.
    bool settle(std::uint32_t candidate, bool is_forced, std::vector<std::uint64_t>& leaving) {
        if (weight_ > capacity_ && !is_forced && !wins(candidate)) {
            leaving.push_back(table_[candidate].key);
            forget(candidate);
            return false;
        }
        while (weight_ > capacity_) {
            const std::uint32_t loser = victim_beside(candidate);
            leaving.push_back(table_[loser].key);
            forget(loser);
        }
        move(candidate, kProbation);
        return true;
    }
    /// True if the candidate was asked for more often than all those together that would leave for it.
    bool wins(std::uint32_t candidate) const {
        const unsigned own = sketch_.estimate(table_[candidate].key);
        const std::uint64_t needed = weight_ - capacity_;
        std::uint64_t freed = 0;
        unsigned theirs = 0;
        for (const std::uint64_t segment : {kProbation, kProtected}) {
            for (std::uint32_t place = lists_[segment].back; place != kNoEntry; place = table_[place].previous) {
                theirs += sketch_.estimate(table_[place].key);
                if (theirs >= own) return false;
                freed += table_[place].weight;
                if (freed >= needed) return true;
            }
        }
        return false;  // even all of the main part would not do
    }
    std::uint32_t victim_beside(std::uint32_t candidate) {
        for (const std::uint64_t segment : {kProbation, kProtected, kWindow}) {
            const std::uint32_t back = lists_[segment].back;
            if (back == kNoEntry) continue;
            if (back != candidate) return back;
            if (table_[back].previous != kNoEntry) return table_[back].previous;
        }
        return kNoEntry;
    }
    std::uint32_t victim() override { return victim_beside(kNoEntry); }
    void unlink(std::uint32_t place) override {
        list(table_[place].marks).unlink(table_, place);
        weights_[table_[place].marks] -= table_[place].weight;
    }

    static constexpr std::uint64_t kSegmentBits = 3;

    const Admission admission_;
    const unsigned window_percent_;
    std::uint64_t window_capacity_ = 1;
    std::uint64_t protected_capacity_ = 0;
    PolicyList lists_[3];
    std::uint64_t weights_[3] = {0, 0, 0};
    FrequencySketch sketch_;
};

/// Place and shift of the counter of `key` in row `row` of its block: bits of the mixed key that the block is not
/// chosen by. Each row has two words of the block.
struct Counter {
    Counter(std::uint64_t hash, unsigned row)
        : word(2 * row + ((hash >> (32 + 5 * row)) & 1)), shift(4 * ((hash >> (33 + 5 * row)) & 15)) {}
    std::size_t word;
    std::uint64_t shift;
};

}  // namespace

void FrequencySketch::add(std::uint64_t key) {
    const std::uint64_t hash = mixed(key);
    const std::size_t block = (hash & (words_.size() / kBlock - 1)) * kBlock;
    bool has_counted = false;
    for (unsigned row = 0; row < 4; ++row) {
        const Counter counter(hash, row);
        std::uint64_t& word = words_[block + counter.word];
        if (((word >> counter.shift) & 15) == 15) continue;
        word += std::uint64_t{1} << counter.shift;
        has_counted = true;
    }
    if (has_counted && ++additions_ >= 10 * std::max<std::uint64_t>(residents_, 8)) halve();
}

void FrequencySketch::prefetch(std::uint64_t key) const {
    __builtin_prefetch(&words_[(mixed(key) & (words_.size() / kBlock - 1)) * kBlock]);
}

unsigned FrequencySketch::estimate(std::uint64_t key) const {
    const std::uint64_t hash = mixed(key);
    const std::size_t block = (hash & (words_.size() / kBlock - 1)) * kBlock;
    unsigned least = 15;
    for (unsigned row = 0; row < 4; ++row) {
        const Counter counter(hash, row);
        least = std::min(least, static_cast<unsigned>((words_[block + counter.word] >> counter.shift) & 15));
    }
    return least;
}

void FrequencySketch::make_room(std::uint64_t residents) {
    residents_ = residents;
    while (words_.size() < residents) {  // a longer mask sends a key to its old block or to the copy of that
        const std::size_t before = words_.size();
        words_.resize(2 * before);
        std::copy_n(words_.begin(), before, words_.begin() + static_cast<std::ptrdiff_t>(before));
    }
}

void FrequencySketch::halve() {
    for (std::uint64_t& word : words_)
        word = (word >> 1) & 0x7777777777777777U;
    additions_ /= 2;
}

std::unique_ptr<LeaderPolicy> make_tiny_lfu(std::uint64_t capacity, TinyLfuOptions options, FrequencySketch sketch,
                                            Tracking tracking) {
    if (tracking == Tracking::Full) return std::make_unique<TinyLfu<TrackedNode>>(capacity, options, std::move(sketch));
    return std::make_unique<TinyLfu<PolicyNode>>(capacity, options, std::move(sketch));
}

}  // namespace hone
