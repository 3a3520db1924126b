// Writers that are killed while they put, find, drop and invalidate: no wrong value, no growth, nothing left over.
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <set>
#include <string>
#include <thread>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/cache/disk_cache.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::uint64_t kLargest = 12'000;
constexpr std::uint64_t kKeys = 500;
constexpr std::uint64_t kLimit = 1'000'000;
constexpr int kWrongValue = 3, kDamage = 4;

Key key(std::uint64_t i) {
    return KeyBuilder("app", "task").add("i", cat(i)).build();
}

/// The one right value of a key. Every second one can be compressed.
std::string value_of(std::uint64_t i) {
    Random random(i);
    std::string value(random.below(kLargest), '\0');
    for (std::size_t at = 0; at < value.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t word = i % 2 == 0 ? random.next() : random.below(5) * 0x0101010101010101U;
        std::memcpy(value.data() + at, &word, std::min(sizeof word, value.size() - at));
    }
    return value;
}

/// Puts and finds until killed; ends by itself only when a value is wrong.
[[noreturn]] void write_until_killed(const Path& folder, std::uint64_t seed) {
    Random random(seed);
    auto cache = std::make_unique<DiskCache>(DiskCache::Options{.folder = folder, .limit_bytes = kLimit});
    while (true) {
        const std::uint64_t i = random.below(kKeys);
        const auto entry = cache->find(key(i));
        if (entry && entry->bytes != value_of(i)) ::_exit(kWrongValue);
        if (!entry || random.below(10) == 0) cache->put(key(i), value_of(i), {1, 1000, {"tag", "other"}, 0, 1});
        if (random.below(300) == 0) cache->invalidate("tag");
        if (random.below(50) == 0) cache->remove(key(i));
        if (cache->stats().damaged > 0) ::_exit(kDamage);
        if (random.below(40) == 0)  // statistics and record are written at the end of a process that is not killed
            cache = std::make_unique<DiskCache>(DiskCache::Options{.folder = folder, .limit_bytes = kLimit});
    }
}

pid_t start_writer(const Path& folder, std::uint64_t seed) {
    const pid_t process = ::fork();
    if (process == 0) write_until_killed(folder, seed);
    return process;
}

/// Kills a writer; its exit status if it had ended before, 0 if it was well until then.
int stop_writer(pid_t process) {
    ::kill(process, SIGKILL);
    int status = 0;
    if (::waitpid(process, &status, 0) != process) return -1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : WEXITSTATUS(status);
}

/// All files below a folder.
std::vector<Path> files_below(const Path& folder) {
    std::vector<Path> found;
    for (const FolderEntry& entry : real_files().list(folder)) {
        if (entry.is_folder)
            std::ranges::move(files_below(folder / entry.name), std::back_inserter(found));
        else
            found.push_back(folder / entry.name);
    }
    return found;
}

bool is_temporary(const Path& file) {
    return file.extension() == ".tmp";
}

std::uint64_t bytes_of_entries(const Path& folder) {
    std::uint64_t bytes = 0;
    for (const Path& file : files_below(folder / "v1")) {
        const auto identity = real_files().identity(file);
        if (identity && !is_temporary(file)) bytes += identity->size;
    }
    return bytes;
}

TEST(DiskCacheKills, LeaveOnlyRightValuesAndABoundedFolder) {
    const testing::TemporaryFolder folder;
    Random random(testing::test_seed());
    std::array<pid_t, 3> writers;
    for (pid_t& writer : writers)
        ASSERT_GT(writer = start_writer(folder.path(), random.next()), 0);
    std::uint64_t most_bytes = 0;
    for (int kills = 0; kills < 1000 * testing::test_scale(); ++kills) {
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(3000)));
        pid_t& writer = writers[random.below(writers.size())];
        ASSERT_EQ(stop_writer(writer), 0) << "3: a wrong value, 4: a damaged one; kill " << kills;
        ASSERT_GT(writer = start_writer(folder.path(), random.next()), 0);
        if (kills % 50 == 49) most_bytes = std::max(most_bytes, bytes_of_entries(folder.path()));
    }
    for (const pid_t writer : writers)
        EXPECT_EQ(stop_writer(writer), 0);
    // Three that know each other's puts late, and die before they have dropped for their last one.
    EXPECT_LE(most_bytes, kLimit * 6 / 5);
    RecordProperty("most_bytes", static_cast<int>(most_bytes));

    // An hour later the first put to each folder sweeps it.
    const std::vector<Path> left = files_below(folder.path());
    for (const Path& file : left) {
        if (is_temporary(file)) real_files().touch(file, real_clock().wall_ns() - 2 * 3600LL * 1'000'000'000);
    }
    DiskCache cache({.folder = folder.path(), .limit_bytes = kLimit});
    std::uint64_t hits = 0;
    for (std::uint64_t i = 0; i < kKeys; ++i) {
        const auto entry = cache.find(key(i));
        if (!entry) continue;
        ++hits;
        EXPECT_EQ(entry->bytes, value_of(i));
    }
    EXPECT_GT(hits, 0U);
    EXPECT_EQ(cache.stats().damaged, 0U);
    std::set<std::string> folders;  // that a put has come to
    for (std::uint64_t i = 0; i < 3 * kKeys || folders.size() < 256; ++i) {
        const Key fresh = key(kKeys + i);
        EXPECT_TRUE(cache.put(fresh, value_of(i), {}));
        folders.insert(fresh.digest.hex().substr(0, 2));
    }
    EXPECT_LE(cache.walk().bytes, kLimit) << "the limit holds again";
    EXPECT_EQ(cache.walk().damaged, 0U);
    for (const Path& file : files_below(folder.path()))
        EXPECT_FALSE(is_temporary(file)) << "nothing is left over: " << file;
}

}  // namespace
}  // namespace hone
