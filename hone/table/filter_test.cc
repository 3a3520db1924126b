#include "hone/table/filter.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "hone/table/random_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Rows = std::vector<std::uint32_t>;
using testing::random_table;
using testing::with_any_threads;

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

}  // namespace
}  // namespace hone
