#include "hone/parallel/cancel.h"

#include <gtest/gtest.h>

#include <thread>

namespace hone {
namespace {

Fault fault_of_check(const Cancel& cancel) {
    try {
        cancel.check();
    } catch (const Error& error) {
        return error.fault();
    }
    return Fault::Bug;
}

TEST(Cancel, IsSharedByCopies) {
    const Cancel cancel;
    const Cancel copy = cancel;
    EXPECT_FALSE(copy.requested());
    copy.check();
    cancel.request();
    EXPECT_TRUE(copy.requested());
    EXPECT_EQ(fault_of_check(copy), Fault::Cancelled);
}

TEST(Cancel, GoesDownToChildrenOnly) {
    const Cancel parent;
    const Cancel child = parent.child();
    const Cancel other = parent.child();
    child.request();
    EXPECT_TRUE(child.requested());
    EXPECT_FALSE(parent.requested());
    EXPECT_FALSE(other.requested());
    parent.request();
    EXPECT_TRUE(other.child().requested());
}

TEST(Cancel, DeadlinePasses) {
    FakeClock clock;
    const Cancel cancel = Cancel().child(clock.monotonic_ns() + 100, clock);
    const Cancel inner = cancel.child();
    clock.advance_ns(99);
    EXPECT_FALSE(inner.requested());
    clock.advance_ns(1);
    EXPECT_TRUE(inner.requested());
    EXPECT_EQ(fault_of_check(inner), Fault::Limit);
    inner.request();
    EXPECT_EQ(fault_of_check(inner), Fault::Cancelled);
}

TEST(Cancel, IsAskedForEvery4096thRow) {
    const Cancel cancel;
    cancel.request();
    std::size_t rows = 1;
    try {
        for (; rows < 10'000; ++rows)
            cancel.check_every(rows);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Cancelled);
    }
    EXPECT_EQ(rows, 4096u);
    EXPECT_THROW(cancel.check_every(0), Error);
}

TEST(Cancel, FlagRequests) {
    const Cancel parent;
    const Cancel cancel = parent.child();
    std::atomic<bool>& flag = cancel.flag();
    EXPECT_TRUE(flag.is_lock_free());
    flag = true;
    EXPECT_TRUE(cancel.requested());
    EXPECT_FALSE(parent.requested());
}

TEST(Cancel, IsSeenByOtherThreads) {
    const Cancel cancel;
    std::thread waiter([child = cancel.child()] {
        while (!child.requested())
            std::this_thread::yield();
    });
    cancel.request();
    waiter.join();
}

}  // namespace
}  // namespace hone
