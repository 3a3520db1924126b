#include "hone/table/sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "hone/table/random_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Order = SortKey::Order;
using Rows = std::vector<std::uint32_t>;
using testing::Cell;
using testing::cell_of;
using testing::error_of;
using testing::random_table;
using testing::with_any_threads;

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();

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
    // Blocks of 2^12 or 2^15 rows are sorted and merged: whole ones, a rest, an odd number of them.
    for (const std::size_t rows : {std::size_t{1} << 15, (std::size_t{1} << 15) + 1, std::size_t{170'000}}) {
        const Table table = random_table(random, rows);
        const std::vector<SortKey> keys = {{"t", Order::Descending}, {"r"}, {"n", Order::Descending}};
        const Rows expected = plain_sorted_rows(table, keys);
        with_any_threads([&](const Exec& exec) { EXPECT_TRUE(sorted_rows(table, keys, exec) == expected) << rows; });
    }
}

TEST(Sort, ByNumbersAgreesWithTheStandardSortForAnyThreads) {
    Random random(testing::test_seed());
    for (const std::int64_t most : {2, 1'000, 1'000'000'000}) {  // many, some and no equal keys
        std::vector<std::int64_t> values(150'001);
        for (std::int64_t& value : values)
            value = random.between(-most, most);
        Rows expected(values.size());
        std::iota(expected.begin(), expected.end(), 0U);
        std::ranges::stable_sort(expected, [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
        const Table table({Column::int64("n", values)});
        with_any_threads([&](const Exec& exec) {
            EXPECT_TRUE(sorted_rows(table, std::vector<SortKey>{{"n"}}, exec) == expected) << most;
        });
    }
}

}  // namespace
}  // namespace hone
