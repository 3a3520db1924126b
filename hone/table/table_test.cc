#include "hone/table/table.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Error error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

Table sample() {
    return Table({Column::int64("count", {1, 2, 3}, {true, false, true}), Column::text("label", {"a", "bb", ""}),
                  Column::decimal("area_ha", 1, {15, 25, 35}), Column::real("share", {0.5, 0.25, 0.125})});
}

TEST(Table, HoldsColumnsOfEqualLength) {
    const Table table = sample();
    EXPECT_EQ(table.rows(), 3u);
    EXPECT_EQ(table.columns(), 4u);
    EXPECT_EQ(table.column(1).name(), "label");
    EXPECT_EQ(Table().rows(), 0u);
    EXPECT_EQ(Table().columns(), 0u);
    EXPECT_EQ(error_of([] { Table({Column::int64("a", {1}), Column::int64("b", {})}); }).fault(), Fault::Bug);
    EXPECT_EQ(error_of([] { Table({Column::int64("a", {1}), Column::int64("a", {1})}); }).fault(), Fault::Bug);
    EXPECT_NE(error_of([] {
                  Table({Column::int64("a", {1}), Column::int64("b", {})});
              }).message(),
              "nothing was thrown");
    EXPECT_NE(error_of([] {
                  Table({Column::int64("a", {1}), Column::int64("a", {1})});
              }).message(),
              "nothing was thrown");
}

TEST(Table, FindsColumnsByName) {
    const Table table = sample();
    EXPECT_EQ(table.find("label"), &table.column(1));
    EXPECT_EQ(table.find("Label"), nullptr);
    EXPECT_EQ(&table.column("share"), &table.column(3));
}

TEST(Table, SuggestsTheNearestName) {
    const Table table = sample();
    const Error near = error_of([&] { table.column("lable"); });
    EXPECT_EQ(near.fault(), Fault::NotFound);
    EXPECT_NE(near.message().find("lable"), std::string::npos);
    EXPECT_EQ(near.mend(), "Did you mean label?");
    EXPECT_EQ(error_of([&] { table.column("area"); }).mend(), "Did you mean area_ha?");
    const Error far = error_of([&] { table.column("temperature"); });
    EXPECT_EQ(far.fault(), Fault::NotFound);
    EXPECT_EQ(far.mend(), "");
    EXPECT_EQ(error_of([] { Table().column("a"); }).fault(), Fault::NotFound);
}

TEST(Table, TakesRowsOfAllColumns) {
    const std::vector<std::uint32_t> rows = {2, 0};
    EXPECT_EQ(sample().take(rows),
              Table({Column::int64("count", {3, 1}), Column::text("label", {"", "a"}),
                     Column::decimal("area_ha", 1, {35, 15}), Column::real("share", {0.125, 0.5})}));
    EXPECT_EQ(sample().take({}).rows(), 0u);
    EXPECT_EQ(sample().take({}).columns(), 4u);
}

TEST(Table, CountsItsMemory) {
    EXPECT_GT(sample().memory_bytes(), sample().column(0).memory_bytes() + sample().column(1).memory_bytes());
}

TEST(TableCodec, TablesReadBack) {
    EXPECT_EQ(decode_value<Table>(encode_value(sample())), sample());
    EXPECT_EQ(decode_value<Table>(encode_value(Table())), Table());
    EXPECT_EQ(decode_value<Table>(encode_value(sample().take({}))), sample().take({}));
}

TEST(TableCodec, CutBytesAreInput) {
    const std::string bytes = encode_value(sample());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(error_of([&] { decode_value<Table>(std::string_view(bytes).substr(0, size)); }).fault(),
                  Fault::Input);
    EXPECT_EQ(error_of([&] { decode_value<Table>(bytes + "x"); }).fault(), Fault::Input);
}

/// Columns as if they were a table.
std::string encoded(const std::vector<Column>& columns) {
    Encoder out;
    out.u64(columns.size());
    for (const Column& column : columns)
        Codec<Column>::encode(out, column);
    return out.take();
}

TEST(TableCodec, RefusesWhatIsNoTable) {
    EXPECT_EQ(decode_value<Table>(encoded({Column::int64("a", {1}), Column::int64("b", {2})})).columns(), 2u);
    for (const auto& columns : {std::vector<Column>{Column::int64("a", {1}), Column::int64("b", {})},
                                std::vector<Column>{Column::int64("a", {1}), Column::int64("a", {2})}})
        EXPECT_EQ(error_of([&] { decode_value<Table>(encoded(columns)); }).fault(), Fault::Input);
}

TEST(TableCodec, DamagedBytesAreInputOrATable) {
    Random random(testing::test_seed());
    const std::string bytes = encode_value(sample());
    int refused = 0;
    for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
        std::string damaged = bytes;
        for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
            damaged[random.below(damaged.size())] ^= static_cast<char>(1 << random.below(8));
        try {
            const std::string again = encode_value(decode_value<Table>(damaged));
            ASSERT_EQ(encode_value(decode_value<Table>(again)), again);
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
            ++refused;
        }
    }
    EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace hone
