// Leases between processes: one computation per key, slow and late holders, killed holders.
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/cache/disk_cache.h"
#include "hone/cache/lock_file.h"
#include "hone/cache/single_flight.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Key key(std::string_view name) {
    return KeyBuilder("app", "task").add("name", name).build();
}
CachedValue text(std::string value) {
    return CachedValue::of<std::string>(std::make_shared<const std::string>(std::move(value)), 8, {});
}
std::string text_of(const CachedValue& value) {
    return *value.as<std::string>();
}
/// What look-ups in the disk tier find.
std::optional<CachedValue> find_in(DiskCache& cache, const Key& wanted) {
    auto entry = cache.find(wanted);
    if (!entry) return std::nullopt;
    return text(std::move(entry->bytes));
}

/// Two processes in one, which know each other only by files: a lock folder and a disk cache of each.
class LeaseTest : public ::testing::Test {
protected:
    struct Process {
        explicit Process(LeaseTest& test)
            : cache({"/cache", 1 << 20, &test.files, &test.clock}),
              flights({"/cache/locks", &test.files, &test.clock}) {}
        std::string run(std::string_view name, const std::function<CachedValue(Lease&)>& compute) {
            const Key wanted = key(name);
            return text_of(flights.run(
                wanted, Cancel(), [&] { return find_in(cache, wanted); }, compute));
        }
        void store(std::string_view name, std::string_view bytes, const Lease& lease) {
            EntryFacts facts;
            facts.fence = lease.number();
            EXPECT_TRUE(cache.put(key(name), bytes, facts));
        }
        DiskCache cache;
        SingleFlight flights;
    };

    MemoryFiles files;
    FakeClock clock;
    Process one{*this}, two{*this};
};

TEST_F(LeaseTest, ALateHolderDoesNotOverwriteWhatCameAfterIt) {
    const std::string value = one.run("a", [&](Lease& first) {
        clock.advance_ns(LockFile::kLifeNs + 1);  // it hangs
        EXPECT_EQ(two.run("a",
                          [&](Lease& second) {
                              EXPECT_GT(second.number(), first.number());
                              two.store("a", "second", second);
                              return text("second");
                          }),
                  "second");
        EXPECT_FALSE(first.extend()) << "and learns that it was taken over";
        one.store("a", "first", first);
        return text("first");
    });
    EXPECT_EQ(value, "first") << "its own caller gets what it computed";
    EXPECT_EQ(one.cache.find(key("a"))->bytes, "second");
    EXPECT_TRUE(files.list("/cache/locks").empty());
}

TEST_F(LeaseTest, ASlowHolderKeepsItsLease) {
    one.run("a", [&](Lease& lease) {
        for (int i = 0; i < 5; ++i) {
            clock.advance_ns(LockFile::kLifeNs * 2 / 3);
            EXPECT_TRUE(lease.extend());
            LockFile other(files, clock, Path("/cache/locks") / (key("a").digest.hex() + ".lock"));
            EXPECT_FALSE(other.try_acquire());
        }
        return text("slow");
    });
}

TEST_F(LeaseTest, WithoutAFolderALeaseIsOfTheProcessOnly) {
    SingleFlight flights({});
    const CachedValue value = flights.run(
        key("a"), Cancel(), [] { return std::optional<CachedValue>(); },
        [](Lease& lease) {
            EXPECT_EQ(lease.number(), 0U);
            EXPECT_TRUE(lease.extend());
            return text("x");
        });
    EXPECT_EQ(text_of(value), "x");
}

TEST_F(LeaseTest, AFolderThatRefusesCostsNothingButTheLock) {
    bool refuses = false;
    FailingFiles failing(
        files, [&](std::string_view operation, const Path&) { return refuses && operation == "create" ? 30 : 0; });
    SingleFlight flights({.folder = "/cache/locks", .files = &failing, .clock = &clock});
    flights.run(
        key("a"), Cancel(), [] { return std::optional<CachedValue>(); },
        [&](Lease& lease) {
            refuses = true;
            clock.advance_ns(LockFile::kLifeNs * 2 / 3);
            EXPECT_TRUE(lease.extend()) << "held until its deadline";
            clock.advance_ns(LockFile::kLifeNs);
            EXPECT_FALSE(lease.extend());
            return text("x");
        });
}

TEST_F(LeaseTest, SweepsWhatTakersLeft) {
    files.make_folders("/cache/locks");
    write_file(files, "/cache/locks/.a.lock.1.1.tmp", "a lock that was being taken over");
    files.touch("/cache/locks/.a.lock.1.1.tmp", clock.wall_ns() - 7200LL * 1'000'000'000);
    one.run("b", [](Lease&) { return text("x"); });
    EXPECT_TRUE(files.list("/cache/locks").empty());
}

TEST_F(LeaseTest, SixtyFourThreadsOfTwoProcessesComputeOnce) {
    constexpr int kThreads = 64;
    std::atomic<int> computed = 0, right = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            Process& process = i % 2 == 0 ? one : two;
            const std::string value = process.run("a", [&](Lease& lease) {
                ++computed;
                process.store("a", "value", lease);
                return text("value");
            });
            if (value == "value") ++right;
        });
    }
    threads.clear();
    EXPECT_EQ(computed, 1);
    EXPECT_EQ(right, kThreads);
}

TEST_F(LeaseTest, ACancelledWaiterDisturbsNobody) {
    constexpr int kThreads = 8;
    std::array<Cancel, kThreads> cancels;
    std::atomic<int> computed = 0, right = 0, cancelled = 0, entered = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            ++entered;
            try {
                const CachedValue value = one.flights.run(
                    key("a"), cancels[static_cast<std::size_t>(i)], [] { return std::optional<CachedValue>(); },
                    [&](Lease&) {
                        ++computed;
                        while (entered < kThreads)
                            std::this_thread::yield();
                        for (std::size_t other = 0; other < kThreads; other += 2)
                            if (other != static_cast<std::size_t>(i)) cancels[other].request();
                        while (cancelled < (i % 2 == 0 ? kThreads / 2 - 1 : kThreads / 2))
                            std::this_thread::yield();
                        return text("value");
                    });
                if (text_of(value) == "value") ++right;
            } catch (const Error& error) {
                if (error.fault() == Fault::Cancelled) ++cancelled;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(right + cancelled, kThreads);
    EXPECT_GE(right, kThreads / 2);
    EXPECT_GE(computed, 1);
}

constexpr int kKeys = 12;

/// Asks for every key in an order of its own; notes each computation in a file. Ends with 0 if all values were right.
[[noreturn]] void ask_for_all(const Path& folder, std::uint64_t seed) {
    Random random(seed);
    DiskCache cache({.folder = folder / "cache", .limit_bytes = 1 << 24});
    SingleFlight flights({.folder = folder / "cache" / "locks"});
    std::array<int, kKeys> order;
    for (int i = 0; i < kKeys; ++i)
        order[static_cast<std::size_t>(i)] = i;
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    bool is_right = true;
    for (const int i : order) {
        const Key wanted = key(cat(i));
        const CachedValue value = flights.run(
            wanted, Cancel(), [&] { return find_in(cache, wanted); },
            [&](Lease& lease) {
                write_file(real_files(), folder / "computed" / cat(i, '-', ::getpid()), "");
                EntryFacts facts;
                facts.fence = lease.number();
                cache.put(wanted, cat("value ", i), facts);
                return text(cat("value ", i));
            });
        is_right = is_right && text_of(value) == cat("value ", i);
    }
    ::_exit(is_right ? 0 : 1);
}

TEST(SingleFlightProcesses, FourComputeEachKeyOnce) {
    for (int round = 0; round < 3 * testing::test_scale(); ++round) {
        const testing::TemporaryFolder folder;
        real_files().make_folders(folder.path() / "computed");
        std::array<pid_t, 4> processes;
        for (std::size_t i = 0; i < processes.size(); ++i) {
            processes[i] = ::fork();
            if (processes[i] == 0) ask_for_all(folder.path(), testing::test_seed() + 10 * i);
            ASSERT_GT(processes[i], 0);
        }
        for (const pid_t process : processes) {
            int status = 0;
            ASSERT_EQ(::waitpid(process, &status, 0), process);
            EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "a process got a wrong value";
        }
        EXPECT_EQ(real_files().list(folder.path() / "computed").size(), static_cast<std::size_t>(kKeys));
        EXPECT_TRUE(real_files().list(folder.path() / "cache" / "locks").empty());
    }
}

/// Computes for ever what key 0 names.
[[noreturn]] void hold(const Path& folder) {
    SingleFlight flights({.folder = folder / "cache" / "locks"});
    flights.run(
        key("0"), Cancel(), [] { return std::optional<CachedValue>(); },
        []() -> CachedValue {
            while (true)
                ::pause();
        });
    ::_exit(1);
}

/// Empty if there is none.
std::string content_of(const Path& file) {
    try {
        return read_file(real_files(), file);
    } catch (const Error& error) {
        if (error.fault() != Fault::NotFound) throw;
        return {};
    }
}

TEST(SingleFlightProcesses, KilledHoldersNeverStopTheOthers) {
    const testing::TemporaryFolder folder;
    const Path lock = folder.path() / "cache" / "locks" / (key("0").digest.hex() + ".lock");
    real_files().make_folders(folder.path() / "computed");
    for (int round = 0; round < 10 * testing::test_scale(); ++round) {
        const std::string before = content_of(lock);
        const pid_t process = ::fork();
        if (process == 0) hold(folder.path());
        ASSERT_GT(process, 0);
        for (std::string now = before; now.empty() || now == before; now = content_of(lock))
            std::this_thread::yield();  // until it holds the lock and has written so
        ::kill(process, SIGKILL);
        ASSERT_EQ(::waitpid(process, nullptr, 0), process);
    }
    const pid_t process = ::fork();
    if (process == 0) ask_for_all(folder.path(), testing::test_seed());
    int status = 0;
    ASSERT_EQ(::waitpid(process, &status, 0), process);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    for (const FolderEntry& entry : real_files().list(lock.parent_path()))
        ADD_FAILURE() << "left over: " << entry.name;
}

}  // namespace
}  // namespace hone
