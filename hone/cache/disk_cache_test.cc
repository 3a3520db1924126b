#include "hone/cache/disk_cache.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/cache/disk_shelf.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86400 * kSecond;

Key key(std::string_view name) {
    return KeyBuilder("app", "task").add("name", name).build();
}
/// A key whose entry lies in the folder of this number.
Key key_in(std::uint64_t folder, std::uint64_t number) {
    Key key;
    key.digest = {folder << 56 | number, number};
    key.app = "app";
    return key;
}
Path path_of(const Key& key) {
    const std::string hex = key.digest.hex();
    return Path("/cache/v1") / hex.substr(0, 2) / hex.substr(2);
}
EntryFacts facts(std::vector<std::string> tags = {}, std::int64_t cost_ns = 1000) {
    return {17, cost_ns, std::move(tags)};
}

/// Bytes that cannot be compressed.
std::string noise(std::size_t size) {
    Random random(size);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random.next());
    return bytes;
}

/// Caches in a file system in memory.
class DiskCacheTest : public ::testing::Test {
protected:
    std::unique_ptr<DiskCache> open(std::uint64_t limit = 1 << 30) {
        return std::make_unique<DiskCache>(DiskCache::Options{"/cache", limit, &files, &clock, &trace});
    }
    static std::optional<std::string> find(DiskCache& cache, const Key& key) {
        const auto entry = cache.find(key);
        if (!entry) return std::nullopt;
        return entry->bytes;
    }
    std::size_t fallbacks() { return trace.events().size(); }

    MemoryFiles files;
    FakeClock clock;
    Trace trace;
};

TEST_F(DiskCacheTest, FindsWhatWasPut) {
    const auto cache = open();
    EXPECT_EQ(find(*cache, key("a")), std::nullopt);
    EXPECT_TRUE(cache->put(key("a"), "bytes", facts({"t"}, 5)));
    const auto entry = cache->find(key("a"));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->bytes, "bytes");
    EXPECT_EQ(entry->app, "app");
    EXPECT_EQ(entry->task, "task");
    EXPECT_EQ(entry->facts.created_wall_ns, 17);
    EXPECT_EQ(entry->facts.cost_ns, 5);
    EXPECT_EQ(entry->facts.tags, std::vector<std::string>{"t"});
    EXPECT_EQ(find(*cache, key("b")), std::nullopt);
    EXPECT_TRUE(cache->put(key("a"), "other", facts()));
    EXPECT_EQ(find(*cache, key("a")), "other");
    EXPECT_EQ(find(*open(), key("a")), "other") << "another object, another process";
    const TierStats stats = cache->stats();
    EXPECT_EQ(stats.hits, 2U);
    EXPECT_EQ(stats.misses, 2U);
    EXPECT_EQ(stats.puts, 2U);
    EXPECT_EQ(stats.entries, 1U);
    EXPECT_EQ(stats.saved_ns, 1005U);
    EXPECT_EQ(fallbacks(), 0U);
}

TEST_F(DiskCacheTest, RemovesAndClears) {
    const auto cache = open();
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(cache->put(key(cat(i)), "bytes", facts()));
    EXPECT_TRUE(cache->remove(key("3")));
    EXPECT_FALSE(cache->remove(key("3")));
    EXPECT_EQ(find(*cache, key("3")), std::nullopt);
    EXPECT_EQ(open()->clear(), 19U);
    EXPECT_EQ(find(*cache, key("4")), std::nullopt);
    EXPECT_EQ(cache->walk().entries, 0U);
    EXPECT_TRUE(cache->put(key("4"), "again", facts()));
    EXPECT_EQ(find(*cache, key("4")), "again");
}

TEST_F(DiskCacheTest, OpeningAndLookingTouchNothing) {
    const auto cache = open();
    EXPECT_EQ(find(*cache, key("a")), std::nullopt);
    EXPECT_EQ(cache->stats().entries, 0U);
    EXPECT_EQ(cache->walk().entries, 0U);
    EXPECT_FALSE(files.is_folder("/cache"));
    EXPECT_TRUE(cache->put(key("a"), "x", facts()));
    EXPECT_TRUE(read_file(files, "/cache/CACHEDIR.TAG").starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
}

TEST_F(DiskCacheTest, HostileKeysAreOnlyContent) {
    const auto cache = open();
    for (const std::string& name : {std::string(100000, 'x'), std::string("../../etc/passwd"), std::string("a\0b", 3),
                                    std::string(), std::string("\xff\n")}) {
        const Key hostile = KeyBuilder(name, name).add(name, name).build();
        EXPECT_TRUE(cache->put(hostile, name, facts({name})));
        const auto entry = cache->find(hostile);
        ASSERT_TRUE(entry);
        EXPECT_EQ(entry->bytes, name);
        EXPECT_EQ(entry->app, name);
    }
    const Key endless = KeyBuilder(std::string(DiskEntryHeader::kMaxBytes, 'x'), "").build();
    EXPECT_FALSE(cache->put(endless, "x", facts()));
    EXPECT_EQ(cache->stats().refused, 1U);
}

TEST_F(DiskCacheTest, ADamagedEntryIsAMissAndRemoved) {
    const auto cache = open();
    cache->put(key("a"), "bytes", facts());
    std::string bytes = read_file(files, path_of(key("a")));
    bytes.back() ^= 1;
    write_file(files, path_of(key("a")), bytes);
    EXPECT_EQ(cache->walk().damaged, 0U) << "only headers are looked at";
    EXPECT_EQ(find(*cache, key("a")), std::nullopt);
    EXPECT_EQ(cache->stats().damaged, 1U);
    EXPECT_FALSE(files.identity(path_of(key("a"))));
    EXPECT_EQ(find(*cache, key("a")), std::nullopt);
    EXPECT_EQ(cache->stats().damaged, 1U);
    EXPECT_EQ(fallbacks(), 1U);
}

TEST_F(DiskCacheTest, AnEntryUnderAnotherNameIsAMiss) {
    const auto cache = open();
    cache->put(key_in(7, 1), "one", facts());
    files.rename(path_of(key_in(7, 1)), path_of(key_in(7, 2)));
    EXPECT_EQ(find(*cache, key_in(7, 2)), std::nullopt);
    EXPECT_EQ(cache->stats().damaged, 1U);
}

TEST_F(DiskCacheTest, InvalidatesByTagForAllObjects) {
    const auto cache = open(), other = open();
    cache->put(key("a"), "a", facts({"x", "y"}));
    cache->put(key("b"), "b", facts({"y"}));
    cache->put(key("c"), "c", facts());
    EXPECT_TRUE(other->invalidate("x"));
    EXPECT_EQ(find(*cache, key("a")), std::nullopt);
    EXPECT_EQ(find(*cache, key("b")), "b");
    EXPECT_TRUE(cache->put(key("a"), "new", facts({"x", "y"})));
    EXPECT_EQ(find(*other, key("a")), "new");
    clock.step_wall_ns(-kDay);
    EXPECT_TRUE(other->invalidate("y"));
    EXPECT_EQ(find(*cache, key("a")), std::nullopt);
    EXPECT_EQ(find(*cache, key("b")), std::nullopt);
    EXPECT_EQ(find(*cache, key("c")), "c");
    EXPECT_TRUE(cache->put(key("b"), "late", facts({"y"})));
    EXPECT_EQ(find(*cache, key("b")), "late");
    EXPECT_EQ(cache->stats().damaged, 0U);
}

TEST_F(DiskCacheTest, CountsByWalking) {
    const auto cache = open();
    for (int i = 0; i < 5; ++i)
        cache->put(KeyBuilder(i < 2 ? "one" : "two", "t").add("i", cat(i)).build(), "x", facts());
    files.make_folders("/cache/v1/00");
    write_file(files, "/cache/v1/00/damaged", "no entry");
    const DiskCache::Walk walk = cache->walk();
    EXPECT_EQ(walk.entries, 5U);
    EXPECT_EQ(walk.damaged, 1U);
    ASSERT_EQ(walk.by_app.size(), 2U);
    EXPECT_EQ(walk.by_app[0].first, "one");
    EXPECT_EQ(walk.by_app[0].second.first, 2U);
    EXPECT_EQ(walk.by_app[1].second.first, 3U);
    EXPECT_EQ(walk.by_app[0].second.second + walk.by_app[1].second.second, walk.bytes);
}

TEST_F(DiskCacheTest, NotesTheLastUseAtMostOncePerMinute) {
    const auto cache = open();
    cache->put(key("a"), "x", facts());
    const auto mtime = [&] { return files.identity(path_of(key("a")))->mtime_ns; };
    const std::int64_t start = mtime();
    clock.advance_ns(59 * kSecond);
    cache->find(key("a"));
    EXPECT_EQ(mtime(), start);
    clock.advance_ns(2 * kSecond);
    cache->find(key("a"));
    EXPECT_EQ(mtime(), use_stamp(clock.wall_ns(), 2));
    clock.step_wall_ns(-kDay);
    cache->find(key("a"));
    EXPECT_EQ(mtime(), use_stamp(clock.wall_ns(), 3)) << "a use in the future would keep the entry for ever";
}

TEST_F(DiskCacheTest, DropsWhatIsCheapestPerByte) {
    const auto cache = open(16 * 1024);
    const std::string value(900, 'x');
    for (int i = 0; i < 8; ++i)
        EXPECT_TRUE(cache->put(key_in(1, i), value, facts({}, 1'000'000'000)));
    for (int i = 100; i < 200; ++i) {
        EXPECT_TRUE(cache->put(key_in(1, i), value, facts({}, 1000)));
        EXPECT_EQ(find(*cache, key_in(1, i)), value) << "what was just put stays";
        EXPECT_LE(cache->walk().bytes, 16 * 1024U);
    }
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(find(*cache, key_in(1, i)), value);
    EXPECT_GT(cache->stats().evictions, 80U);
}

TEST_F(DiskCacheTest, TheOldestOfEqualsLeavesFirst) {
    const auto cache = open(16 * 1024);
    const std::string value(3000, 'x');
    for (int i = 0; i < 5; ++i)
        cache->put(key_in(1, i), value, facts());
    clock.advance_ns(120 * kSecond);
    cache->find(key_in(1, 0));
    cache->put(key_in(1, 5), value, facts());
    EXPECT_EQ(find(*cache, key_in(1, 0)), value);
    EXPECT_EQ(find(*cache, key_in(1, 1)), std::nullopt);
}

TEST_F(DiskCacheTest, UsesMakeAnEntryDearer) {
    const auto cache = open(16 * 1024);
    const std::string value(3000, 'x');
    for (int i = 0; i < 5; ++i)
        cache->put(key_in(1, i), value, facts({}, i == 0 ? 1000 : 2500));
    for (int minute = 0; minute < 4; ++minute) {
        clock.advance_ns(61 * kSecond);
        EXPECT_EQ(find(*cache, key_in(1, 0)), value);
    }
    EXPECT_EQ(uses_of(files.identity(path_of(key_in(1, 0)))->mtime_ns), 5U);
    cache->put(key_in(1, 5), value, facts({}, 2500));
    EXPECT_EQ(find(*cache, key_in(1, 0)), value) << "cheaper to compute, but used five times";
    EXPECT_EQ(find(*cache, key_in(1, 1)), std::nullopt);
}

TEST_F(DiskCacheTest, WhatIsNotUsedAgesAsOthersLeave) {
    const auto cache = open(16 * 1024);
    const std::string value(3000, 'x');
    cache->put(key_in(1, 0), value, facts({}, 8000));
    int dropped_after = 0;
    for (int i = 1; i < 100 && dropped_after == 0; ++i) {
        clock.advance_ns(61 * kSecond);
        cache->put(key_in(1, i), value, facts({}, 1000));
        files.touch(path_of(key_in(1, i)), clock.wall_ns());
        if (!files.identity(path_of(key_in(1, 0)))) dropped_after = i;
    }
    // Each generation of four lifts the level by the price of one; after eight prices it is the first one's turn.
    EXPECT_GE(dropped_after, 20);
    EXPECT_LE(dropped_after, 60);
    clock.advance_ns(1000 * kDay);
    EXPECT_EQ(find(*cache, key_in(1, dropped_after)), value) << "a cache at rest does not age";
}

TEST_F(DiskCacheTest, APutRemovesFewEntriesAndTheBoundHolds) {
    {
        const auto cache = open(4 << 20);
        for (int i = 0; i < 2000; ++i)
            cache->put(key(cat(i)), std::string(1500, 'x'), facts());
    }
    const auto cache = open(1 << 20);
    std::uint64_t before = cache->stats().evictions, most = 0;
    for (int i = 0; i < 600; ++i) {
        cache->put(key(cat("new", i)), std::string(1500, 'x'), facts());
        const std::uint64_t now = cache->stats().evictions;
        most = std::max(most, now - before);
        before = now;
        clock.advance_ns(kSecond / 100);
    }
    EXPECT_LE(most, 128U) << "what a put may remove, and as many to make room before";
    EXPECT_GT(most, 4U);
    EXPECT_LE(cache->walk().bytes, std::uint64_t{1} << 20);
    EXPECT_GT(cache->walk().bytes, std::uint64_t{1} << 19);
}

TEST_F(DiskCacheTest, PutsWaitWhileTheCacheIsFarAboveItsLimit) {
    FailingFiles failing(files, [](std::string_view operation, const Path& path) {
        return operation == "remove" && path.string().find(".tmp") == std::string::npos ? EACCES : 0;
    });
    DiskCache cache({"/cache", 100'000, &failing, &clock, &trace});
    int stored = 0;
    for (int i = 0; i < 500; ++i)
        stored += cache.put(key(cat(i)), std::string(1500, 'x'), facts()) ? 1 : 0;
    EXPECT_GT(stored, 50);
    EXPECT_LE(cache.walk().bytes, 120'000U);
    EXPECT_EQ(cache.stats().refused, 500U - static_cast<unsigned>(stored));
}

TEST_F(DiskCacheTest, RefusesAValueAboveAQuarterOfTheLimit) {
    const auto cache = open(16 * 1024);
    EXPECT_FALSE(cache->put(key("a"), noise(4096), facts()));
    EXPECT_TRUE(cache->put(key("b"), noise(3700), facts()));
    EXPECT_TRUE(cache->put(key("c"), std::string(40960, 'x'), facts({}, kSecond))) << "small when compressed";
    EXPECT_EQ(cache->stats().refused, 1U);
    EXPECT_TRUE(cache->usable());
}

TEST_F(DiskCacheTest, ALargeValueOfWorthOutlivesTheOthersOfItsFolder) {
    const auto cache = open(1 << 20);
    const std::string large = noise(200'000), small(2000, 'y');
    EXPECT_TRUE(cache->put(key_in(1, 0), large, facts({}, 1'000'000'000'000)));
    for (int i = 1; i < 2000; ++i) {
        EXPECT_TRUE(cache->put(key_in(i % 256, i), small, facts()));
        if (i % 100 == 0) {
            EXPECT_LE(cache->walk().bytes, 1U << 20);
        }
    }
    EXPECT_EQ(find(*cache, key_in(1, 0)), large);
}

TEST_F(DiskCacheTest, EntriesOfOthersCountAgainstTheLimit) {
    {
        const auto cache = open(1 << 20);
        for (int i = 0; i < 500; ++i)
            cache->put(key(cat(i)), std::string(1500, 'x'), facts());
    }
    const auto cache = open(100'000);
    for (int i = 0; i < 20; ++i)
        cache->put(key(cat("new", i)), std::string(1500, 'x'), facts());
    EXPECT_LE(cache->walk().bytes, 100'000U);
}

TEST_F(DiskCacheTest, StatisticsAreRebuiltWhenAbsentOrDamaged) {
    {
        const auto cache = open();
        for (int i = 0; i < 300; ++i)
            cache->put(key(cat(i)), "some bytes", facts());
    }
    const DiskCache::Walk truth = open()->walk();
    ASSERT_EQ(truth.entries, 300U);
    const auto shelves = files.list("/cache/v1");
    files.remove(Path("/cache/v1") / shelves[0].name / ".stats");
    write_file(files, Path("/cache/v1") / shelves[1].name / ".stats", "damaged");
    write_file(files, Path("/cache/v1") / shelves[2].name / ".stats", std::string(24, '\xff'));
    const TierStats stats = open()->stats();
    EXPECT_EQ(stats.entries, truth.entries);
    EXPECT_EQ(stats.bytes, truth.bytes);
}

TEST_F(DiskCacheTest, CompressesWhatPays) {
    const auto cache = open();
    std::string text;
    while (text.size() < 100'000)
        text += cat("cell ", text.size(), ",wheat,12.5\n");
    const std::string random = noise(100'000);
    EXPECT_TRUE(cache->put(key("text"), text, facts({}, kSecond)));
    EXPECT_TRUE(cache->put(key("noise"), random, facts({}, kSecond)));
    EXPECT_EQ(find(*open(), key("text")), text);
    EXPECT_EQ(find(*open(), key("noise")), random);
    EXPECT_LT(files.identity(path_of(key("text")))->size, 50'000U);
    EXPECT_GT(files.identity(path_of(key("noise")))->size, 100'000U);
    EXPECT_EQ(cache->walk().raw_bytes, text.size() + random.size());
    EXPECT_LT(cache->walk().bytes, 160'000U);
}

TEST_F(DiskCacheTest, SweepsBesideTheEntriesAndAcrossStepsOfTheClock) {
    const std::array folders = {Path("/cache"), Path("/cache/v1/tags"), Path("/cache/v1/01")};
    const std::string name = ".history.1.1.tmp";
    const Path not_ours = "/cache/.letter.1.1.tmp";
    const auto leave = [&](std::int64_t age_ns) {
        for (const Path& folder : folders) {
            files.make_folders(folder);
            write_file(files, folder / name, "half");
            files.touch(folder / name, clock.wall_ns() - age_ns);
        }
        write_file(files, not_ours, "of somebody else");
        files.touch(not_ours, clock.wall_ns() - age_ns);
        EXPECT_TRUE(open()->put(key_in(1, 1), "x", facts()));
        EXPECT_TRUE(files.identity(not_ours)) << "the folder is the user's";
        return std::ranges::count_if(folders,
                                     [&](const Path& folder) { return files.identity(folder / name).has_value(); });
    };
    EXPECT_EQ(leave(4000 * kSecond), 0);
    EXPECT_EQ(leave(-4000 * kSecond), 0) << "from before the clock was set back";
    EXPECT_EQ(leave(1000 * kSecond), 3) << "still being written, perhaps";
}

TEST_F(DiskCacheTest, SweepsWhatKilledWritersLeft) {
    const Path folder = "/cache/v1/01";
    files.make_folders(folder);
    write_file(files, folder / ".old.1.1.tmp", "half an entry");
    clock.advance_ns(3000 * kSecond);
    write_file(files, folder / ".young.1.1.tmp", "half an entry");
    files.touch(folder / ".young.1.1.tmp", clock.wall_ns());
    clock.advance_ns(1000 * kSecond);
    EXPECT_TRUE(open()->put(key_in(1, 1), "x", facts()));
    EXPECT_FALSE(files.identity(folder / ".old.1.1.tmp"));
    EXPECT_TRUE(files.identity(folder / ".young.1.1.tmp"));
    EXPECT_EQ(open()->stats().entries, 1U);
}

TEST_F(DiskCacheTest, PutsGoOnAfterTheFolderWasRemoved) {
    const auto cache = open();
    EXPECT_TRUE(cache->put(key_in(1, 1), "x", facts()));
    files.rename("/cache", "/elsewhere");
    EXPECT_EQ(find(*cache, key_in(1, 1)), std::nullopt);
    EXPECT_TRUE(cache->put(key_in(1, 1), "y", facts()));
    EXPECT_EQ(find(*cache, key_in(1, 1)), "y");
}

TEST_F(DiskCacheTest, AnUnusableFolderIsLeftAloneForAMinute) {
    int error_number = EROFS;
    int tries = 0;
    FailingFiles failing(files, [&](std::string_view operation, const Path&) {
        if (operation != "make_folders" && operation != "create") return 0;
        ++tries;
        return error_number;
    });
    open()->put(key("a"), "a", facts());
    DiskCache cache({"/cache", 1 << 30, &failing, &clock, &trace});
    EXPECT_FALSE(cache.put(key("b"), "b", facts()));
    EXPECT_FALSE(cache.usable());
    EXPECT_FALSE(cache.put(key("b"), "b", facts()));
    EXPECT_EQ(tries, 1);
    EXPECT_EQ(find(cache, key("a")), "a") << "look-ups go on";
    EXPECT_EQ(cache.stats().refused, 2U);
    EXPECT_EQ(fallbacks(), 1U);
    error_number = 0;
    clock.advance_ns(61 * kSecond);
    EXPECT_TRUE(cache.usable());
    EXPECT_TRUE(cache.put(key("b"), "b", facts()));
}

TEST_F(DiskCacheTest, StandsStepsOfTheClock) {
    const auto cache = open(64 * 1024);
    int step = 0;
    for (const std::int64_t jump : {0 * kDay, 400 * kDay, -800 * kDay, 3 * kDay, 10000 * kDay, -20000 * kDay}) {
        clock.step_wall_ns(jump);
        for (int i = 0; i < 100; ++i, ++step) {
            EXPECT_TRUE(cache->put(key(cat(step)), std::string(1000, 'x'), facts({"t"})));
            EXPECT_EQ(find(*cache, key(cat(step))), std::string(1000, 'x'));
        }
        EXPECT_LE(cache->walk().bytes, 64 * 1024U);
        EXPECT_TRUE(cache->invalidate("t"));
        EXPECT_EQ(find(*cache, key(cat(step - 1))), std::nullopt);
    }
}

TEST_F(DiskCacheTest, ManyThreadsShareOneObject) {
    const auto cache = open(200'000);
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 300; ++i) {
                const std::string value(500 + (i * 7) % 1000, static_cast<char>('a' + i % 26));
                if (!cache->put(key(cat(i)), value, facts({"t"}))) ++wrong;
                const auto found = find(*cache, key(cat(i)));
                if (found && *found != value) ++wrong;
                if (i % 50 == t) cache->remove(key(cat(i)));
                if (i % 100 == t) cache->invalidate("t");
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(cache->walk().damaged, 0U);
    EXPECT_EQ(cache->stats().damaged, 0U);
    EXPECT_EQ(fallbacks(), 0U);
}

TEST(DiskCache, KeepsItsFolderPrivate) {
    const testing::TemporaryFolder folder;
    DiskCache cache({.folder = folder.path() / "deep" / "cache", .limit_bytes = 1 << 20});
    EXPECT_TRUE(cache.put(key("a"), "x", facts()));
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "deep" / "cache").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    EXPECT_EQ(cache.find(key("a"))->bytes, "x");
}

TEST(DiskCache, AFileInPlaceOfTheFolderOnlyCostsTime) {
    const testing::TemporaryFolder folder;
    Trace trace;
    const Path file = folder.write("file", "x");
    DiskCache cache({.folder = file, .limit_bytes = 1 << 20, .trace = &trace});
    EXPECT_FALSE(cache.find(key("a")));
    EXPECT_FALSE(cache.put(key("a"), "x", facts()));
    EXPECT_FALSE(cache.usable());
    EXPECT_FALSE(cache.invalidate("t"));
    EXPECT_FALSE(cache.remove(key("a")));
    EXPECT_EQ(cache.clear(), 0U);
    EXPECT_EQ(cache.walk().entries, 0U);
    EXPECT_EQ(cache.stats().entries, 0U);
    EXPECT_FALSE(trace.events().empty());
}

TEST(DiskCache, ChoosesALimitByTheFreeDisk) {
    const testing::TemporaryFolder folder;
    const DiskCache cache({.folder = folder.path() / "not" / "yet"});
    EXPECT_GT(cache.limit_bytes(), 0U);
    EXPECT_LE(cache.limit_bytes(), std::uint64_t{4} << 30);
    EXPECT_EQ(cache.folder(), folder.path() / "not" / "yet");
}

TEST_F(DiskCacheTest, AnEntryForWhichThereIsNoMemoryIsAMissAndStays) {
    const std::string value = noise(50'000);
    ASSERT_TRUE(open()->put(key("large"), value, facts()));
    Budget budget("test", 60'000);
    DiskCache cache({"/cache", 1 << 30, &files, &clock, &trace, 0, &budget});
    {
        const Reservation other = budget.reserve(20'000);
        const DiskCache::Answer answer = cache.look_up(key("large"));
        EXPECT_FALSE(answer.entry);
        EXPECT_EQ(answer.miss, Miss::Unusable);
        EXPECT_NE(answer.detail.find("full"), std::string::npos) << answer.detail;
        EXPECT_EQ(budget.used(), 20'000U);
    }
    EXPECT_EQ(cache.stats().damaged, 0U);
    {
        const auto entry = cache.find(key("large"));
        ASSERT_TRUE(entry);
        EXPECT_EQ(entry->bytes, value);
        EXPECT_EQ(budget.used(), 50'000U);
    }
    EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace hone
