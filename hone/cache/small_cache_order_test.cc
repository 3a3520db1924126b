#include "hone/cache/small_cache_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <list>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::size_t kWays = SmallCacheOrder::kWays;

/// The rules of a set written down plainly: keys in lists, no bits.
class PlainSet {
public:
    explicit PlainSet(SmallCacheRule its_rule) : rule(its_rule) {}

    struct Entry {
        std::uint64_t key = 0;
        int uses = 0, age = 0;
        bool is_fresh = true;
        double cost = 1, credit = 0;
    };
    bool touch(std::uint64_t key) {
        for (Entry& entry : entries) {
            if (entry.key != key) continue;
            entry.uses = std::min(entry.uses + 1, 7);
            entry.age = 0;
            return true;
        }
        return false;
    }
    /// The key that leaves, or 0.
    std::uint64_t insert(std::uint64_t key, double cost) {
        std::uint64_t gone = 0;
        if (entries.size() == kWays) {
            const auto victim = choose();
            gone = victim->key;
            ghosts.push_back({gone, std::min(victim->uses, 3)});
            if (ghosts.size() > 12) ghosts.pop_front();
            entries.erase(victim);
        }
        Entry entry{key};
        entry.cost = cost;
        const auto ghost = std::find_if(ghosts.begin(), ghosts.end(), [&](const Ghost& g) { return g.key == key; });
        if (ghost != ghosts.end()) {
            if (rule == SmallCacheRule::Queues)
                entry.is_fresh = false;
            else
                entry.uses = ghost->uses + 1;
            ghost->key = 0;
        }
        entry.credit = cost * (entry.uses + 1);
        const bool is_time = ++arrivals % 64 == 0;
        for (Entry& other : entries) {
            other.age = std::min(other.age + 1, 15);
            if (is_time) other.uses /= 2;
        }
        for (Ghost& other : ghosts)
            if (is_time) other.uses /= 2;
        entries.push_back(entry);
        return gone;
    }

private:
    struct Ghost {
        std::uint64_t key = 0;
        int uses = 0;
    };
    using Entries = std::list<Entry>;  // the oldest first

    Entries::iterator first(bool fresh) {
        return std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.is_fresh == fresh; });
    }
    Entries::iterator choose() {
        switch (rule) {
            case SmallCacheRule::Recency:
                return std::min_element(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
                    return a.age != b.age ? a.age > b.age : a.uses < b.uses;
                });
            case SmallCacheRule::Frequency:
                return by_frequency();
            case SmallCacheRule::Queues:
                return by_queues();
            case SmallCacheRule::Worth:
                return by_worth();
        }
        return entries.end();
    }
    Entries::iterator by_frequency() {
        while (std::count_if(entries.begin(), entries.end(), [](const Entry& e) { return e.is_fresh; }) > 1)
            first(true)->is_fresh = false;
        const bool all_fresh = first(false) == entries.end();
        auto least = entries.end();
        for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
            if (entry->is_fresh && !all_fresh) continue;
            if (least == entries.end() || entry->uses < least->uses ||
                (entry->uses == least->uses && entry->age > least->age))
                least = entry;
        }
        const auto candidate = first(true);
        if (candidate == entries.end() || candidate == least) return least;
        if (candidate->uses <= least->uses) return candidate;
        candidate->is_fresh = false;
        return least;
    }
    Entries::iterator by_queues() {
        for (auto entry = first(true); entry != entries.end(); entry = first(true)) {
            if (entry->uses < 2) return entry;
            entry->is_fresh = false;
            entry->uses = 0;
            entries.splice(entries.end(), entries, entry);
        }
        while (entries.front().uses > 0) {
            entries.front().uses = std::min(entries.front().uses, 3) - 1;
            entries.splice(entries.end(), entries, entries.begin());
        }
        return entries.begin();
    }
    Entries::iterator by_worth() {
        for (Entry& entry : entries)
            if (entry.age == 0) entry.credit = entry.cost * (entry.uses + 1);
        const auto victim = std::min_element(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return a.credit != b.credit ? a.credit < b.credit : a.age > b.age;
        });
        const double least = victim->credit;
        for (Entry& entry : entries)
            entry.credit -= least;
        return victim;
    }

    SmallCacheRule rule;
    Entries entries;
    std::deque<Ghost> ghosts;
    int arrivals = 0;
};

/// Keys below 4096, so that a ghost is not mistaken for another.
std::uint64_t hash_of(std::uint64_t key) {
    return key << 8;
}

TEST(SmallCacheOrder, ChoosesAsItsPlainRules) {
    Random random(testing::test_seed());
    for (int round = 0; round < 60 * testing::test_scale(); ++round) {
        for (const SmallCacheRule rule : small_cache_rules()) {
            SmallCacheOrder order;
            SmallCacheOrder::Costs costs;
            std::array<std::uint64_t, kWays> keys{};
            PlainSet plain(rule);
            const std::uint64_t count = 9 + random.below(30);
            for (int i = 0; i < 400; ++i) {
                const std::uint64_t key = 1 + random.below(1 + random.below(count));
                const auto found = std::find(keys.begin(), keys.end(), key);
                ASSERT_EQ(plain.touch(key), found != keys.end());
                if (found != keys.end()) {
                    order.use(static_cast<std::size_t>(found - keys.begin()));
                    continue;
                }
                const auto cost = static_cast<float>(1U << key % 3);
                const std::uint64_t gone = plain.insert(key, cost);
                auto way = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), 0) - keys.begin());
                if (way == kWays) {
                    way = order.victim(rule, costs);
                    ASSERT_EQ(keys[way], gone) << small_cache_rule_name(rule) << " request " << i;
                    order.leave(way, hash_of(gone), SmallCacheLoss::Evicted);
                }
                keys[way] = key;
                costs[way] = SmallCost(cost);
                order.arrive(rule, way, hash_of(key), costs[way]);
            }
        }
    }
}

TEST(SmallCacheOrder, KnowsWhyTheLastLeft) {
    SmallCacheOrder order;
    for (std::uint64_t key = 1; key <= 8; ++key)
        order.arrive(SmallCacheRule::Recency, key - 1, hash_of(key), SmallCost());
    EXPECT_FALSE(order.loss_of(hash_of(1))) << "it is there";
    order.leave(0, hash_of(1), SmallCacheLoss::Expired);
    order.leave(1, hash_of(2), SmallCacheLoss::Invalidated);
    order.leave(2, hash_of(3), SmallCacheLoss::Displaced);
    EXPECT_EQ(order.loss_of(hash_of(1)), SmallCacheLoss::Expired);
    EXPECT_EQ(order.loss_of(hash_of(2)), SmallCacheLoss::Invalidated);
    EXPECT_EQ(order.loss_of(hash_of(3)), SmallCacheLoss::Displaced);
    EXPECT_FALSE(order.loss_of(hash_of(9)));
    for (std::uint64_t key = 20; key < 32; ++key)
        order.leave(3, hash_of(key), SmallCacheLoss::Evicted);
    EXPECT_FALSE(order.loss_of(hash_of(1))) << "twelve left after it";
    EXPECT_EQ(order.loss_of(hash_of(20)), SmallCacheLoss::Evicted);
    order.clear();
    EXPECT_FALSE(order.loss_of(hash_of(20)));
}

TEST(SmallCacheOrder, WritesNothingForTheHottest) {
    SmallCacheOrder order;
    order.arrive(SmallCacheRule::Frequency, 0, 1, SmallCost());
    for (int use = 0; use < 7; ++use)
        EXPECT_TRUE(order.use(0));
    EXPECT_FALSE(order.use(0));
    order.arrive(SmallCacheRule::Frequency, 1, 2, SmallCost());
    EXPECT_TRUE(order.use(0)) << "its age was one";
    EXPECT_FALSE(order.use(0));
}

TEST(SmallCost, KeepsTwoDigits) {
    EXPECT_TRUE(SmallCost(1).is_one());
    EXPECT_FALSE(SmallCost(1.01F).is_one());
    Random random(testing::test_seed());
    for (int i = 0; i < 1000; ++i) {
        const auto cost = static_cast<float>(std::exp2(random.unit() * 60 - 30));
        EXPECT_NEAR(SmallCost(cost).value(), cost, cost * 0.004F);
        EXPECT_EQ(SmallCost::of_bits(SmallCost(cost).bits()).value(), SmallCost(cost).value());
    }
    EXPECT_EQ(SmallCost(0).value(), 0);
    EXPECT_EQ(SmallCost(-1).value(), 0);
    EXPECT_EQ(SmallCost(std::nanf("")).value(), 0);
    EXPECT_GT(SmallCost(std::numeric_limits<float>::infinity()).value(), 1e29F);
}

}  // namespace
}  // namespace hone
