#include "hone/table/packed_table.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <numeric>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/table/packed_examples.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

/// Marks of missing values: none, some, runs of them, or all.
std::vector<bool> any_marks(Random& random, std::size_t rows) {
    std::vector<bool> valid(rows, true);
    const std::uint64_t kind = random.below(4);
    bool is_valid = true;
    for (std::size_t i = 0; i < rows && kind > 0; ++i) {
        if (kind == 1) is_valid = random.below(5) != 0;
        if (kind == 2 && random.below(50) == 0) is_valid = !is_valid;
        if (kind == 3) is_valid = false;
        valid[i] = is_valid;
    }
    return valid;
}

Table any_table(Random& random, std::size_t rows) {
    std::vector<std::int64_t> ids(rows), amounts(rows);
    std::vector<double> reals(rows);
    TextData words, texts;
    const std::uint64_t shift = random.below(64);
    for (std::size_t i = 0; i < rows; ++i) {
        ids[i] = static_cast<std::int64_t>(random.next() >> shift);
        amounts[i] = random.below(50) == 0 ? std::numeric_limits<std::int64_t>::min() : random.between(-100, 100);
        reals[i] = random.below(9) == 0 ? std::bit_cast<double>(random.next())
                                        : static_cast<double>(random.below(10'000)) / 100;
        words.push_back(cat("w", random.below(12)));
        texts.push_back(cat("text ", random.next()));
    }
    return Table({Column::int64("ids", std::move(ids), any_marks(random, rows)),
                  Column::decimal("amount", 2, std::move(amounts), any_marks(random, rows)),
                  Column::real("real", std::move(reals), any_marks(random, rows)),
                  Column::text("word", std::move(words), any_marks(random, rows)),
                  Column::text("text", std::move(texts), any_marks(random, rows))});
}

/// Rows begin..end-1, by the plain way.
Table part_of(const Table& table, std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> rows(end - begin);
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
    return table.take(rows);
}

TEST(PackedTable, UnpacksBitForBit) {
    Random random(testing::test_seed());
    for (int i = 0; i < 40 * testing::test_scale(); ++i) {
        constexpr std::size_t kSizes[] = {0, 1, 2, 17, 1023, 1024, 1025, 3000, 9000};
        const Table table = any_table(random, kSizes[random.below(std::size(kSizes))]);
        const PackedTable packed = shrink(table);
        ASSERT_EQ(packed.rows(), table.rows());
        ASSERT_TRUE(are_identical(packed.unpack(), table));
        const PackedTable again = decode_value<PackedTable>(encode_value(packed));
        ASSERT_TRUE(are_identical(again.unpack(), table));
        ASSERT_EQ(encode_value(again), encode_value(packed));
        const std::size_t begin = random.below(table.rows() + 1);
        const std::size_t end = begin + random.below(table.rows() - begin + 1);
        ASSERT_TRUE(are_identical(packed.rows(begin, end), part_of(table, begin, end)));
    }
    EXPECT_TRUE(are_identical(shrink(Table()).unpack(), Table()));
}

TEST(PackedTable, IdenticalMeansEveryBit) {
    const auto reals = [](double value) { return Table({Column::real("a", {value})}); };
    const double nan = std::bit_cast<double>(0x7FF8000000000001);
    EXPECT_TRUE(are_identical(reals(nan), reals(nan)));
    EXPECT_FALSE(are_identical(reals(nan), reals(std::bit_cast<double>(0x7FF8000000000002))));
    EXPECT_FALSE(are_identical(reals(0.0), reals(-0.0)));
    EXPECT_FALSE(are_identical(reals(1), Table({Column::real("b", {1})})));
    EXPECT_FALSE(are_identical(Table({Column::int64("a", {0})}), Table({Column::int64("a", {0}, {false})})));
    EXPECT_FALSE(are_identical(Table({Column::int64("a", {1})}), Table({Column::decimal("a", 0, {1})})));
    EXPECT_FALSE(are_identical(Table({Column::text("a", TextData())}), Table()));
}

TEST(PackedTable, IsTheSameForAnyNumberOfThreads) {
    const Table table = examples::mixed_table(150'000, testing::test_seed());
    const PackedTable plain = shrink(table);
    const std::string bytes = encode_value(plain);
    Pool pool(4);
    for (const unsigned threads : {1U, 2U, 4U}) {
        const Exec exec({.pool = &pool, .threads = threads}, Cancel());
        EXPECT_EQ(encode_value(shrink(table, exec)), bytes);
        EXPECT_TRUE(are_identical(plain.unpack(exec), table));
    }
}

TEST(PackedTable, ShrinksATableOfABusinessSystem) {
    const PackedTable packed = shrink(examples::mixed_table(100'000, 1));
    EXPECT_LT(packed.memory_bytes() * 100, packed.plain_bytes() * 30);
    EXPECT_LT(encode_value(packed).size(), packed.memory_bytes() + 1000);
}

TEST(PackedTable, ReportsWhatWasGained) {
    const PackedTable packed = shrink(examples::mixed_table(20'000, 1));
    const std::vector<ShrunkColumn> report = shrink_report(packed);
    ASSERT_EQ(report.size(), 14u);
    EXPECT_EQ(report[0].name, "id");
    EXPECT_EQ(report[0].plain_bytes, 160'000u);
    EXPECT_LT(report[0].packed_bytes, 16'000u);
    EXPECT_EQ(report[4].way, "1 decimal, 13 bits a value");
    EXPECT_EQ(report[5].way.substr(0, 14), "2 decimals, 15");
    EXPECT_EQ(report[1].way.substr(0, 18), "dictionary of 800,");
    const std::string text = to_text(report);
    EXPECT_NE(text.find("price      double  160.0 kB -> "), std::string::npos) << text;
    EXPECT_NE(text.find("whole "), std::string::npos);
}

TEST(PackedTable, ReadsTheWayThatIsWritten) {
    // The stored form: a change here needs a new version of the codec.
    const Table table(
        {Column::int64("a", {3, 5, 4}), Column::text("b", {"x", "y", "x"}), Column::real("c", {0.5, 1, 2})});
    EXPECT_EQ(digest_of(encode_value(shrink(table))).hex(), "a9f83496494a10019ee7ba89d89a4604");
}

TEST(PackedTableCodec, CutBytesAreInput) {
    Random random(testing::test_seed());
    const std::string bytes = encode_value(shrink(any_table(random, 50)));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        try {
            decode_value<PackedTable>(std::string_view(bytes).substr(0, size));
            FAIL() << size;
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input);
        }
    }
}

TEST(PackedTableCodec, DamagedBytesAreInputOrATable) {
    Random random(testing::test_seed());
    int refused = 0;
    for (int i = 0; i < 3000 * testing::test_scale(); ++i) {
        std::string bytes = encode_value(shrink(any_table(random, random.below(40))));
        for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
            bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
        try {
            const PackedTable packed = decode_value<PackedTable>(bytes);
            const Table table = packed.unpack();
            ASSERT_EQ(table.rows(), packed.rows());
            ASSERT_TRUE(are_identical(shrink(table).unpack(), table));
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
            ++refused;
        }
    }
    EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace hone
