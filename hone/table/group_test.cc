#include "hone/table/group.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "hone/table/random_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Kind = Aggregate::Kind;
using testing::Cell;
using testing::cell_of;
using testing::cells_of;
using testing::error_of;
using testing::random_table;
using testing::with_any_threads;

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

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
        PlainGroup& group = groups[cells_of(table, keys, row)];
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
