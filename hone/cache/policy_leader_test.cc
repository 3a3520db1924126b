// Policies that another can take over from: they decide as the plain ones, and know what they were told.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/policy_members.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Keys = std::vector<std::uint64_t>;

struct Known {
    PolicyItem item;
    std::uint64_t uses = 1;
    int used_at = 0;
};

/// Gives the same requests to a tracked and a plain policy; returns what a tracked one must know at the end.
std::map<std::uint64_t, Known> run(LeaderPolicy& tracked, CachePolicy& plain, std::uint64_t heaviest, Random& random) {
    std::map<std::uint64_t, Known> known;
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t key = random.below(1 + random.below(120));
        const bool is_hit = tracked.touch(key);
        EXPECT_EQ(is_hit, plain.touch(key)) << i;
        EXPECT_EQ(is_hit, known.contains(key)) << i;
        if (is_hit) {
            known[key].uses = std::min(known[key].uses + 1, kMostTrackedUses);
            known[key].used_at = i;
            continue;
        }
        const PolicyItem item{key, 1 + mixed(key) % heaviest, static_cast<double>(1 + mixed(key + 1) % 8)};
        Keys leaving, expected;
        const bool is_in = tracked.insert(item, leaving);
        EXPECT_EQ(is_in, plain.insert(item, expected)) << i;
        EXPECT_EQ(leaving, expected) << i;
        for (const std::uint64_t gone : leaving)
            known.erase(gone);
        if (is_in) known[key] = {item, 1, i};
    }
    return known;
}

TEST(LeaderPolicy, DecidesAsThePlainPolicyAndKnowsItsResidents) {
    Random random(testing::test_seed());
    for (int round = 0; round < 5 * testing::test_scale(); ++round) {
        for (const PolicyKind kind : policy_kinds()) {
            const std::string where = cat(policy_name(kind), " round ", round);
            const std::uint64_t capacity = 5 + random.below(60);
            const auto tracked = make_leader(kind, capacity, Admission::ByPolicy, {}, Tracking::Full);
            auto known = run(*tracked, *make_policy(kind, capacity), 1 + round % 2 * 9, random);
            std::vector<PolicyResident> residents;
            tracked->append_residents(residents);
            ASSERT_EQ(residents.size(), known.size()) << where;
            int last = -1;
            for (const PolicyResident& resident : residents) {
                ASSERT_TRUE(known.contains(resident.item.key)) << where;
                const Known& expected = known[resident.item.key];
                EXPECT_EQ(resident.item.weight, expected.item.weight) << where;
                EXPECT_EQ(resident.item.cost, expected.item.cost) << where;
                EXPECT_EQ(resident.uses, expected.uses) << where;
                EXPECT_GT(expected.used_at, last) << where << ": in the order of last use";
                last = expected.used_at;
                EXPECT_EQ(tracked->item_of(resident.item.key).cost, expected.item.cost) << where;
            }
        }
    }
}

TEST(LeaderPolicy, HandsItsFrequenciesOver) {
    const auto first = make_leader(PolicyKind::TinyLfu, 100, Admission::ByPolicy, {}, Tracking::Full);
    for (int use = 0; use < 9; ++use)
        first->touch(7);
    const auto counted = first->take_frequencies();
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->estimate(7), 9U);
    EXPECT_FALSE(make_leader(PolicyKind::S3Fifo, 100, Admission::ByPolicy, {}, Tracking::Full)->take_frequencies());
}

TEST(LeaderPolicy, TakesAtMostEightBytesPerResidentMore) {
    for (const PolicyKind kind : policy_kinds()) {
        const auto plain = make_policy(kind, 65536);
        const auto tracked = make_leader(kind, 65536, Admission::ByPolicy, {}, Tracking::Full);
        Keys leaving;
        for (std::uint64_t i = 0; i < 200'000; ++i) {
            for (CachePolicy* policy : {plain.get(), static_cast<CachePolicy*>(tracked.get())}) {
                const std::uint64_t key = mixed(i % 3 == 0 ? i % 30'000 : i);
                if (!policy->touch(key)) policy->insert({key}, leaving);
            }
            leaving.clear();
        }
        EXPECT_LE(tracked->metadata_bytes(), plain->metadata_bytes() + 65536 * 9) << policy_name(kind);
        EXPECT_LE(tracked->metadata_bytes(), 65536U * 70) << policy_name(kind);
    }
}

}  // namespace
}  // namespace hone
