#include "hone/table/encodings.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/table/csv_table.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Table sample() {
    return Table({Column::int64("n", {1, -20, 0}, {true, true, false}),
                  Column::text("name, \"full\"", {"a,b", "say \"hi\"\n", "\xC3\xA9"}),
                  Column::decimal("area_ha", 2, {125, -5, 0}), Column::real("share", {0.1, 1e300, NAN})});
}

std::string random_text(Random& random) {
    constexpr std::string_view kLetters[] = {"a",  "b",        "\"",           ",", "\n", "\r", " ",
                                             "\t", "\xC3\xA9", "\xE6\xBC\xA2", "\\"};
    std::string text;
    for (std::uint64_t i = random.below(8); i > 0; --i)
        text += kLetters[random.below(11)];
    return text;
}

double random_finite(Random& random) {
    const auto value = std::bit_cast<double>(random.next());
    return std::isfinite(value) ? value : 0.5;
}

/// A column that a text form can hold: texts are not missing, doubles are finite.
Column random_column(Random& random, std::string name, std::size_t rows) {
    std::vector<bool> valid;
    std::vector<std::int64_t> integers;
    std::vector<double> reals;
    std::vector<std::string> texts;
    const bool has_missing = random.below(2) == 0;
    for (std::size_t row = 0; row < rows; ++row) {
        valid.push_back(!has_missing || random.below(3) > 0);
        integers.push_back(static_cast<std::int64_t>(random.next()) >> random.below(64));
        reals.push_back(random_finite(random));
        texts.push_back(random_text(random));
    }
    switch (random.below(4)) {
        case 0:
            return Column::int64(std::move(name), std::move(integers), std::move(valid));
        case 1:
            return Column::decimal(std::move(name), static_cast<int>(random.below(19)), std::move(integers),
                                   std::move(valid));
        case 2:
            return Column::real(std::move(name), std::move(reals), std::move(valid));
        default:
            return Column::text(std::move(name), texts);
    }
}

Table random_table(Random& random) {
    std::vector<Column> columns;
    const std::size_t rows = random.below(20);
    for (std::uint64_t c = 1 + random.below(4); c > 0; --c)
        columns.push_back(random_column(random, cat(c, random_text(random), '.'), rows));
    return Table(std::move(columns));
}

std::vector<CsvColumn> columns_of(const Table& table) {
    std::vector<CsvColumn> columns;
    for (std::size_t c = 0; c < table.columns(); ++c) {
        const Column& column = table.column(c);
        const auto kind = column.type() == ColumnType::Int64     ? CsvColumn::Kind::Int64
                          : column.type() == ColumnType::Decimal ? CsvColumn::Kind::Decimal
                          : column.type() == ColumnType::Double  ? CsvColumn::Kind::Double
                                                                 : CsvColumn::Kind::Text;
        columns.push_back({column.name(), kind, column.scale()});
    }
    return columns;
}

Table read_back(const Table& table) {
    MemoryFiles files;
    write_file(files, "f.csv", to_csv(table));
    Budget budget("test");
    IssueList issues;
    Table read = read_csv(files, "f.csv", columns_of(table), Exec(), budget, issues, "test");
    EXPECT_TRUE(issues.empty());
    return read;
}

TEST(ToCsv, IsWhatRfc4180Says) {
    EXPECT_EQ(to_csv(sample()),
              "n,\"name, \"\"full\"\"\",area_ha,share\n"
              "1,\"a,b\",1.25,0.1\n"
              "-20,\"say \"\"hi\"\"\n\",-0.05,1e300\n"
              ",\xC3\xA9,0,nan\n");
    EXPECT_EQ(to_csv(Table()), "");
    EXPECT_EQ(to_csv(Table({Column::int64("n", {})})), "n\n");
    EXPECT_EQ(to_csv(Table({Column::text("t", {"\r"})})), "t\n\"\r\"\n");
}

TEST(ToCsv, RowsThatLookEmptyAreQuoted) {
    EXPECT_EQ(to_csv(Table({Column::int64("n", {1, 0}, {true, false})})), "n\n1\n\"\"\n");
    EXPECT_EQ(to_csv(Table({Column::text("t", {"", "  ", "x"})})), "t\n\"\"\n\"  \"\nx\n");
    EXPECT_EQ(to_csv(Table({Column::text("", {"x"})})), "\"\"\nx\n");
    EXPECT_EQ(to_csv(Table({Column::text("t", {""}), Column::text("u", {""})})), "t,u\n,\n");
}

TEST(ToCsv, ReadsBackAsTheSameTable) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2'000 * testing::test_scale(); ++i) {
        const Table table = random_table(random);
        ASSERT_EQ(read_back(table), table) << to_csv(table);
    }
}

Json json_value(const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return nullptr;
    switch (column.type()) {
        case ColumnType::Text:
            return std::string(column.texts()[row]);
        case ColumnType::Int64:
            return column.int64s()[row];
        default:
            break;
    }
    std::string text;
    column.append_text(text, row);
    return parse_double(text).value();
}

/// Equal as numbers: a double that is whole reads as an integer.
void expect_equal(const Json& found, const Json& expected) {
    if (expected.is_double())
        ASSERT_EQ(found.number(), expected.number());
    else
        ASSERT_EQ(found, expected);
}

void expect_row(const Json& found, const Table& table, std::size_t row) {
    ASSERT_EQ(found.members().size(), table.columns());
    for (std::size_t c = 0; c < table.columns(); ++c) {
        ASSERT_EQ(found.members()[c].first, table.column(c).name());
        ASSERT_NO_FATAL_FAILURE(expect_equal(found.members()[c].second, json_value(table.column(c), row)));
    }
}

TEST(ToJson, ShowsEachRowAsAnObject) {
    EXPECT_EQ(to_ndjson(sample()),
              "{\"n\":1,\"name, \\\"full\\\"\":\"a,b\",\"area_ha\":1.25,\"share\":0.1}\n"
              "{\"n\":-20,\"name, \\\"full\\\"\":\"say \\\"hi\\\"\\n\",\"area_ha\":-0.05,\"share\":1e300}\n"
              "{\"n\":null,\"name, \\\"full\\\"\":\"\xC3\xA9\",\"area_ha\":0,\"share\":null}\n");
    EXPECT_EQ(to_ndjson(Table()), "");
    const Table table({Column::int64("n", {kSmallest, 2})});
    EXPECT_EQ(to_json_rows(table), "[{\"n\":-9223372036854775808},{\"n\":2}]");
    EXPECT_EQ(to_json_rows(table, 2), "[\n  {\"n\":-9223372036854775808},\n  {\"n\":2}\n]");
    EXPECT_EQ(to_json_rows(table.take({}), 2), "[]");
    EXPECT_EQ(to_json_rows(Table({Column::real("r", {kInfinity, -kInfinity})})), "[{\"r\":null},{\"r\":null}]");
}

TEST(ToJson, ReadsBackAsTheSameValues) {
    Random random(testing::test_seed());
    for (int i = 0; i < 1'000 * testing::test_scale(); ++i) {
        const Table table = random_table(random);
        const std::vector<std::string> lines = split(to_ndjson(table), '\n');
        const Json rows = Json::parse(to_json_rows(table, static_cast<int>(random.below(3))));
        ASSERT_EQ(lines.size(), table.rows() + 1);
        ASSERT_EQ(rows.items().size(), table.rows());
        for (std::size_t row = 0; row < table.rows(); ++row) {
            ASSERT_NO_FATAL_FAILURE(expect_row(Json::parse(lines[row]), table, row));
            ASSERT_NO_FATAL_FAILURE(expect_row(rows.items()[row], table, row));
        }
    }
}

TEST(ToTerminal, AlignsColumns) {
    const Table table({Column::text("name", {"a", "long", ""}), Column::int64("n", {1, -20, 0}, {true, true, false}),
                       Column::text("t", {"x", "", "z"})});
    EXPECT_EQ(to_terminal(table, {}),
              "name    n  t\n"
              "────  ───  ─\n"
              "a       1  x\n"
              "long  -20\n"
              "           z\n");
    EXPECT_EQ(to_terminal(Table(), {}), "");
    EXPECT_EQ(to_terminal(table.take({}), {}), "name  n  t\n────  ─  ─\n");
}

TEST(ToTerminal, CountsTheColumnsOfWideAndCombiningLetters) {
    const Table table(
        {Column::text("t", {"\xE6\xBC\xA2\xE5\xAD\x97", "e\xCC\x81", "abcde"}), Column::text("u", {"1", "2", "3"})});
    EXPECT_EQ(to_terminal(table, {}),
              "t      u\n"
              "─────  ─\n"
              "\xE6\xBC\xA2\xE5\xAD\x97   1\n"
              "e\xCC\x81      2\n"
              "abcde  3\n");
}

TEST(ToTerminal, CutsRowsInTheMiddleAndSaysSo) {
    std::vector<std::int64_t> values(2005);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::int64_t>(i);
    const Table table({Column::int64("n", values)});
    EXPECT_EQ(to_terminal(table, {.most_rows = 5}), "   n\n────\n   0\n   1\n   2\n… 2 000 rows more …\n2003\n2004\n");
    EXPECT_EQ(to_terminal(table, {.most_rows = 1}), "n\n─\n0\n… 2 004 rows more …\n");
    EXPECT_EQ(to_terminal(table, {.most_rows = 0}), "n\n─\n… 2 005 rows more …\n");
    EXPECT_EQ(to_terminal(table, {.most_rows = 2005}).find("…"), std::string::npos);
}

TEST(ToTerminal, NarrowsTextsBeforeItLeavesColumnsOut) {
    const Table table({Column::text("first", {std::string(40, 'a')}), Column::text("second", {std::string(30, 'b')}),
                       Column::int64("third", {12345}), Column::int64("fourth", {1})});
    EXPECT_EQ(to_terminal(table, {.width = 60}),
              "first                  second                  third  fourth\n"
              "─────────────────────  ──────────────────────  ─────  ──────\n"
              "aaaaaaaaaaaaaaaaaaaa…  bbbbbbbbbbbbbbbbbbbbb…  12345       1\n");
    EXPECT_EQ(to_terminal(table, {.width = 33}),
              "first         second        third\n"
              "────────────  ────────────  ─────\n"
              "aaaaaaaaaaa…  bbbbbbbbbbb…  12345\n"
              "1 column without room: fourth\n");
    EXPECT_EQ(to_terminal(table, {.width = 10}),
              "first\n"
              "──────────\n"
              "aaaaaaaaa…\n"
              "3 columns without room: second, third, fourth\n");
    EXPECT_EQ(to_terminal(table.take({}), {.width = 0}),
              "…\n"
              "─\n"
              "3 columns without room: second, third, fourth\n");
}

TEST(ToTerminal, TamesWhatDisturbsATerminal) {
    const Table table({Column::text("a\nb", {"x\x1B[2J\ty\x7F", "\xFF",
                                             "\xC2\x9B"
                                             "2J"})});
    EXPECT_EQ(to_terminal(table, {}),
              "a b\n"
              "────────\n"
              "x [2J y\n"
              "\xEF\xBF\xBD\n"
              " 2J\n");
}

/// True for the lines below a table that say what is not in it.
bool is_remark(const std::string& line) {
    return line.ends_with(" rows more …") || line.find(" without room: ") != std::string::npos;
}

TEST(ToTerminal, KeepsToTheWidth) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2'000 * testing::test_scale(); ++i) {
        const Table table = random_table(random);
        const TerminalOptions options{.width = random.below(120), .most_rows = random.below(30)};
        const std::string text = to_terminal(table, options);
        ASSERT_TRUE(text.ends_with('\n') && is_utf8(text));
        std::size_t rows = 0;
        std::size_t remarks = 0;
        for (const std::string& line : split(text.substr(0, text.size() - 1), '\n')) {
            remarks += is_remark(line) ? 1 : 0;
            rows += is_remark(line) ? 0 : 1;
            ASSERT_TRUE(is_remark(line) || display_width(line) <= std::max<std::size_t>(options.width, 1)) << text;
            ASSERT_FALSE(line.ends_with(' ')) << text;
        }
        ASSERT_EQ(rows, 2 + std::min(table.rows(), options.most_rows)) << text;
        ASSERT_LE(remarks, 2u) << text;
        ASSERT_EQ(text.find(" rows more") != std::string::npos, table.rows() > options.most_rows) << text;
    }
}

}  // namespace
}  // namespace hone
