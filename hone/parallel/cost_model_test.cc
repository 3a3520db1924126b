#include "hone/parallel/cost_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace hone {
namespace {

TEST(CostModel, TellsSitesAndPowersOfFourApart) {
    CostModel costs;
    EXPECT_EQ(costs.item_ns("a", 100), 0);
    costs.learn("a", 64, 5);
    EXPECT_EQ(costs.item_ns("a", 64), 5);
    EXPECT_EQ(costs.item_ns("a", 255), 5);
    EXPECT_EQ(costs.item_ns("a", 256), 0);
    EXPECT_EQ(costs.item_ns("a", 63), 0);
    EXPECT_EQ(costs.item_ns("b", 64), 0);
    EXPECT_EQ(costs.item_ns("a", 0), 0);
    EXPECT_EQ(costs.item_ns("a", ~std::uint64_t{0}), 0);
}

TEST(CostModel, GoesHalfTheWayUpAndFarDownAtOnce) {
    CostModel costs;
    costs.learn("a", 1, 100);
    costs.learn("a", 1, 300);
    EXPECT_EQ(costs.item_ns("a", 1), 200);
    costs.learn("a", 1, 100);
    EXPECT_EQ(costs.item_ns("a", 1), 150);
    costs.learn("a", 1, 2);
    EXPECT_EQ(costs.item_ns("a", 1), 2);
}

TEST(CostModel, IgnoresWhatIsNoCost) {
    CostModel costs;
    for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")})
        costs.learn("a", 1, bad);
    EXPECT_EQ(costs.item_ns("a", 1), 0);
}

TEST(CostModel, ComesBackFromItsBytes) {
    CostModel costs;
    costs.learn("b", 1000, 2.5);
    costs.learn("a", 7, 1e6);
    CostModel other;
    other.learn("gone", 1, 3);
    other.load(costs.save());
    EXPECT_EQ(other.item_ns("b", 1000), 2.5);
    EXPECT_EQ(other.item_ns("a", 7), 1e6);
    EXPECT_EQ(other.item_ns("gone", 1), 0);
    EXPECT_EQ(other.save(), costs.save());
}

TEST(CostModel, IsEmptyAfterDamagedBytes) {
    CostModel costs;
    costs.learn("a", 7, 10);
    const std::string bytes = costs.save();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CostModel other;
        other.learn("a", 7, 1);
        other.load(bytes.substr(0, size));
        EXPECT_EQ(other.item_ns("a", 7), 0) << size;
    }
    CostModel other;
    other.load(bytes + "x");
    EXPECT_EQ(other.item_ns("a", 7), 0);
    other.load(std::string(100, '\xff'));
    EXPECT_EQ(other.save(), CostModel().save());
}

TEST(CostModel, TakesMoreSitesThanItHoldsWithoutHarm) {
    CostModel costs;
    int known = 0;
    for (int i = 0; i < 5000; ++i)
        costs.learn("site " + std::to_string(i), 1, i + 1);
    for (int i = 0; i < 5000; ++i) {
        const double item_ns = costs.item_ns("site " + std::to_string(i), 1);
        EXPECT_TRUE(item_ns == 0 || item_ns == i + 1);
        known += item_ns > 0 ? 1 : 0;
    }
    EXPECT_GT(known, 1500);
}

TEST(CostModel, LearnsFromManyThreads) {
    CostModel costs;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&costs] {
            for (int i = 0; i < 500; ++i) {
                costs.learn("site " + std::to_string(i % 50), 1, 8);
                EXPECT_EQ(costs.item_ns("site " + std::to_string(i % 50), 1), 8);
            }
            costs.save();
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(costs.item_ns("site " + std::to_string(i), 1), 8);
}

}  // namespace
}  // namespace hone
