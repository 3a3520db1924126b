#include "hone/table/operations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Order = SortKey::Order;
using Kind = Aggregate::Kind;
using Rows = std::vector<std::uint32_t>;

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();

Error error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

/// A clock by which everything takes long, so that each loop goes parallel.
class SlowClock : public Clock {
public:
    std::int64_t monotonic_ns() const override { return now_ns_ += 1'000'000; }
    std::int64_t wall_ns() const override { return now_ns_; }

private:
    mutable std::atomic<std::int64_t> now_ns_ = 1;
};

/// Calls `body` plainly, with 2 and with 8 threads.
void with_any_threads(const std::function<void(const Exec&)>& body) {
    body(Exec());
    SlowClock clock;
    for (const unsigned threads : {2U, 8U}) {
        Pool pool(threads);
        SCOPED_TRACE(cat("threads ", threads));
        body(Exec({.pool = &pool, .clock = &clock}, Cancel()));
    }
}

/// Tables of some size with few distinct values, all types, nan and missing ones.
Table random_table(Random& random, std::size_t rows) {
    std::vector<std::int64_t> n(rows);
    std::vector<std::int64_t> d(rows);
    std::vector<double> r(rows);
    std::vector<std::string> t(rows);
    std::vector<bool> valid[4];
    constexpr double kReals[] = {0.25,
                                 -0.0,
                                 0.0,
                                 -3.5,
                                 1e10,
                                 std::numeric_limits<double>::quiet_NaN(),
                                 -std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::infinity()};
    const Column texts = Column::text("", {"", "a", "b", "same long text 1", "same long text 2", "\xC3\xA9", "a\x01"});
    const std::int64_t integers[] = {0, -1, 5, kLargest / 1'000'000, kSmallest / 1'000'000};
    for (std::size_t row = 0; row < rows; ++row) {
        n[row] = integers[random.below(5)];
        d[row] = random.between(-3, 3);
        r[row] = kReals[random.below(8)];
        t[row] = texts.texts()[random.below(7)];
        for (auto& marks : valid)
            marks.push_back(random.below(6) > 0);
    }
    std::vector<std::int64_t> number(rows);
    std::iota(number.begin(), number.end(), 0);
    return Table({Column::int64("n", std::move(n), valid[0]), Column::decimal("d", 1, std::move(d), valid[1]),
                  Column::real("r", std::move(r), valid[2]), Column::text("t", t, valid[3]),
                  Column::int64("row", std::move(number))});
}

/// A value in an order of its own: numbers and texts, then nan, then what is missing.
using Cell = std::tuple<int, std::int64_t, double, std::string>;

Cell cell_of(const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return {2, 0, 0, ""};
    if (column.type() == ColumnType::Text) return {0, 0, 0, std::string(column.texts()[row])};
    if (column.type() != ColumnType::Double) return {0, column.int64s()[row], 0, ""};
    const double value = column.reals()[row];
    return std::isnan(value) ? Cell{1, 0, 0, ""} : Cell{0, 0, value + 0.0, ""};
}

bool comes_before(const Table& table, std::span<const SortKey> keys, std::uint32_t a, std::uint32_t b) {
    for (const SortKey& key : keys) {
        const Cell cell_a = cell_of(table.column(key.column), a);
        const Cell cell_b = cell_of(table.column(key.column), b);
        if (cell_a == cell_b) continue;
        const bool has_missing = std::get<0>(cell_a) == 2 || std::get<0>(cell_b) == 2;
        return has_missing || key.order == Order::Ascending ? cell_a < cell_b : cell_b < cell_a;
    }
    return false;
}

/// The oracle: a stable sort.
Rows plain_sorted_rows(const Table& table, std::span<const SortKey> keys) {
    Rows rows(table.rows());
    std::iota(rows.begin(), rows.end(), 0U);
    std::ranges::stable_sort(rows, [&](std::uint32_t a, std::uint32_t b) { return comes_before(table, keys, a, b); });
    return rows;
}

std::vector<SortKey> random_keys(Random& random) {
    std::vector<std::string> names = {"n", "d", "r", "t"};
    std::vector<SortKey> keys;
    for (std::uint64_t i = random.below(4); i > 0; --i) {
        const std::size_t place = random.below(names.size());
        keys.push_back({names[place], random.below(2) == 0 ? Order::Ascending : Order::Descending});
        names.erase(names.begin() + static_cast<std::ptrdiff_t>(place));
    }
    return keys;
}

TEST(Sort, PutsMissingValuesLastInBothOrders) {
    const Table table({Column::int64("n", {3, 0, 1, kLargest, kSmallest}, {true, false, true, true, true})});
    EXPECT_EQ(sorted_rows(table, std::vector<SortKey>{{"n"}}, {}), (Rows{4, 2, 0, 3, 1}));
    EXPECT_EQ(sorted_rows(table, std::vector<SortKey>{{"n", Order::Descending}}, {}), (Rows{3, 0, 2, 4, 1}));
    const Table extremes({Column::int64("n", {0, kLargest, 0, kSmallest}, {false, true, false, true})});
    EXPECT_EQ(sorted_rows(extremes, std::vector<SortKey>{{"n"}}, {}), (Rows{3, 1, 0, 2}));
    EXPECT_EQ(sorted_rows(extremes, std::vector<SortKey>{{"n", Order::Descending}}, {}), (Rows{1, 3, 0, 2}));
}

TEST(Sort, ComparesTextsByTheirBytes) {
    const Table table({Column::text("t", {"b", "same long text 2", "", "\xC3\xA9", "same long text 1", "a", "a\x01"})});
    EXPECT_EQ(sort(table, std::vector<SortKey>{{"t"}}, {}),
              Table({Column::text("t", {"", "a", "a\x01", "b", "same long text 1", "same long text 2", "\xC3\xA9"})}));
    TextData zeros;
    zeros.push_back(std::string_view("a\0\0", 3));
    zeros.push_back("a");
    zeros.push_back(std::string_view("a\0", 2));
    EXPECT_EQ(sorted_rows(Table({Column::text("t", zeros)}), std::vector<SortKey>{{"t"}}, {}), (Rows{1, 2, 0}));
}

TEST(Sort, KeepsTheOrderWithoutKeys) {
    const Table table({Column::int64("n", {3, 1, 2})});
    EXPECT_EQ(sorted_rows(table, {}, {}), (Rows{0, 1, 2}));
    EXPECT_TRUE(sorted_rows(Table(), {}, {}).empty());
    EXPECT_EQ(error_of([&] { sorted_rows(table, std::vector<SortKey>{{"m"}}, {}); }).fault(), Fault::NotFound);
}

TEST(Sort, AgreesWithTheOracleForSmallTables) {
    Random random(testing::test_seed());
    for (int i = 0; i < 300 * testing::test_scale(); ++i) {
        const Table table = random_table(random, random.below(60));
        const std::vector<SortKey> keys = random_keys(random);
        ASSERT_EQ(sorted_rows(table, keys, {}), plain_sorted_rows(table, keys));
    }
}

TEST(Sort, AgreesWithTheOracleForLargeTablesAndAnyThreads) {
    Random random(testing::test_seed());
    // Blocks of 2^15 rows are sorted and merged: whole ones, a rest, an odd number of them.
    for (const std::size_t rows : {std::size_t{1} << 15, (std::size_t{1} << 15) + 1, std::size_t{170'000}}) {
        const Table table = random_table(random, rows);
        const std::vector<SortKey> keys = {{"t", Order::Descending}, {"r"}, {"n", Order::Descending}};
        const Rows expected = plain_sorted_rows(table, keys);
        with_any_threads([&](const Exec& exec) { EXPECT_TRUE(sorted_rows(table, keys, exec) == expected) << rows; });
    }
}

TEST(Filter, KeepsRowsInOrder) {
    Random random(testing::test_seed());
    for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, std::size_t{20'000}}) {
        const Table table = random_table(random, rows);
        const auto keep = [](std::size_t row) { return row % 3 == 1 || row % 4096 == 0; };
        Rows expected;
        for (std::uint32_t row = 0; row < rows; ++row)
            if (keep(row)) expected.push_back(row);
        with_any_threads([&](const Exec& exec) {
            const Table kept = filter(table, keep, exec);
            EXPECT_EQ(kept.column("row"), table.take(expected).column("row"));
            EXPECT_EQ(kept.column("t"), table.take(expected).column("t"));
        });
    }
}

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

TEST(Group, AggregatesBySortedKeys) {
    const Table table({Column::text("kind", {"b", "a", "", "b", "a"}, {true, true, false, true, true}),
                       Column::int64("n", {1, 2, 3, 4, 0}, {true, true, true, true, false}),
                       Column::decimal("d", 1, {15, -5, 10, 5, 5}), Column::real("r", {0.5, 1, 2, 0.25, 3})});
    const std::vector<std::string> keys = {"kind"};
    const std::vector<Aggregate> aggregates = {
        {Kind::Count, "", "rows"}, {Kind::Count, "n", "count"}, {Kind::Sum, "n", "sum"},  {Kind::Sum, "d", "sum_d"},
        {Kind::Sum, "r", "sum_r"}, {Kind::Min, "d", "min"},     {Kind::Max, "n", "max"},  {Kind::Max, "kind", "last"},
        {Kind::Mean, "d", "mean"}, {Kind::Mean, "n", "mean_n"}, {Kind::Min, "r", "min_r"}};
    EXPECT_EQ(group(table, keys, aggregates, {}),
              Table({Column::text("kind", {"a", "b", ""}, {true, true, false}), Column::int64("rows", {2, 2, 1}),
                     Column::int64("count", {1, 2, 1}), Column::int64("sum", {2, 5, 3}),
                     Column::decimal("sum_d", 1, {0, 20, 10}), Column::real("sum_r", {4, 0.75, 2}),
                     Column::decimal("min", 1, {-5, 5, 10}), Column::int64("max", {2, 4, 3}),
                     Column::text("last", {"a", "b", ""}, {true, true, false}), Column::real("mean", {0, 1, 1}),
                     Column::real("mean_n", {2, 2.5, 3}), Column::real("min_r", {1, 0.25, 2})}));
}

TEST(Group, WithoutKeysIsOneGroup) {
    const std::vector<Aggregate> aggregates = {
        {Kind::Count, "", "rows"}, {Kind::Sum, "n", "sum"}, {Kind::Min, "n", "min"}, {Kind::Mean, "n", "mean"}};
    EXPECT_EQ(group(Table({Column::int64("n", {1, 2})}), {}, aggregates, {}),
              Table({Column::int64("rows", {2}), Column::int64("sum", {3}), Column::int64("min", {1}),
                     Column::real("mean", {1.5})}));
    EXPECT_EQ(group(Table({Column::int64("n", {})}), {}, aggregates, {}),
              Table({Column::int64("rows", {0}), Column::int64("sum", {0}), Column::int64("min", {0}, {false}),
                     Column::real("mean", {0}, {false})}));
    const std::vector<std::string> keys = {"n"};
    EXPECT_EQ(group(Table({Column::int64("n", {})}), keys, {}, {}), Table({Column::int64("n", {})}));
}

TEST(Group, RefusesWhatCannotBe) {
    const Table table({Column::int64("n", {kLargest, 1}), Column::text("t", {"a", "b"})});
    const auto fault = [&](const Aggregate& aggregate, const std::vector<std::string>& keys = {}) {
        return error_of([&] { group(table, keys, std::vector{aggregate}, {}); }).fault();
    };
    EXPECT_EQ(fault({Kind::Sum, "n", "sum"}), Fault::Limit);
    EXPECT_EQ(fault({Kind::Sum, "t", "sum"}), Fault::Bug);
    EXPECT_EQ(fault({Kind::Mean, "t", "mean"}), Fault::Bug);
    EXPECT_EQ(fault({Kind::Sum, "x", "sum"}), Fault::NotFound);
    EXPECT_EQ(fault({Kind::Count, "x", "count"}), Fault::NotFound);
    EXPECT_EQ(fault({Kind::Count, "", "n"}, {"n"}), Fault::Bug);
    EXPECT_EQ(fault({Kind::Count, "", "rows"}, {"x"}), Fault::NotFound);
}

/// The oracle of one group.
struct PlainGroup {
    std::int64_t rows = 0;
    std::int64_t count = 0;  // of d
    std::int64_t sum = 0;    // of d
    std::optional<Cell> least;
    std::optional<Cell> greatest;
};

/// The oracle: groups in a map.
std::map<std::vector<Cell>, PlainGroup> plain_groups(const Table& table, const std::vector<std::string>& keys) {
    std::map<std::vector<Cell>, PlainGroup> groups;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        std::vector<Cell> key;
        for (const std::string& name : keys)
            key.push_back(cell_of(table.column(name), row));
        PlainGroup& group = groups[key];
        ++group.rows;
        if (table.column("d").is_valid(row)) {
            ++group.count;
            group.sum += table.column("d").int64s()[row];
        }
        if (!table.column("r").is_valid(row)) continue;
        const Cell value = cell_of(table.column("r"), row);
        group.least = std::min(group.least.value_or(value), value);
        group.greatest = std::max(group.greatest.value_or(value), value);
    }
    return groups;
}

Cell cell_or_missing(const std::optional<Cell>& cell) {
    return cell.value_or(Cell{2, 0, 0, ""});
}

void expect_groups(const Table& found, const Table& table, const std::vector<std::string>& keys) {
    const auto expected = plain_groups(table, keys);
    ASSERT_EQ(found.rows(), expected.size());
    std::size_t row = 0;
    for (const auto& [key, group] : expected) {
        for (std::size_t k = 0; k < keys.size(); ++k)
            ASSERT_EQ(cell_of(found.column(k), row), key[k]);
        ASSERT_EQ(found.column("rows").int64s()[row], group.rows);
        ASSERT_EQ(found.column("count").int64s()[row], group.count);
        ASSERT_EQ(found.column("sum").int64s()[row], group.sum);
        ASSERT_EQ(cell_of(found.column("min"), row), cell_or_missing(group.least));
        ASSERT_EQ(cell_of(found.column("max"), row), cell_or_missing(group.greatest));
        ASSERT_EQ(found.column("mean").is_valid(row), group.count > 0);
        if (group.count > 0) {
            ASSERT_EQ(found.column("mean").reals()[row],
                      static_cast<double>(group.sum) / static_cast<double>(10 * group.count));
        }
        ++row;
    }
}

TEST(Group, AgreesWithTheOracleForAnyThreads) {
    Random random(testing::test_seed());
    const std::vector<std::vector<std::string>> key_sets = {{"n"}, {"r"}, {"t", "d"}, {"d", "r", "n", "t"}};
    const std::vector<Aggregate> aggregates = {{Kind::Count, "", "rows"}, {Kind::Count, "d", "count"},
                                               {Kind::Sum, "d", "sum"},   {Kind::Min, "r", "min"},
                                               {Kind::Max, "r", "max"},   {Kind::Mean, "d", "mean"}};
    for (int i = 0; i < 20 * testing::test_scale(); ++i) {
        const Table table = random_table(random, i == 0 ? 50'000 : random.below(500));
        for (const auto& keys : key_sets) {
            const std::string plain = encode_value(group(table, keys, aggregates, {}));
            ASSERT_NO_FATAL_FAILURE(expect_groups(decode_value<Table>(plain), table, keys));
            if (i > 3) continue;
            with_any_threads(
                [&](const Exec& exec) { EXPECT_TRUE(encode_value(group(table, keys, aggregates, exec)) == plain); });
        }
    }
}

}  // namespace
}  // namespace hone
