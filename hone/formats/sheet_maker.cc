#include "hone/formats/sheet_maker.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

/// The letters of a format code that count: outside of quotes, escapes, fillers and brackets, first section only.
/// Nothing for durations, whose unit stands in brackets.
std::string format_letters(std::string_view code) {
    std::string letters;
    for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
        const char letter = code[i];
        if (letter == '\\' || letter == '_' || letter == '*') {
            ++i;
        } else if (letter == '"' || letter == '[') {
            const std::size_t end = code.find(letter == '"' ? '"' : ']', i + 1);
            if (end == std::string_view::npos) break;
            const std::string inside = to_lower(code.substr(i + 1, end - i - 1));
            const bool is_unit = !inside.empty() && inside.find_first_not_of("hms") == std::string::npos;
            if (letter == '[' && is_unit) return {};
            i = end;
        } else {
            letters += letter;
        }
    }
    return to_lower(letters);
}

std::string two_digits(std::int64_t value) {
    return cat(value < 10 ? "0" : "", value);
}

std::string time_text(std::int64_t milliseconds) {
    const std::int64_t seconds = milliseconds / 1000;
    std::string text =
        cat(two_digits(seconds / 3600), ':', two_digits(seconds / 60 % 60), ':', two_digits(seconds % 60));
    if (const std::int64_t rest = milliseconds % 1000; rest != 0)
        text += cat('.', rest < 100 ? "0" : "", two_digits(rest));
    return text;
}

/// The day of a serial number. 1900 counts as a leap year there, so that day 60 does not exist.
std::string date_text(std::int64_t day, DateSystem system) {
    using namespace std::chrono;
    if (system == DateSystem::From1900 && day == 60) return "1900-02-29";
    const sys_days start = system == DateSystem::From1904 ? sys_days(year(1904) / 1 / 1)
                           : day < 60                     ? sys_days(year(1899) / 12 / 31)
                                                          : sys_days(year(1899) / 12 / 30);
    const year_month_day date(start + days(day));
    return cat(static_cast<int>(date.year()), '-', two_digits(static_cast<unsigned>(date.month())), '-',
               two_digits(static_cast<unsigned>(date.day())));
}

}  // namespace

NumberMeaning meaning_of_code(std::string_view code) {
    const std::string letters = format_letters(code);
    if (letters.starts_with("general")) return NumberMeaning::Number;
    const bool has_day = letters.find_first_of("yd") != std::string::npos;
    const bool has_time = letters.find_first_of("hs") != std::string::npos;
    const bool has_month = letters.find('m') != std::string::npos;
    if (has_day && has_time) return NumberMeaning::DateTime;
    if (has_time) return NumberMeaning::Time;
    return has_day || has_month ? NumberMeaning::Date : NumberMeaning::Number;
}

NumberMeaning meaning_of_builtin(std::uint32_t id) {
    if (id == 22) return NumberMeaning::DateTime;
    if ((id >= 18 && id <= 21) || id == 45 || id == 47 || (id >= 32 && id <= 35)) return NumberMeaning::Time;
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
        return NumberMeaning::Date;
    return NumberMeaning::Number;
}

std::string number_text(double value, NumberMeaning meaning, DateSystem system) {
    constexpr double kMostDays = 2'958'466;  // the first day of the year 10000
    const double most = system == DateSystem::From1904 ? kMostDays - 1462 : kMostDays;
    if (meaning == NumberMeaning::Number || !(value >= 0 && value < most)) return shortest(value);
    constexpr std::int64_t kDay = 86'400'000;
    const auto milliseconds = static_cast<std::int64_t>(std::llround(value * static_cast<double>(kDay)));
    const std::int64_t day = milliseconds / kDay;
    if (static_cast<double>(day) >= most) return shortest(value);
    const std::int64_t rest = milliseconds % kDay;
    if (meaning == NumberMeaning::Time && day == 0) return time_text(rest);
    if (meaning == NumberMeaning::Date && rest == 0) return date_text(day, system);
    return cat(date_text(day, system), 'T', time_text(rest));
}

SheetMaker::SheetMaker(Budget& budget, const Cancel& cancel, const WorkbookLimits& limits)
    : cancel_(cancel), limits_(limits) {
    made_.held = budget.reserve(0);
}

void SheetMaker::hold(std::uint64_t bytes) {
    held_bytes_ += bytes;
    if (held_bytes_ > limits_.held_bytes)
        fail(Fault::Limit, "the cells of a workbook may take ", human_bytes(limits_.held_bytes), "; this one has more");
    constexpr std::uint64_t kStep = std::uint64_t{1} << 20;
    if (held_bytes_ > made_.held.bytes()) made_.held.resize((held_bytes_ / kStep + 1) * kStep);
}

void SheetMaker::begin(std::string name) {
    if (made_.sheets.size() >= limits_.sheets)
        fail(Fault::Limit, "a workbook may have ", limits_.sheets, " sheets; this one has more");
    made_.sheets.push_back({std::move(name), {}});
    cancel_.check();
}

void SheetMaker::put(std::size_t row, std::size_t column, std::string text) {
    if (row >= kMostRows || column >= kMostColumns)
        fail(Fault::Input, "a cell outside of the rows and columns that a sheet can have: row ", row + 1, ", column ",
             column + 1);
    if (text.empty()) return;
    std::vector<std::vector<std::string>>& rows = made_.sheets.back().rows;
    // Vectors grow by doubling: twice the size is the most that they take.
    if (row >= rows.size()) {
        hold(2 * sizeof(std::vector<std::string>) * (row + 1 - rows.size()));
        rows.resize(row + 1);
    }
    std::vector<std::string>& cells = rows[row];
    if (column >= cells.size()) {
        hold(kTextBytes * (column + 1 - cells.size()));
        cells.resize(column + 1);
    }
    hold(bytes_outside(text));
    cells[column] = std::move(text);
    cancel_.check_every(row);
}

void SheetMaker::mistake(std::size_t row, std::size_t column, std::string message) {
    constexpr std::size_t kMost = 1000;
    if (made_.mistakes.size() < kMost)
        made_.mistakes.push_back({made_.sheets.back().name, row, column, std::move(message)});
}

void SheetMaker::merge(std::size_t row, std::size_t column, std::size_t last_row, std::size_t last_column) {
    constexpr std::uint64_t kMostSteps = 50'000'000;
    std::vector<std::vector<std::string>>& rows = made_.sheets.back().rows;
    for (std::size_t r = row; r < rows.size() && r <= last_row; ++r) {
        for (std::size_t c = column; c < rows[r].size() && c <= last_column; ++c, ++merge_steps_)
            if (r != row || c != column) rows[r][c].clear();
        if (++merge_steps_ > kMostSteps) fail(Fault::Limit, "merged cells overlap too often");
    }
    cancel_.check();
}

void SheetMaker::end() {
    std::vector<std::vector<std::string>>& rows = made_.sheets.back().rows;
    for (std::vector<std::string>& cells : rows)
        while (!cells.empty() && cells.back().empty())
            cells.pop_back();
    while (!rows.empty() && rows.back().empty())
        rows.pop_back();
}

Workbook SheetMaker::finish() && {
    return std::move(made_);
}

}  // namespace hone
