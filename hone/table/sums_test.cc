#include "hone/table/sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "hone/table/random_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::error_of;
using testing::with_any_threads;

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();

TEST(ExactSum, IsExactUpToTheRange) {
    EXPECT_EQ(exact_sum(Column::int64("n", {}), {}), 0);
    EXPECT_EQ(exact_sum(Column::int64("n", {kLargest, 1, -1}), {}), kLargest);
    EXPECT_EQ(exact_sum(Column::int64("n", {kSmallest, kLargest, 1}), {}), 0);
    EXPECT_EQ(exact_sum(Column::decimal("d", 2, {125, 250, 1000}, {true, true, false}), {}), 375);
    for (const std::vector<std::int64_t>& values :
         {std::vector<std::int64_t>{kLargest, 1}, {kSmallest, -1}, {kLargest, kLargest, kLargest}}) {
        const Error error = error_of([&] { exact_sum(Column::int64("altitude", values), {}); });
        EXPECT_EQ(error.fault(), Fault::Limit);
        EXPECT_NE(error.message().find("altitude"), std::string::npos);
    }
    EXPECT_EQ(error_of([] { exact_sum(Column::real("r", {1}), {}); }).fault(), Fault::Bug);
}

TEST(ExactSum, IsTheSameForAnyThreads) {
    std::vector<std::int64_t> values(300'000);
    std::iota(values.begin(), values.end(), -100'000);
    values.front() = kLargest;
    values.back() = kSmallest;
    const Column column = Column::int64("n", values);
    const std::int64_t expected = 199'998LL * 199'999 / 2 - 99'999LL * 100'000 / 2 - 1;
    with_any_threads([&](const Exec& exec) { EXPECT_EQ(exact_sum(column, exec), expected); });
}

TEST(ExactSumReal, DependsOnNeitherOrderNorThreads) {
    Random random(testing::test_seed());
    std::vector<double> values(200'000);
    // Integers times 2^-40 below 2^100, so that 128 bits are an oracle.
    Int128 sum = 0;
    for (double& value : values) {
        const std::int64_t mantissa = random.between(-(1LL << 53), 1LL << 53);
        const auto shift = static_cast<int>(random.below(50));
        value = std::ldexp(static_cast<double>(mantissa), shift - 40);
        sum += static_cast<Int128>(mantissa) * (static_cast<Int128>(1) << shift);
    }
    const double expected = std::ldexp(static_cast<double>(sum), -40);
    const auto expect_sum = [&](std::span<const double> shuffled) {
        const Column column = Column::real("r", {shuffled.begin(), shuffled.end()});
        with_any_threads([&](const Exec& exec) { EXPECT_EQ(exact_sum_real(column, exec), expected); });
    };
    expect_sum(values);
    std::ranges::sort(values);
    expect_sum(values);
    for (std::size_t k = values.size(); k > 1; --k)
        std::swap(values[k - 1], values[random.below(k)]);
    expect_sum(values);
}

TEST(ExactSumReal, LeavesMissingValuesOutAndPassesNanOn) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(exact_sum_real(Column::real("r", {}), {}), 0);
    EXPECT_EQ(exact_sum_real(Column::real("r", {1e100, 1, -1e100}), {}), 1);
    EXPECT_EQ(exact_sum_real(Column::real("r", {1, 2, 4}, {true, false, true}), {}), 5);
    EXPECT_EQ(exact_sum_real(Column::real("r", {1, kInfinity}), {}), kInfinity);
    EXPECT_EQ(exact_sum_real(Column::real("r", {1, kInfinity}, {true, false}), {}), 1);
    EXPECT_TRUE(std::isnan(exact_sum_real(Column::real("r", {kInfinity, -kInfinity}), {})));
    EXPECT_TRUE(std::isnan(exact_sum_real(Column::real("r", {1, NAN}), {})));
}

}  // namespace
}  // namespace hone
