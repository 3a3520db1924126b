#include "hone/cache/entry_lifetime.h"

#include <gtest/gtest.h>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'600'000'000 * kSecond;

EntryFacts until(std::int64_t wall_ns) {
    EntryFacts facts;
    facts.expires_wall_ns = wall_ns;
    return facts;
}

TEST(EntryLifetime, EndsWhenItShould) {
    const StoredTime stored{kStart, 5 * kSecond, 7};
    const EntryFacts facts = until(kStart + 100 * kSecond);
    EXPECT_FALSE(is_expired(facts, stored, {kStart, 5 * kSecond, 7}));
    EXPECT_FALSE(is_expired(facts, stored, {kStart + 99 * kSecond, 104 * kSecond, 7}));
    EXPECT_TRUE(is_expired(facts, stored, {kStart + 100 * kSecond, 105 * kSecond, 7}));
    EXPECT_FALSE(is_expired(until(0), stored, {kStart + 10'000 * kSecond, 1, 8})) << "no end";
    EXPECT_TRUE(is_expired(until(kStart - 1), stored, {kStart - 50 * kSecond, 5 * kSecond, 7})) << "over when stored";
}

TEST(EntryLifetime, AnotherStartOfTheMachineEndsIt) {
    const EntryFacts facts = until(kStart + 100 * kSecond);
    EXPECT_TRUE(is_expired(facts, {kStart, 5 * kSecond, 7}, {kStart + kSecond, 6 * kSecond, 8}));
    EXPECT_TRUE(is_expired(facts, {kStart, 5 * kSecond, 0}, {kStart + kSecond, 6 * kSecond, 0})) << "unknown starts";
}

TEST(EntryLifetime, StepsOfTheClockNeverMakeItLonger) {
    Random random(testing::test_seed());
    for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
        StoredTime now{kStart, static_cast<std::int64_t>(random.below(1000)) * kSecond, 7};
        const StoredTime stored = now;
        const std::int64_t lifetime = random.between(1, 200) * kSecond;
        std::int64_t passed = 0;
        bool is_over = false;
        for (int step = 0; step < 6; ++step) {
            const std::int64_t ns = random.between(0, 60 * kSecond);
            passed += ns;
            now.wall_ns += ns;
            now.monotonic_ns += ns;
            if (random.below(3) == 0) now.wall_ns += random.between(-100, 100) * kSecond;
            if (passed >= lifetime) {
                EXPECT_TRUE(is_expired(until(kStart + lifetime), stored, now));
                is_over = true;
            }
        }
        if (!is_over && now.wall_ns == stored.wall_ns + passed) {
            EXPECT_FALSE(is_expired(until(kStart + lifetime), stored, now));
        }
    }
}

TEST(EntryLifetime, TheMachineHasAStart) {
    EXPECT_EQ(this_boot(), this_boot());
    const FakeClock clock(kStart);
    EXPECT_EQ(time_now(clock, 3).wall_ns, kStart);
    EXPECT_EQ(time_now(clock, 3).boot, 3U);
}

}  // namespace
}  // namespace hone
