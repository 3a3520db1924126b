// Long random runs against the disk cache: a model, damage, failing system calls, killed writers.
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <thread>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/cache/disk_cache.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Key key(std::uint64_t i) {
    return KeyBuilder("app", "task").add("i", cat(i)).build();
}
/// The one right value of a key. Every second one can be compressed.
std::string value_of(std::uint64_t i, std::uint64_t largest) {
    Random random(i);
    std::string value(random.below(largest), '\0');
    for (std::size_t at = 0; at < value.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t word = i % 2 == 0 ? random.next() : random.below(5) * 0x0101010101010101U;
        std::memcpy(value.data() + at, &word, std::min(sizeof word, value.size() - at));
    }
    return value;
}

/// What a cache that never forgets would answer.
struct Model {
    struct Item {
        std::string bytes;
        std::string tag;
        std::int64_t expires_wall_ns = 0;
    };
    std::map<std::uint64_t, Item> items;

    std::optional<std::string> find(std::uint64_t i, std::int64_t now) const {
        const auto found = items.find(i);
        if (found == items.end()) return std::nullopt;
        const std::int64_t end = found->second.expires_wall_ns;
        return end != 0 && end <= now ? std::nullopt : std::optional(found->second.bytes);
    }
};

/// One random operation on both; a look-up is right if it gives the last value put, or nothing where `may_miss`.
void step_both(DiskCache& cache, Model& model, Random& random, std::int64_t now, bool may_miss) {
    const std::uint64_t i = random.below(80);
    const std::uint64_t what = random.below(100);
    const std::string tag = cat("tag", random.below(4));
    if (what < 45) {
        const auto entry = cache.find(key(i));
        const auto expected = model.find(i, now);
        ASSERT_TRUE(entry ? expected == entry->bytes : may_miss || !expected);
    } else if (what < 90) {
        const std::string bytes = value_of(random.next(), random.below(20) == 0 ? 7000 : 1500);
        EntryFacts facts{1, static_cast<std::int64_t>(random.below(100000)), {tag, "all"}};
        if (random.below(3) == 0) facts.expires_wall_ns = now + random.between(1, 100'000'000'000);
        ASSERT_TRUE(cache.put(key(i), bytes, facts));
        model.items[i] = {bytes, tag, facts.expires_wall_ns};
        const auto entry = cache.find(key(i));
        ASSERT_TRUE(entry && entry->bytes == bytes) << "what was just put is there";
    } else if (what < 95) {
        const bool was_there = cache.remove(key(i));  // perhaps invalidated, which the model does not know
        ASSERT_TRUE(was_there || may_miss || !model.items.contains(i));
        model.items.erase(i);
    } else if (what < 99) {
        ASSERT_TRUE(cache.invalidate(tag));
        std::erase_if(model.items, [&](const auto& item) { return item.second.tag == tag; });
    } else {
        cache.clear();
        model.items.clear();
    }
}

void compare_with_model(std::uint64_t limit, std::uint64_t seed) {
    MemoryFiles files;
    FakeClock clock;
    Trace trace;
    Random random(seed);
    Model model;
    const DiskCache::Options options{"/cache", limit, &files, &clock, &trace};
    std::array<std::unique_ptr<DiskCache>, 2> caches;
    for (int step = 0; step < 2500 * testing::test_scale(); ++step) {
        auto& cache = caches[random.below(caches.size())];
        if (!cache || random.below(100) == 0) cache = std::make_unique<DiskCache>(options);
        clock.advance_ns(static_cast<std::int64_t>(random.below(1'000'000'000)));
        const std::int64_t now = clock.wall_ns();
        ASSERT_NO_FATAL_FAILURE(step_both(*cache, model, random, now, limit < 1'000'000)) << "step " << step;
        ASSERT_EQ(cache->stats().damaged, 0U);
    }
    EXPECT_TRUE(trace.events().empty()) << trace.events().front().note;
}

TEST(DiskCacheCampaign, DoesTheSameAsAMap) {
    compare_with_model(1 << 30, testing::test_seed());
}

TEST(DiskCacheCampaign, WithASmallLimitOnlyMisses) {
    compare_with_model(30'000, testing::test_seed() + 1);
}

std::string damaged(std::string bytes, Random& random) {
    switch (random.below(5)) {
        case 0:
            return bytes.substr(0, random.below(bytes.size()));
        case 1:
            return bytes + std::string(1 + random.below(10), static_cast<char>(random.next()));
        case 2:
            bytes.erase(random.below(bytes.size()), 1 + random.below(8));
            return bytes;
        default:
            for (std::uint64_t flips = 1 + random.below(3) * random.below(10); flips > 0; --flips) {
                char& byte = bytes[random.below(bytes.size())];
                byte = static_cast<char>(byte ^ (1 << random.below(8)));
            }
            return bytes;
    }
}

TEST(DiskCacheCampaign, DamageNeverGivesAWrongValue) {
    MemoryFiles files;
    FakeClock clock;
    Random random(testing::test_seed());
    DiskCache cache({"/cache", 1 << 30, &files, &clock});
    std::uint64_t damages = 0;
    for (int i = 0; i < 10000 * testing::test_scale(); ++i) {
        const Key the_key = key(i % 50);
        const std::string value = value_of(i, i % 10 == 0 ? 20000 : 300);
        ASSERT_TRUE(cache.put(the_key, value, {1, 2, {"some", "tags"}}));
        const std::string hex = the_key.digest.hex();
        const Path path = Path("/cache/v1") / hex.substr(0, 2) / hex.substr(2);
        const std::string whole = read_file(files, path);
        const std::string bytes = damaged(whole, random);
        write_file(files, path, bytes);
        const auto entry = cache.find(the_key);
        if (bytes == whole) {
            ASSERT_TRUE(entry && entry->bytes == value);
            continue;
        }
        ASSERT_FALSE(entry) << "damage " << i;
        ASSERT_EQ(cache.stats().damaged, ++damages);
        ASSERT_FALSE(files.identity(path));
    }
}

/// Everything that a cache can be asked, with answers checked as far as failures allow.
void use_everything(Files& files, Clock& clock, Trace& trace) {
    DiskCache cache({"/cache", 40'000, &files, &clock, &trace});
    const auto look = [&](std::uint64_t i) {
        const auto entry = cache.find(key(i));
        ASSERT_TRUE(!entry || entry->bytes == value_of(i, 1500));
    };
    for (std::uint64_t i = 0; i < 40; ++i) {
        EntryFacts facts{1, 2, {"even"}};
        facts.fence = i % 3;
        facts.expires_wall_ns = i % 5 == 0 ? clock.wall_ns() + 1 : 0;
        cache.put(key(i), value_of(i, 1500), facts);
        cache.put(key(i), value_of(i, 1500), facts);
        look(i);
        look(i / 2);
    }
    cache.invalidate("even");
    for (std::uint64_t i = 0; i < 40; ++i)
        ASSERT_NO_FATAL_FAILURE(look(i));
    cache.put(key(7), value_of(7, 1500), {1, 2, {"even"}});
    look(7);
    cache.remove(key(7));
    cache.note_refused(key(8), "a reason");
    cache.walk();
    cache.stats();
    cache.clear();
}

TEST(DiskCacheCampaign, FailingCallsOnlyCostEntries) {
    constexpr std::array kOperations = {"open",   "read",   "create",       "append", "finish",
                                        "rename", "remove", "make_folders", "list",   "touch"};
    Random random(testing::test_seed());
    for (const std::string_view failing : kOperations) {
        for (const int error_number : {ENOSPC, EIO, EMFILE, EROFS, EACCES}) {
            for (const std::uint64_t nth : {std::uint64_t{1}, std::uint64_t{2}, 3 + random.below(100)}) {
                for (const bool for_ever : {false, true}) {
                    SCOPED_TRACE(cat(failing, " errno ", error_number, " from call ", nth, for_ever ? " on" : ""));
                    MemoryFiles files;
                    FakeClock clock;
                    Trace trace;
                    std::uint64_t calls = 0;
                    FailingFiles failing_files(files, [&](std::string_view operation, const Path&) {
                        if (operation != failing) return 0;
                        ++calls;
                        return calls == nth || (for_ever && calls > nth) ? error_number : 0;
                    });
                    ASSERT_NO_THROW(use_everything(failing_files, clock, trace));
                    EXPECT_EQ(trace.events().empty(), calls < nth) << "each fallback is marked";
                    ASSERT_NO_THROW(use_everything(files, clock, trace)) << "and the next process finds it in order";
                }
            }
        }
    }
}

TEST(DiskCacheCampaign, ManyThreadsAndTwoObjectsDoEverything) {
    constexpr std::uint64_t kThreads = 8;
    MemoryFiles files;
    FakeClock clock;
    Trace trace;
    const DiskCache::Options options{"/cache", 150'000, &files, &clock, &trace};
    std::array<std::unique_ptr<DiskCache>, 2> caches;
    for (auto& cache : caches)
        cache = std::make_unique<DiskCache>(options);
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (std::uint64_t thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            Random random(testing::test_seed() + thread);
            for (int step = 0; step < 400 * testing::test_scale(); ++step) {
                DiskCache& cache = *caches[random.below(caches.size())];
                const std::uint64_t i = random.below(60);
                const std::uint64_t what = random.below(100);
                if (what < 50) {
                    const auto entry = cache.find(key(i));
                    if (entry && entry->bytes != value_of(i, 6000)) ++wrong;
                } else if (what < 90) {
                    cache.put(key(i), value_of(i, 6000), {1, static_cast<std::int64_t>(i), {"tag"}, 0, step % 3U});
                } else if (what < 94) {
                    cache.remove(key(i));
                } else if (what < 96) {
                    cache.invalidate("tag");
                } else if (what < 98) {
                    cache.walk();
                    cache.stats();
                } else if (what < 99) {
                    cache.note_refused(key(i), "a reason");
                } else {
                    cache.clear();
                }
                clock.advance_ns(1'000'000);
            }
        });
    }
    threads.clear();
    EXPECT_EQ(wrong, 0);
    for (const auto& cache : caches)
        EXPECT_EQ(cache->stats().damaged, 0U);
    // Two objects that know each other's puts late; each stays within a fifth above the limit by what it knows.
    EXPECT_LE(caches[0]->walk().bytes, 2 * 180'000U);
    EXPECT_EQ(caches[0]->walk().damaged, 0U);
}

}  // namespace
}  // namespace hone
