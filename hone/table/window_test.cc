#include "hone/table/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "hone/table/random_table.h"
#include "hone/table/sliding_sum.h"
#include "hone/table/sums.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Kind = WindowFunction::Kind;
using Order = SortKey::Order;
using testing::Cell;
using testing::cell_of;
using testing::cells_of;
using testing::error_of;
using testing::missing_cell;
using testing::random_table;
using testing::with_any_threads;

Column computed(const Table& table, const Window& over, const WindowFunction& function) {
    const Table out = window(table, over, std::vector{function}, {});
    return out.column(table.columns());
}

TEST(Window, NumbersAndRanksRows) {
    const Table table({Column::text("shop", {"x", "y", "x", "x", "y", "x"}),
                       Column::int64("n", {5, 7, 5, 9, 1, 0}, {true, true, true, true, true, false})});
    const Window over = {{"shop"}, {{"n", Order::Descending}}};
    EXPECT_EQ(computed(table, over, {Kind::RowNumber, "", "out"}), Column::int64("out", {2, 1, 3, 1, 2, 4}));
    EXPECT_EQ(computed(table, over, {Kind::Rank, "", "out"}), Column::int64("out", {2, 1, 2, 1, 2, 4}));
    EXPECT_EQ(computed(table, over, {Kind::DenseRank, "", "out"}), Column::int64("out", {2, 1, 2, 1, 2, 3}));
    EXPECT_EQ(computed(table, {}, {Kind::Rank, "", "out"}), Column::int64("out", {1, 1, 1, 1, 1, 1}));
}

TEST(Window, LooksAtOtherRows) {
    const Table table({Column::text("t", {"a", "b", "", "d"}, {true, true, false, true})});
    const auto text = [](const std::vector<std::string>& values, std::vector<bool> valid) {
        return Column::text("out", values, std::move(valid));
    };
    EXPECT_EQ(computed(table, {}, {Kind::Lag, "t", "out"}), text({"", "a", "b", ""}, {false, true, true, false}));
    EXPECT_EQ(computed(table, {}, {Kind::Lag, "t", "out", 3}), text({"", "", "", "a"}, {false, false, false, true}));
    EXPECT_EQ(computed(table, {}, {Kind::Lead, "t", "out", 2}), text({"", "d", "", ""}, {false, true, false, false}));
    EXPECT_EQ(computed(table, {}, {Kind::Lead, "t", "out", 0}), text({"a", "b", "", "d"}, {true, true, false, true}));
    const std::int64_t far = std::numeric_limits<std::int64_t>::max();
    for (const Kind kind : {Kind::Lag, Kind::Lead})
        EXPECT_EQ(computed(table, {}, {kind, "t", "out", far}), text({"", "", "", ""}, {false, false, false, false}));
    EXPECT_EQ(computed(table, {}, {Kind::FirstValue, "t", "out"}), text({"a", "a", "a", "a"}, {}));
    EXPECT_EQ(computed(table, {}, {Kind::LastValue, "t", "out"}), text({"d", "d", "d", "d"}, {}));
}

TEST(Window, RollsWithoutDrifting) {
    const Table table({Column::real("r", {1e16, 1, -1e16, 1, 1e300, 3, 4})});
    EXPECT_EQ(computed(table, {}, {Kind::RollingSum, "r", "out", 2}),
              Column::real("out", {1e16, 1e16, -1e16, -1e16, 1e300, 1e300, 7}));
    EXPECT_EQ(computed(table, {}, {Kind::CumulativeSum, "r", "out"}),
              Column::real("out", {1e16, 1e16, 1, 2, 1e300, 1e300, 1e300}));
    EXPECT_EQ(
        computed(table, {}, {Kind::RollingMean, "r", "out", 2, 2}),
        Column::real("out", {0, 5e15, -5e15, -5e15, 5e299, 5e299, 3.5}, {false, true, true, true, true, true, true}));
    const double infinity = std::numeric_limits<double>::infinity();
    const Table odd({Column::real("r", {infinity, 1, -infinity, 2, 3})});
    EXPECT_EQ(computed(odd, {}, {Kind::RollingSum, "r", "out", 2}),
              Column::real("out", {infinity, infinity, -infinity, -infinity, 5}));
    const Table large({Column::real("r", {1.5e308, 1.5e308, 1.5e308})});
    EXPECT_EQ(computed(large, {}, {Kind::CumulativeMean, "r", "out"}),
              Column::real("out", {1.5e308, 1.5e308, 1.5e308}));
}

TEST(Window, SharesOfTotals) {
    const Table table(
        {Column::int64("k", {1, 1, 2, 1}), Column::decimal("d", 1, {5, 15, 0, 0}, {true, true, true, false})});
    EXPECT_EQ(computed(table, {{"k"}, {}}, {Kind::ShareOfTotal, "d", "out"}),
              Column::real("out", {0.25, 0.75, 0, 0}, {true, true, false, false}));
}

TEST(Window, RefusesWhatCannotBe) {
    const Table table(
        {Column::int64("n", {std::numeric_limits<std::int64_t>::max(), 1}), Column::text("t", {"a", "b"})});
    const auto fault = [&](const Window& over, const WindowFunction& function) {
        return error_of([&] { computed(table, over, function); }).fault();
    };
    EXPECT_EQ(fault({}, {Kind::RollingSum, "n", "out", 0}), Fault::Usage);
    EXPECT_EQ(fault({}, {Kind::Lag, "n", "out", -1}), Fault::Usage);
    EXPECT_EQ(fault({}, {Kind::RollingSum, "n", "out", 1, -1}), Fault::Usage);
    EXPECT_EQ(fault({}, {Kind::CumulativeSum, "n", "out"}), Fault::Limit);
    EXPECT_EQ(fault({}, {Kind::CumulativeSum, "t", "out"}), Fault::Bug);
    EXPECT_EQ(fault({}, {Kind::Lag, "x", "out"}), Fault::NotFound);
    EXPECT_EQ(fault({{"x"}, {}}, {Kind::RowNumber, "", "out"}), Fault::NotFound);
    EXPECT_EQ(fault({{}, {{"x"}}}, {Kind::RowNumber, "", "out"}), Fault::NotFound);
}

TEST(SlidingSum, IsTheSameInFixedPointAndWide) {
    Random random(testing::test_seed());
    for (int i = 0; i < 200 * testing::test_scale(); ++i) {
        std::vector<double> values;
        const int spread = 1 + static_cast<int>(random.below(60));
        for (std::uint64_t k = random.below(50) + 1; k > 0; --k)
            values.push_back(std::ldexp(random.unit() - 0.5, static_cast<int>(random.below(spread)) - 1040));
        const FixedPoint point = fixed_point_of(Column::real("r", values));
        EXPECT_TRUE(point.fits || spread > 10);
        SlidingSum narrow(point);
        SlidingSum wide(FixedPoint{});
        for (std::size_t k = 0; k < values.size(); ++k) {
            narrow.add(values[k]);
            wide.add(values[k]);
            if (k >= 7) {
                narrow.remove(values[k - 7]);
                wide.remove(values[k - 7]);
            }
            ASSERT_EQ(narrow.rounded(), wide.rounded());
            ASSERT_EQ(narrow.mean(), wide.mean());
        }
    }
}

/// Rows of the partition of each row, sorted: the oracle looks at all others for each.
std::vector<std::uint32_t> plain_partition(const Table& table, const Window& over, std::size_t row) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t other = 0; other < table.rows(); ++other)
        if (cells_of(table, over.partition, other) == cells_of(table, over.partition, row)) rows.push_back(other);
    const std::vector<std::uint32_t> order = sorted_rows(table, over.order, {});
    std::ranges::sort(rows, {}, [&](std::uint32_t at) { return std::ranges::find(order, at) - order.begin(); });
    return rows;
}

/// Valid values of the window that ends at place `i`.
Column plain_frame(const Column& source, const std::vector<std::uint32_t>& rows, std::size_t i, std::size_t width) {
    std::vector<std::uint32_t> frame;
    for (std::size_t k = i + 1 > width ? i + 1 - width : 0; k <= i; ++k)
        if (source.is_valid(rows[k])) frame.push_back(rows[k]);
    return source.take(frame);
}

Cell plain_extreme(const Column& frame, bool is_least) {
    std::optional<Cell> best;
    for (std::size_t row = 0; row < frame.size(); ++row) {
        const Cell cell = cell_of(frame, row);
        if (!best || (is_least ? cell < *best : cell > *best)) best = cell;
    }
    return best.value_or(missing_cell());
}

Cell plain_mean(const Column& frame) {
    if (frame.size() == 0) return missing_cell();
    const auto count = static_cast<double>(frame.size());
    if (frame.type() == ColumnType::Double) return cell_of(Column::real("", {exact_sum_real(frame, {}) / count}), 0);
    return cell_of(Column::real("", {static_cast<double>(exact_sum(frame, {})) / (10 * count)}), 0);
}

Cell plain_value(const Table& table, const Window& over, const WindowFunction& function, std::size_t row) {
    const std::vector<std::uint32_t> rows = plain_partition(table, over, row);
    const auto i = static_cast<std::size_t>(std::ranges::find(rows, row) - rows.begin());
    const bool is_rolling = function.kind >= Kind::RollingCount && function.kind <= Kind::RollingMax;
    const Column& source = table.column(function.column);
    const Column frame =
        plain_frame(source, rows, i, is_rolling ? static_cast<std::size_t>(function.rows) : rows.size());
    const auto whole = [](std::size_t value) { return Cell{0, static_cast<std::int64_t>(value), 0, ""}; };
    switch (function.kind) {
        case Kind::CumulativeCount:
        case Kind::RollingCount:
            return whole(frame.size());
        case Kind::CumulativeSum:
        case Kind::RollingSum:
            if (source.type() == ColumnType::Double) return cell_of(Column::real("", {exact_sum_real(frame, {})}), 0);
            return Cell{0, exact_sum(frame, {}), 0, ""};
        case Kind::CumulativeMean:
        case Kind::RollingMean:
            return plain_mean(frame);
        case Kind::CumulativeMin:
        case Kind::RollingMin:
            return plain_extreme(frame, true);
        case Kind::CumulativeMax:
        case Kind::RollingMax:
            return plain_extreme(frame, false);
        case Kind::Lag:
            return i >= static_cast<std::size_t>(function.rows)
                       ? cell_of(source, rows[i - static_cast<std::size_t>(function.rows)])
                       : missing_cell();
        case Kind::RowNumber:
            return whole(i + 1);
        default:
            break;
    }
    // Ranks: rows before that differ, and how many different ones.
    std::vector<std::string> names;
    for (const SortKey& key : over.order)
        names.push_back(key.column);
    std::size_t before = 0;
    std::size_t different = 0;
    for (std::size_t k = 0; k < i; ++k) {
        if (cells_of(table, names, rows[k]) == cells_of(table, names, row)) continue;
        ++before;
        if (cells_of(table, names, rows[k]) != cells_of(table, names, rows[k + 1])) ++different;
    }
    return whole(1 + (function.kind == Kind::Rank ? before : different));
}

TEST(Window, AgreesWithTheOracleForAnyThreads) {
    Random random(testing::test_seed());
    std::vector<WindowFunction> functions = {{Kind::RowNumber, "n", "number"},
                                             {Kind::Rank, "n", "rank"},
                                             {Kind::DenseRank, "n", "dense"},
                                             {Kind::Lag, "t", "lag", 2}};
    for (const char* column : {"d", "r"})
        for (Kind kind = Kind::CumulativeCount; kind <= Kind::RollingMax;
             kind = static_cast<Kind>(static_cast<int>(kind) + 1))
            functions.push_back({kind, column, std::string(column) + std::to_string(static_cast<int>(kind)), 3});
    functions.push_back({Kind::RollingMax, "t", "greatest", 2});
    const std::vector<Window> windows = {
        {}, {{"t"}, {{"n"}}}, {{"d"}, {{"r", Order::Descending}, {"t"}}}, {{"n", "d"}, {}}};
    for (int i = 0; i < 8 * testing::test_scale(); ++i) {
        const Table table = random_table(random, random.below(45));
        for (const Window& over : windows) {
            const Table found = window(table, over, functions, {});
            EXPECT_EQ(encode_value(window_columns(table, over, functions, {}).column(0)),
                      encode_value(found.column(functions[0].name)));
            for (const WindowFunction& function : functions)
                for (std::size_t row = 0; row < table.rows(); ++row)
                    ASSERT_EQ(cell_of(found.column(function.name), row), plain_value(table, over, function, row))
                        << function.name << ", row " << row;
            with_any_threads([&](const Exec& exec) {
                EXPECT_EQ(encode_value(window(table, over, functions, exec)), encode_value(found));
            });
        }
    }
}

}  // namespace
}  // namespace hone
