#include "hone/table/csv_source.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kHeaderStep = std::size_t{64} << 10;
constexpr std::size_t kLongestHeader = std::size_t{16} << 20;
constexpr int kMostDecimals = 18;

/// Cuts `row` at the separators outside quotes.
std::vector<std::string_view> fields_of(std::string_view row, char separator) {
    std::vector<std::string_view> fields;
    bool in_quotes = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '"') in_quotes = !in_quotes;
        if (row[i] != separator || in_quotes) continue;
        fields.push_back(row.substr(begin, i - begin));
        begin = i + 1;
    }
    fields.push_back(row.substr(begin));
    return fields;
}

/// Looks for the end of the first row in bytes that come in steps.
struct HeaderEnd {
    bool in_quotes = false;
    std::size_t looked = 0;

    /// True once `bytes` hold the first row; `looked` is then its length with the line feed.
    bool find_in(std::string_view bytes) {
        while (looked < bytes.size()) {
            const char letter = bytes[looked++];
            if (letter == '"') in_quotes = !in_quotes;
            if (letter == '\n' && !in_quotes) return true;
        }
        return false;
    }
};

/// The first row with its line end.
std::string read_header_bytes(const CsvSource& source) {
    std::string bytes;
    HeaderEnd end;
    while (!end.find_in(bytes)) {
        if (bytes.size() == source.identity.size) {
            if (end.in_quotes) fail(Fault::Input, "a quote in the header never ends: ", source.path);
            return bytes;
        }
        if (bytes.size() >= kLongestHeader)
            fail(Fault::Input, "no CSV file, its first line does not end within ", human_bytes(kLongestHeader), ": ",
                 source.path);
        const std::size_t had = bytes.size();
        const std::size_t step = std::min<std::uint64_t>(kHeaderStep, source.identity.size - had);
        bytes.resize(had + step);
        const auto into = std::as_writable_bytes(std::span(bytes)).subspan(had);
        if (source.file->read_at(had, into) != step) fail_changed(source);
    }
    bytes.resize(end.looked);
    return bytes;
}

std::string header_name(std::string_view field) {
    const std::string name(trim(csv_unquoted(trim(field))));
    return is_utf8(name) ? name : latin1_to_utf8(name);
}

char separator_of(std::string_view header, char wanted) {
    if (wanted != 0) return wanted;
    constexpr std::string_view kKnown = ",;\t";
    return *std::ranges::max_element(kKnown, {}, [&](char letter) { return fields_of(header, letter).size(); });
}

CsvHeader parse_header(const CsvSource& source) {
    CsvHeader header;
    std::string_view row = source.header_bytes;
    header.data_offset = row.size();
    header.has_bom = row.starts_with(kByteOrderMark);
    if (header.has_bom) row.remove_prefix(kByteOrderMark.size());
    if (row.ends_with('\n')) row.remove_suffix(1);
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (trim(row).empty()) fail(Fault::Input, "expected a header line, found none: ", source.path);
    header.separator = separator_of(row, source.options.separator);
    for (const std::string_view field : fields_of(row, header.separator))
        header.names.push_back(header_name(field));
    std::unordered_set<std::string_view> seen;
    for (const std::string& name : header.names)
        if (!name.empty() && !seen.insert(name).second)
            fail(Fault::Input, "a column name comes twice in ", source.path, ": ", name);
    return header;
}

std::size_t place_of(const CsvSource& source, const std::string& name) {
    const std::vector<std::string>& names = source.header.names;
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const Error error = Error(Fault::Input, cat("no column ", name, " in ", source.path)).with_id("csv.missing-column");
    const auto nearest = nearest_word(name, names);
    if (!nearest) throw error;
    throw error.with_mend(cat("Did you mean ", *nearest, "?"));
}

}  // namespace

void fail_changed(const CsvSource& source) {
    fail(Fault::Input, "file changed while read: ", source.path);
}

CsvSource open_csv(Files& files, Path path, CsvOptions options) {
    CsvSource source;
    source.path = std::move(path);
    source.options = std::move(options);
    source.file = files.open(source.path);
    source.identity = source.file->identity();
    if (source.identity.size == 0) fail(Fault::Input, "file is empty: ", source.path);
    source.header_bytes = read_header_bytes(source);
    source.header = parse_header(source);
    return source;
}

CsvPlan plan_csv(const CsvSource& source, std::span<const CsvColumn> wanted, const CsvTuning& tuning) {
    check(tuning.block_bytes > 0 && tuning.step_bytes > 0, "blocks and steps of a CSV file have bytes");
    check(tuning.step_bytes % 64 == 0, "steps of a CSV file end with a word of 64 bytes");
    CsvPlan plan{.wanted = {wanted.begin(), wanted.end()},
                 .cells = {},
                 .commas = {},
                 .columns = source.header.names.size(),
                 .missing = CsvMissing(source.options.missing),
                 .tuning = tuning};
    for (const CsvColumn& column : wanted) {
        check(column.scale >= 0 && column.scale <= kMostDecimals, "a decimal column has 0 to 18 decimals");
        const std::size_t place = place_of(source, column.name);
        plan.cells.push_back({.place = place});
        if (place > 0) plan.commas.push_back(static_cast<std::uint32_t>(place - 1));
        if (place + 1 < plan.columns) plan.commas.push_back(static_cast<std::uint32_t>(place));
    }
    std::ranges::sort(plan.commas);
    plan.commas.erase(std::unique(plan.commas.begin(), plan.commas.end()), plan.commas.end());
    const auto index_of = [&](std::size_t comma) {
        return static_cast<std::size_t>(std::ranges::lower_bound(plan.commas, comma) - plan.commas.begin());
    };
    for (CsvPlan::Cell& cell : plan.cells) {
        if (cell.place > 0) cell.comma_before = index_of(cell.place - 1);
        if (cell.place + 1 < plan.columns) cell.comma_behind = index_of(cell.place);
    }
    return plan;
}

std::size_t CsvPlan::most_rows(std::size_t bytes, std::size_t line_feeds) const {
    // A row has a byte for each comma and one for its end; with a single column, at least a letter.
    constexpr std::size_t kSeams = 2;
    return std::min(line_feeds, bytes / std::max<std::size_t>(columns, 2)) + kSeams;
}

std::size_t CsvPlan::row_bytes() const {
    std::size_t bytes = sizeof(std::uint64_t) + sizeof(std::uint32_t);
    for (const CsvColumn& column : wanted)
        bytes +=
            column.kind == CsvColumn::Kind::Text ? sizeof(std::string_view) : sizeof(std::int64_t) + sizeof(CellState);
    return bytes;
}

}  // namespace hone
