#include "hone/cache/single_flight.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <future>
#include <stdexcept>
#include <thread>

#include "hone/base/error.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Key key(std::string_view name) {
    return KeyBuilder("app", "task").add("name", name).build();
}
CachedValue number(int value) {
    return CachedValue::of<int>(std::make_shared<const int>(value), 4, {});
}
std::optional<CachedValue> find_nothing() {
    return std::nullopt;
}

/// A caller of run() of whom can be told that it waits: it has looked at its Cancel again after the look at the start.
class Caller {
public:
    Cancel cancel = Cancel().child(~std::uint64_t{0} >> 1, clock_);

    bool is_waiting() const { return clock_.looks >= 2; }
    void wait_until_waiting() const {
        while (!is_waiting())
            std::this_thread::yield();
    }

private:
    struct CountingClock : Clock {
        std::int64_t monotonic_ns() const override {
            ++looks;
            return 0;
        }
        std::int64_t wall_ns() const override { return 0; }
        mutable std::atomic<int> looks = 0;
    };
    CountingClock clock_;
};

/// The fault of run(), or nothing if it gave a value.
template <class Call>
std::optional<Fault> fault_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.fault();
    }
    return std::nullopt;
}

TEST(SingleFlight, ComputesOnceForAllWhoWait) {
    constexpr int kThreads = 64;
    SingleFlight flights({});
    std::array<Caller, kThreads> callers;
    std::atomic<int> computed = 0, right = 0;
    const auto compute = [&] {
        ++computed;
        while (std::ranges::count_if(callers, &Caller::is_waiting) < kThreads - 1)
            std::this_thread::yield();
        return number(7);
    };
    {
        std::vector<std::jthread> threads;
        for (Caller& caller : callers)
            threads.emplace_back([&] {
                if (*flights.run(key("a"), caller.cancel, find_nothing, compute).as<int>() == 7) ++right;
            });
    }
    EXPECT_EQ(computed, 1);
    EXPECT_EQ(right, kThreads);
    EXPECT_EQ(*flights.run(key("a"), {}, find_nothing, [] { return number(8); }).as<int>(), 8)
        << "a flight that has landed is not kept";
}

/// Those who looked just before the value was stored find it when their turn comes.
TEST(SingleFlight, LateComersFindTheValue) {
    constexpr int kThreads = 16;
    SingleFlight flights({});
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> computed = 0;
        std::atomic<bool> is_stored = false;
        const auto look = [&] { return is_stored ? std::optional(number(7)) : std::nullopt; };
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&] {
                if (look()) return;
                const CachedValue value = flights.run(key("k"), Cancel(), look, [&] {
                    ++computed;
                    CachedValue made = number(7);
                    is_stored = true;
                    return made;
                });
                EXPECT_EQ(*value.as<int>(), 7);
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        ASSERT_EQ(computed, 1);
    }
}

TEST(SingleFlight, KeysFlyApart) {
    SingleFlight flights({});
    const CachedValue outer = flights.run(
        key("a"), {}, find_nothing, [&] { return flights.run(key("b"), {}, find_nothing, [] { return number(3); }); });
    EXPECT_EQ(*outer.as<int>(), 3);
}

TEST(SingleFlight, AnErrorIsSharedByThoseWhoWait) {
    constexpr int kThreads = 8;
    SingleFlight flights({});
    std::array<Caller, kThreads> callers;
    std::atomic<int> computed = 0, shared = 0;
    const auto compute = [&]() -> CachedValue {
        ++computed;
        while (std::ranges::count_if(callers, &Caller::is_waiting) < kThreads - 1)
            std::this_thread::yield();
        throw Error(Fault::Input, "bad");
    };
    {
        std::vector<std::jthread> threads;
        for (Caller& caller : callers)
            threads.emplace_back([&] {
                if (fault_of([&] { flights.run(key("a"), caller.cancel, find_nothing, compute); }) == Fault::Input)
                    ++shared;
            });
    }
    EXPECT_EQ(computed, 1);
    EXPECT_EQ(shared, kThreads);
    EXPECT_EQ(*flights.run(key("a"), {}, find_nothing, [] { return number(8); }).as<int>(), 8) << "errors are not kept";
}

/// Runs a computer that leaves by `leave` while another waits; returns what the other gets from its own computation.
template <class Leave>
int value_of_replacement(Leave leave) {
    SingleFlight flights({});
    Caller first, second;
    std::promise<void> is_computing;
    std::jthread computer([&] {
        try {
            flights.run(key("a"), first.cancel, find_nothing, [&]() -> CachedValue {
                is_computing.set_value();
                second.wait_until_waiting();
                leave(first.cancel);
                return number(1);
            });
        } catch (const std::exception&) {
            return;
        }
        ADD_FAILURE() << "the first computer left by an exception";
    });
    is_computing.get_future().wait();
    return *flights.run(key("a"), second.cancel, find_nothing, [] { return number(2); }).template as<int>();
}

TEST(SingleFlight, ACancelledComputerIsReplaced) {
    EXPECT_EQ(value_of_replacement([](const Cancel& cancel) {
                  cancel.request();
                  cancel.check();
              }),
              2);
    EXPECT_EQ(value_of_replacement([](const Cancel& cancel) {
                  cancel.request();
                  fail(Fault::System, "a tool was stopped");
              }),
              2);
    EXPECT_EQ(value_of_replacement([](const Cancel&) { throw std::runtime_error("not ours"); }), 2);
}

TEST(SingleFlight, ACancelledWaiterLeavesAlone) {
    SingleFlight flights({});
    Caller waiter;
    std::promise<void> is_computing, has_left;
    std::jthread computer([&] {
        const CachedValue value = flights.run(key("a"), {}, find_nothing, [&] {
            is_computing.set_value();
            has_left.get_future().wait();
            return number(1);
        });
        EXPECT_EQ(*value.as<int>(), 1);
    });
    is_computing.get_future().wait();
    std::jthread impatient([&] {
        waiter.wait_until_waiting();
        waiter.cancel.request();
    });
    EXPECT_EQ(fault_of([&] { flights.run(key("a"), waiter.cancel, find_nothing, [] { return number(2); }); }),
              Fault::Cancelled);
    has_left.set_value();
}

TEST(SingleFlight, DoesNothingForACancelledCaller) {
    SingleFlight flights({});
    const Cancel cancel;
    cancel.request();
    const auto compute = []() -> CachedValue { throw Error(Fault::Bug, "computed"); };
    EXPECT_EQ(fault_of([&] { flights.run(key("a"), cancel, find_nothing, compute); }), Fault::Cancelled);
}

TEST(SingleFlight, ComputesWithoutALockThatCannotBeHad) {
    MemoryFiles files;
    Trace trace;
    for (const std::string_view failing : {"create", "append", "finish", "make_folders"}) {
        FailingFiles refusing(
            files, [&](std::string_view operation, const Path&) { return operation == failing ? EROFS : 0; });
        SingleFlight flights({.folder = "/locks", .files = &refusing, .trace = &trace});
        EXPECT_EQ(*flights.run(key("a"), {}, find_nothing, [] { return number(1); }).as<int>(), 1);
        EXPECT_EQ(files.list("/locks").size(), 0U);
        files.remove("/locks");
    }
    EXPECT_EQ(trace.events().size(), 4U);
}

TEST(SingleFlight, CancelsWhileAnotherProcessComputes) {
    MemoryFiles files;
    const SingleFlight::Options options{.folder = "/locks", .files = &files};
    SingleFlight ours(options), theirs(options);  // each knows the other only by the lock
    const Cancel cancel;
    const CachedValue value = theirs.run(key("a"), {}, find_nothing, [&] {
        const auto look = [&]() -> std::optional<CachedValue> {
            cancel.request();
            return std::nullopt;
        };
        EXPECT_EQ(fault_of([&] { ours.run(key("a"), cancel, look, [] { return number(2); }); }), Fault::Cancelled);
        return number(1);
    });
    EXPECT_EQ(*value.as<int>(), 1);
    EXPECT_TRUE(files.list("/locks").empty());
}

/// Two processes that compute the same, the child first.
class TwoProcesses {
public:
    TwoProcesses() {
        if (::pipe(to_child_.data()) != 0 || ::pipe(to_parent_.data()) != 0) fail(Fault::System, "cannot make a pipe");
    }
    ~TwoProcesses() {
        for (const int end : {to_child_[0], to_child_[1], to_parent_[0], to_parent_[1]})
            ::close(end);
        if (child_ > 0) ::waitpid(child_, nullptr, 0);
    }
    TwoProcesses(const TwoProcesses&) = delete;
    TwoProcesses& operator=(const TwoProcesses&) = delete;

    /// Starts the child, which computes until it is told to end, then stores the value.
    void start() {
        child_ = ::fork();
        if (child_ != 0) return wait(to_parent_);
        SingleFlight flights({.folder = locks()});
        flights.run(key("a"), {}, find_nothing, [&] {
            tell(to_parent_);
            wait(to_child_);
            write_file(real_files(), value(), "5");
            return number(5);
        });
        ::_exit(0);
    }
    void end_child() { tell(to_child_); }
    void kill_child() { ::kill(child_, SIGKILL); }

    Path locks() const { return folder_.path() / "locks"; }
    Path value() const { return folder_.path() / "value"; }

private:
    using Pipe = std::array<int, 2>;
    static void tell(const Pipe& pipe) {
        if (::write(pipe[1], "x", 1) != 1) fail(Fault::System, "cannot tell the other process");
    }
    static void wait(const Pipe& pipe) {
        char byte = 0;
        if (::read(pipe[0], &byte, 1) != 1) fail(Fault::System, "cannot hear the other process");
    }
    testing::TemporaryFolder folder_;
    Pipe to_child_{}, to_parent_{};
    pid_t child_ = -1;
};

TEST(SingleFlight, OneOfTwoProcessesComputes) {
    TwoProcesses two;
    two.start();
    SingleFlight flights({.folder = two.locks()});
    bool is_first_look = true;
    const auto look = [&]() -> std::optional<CachedValue> {
        if (std::exchange(is_first_look, false)) two.end_child();
        if (!real_files().identity(two.value())) return std::nullopt;
        return number(read_file(real_files(), two.value()) == "5" ? 5 : 0);
    };
    int computed = 0;
    const CachedValue value = flights.run(key("a"), {}, look, [&] {
        ++computed;
        return number(6);
    });
    EXPECT_EQ(computed, 0);
    EXPECT_EQ(*value.as<int>(), 5);
}

TEST(SingleFlight, AKilledProcessIsReplaced) {
    TwoProcesses two;
    two.start();
    SingleFlight flights({.folder = two.locks()});
    const auto look = [&]() -> std::optional<CachedValue> {
        two.kill_child();
        return std::nullopt;
    };
    EXPECT_EQ(*flights.run(key("a"), {}, look, [] { return number(6); }).as<int>(), 6);
    EXPECT_TRUE(real_files().list(two.locks()).empty());
}

}  // namespace
}  // namespace hone
