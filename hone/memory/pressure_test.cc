#include "hone/memory/pressure.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
const Path kFile = "/proc/pressure/memory";

/// A machine of 16 GiB in memory, with a kernel that refuses or fires triggers as told.
class MemoryPressureTest : public ::testing::Test {
protected:
    MemoryPressureTest() { available(8 * kGiB); }
    void write(const Path& path, std::string_view bytes) {
        files_.make_folders(path.parent_path());
        write_file(files_, path, bytes);
    }
    void available(std::uint64_t bytes) {
        write("/proc/meminfo", cat("MemTotal: 16777216 kB\nMemAvailable: ", bytes / 1024, " kB\n"));
    }
    void stalls(double some, double full, std::uint64_t total) {
        write(kFile, cat("some avg10=", some, " avg60=0.00 avg300=0.00 total=", total, "\nfull avg10=", full,
                         " avg60=0.00 avg300=0.00 total=0\n"));
    }
    MemoryPressure make() {
        MemoryPressure::Options options;
        options.files = &files_;
        options.clock = &clock_;
        options.fallback = {};
        options.arm = [this](const Path& file, std::string_view line) {
            asked_.push_back(cat(file, ' ', line));
            const auto refusal = refusals_.find(std::string(line));
            if (refusal != refusals_.end()) return PressureTrigger{{}, refusal->second};
            return PressureTrigger{[this] { return std::exchange(fires_, false); }, {}};
        };
        return MemoryPressure(options);
    }
    PressureReading next(MemoryPressure& pressure) {
        clock_.advance_ns(250'000'000);
        const auto reading = pressure.poll();
        EXPECT_TRUE(reading);
        return reading.value_or(PressureReading{});
    }

    MemoryFiles files_;
    FakeClock clock_;
    std::map<std::string, std::string> refusals_;
    std::vector<std::string> asked_;
    bool fires_ = false;
};

TEST_F(MemoryPressureTest, LooksNoMoreOftenThanTheInterval) {
    MemoryPressure pressure = make();
    EXPECT_TRUE(pressure.poll());
    EXPECT_FALSE(pressure.poll());
    clock_.advance_ns(249'999'999);
    EXPECT_FALSE(pressure.poll());
    clock_.advance_ns(1);
    EXPECT_TRUE(pressure.poll());
}

TEST_F(MemoryPressureTest, LevelsFollowWhatIsLeft) {
    MemoryPressure pressure = make();
    EXPECT_EQ(next(pressure).level, PressureLevel::Calm);
    EXPECT_EQ(next(pressure).reason, "");
    EXPECT_EQ(pressure.means(), "what is left only: the kernel gives no pressure information");
    available(kGiB);
    EXPECT_EQ(next(pressure).level, PressureLevel::Calm) << "the mark is 1 GiB on large machines";
    available(kGiB - kMiB);
    const PressureReading some = next(pressure);
    EXPECT_EQ(some.level, PressureLevel::Some);
    EXPECT_EQ(some.give_back_bytes, kGiB / 2 + kMiB);
    EXPECT_EQ(some.reason, "1.1 GB of 17.2 GB left by MemAvailable");
    available(255 * kMiB);
    EXPECT_EQ(next(pressure).level, PressureLevel::High);
    EXPECT_EQ(pressure.last().level, PressureLevel::High);
    available(8 * kGiB);
    EXPECT_EQ(next(pressure).give_back_bytes, 0u);
}

TEST_F(MemoryPressureTest, ASmallGroupCountsMoreThanALargeMachine) {
    write("/proc/self/cgroup", "0::/\n");
    write("/sys/fs/cgroup/memory.max", cat(100 * kMiB));
    write("/sys/fs/cgroup/memory.current", cat(91 * kMiB));
    MemoryPressure pressure = make();
    const PressureReading some = next(pressure);
    EXPECT_EQ(some.level, PressureLevel::Some);
    EXPECT_EQ(some.give_back_bytes, 6 * kMiB);
    write("/sys/fs/cgroup/memory.current", cat(97 * kMiB));
    EXPECT_EQ(next(pressure).level, PressureLevel::High);
}

TEST_F(MemoryPressureTest, ArmsTheFirstTriggerThatIsAcceptedAtTheSecondLook) {
    stalls(0, 0, 0);
    refusals_["some 150000 1000000"] = "Invalid argument";
    MemoryPressure pressure = make();
    next(pressure);
    EXPECT_TRUE(asked_.empty()) << "a short program arms nothing";
    next(pressure);
    next(pressure);
    EXPECT_EQ(asked_, (std::vector<std::string>{"/proc/pressure/memory some 150000 1000000",
                                                "/proc/pressure/memory some 150000 2000000"}));
    EXPECT_EQ(pressure.means(), "trigger of 150 ms in 2 s on /proc/pressure/memory (150 ms in 1 s: Invalid argument)");
    fires_ = true;
    stalls(15, 0, 300'000);
    const PressureReading reading = next(pressure);
    EXPECT_EQ(reading.level, PressureLevel::Some);
    EXPECT_EQ(reading.give_back_bytes, 8 * kGiB / 20);
    EXPECT_EQ(reading.reason, "tasks wait for memory: the trigger fired, 15 % of the last 10 s, all of them 0 %");
    stalls(15, 0, 600'000);
    EXPECT_EQ(next(pressure).level, PressureLevel::Calm) << "the trigger says when, the average lags";
    fires_ = true;
    stalls(15, 12, 900'000);
    const PressureReading high = next(pressure);
    EXPECT_EQ(high.level, PressureLevel::High);
    EXPECT_EQ(high.give_back_bytes, 8 * kGiB / 8);
}

TEST_F(MemoryPressureTest, PrivilegedProgramsGetTheShortWindow) {
    stalls(0, 0, 0);
    MemoryPressure pressure = make();
    next(pressure);
    next(pressure);
    EXPECT_EQ(asked_.size(), 1u);
    EXPECT_EQ(pressure.means(), "trigger of 150 ms in 1 s on /proc/pressure/memory");
}

TEST_F(MemoryPressureTest, ArmsAgainWhenTheProcessIsMovedToAnotherGroup) {
    stalls(0, 0, 0);
    MemoryPressure pressure = make();
    next(pressure);
    next(pressure);
    write("/proc/self/cgroup", "0::/other\n");
    write("/sys/fs/cgroup/other/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    next(pressure);
    next(pressure);
    EXPECT_EQ(asked_, (std::vector<std::string>{"/proc/pressure/memory some 150000 1000000",
                                                "/sys/fs/cgroup/other/memory.pressure some 150000 1000000"}));
}

TEST_F(MemoryPressureTest, WithoutTriggersTheAverageIsRead) {
    stalls(0, 0, 0);
    refusals_ = {{"some 150000 1000000", "Permission denied"}, {"some 150000 2000000", "Permission denied"}};
    MemoryPressure pressure = make();
    next(pressure);
    EXPECT_EQ(next(pressure).level, PressureLevel::Calm);
    EXPECT_EQ(pressure.means(),
              "avg10 of /proc/pressure/memory (triggers refused: 150 ms in 1 s: Permission denied; 150 ms in 2 s: "
              "Permission denied)");
    stalls(9.99, 0, 1000);
    EXPECT_EQ(next(pressure).level, PressureLevel::Calm);
    stalls(41, 0, 2000);
    const PressureReading high = next(pressure);
    EXPECT_EQ(high.level, PressureLevel::High);
    EXPECT_EQ(high.reason, "tasks wait for memory: by avg10, 41 % of the last 10 s, all of them 0 %");
    stalls(38, 0, 2000);
    EXPECT_EQ(next(pressure).level, PressureLevel::Calm) << "nobody waits any more, the average only lags";
    EXPECT_EQ(asked_.size(), 2u) << "refused once is refused";
}

TEST_F(MemoryPressureTest, ScarcityAndStallsAreBothSaid) {
    available(255 * kMiB);
    stalls(15, 0, 1000);
    MemoryPressure pressure = make();
    const PressureReading reading = next(pressure);
    EXPECT_EQ(reading.level, PressureLevel::High);
    EXPECT_NE(reading.reason.find("left by MemAvailable; tasks wait"), std::string::npos) << reading.reason;
    EXPECT_EQ(reading.give_back_bytes, kGiB + kGiB / 2 - 255 * kMiB);
}

TEST(PressureStalls, AreParsed) {
    const auto stalls = parse_stalls("some avg10=1.50 avg60=2.00 avg300=3.00 total=12345\nfull avg10=0.25 total=7\n");
    ASSERT_TRUE(stalls);
    EXPECT_EQ(stalls->some_percent, 1.5);
    EXPECT_EQ(stalls->full_percent, 0.25);
    EXPECT_EQ(stalls->total_us, 12345u);
    EXPECT_TRUE(parse_stalls("some avg10=0.00 avg60=0.00 avg300=0.00 total=0"));
    for (const char* bad : {"", "full avg10=1 total=1", "some avg10=x total=1", "some avg10=-1 total=1", "some total=1",
                            "some avg10=1", "some avg10=nan total=1"})
        EXPECT_FALSE(parse_stalls(bad)) << bad;
}

TEST(PressureTrigger, OfAFileThatIsNoneIsRefusedWithAReason) {
    const PressureTrigger trigger = arm_kernel_trigger("/nowhere/memory.pressure", "some 150000 2000000");
    EXPECT_FALSE(trigger.has_fired);
    EXPECT_EQ(trigger.refusal, "No such file or directory");
}

TEST(PressureTrigger, OfThisMachineIsArmedOrRefusedWithAReason) {
    const PressureTrigger trigger = arm_kernel_trigger("/proc/pressure/memory", "some 150000 2000000");
    EXPECT_NE(static_cast<bool>(trigger.has_fired), !trigger.refusal.empty()) << trigger.refusal;
    if (trigger.has_fired) (void)trigger.has_fired();  // does not wait
}

TEST(MemoryPressure, LooksAtThisMachine) {
    MemoryPressure pressure;
    const auto reading = pressure.poll();
    ASSERT_TRUE(reading);
    EXPECT_GT(reading->limits.room_of_bytes, 0u);
    EXPECT_FALSE(pressure.means().empty());
}

}  // namespace
}  // namespace hone
