#include "hone/memory/buffer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <utility>

namespace hone {
namespace {

constexpr std::size_t kMapped = std::size_t{256} << 10;

TEST(Buffer, IsAlignedChargedAndWritableAtAnySize) {
    Budget budget("test");
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{1000},
                                   kMapped - 1, kMapped, kMapped + 1, 5 * kMapped + 17}) {
        Buffer buffer(budget, size);
        EXPECT_EQ(buffer.size(), size);
        EXPECT_EQ(budget.used(), size);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0u);
        for (std::byte& byte : buffer.bytes())
            byte = std::byte{7};
        EXPECT_EQ(buffer.data() == nullptr, size == 0);
    }
    EXPECT_EQ(budget.used(), 0u);
}

TEST(Buffer, MovesItsBytesAndItsCharge) {
    Budget budget("test");
    for (const std::size_t size : {std::size_t{100}, 2 * kMapped}) {
        Buffer first(budget, size);
        first.data()[size - 1] = std::byte{9};
        Buffer second(std::move(first));
        EXPECT_EQ(second.data()[size - 1], std::byte{9});
        Buffer third(budget, 10);
        third = std::move(second);
        EXPECT_EQ(third.data()[size - 1], std::byte{9});
        EXPECT_EQ(budget.used(), size);
        third = Buffer();
        EXPECT_EQ(budget.used(), 0u);
    }
}

TEST(Buffer, RefusesBeforeItAllocates) {
    Budget budget("test", 1000);
    EXPECT_THROW(Buffer(budget, std::size_t{1} << 60), Error);
    EXPECT_THROW(Buffer(budget, 1001), Error);
    EXPECT_EQ(budget.used(), 0u);
}

TEST(Buffer, GivesTheChargeBackWhenTheSystemHasNoMemory) {
    Budget budget("test");
    EXPECT_THROW(Buffer(budget, std::size_t{1} << 61), Error);
    EXPECT_EQ(budget.used(), 0u);
}

TEST(BudgetVector, GrowsAndKeepsItsValues) {
    Budget budget("test");
    BudgetVector<std::uint32_t> values(budget);
    EXPECT_TRUE(values.empty());
    for (std::uint32_t i = 0; i < 100'000; ++i)
        values.push_back(i);
    ASSERT_EQ(values.size(), 100'000u);
    for (std::uint32_t i = 0; i < 100'000; ++i)
        ASSERT_EQ(values[i], i);
    EXPECT_GE(budget.used(), 400'000u);
    EXPECT_LE(budget.used(), 700'000u);
    values.reset();
    EXPECT_EQ(budget.used(), 0u);
    EXPECT_EQ(values.size(), 0u);
}

TEST(BudgetVector, ReservesExactlyAndResizesWithZeros) {
    Budget budget("test");
    BudgetVector<double> values(budget);
    values.reserve(10);
    EXPECT_EQ(budget.used(), 80u);
    values.resize(5);
    EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0.0), 0.0);
    const double more[] = {1, 2, 3};
    values.append(more);
    values.append({});
    EXPECT_EQ(values.size(), 8u);
    EXPECT_EQ(values[7], 3.0);
    EXPECT_EQ(budget.used(), 80u);
    const std::span<const double> view = values;
    EXPECT_EQ(view.size(), 8u);
    values.clear();
    EXPECT_EQ(budget.used(), 80u);
}

TEST(BudgetVector, TakesAValueOfItsOwn) {
    Budget budget("test");
    BudgetVector<std::uint64_t> values(budget);
    values.push_back(42);
    while (values.size() < values.capacity())
        values.push_back(1);
    values.push_back(values[0]);
    EXPECT_EQ(values[values.size() - 1], 42u);
}

TEST(BudgetVector, LeavesAnEmptyOneWhenMoved) {
    Budget budget("test");
    BudgetVector<int> first(budget);
    first.push_back(5);
    BudgetVector<int> second(std::move(first));
    EXPECT_EQ(second[0], 5);
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): promised
    first.push_back(6);
    second = std::move(first);
    EXPECT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0], 6);
}

TEST(BudgetVector, KeepsItsValuesWhenItMayNotGrow) {
    Budget budget("test", 256);
    BudgetVector<int> values(budget);
    EXPECT_THROW(
        {
            for (int i = 0; i < 1000; ++i)
                values.push_back(i);
        },
        Error);
    ASSERT_GT(values.size(), 0u);
    EXPECT_EQ(values[values.size() - 1], static_cast<int>(values.size()) - 1);
    EXPECT_THROW(values.reserve(~std::size_t{0} / 2), Error);
}

}  // namespace
}  // namespace hone
