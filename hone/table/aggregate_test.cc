#include "hone/table/aggregate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "hone/base/number.h"
#include "hone/table/group.h"
#include "hone/table/random_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Kind = Aggregate::Kind;
using testing::Cell;
using testing::cell_of;
using testing::cells_of;
using testing::error_of;
using testing::missing_cell;
using testing::random_table;
using testing::with_any_threads;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// The one value of an aggregate of a whole column.
Column whole(const Column& column, Kind kind, double share = 0.5) {
    const std::vector<Aggregate> aggregates = {{kind, column.name(), "out", share}};
    return group(Table({column}), {}, aggregates, {}).column(0);
}

double whole_real(const std::vector<double>& values, Kind kind, double share = 0.5) {
    const Column out = whole(Column::real("r", values), kind, share);
    EXPECT_TRUE(out.is_valid(0));
    return out.reals()[0];
}

double whole_tenths(const std::vector<std::int64_t>& values, Kind kind, double share = 0.5) {
    return whole(Column::decimal("d", 1, values), kind, share).reals()[0];
}

TEST(Aggregate, MeanIsFiniteWhereTheSumIsNot) {
    EXPECT_EQ(whole_real({1e308, 1e308, 1e308}, Kind::Mean), 1e308);
    EXPECT_EQ(whole_real({1e308, 1e308, 1e308}, Kind::Sum), kInfinity);
    EXPECT_EQ(whole_real({5e-324, 0, 5e-324}, Kind::Mean), 5e-324);
    EXPECT_EQ(whole_real({0.1, 0.2, 0.3}, Kind::Mean), 0.2);
    EXPECT_TRUE(std::isnan(whole_real({1, kNan}, Kind::Mean)));
    EXPECT_EQ(whole_real({1, -kInfinity}, Kind::Mean), -kInfinity);
    EXPECT_EQ(whole_tenths({1, 2, 2}, Kind::Mean), 5.0 / 30);
}

TEST(Aggregate, QuantilesInterpolateAsTypeSeven) {
    EXPECT_EQ(whole_real({4, 1, 3, 2}, Kind::Median), 2.5);
    EXPECT_EQ(whole_real({3, 1, 2}, Kind::Median), 2);
    EXPECT_EQ(whole_real({1, 2, 3, 4}, Kind::Quantile, 0), 1);
    EXPECT_EQ(whole_real({1, 2, 3, 4}, Kind::Quantile, 1), 4);
    EXPECT_EQ(whole_real({1, 2, 3, 4}, Kind::Quantile, 0.25), 1.75);
    EXPECT_EQ(whole_real({10, 20, 30, 40, 50}, Kind::Quantile, 0.1), 14);  // numpy.quantile
    EXPECT_EQ(whole_real({-1.5e308, 1.5e308}, Kind::Median), 0);
    EXPECT_EQ(whole_real({1.5e308, 1.7e308}, Kind::Median), 1.6e308);
    EXPECT_EQ(whole_real({7}, Kind::Quantile, 0.3), 7);
    EXPECT_EQ(whole_real({1, 2, kInfinity, kInfinity}, Kind::Quantile, 0.75), kInfinity);
    EXPECT_TRUE(std::isnan(whole_real({1, kNan, kNan}, Kind::Median)));
    EXPECT_EQ(whole_real({1, 2, kNan}, Kind::Median), 2);
    EXPECT_EQ(whole_tenths({5, 10}, Kind::Median), 0.75);
    EXPECT_EQ(whole_tenths({-5, -10, 7}, Kind::Median), -0.5);
    const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(whole(Column::int64("n", {largest, -largest}), Kind::Median).reals()[0], 0);
    EXPECT_EQ(whole(Column::int64("n", {std::numeric_limits<std::int64_t>::min(), largest}), Kind::Median).reals()[0],
              -0.5);
    for (const double share : {-0.1, 1.5, kNan})
        EXPECT_EQ(error_of([&] { whole(Column::int64("n", {1}), Kind::Quantile, share); }).fault(), Fault::Usage);
}

TEST(Aggregate, ChoosesRows) {
    const Column column =
        Column::text("t", {"", "b", "a", "b", "a", "c", ""}, {false, true, true, true, true, true, false});
    EXPECT_EQ(whole(column, Kind::Mode), Column::text("out", {"a"}));
    EXPECT_EQ(whole(column, Kind::First), Column::text("out", {"b"}));
    EXPECT_EQ(whole(column, Kind::Last), Column::text("out", {"c"}));
    EXPECT_EQ(whole(column, Kind::CountDistinct), Column::int64("out", {3}));
    EXPECT_EQ(whole(column, Kind::CountValid), Column::int64("out", {5}));
    const Column reals = Column::real("r", {kNan, -0.0, 0.0, kNan, 1});
    EXPECT_EQ(whole(reals, Kind::CountDistinct), Column::int64("out", {3}));
    EXPECT_EQ(whole_real({kNan, -0.0, 0.0, kNan, 1}, Kind::Mode), 0);
    EXPECT_TRUE(std::isnan(whole_real({kNan, 1, kNan}, Kind::Mode)));
}

TEST(Aggregate, TellsWhetherAnyOrAllAreSet) {
    const auto any = [](std::vector<std::int64_t> values, std::vector<bool> valid) {
        return whole(Column::int64("n", std::move(values), std::move(valid)), Kind::Any).int64s()[0];
    };
    const auto all = [](std::vector<std::int64_t> values, std::vector<bool> valid) {
        return whole(Column::int64("n", std::move(values), std::move(valid)), Kind::All).int64s()[0];
    };
    EXPECT_EQ(any({0, 3}, {true, true}), 1);
    EXPECT_EQ(any({0, 3}, {true, false}), 0);
    EXPECT_EQ(any({}, {}), 0);
    EXPECT_EQ(all({2, 3}, {}), 1);
    EXPECT_EQ(all({0, 3}, {}), 0);
    EXPECT_EQ(all({0, 3}, {false, true}), 1);
    EXPECT_EQ(all({}, {}), 1);
}

TEST(Aggregate, OfNoValuesIsMissing) {
    const Column none = Column::real("r", {0, 0}, {false, false});
    for (const Kind kind : {Kind::Mean, Kind::Median, Kind::Variance, Kind::PopulationStdDev, Kind::Min, Kind::Mode,
                            Kind::First, Kind::Last})
        EXPECT_EQ(whole(none, kind), Column::real("out", {0}, {false}));
    EXPECT_EQ(whole(none, Kind::Sum), Column::real("out", {0}));
    EXPECT_EQ(whole(Column::real("r", {3}), Kind::Variance), Column::real("out", {0}, {false}));
    EXPECT_EQ(whole(Column::real("r", {3}), Kind::PopulationVariance), Column::real("out", {0}));
}

TEST(Aggregate, RefusesTextsAsNumbers) {
    for (const Kind kind : {Kind::Sum, Kind::Mean, Kind::Variance, Kind::Median, Kind::Quantile, Kind::Any, Kind::All})
        EXPECT_EQ(error_of([&] { whole(Column::text("t", {"a"}), kind); }).fault(), Fault::Bug);
}

/// Values in tenths or as cells, one group: the oracle by the textbook.
struct PlainGroup {
    std::vector<std::int64_t> tenths;
    std::vector<double> reals;
    std::vector<Cell> texts;
};

/// Variance of tenths by whole numbers: n * squares - sum^2 is below 2^53 here, so that one division rounds once.
double plain_variance(const std::vector<std::int64_t>& tenths, bool is_sample) {
    std::int64_t sum = 0;
    std::int64_t squares = 0;
    const auto n = static_cast<std::int64_t>(tenths.size());
    for (const std::int64_t value : tenths) {
        sum += value;
        squares += value * value;
    }
    return static_cast<double>(n * squares - sum * sum) / static_cast<double>(100 * n * (is_sample ? n - 1 : n));
}

Cell plain_mode(const std::vector<Cell>& cells) {
    std::map<Cell, int> counts;
    for (const Cell& cell : cells)
        ++counts[cell];
    Cell best = missing_cell();
    int most = 0;
    for (const auto& [cell, count] : counts)
        if (count > most) {
            best = cell;
            most = count;
        }
    return best;
}

double plain_quantile_of_tenths(std::vector<std::int64_t> tenths, double share) {
    std::ranges::sort(tenths);
    const double h = static_cast<double>(tenths.size() - 1) * share;
    const auto low = static_cast<std::size_t>(h);
    const std::size_t high = std::min(low + 1, tenths.size() - 1);
    const double fraction = h - std::floor(h);  // a multiple of 1/4 here
    return (static_cast<double>(tenths[low]) * 4 + fraction * 4 * static_cast<double>(tenths[high] - tenths[low])) / 40;
}

void expect_real(const Column& found, std::size_t row, std::optional<double> wanted) {
    ASSERT_EQ(found.is_valid(row), wanted.has_value()) << found.name();
    if (!wanted) return;
    ASSERT_EQ(found.reals()[row], *wanted) << found.name();
}

void expect_group(const Table& found, std::size_t row, const PlainGroup& group) {
    const auto of_tenths = [&](std::size_t least, const auto& value) {
        return group.tenths.size() < least ? std::optional<double>() : std::optional<double>(value());
    };
    expect_real(found.column("variance"), row, of_tenths(2, [&] { return plain_variance(group.tenths, true); }));
    expect_real(found.column("population"), row, of_tenths(1, [&] { return plain_variance(group.tenths, false); }));
    expect_real(found.column("median"), row, of_tenths(1, [&] { return plain_quantile_of_tenths(group.tenths, 0.5); }));
    expect_real(found.column("quartile"), row,
                of_tenths(1, [&] { return plain_quantile_of_tenths(group.tenths, 0.75); }));
    std::vector<Cell> distinct = group.texts;
    std::ranges::sort(distinct);
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    ASSERT_EQ(found.column("distinct").int64s()[row], static_cast<std::int64_t>(distinct.size()));
    ASSERT_EQ(cell_of(found.column("mode"), row), plain_mode(group.texts));
    ASSERT_EQ(cell_of(found.column("first"), row), group.texts.empty() ? missing_cell() : group.texts.front());
    ASSERT_EQ(cell_of(found.column("last"), row), group.texts.empty() ? missing_cell() : group.texts.back());
    double sum = 0;
    for (const double value : group.reals)
        sum += value;  // multiples of 1/4 below 2^40, infinities and nan: no rounding
    const double total = found.column("total").reals()[row];
    ASSERT_TRUE(total == sum || (std::isnan(total) && std::isnan(sum)));
}

TEST(Aggregate, AgreesWithTheOracleForAnyThreads) {
    Random random(testing::test_seed());
    const std::vector<Aggregate> aggregates = {{Kind::Variance, "d", "variance"},
                                               {Kind::PopulationVariance, "d", "population"},
                                               {Kind::Median, "d", "median"},
                                               {Kind::Quantile, "d", "quartile", 0.75},
                                               {Kind::CountDistinct, "t", "distinct"},
                                               {Kind::Mode, "t", "mode"},
                                               {Kind::First, "t", "first"},
                                               {Kind::Last, "t", "last"},
                                               {Kind::Sum, "r", "total"},
                                               {Kind::StdDev, "r", "deviation"},
                                               {Kind::Median, "r", "median_r"},
                                               {Kind::Mode, "r", "mode_r"}};
    const std::vector<std::string> keys = {"n", "t"};
    for (int i = 0; i < 30 * testing::test_scale(); ++i) {
        const Table table = random_table(random, i == 0 ? 40'000 : random.below(300));
        std::map<std::vector<Cell>, PlainGroup> plain;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            PlainGroup& group = plain[cells_of(table, keys, row)];
            if (table.column("d").is_valid(row)) group.tenths.push_back(table.column("d").int64s()[row]);
            if (table.column("r").is_valid(row)) group.reals.push_back(table.column("r").reals()[row]);
            if (table.column("t").is_valid(row)) group.texts.push_back(cell_of(table.column("t"), row));
        }
        const Table found = group(table, keys, aggregates, {});
        ASSERT_EQ(found.rows(), plain.size());
        std::size_t row = 0;
        for (const auto& [key, group] : plain) {
            ASSERT_EQ(cells_of(found, keys, row), key);
            ASSERT_NO_FATAL_FAILURE(expect_group(found, row++, group));
        }
        if (i > 5) continue;
        const std::string bytes = encode_value(found);
        with_any_threads(
            [&](const Exec& exec) { EXPECT_TRUE(encode_value(group(table, keys, aggregates, exec)) == bytes); });
    }
}

TEST(Aggregate, DependsOnNoOrderOfRows) {
    Random random(testing::test_seed());
    std::vector<double> values(500);
    for (double& value : values)
        value = std::ldexp(random.unit() - 0.5, static_cast<int>(random.below(200)) - 100);
    const std::vector<Kind> kinds = {Kind::Sum, Kind::Mean, Kind::Variance, Kind::StdDev, Kind::Median};
    std::vector<double> first;
    for (int turn = 0; turn < 5; ++turn) {
        std::vector<double> found;
        found.reserve(kinds.size());
        for (const Kind kind : kinds)
            found.push_back(whole_real(values, kind));
        if (turn == 0) first = found;
        EXPECT_EQ(found, first);
        for (std::size_t k = values.size(); k > 1; --k)
            std::swap(values[k - 1], values[random.below(k)]);
    }
}

}  // namespace
}  // namespace hone
