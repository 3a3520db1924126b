#include "hone/memory/memory_limits.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

/// Files of a machine with 16 GiB, 8 of them available.
class MemoryLimitsTest : public ::testing::Test {
protected:
    MemoryLimitsTest() { write("/proc/meminfo", "MemTotal: 16777216 kB\nMemFree: 1 kB\nMemAvailable: 8388608 kB\n"); }
    void write(const Path& path, std::string_view bytes) {
        files_.make_folders(path.parent_path());
        write_file(files_, path, bytes);
    }
    MemoryLimits look() { return look_at_memory(files_, {}); }

    MemoryFiles files_;
};

TEST_F(MemoryLimitsTest, WithoutGroupsTheMachineIsTheLimit) {
    const MemoryLimits limits = look();
    EXPECT_EQ(limits.limit_bytes, 16 * kGiB);
    EXPECT_EQ(limits.limit_source, "installed memory");
    EXPECT_EQ(limits.room_bytes, 8 * kGiB);
    EXPECT_EQ(limits.room_of_bytes, 16 * kGiB);
    EXPECT_EQ(limits.used_bytes, 8 * kGiB);
    EXPECT_EQ(limits.room_source, "MemAvailable");
    EXPECT_TRUE(limits.pressure_file.empty());
}

TEST_F(MemoryLimitsTest, TakesTheLeastLimitUpTheTree) {
    write("/proc/self/cgroup", "0::/a/b\n");
    write("/sys/fs/cgroup/a/b/memory.max", "max\n");
    EXPECT_EQ(look().limit_bytes, 16 * kGiB);
    write("/sys/fs/cgroup/a/memory.max", cat(4 * kGiB, '\n'));
    write("/sys/fs/cgroup/a/memory.current", cat(3 * kGiB, '\n'));
    MemoryLimits limits = look();
    EXPECT_EQ(limits.limit_bytes, 4 * kGiB);
    EXPECT_EQ(limits.limit_source, "/sys/fs/cgroup/a/memory.max");
    EXPECT_EQ(limits.room_bytes, kGiB);
    EXPECT_EQ(limits.used_bytes, 3 * kGiB);
    write("/sys/fs/cgroup/a/b/memory.high", cat(2 * kGiB, '\n'));
    limits = look();
    EXPECT_EQ(limits.limit_bytes, 2 * kGiB);
    EXPECT_EQ(limits.room_bytes, kGiB) << "a group that does not say what it uses has a limit and no room";
    EXPECT_EQ(limits.room_source, "/sys/fs/cgroup/a/memory.max");
}

TEST_F(MemoryLimitsTest, TheLeastRoomNeedNotBelongToTheLeastLimit) {
    write("/proc/self/cgroup", "0::/a/b\n");
    write("/sys/fs/cgroup/a/b/memory.max", cat(kGiB));
    write("/sys/fs/cgroup/a/b/memory.current", "0");
    write("/sys/fs/cgroup/a/memory.max", cat(2 * kGiB));
    write("/sys/fs/cgroup/a/memory.current", cat(2 * kGiB - 10 * kMiB));
    const MemoryLimits limits = look();
    EXPECT_EQ(limits.limit_bytes, kGiB);
    EXPECT_EQ(limits.room_bytes, 10 * kMiB) << "a neighbour uses what the parent has";
    EXPECT_EQ(limits.room_of_bytes, 2 * kGiB);
}

TEST_F(MemoryLimitsTest, PagesOfFilesThatCanBeDroppedAreRoom) {
    write("/proc/self/cgroup", "0::/\n");
    write("/sys/fs/cgroup/memory.max", cat(kGiB));
    write("/sys/fs/cgroup/memory.current", cat(kGiB));
    EXPECT_EQ(look().room_bytes, 0u);
    write("/sys/fs/cgroup/memory.stat", cat("anon 5\ninactive_file_old 7\ninactive_file ", 300 * kMiB, "\nslab 1\n"));
    EXPECT_EQ(look().room_bytes, 300 * kMiB);
    EXPECT_EQ(look().used_bytes, kGiB - 300 * kMiB);
    write("/sys/fs/cgroup/memory.current", cat(2 * kGiB));
    EXPECT_EQ(look().room_bytes, 0u) << "above the limit";
}

TEST_F(MemoryLimitsTest, ReadsTheFirstVersionAndItsUnlimited) {
    write("/proc/self/cgroup", "4:memory:/docker/x\n3:cpu:/c\n");
    write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    EXPECT_EQ(look().limit_source, "installed memory");
    write("/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", cat(512 * kMiB, '\n'));
    write("/sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes", cat(400 * kMiB, '\n'));
    write("/sys/fs/cgroup/memory/docker/x/memory.stat",
          cat("inactive_file ", kMiB, "\ntotal_inactive_file ", 100 * kMiB, '\n'));
    const MemoryLimits limits = look();
    EXPECT_EQ(limits.limit_bytes, 512 * kMiB);
    EXPECT_EQ(limits.room_bytes, 212 * kMiB);
}

TEST_F(MemoryLimitsTest, BothVersionsMayBeMounted) {
    write("/proc/self/cgroup", "4:memory:/work\n1:name=systemd:/\n0::/user\n");
    write("/sys/fs/cgroup/memory/work/memory.limit_in_bytes", cat(3 * kGiB));
    write("/sys/fs/cgroup/unified/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    EXPECT_EQ(look().limit_bytes, 3 * kGiB);
    EXPECT_EQ(look().pressure_file, "/sys/fs/cgroup/unified/memory.pressure") << "without any controller";
    write("/sys/fs/cgroup/unified/user/memory.max", cat(kGiB));
    write("/sys/fs/cgroup/unified/user/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    EXPECT_EQ(look().limit_bytes, kGiB);
    EXPECT_EQ(look().pressure_file, "/sys/fs/cgroup/unified/user/memory.pressure") << "the innermost group";
}

TEST_F(MemoryLimitsTest, AContainerSeesItsOwnGroupAtTheMount) {
    write("/proc/self/cgroup", "0::/system.slice/docker-1.scope\n");
    write("/sys/fs/cgroup/memory.max", cat(600 * kMiB));
    EXPECT_EQ(look().limit_bytes, 600 * kMiB);
    write("/proc/self/cgroup", "0::/../../other\n");
    write("/sys/fs/other/memory.max", "5");
    write("/sys/other/memory.max", "5");
    EXPECT_EQ(look().limit_bytes, 600 * kMiB) << "a path that leads out of the mount is not followed";
}

TEST_F(MemoryLimitsTest, FallsBackWhenThereIsNoMeminfo) {
    MemoryFiles empty;
    const MemoryLimits limits = look_at_memory(empty, {kGiB, 100 * kMiB});
    EXPECT_EQ(limits.limit_bytes, kGiB);
    EXPECT_EQ(limits.room_bytes, 100 * kMiB);
    EXPECT_EQ(limits.room_source, "free memory");
    EXPECT_EQ(look_at_memory(empty, {}).limit_bytes, 0u);
    EXPECT_EQ(look_at_memory(empty, {}).room_of_bytes, 0u);
}

TEST_F(MemoryLimitsTest, JunkAndForbiddenFilesArePassedOver) {
    write("/proc/self/cgroup", "junk\n0::/\n:::::\n\n0::/x\n");
    write("/sys/fs/cgroup/memory.max", "-3");
    write("/sys/fs/cgroup/x/memory.max", "abc");
    EXPECT_EQ(look().limit_bytes, 16 * kGiB);
    FailingFiles failing(
        files_, [](std::string_view, const Path& path) { return path.string().starts_with("/sys") ? EACCES : 0; });
    EXPECT_EQ(look_at_memory(failing, {}).limit_bytes, 16 * kGiB);
}

TEST(MemoryLimits, ParsesMeminfo) {
    EXPECT_EQ(parse_meminfo("MemTotal:  10 kB\nMemAvailable: 4 kB\n").available_bytes, 4096u);
    EXPECT_EQ(parse_meminfo("MemTotal: 10 kB\nMemFree: 3 kB\nBuffers: 2 kB\nCached: 1 kB\nSwapCached: 9 kB\n")
                  .available_bytes,
              6u * 1024)
        << "kernels before 3.14";
    EXPECT_EQ(parse_meminfo("MemTotal: 10 kB\nMemAvailable: 400 kB\n").available_bytes, 10u * 1024);
    EXPECT_EQ(parse_meminfo("MemTotal: 10 pages\n").total_bytes, 0u);
    EXPECT_EQ(parse_meminfo("MemTotal: -10 kB\n").total_bytes, 0u);
    EXPECT_EQ(parse_meminfo("MemTotal: 99999999999999999 kB\n").total_bytes, 0u);
    EXPECT_EQ(parse_meminfo("").total_bytes, 0u);
}

TEST(MemoryLimits, OfThisMachineAreKnown) {
    const MemoryLimits limits = look_at_memory(real_files());
    EXPECT_GT(limits.limit_bytes, 64 * kMiB);
    EXPECT_GT(limits.room_of_bytes, 0u);
    EXPECT_GT(sysinfo_memory().total_bytes, 64 * kMiB);
}

}  // namespace
}  // namespace hone
