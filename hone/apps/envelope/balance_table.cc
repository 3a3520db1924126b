#include "hone/apps/envelope/balance_table.h"

#include <algorithm>
#include <array>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "hone/apps/envelope/exact_ratio.h"
#include "hone/apps/envelope/world_total.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/table/csv_fields.h"

namespace hone {
std::string_view embedded_envelope_balances();
}

namespace hone::envelope {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestShown = 60;
constexpr std::int64_t kMostMisshapenPercent = 1;
constexpr std::array<std::string_view, 7> kMissing = {"", "nan", "na", "n/a", "null", "none", "-"};

std::string shown(std::string_view text) {
    std::string valid = valid_utf8(text.substr(0, kLongestShown));
    return text.size() > kLongestShown ? valid + "..." : valid;
}

/// Walks over the rows of a CSV text. Blank lines are passed over.
class Rows {
public:
    explicit Rows(std::string_view text) : rest_(text) {
        if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    }

    /// Reads the next row into fields(); false at the end.
    bool next() {
        while (!rest_.empty()) {
            fields_.clear();
            unquoted_.clear();
            line_ = next_line_;
            while (read_field()) {
            }
            if (fields_.size() > 1 || !fields_.front().empty()) return true;
        }
        return false;
    }
    /// Trimmed and without quotes; valid until next().
    const std::vector<std::string_view>& fields() const { return fields_; }
    /// Line number of the row, from 1.
    std::int64_t line() const { return line_; }
    bool has_open_quote() const { return has_open_quote_; }

private:
    /// Reads one field; false if it was the last of its row.
    bool read_field() {
        bool in_quotes = false;
        std::size_t end = 0;
        for (; end < rest_.size(); ++end) {
            const char letter = rest_[end];
            if (letter == '"') in_quotes = !in_quotes;
            if (letter == '\n') ++next_line_;
            if (!in_quotes && (letter == ',' || letter == '\n')) break;
        }
        has_open_quote_ = has_open_quote_ || in_quotes;
        add_field(trim(rest_.substr(0, end)));
        const bool goes_on = end < rest_.size() && rest_[end] == ',';
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (goes_on && rest_.empty()) fields_.emplace_back();  // the file ends with a comma
        return goes_on && !rest_.empty();
    }
    void add_field(std::string_view field) {
        if (field.starts_with('"')) field = trim(unquoted_.emplace_back(csv_unquoted(field)));
        fields_.push_back(field);
    }

    std::string_view rest_;
    std::int64_t line_ = 0;
    std::int64_t next_line_ = 1;
    bool has_open_quote_ = false;
    std::vector<std::string_view> fields_;
    std::deque<std::string> unquoted_;  // never moves its texts
};

/// First year of "1960" or "1960/1961"; nothing for others.
std::optional<int> market_year(std::string_view text) {
    const std::string_view first = text.substr(0, 4);
    const auto year = parse_int64(first);
    if (first.size() < 4 || !year || *year < kFirstMarketYear || *year > kLastMarketYear) return std::nullopt;
    if (text.size() == 4) return static_cast<int>(*year);
    const std::string_view second = text.substr(5);
    if ((text[4] != '/' && text[4] != '-') || (second.size() != 2 && second.size() != 4) || !parse_int64(second))
        return std::nullopt;
    return static_cast<int>(*year);
}

/// Without the commas of "1,234,567"; the text itself if they do not stand between groups of three digits.
std::string without_thousands(std::string_view text) {
    std::string digits;
    const std::size_t end = std::min(text.find('.'), text.size());
    std::size_t group = 0;
    bool has_comma = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != ',') {
            digits.push_back(text[i]);
            group += i < end && text[i] != '-' ? 1 : 0;
            continue;
        }
        const bool fits = i < end && (has_comma ? group == 3 : group >= 1 && group <= 3);
        if (!fits) return std::string(text);
        has_comma = true;
        group = 0;
    }
    return has_comma && group != 3 ? std::string(text) : digits;
}

/// Puts one table into balances.
class Reader {
public:
    Reader(const BalanceText& table, Balances& balances, IssueList& issues)
        : table_(table), balances_(balances), issues_(issues), rows_(table.bytes), reporters_(Registry::builtin()) {}

    BalanceReport read() {
        if (!rows_.next()) fail_format("it is empty");
        header_.assign(rows_.fields().begin(), rows_.fields().end());
        if (has("Commodity_Description"))
            read_long();
        else if (has("marketing_year"))
            read_tidy();
        else if (has("Commodity") && has("Attribute"))
            read_wide();
        else
            read_narrow();
        finish();
        return report_;
    }

private:
    [[noreturn]] void fail_format(std::string_view what) const {
        throw Error(Fault::Input,
                    cat("expected a stock balance (narrow, wide, long or tidy CSV); ", what, ": ", table_.name))
            .with_id("envelope.balance-format");
    }
    [[noreturn]] void fail_header() const {
        std::vector<std::string> names;
        for (const std::string& name : header_)
            if (names.size() < 8) names.push_back(shown(name));
        fail_format(cat("its first row is ", join(names, ",")));
    }

    std::optional<std::size_t> place(std::string_view name) const {
        for (std::size_t i = 0; i < header_.size(); ++i)
            if (equal_ignoring_case(header_[i], name)) return i;
        return std::nullopt;
    }
    bool has(std::string_view name) const { return place(name).has_value(); }
    std::size_t need(std::string_view name) const {
        const auto found = place(name);
        if (!found) fail_format(cat("no column ", name));
        return *found;
    }
    std::string_view field(std::optional<std::size_t> at) const {
        return at ? rows_.fields()[*at] : std::string_view();
    }

    Issue issue(std::string id, std::string column, std::string message) const {
        return {.id = std::move(id),
                .file = table_.label,
                .row = rows_.line(),
                .column = std::move(column),
                .severity = Severity::Warning,
                .message = std::move(message)};
    }

    /// The next row of the header's shape; others are dropped with an Issue.
    bool next_row() {
        while (rows_.next()) {
            ++report_.rows;
            if (rows_.fields().size() == header_.size()) return true;
            if (misshapen_++ == 0) first_misshapen_ = rows_.line();
            issues_.add(issue("envelope.field-count", {},
                              cat("row dropped: ", rows_.fields().size(), " fields, the header has ", header_.size())));
        }
        return false;
    }

    void finish() {
        if (rows_.has_open_quote())
            throw Error(Fault::Input, cat("a quote never ends: ", table_.name)).with_id("envelope.balance-format");
        if (misshapen_ * 100 > report_.rows * kMostMisshapenPercent)
            throw Error(Fault::Input,
                        cat("more than 1 % of the rows have another number of fields than the header: ", misshapen_,
                            " of ", report_.rows, ", the first in ", table_.name, ", line ", first_misshapen_))
                .with_id("envelope.field-count");
        add_world_totals(reported_, reporters_, table_.label, balances_, issues_);
        if (report_.amounts == 0) fail_format("it has no amount of a grain");
    }

    void note_synthetic(std::string_view text) {
        report_.is_synthetic = report_.is_synthetic || equal_ignoring_case(text, "synthetic");
    }

    BalanceUnit unit_of(std::string_view stated) {
        if (!stated.empty()) {
            if (const auto unit = find_unit(stated)) return *unit;
            throw Error(Fault::Input, cat("unit is not known (1000 t, t or kcal): ", shown(stated), " in ", table_.name,
                                          ", line ", rows_.line()))
                .with_id("envelope.balance-unit");
        }
        if (table_.given) return *table_.given;
        throw Error(Fault::Input, cat("no unit of the numbers is stated in ", table_.name, ", line ", rows_.line()))
            .with_id("envelope.balance-unit")
            .with_mend("Give --unit if you know it.");
    }

    /// The amount in kg; nothing, counted and reported, if it cannot be used.
    std::optional<std::int64_t> kilograms(std::string_view text, Grain grain, BalanceUnit unit,
                                          std::string_view column) {
        if (std::ranges::any_of(kMissing, [&](std::string_view one) { return equal_ignoring_case(one, text); })) {
            ++report_.missing;
            return std::nullopt;
        }
        const auto scaled = parse_scaled(without_thousands(text), decimals(unit));
        std::optional<std::int64_t> kg;
        if (scaled && scaled->value >= 0) kg = in_kilograms(*scaled, grain, unit);
        if (!kg || *kg > kLargestAmountKg) {
            ++report_.bad;
            issues_.add(issue("envelope.balance-value", std::string(column),
                              cat("expected an amount in ", unit_name(unit), ", found ", shown(text), "; left out")));
            return std::nullopt;
        }
        ++report_.amounts;
        report_.unit = unit;
        return kg;
    }
    static int decimals(BalanceUnit unit) {
        if (unit == BalanceUnit::Kilotonne) return 6;
        return unit == BalanceUnit::Tonne ? 3 : 0;
    }
    std::int64_t in_kilograms(const Scaled& scaled, Grain grain, BalanceUnit unit) {
        report_.rounded += scaled.rounded ? 1 : 0;
        if (unit != BalanceUnit::Kilocalorie) return scaled.value;
        // kcal per kg = (kcal per g times 10^5) / 100.
        const Int128 hundredths = Int128{scaled.value} * 100;
        report_.rounded += hundredths % grain_content(grain) != 0 ? 1 : 0;
        return static_cast<std::int64_t>(round_ratio(hundredths, grain_content(grain)));
    }

    void add_world(Grain grain, Flow flow, int year, std::int64_t kg) {
        balances_.add(grain, flow, year, kg, {table_.label, rows_.line()}, issues_);
    }
    void add_reported(Grain grain, Flow flow, int year, std::uint16_t reporter, std::int64_t kg) {
        reported_.push_back({grain, flow, static_cast<std::int16_t>(year), reporter, kg, rows_.line()});
    }

    std::optional<int> year_of(std::string_view text, std::string_view column) {
        const auto year = market_year(text);
        if (!year) {
            ++report_.bad;
            issues_.add(issue("envelope.balance-value", std::string(column),
                              cat("expected a market year, found ", shown(text), "; row left out")));
        }
        return year;
    }

    void read_long() {
        report_.format = BalanceFormat::Long;
        const std::size_t commodity = need("Commodity_Description");
        const std::size_t attribute = need("Attribute_Description");
        const std::size_t year_column = need("Market_Year");
        const std::size_t value = need("Value");
        const std::size_t name = need("Country_Name");
        const auto code = place("Country_Code");
        const auto unit = place("Unit_Description");
        const auto mark = place("year_data");
        while (next_row()) {
            const auto grain = find_grain(field(commodity));
            const auto flow = find_flow(field(attribute));
            if (!grain || !flow) continue;
            note_synthetic(field(mark));
            const auto year = year_of(field(year_column), "Market_Year");
            if (!year) continue;
            if (const auto kg = kilograms(field(value), *grain, unit_of(field(unit)), "Value"))
                add_reported(*grain, *flow, *year, reporters_.number(field(code), field(name)), *kg);
        }
    }

    void read_tidy() {
        report_.format = BalanceFormat::Tidy;
        const std::size_t commodity = need("commodity");
        const std::size_t attribute = need("attribute");
        const std::size_t year_column = need("marketing_year");
        const std::size_t value = need("value");
        const auto unit = place("unit");
        const auto mark = place("year_data");
        while (next_row()) {
            const auto grain = find_grain(field(commodity));
            const auto flow = find_flow(field(attribute));
            if (!grain || !flow) continue;
            note_synthetic(field(mark));
            const auto year = year_of(field(year_column), "marketing_year");
            if (!year) continue;
            if (const auto kg = kilograms(field(value), *grain, unit_of(field(unit)), "value"))
                add_world(*grain, *flow, *year, *kg);
        }
    }

    void read_wide() {
        report_.format = BalanceFormat::Wide;
        const std::size_t commodity = need("Commodity");
        const std::size_t attribute = need("Attribute");
        const std::size_t country = need("Country");
        const auto unit = place("Unit Description");
        const auto mark = place("year_data");
        std::vector<std::pair<std::size_t, int>> years;
        for (std::size_t i = 0; i < header_.size(); ++i)
            if (const auto year = market_year(header_[i])) years.emplace_back(i, *year);
        if (years.empty()) fail_format("no column of a year such as 1960/1961");
        while (next_row()) {
            const auto grain = find_grain(field(commodity));
            const auto flow = find_flow(field(attribute));
            if (!grain || !flow) continue;
            note_synthetic(field(mark));
            const BalanceUnit its_unit = unit_of(field(unit));
            const std::uint16_t reporter = reporters_.number({}, field(country));
            for (const auto& [at, year] : years)
                if (const auto kg = kilograms(field(at), *grain, its_unit, header_[at]))
                    add_reported(*grain, *flow, year, reporter, *kg);
        }
    }

    /// A column of the narrow format.
    struct NarrowColumn {
        std::size_t at = 0;
        Grain grain = Grain::Wheat;
        Flow flow = Flow::Production;
        std::uint16_t reporter = 0;
    };

    void read_narrow() {
        report_.format = BalanceFormat::Narrow;
        const std::vector<std::string> attributes = narrow_header("Attribute");
        const std::vector<std::string> countries = narrow_header("Country");
        std::vector<NarrowColumn> columns;
        std::optional<std::size_t> mark;
        for (std::size_t i = 1; i < header_.size(); ++i) {
            if (equal_ignoring_case(attributes[i], "year_data")) mark = i;
            const auto grain = find_grain(header_[i]);
            const auto flow = find_flow(attributes[i]);
            if (grain && flow) columns.push_back({i, *grain, *flow, reporters_.number({}, countries[i])});
        }
        if (columns.empty()) fail_format("no column of a grain's production, consumption or stocks");
        if (!table_.given)
            issues_.add({.id = "envelope.balance-unit",
                         .file = table_.label,
                         .severity = Severity::Note,
                         .message = "the narrow format states no unit; it is 1000 t by definition (see --unit)"});
        const BalanceUnit unit = table_.given.value_or(BalanceUnit::Kilotonne);
        while (next_row()) {
            note_synthetic(field(mark));
            const auto year = year_of(field(0), "year");
            if (!year) continue;
            for (const NarrowColumn& column : columns)
                if (const auto kg = kilograms(field(column.at), column.grain, unit, attributes[column.at]))
                    add_reported(column.grain, column.flow, *year, column.reporter, *kg);
        }
    }

    /// One of the header rows below the first, as long as the first.
    std::vector<std::string> narrow_header(std::string_view title) {
        if (!rows_.next() || !equal_ignoring_case(header_.front(), "Commodity") ||
            !equal_ignoring_case(rows_.fields().front(), title) || rows_.fields().size() != header_.size())
            fail_header();
        return {rows_.fields().begin(), rows_.fields().end()};
    }

    const BalanceText& table_;
    Balances& balances_;
    IssueList& issues_;
    Rows rows_;
    Reporters reporters_;
    std::vector<Reported> reported_;
    std::vector<std::string> header_;
    BalanceReport report_;
    std::int64_t misshapen_ = 0;
    std::int64_t first_misshapen_ = 0;
};

}  // namespace

std::string_view format_name(BalanceFormat format) {
    constexpr std::array<std::string_view, 4> kNames = {"narrow", "wide", "long", "tidy"};
    return kNames[static_cast<std::size_t>(format)];
}

std::string_view unit_name(BalanceUnit unit) {
    constexpr std::array<std::string_view, 3> kNames = {"1000 t", "t", "kcal"};
    return kNames[static_cast<std::size_t>(unit)];
}

std::optional<BalanceUnit> find_unit(std::string_view text) {
    text = trim(text);
    if (text.starts_with('(') && text.ends_with(')')) text = trim(text.substr(1, text.size() - 2));
    for (const std::string_view name :
         {"1000 t", "1000 mt", "1000 tonnes", "1000 metric tons", "kt", "thousand tonnes"})
        if (equal_ignoring_case(text, name)) return BalanceUnit::Kilotonne;
    for (const std::string_view name : {"t", "tonnes", "metric tons"})
        if (equal_ignoring_case(text, name)) return BalanceUnit::Tonne;
    if (equal_ignoring_case(text, "kcal")) return BalanceUnit::Kilocalorie;
    return std::nullopt;
}

BalanceReport read_balance_table(const BalanceText& table, Balances& balances, IssueList& issues) {
    return Reader(table, balances, issues).read();
}

const Balances& builtin_balances() {
    static const Balances balances = [] {
        Balances read;
        IssueList issues;
        read_balance_table({embedded_envelope_balances(), "balances", "the built-in balances", {}}, read, issues);
        check(issues.empty(), "the built-in balances read without findings");
        return read;
    }();
    return balances;
}

std::string builtin_balances_digest() {
    return digest_of(embedded_envelope_balances()).hex();
}

}  // namespace hone::envelope
