#include "hone/table/csv_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/table/chunk_operations.h"
#include "hone/table/table_pieces.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Kind = CsvColumn::Kind;

const std::vector<CsvColumn>& four_kinds() {
    static const std::vector<CsvColumn> columns = {
        {"n", Kind::Int64}, {"d", Kind::Decimal, 2}, {"r", Kind::Double}, {"t", Kind::Text}};
    return columns;
}

struct Result {
    Table table;
    IssueList issues;
};

Result read(std::string_view bytes, const std::vector<CsvColumn>& wanted = four_kinds(), const Exec& exec = {},
            std::uint64_t limit_bytes = Budget::kUnlimited) {
    MemoryFiles files;
    write_file(files, "f.csv", bytes);
    Budget budget("test", limit_bytes);
    Result result;
    result.table = read_csv(files, "f.csv", wanted, exec, budget, result.issues, "app");
    EXPECT_EQ(budget.used(), 0u);
    return result;
}

Error error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

TEST(ReadCsv, GivesColumnsAsWanted) {
    const Result result = read("t,x,r,d,n\n\"a,b\",x,0.1,1.25,7\n\xE9,x,-2e3,-0.5,-8\n");
    EXPECT_TRUE(result.issues.empty());
    EXPECT_EQ(result.table, Table({Column::int64("n", {7, -8}), Column::decimal("d", 2, {125, -50}),
                                   Column::real("r", {0.1, -2000}), Column::text("t", {"a,b", "\xC3\xA9"})}));
}

TEST(ReadCsv, MissingCellsAreMissing) {
    const Result result = read("n,d,r,t\n1,,1.5,x\nNA,2,nan,\n,null,,NA\n");
    EXPECT_TRUE(result.issues.empty());
    EXPECT_EQ(result.table,
              Table({Column::int64("n", {1, 0, 0}, {true, false, false}),
                     Column::decimal("d", 2, {0, 200, 0}, {false, true, false}),
                     Column::real("r", {1.5, 0, 0}, {true, false, false}), Column::text("t", {"x", "", "NA"})}));
}

TEST(ReadCsv, ReportsBadCellsAndTakesThemAsMissing) {
    const Result result = read("n,d,r,t\n1,2,3,x\n1.5,2,3,\"\n\"\n4,\" x\",inf,y\n");
    EXPECT_EQ(result.table,
              Table({Column::int64("n", {1, 0, 4}, {true, false, true}),
                     Column::decimal("d", 2, {200, 200, 0}, {true, true, false}),
                     Column::real("r", {3, 3, 0}, {true, true, false}), Column::text("t", {"x", "\n", "y"})}));
    const auto issue = [](std::int64_t row, std::string column, std::string message) {
        return Issue{.id = "app.bad-value",
                     .file = "f.csv",
                     .row = row,
                     .column = std::move(column),
                     .severity = Severity::Warning,
                     .message = std::move(message)};
    };
    EXPECT_EQ(result.issues.kept(), (std::vector<Issue>{issue(3, "n", "expected a whole number; taken as missing: 1.5"),
                                                        issue(5, "d", "expected a number; taken as missing: \" x\""),
                                                        issue(5, "r", "expected a number; taken as missing: inf")}));
}

TEST(ReadCsv, ShowsBadCellsAsTextOfModestLength) {
    const Result result = read("n,d,r,t\n\xE9" + std::string(1000, 'x') + ",1,1,x\n");
    ASSERT_EQ(result.issues.count(), 1u);
    const std::string message = result.issues.kept().front().message;
    EXPECT_TRUE(is_utf8(message));
    EXPECT_LT(message.size(), 200u);
    EXPECT_NE(message.find("\xEF\xBF\xBDxxx"), std::string::npos) << message;
}

/// `good` rows of one field, with `odd` ones of two among them.
std::string file_with_odd_rows(int good, int odd) {
    std::string bytes = "n\n";
    for (int row = 0; row < std::max(good, odd); ++row) {
        if (row < good) bytes += cat(row, '\n');
        if (row < odd) bytes += "1,2\n";
    }
    return bytes;
}

TEST(ReadCsv, DropsAndReportsOddRows) {
    const std::vector<CsvColumn> wanted = {{"n", Kind::Int64}};
    const Result result = read(file_with_odd_rows(198, 2), wanted);
    EXPECT_EQ(result.table.rows(), 198u);
    EXPECT_EQ(result.issues.count("app.field-count"), 2u);
    const Issue first = result.issues.kept().front();
    EXPECT_EQ(first.row, 3);
    EXPECT_EQ(first.file, "f.csv");
    EXPECT_EQ(first.column, "");
    EXPECT_EQ(first.severity, Severity::Warning);
    EXPECT_EQ(first.message, "row dropped, it has another number of fields than the header: 2");
}

TEST(ReadCsv, RefusesFilesWithMoreThanOnePercentOfOddRows) {
    const std::vector<CsvColumn> wanted = {{"n", Kind::Int64}};
    EXPECT_EQ(read(file_with_odd_rows(99, 1), wanted).table.rows(), 99u);
    EXPECT_EQ(read(file_with_odd_rows(990, 10), wanted).table.rows(), 990u);
    for (const auto& [good, odd] : {std::pair{98, 1}, std::pair{989, 10}, std::pair{0, 1}}) {
        const Error error = error_of([&, good = good, odd = odd] { read(file_with_odd_rows(good, odd), wanted); });
        EXPECT_EQ(error.fault(), Fault::Input);
        EXPECT_NE(error.message().find(cat(odd, " of ", good + odd)), std::string::npos) << error.message();
        EXPECT_NE(error.message().find(cat("f.csv, line ", good == 0 ? 2 : 3)), std::string::npos) << error.message();
    }
}

TEST(ReadCsv, NamesAbsentColumns) {
    EXPECT_EQ(error_of([] { read("n,d,r\n"); }).id(), "csv.missing-column");
}

TEST(ReadCsv, FilesWithoutRowsGiveEmptyTables) {
    const Result result = read("n,d,r,t\n");
    EXPECT_EQ(result.table.rows(), 0u);
    EXPECT_EQ(result.table.columns(), 4u);
    EXPECT_TRUE(result.issues.empty());
}

TEST(ReadCsv, TakesTheTextsThatMeanMissing) {
    MemoryFiles files;
    write_file(files, "f.csv", "n\n-1\nNA\n2\n");
    Budget budget("test");
    IssueList issues;
    CsvOptions options;
    options.missing = {"-1"};
    const std::vector<CsvColumn> wanted = {{"n", Kind::Int64}};
    const Table table = read_csv(files, "f.csv", wanted, Exec(), budget, issues, "app", options);
    EXPECT_EQ(table, Table({Column::int64("n", {0, 0, 2}, {false, false, true})}));
    EXPECT_EQ(issues.count("app.bad-value"), 1u);
}

/// A file of several blocks, and the table that it gives.
std::pair<std::string, Table> large_file() {
    Random random(testing::test_seed());
    std::string bytes = "n,d,r,t\n";
    std::vector<std::int64_t> n;
    std::vector<std::int64_t> d;
    std::vector<double> r;
    std::vector<std::string> t;
    std::vector<bool> valid;
    while (bytes.size() < (std::size_t{9} << 20)) {
        n.push_back(random.between(-1'000'000, 1'000'000));
        d.push_back(random.between(100, 100'000));
        r.push_back(static_cast<double>(n.back()) / 8);
        t.push_back(std::string(random.below(100), 't'));
        valid.push_back(n.size() < 70'000 || random.below(10) > 0);
        bytes += cat(n.back(), ',', valid.back() ? cat(d.back() / 100, '.', d.back() % 100 / 10, d.back() % 10) : "NA",
                     ',', r.back(), ',', t.back(), '\n');
    }
    std::vector<Column> columns;
    columns.push_back(Column::int64("n", std::move(n)));
    columns.push_back(Column::decimal("d", 2, std::move(d), std::move(valid)));
    columns.push_back(Column::real("r", std::move(r)));
    columns.push_back(Column::text("t", t));
    return {std::move(bytes), Table(std::move(columns))};
}

TEST(ReadCsv, ChunksBecomeOneTableForAnyThreads) {
    const auto [bytes, expected] = large_file();
    for (const unsigned threads : {1U, 2U, 8U}) {
        Pool pool(threads);
        const Result result = read(bytes, four_kinds(), Exec({.pool = &pool}, Cancel()));
        EXPECT_TRUE(result.table == expected) << threads;
    }
}

TEST(ReadCsv, RefusesTablesThatFindNoRoom) {
    const auto [bytes, expected] = large_file();
    const std::uint64_t limit = expected.memory_bytes();
    EXPECT_EQ(error_of([&, &text = bytes] { read(text, four_kinds(), {}, limit); }).fault(), Fault::Limit);
}

/// A file read in chunks that are put together, or the error.
std::pair<Result, Fault> read_in_chunks(std::string_view bytes, const Exec& exec = {}) {
    MemoryFiles files;
    write_file(files, "f.csv", bytes);
    Budget budget("test");
    std::pair<Result, Fault> found = {{}, Fault::Bug};
    try {
        CsvChunks chunks(files, "f.csv", four_kinds(), {exec, budget, found.first.issues, "app"});
        found.first.table = read_all(chunks, budget, exec);
        EXPECT_FALSE(chunks.next(exec)) << "the end stays the end";
    } catch (const Error& error) {
        found.second = error.fault();
    }
    EXPECT_EQ(budget.used(), 0u);
    return found;
}

TEST(CsvChunks, GiveWhatReadCsvGives) {
    std::string odd = "n,d,r,t\n";
    for (int i = 0; i < 300; ++i)
        odd += i == 7 ? "1,2\n" : i % 50 == 3 ? "x,1,,y\n" : "5,1.25,3,z\n";
    for (const std::string_view bytes :
         {std::string_view("n,d,r,t\n"), std::string_view("n,d,r,t\n1,2,3,a\n,,,\n"), std::string_view(odd)}) {
        const Result whole = read(bytes);
        const auto [found, fault] = read_in_chunks(bytes);
        EXPECT_EQ(encode_value(found.table), encode_value(whole.table));
        EXPECT_EQ(encode_value(found.issues), encode_value(whole.issues));
        EXPECT_EQ(fault, Fault::Bug);  // none
    }
    EXPECT_EQ(read_in_chunks("n,d,r,t\n1,2\n1,2,3,a\n").second, Fault::Input);
    EXPECT_EQ(read_in_chunks("n,d,r,t\n1,2,3,\"a\n").second, Fault::Input);
}

TEST(CsvChunks, AreTheTableForAnyThreads) {
    const auto [bytes, expected] = large_file();
    for (const unsigned threads : {1U, 4U}) {
        Pool pool(threads);
        const auto [found, fault] = read_in_chunks(bytes, Exec({.pool = &pool}, Cancel()));
        EXPECT_TRUE(found.table == expected) << threads;
    }
}

TEST(CsvChunks, AreSortedInLessMemoryThanTheyTake) {
    const auto [once, part] = large_file();
    const std::string rows = once.substr(once.find('\n') + 1);
    MemoryFiles files;
    write_file(files, "f.csv", cat(once, rows, rows, rows));
    const Table expected = concatenated(std::vector<const Table*>(4, &part));
    const std::uint64_t limit = expected.memory_bytes() * 3 / 4;
    Budget budget("test", limit);
    IssueList issues;
    std::size_t created = 0;
    FailingFiles counting(files, [&](std::string_view operation, const Path&) {
        if (operation == "create") ++created;
        return 0;
    });
    const Exec exec;
    CsvChunks chunks(files, "f.csv", four_kinds(), {exec, budget, issues, "app"});
    const Spill spill = {.budget = &budget, .files = &counting, .folder = "spill"};
    const auto sorted = sort_chunks(chunks, {{"n"}}, spill, exec);
    const Table wanted = sort(expected, std::vector<SortKey>{{"n"}}, exec);
    std::size_t row = 0;
    while (const std::optional<Chunk> chunk = sorted->next(exec)) {
        ASSERT_TRUE(chunk->table == slice(wanted, row, row + chunk->table.rows())) << row;
        row += chunk->table.rows();
    }
    EXPECT_EQ(row, wanted.rows());
    EXPECT_GT(created, 0u);
    EXPECT_LE(budget.peak(), limit);
}

}  // namespace
}  // namespace hone
