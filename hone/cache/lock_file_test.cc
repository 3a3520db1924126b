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
