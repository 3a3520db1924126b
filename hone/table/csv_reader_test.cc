#include "hone/table/csv_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/table/csv_window.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Kind = CsvColumn::Kind;
using Lines = std::vector<std::string>;

constexpr std::string_view kPath = "f.csv";

/// All that a reader gave, as texts that can be compared.
struct Found {
    Lines rows;       // line and cells
    Lines misshapen;  // line and field count
    std::vector<std::uint64_t> rounded;
    Lines chunks;  // index, first line and rows
    std::optional<Error> error;
};

struct Cell {
    Kind kind = Kind::Text;
    CellState state = CellState::Valid;
    std::int64_t int64 = 0;
    double real = 0;
    std::string_view text;
    std::string raw;
};

std::string shown(const Cell& cell) {
    const std::string raw = cat(" raw <", cell.raw, ">");
    if (cell.kind == Kind::Text) return cat("text <", cell.text, ">", raw);
    if (cell.kind == Kind::Double)
        return cat("state ", int(cell.state), " bits ", std::bit_cast<std::uint64_t>(cell.real), raw);
    return cat("state ", int(cell.state), " value ", cell.int64, raw);
}

std::string shown_row(std::uint64_t line, const Lines& cells) {
    return cat("line ", line, ": ", join(cells, "; "));
}

std::string shown_misshapen(std::uint64_t line, std::size_t fields) {
    return cat("line ", line, " has ", fields, " fields");
}

/// The cell of a chunk.
Cell cell_of(const CsvChunk& chunk, std::size_t row, std::size_t column, Kind kind) {
    const CsvChunk::Values& values = chunk.columns[column];
    Cell cell{.kind = kind, .raw = chunk.raw(row, column)};
    if (!values.states.empty()) cell.state = values.states[row];
    if (kind == Kind::Text)
        cell.text = values.texts[row];
    else if (kind == Kind::Double)
        cell.real = values.reals[row];
    else
        cell.int64 = values.int64s[row];
    return cell;
}

void expect_sizes(const CsvChunk& chunk, std::span<const CsvColumn> wanted) {
    ASSERT_EQ(chunk.lines.size(), chunk.rows);
    ASSERT_EQ(chunk.columns.size(), wanted.size());
    for (std::size_t c = 0; c < wanted.size(); ++c) {
        const CsvChunk::Values& values = chunk.columns[c];
        const bool is_integer = wanted[c].kind == Kind::Int64 || wanted[c].kind == Kind::Decimal;
        ASSERT_EQ(values.texts.size(), wanted[c].kind == Kind::Text ? chunk.rows : 0);
        ASSERT_EQ(values.reals.size(), wanted[c].kind == Kind::Double ? chunk.rows : 0);
        ASSERT_EQ(values.int64s.size(), is_integer ? chunk.rows : 0);
        const bool all_valid =
            std::ranges::all_of(values.states, [](CellState state) { return state == CellState::Valid; });
        ASSERT_EQ(values.states.size(), all_valid ? 0 : chunk.rows);
    }
}

/// Puts chunks into `found` as they come.
void take(Found& found, const CsvChunk& chunk, std::span<const CsvColumn> wanted) {
    expect_sizes(chunk, wanted);
    EXPECT_EQ(chunk.index, found.chunks.size());
    EXPECT_TRUE(chunk.rows == 0 || chunk.first_line == chunk.lines.front());
    found.chunks.push_back(cat(chunk.index, ": ", chunk.rows, " rows from line ", chunk.first_line));
    found.rounded.resize(wanted.size());
    for (std::size_t c = 0; c < wanted.size(); ++c)
        found.rounded[c] += chunk.columns[c].rounded;
    for (std::size_t r = 0; r < chunk.rows; ++r) {
        Lines cells;
        for (std::size_t c = 0; c < wanted.size(); ++c)
            cells.push_back(shown(cell_of(chunk, r, c, wanted[c].kind)));
        found.rows.push_back(shown_row(chunk.lines[r], cells));
    }
    for (const auto& [line, fields] : chunk.misshapen)
        found.misshapen.push_back(shown_misshapen(line, fields));
}

/// How a file is read; nothing of it may show in the rows.
struct Way {
    CsvTuning tuning;
    Exec exec;
    CsvOptions options;
};

/// Reads a file and keeps the error, if any. Whatever happens, the budget is given back.
Found read(Files& files, std::span<const CsvColumn> wanted, const Way& way, Budget& budget) {
    Found found;
    found.rounded.resize(wanted.size());
    try {
        const CsvSource source = open_csv(files, kPath, way.options);
        const CsvPlan plan = plan_csv(source, wanted, way.tuning);
        read_csv_pieces(source, plan, way.exec, budget, [&](CsvChunk& chunk) { take(found, chunk, wanted); });
    } catch (const Error& error) {
        found.error = error;
    }
    EXPECT_EQ(budget.used(), 0u);
    return found;
}

Found read(Files& files, std::span<const CsvColumn> wanted, const Way& way) {
    Budget budget("test");
    return read(files, wanted, way, budget);
}

/// Cuts `row` at the commas outside quotes.
Lines plain_fields(std::string_view row) {
    Lines fields(1);
    bool in_quotes = false;
    for (const char letter : row) {
        if (letter == '"') in_quotes = !in_quotes;
        if (letter == ',' && !in_quotes)
            fields.emplace_back();
        else
            fields.back() += letter;
    }
    return fields;
}

struct PlainRow {
    std::uint64_t line = 0;
    std::string text;  // without its line end
};

struct PlainFile {
    std::vector<PlainRow> rows;    // the header is the first
    std::uint64_t quote_line = 0;  // of the quote that never ends
};

/// Cuts a file at the line feeds outside quotes. A row that never ends is none.
PlainFile plain_file(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    PlainFile file;
    std::string all(bytes);
    if (!all.ends_with('\n')) all += '\n';
    PlainRow row{.line = 1, .text = {}};
    std::uint64_t line = 1;
    bool in_quotes = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i] == '"') {
            const bool is_second = i > 0 && all[i - 1] == '"';
            if (!in_quotes && !is_second) file.quote_line = line;
            in_quotes = !in_quotes;
        }
        if (all[i] == '\n') ++line;
        if (all[i] != '\n' || in_quotes) {
            row.text += all[i];
            continue;
        }
        if (row.text.ends_with('\r')) row.text.pop_back();
        file.rows.push_back(std::exchange(row, PlainRow{.line = line, .text = {}}));
    }
    if (!in_quotes) file.quote_line = 0;
    return file;
}

/// A field converted alone, with nothing behind it. csv_fields_test.cc shows that this is right.
Cell plain_cell(const std::string& field, const CsvColumn& column, const CsvMissing& missing, std::string& text,
                std::uint64_t& rounded) {
    std::string padded = field;
    padded.append(kCsvPadding, '\0');
    const std::string_view view = std::string_view(padded).substr(0, field.size());
    Cell cell{.kind = column.kind, .raw = field};
    if (column.kind == Kind::Text) {
        text = csv_unquoted(field);
        if (!is_utf8(text)) text = latin1_to_utf8(text);
        cell.text = text;
    } else if (column.kind == Kind::Double) {
        const auto number = parse_csv_double(view, missing);
        cell.state = number.state;
        cell.real = number.value;
    } else {
        const auto number = column.kind == Kind::Int64 ? parse_csv_int64(view, missing)
                                                       : parse_csv_decimal(view, column.scale, missing);
        cell.state = number.state;
        cell.int64 = number.value;
        rounded += number.rounded ? 1 : 0;
    }
    return cell;
}

/// What a file gives, row by row.
Found plain_read(std::string_view bytes, std::span<const CsvColumn> wanted, const CsvOptions& options) {
    const PlainFile file = plain_file(bytes);
    const CsvMissing missing(options.missing);
    Lines names;
    for (const std::string& field : plain_fields(file.rows.at(0).text))
        names.emplace_back(trim(csv_unquoted(trim(field))));
    Found found;
    found.rounded.resize(wanted.size());
    for (std::size_t r = 1; r < file.rows.size(); ++r) {
        const Lines fields = plain_fields(file.rows[r].text);
        if (trim(file.rows[r].text).empty()) continue;
        if (fields.size() != names.size()) {
            found.misshapen.push_back(shown_misshapen(file.rows[r].line, fields.size()));
            continue;
        }
        Lines cells;
        for (std::size_t c = 0; c < wanted.size(); ++c) {
            const auto place = std::ranges::find(names, wanted[c].name) - names.begin();
            std::string text;
            cells.push_back(shown(
                plain_cell(fields.at(static_cast<std::size_t>(place)), wanted[c], missing, text, found.rounded[c])));
        }
        found.rows.push_back(shown_row(file.rows[r].line, cells));
    }
    if (file.quote_line > 0)
        found.error = Error(Fault::Input, cat("a quote never ends; it begins in ", kPath, ", line ", file.quote_line));
    return found;
}

/// Equal rows and, if the file is at fault, the same words about it.
void expect_equal(const Found& found, const Found& expected) {
    ASSERT_EQ(found.error.has_value(), expected.error.has_value())
        << (found.error ? found.error : expected.error)->message();
    if (expected.error) {
        ASSERT_EQ(found.error->fault(), expected.error->fault());
        ASSERT_EQ(found.error->message(), expected.error->message());
    }
    ASSERT_EQ(found.rows, expected.rows);
    ASSERT_EQ(found.misshapen, expected.misshapen);
    ASSERT_EQ(found.rounded, expected.rounded);
}

/// A clock by which everything takes long, so that each loop goes parallel.
class SlowClock : public Clock {
public:
    std::int64_t monotonic_ns() const override { return now_ns_ += 1'000'000; }
    std::int64_t wall_ns() const override { return now_ns_; }

private:
    mutable std::atomic<std::int64_t> now_ns_ = 1;
};

/// The ways to run: plainly and with threads.
class Execs {
public:
    const Exec& plain() const { return plain_; }
    const Exec& with_two() const { return with_two_; }
    const Exec& with_eight() const { return with_eight_; }
    std::vector<Exec> all() const { return {plain_, with_two_, with_eight_}; }

private:
    SlowClock clock_;
    Pool two_{2};
    Pool eight_{8};
    Exec plain_;
    Exec with_two_{{.pool = &two_, .clock = &clock_}, Cancel()};
    Exec with_eight_{{.pool = &eight_, .clock = &clock_}, Cancel()};
};

std::vector<CsvKernel> usable_kernels() {
    std::vector<CsvKernel> kernels;
    for (const CsvKernel kernel : {CsvKernel::Scalar, CsvKernel::Sse2, CsvKernel::Avx2})
        if (is_usable(kernel)) kernels.push_back(kernel);
    return kernels;
}

std::vector<Digest> digests(std::string_view bytes, std::size_t block_bytes) {
    std::vector<Digest> all;
    for (std::size_t at = 0; at < bytes.size(); at += block_bytes)
        all.push_back(digest_of(bytes.substr(at, block_bytes)));
    return all;
}

/// Reads in every way and compares with the oracle; chunks are the same for the same blocks.
void expect_read_in_every_way(std::string_view bytes, std::span<const CsvColumn> wanted, const CsvOptions& options,
                              std::size_t block_bytes, const Execs& execs) {
    MemoryFiles files;
    write_file(files, kPath, bytes);
    const Found expected = plain_read(bytes, wanted, options);
    std::optional<Lines> chunks;
    for (const CsvKernel kernel : usable_kernels())
        for (const Exec& exec : execs.all()) {
            SCOPED_TRACE(cat("block_bytes ", block_bytes, " kernel ", int(kernel), " threads ", exec.threads()));
            Way way{.tuning = {.block_bytes = block_bytes, .kernel = kernel}, .exec = exec, .options = options};
            if (exec.threads() > 1) way.tuning.step_bytes = 64;
            if (exec.threads() == 2) way.options.expected_blocks = digests(bytes, block_bytes);
            const Found found = read(files, wanted, way);
            ASSERT_NO_FATAL_FAILURE(expect_equal(found, expected)) << bytes;
            if (!chunks) chunks = found.chunks;
            ASSERT_EQ(found.chunks, *chunks);
        }
}

/// Makes files of all kinds; one object makes one file.
class FileMaker {
public:
    explicit FileMaker(Random& random)
        : random_(random),
          columns_(1 + random.below(5)),
          one_odd_row_in_(2 + random.below(20)),
          one_long_field_in_(10 + random.below(100)),
          line_ends_(random.below(3)) {}

    std::string file() {
        std::string bytes = one_in(4) ? "\xEF\xBB\xBF" : "";
        bytes += header();
        bytes += line_end();
        const std::uint64_t rows = one_in(10) ? 0 : random_.below(40);
        for (std::uint64_t r = 0; r < rows; ++r)
            bytes += row() + (r + 1 == rows && one_in(3) ? "" : line_end());
        if (one_in(12)) bytes += "\"never" + row() + (one_in(2) ? "\nends\n" : "");
        return bytes;
    }

    std::vector<CsvColumn> wanted() {
        std::vector<CsvColumn> wanted;
        for (std::uint64_t i = random_.below(columns_ + 2); i > 0; --i)
            wanted.push_back({.name = name(random_.below(columns_)),
                              .kind = static_cast<Kind>(random_.below(4)),
                              .scale = static_cast<int>(random_.below(4))});
        return wanted;
    }

private:
    bool one_in(std::uint64_t count) { return random_.below(count) == 0; }
    static std::string name(std::size_t column) { return cat("c\n", column); }

    std::string header() {
        Lines names;
        for (std::size_t c = 0; c < columns_; ++c)
            names.push_back(cat(one_in(8) ? " " : "", '"', name(c), '"'));
        return join(names, ",");
    }

    std::string line_end() {
        const bool is_crlf = line_ends_ == 1 || (line_ends_ == 2 && one_in(2));
        return is_crlf ? "\r\n" : "\n";
    }

    std::string row() {
        if (one_in(15)) return one_in(2) ? "" : " \t";
        Lines fields(one_in(one_odd_row_in_) ? random_.below(8) : columns_);
        for (std::string& field : fields)
            field = one_in(one_long_field_in_) ? long_field() : short_field();
        return join(fields, ",");
    }

    std::string short_field() {
        static const Lines kFixed = {
            "",    "NA",        "nan",     " 7 ",     "\" 1.25 \"", "\"\"", "x\r", "\"a\"\"b\"", "\"a,b\nc\r\n\"",
            "1e2", "5\" x 3\"", "Caf\xE9", "\xC3\xA9"};
        if (one_in(2)) return kFixed[random_.below(kFixed.size())];
        if (one_in(2)) return cat(random_.between(-1000, 1000));
        return cat(random_.between(-100'000, 100'000), '.', random_.below(10'000));
    }

    std::string long_field() {
        constexpr std::string_view kLetters[] = {"a", ",", "\n", "\"\"", "\r\n"};
        std::string text = "\"";
        for (std::uint64_t i = random_.below(500); i > 0; --i)
            text += kLetters[random_.below(5)];
        return text + '"';
    }

    Random& random_;
    std::size_t columns_;
    std::uint64_t one_odd_row_in_;
    std::uint64_t one_long_field_in_;
    std::uint64_t line_ends_;
};

TEST(CsvReader, RandomFilesReadAsByTheOracle) {
    Random random(testing::test_seed());
    const Execs execs;
    for (int i = 0; i < 1'500 * testing::test_scale(); ++i) {
        SCOPED_TRACE(cat("file ", i));
        FileMaker maker(random);
        const std::string bytes = maker.file();
        const std::vector<CsvColumn> wanted = maker.wanted();
        CsvOptions options;
        if (random.below(3) == 0) options.missing = {"7", "x"};
        options.most_chunks_at_once = random.below(4);
        const std::size_t block_bytes = random.below(4) == 0 ? 1 + random.below(64) : 64 + random.below(240);
        ASSERT_NO_FATAL_FAILURE(expect_read_in_every_way(bytes, wanted, options, block_bytes, execs));
    }
}

TEST(CsvReader, RandomBytesReadAsByTheOracle) {
    constexpr std::string_view kLetters = "a1.,,\n\n\r\"\" ";
    Random random(testing::test_seed());
    const Execs execs;
    const std::vector<CsvColumn> wanted = {{"b", Kind::Text}, {"a", Kind::Double}, {"b", Kind::Int64}};
    for (int i = 0; i < 2'000 * testing::test_scale(); ++i) {
        std::string bytes = "a,b\n";
        for (std::uint64_t k = random.below(400); k > 0; --k)
            bytes += kLetters[random.below(kLetters.size())];
        const std::size_t block_bytes = 1 + random.below(130);
        ASSERT_NO_FATAL_FAILURE(expect_read_in_every_way(bytes, wanted, {}, block_bytes, execs));
    }
}

// A block may end anywhere, and so may the header: at each byte of a file that has everything.
TEST(CsvReader, BlocksMayEndAnywhere) {
    const Execs execs;
    const std::string bytes =
        "\xEF\xBB\xBF\"a\r\n\"\"x\"\"\",b\r\n1,\"t,\r\n\"\"u\"\"\"\r\n\r\n2\r\n3,v,w\r\n\"4\",\xE9\r\n-5.5,\"\"\"\"";
    const std::vector<CsvColumn> wanted = {{"b", Kind::Text}, {"a\r\n\"x\"", Kind::Decimal, 1}};
    for (std::size_t block_bytes = 1; block_bytes <= bytes.size() + 1; ++block_bytes)
        ASSERT_NO_FATAL_FAILURE(expect_read_in_every_way(bytes, wanted, {}, block_bytes, execs));
}

TEST(CsvReader, HeadersMayFillBlocks) {
    const Execs execs;
    const std::vector<CsvColumn> wanted = {{"b", Kind::Int64}};
    for (std::size_t size = 3; size < 140; ++size) {
        std::string bytes(size - 3, 'a');
        bytes += ",b\n";
        ASSERT_EQ(bytes.size(), size);
        bytes += "x,1\ny,2\n\nz\nlong" + std::string(100, 'x') + ",3\n";
        for (const std::size_t block_bytes : {std::size_t{32}, std::size_t{64}, size})
            ASSERT_NO_FATAL_FAILURE(expect_read_in_every_way(bytes, wanted, {}, block_bytes, execs));
    }
}

/// Many short rows, with a long field here and there, of `size` bytes at least.
std::string long_file(Random& random, std::size_t size) {
    std::string bytes = "n,t,d\n";
    for (std::int64_t row = 0; bytes.size() < size; ++row) {
        std::string text = cat("text ", row % 100);
        if (random.below(5000) == 0)
            text = cat('"', std::string(random.below(300'000), random.below(2) ? ',' : '\n'), '"');
        if (random.below(100) == 0) text = "\"a\"\"b\nc\"";
        bytes += cat(row, ',', text, ',', random.between(-10'000, 10'000), '.', random.below(100), '\n');
        if (random.below(1000) == 0) bytes += "odd\n\n";
    }
    return bytes;
}

TEST(CsvReader, BlocksOfManyStepsReadAsByTheOracle) {
    Random random(testing::test_seed());
    const Execs execs;
    const std::string bytes = long_file(random, 1'500'000);
    const std::vector<CsvColumn> wanted = {{"d", Kind::Decimal, 1}, {"t", Kind::Text}, {"n", Kind::Int64}};
    MemoryFiles files;
    write_file(files, kPath, bytes);
    const Found expected = plain_read(bytes, wanted, {});
    const std::size_t blocks[] = {std::size_t{128} << 10, (std::size_t{128} << 10) + 63, 300'001, kCsvBlockBytes};
    for (const std::size_t block_bytes : blocks) {
        const Way way{.tuning = {.block_bytes = block_bytes}, .exec = execs.with_two(), .options = {}};
        ASSERT_NO_FATAL_FAILURE(expect_equal(read(files, wanted, way), expected)) << block_bytes;
    }
}

TEST(CsvReader, ReadsFilesOfManyBlocksFromDisk) {
    Random random(testing::test_seed());
    const Execs execs;
    const testing::TemporaryFolder folder;
    std::string bytes = "x,n\n";
    std::int64_t rows = 0;
    std::int64_t sum = 0;
    for (; bytes.size() < 2 * kCsvBlockBytes + 1000; ++rows) {
        const std::int64_t value = random.between(-1'000'000, 1'000'000);
        sum += value;
        bytes += cat("some text that takes room,", value, '\n');
    }
    const Path path = folder.write("large.csv", bytes);
    CsvOptions options;
    options.expected_blocks = digests(bytes, kCsvBlockBytes);
    CsvReader reader(real_files(), path, options);
    EXPECT_EQ(reader.size_bytes(), bytes.size());
    EXPECT_EQ(reader.header().names, (Lines{"x", "n"}));
    EXPECT_EQ(reader.header().data_offset, 4u);
    const std::vector<CsvColumn> wanted = {{"n", Kind::Int64}};
    for (const Exec& exec : execs.all()) {
        Budget budget("test");
        std::uint64_t chunks = 0;
        std::int64_t rows_read = 0;
        std::int64_t sum_read = 0;
        reader.read(wanted, exec, budget, [&](CsvChunk& chunk) {
            EXPECT_EQ(chunk.index, chunks++);
            rows_read += static_cast<std::int64_t>(chunk.rows);
            for (const std::int64_t value : chunk.columns[0].int64s)
                sum_read += value;
        });
        EXPECT_EQ(chunks, 3u);
        EXPECT_EQ(rows_read, rows);
        EXPECT_EQ(sum_read, sum);
        EXPECT_EQ(budget.used(), 0u);
    }
}

TEST(CsvReader, FilesWithoutRowsGiveNone) {
    for (const std::string_view bytes : {"a,b", "a,b\n", "a,b\r\n", "a,b\n\n \n\r\n",
                                         "\xEF\xBB\xBF"
                                         "a,b"}) {
        MemoryFiles files;
        write_file(files, kPath, bytes);
        const Found found = read(files, std::vector<CsvColumn>{{"b", Kind::Text}}, {});
        EXPECT_FALSE(found.error.has_value());
        EXPECT_TRUE(found.rows.empty());
        EXPECT_TRUE(found.misshapen.empty());
    }
}

TEST(CsvReader, KeptChunksOutliveTheReading) {
    const Execs execs;
    const std::vector<CsvColumn> wanted = {{"t", Kind::Text}, {"n", Kind::Int64}};
    std::string bytes = "n,t\n";
    for (int row = 0; row < 100; ++row)
        bytes += cat(row, ",\"tex\"\"t ", row, "\"\n");
    MemoryFiles files;
    write_file(files, kPath, bytes);
    const Found expected = plain_read(bytes, wanted, {});
    for (const Exec& exec : execs.all()) {
        Budget budget("test");
        std::vector<CsvChunk> kept;
        {
            const CsvSource source = open_csv(files, kPath, {});
            const CsvPlan plan = plan_csv(source, wanted, {.block_bytes = 100});
            read_csv_pieces(source, plan, exec, budget, [&](CsvChunk& chunk) {
                if (chunk.index % 2 == 0)
                    kept.push_back(chunk);
                else
                    kept.push_back(std::move(chunk));
            });
        }
        EXPECT_GT(budget.used(), 0u);
        Found found;
        for (const CsvChunk& chunk : kept)
            take(found, chunk, wanted);
        expect_equal(found, expected);
        kept.clear();
        EXPECT_EQ(budget.used(), 0u);
    }
}

// With as much memory as one piece after another needs, more threads need no more.
TEST(CsvReader, AnyBudgetGivesTheSameRowsOrALimit) {
    Random random(testing::test_seed());
    const Execs execs;
    int refused = 0;
    int read_with_less = 0;
    for (int i = 0; i < 2'000 * testing::test_scale(); ++i) {
        SCOPED_TRACE(cat("file ", i));
        FileMaker maker(random);
        const std::string bytes = maker.file();
        const std::vector<CsvColumn> wanted = maker.wanted();
        MemoryFiles files;
        write_file(files, kPath, bytes);
        const CsvTuning tuning{.block_bytes = 64 + random.below(500), .step_bytes = 64 * (1 + random.below(3))};
        Way way{.tuning = tuning, .exec = execs.plain(), .options = {}};
        Budget unlimited("unlimited");
        const Found expected = read(files, wanted, way, unlimited);
        const std::uint64_t enough = unlimited.peak();
        for (const Exec& exec : execs.all()) {
            way.exec = exec;
            const std::uint64_t limit = enough / 2 + random.below(2 * enough);
            Budget budget("tiny", limit);
            const Found found = read(files, wanted, way, budget);
            EXPECT_LE(budget.peak(), limit);
            const bool is_refused = found.error && found.error->fault() == Fault::Limit;
            if (!is_refused) {
                ASSERT_NO_FATAL_FAILURE(expect_equal(found, expected));
            }
            refused += is_refused ? 1 : 0;
            read_with_less += !is_refused && limit < enough ? 1 : 0;
            EXPECT_FALSE(is_refused && limit >= enough) << found.error->message();
        }
    }
    EXPECT_GT(refused, 0);
    EXPECT_GT(read_with_less, 0);
}

}  // namespace
}  // namespace hone
