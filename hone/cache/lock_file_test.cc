#include "hone/cache/lock_file.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "hone/base/error.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class LockFileTest : public ::testing::Test {
protected:
    bool exists() { return files.identity("/locks/a.lock").has_value(); }

    MemoryFiles files;
    FakeClock clock;
    LockFile one{files, clock, "/locks/a.lock"};
    LockFile two{files, clock, "/locks/a.lock"};
};

TEST_F(LockFileTest, IsHeldByOneAtATime) {
    EXPECT_TRUE(one.try_acquire());
    EXPECT_FALSE(two.try_acquire());
    one.release();
    EXPECT_FALSE(exists());
    EXPECT_TRUE(two.try_acquire());
    one.release();
    EXPECT_TRUE(exists());
}

TEST_F(LockFileTest, TheFirstTwoMayMakeTheFolderAtOnce) {
    FailingFiles racing(files, [&](std::string_view operation, const Path&) {
        if (operation == "make_folders") {
            EXPECT_TRUE(two.try_acquire());
        }
        return 0;
    });
    LockFile late(racing, clock, "/locks/a.lock");
    EXPECT_FALSE(late.try_acquire());
    EXPECT_TRUE(two.extend());
}

TEST_F(LockFileTest, IsReleasedAtTheEndOfItsScope) {
    {
        LockFile scoped(files, clock, "/locks/a.lock");
        EXPECT_TRUE(scoped.try_acquire());
    }
    EXPECT_FALSE(exists());
}

TEST_F(LockFileTest, IsTakenOverAfterItsDeadline) {
    EXPECT_TRUE(one.try_acquire());
    clock.advance_ns(LockFile::kLifeNs);
    EXPECT_FALSE(two.try_acquire());
    clock.advance_ns(1);
    EXPECT_TRUE(two.try_acquire());
    one.release();
    EXPECT_TRUE(exists()) << "it is no longer the first one's to remove";
    EXPECT_EQ(files.list("/locks").size(), 1U);
}

TEST_F(LockFileTest, IsTakenOverWhenTheClockWasSetBack) {
    EXPECT_TRUE(one.try_acquire());
    clock.step_wall_ns(-86400 * kSecond);
    EXPECT_TRUE(two.try_acquire());
}

TEST_F(LockFileTest, AnUnreadableLockIsBeingWrittenOrTakenOver) {
    files.make_folders("/locks");
    for (const char* content : {"", "HONELOCK", "HONELOCK and then something that is no owner at all"}) {
        write_file(files, "/locks/a.lock", content);
        files.touch("/locks/a.lock", clock.wall_ns());
        EXPECT_FALSE(two.try_acquire());
        clock.advance_ns(3 * kSecond);
        EXPECT_TRUE(two.try_acquire());
        two.release();
    }
}

TEST_F(LockFileTest, IsExtendedByItsHolderOnly) {
    EXPECT_FALSE(one.extend()) << "never acquired";
    ASSERT_TRUE(one.try_acquire());
    const std::uint64_t number = one.number();
    const std::string first = read_file(files, "/locks/a.lock");
    EXPECT_TRUE(one.extend());
    EXPECT_EQ(read_file(files, "/locks/a.lock"), first) << "there is life enough";
    for (int i = 0; i < 10; ++i) {
        clock.advance_ns(LockFile::kLifeNs * 3 / 4);
        EXPECT_TRUE(one.extend());
        EXPECT_FALSE(two.try_acquire()) << "a slow holder keeps it";
    }
    EXPECT_NE(read_file(files, "/locks/a.lock"), first);
    EXPECT_EQ(one.number(), number);
    clock.advance_ns(LockFile::kLifeNs + 1);
    EXPECT_FALSE(one.extend()) << "too late";
    EXPECT_TRUE(two.try_acquire());
    EXPECT_GT(two.number(), number);
    one.release();
    EXPECT_TRUE(exists()) << "the second one's";
}

TEST_F(LockFileTest, AHolderLearnsThatItWasTakenOver) {
    ASSERT_TRUE(one.try_acquire());
    clock.advance_ns(LockFile::kLifeNs + 1);
    ASSERT_TRUE(two.try_acquire());
    clock.step_wall_ns(-LockFile::kLifeNs / 4);  // by its own deadline it could go on
    EXPECT_FALSE(one.extend());
    EXPECT_TRUE(two.extend());
}

TEST_F(LockFileTest, NumbersGrowThoughTheClockIsSetBack) {
    std::uint64_t last = 0;
    for (const std::int64_t step :
         {0 * kSecond, -86400 * kSecond, 3 * kSecond, 400 * 86400 * kSecond, -900 * 86400 * kSecond}) {
        clock.step_wall_ns(step);
        LockFile lock(files, clock, "/locks/b.lock");
        ASSERT_TRUE(lock.try_acquire());
        EXPECT_GT(lock.number(), last);
        last = lock.number();
    }
}

TEST_F(LockFileTest, AStepOfTheClockLeavesTheHolderItsLock) {
    ASSERT_TRUE(one.try_acquire());
    clock.step_wall_ns(-3600 * kSecond);
    EXPECT_TRUE(one.extend()) << "the deadline lies too far ahead now, and is set anew";
    clock.advance_ns(LockFile::kLifeNs / 4);
    EXPECT_FALSE(two.try_acquire());
}

TEST_F(LockFileTest, SaysWhenTheFileSystemRefuses) {
    for (const std::string_view failing : {"create", "append", "finish", "make_folders"}) {
        FailingFiles refusing(
            files, [&](std::string_view operation, const Path&) { return operation == failing ? EROFS : 0; });
        LockFile lock(refusing, clock, "/other/a.lock");
        EXPECT_THROW(lock.try_acquire(), Error) << failing;
        EXPECT_FALSE(files.identity("/other/a.lock")) << failing;
        files.remove("/other");
    }
}

/// A process that acquires the lock, says so and waits for its end.
pid_t start_holder(const Path& path) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) return -1;
    const pid_t process = ::fork();
    if (process == 0) {
        LockFile lock(real_files(), real_clock(), path);
        const char answer = lock.try_acquire() ? 'y' : 'n';
        if (::write(pipe[1], &answer, 1) != 1) ::_exit(2);
        while (true)
            ::pause();
    }
    char answer = 0;
    const bool is_held = ::read(pipe[0], &answer, 1) == 1 && answer == 'y';
    ::close(pipe[0]);
    ::close(pipe[1]);
    EXPECT_TRUE(is_held);
    return process;
}

TEST(LockFile, IsTakenOverWhenItsProcessWasKilled) {
    const testing::TemporaryFolder folder;
    const Path path = folder.path() / "locks" / "a.lock";
    const pid_t holder = start_holder(path);
    LockFile lock(real_files(), real_clock(), path);
    EXPECT_FALSE(lock.try_acquire());
    ::kill(holder, SIGKILL);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(holder), &info, WEXITED | WNOWAIT);
    EXPECT_TRUE(lock.try_acquire()) << "even before the parent has taken note of the end";
    ::waitpid(holder, nullptr, 0);

    lock.release();
    const pid_t next = start_holder(path);
    EXPECT_FALSE(lock.try_acquire());
    ::kill(next, SIGKILL);
    ::waitpid(next, nullptr, 0);
    EXPECT_TRUE(lock.try_acquire());
}

}  // namespace
}  // namespace hone
