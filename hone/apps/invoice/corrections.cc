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

constexpr auto kKinds = std::to_array<std::string_view>({"invoice", "credit_note", "acknowledgement", "order"});

/// Names that other tables give to fields.
struct Alias {
    std::string_view name, field;
};
constexpr auto kAliases = std::to_array<Alias>({
    {"date", "invoice_date"},
    {"code", "product_code"},
    {"ordered", "qty_ordered"},
    {"shipped", "qty_shipped"},
    {"backordered", "qty_backordered"},
});

/// A number without blanks and without the code or sign of a currency before or behind it.
std::string bare_number(const std::string& text) {
    std::string out;
    for (const std::string& word : split(text, ' '))
        if (currency_code(word).empty()) out += word;
    for (const std::string_view blank : {"\xC2\xA0", "\xE2\x80\xAF"})
        for (std::size_t at = out.find(blank); at != std::string::npos; at = out.find(blank))
            out.erase(at, blank.size());
    return out;
}

std::optional<std::string> canonical_number(const std::string& text, std::string& why) {
    const std::string bare = bare_number(text);
    std::optional<Decimal> number = parse_number(bare, NumberStyle::Point);
    if (!number) number = parse_number(bare, NumberStyle::Comma);
    if (!number) why = cat("'", text, "' is no number");
    return number ? std::optional(decimal_text(*number)) : std::nullopt;
}

std::optional<std::string> canonical_day(const std::string& text, std::string& why) {
    const std::optional<Day> day = parse_printed_day(text, DateOrder::MonthDayYear);
    if (!day)
        why = cat("'", text, "' is no day");
    else if (other_day(text, DateOrder::MonthDayYear))
        why = cat("'", text, "' may be two days: write it as 2024-01-31");
    return why.empty() ? std::optional(iso_text(*day)) : std::nullopt;
}

/// The value of a correction in the form of its field; nothing, and why, if it has none.
std::optional<std::string> canonical(std::string_view field, std::string_view given, FieldForm form, std::string& why) {
    const std::string text = single_blanks(given);
    if (form == FieldForm::Number) return canonical_number(text, why);
    if (form == FieldForm::Day) return canonical_day(text, why);
    if (field != "kind" || std::find(kKinds.begin(), kKinds.end(), text) != kKinds.end()) return text;
    why =
        cat("'", text, "' is no kind; kinds are ", join(std::vector<std::string>(kKinds.begin(), kKinds.end()), ", "));
    return {};
}

/// Why a word is no field.
std::string no_field(const std::string& field) {
    std::vector<std::string> names;
    const auto add = [&](std::string_view name, const auto&) { names.emplace_back(name); };
    const Document document;
    const Line line;
    each_value(document, add);
    each_value(line, add);
    const std::optional<std::string> near = nearest_word(field, names);
    return cat("no field is named '", field, "'", near ? cat(", did you mean ", *near) : std::string(),
               "; what review.csv calls document, rows or page is a check: correct the field that it speaks of");
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

bool is_day_of_document(std::string_view field) {
    return field == "invoice_date" || field == "order_date";
}

std::vector<CsvColumn> correction_columns(const std::vector<std::string>& names) {
    std::vector<CsvColumn> columns;
    for (const char* name : {"file", "page", "line", "field", "corrected"}) {
        const auto found =
            std::find_if(names.begin(), names.end(), [&](const std::string& one) { return to_lower(one) == name; });
        const bool is_needed = std::string_view(name) != "page" && std::string_view(name) != "line";
        if (found != names.end())
            columns.push_back({*found, CsvColumn::Kind::Text, 0});
        else if (is_needed)
            fail(Fault::Input, "--corrections: there is no column '", name, "', which review.csv has");
    }
    return columns;
}

namespace {

/// Reads the rows of a table of corrections.
class CorrectionReader {
public:
    CorrectionReader(const Table& table, const std::string& file, std::vector<Issue>& issues)
        : table_(table), file_(file), issues_(issues) {}

    std::vector<Correction> run() {
        for (std::size_t row = 0; row < table_.rows(); ++row)
            read(row);
        drop_contradictions();
        return std::move(corrections_);
    }

private:
    std::string cell(std::string_view column, std::size_t row) const {
        std::string out;
        for (std::size_t i = 0; i < table_.columns(); ++i)
            if (to_lower(table_.column(i).name()) == column) table_.column(i).append_text(out, row);
        return out;
    }

    void read(std::size_t row) {
        Correction one;
        one.row = static_cast<std::int64_t>(row) + 2;
        one.value = cell("corrected", row);
        if (single_blanks(one.value).empty()) return;
        one.file = cell("file", row);
        one.page = count_of(cell("page", row));
        one.line = count_of(cell("line", row));
        one.field = cell("field", row);
        for (const Alias& alias : kAliases)
            if (one.field == alias.name) one.field = alias.field;
        const std::optional<FieldForm> form = field_form(one.field);
        if (!form) return skip(one, "field", no_field(one.field));
        std::string why;
        const std::optional<std::string> value = canonical(one.field, one.value, *form, why);
        if (!value) return skip(one, "corrected", why);
        one.form = *form;
        one.value = *value;
        corrections_.push_back(std::move(one));
    }

    /// Of what is said twice the first counts; what is said differently does not count at all.
    void drop_contradictions() {
        const auto is_same = [](const Correction& a, const Correction& b) {
            return a.file == b.file && a.page == b.page && a.line == b.line && a.field == b.field &&
                   (a.line > 0 || !is_line_field(a.field));
        };
        std::vector<Correction> kept;
        for (std::size_t i = 0; i < corrections_.size(); ++i) {
            const Correction& one = corrections_[i];
            const auto other = std::find_if(corrections_.begin(), corrections_.end(), [&](const Correction& that) {
                return is_same(one, that) && that.value != one.value;
            });
            const bool is_repeated =
                std::any_of(kept.begin(), kept.end(), [&](const Correction& that) { return is_same(one, that); });
            if (other != corrections_.end())
                skip(one, "corrected", cat("'", one.value, "' contradicts row ", other->row, ", '", other->value, "'"));
            else if (!is_repeated)
                kept.push_back(one);
        }
        corrections_ = std::move(kept);
    }

    void skip(const Correction& one, const char* column, const std::string& why) {
        Issue issue;
        issue.id = "invoice.correction-skipped";
        issue.file = file_;
        issue.row = one.row;
        issue.column = column;
        issue.message = cat(one.file, ", ", one.field, ": ", why);
        issues_.push_back(std::move(issue));
    }

    const Table& table_;
    const std::string& file_;
    std::vector<Issue>& issues_;
    std::vector<Correction> corrections_;
};

}  // namespace

std::vector<Correction> corrections_of(const Table& table, const std::string& file, std::vector<Issue>& issues) {
    return CorrectionReader(table, file, issues).run();
}

}  // namespace hone::invoice
