#include "hone/apps/invoice/draft_picks.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "hone/apps/invoice/month_names.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// Three numbers with one mark between them.
struct NumericDate {
    std::array<std::string_view, 3> parts;
    char mark = 0;
    int number(std::size_t part) const { return static_cast<int>(parse_int64(parts.at(part)).value_or(0)); }
    bool is_year_first() const { return parts[0].size() == 4; }
};
std::optional<NumericDate> numeric_date(std::string_view text) {
    NumericDate out;
    const std::size_t first = text.find_first_not_of("0123456789");
    if (first == std::string_view::npos || first == 0) return {};
    out.mark = text[first];
    const std::size_t second = text.find(out.mark, first + 1);
    if (std::string_view("./-").find(out.mark) == std::string_view::npos || second == std::string_view::npos) return {};
    out.parts = {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
    for (const std::string_view part : out.parts)
        if (part.empty() || part.size() > 4 || !std::ranges::all_of(part, is_digit)) return {};
    return out;
}

std::string numeric_format(const NumericDate& date, DateOrder order) {
    const auto format = [&](std::string_view a, std::string_view b, std::string_view c) {
        return cat(a, date.mark, b, date.mark, c);
    };
    if (date.is_year_first()) return date.number(1) > 12 ? format("%Y", "%d", "%m") : format("%Y", "%m", "%d");
    const std::string_view year = date.parts[2].size() == 4 ? "%Y" : "%y";
    if (order == DateOrder::YearMonthDay && year == "%y" && date.number(1) <= 12 && date.number(2) <= 31 &&
        date.parts[0].size() == 2)
        return format("%y", "%m", "%d");
    const bool prefers_day = date.mark == '.' || order == DateOrder::DayMonthYear;
    const bool is_day_first = prefers_day ? date.number(1) <= 12 : date.number(0) > 12;
    return is_day_first ? format("%d", "%m", year) : format("%m", "%d", year);
}

/// The format of a date with the name of a month.
std::optional<std::string> named_format(std::string_view text) {
    std::string out;
    bool has_name = false, has_day = false;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_digit(text[end]))
            ++end;
        if (end > at) {
            const bool is_year = end - at == 4 || has_day;
            out += is_year ? (end - at == 4 ? "%Y" : "%y") : "%d";
            has_day = true;
            at = end;
            continue;
        }
        while (end < text.size()) {
            std::size_t next = end;
            const char32_t code = next_code(text, next);
            if (!is_word(code) || digit_value(code) >= 0) break;
            end = next;
        }
        if (end > at) {
            if (has_name || end < at + 3) return {};
            has_name = true;
            out += end - at <= 3 || text.substr(end).starts_with('.') ? "%b" : "%B";
            at = end;
            continue;
        }
        const char32_t code = next_code(text, at);
        if (code == '%') return {};
        if (!is_space(code))
            append_code(out, code);
        else if (!out.ends_with(' '))
            out += ' ';
    }
    if (!has_name) return {};
    return out;
}

bool needs_language(std::string_view printed) {
    return !numeric_date(printed) && !parse_english_date(printed, DateOrder::MonthDayYear);
}

constexpr std::string_view kDayFirstLanguages = "de nl fr es it pl pt da sv";

/// Adds languages until every date with the name of a month can be read.
void add_languages_of_dates(std::span<const DraftDocument* const> documents, std::vector<std::string>& languages) {
    for (const DraftDocument* document : documents) {
        for (const DraftCandidate& one : document->scan.found) {
            if (one.field != DraftField::Date && one.field != DraftField::DateDue) continue;
            const std::string_view printed = one.place.of(document->text);
            if (!needs_language(printed)) continue;
            const auto reads = [&](const std::string& language) {
                return parse_named_date(printed, language).has_value();
            };
            if (std::ranges::any_of(languages, reads)) continue;
            const std::vector<std::string> all = split(month_languages(), ' ');
            const auto found = std::ranges::find_if(all, reads);
            if (found != all.end()) languages.push_back(*found);
        }
    }
}

DateOrder order_of(std::span<const DraftDocument* const> documents, const std::vector<std::string>& languages,
                   bool& is_known) {
    std::size_t day_first = 0, month_first = 0, dollars = 0, others = 0;
    for (const DraftDocument* document : documents) {
        day_first += document->scan.day_first;
        month_first += document->scan.month_first;
        for (const DraftCandidate& one : document->scan.found) {
            if (one.currency.empty()) continue;
            const bool is_dollar = one.currency == "USD" || one.currency == "CAD";
            ++(is_dollar ? dollars : others);
        }
    }
    is_known = true;
    if (day_first != month_first) return day_first > month_first ? DateOrder::DayMonthYear : DateOrder::MonthDayYear;
    if (!languages.empty() && kDayFirstLanguages.find(languages.front()) != std::string_view::npos)
        return DateOrder::DayMonthYear;
    if (dollars != others) return others > dollars ? DateOrder::DayMonthYear : DateOrder::MonthDayYear;
    is_known = false;
    return DateOrder::MonthDayYear;
}

bool is_better_label(const DraftCandidate& a, const DraftCandidate& b) {
    if (a.is_second_choice != b.is_second_choice) return b.is_second_choice;
    return a.weight > b.weight;
}

/// Chooses the fields of one document.
class Picker {
public:
    Picker(const DraftDocument& document, const DraftStyle& style) : document_(document), style_(style) {}

    DraftPicks run() {
        for (const DraftField field : {DraftField::Iban, DraftField::Bic, DraftField::Vat, DraftField::PartnerCoc,
                                       DraftField::InvoiceNumber, DraftField::DateDue})
            if (const DraftCandidate* labelled = best_label(field)) take(field, *labelled, "its label");
        for (const DraftField field : {DraftField::Iban, DraftField::Vat})
            if (!at(field))
                if (const DraftCandidate* first = first_of(field))
                    take(field, *first, cat("the first valid ", draft_field_name(field)));
        if (!at(DraftField::Bic)) guess_bic();
        guess_dates();
        guess_amount();
        return std::move(picks_);
    }

private:
    DraftPick& at(DraftField field) { return picks_.at(static_cast<std::size_t>(field)); }
    void take(DraftField field, const DraftCandidate& candidate, std::string reason) {
        Data value = value_of(candidate, document_.text, style_);
        if (!value.is_null()) at(field) = {&candidate, std::move(value), std::move(reason)};
    }
    std::string_view text_of(const DraftCandidate& one) const { return one.place.of(document_.text); }

    const DraftCandidate* best_label(DraftField field) const {
        const DraftCandidate* best = nullptr;
        for (const DraftCandidate& one : document_.scan.found)
            if (one.field == field && one.weight > 0 && (best == nullptr || is_better_label(one, *best))) best = &one;
        return best;
    }
    const DraftCandidate* first_of(DraftField field) const {
        for (const DraftCandidate& one : document_.scan.found)
            if (one.field == field && one.weight == 0) return &one;
        return nullptr;
    }

    /// Words of eight capitals have the shape of a BIC, too.
    void guess_bic() {
        std::string_view country;
        if (at(DraftField::Iban)) country = text_of(*at(DraftField::Iban).candidate).substr(0, 2);
        for (const DraftCandidate& one : document_.scan.found) {
            if (one.field != DraftField::Bic || one.weight != 0) continue;
            const std::string_view text = text_of(one);
            if (text.substr(4, 2) != country && std::ranges::none_of(text, is_digit)) continue;
            take(DraftField::Bic, one, "the first valid bic");
            return;
        }
    }

    struct Dated {
        const DraftCandidate* candidate;
        Moment day;
    };
    void guess_dates() {
        std::vector<Dated> all, plain;
        for (const DraftCandidate& one : document_.scan.found) {
            if (one.field != DraftField::Date) continue;
            const std::optional<Moment> day = printed_moment(text_of(one), style_);
            if (day) all.push_back({&one, *day});
        }
        const DraftCandidate* due = at(DraftField::DateDue).candidate;
        std::vector<TextSpan> due_places, date_places;
        for (const DraftCandidate& one : document_.scan.found) {
            if (one.weight > 0 && one.field == DraftField::DateDue) due_places.push_back(one.place);
            if (one.weight > 0 && one.field == DraftField::Date) date_places.push_back(one.place);
        }
        for (const Dated& one : all)
            if (std::ranges::count(due_places, one.candidate->place) == 0) plain.push_back(one);
        if (plain.empty()) plain = all;
        if (plain.empty()) return;
        const auto by_day = [](const Dated& a, const Dated& b) { return a.day < b.day; };
        const Moment earliest = std::ranges::min_element(plain, by_day)->day;
        const DraftCandidate* first = best_of_day(plain, earliest);
        const DraftCandidate* labelled = best_label(DraftField::Date);
        if (first->lead.label.end == 0 && labelled != nullptr)
            take(DraftField::Date, *labelled, "its label; the earliest date has no words in front of it");
        else
            take(DraftField::Date, *first, plain.size() == 1 ? "the only date" : "the earliest date");
        if (due != nullptr) return;
        std::erase_if(plain,
                      [&](const Dated& one) { return std::ranges::count(date_places, one.candidate->place) > 0; });
        if (plain.empty()) return;
        const Moment latest = std::ranges::max_element(plain, by_day)->day;
        if (latest > earliest) take(DraftField::DateDue, *best_of_day(plain, latest), "the latest date");
    }

    /// Of candidates of one day the one with the longest label, else the first with words in front of it.
    static const DraftCandidate* best_of_day(const std::vector<Dated>& dates, const Moment& day) {
        const DraftCandidate* best = nullptr;
        for (const Dated& one : dates) {
            if (one.day != day) continue;
            const bool is_better =
                best == nullptr || is_better_label(*one.candidate, *best) ||
                (best->weight == 0 && best->lead.label.end == 0 && one.candidate->lead.label.end != 0);
            if (is_better) best = one.candidate;
        }
        return best;
    }

    void guess_amount() {
        std::vector<const DraftCandidate*> money, whole;
        for (const DraftCandidate& one : document_.scan.found)
            if (one.field == DraftField::Amount)
                (one.number.decimals == 2 || !one.currency.empty() ? money : whole).push_back(&one);
        if (money.empty()) money = whole;
        const DraftCandidate* best = nullptr;
        const auto size = [&](const DraftCandidate& one) {
            return std::abs(value_of(document_.text, one.number, style_.decimal));
        };
        for (const DraftCandidate* one : money) {
            const double difference = best == nullptr ? 1 : size(*one) - size(*best);
            if (difference > 0 || (difference == 0 && one->weight > best->weight)) best = one;
        }
        if (best != nullptr && best->lead.label.end != 0) take(DraftField::Amount, *best, "the largest amount");
    }

    const DraftDocument& document_;
    const DraftStyle& style_;
    DraftPicks picks_;
};

}  // namespace

DraftStyle draft_style(std::span<const DraftDocument* const> documents, std::optional<DateOrder> order) {
    DraftStyle style;
    std::size_t points = 0, commas = 0;
    std::map<std::string, std::size_t> languages;
    for (const DraftDocument* document : documents) {
        points += document->scan.points;
        commas += document->scan.commas;
        for (const std::string& language : document->scan.languages)
            ++languages[language];
    }
    const std::vector<std::string> known = split(month_languages(), ' ');
    const std::string* most = nullptr;
    for (const auto& [language, count] : languages) {
        if (std::ranges::count(known, language) == 0) continue;
        if (most == nullptr || count > languages[*most] || (count == languages[*most] && *most == "en"))
            most = &language;
    }
    if (most != nullptr) style.languages.push_back(*most);
    const bool writes_commas = most != nullptr && *most != "en";
    style.decimal = points != commas ? (commas > points ? ',' : '.') : points == 0 && writes_commas ? ',' : '.';
    add_languages_of_dates(documents, style.languages);
    style.order = order_of(documents, style.languages, style.is_order_known);
    if (order) {
        style.order = *order;
        style.is_order_known = true;
    }
    return style;
}

std::optional<std::string> date_format_of(std::string_view printed, const DraftStyle& style) {
    if (const std::optional<NumericDate> numbers = numeric_date(printed)) return numeric_format(*numbers, style.order);
    return named_format(printed);
}

std::optional<Moment> printed_moment(std::string_view printed, const DraftStyle& style) {
    std::vector<std::string> formats;
    if (const std::optional<std::string> format = date_format_of(printed, style)) formats.push_back(*format);
    return parse_template_date(printed, {formats, style.languages, DateOrder::MonthDayYear});
}

bool is_doubtful_date(std::string_view printed) {
    const std::optional<NumericDate> date = numeric_date(printed);
    return date && date->mark != '.' && !date->is_year_first() && date->number(0) <= 12 && date->number(1) <= 12 &&
           date->number(0) != date->number(1);
}

Data value_of(const DraftCandidate& candidate, std::string_view text, const DraftStyle& style) {
    const std::string_view printed = candidate.place.of(text);
    switch (candidate.field) {
        case DraftField::Amount:
            return Data(value_of(text, candidate.number, style.decimal));
        case DraftField::DateDue:
        case DraftField::Date: {
            const std::optional<Moment> day = printed_moment(printed, style);
            return day ? Data(*day) : Data();
        }
        case DraftField::PartnerCoc:
            return Data(digits_only(printed));
        case DraftField::InvoiceNumber:
            return Data(printed);
        default:
            return Data(letters_and_digits(printed));
    }
}

DraftPicks pick_values(const DraftDocument& document, const DraftStyle& style) {
    return Picker(document, style).run();
}

}  // namespace hone::invoice
