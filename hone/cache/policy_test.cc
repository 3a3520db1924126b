#include "hone/cache/policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/policy_sketch.h"
#include "hone/cache/policy_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Keys = std::vector<std::uint64_t>;
using Items = std::deque<PolicyItem>;  // the newest in front

std::uint64_t weight_of(const Items& items) {
    std::uint64_t sum = 0;
    for (const PolicyItem& item : items)
        sum += item.weight;
    return sum;
}
Items::iterator find_in(Items& items, std::uint64_t key) {
    return std::find_if(items.begin(), items.end(), [&](const PolicyItem& item) { return item.key == key; });
}

/// The rules of a policy written down plainly: linear searches, no shared structure.
class Plain {
public:
    explicit Plain(std::uint64_t its_capacity) : capacity(its_capacity) {}
    virtual ~Plain() = default;
    virtual bool touch(std::uint64_t key) = 0;
    virtual bool insert(const PolicyItem& item, Keys& leaving) = 0;
    virtual bool erase(std::uint64_t key) = 0;

protected:
    std::uint64_t capacity;
};

class PlainLru : public Plain {
public:
    using Plain::Plain;
    bool touch(std::uint64_t key) override {
        const auto found = find_in(items, key);
        if (found == items.end()) return false;
        const PolicyItem item = *found;
        items.erase(found);
        items.push_front(item);
        return true;
    }
    bool insert(const PolicyItem& item, Keys& leaving) override {
        erase(item.key);
        if (item.weight > capacity) return false;
        while (weight_of(items) + item.weight > capacity) {
            leaving.push_back(items.back().key);
            items.pop_back();
        }
        items.push_front(item);
        return true;
    }
    bool erase(std::uint64_t key) override {
        return std::erase_if(items, [&](const PolicyItem& item) { return item.key == key; }) > 0;
    }

private:
    Items items;
};

class PlainSieve : public Plain {
public:
    using Plain::Plain;
    bool touch(std::uint64_t key) override {
        if (find_in(items, key) == items.end()) return false;
        used.insert(key);
        return true;
    }
    bool insert(const PolicyItem& item, Keys& leaving) override {
        erase(item.key);
        if (item.weight > capacity) return false;
        while (weight_of(items) + item.weight > capacity) {
            if (from_back >= items.size()) from_back = 0;
            while (used.erase(items[items.size() - 1 - from_back].key) > 0)
                from_back = (from_back + 1) % items.size();
            leaving.push_back(items[items.size() - 1 - from_back].key);
            items.erase(items.end() - 1 - static_cast<std::ptrdiff_t>(from_back));
            if (from_back >= items.size()) from_back = 0;
        }
        items.push_front(item);
        return true;
    }
    bool erase(std::uint64_t key) override {
        const auto found = find_in(items, key);
        if (found == items.end()) return false;
        const auto place = static_cast<std::size_t>(items.end() - 1 - found);
        if (place < from_back) --from_back;
        items.erase(found);
        if (from_back >= items.size()) from_back = 0;
        used.erase(key);
        return true;
    }

private:
    Items items;
    std::set<std::uint64_t> used;
    std::size_t from_back = 0;  // where the hand is
};

class PlainS3Fifo : public Plain {
public:
    using Plain::Plain;
    bool touch(std::uint64_t key) override {
        if (find_in(small, key) == small.end() && find_in(main, key) == main.end()) return false;
        uses[key] = std::min(uses[key] + 1, 3);
        return true;
    }
    bool insert(const PolicyItem& item, Keys& leaving) override {
        erase(item.key);
        if (item.weight > capacity) return false;
        const bool was_ghost = std::erase(ghosts, item.key) > 0;
        while (weight_of(small) + weight_of(main) + item.weight > capacity)
            evict(leaving);
        (was_ghost ? main : small).push_front(item);
        uses[item.key] = 0;
        return true;
    }
    bool erase(std::uint64_t key) override {
        for (Items* items : {&small, &main}) {
            const auto found = find_in(*items, key);
            if (found == items->end()) continue;
            items->erase(found);
            return true;
        }
        return false;
    }

private:
    void evict(Keys& leaving) {
        const std::size_t residents = small.size() + main.size();
        while (!small.empty() && (main.empty() || weight_of(small) >= std::max<std::uint64_t>(1, capacity / 10))) {
            const PolicyItem item = small.back();
            small.pop_back();
            if (uses[item.key] >= 2) {
                uses[item.key] = 0;
                main.push_front(item);
                continue;
            }
            leaving.push_back(item.key);
            ghosts.push_front(item.key);
            while (ghosts.size() > residents - residents / 10)
                ghosts.pop_back();
            return;
        }
        while (true) {
            const PolicyItem item = main.back();
            main.pop_back();
            if (uses[item.key]-- == 0) {
                leaving.push_back(item.key);
                while (ghosts.size() > residents - residents / 10)
                    ghosts.pop_back();
                return;
            }
            main.push_front(item);
        }
    }
    Items small, main;
    std::deque<std::uint64_t> ghosts;
    std::map<std::uint64_t, int> uses;
};

class PlainTinyLfu : public Plain {
public:
    PlainTinyLfu(std::uint64_t its_capacity, std::uint64_t percent)
        : Plain(its_capacity), window_capacity(std::max<std::uint64_t>(1, its_capacity * percent / 100)) {
        const std::uint64_t rest = capacity - std::min(capacity, window_capacity);
        protected_capacity = rest - rest / 5;
    }
    bool touch(std::uint64_t key) override {
        sketch.add(key);
        if (move_to_front(window, key, window) || move_to_front(protection, key, protection)) return true;
        if (!move_to_front(probation, key, protection)) return false;
        while (weight_of(protection) > protected_capacity) {
            probation.push_front(protection.back());
            protection.pop_back();
        }
        return true;
    }
    bool insert(const PolicyItem& item, Keys& leaving) override {
        erase(item.key);
        if (item.weight > capacity) return false;
        sketch.make_room(window.size() + probation.size() + protection.size() + 1);
        if (item.weight > window_capacity) return settle(item, weight(), leaving);
        window.push_front(item);
        while (weight_of(window) > window_capacity) {
            const PolicyItem candidate = window.back();
            window.pop_back();
            if (!settle(candidate, weight(), leaving)) leaving.push_back(candidate.key);
        }
        while (weight() > capacity)
            lose_one(leaving);
        return true;
    }
    bool erase(std::uint64_t key) override {
        std::size_t erased = 0;
        for (Items* items : {&window, &probation, &protection})
            erased += std::erase_if(*items, [&](const PolicyItem& item) { return item.key == key; });
        return erased > 0;
    }

private:
    std::uint64_t weight() const { return weight_of(window) + weight_of(probation) + weight_of(protection); }
    static bool move_to_front(Items& from, std::uint64_t key, Items& to) {
        const auto found = find_in(from, key);
        if (found == from.end()) return false;
        const PolicyItem item = *found;
        from.erase(found);
        to.push_front(item);
        return true;
    }
    void lose_one(Keys& leaving) {
        Items& from = !probation.empty() ? probation : !protection.empty() ? protection : window;
        leaving.push_back(from.back().key);
        from.pop_back();
    }
    bool settle(const PolicyItem& candidate, std::uint64_t others, Keys& leaving) {
        Items main = protection;
        main.insert(main.begin(), probation.rbegin(), probation.rend());  // victims: probation from the back, then ...
        std::reverse(main.begin() + static_cast<std::ptrdiff_t>(probation.size()), main.end());
        std::uint64_t freed = 0;
        unsigned theirs = 0;
        for (const PolicyItem& victim : main) {
            if (others + candidate.weight <= capacity + freed) break;
            theirs += sketch.estimate(victim.key);
            if (theirs >= sketch.estimate(candidate.key)) return false;
            freed += victim.weight;
        }
        if (others + candidate.weight > capacity + freed) return false;
        while (weight() + candidate.weight > capacity)
            lose_one(leaving);
        probation.push_front(candidate);
        return true;
    }
    std::uint64_t window_capacity;
    std::uint64_t protected_capacity;
    Items window, probation, protection;
    FrequencySketch sketch;
};

class PlainGdsf : public Plain {
public:
    using Plain::Plain;
    bool touch(std::uint64_t key) override {
        const auto found = entries.find(key);
        if (found == entries.end()) return false;
        price(found->second, found->second.uses + 1);
        return true;
    }
    bool insert(const PolicyItem& item, Keys& leaving) override {
        erase(item.key);
        if (item.weight > capacity) return false;
        Entry fresh{item};
        price(fresh, 1);
        auto rest = entries;
        Keys losers;
        while (weight(rest) + item.weight > capacity) {
            const auto least = std::min_element(rest.begin(), rest.end(), [](const auto& a, const auto& b) {
                return std::pair(a.second.priority, a.second.used_at) < std::pair(b.second.priority, b.second.used_at);
            });
            if (fresh.priority < least->second.priority) {
                clock = std::max(clock, fresh.priority);
                return false;
            }
            losers.push_back(least->first);
            rest.erase(least);
        }
        for (const std::uint64_t key : losers)
            clock = std::max(clock, entries.at(key).priority);
        leaving.insert(leaving.end(), losers.begin(), losers.end());
        entries = rest;
        entries[item.key] = fresh;
        return true;
    }
    bool erase(std::uint64_t key) override { return entries.erase(key) > 0; }

private:
    struct Entry {
        PolicyItem item;
        unsigned uses = 1;
        double priority = 0;
        std::uint64_t used_at = 0;
    };
    static std::uint64_t weight(const std::map<std::uint64_t, Entry>& all) {
        std::uint64_t sum = 0;
        for (const auto& [key, entry] : all)
            sum += entry.item.weight;
        return sum;
    }
    void price(Entry& entry, unsigned uses) {
        entry.uses = uses;
        entry.priority = clock + uses * entry.item.cost / static_cast<double>(entry.item.weight);
        entry.used_at = ++now;
    }
    std::map<std::uint64_t, Entry> entries;
    double clock = 0;
    std::uint64_t now = 0;
};

std::unique_ptr<Plain> plain(PolicyKind kind, std::uint64_t capacity) {
    switch (kind) {
        case PolicyKind::Lru:
            return std::make_unique<PlainLru>(capacity);
        case PolicyKind::S3Fifo:
            return std::make_unique<PlainS3Fifo>(capacity);
        case PolicyKind::Sieve:
            return std::make_unique<PlainSieve>(capacity);
        case PolicyKind::TinyLfu:
            return std::make_unique<PlainTinyLfu>(capacity, 1);
        case PolicyKind::Gdsf:
            return std::make_unique<PlainGdsf>(capacity);
        case PolicyKind::TinyLfuHalf:
            return std::make_unique<PlainTinyLfu>(capacity, 50);
    }
    return nullptr;
}

/// Requests from 0..keys-1, the small ones more often; one in twenty asks to erase instead, marked by cost -1.
std::vector<PolicyItem> random_requests(Random& random, std::uint64_t keys, std::uint64_t heaviest) {
    std::vector<PolicyItem> requests;
    for (int i = 0; i < 400; ++i) {
        const std::uint64_t key = random.below(1 + random.below(keys));
        const std::uint64_t weight = 1 + mixed(key) % heaviest;
        const double cost = random.below(20) == 0 ? -1 : static_cast<double>(mixed(key + 7) % 4);
        requests.push_back({key, weight, heaviest > 1 ? cost : std::min(cost, 1.0)});
    }
    return requests;
}

/// Gives the requests to the policy and to its plain rules and compares every answer.
void expect_same(PolicyKind kind, std::uint64_t capacity, const std::vector<PolicyItem>& requests) {
    const auto policy = make_policy(kind, capacity);
    const auto rules = plain(kind, capacity);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const PolicyItem& request = requests[i];
        const std::string where = cat(policy_name(kind), " capacity ", capacity, " request ", i);
        if (request.cost < 0) {
            ASSERT_EQ(policy->erase(request.key), rules->erase(request.key)) << where;
            continue;
        }
        const bool is_hit = policy->touch(request.key);
        ASSERT_EQ(is_hit, rules->touch(request.key)) << where;
        if (is_hit) continue;
        Keys leaving;
        Keys expected;
        ASSERT_EQ(policy->insert(request, leaving), rules->insert(request, expected)) << where;
        ASSERT_EQ(leaving, expected) << where;
    }
}

TEST(CachePolicy, DecidesAsItsPlainRulesOnRandomRequests) {
    Random random(testing::test_seed());
    for (int round = 0; round < 60 * testing::test_scale(); ++round) {
        const std::uint64_t capacity = 1 + random.below(40);
        const auto unit = random_requests(random, 2 + random.below(80), 1);
        const auto weighted = random_requests(random, 2 + random.below(80), 2 + random.below(12));
        for (const PolicyKind kind : policy_kinds()) {
            expect_same(kind, capacity, unit);
            expect_same(kind, capacity, weighted);
            if (HasFatalFailure()) return;
        }
    }
}

/// Calls `body` with every trace of `length` requests over `keys` keys.
void for_all_traces(int length, std::uint64_t keys, const std::function<void(const Keys&)>& body) {
    Keys trace(static_cast<std::size_t>(length), 0);
    while (true) {
        body(trace);
        std::size_t at = 0;
        while (at < trace.size() && ++trace[at] == keys)
            trace[at++] = 0;
        if (at == trace.size()) return;
    }
}

TEST(CachePolicy, DecidesAsItsPlainRulesOnAllSmallTraces) {
    for_all_traces(7, 4, [](const Keys& trace) {
        std::vector<PolicyItem> unit;
        std::vector<PolicyItem> weighted;
        for (const std::uint64_t key : trace) {
            unit.push_back({key});
            weighted.push_back({key, 1 + key % 3, static_cast<double>(key)});
        }
        for (const PolicyKind kind : policy_kinds()) {
            expect_same(kind, 2, unit);
            expect_same(kind, 4, weighted);
        }
    });
}

/// Most hits that any decisions can get from the requests from `at` on, with `resident` (a set of bits) in the cache.
int most_hits(const Keys& trace, std::size_t at, unsigned resident, int capacity) {
    if (at == trace.size()) return 0;
    const unsigned bit = 1U << trace[at];
    if ((resident & bit) != 0) return 1 + most_hits(trace, at + 1, resident, capacity);
    int best = most_hits(trace, at + 1, resident, capacity);
    if (std::popcount(resident) < capacity) return std::max(best, most_hits(trace, at + 1, resident | bit, capacity));
    for (unsigned key = 0; key < 8; ++key) {
        if ((resident >> key & 1U) != 0)
            best = std::max(best, most_hits(trace, at + 1, (resident & ~(1U << key)) | bit, capacity));
    }
    return best;
}

int belady_hits(const Keys& trace, std::uint64_t capacity) {
    const auto uses = next_uses(trace);
    const auto belady = make_belady(uses, capacity);
    int hits = 0;
    Keys leaving;
    for (const std::uint64_t key : trace) {
        if (belady->touch(key))
            ++hits;
        else
            belady->insert({key}, leaving);
    }
    return hits;
}

TEST(Belady, IsOptimalForEqualWeights) {
    for_all_traces(7, 4, [](const Keys& trace) {
        for (const int capacity : {1, 2, 3})
            ASSERT_EQ(belady_hits(trace, static_cast<std::uint64_t>(capacity)), most_hits(trace, 0, 0, capacity));
    });
    Random random(testing::test_seed());
    for (int round = 0; round < 200; ++round) {
        Keys trace;
        for (int i = 0; i < 10; ++i)
            trace.push_back(random.below(6));
        const int capacity = static_cast<int>(1 + random.below(3));
        ASSERT_EQ(belady_hits(trace, static_cast<std::uint64_t>(capacity)), most_hits(trace, 0, 0, capacity));
    }
}

TEST(Belady, StoresNeitherWhatIsNotUsedAgainNorForFartherThingsNearerOnes) {
    const Keys trace = {1, 2, 3, 2, 1, 2};
    const auto uses = next_uses(trace);
    EXPECT_EQ(uses, (Keys{4, 3, kNeverUsedAgain, 5, kNeverUsedAgain, kNeverUsedAgain}));
    const auto belady = make_belady(uses, 10);
    Keys leaving;
    EXPECT_FALSE(belady->touch(1));
    EXPECT_TRUE(belady->insert({1, 6}, leaving));
    EXPECT_FALSE(belady->touch(2));
    EXPECT_TRUE(belady->insert({2, 7}, leaving));
    EXPECT_EQ(leaving, Keys{1}) << "it is needed later than 2";
    EXPECT_FALSE(belady->touch(3));
    EXPECT_FALSE(belady->insert({3, 1}, leaving)) << "never used again";
    EXPECT_TRUE(belady->touch(2));
    EXPECT_FALSE(belady->touch(1));
    EXPECT_FALSE(belady->insert({1, 1}, leaving));
    EXPECT_TRUE(belady->touch(2));
    EXPECT_FALSE(belady->holds(2)) << "nothing asks for it any more";
}

/// Random calls of every kind; after each, what the policy says of itself must agree with the calls and their answers.
void expect_sound(CachePolicy& policy, Admission admission, Random& random) {
    std::map<std::uint64_t, std::uint64_t> residents;  // weights
    std::uint64_t capacity = policy.capacity();
    for (int i = 0; i < 600; ++i) {
        const std::uint64_t key = random.below(60);
        Keys leaving;
        const std::uint64_t what = random.below(40);
        if (what == 0) {
            EXPECT_EQ(policy.erase(key), residents.erase(key) > 0);
        } else if (what == 1) {
            EXPECT_EQ(policy.evict(leaving), !residents.empty());
            EXPECT_LE(leaving.size(), 1U);
        } else if (what == 2) {
            capacity = random.below(70);
            policy.set_capacity(capacity, leaving);
        } else if (what == 3 || !policy.touch(key)) {
            const PolicyItem item{key, 1 + random.below(9), random.unit()};
            residents.erase(key);
            const bool is_in = policy.insert(item, leaving);
            if (is_in) residents[key] = item.weight;
            if (admission == Admission::Always) {
                EXPECT_EQ(is_in, item.weight <= capacity);
            }
            EXPECT_EQ(std::count(leaving.begin(), leaving.end(), key), 0);
        }
        for (const std::uint64_t gone : leaving)
            ASSERT_EQ(residents.erase(gone), 1U) << "only residents leave";
        std::uint64_t weight = 0;
        for (const auto& [resident, its] : residents) {
            ASSERT_TRUE(policy.holds(resident));
            weight += its;
        }
        ASSERT_EQ(policy.holds(key), residents.contains(key));
        ASSERT_EQ(policy.weight(), weight);
        ASSERT_LE(weight, capacity);
        ASSERT_EQ(policy.entries(), residents.size());
        Keys keys;
        policy.append_keys(keys);
        ASSERT_EQ(keys.size(), residents.size());
    }
}

TEST(CachePolicy, KeepsItsPromisesUnderAnyCalls) {
    Random random(testing::test_seed());
    for (int round = 0; round < 30 * testing::test_scale(); ++round) {
        for (const PolicyKind kind : policy_kinds()) {
            for (const Admission admission : {Admission::ByPolicy, Admission::Always}) {
                SCOPED_TRACE(cat(policy_name(kind), " round ", round));
                expect_sound(*make_policy(kind, 1 + random.below(60), admission), admission, random);
                if (HasFatalFailure()) return;
            }
        }
    }
}

TEST(CachePolicy, ACapacityOfZeroStoresNothing) {
    for (const PolicyKind kind : policy_kinds()) {
        const auto policy = make_policy(kind, 0, Admission::Always);
        Keys leaving;
        EXPECT_FALSE(policy->touch(1));
        EXPECT_FALSE(policy->insert({1, 1}, leaving));
        EXPECT_FALSE(policy->evict(leaving));
        EXPECT_FALSE(policy->insert({1, ~std::uint64_t{0}}, leaving));
    }
}

TEST(CachePolicy, TakesLittleMemoryPerResident) {
    for (const PolicyKind kind : policy_kinds()) {
        const auto policy = make_policy(kind, 65536);
        Keys leaving;
        for (std::uint64_t i = 0; i < 400'000; ++i) {
            const std::uint64_t key = mixed(i % 3 == 0 ? i % 30'000 : i);
            if (!policy->touch(key)) policy->insert({key}, leaving);
            leaving.clear();
        }
        ASSERT_EQ(policy->entries(), 65536U);
        const bool is_light = kind == PolicyKind::Lru || kind == PolicyKind::S3Fifo || kind == PolicyKind::Sieve;
        EXPECT_LE(policy->metadata_bytes(), 65536U * (is_light ? 56 : 104)) << policy_name(kind);
    }
}

TEST(FrequencySketch, NeverEstimatesLessThanWasCounted) {
    FrequencySketch sketch;
    sketch.make_room(1000);
    std::map<std::uint64_t, unsigned> counts;
    Random random(testing::test_seed());
    for (int i = 0; i < 5000; ++i) {
        const std::uint64_t key = random.below(1 + random.below(1000));
        sketch.add(key);
        ++counts[key];
        if (i == 2500) sketch.make_room(3000);
    }
    std::uint64_t too_much = 0;
    for (const auto& [key, count] : counts) {
        ASSERT_GE(sketch.estimate(key), std::min(count, 15U));
        too_much += sketch.estimate(key) - std::min(count, 15U);
    }
    EXPECT_LE(too_much, counts.size() / 10);
}

TEST(FrequencySketch, ForgetsOldFame) {
    FrequencySketch sketch;
    sketch.make_room(8);
    for (int i = 0; i < 15; ++i)
        sketch.add(1);
    EXPECT_EQ(sketch.estimate(1), 15U);
    for (std::uint64_t i = 0; i < 400; ++i)
        sketch.add(2 + i % 100);
    EXPECT_LE(sketch.estimate(1), 7U);
}

TEST(PolicyTable, FindsWhatItHoldsThroughManyRemovals) {
    PolicyTable<PolicyNode> table;
    std::map<std::uint64_t, std::uint32_t> places;
    Random random(testing::test_seed());
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t key = random.below(300) << (random.below(2) * 50);
        ASSERT_EQ(table.find(key), places.contains(key) ? places[key] : kNoEntry);
        if (const auto found = places.find(key); found != places.end()) {
            table.remove(found->second);
            places.erase(found);
        } else {
            places[key] = table.add({key});
        }
        ASSERT_EQ(table.size(), places.size());
    }
}

}  // namespace
}  // namespace hone
