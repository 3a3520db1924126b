#include "hone/table/key_index.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "hone/table/random_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::with_any_threads;

/// Numbers of a few or many distinct values.
Table numbers(Random& random, std::size_t rows, std::uint64_t distinct) {
    std::vector<std::int64_t> values(rows);
    std::vector<std::string> texts(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        values[row] = static_cast<std::int64_t>(random.below(distinct)) - 5;
        texts[row] = std::to_string(values[row] % 3);
    }
    return Table({Column::int64("n", values), Column::text("t", texts)});
}

/// The oracle: rows by value.
std::map<std::int64_t, std::vector<std::uint32_t>> plain_groups(const Column& column) {
    std::map<std::int64_t, std::vector<std::uint32_t>> groups;
    for (std::uint32_t row = 0; row < column.size(); ++row)
        groups[column.int64s()[row]].push_back(row);
    return groups;
}

void expect_index(const Table& table, const Table& other, KeyIndex::Numbering numbering, const Exec& exec) {
    const KeyColumns keys = {&table.column("n"), &table.column("t")};  // the text follows from the number
    const KeyColumns other_keys = {&other.column("n"), &other.column("t")};
    const auto groups = plain_groups(table.column("n"));
    const KeyIndex index(keys, table.rows(), exec, numbering);
    ASSERT_EQ(index.groups(), groups.size());
    const std::vector<std::uint64_t> hashes = key_hashes(other_keys, other.rows(), exec);
    std::size_t found = 0;
    for (std::uint32_t row = 0; row < other.rows(); ++row) {
        const auto group = groups.find(other.column("n").int64s()[row]);
        const std::uint32_t number = index.find(other_keys, row, hashes[row]);
        ASSERT_EQ(number == KeyIndex::kNone, group == groups.end());
        if (number == KeyIndex::kNone) continue;
        ++found;
        const Rows rows = index.rows_of(number);
        ASSERT_TRUE(std::ranges::equal(rows, group->second)) << row;
    }
    ASSERT_GT(found, 0U);
    if (!index.is_sorted()) return;
    std::size_t number = 0;
    for (const auto& [value, rows] : groups)
        ASSERT_TRUE(std::ranges::equal(index.rows_of(number++), rows));
}

TEST(KeyIndex, FindsTheRowsOfAKeyForAnyThreads) {
    Random random(testing::test_seed());
    // Around the sizes at which rows are cut, with keys that are few and that are many.
    for (const std::size_t rows : {std::size_t{1}, std::size_t{300}, std::size_t{16'383}, std::size_t{16'384},
                                   std::size_t{65'536}, std::size_t{140'001}})
        for (const std::uint64_t distinct : {std::uint64_t{1}, std::uint64_t{900}, std::uint64_t{100'000}}) {
            const Table table = numbers(random, rows, distinct);
            const Table other = rows < 1000 ? table : numbers(random, 500, distinct);
            const auto numbering = rows % 2 == 0 ? KeyIndex::Numbering::SortedIfFew : KeyIndex::Numbering::Any;
            with_any_threads(
                [&](const Exec& exec) { ASSERT_NO_FATAL_FAILURE(expect_index(table, other, numbering, exec)); });
        }
}

TEST(KeyIndex, ManyKeysLateInTheTableAreFoundToo) {
    // The first block has few keys, the next ones more than an index of a block takes.
    std::vector<std::int64_t> values(200'000);
    for (std::size_t row = 65'536; row < values.size(); ++row)
        values[row] = static_cast<std::int64_t>(row);
    const Column column = Column::int64("n", values);
    with_any_threads([&](const Exec& exec) {
        const RowGroups groups = sorted_groups({&column}, column.size(), exec);
        ASSERT_EQ(groups.groups(), 200'000U - 65'536 + 1);
        EXPECT_EQ(groups.rows_of(0).size(), 65'536U);
        for (std::size_t g = 1; g < groups.groups(); ++g)
            ASSERT_EQ(groups.rows_of(g).front(), 65'535 + g);
    });
}

}  // namespace
}  // namespace hone
