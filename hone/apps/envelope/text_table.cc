#include "hone/apps/envelope/text_table.h"

#include <algorithm>
#include <array>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/csv_reader.h"

namespace hone::envelope {
namespace {

bool begins_as_workbook(Run& run, const Input& input) {
    std::array<std::byte, 8> first{};
    const std::size_t size = run.files().open(input.path)->read_at(0, first);
    return is_workbook({reinterpret_cast<const char*>(first.data()), size});
}

/// All columns as texts; notes their names in the table.
std::vector<CsvColumn> wanted_columns(const CsvHeader& header, TextTable& table) {
    std::vector<CsvColumn> wanted;
    for (const std::string& name : header.names) {
        wanted.push_back({name, CsvColumn::Kind::Text, 0});
        table.names.emplace_back(trim(name));
    }
    return wanted;
}

void take(const CsvChunk& chunk, TextTable& table) {
    table.misshapen.insert(table.misshapen.end(), chunk.misshapen.begin(), chunk.misshapen.end());
    for (std::size_t row = 0; row < chunk.rows; ++row) {
        std::vector<std::string>& cells = table.rows.emplace_back();
        for (const CsvChunk::Values& column : chunk.columns)
            cells.emplace_back(column.texts[row]);
        table.lines.push_back(chunk.lines[row]);
    }
}

TextTable read_csv(Run& run, const Input& input) {
    TextTable table;
    table.file = input.label;
    const std::vector<CsvColumn> wanted = wanted_columns(CsvReader(run.files(), input.path).header(), table);
    run.chunks("read table", input, wanted, {}, [&](CsvChunk& chunk) { take(chunk, table); });
    return table;
}

/// The workbook; its errors name the file, which the reader of bytes does not know.
Workbook read_sheets(Run& run, const Input& input) {
    const Reservation held = run.budget().reserve(input.size_bytes());
    const std::string bytes = run.read(input);
    try {
        return read_workbook(bytes, run.budget(), run.cancel());
    } catch (const Error& error) {
        throw error.within(input.path.string());
    }
}

}  // namespace

std::optional<std::size_t> TextTable::column(std::string_view name) const {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (equal_ignoring_case(names[i], name)) return i;
    return std::nullopt;
}

std::string_view TextTable::at(std::size_t row, std::size_t column) const {
    return column < rows[row].size() ? trim(rows[row][column]) : std::string_view();
}

Issue TextTable::issue(std::string id, std::size_t row, std::size_t column, Severity severity,
                       std::string message) const {
    const std::string name = column < names.size() ? names[column] : std::string();
    return {.id = std::move(id),
            .file = file,
            .row = static_cast<std::int64_t>(lines[row]),
            .column = sheet.empty() ? name : cat(sheet, '!', cell_name(lines[row] - 1, column)),
            .severity = severity,
            .message = std::move(message)};
}

TextTable text_table(const Sheet& sheet, std::string file) {
    TextTable table;
    table.file = std::move(file);
    table.sheet = sheet.name;
    if (sheet.rows.empty()) return table;
    for (const std::string& name : sheet.rows.front())
        table.names.emplace_back(trim(name));
    for (std::size_t row = 1; row < sheet.rows.size(); ++row) {
        const auto& cells = sheet.rows[row];
        if (std::ranges::all_of(cells, [](const std::string& cell) { return trim(cell).empty(); })) continue;
        table.lines.push_back(row + 1);
        table.rows.push_back(cells);
    }
    return table;
}

TextTable text_table(std::string_view csv, std::string file) {
    TextTable table;
    table.file = std::move(file);
    MemoryFiles files;
    write_file(files, "table.csv", csv);
    Budget budget("built-in table");
    CsvReader reader(files, "table.csv");
    const std::vector<CsvColumn> wanted = wanted_columns(reader.header(), table);
    reader.read(wanted, Exec({}, Cancel()), budget, [&](CsvChunk& chunk) { take(chunk, table); });
    return table;
}

TextTables read_text_tables(Run& run, std::string_view parameter) {
    const Input& input = run.input(parameter);
    constexpr std::uint64_t kPerByte = 8;  // of a CSV text: a cell of two letters takes 32 bytes and a share of its row
    TextTables result;
    result.is_workbook = begins_as_workbook(run, input);
    if (!result.is_workbook) {
        result.held = run.budget().reserve(kPerByte * input.size_bytes());
        result.tables.push_back(read_csv(run, input));
        return result;
    }
    const Workbook workbook = read_sheets(run, input);
    result.held = run.budget().reserve(workbook.held.bytes());
    for (const CellMistake& mistake : workbook.mistakes)
        run.issues().add(mistake.issue("envelope.bad-cell", input.label));
    for (const Sheet& sheet : workbook.sheets)
        result.tables.push_back(text_table(sheet, input.label));
    return result;
}

}  // namespace hone::envelope
