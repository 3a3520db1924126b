#include "hone/table/csv_charge.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

TEST(CsvCharge, GrowsWhileThereIsRoom) {
    Budget budget("test", 100);
    {
        CsvCharge charge(budget);
        EXPECT_TRUE(charge.try_grow(0));
        EXPECT_TRUE(charge.try_grow(60));
        EXPECT_TRUE(charge.try_grow(40));
        EXPECT_FALSE(charge.try_grow(1));
        EXPECT_EQ(budget.used(), 100u);
        charge.reset();
        EXPECT_EQ(budget.used(), 0u);
        EXPECT_TRUE(charge.try_grow(7));
    }
    EXPECT_EQ(budget.used(), 0u);
}

TEST(CsvCharge, MovesWhatItHolds) {
    Budget budget("test");
    Budget other("other");
    CsvCharge first(budget);
    EXPECT_TRUE(first.try_grow(10));
    CsvCharge second(std::move(first));
    EXPECT_EQ(budget.used(), 10u);
    CsvCharge third(other);
    EXPECT_TRUE(third.try_grow(5));
    third = std::move(second);
    EXPECT_EQ(other.used(), 0u);
    EXPECT_EQ(budget.used(), 10u);
    third.reset();
    EXPECT_EQ(budget.used(), 0u);
}

}  // namespace
}  // namespace hone
