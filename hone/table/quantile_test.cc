#include "hone/table/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "hone/table/random_table.h"
#include "hone/table/row_order.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::error_of;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool comes_before(double a, double b) {
    return std::isnan(b) ? !std::isnan(a) : a < b;
}
bool comes_before(std::int64_t a, std::int64_t b) {
    return a < b;
}

Column column_of(std::vector<double> values) {
    return Column::real("v", std::move(values));
}
Column column_of(std::vector<std::int64_t> values) {
    return Column::decimal("v", 2, std::move(values));
}

std::optional<double> quantile_of_all(const Column& column, double share) {
    return quantile(column, all_rows(column.size(), {}), share, {});
}

/// The oracle: of all values, sorted, only the two between which the place is.
template <class T>
std::optional<double> plain_quantile(const std::vector<T>& sorted, double share) {
    const double h = static_cast<double>(sorted.size() - 1) * share;
    const auto below = static_cast<std::size_t>(h);
    std::vector<T> two = {sorted[below], sorted[std::min(below + 1, sorted.size() - 1)]};
    return quantile_of_all(column_of(std::move(two)), h - std::floor(h));
}

template <class T>
void expect_quantiles(const std::vector<T>& values) {
    std::vector<T> sorted = values;
    std::ranges::sort(sorted, [](const T& a, const T& b) { return comes_before(a, b); });
    const Column column = column_of(values);
    const auto last = static_cast<double>(values.size() - 1);
    for (const double share : {0.0, 1 / last, 0.25, 1.0 / 3, 0.5, 0.9, 1 - 1 / last, 1 - 0.5 / last, 1.0}) {
        const double expected = plain_quantile(sorted, share).value();
        const double found = quantile_of_all(column, share).value();
        EXPECT_TRUE(found == expected || (std::isnan(found) && std::isnan(expected)))
            << found << ", not " << expected << ", for " << share << " of " << values.size();
    }
}

TEST(Quantile, OfManyValuesAgreesWithASort) {
    Random random(testing::test_seed());
    for (const std::size_t size : {16'384, 16'385, 60'000, 100'001})
        for (const std::int64_t distinct : {1, 2, 3, 1'000, 1'000'000'000}) {
            std::vector<std::int64_t> integers(size);
            std::vector<double> reals(size);
            for (std::size_t i = 0; i < size; ++i) {
                integers[i] = random.between(1, distinct);
                reals[i] = static_cast<double>(random.between(1, distinct)) / 3;
            }
            expect_quantiles(integers);
            expect_quantiles(reals);
            std::ranges::sort(integers, std::greater<>());
            expect_quantiles(integers);
        }
}

TEST(Quantile, OfManyValuesThatAreNotAllFinite) {
    Random random(testing::test_seed());
    for (const std::uint64_t usual : {0, 1, 5}) {  // values of which there are as many as of infinities and nan
        std::vector<double> values(50'000);
        for (double& value : values) {
            const std::uint64_t which = random.below(usual + 3);
            value = which == 0 ? kInfinity : which == 1 ? -kInfinity : which == 2 ? kNan : random.unit();
        }
        expect_quantiles(values);
    }
}

TEST(Quantile, LooksAtARequestToStop) {
    const Cancel cancel;
    cancel.request();
    const Column column = column_of(std::vector<double>(20'000, 1.0));
    const auto rows = all_rows(column.size(), {});
    EXPECT_EQ(error_of([&] { quantile(column, rows, 0.5, cancel); }).fault(), Fault::Cancelled);
}

}  // namespace
}  // namespace hone
