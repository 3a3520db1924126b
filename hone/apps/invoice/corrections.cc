#include "hone/apps/invoice/corrections.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>
#include <utility>

#include "hone/apps/invoice/model_fields.h"
#include "hone/apps/invoice/page_values.h"
#include "hone/apps/invoice/printed_day.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::string single_blanks(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        const bool is_blank = letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
        if (!is_blank)
            out += letter;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string text_of(const std::string& value) {
    return single_blanks(value);
}
std::string text_of(Decimal value) {
    return decimal_text(value);
}
std::string text_of(Day value) {
    return iso_text(value);
}

template <class T>
constexpr FieldForm form_of(const Value<T>&) {
    if (std::is_same_v<T, Decimal>) return FieldForm::Number;
    return std::is_same_v<T, Day> ? FieldForm::Day : FieldForm::Text;
}

template <class Owner>
std::optional<FieldForm> form_in(const Owner& owner, std::string_view field) {
    std::optional<FieldForm> form;
    each_value(owner, [&](std::string_view name, const auto& value) {
        if (name == field) form = form_of(value);
    });
    return form;
}

template <class Owner>
std::optional<std::string> text_in(const Owner& owner, std::string_view field) {
    std::optional<std::string> text;
    each_value(owner, [&](std::string_view name, const auto& value) {
        if (name == field && value) text = text_of(*value.value);
    });
    return text;
}

/// The value of a correction in the form of its field; nothing, and why, if it has none.
std::optional<std::string> canonical(std::string_view given, FieldForm form, std::string& why) {
    const std::string text = single_blanks(given);
    if (form == FieldForm::Text) return text;
    if (form == FieldForm::Number) {
        std::optional<Decimal> number = parse_number(text, NumberStyle::Point);
        if (!number) number = parse_number(text, NumberStyle::Comma);
        if (!number) why = cat("'", text, "' is no number");
        return number ? std::optional(decimal_text(*number)) : std::nullopt;
    }
    const std::optional<Day> day = parse_printed_day(text, DateOrder::MonthDayYear);
    if (!day)
        why = cat("'", text, "' is no day");
    else if (other_day(text, DateOrder::MonthDayYear))
        why = cat("'", text, "' may be two days: write it as 2024-01-31");
    return why.empty() ? std::optional(iso_text(*day)) : std::nullopt;
}

std::uint32_t count_of(const std::string& text) {
    std::uint32_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

}  // namespace

std::optional<FieldForm> field_form(std::string_view field) {
    static const Document kDocument;
    static const Line kLine;
    const std::optional<FieldForm> form = form_in(kDocument, field);
    return form ? form : form_in(kLine, field);
}

bool is_line_field(std::string_view field) {
    static const Line kLine;
    return form_in(kLine, field).has_value();
}

std::optional<std::string> field_text(const Document& document, std::string_view field) {
    return text_in(document, field);
}

std::optional<std::string> field_text(const Line& line, std::string_view field) {
    return text_in(line, field);
}

std::vector<CsvColumn> correction_columns(const std::vector<std::string>& names) {
    std::vector<CsvColumn> columns;
    for (const char* name : {"file", "page", "line", "field", "corrected"}) {
        const bool is_there = std::find(names.begin(), names.end(), name) != names.end();
        const bool is_needed = std::string_view(name) != "page" && std::string_view(name) != "line";
        if (is_there)
            columns.push_back({name, CsvColumn::Kind::Text, 0});
        else if (is_needed)
            fail(Fault::Input, "--corrections: there is no column '", name, "', which review.csv has");
    }
    return columns;
}

std::vector<Correction> corrections_of(const Table& table, const std::string& file, std::vector<Issue>& issues) {
    std::vector<Correction> corrections;
    const auto cell = [&](const char* column, std::size_t row) {
        std::string out;
        if (table.find(column) != nullptr) table.column(column).append_text(out, row);
        return out;
    };
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Correction one{cell("file", row),  count_of(cell("page", row)), count_of(cell("line", row)),
                       cell("field", row), cell("corrected", row),      FieldForm::Text};
        if (single_blanks(one.value).empty()) continue;
        std::string why;
        const std::optional<FieldForm> form = field_form(one.field);
        if (!form) why = cat("no field is named '", one.field, "'");
        const std::optional<std::string> value = form ? canonical(one.value, *form, why) : std::nullopt;
        if (value) {
            one.form = *form;
            one.value = *value;
            corrections.push_back(std::move(one));
            continue;
        }
        Issue issue;
        issue.id = "invoice.correction-skipped";
        issue.file = file;
        issue.column = form ? "corrected" : "field";
        issue.message = cat(one.file, ", ", one.field, ": ", why);
        issues.push_back(std::move(issue));
    }
    return corrections;
}

}  // namespace hone::invoice
