#include "hone/memory/promised_memory.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"

namespace hone {
namespace {

TEST(PromisedMemory, IsAskedForInTheOrderOfTheSteps) {
    Budget all("hone", 1000);
    Budget run("run", Budget::kUnlimited, &all);
    const Reservation used = run.reserve(900);
    PromisedMemory spill(run, "spill", ReclaimStep::Spill);
    PromisedMemory threads(run, "threads", ReclaimStep::Parallelism);
    PromisedMemory ahead(run, "ahead", ReclaimStep::ReadAhead);
    EXPECT_EQ(all.shed(100), 0U) << "nothing is held yet";
    ahead.hold(100);
    threads.hold(200);
    spill.hold(500);
    EXPECT_EQ(all.shed(50), 100U);
    EXPECT_TRUE(ahead.is_wanted());
    EXPECT_FALSE(threads.is_wanted());
    EXPECT_EQ(all.shed(250), 700U) << "what is promised already does not count again";
    EXPECT_TRUE(threads.is_wanted());
    EXPECT_TRUE(spill.is_wanted());
    EXPECT_EQ(all.shed(1), 0U);
    spill.fulfil();
    EXPECT_FALSE(spill.is_wanted());
    EXPECT_EQ(all.shed(1), 0U);
    spill.hold(500);
    EXPECT_EQ(all.shed(1), 500U);
}

TEST(PromisedMemory, IsNotAttainableAtOnce) {
    Budget all("hone", 1000);
    const Reservation used = all.reserve(900);
    PromisedMemory spill(all, "spill", ReclaimStep::Spill);
    spill.hold(900);
    EXPECT_EQ(all.attainable(), 100U);
    EXPECT_FALSE(all.try_reserve(101).has_value());
    EXPECT_FALSE(all.reports().front().is_reclaimable);
    const std::optional<Reservation> rest = all.try_reserve(100);
    ASSERT_TRUE(rest.has_value());
    EXPECT_EQ(rest->bytes(), 100U);
    EXPECT_EQ(all.used(), 1000U);
    EXPECT_THROW(all.charge(1), Error);
}

TEST(PromisedMemory, IsToldOfARefusedCharge) {
    Budget all("hone", 1000);
    Budget run("run", Budget::kUnlimited, &all);
    const Reservation used = all.reserve(900);
    PromisedMemory ahead(all, "ahead", ReclaimStep::ReadAhead);
    PromisedMemory spill(all, "spill", ReclaimStep::Spill);
    ahead.hold(50);
    spill.hold(500);
    EXPECT_THROW(run.charge(2000), Error) << "which nobody could help";
    EXPECT_FALSE(run.try_charge_asking(140));
    EXPECT_FALSE(ahead.is_wanted());
    EXPECT_THROW(run.charge(140), Error);
    EXPECT_TRUE(ahead.is_wanted());
    EXPECT_FALSE(spill.is_wanted()) << "40 bytes were missing";
    EXPECT_THROW(Reservation(run, 160), Error);
    EXPECT_TRUE(spill.is_wanted());
    EXPECT_EQ(all.used(), 900U);
}

TEST(PromisedMemory, IsNoLongerAskedForWhenItIsGone) {
    Budget all("hone", 1000);
    {
        PromisedMemory spill(all, "spill", ReclaimStep::Spill);
        spill.hold(10);
    }
    EXPECT_EQ(all.shed(10), 0U);
    EXPECT_TRUE(all.reclaim_reports().empty());
}

}  // namespace
}  // namespace hone
