#include "hone/parallel/cores.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace hone {
namespace {

class QuotaCores : public ::testing::Test {
protected:
    void write(const Path& path, std::string_view bytes) {
        files_.make_folders(path.parent_path());
        write_file(files_, path, bytes);
    }
    MemoryFiles files_;
};

TEST_F(QuotaCores, IsNoneWithoutControlGroups) {
    EXPECT_EQ(quota_cores(files_), 0u);
}

TEST_F(QuotaCores, TakesTheLeastUpTheTree) {
    write("/proc/self/cgroup", "0::/a/b\n");
    write("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    EXPECT_EQ(quota_cores(files_), 0u);
    write("/sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
    EXPECT_EQ(quota_cores(files_), 8u);
    write("/sys/fs/cgroup/a/cpu.max", "250000 100000\n");
    EXPECT_EQ(quota_cores(files_), 3u);
    write("/sys/fs/cgroup/cpu.max", "50000 100000\n");
    EXPECT_EQ(quota_cores(files_), 1u);
}

TEST_F(QuotaCores, ReadsTheFirstVersionAndHybrids) {
    write("/proc/self/cgroup", "3:cpuset:/\n2:cpu,cpuacct:/docker/x\n0::/\n");
    write("/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "-1\n");
    write("/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(quota_cores(files_), 0u);
    write("/sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "400000\n");
    EXPECT_EQ(quota_cores(files_), 4u);
    write("/sys/fs/cgroup/unified/cpu.max", "200000 100000\n");
    EXPECT_EQ(quota_cores(files_), 2u);
}

TEST_F(QuotaCores, SeesTheMountOfAContainerWhosePathIsThatOfTheHost) {
    write("/proc/self/cgroup", "0::/system.slice/docker-1.scope\n");
    write("/sys/fs/cgroup/cpu.max", "600000 100000\n");
    EXPECT_EQ(quota_cores(files_), 6u);
}

TEST_F(QuotaCores, IgnoresWhatIsNoNumber) {
    write("/proc/self/cgroup", "junk\n0::/\n:::::\n");
    write("/sys/fs/cgroup/cpu.max", "abc 0");
    EXPECT_EQ(quota_cores(files_), 0u);
}

TEST(UsableCores, FollowsTheAffinityMask) {
    unsigned cores = 0;
    std::thread bound([&cores] {
        cpu_set_t mask;
        CPU_ZERO(&mask);
        ASSERT_EQ(::sched_getaffinity(0, sizeof mask, &mask), 0);
        for (std::size_t cpu = 0, kept = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(cpu, &mask) && kept++ > 0) CPU_CLR(cpu, &mask);
        }
        ASSERT_EQ(::sched_setaffinity(0, sizeof mask, &mask), 0);
        cores = usable_cores();
    });
    bound.join();
    EXPECT_EQ(cores, 1u);
    EXPECT_GE(usable_cores(), 1u);
}

}  // namespace
}  // namespace hone
