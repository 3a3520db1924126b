#include "hone/table/column.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

std::optional<Fault> fault_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.fault();
    }
    return std::nullopt;
}

std::string text_of(const Column& column, std::size_t row) {
    std::string out = "<";
    column.append_text(out, row);
    return out + ">";
}

TEST(TextData, HoldsTextsOneAfterAnother) {
    TextData texts;
    EXPECT_EQ(texts.size(), 0u);
    texts.push_back("ab");
    texts.push_back("");
    texts.push_back("c");
    EXPECT_EQ(texts.size(), 3u);
    EXPECT_EQ(texts[0], "ab");
    EXPECT_EQ(texts[1], "");
    EXPECT_EQ(texts[2], "c");
}

TEST(Column, KnowsWhatItWasMadeOf) {
    const Column n = Column::int64("n", {1, 2});
    EXPECT_EQ(n.name(), "n");
    EXPECT_EQ(n.type(), ColumnType::Int64);
    EXPECT_EQ(n.size(), 2u);
    EXPECT_FALSE(n.has_missing());
    EXPECT_EQ(n.int64s(), (std::vector<std::int64_t>{1, 2}));
    const Column d = Column::decimal("d", 3, {1500}, {true});
    EXPECT_EQ(d.type(), ColumnType::Decimal);
    EXPECT_EQ(d.scale(), 3);
    EXPECT_FALSE(d.has_missing());
    EXPECT_EQ(Column::real("r", {0.5}).reals(), std::vector<double>{0.5});
    const Column t = Column::text("t", {"a", "b"}, {false, true});
    EXPECT_EQ(t.size(), 2u);
    EXPECT_EQ(t.texts()[1], "b");
    EXPECT_TRUE(t.has_missing());
    EXPECT_FALSE(t.is_valid(0));
    EXPECT_TRUE(t.is_valid(1));
    EXPECT_EQ(column_type_name(ColumnType::Int64), "int64");
    EXPECT_EQ(column_type_name(ColumnType::Double), "double");
    EXPECT_EQ(column_type_name(ColumnType::Decimal), "decimal");
    EXPECT_EQ(column_type_name(ColumnType::Text), "text");
}

TEST(Column, RefusesWhatDoesNotFit) {
    const Column n = Column::int64("n", {1});
    const Column t = Column::text("t", {"a"});
    EXPECT_EQ(fault_of([&] { n.reals(); }), Fault::Bug);
    EXPECT_EQ(fault_of([&] { n.texts(); }), Fault::Bug);
    EXPECT_EQ(fault_of([&] { t.int64s(); }), Fault::Bug);
    EXPECT_EQ(fault_of([&] { t.number(0); }), Fault::Bug);
    EXPECT_EQ(fault_of([] { Column::int64("n", {1, 2}, {true}); }), Fault::Bug);
    EXPECT_EQ(fault_of([] { Column::decimal("d", 19, {1}); }), Fault::Bug);
    EXPECT_EQ(fault_of([] { Column::decimal("d", -1, {1}); }), Fault::Bug);
    for (const std::vector<std::uint64_t>& offsets :
         {std::vector<std::uint64_t>{}, {0}, {1, 2}, {0, 3}, {0, 3, 2}, {0, 5, 2}})
        EXPECT_EQ(fault_of([&] { Column::text("t", TextData{offsets, "ab"}); }), Fault::Bug);
    const std::vector<std::uint32_t> rows = {0, 1};
    EXPECT_EQ(fault_of([&] { n.take(rows); }), Fault::Bug);
}

TEST(Column, MissingValuesCompareEqualWhateverTheyWere) {
    EXPECT_EQ(Column::int64("n", {1, 7}, {true, false}), Column::int64("n", {1, 8}, {true, false}));
    EXPECT_EQ(Column::real("r", {1, NAN}, {true, false}), Column::real("r", {1, 8}, {true, false}));
    EXPECT_EQ(Column::text("t", {"a", "b", "c"}, {true, false, true}),
              Column::text("t", {"a", "long", "c"}, {true, false, true}));
    EXPECT_EQ(Column::int64("n", {1, 2}, {true, true}), Column::int64("n", {1, 2}));
    EXPECT_NE(Column::int64("n", {1, 0}, {true, false}), Column::int64("n", {1, 0}));
    EXPECT_NE(Column::int64("n", {1}), Column::int64("m", {1}));
    EXPECT_NE(Column::int64("n", {1}), Column::decimal("n", 0, {1}));
    EXPECT_NE(Column::decimal("n", 1, {1}), Column::decimal("n", 0, {1}));
}

TEST(Column, GivesNumbers) {
    EXPECT_EQ(Column::int64("n", {-5}).number(0), -5.0);
    EXPECT_EQ(Column::decimal("d", 2, {125}).number(0), 1.25);
    EXPECT_EQ(Column::decimal("d", 18, {kLargest}).number(0), 9.223372036854775807);
    EXPECT_EQ(Column::real("r", {0.1}).number(0), 0.1);
    EXPECT_TRUE(std::isnan(Column::int64("n", {1}, {false}).number(0)));
}

TEST(Column, GivesTexts) {
    EXPECT_EQ(text_of(Column::int64("n", {kSmallest}), 0), "<-9223372036854775808>");
    EXPECT_EQ(text_of(Column::decimal("d", 2, {-1250}), 0), "<-12.5>");
    EXPECT_EQ(text_of(Column::real("r", {0.1}), 0), "<0.1>");
    EXPECT_EQ(text_of(Column::text("t", {"a,b"}), 0), "<a,b>");
    EXPECT_EQ(text_of(Column::text("t", {"a"}, {false}), 0), "<>");
}

TEST(Column, TakesRowsInAnyOrder) {
    const std::vector<std::uint32_t> rows = {2, 0, 2};
    EXPECT_EQ(Column::int64("n", {1, 2, 3}, {true, false, true}).take(rows), Column::int64("n", {3, 1, 3}));
    EXPECT_EQ(Column::int64("n", {1, 2, 3}, {true, true, false}).take(rows),
              Column::int64("n", {0, 1, 0}, {false, true, false}));
    EXPECT_EQ(Column::decimal("d", 4, {1, 2, 3}).take(rows), Column::decimal("d", 4, {3, 1, 3}));
    EXPECT_EQ(Column::real("r", {1, 2, 3}).take(rows), Column::real("r", {3, 1, 3}));
    EXPECT_EQ(Column::text("t", {"a", "", "ccc"}).take(rows), Column::text("t", {"ccc", "a", "ccc"}));
    EXPECT_EQ(Column::text("t", {"a", "", "ccc"}).take({}), Column::text("t", std::vector<std::string>()));
}

TEST(Column, CountsItsMemory) {
    EXPECT_GE(Column::int64("n", std::vector<std::int64_t>(1000)).memory_bytes(), 8000u);
    EXPECT_GE(Column::real("r", std::vector<double>(1000)).memory_bytes(), 8000u);
    EXPECT_GE(Column::text("t", {std::string(1000, 'x')}).memory_bytes(), 1000u);
}

/// A column of any type, with or without missing values; some are long enough to be encoded in the packed form.
Column random_column(Random& random) {
    const std::size_t size = random.below(20) == 0 ? random.below(1200) : random.below(40);
    std::vector<bool> valid;
    for (std::size_t i = 0; random.below(2) == 0 && i < size; ++i)
        valid.push_back(random.below(3) > 0);
    valid.resize(valid.empty() ? 0 : size);
    const auto values = [&](auto make) {
        std::vector<decltype(make())> made(size);
        for (auto& value : made)
            value = make();
        return made;
    };
    const auto integer = [&] { return static_cast<std::int64_t>(random.next()) >> random.below(64); };
    switch (random.below(4)) {
        case 0:
            return Column::int64("n", values(integer), valid);
        case 1:
            return Column::decimal("d\xC3\xA9", static_cast<int>(random.below(19)), values(integer), valid);
        case 2:
            return Column::real("", values([&] { return std::bit_cast<double>(random.next()); }), valid);
        default:
            return Column::text("t", values([&] { return std::string(random.below(9), char('a' + random.below(9))); }),
                                valid);
    }
}

TEST(ColumnCodec, ColumnsReadBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2'000 * testing::test_scale(); ++i) {
        const Column column = random_column(random);
        const std::string bytes = encode_value(column);
        const Column again = decode_value<Column>(bytes);
        // By bytes, since nan is not equal to itself.
        ASSERT_EQ(encode_value(again), bytes);
        ASSERT_EQ(again.name(), column.name());
        ASSERT_EQ(again.type(), column.type());
        ASSERT_EQ(again.scale(), column.scale());
        ASSERT_EQ(again.size(), column.size());
        for (std::size_t row = 0; row < column.size(); ++row) {
            ASSERT_EQ(again.is_valid(row), column.is_valid(row));
            ASSERT_EQ(text_of(again, row), text_of(column, row));
        }
    }
}

TEST(ColumnCodec, LongColumnsArePackedWhereThatPays) {
    std::vector<std::int64_t> counts(5000);
    std::vector<double> prices(5000);
    std::vector<double> noise(5000);
    std::vector<std::string> words(5000);
    std::vector<bool> valid(5000, true);
    Random random(testing::test_seed());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i] = random.between(0, 100);
        prices[i] = static_cast<double>(random.between(0, 10'000)) / 100;
        noise[i] = std::bit_cast<double>(random.next());
        words[i] = i % 3 == 0 ? "red" : "green";
        valid[i] = i % 7 != 0;
    }
    for (const Column& column :
         {Column::int64("n", counts), Column::int64("n", counts, valid), Column::decimal("d", 2, counts),
          Column::real("p", prices), Column::real("p", prices, valid), Column::text("t", words),
          Column::text("t", words, valid)}) {
        const std::string bytes = encode_value(column);
        EXPECT_LT(bytes.size(), 12'000u);
        EXPECT_EQ(decode_value<Column>(bytes), column);
    }
    const std::string bytes = encode_value(Column::real("x", noise));
    EXPECT_GT(bytes.size(), 40'000u);
    EXPECT_EQ(encode_value(decode_value<Column>(bytes)), bytes);
}

TEST(ColumnCodec, CutBytesAreInput) {
    Random random(testing::test_seed());
    for (int i = 0; i < 50 * testing::test_scale(); ++i) {
        const std::string bytes = encode_value(random_column(random));
        for (std::size_t size = 0; size < bytes.size(); ++size)
            ASSERT_EQ(fault_of([&] { decode_value<Column>(std::string_view(bytes).substr(0, size)); }), Fault::Input);
        ASSERT_EQ(fault_of([&] { decode_value<Column>(bytes + "x"); }), Fault::Input);
    }
}

// Whatever is read from damaged bytes is a column like any other.
TEST(ColumnCodec, DamagedBytesAreInputOrAColumn) {
    Random random(testing::test_seed());
    int refused = 0;
    for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
        std::string bytes = encode_value(random_column(random));
        for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
            bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
        try {
            const std::string again = encode_value(decode_value<Column>(bytes));
            ASSERT_EQ(encode_value(decode_value<Column>(again)), again);
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
            ++refused;
        }
    }
    EXPECT_GT(refused, 0);
}

TEST(ColumnCodec, RefusesFieldsOutOfRange) {
    const std::string bytes = encode_value(Column::decimal("d", 2, {1, 2}, {true, false}));
    const std::size_t type = 8 + 1;
    const auto damaged = [&](std::size_t place, int value) {
        std::string other = bytes;
        other[place] = static_cast<char>(value);
        return fault_of([&] { decode_value<Column>(other); });
    };
    EXPECT_EQ(damaged(type, 2), std::nullopt);
    EXPECT_EQ(damaged(type, 4), Fault::Input);
    EXPECT_EQ(damaged(type, 0), Fault::Input);  // int64 without decimals
    EXPECT_EQ(damaged(type + 1, 18), std::nullopt);
    EXPECT_EQ(damaged(type + 1, 19), Fault::Input);
    EXPECT_EQ(damaged(type + 2, 2), Fault::Input);  // plain values are no packed ones
    EXPECT_EQ(damaged(type + 2, 3), Fault::Input);
    EXPECT_EQ(damaged(type + 2, 0), Fault::Input);  // marks are left over
    // Marks for nine values in place of two.
    const std::string marks = encode_value(std::vector<std::uint8_t>{1});
    ASSERT_TRUE(bytes.ends_with(marks));
    const std::string more = encode_value(std::vector<std::uint8_t>{1, 1});
    EXPECT_EQ(fault_of([&] { decode_value<Column>(bytes.substr(0, bytes.size() - marks.size()) + more); }),
              Fault::Input);
}

TEST(Column, NumbersOfDecimalsAreRoundedOnce) {
    Random random(testing::test_seed());
    for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
        const auto value = static_cast<std::int64_t>(random.next() >> random.below(64));
        const int scale = static_cast<int>(random.below(19));
        const double number = Column::decimal("d", scale, {value}).number(0);
        ASSERT_EQ(number, parse_double(decimal_text(value, scale))) << value << " of scale " << scale;
    }
}

}  // namespace
}  // namespace hone
