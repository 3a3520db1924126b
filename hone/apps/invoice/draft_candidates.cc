#include "hone/apps/invoice/draft_candidates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kAmountsKept = 32, kLabelsKept = 256, kSameDatesKept = 4, kDatesKept = 4096, kDomainsKept = 16;
constexpr std::size_t kLongLine = 4096;  ///< bytes within which columns are counted

bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\v';
}
bool is_break(char letter) {
    return letter == '\n' || letter == '\f';
}
bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
bool is_separator(char letter) {
    return std::string_view(":.#=-").find(letter) != std::string_view::npos;
}

/// Past blanks of any kind within the line.
std::size_t after_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && !is_break(text[at])) {
        std::size_t next = at;
        if (!is_space(next_code(text, next))) break;
        at = next;
    }
    return at;
}

std::size_t line_begin(std::string_view text, std::size_t at) {
    const std::size_t least = at > kLongLine ? at - kLongLine : 0;
    while (at > least && !is_break(text[at - 1]))
        --at;
    return at;
}
std::size_t line_end(std::string_view text, std::size_t at) {
    while (at < text.size() && !is_break(text[at]))
        ++at;
    return at;
}

/// Characters between two places of a line.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}
std::size_t column_of(std::string_view text, std::size_t at) {
    const std::size_t begin = line_begin(text, at);
    return width_of(text.substr(begin, at - begin));
}

/// Cells of a line: what two blanks or a tab part.
std::vector<TextSpan> cells_of(std::string_view text, TextSpan line) {
    std::vector<TextSpan> cells;
    std::size_t at = line.begin;
    while (at < line.end) {
        while (at < line.end && is_blank(text[at]))
            ++at;
        std::size_t end = at;
        while (end < line.end && text[end] != '\t' &&
               !(is_blank(text[end]) && (end + 1 >= line.end || is_blank(text[end + 1]))))
            ++end;
        if (end > at) cells.push_back({at, end});
        at = end;
    }
    return cells;
}

bool has_letters(std::string_view text, std::size_t least) {
    std::size_t letters = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        if (code != '_' && code != 0xFFFD && is_word(code) && digit_value(code) < 0) ++letters;
    }
    return letters >= least;
}
bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// What stands alone at the top of documents and names nobody.
bool is_title(std::string_view cell) {
    static constexpr std::array kTitles = std::to_array<std::string_view>({"invoice",
                                                                           "tax invoice",
                                                                           "proforma invoice",
                                                                           "pro forma invoice",
                                                                           "sales invoice",
                                                                           "commercial invoice",
                                                                           "bill",
                                                                           "credit note",
                                                                           "credit memo",
                                                                           "receipt",
                                                                           "statement",
                                                                           "order",
                                                                           "purchase order",
                                                                           "order confirmation",
                                                                           "order acknowledgement",
                                                                           "order acknowledgment",
                                                                           "acknowledgement",
                                                                           "packing slip",
                                                                           "delivery note",
                                                                           "original",
                                                                           "copy",
                                                                           "duplicate",
                                                                           "facture",
                                                                           "avoir",
                                                                           "facture d'avoir",
                                                                           "devis",
                                                                           "rechnung",
                                                                           "gutschrift",
                                                                           "lieferschein",
                                                                           "auftragsbestatigung",
                                                                           "factuur",
                                                                           "creditnota",
                                                                           "creditfactuur",
                                                                           "orderbevestiging",
                                                                           "fattura",
                                                                           "factura",
                                                                           "fatura",
                                                                           "faktura",
                                                                           "page"});
    std::vector<std::uint32_t> places;
    std::string folded = folded_line(cell, places);
    while (!folded.empty() && (is_separator(folded.back()) || folded.back() == ' '))
        folded.pop_back();
    return std::any_of(kTitles.begin(), kTitles.end(), [&](std::string_view title) { return folded == title; }) ||
           folded.starts_with("page ") || folded.starts_with("seite ") || folded.starts_with("pagina ");
}

/// Reads one text, line by line.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    DraftScan run() {
        std::size_t page = 1, line = 1;
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t end = line_end(text_, at);
            page_ = page;
            line_ = line;
            read_line({at, end});
            ++line;
            if (end < text_.size() && text_[end] == '\f') {
                ++page;
                line = 1;
            }
            at = end + 1;
        }
        finish();
        return std::move(scan_);
    }

private:
    void read_line(TextSpan line) {
        if (after_blanks(text_, line.begin) == line.end) return;
        if (lines_with_text_++ < kIssuerLines && scan_.issuer.end == 0) look_for_issuer(line);
        if (scan_.domains.size() < kDomainsKept) look_for_domains(line);
        for (std::size_t at = line.begin; at < line.end;)
            at = read_word(at, line);
        find_labels(text_, line.begin, line.end, [&](const DraftLabel& label) { return take_label(label, line); });
    }

    void look_for_issuer(TextSpan line) {
        constexpr std::size_t kMostBytes = 80;
        for (const TextSpan& cell : cells_of(text_, line)) {
            const std::string_view name = cell.of(text_);
            if (name.size() > kMostBytes || !has_letters(name, 2) || has_control(name) || is_title(name)) continue;
            if (name.find_first_of(":@\\") != std::string_view::npos || name.find(".*") != std::string_view::npos)
                continue;
            if (scan_date(text_, cell.begin) != 0) continue;
            bool begins_with_label = false;
            find_labels(name, 0, name.size(), [&](const DraftLabel& label) {
                begins_with_label =
                    begins_with_label ||
                    (label.begin == 0 && scan_document_number(name, after_blanks(name, label.end)) != 0);
                return false;
            });
            if (begins_with_label) continue;
            scan_.issuer = cell;
            return;
        }
    }

    void look_for_domains(TextSpan line) {
        const std::string_view all = line.of(text_);
        for (std::size_t at = 0; at < all.size(); ++at) {
            const bool is_web = all.substr(at).starts_with("www.");
            if (!is_web && all[at] != '@') continue;
            std::size_t end = at + (is_web ? 0 : 1);
            const std::size_t from = end;
            while (end < all.size() && (is_digit(all[end]) || (all[end] >= 'a' && all[end] <= 'z') ||
                                        (all[end] >= 'A' && all[end] <= 'Z') || all[end] == '-' || all[end] == '.'))
                ++end;
            std::string domain(all.substr(from, end - from));
            while (domain.ends_with('.'))
                domain.pop_back();
            at = std::max(at, end > 0 ? end - 1 : 0);
            if (domain.size() < 4 || domain.find('.') == std::string::npos) continue;
            if (std::ranges::count(scan_.domains, domain) == 0 && scan_.domains.size() < kDomainsKept)
                scan_.domains.push_back(std::move(domain));
        }
    }

    /// Takes what stands at `at`; where to go on.
    std::size_t read_word(std::size_t at, TextSpan line) {
        if (!begins_word(text_, at)) {
            next_code(text_, at);
            return at;
        }
        if (const std::size_t end = scan_iban(text_, at)) return add(DraftField::Iban, {at, end}, line, "iban ok");
        if (const std::size_t end = scan_vat(text_, at))
            return add(DraftField::Vat, {at, end}, line, cat("vat shape ", text_.substr(at, 2)));
        if (const std::size_t end = scan_bic(text_, at)) return add(DraftField::Bic, {at, end}, line, "bic ok");
        if (const std::size_t end = scan_date(text_, at)) return add_date({at, end}, line);
        if (is_digit(text_[at])) {
            if (const std::optional<PrintedNumber> number = scan_number(text_, at)) return add_amount(*number, line);
        } else if (const std::optional<PrintedCurrency> currency = currency_at(text_, at);
                   currency && currency->place.begin == at && currency->place.end < line.end &&
                   is_digit(text_[currency->place.end])) {
            if (const std::optional<PrintedNumber> number = scan_number(text_, currency->place.end))
                return add_amount(*number, line);
        }
        while (at < line.end && begins_word(text_, at))
            next_code(text_, at);
        return at;
    }

    std::size_t add(DraftField field, TextSpan place, TextSpan line, std::string check) {
        DraftCandidate made = candidate(field, place);
        made.lead = context_of(place.begin, line);
        made.check = std::move(check);
        if (++counts_[field] <= kLabelsKept) scan_.found.push_back(std::move(made));
        return place.end;
    }

    std::size_t add_date(TextSpan place, TextSpan line) {
        const std::string raw(place.of(text_));
        note_order(raw);
        if (dates_.size() >= kDatesKept || ++dates_[raw] > kSameDatesKept) {
            ++scan_.left_out;
            return place.end;
        }
        DraftCandidate made = candidate(DraftField::Date, place);
        made.lead = context_of(place.begin, line);
        scan_.found.push_back(std::move(made));
        return place.end;
    }

    void note_order(std::string_view raw) {
        const std::size_t first = raw.find_first_of("/-");
        if (first > 2 || !is_digit(raw[first + 1]) || !is_digit(raw[0])) return;
        const auto number = [](std::string_view part) {
            int value = 0;
            for (const char digit : part)
                value = 10 * value + (digit - '0');
            return value;
        };
        const std::size_t second = raw.find_first_not_of("0123456789", first + 1);
        if (second == std::string_view::npos || second - first > 3) return;
        scan_.day_first += number(raw.substr(0, first)) > 12 ? 1 : 0;
        scan_.month_first += number(raw.substr(first + 1, second - first - 1)) > 12 ? 1 : 0;
    }

    std::size_t add_amount(const PrintedNumber& number, TextSpan line) {
        if (number.decimals == 2) ++(number.decimal == '.' ? scan_.points : scan_.commas);
        DraftCandidate made = amount_candidate(number);
        // "-€12": a pattern behind the sign would lose it.
        const std::size_t before = made.lead.currency.end != 0 ? made.lead.currency.begin : 0;
        if (before > 0 && (text_[before - 1] == '-' || text_.substr(0, before).ends_with("\xE2\x88\x92")))
            return number.place.end;
        if (number.decimals != 2 && made.currency.empty()) return std::max(number.place.end, number.place.begin + 1);
        made.lead =
            context_of(made.lead.currency.end != 0 ? made.lead.currency.begin : number.place.begin, line, made.lead);
        amounts_.push_back(std::move(made));
        if (amounts_.size() >= 4 * kAmountsKept) keep_largest();
        return number.place.end;
    }

    void keep_largest() {
        if (amounts_.size() <= kAmountsKept) return;
        std::stable_sort(amounts_.begin(), amounts_.end(), [&](const DraftCandidate& a, const DraftCandidate& b) {
            const auto size = [&](const DraftCandidate& one) {
                return std::abs(value_of(text_, one.number, one.number.is_lone_group ? '\0' : one.number.decimal));
            };
            return size(a) > size(b);
        });
        scan_.left_out += amounts_.size() - kAmountsKept;
        amounts_.resize(kAmountsKept);
    }

    DraftCandidate candidate(DraftField field, TextSpan place) const {
        DraftCandidate made;
        made.field = field;
        made.place = place;
        made.page = page_;
        made.line = line_;
        return made;
    }

    DraftCandidate amount_candidate(const PrintedNumber& number) const {
        DraftCandidate made = candidate(DraftField::Amount, number.place);
        made.number = number;
        made.lead.has_sign = text_[number.place.begin] == '-';
        if (const std::optional<PrintedCurrency> before = currency_before(text_, number.place.begin)) {
            made.currency = before->code;
            made.lead.currency = before->place;
        } else if (const std::optional<PrintedCurrency> after = currency_at(text_, number.place.end)) {
            made.currency = after->code;
        }
        return made;
    }

    /// The words in front of a value: the rest of its cell, or the cell before it. No digits, at most 40 bytes.
    DraftLead context_of(std::size_t at, TextSpan line, DraftLead lead = {}) const {
        constexpr std::size_t kMostBytes = 40, kFar = 400;
        const std::size_t least = at > line.begin + kFar ? at - kFar : line.begin;
        std::size_t end = at;
        while (end > least && (is_blank(text_[end - 1]) || is_separator(text_[end - 1])))
            --end;
        std::size_t begin = end;
        while (begin > least && text_[begin - 1] != '\t' &&
               !(is_blank(text_[begin - 1]) && begin - 1 > least && is_blank(text_[begin - 2])))
            --begin;
        while (begin < end && is_blank(text_[begin]))
            ++begin;
        const std::string_view words = text_.substr(begin, end - begin);
        const bool has_digit = std::any_of(words.begin(), words.end(), is_digit);
        if (words.size() <= kMostBytes && has_letters(words, 2) && !has_digit && !has_control(words))
            lead.label = {begin, end};
        return lead;
    }

    bool take_label(const DraftLabel& label, TextSpan line) {
        std::optional<DraftCandidate> made = beside(label, line);
        if (!made) made = below(label, line);
        if (!made) return false;
        made->weight = label.weight;
        made->is_second_choice = label.is_second_choice;
        if (!label.language.empty()) scan_.languages.emplace_back(label.language);
        if (label.language.empty() || ++labels_[label.field] <= kLabelsKept) scan_.found.push_back(std::move(*made));
        if (scan_.languages.size() > kLabelsKept) scan_.languages.pop_back();
        return true;
    }

    /// The value right of a label, or at the beginning of the next line.
    std::optional<DraftCandidate> beside(const DraftLabel& label, TextSpan line) const {
        DraftLead lead;
        lead.label = {label.begin, label.end};
        std::size_t at = after_blanks(text_, label.end);
        if (at < line.end && text_[at] == '(') {
            const std::size_t close = text_.substr(at, 24).find(')');
            const std::string_view note =
                close == std::string_view::npos ? std::string_view() : text_.substr(at, close + 1);
            if (!note.empty() && !has_control(note) && std::none_of(note.begin(), note.end(), is_digit)) {
                lead.note = {at, at + note.size()};
                at = after_blanks(text_, lead.note.end);
            }
        }
        while (at < line.end && is_separator(text_[at])) {
            const std::size_t next = after_blanks(text_, at + 1);
            const bool is_sign = text_[at] == '-' && label.field == DraftField::Amount && next == at + 1;
            if (is_sign) break;
            const bool comes_again =
                next < line.end && is_separator(text_[next]) && text_[next] != '-' && lead.note.end == 0;
            if (comes_again) lead.label.end = at + 1;
            at = next;
            if (!comes_again) break;
        }
        if (at < line.end) return value_at(label.field, at, lead);
        return at_next_line(label, lead, at);
    }

    std::optional<DraftCandidate> at_next_line(const DraftLabel& label, DraftLead& lead, std::size_t at) const {
        for (int breaks = 0; breaks < 2 && at < text_.size() && text_[at] == '\n'; ++breaks)
            at = after_blanks(text_, at + 1);
        if (at >= text_.size() || is_break(text_[at])) return {};
        const std::optional<DraftCandidate> made = value_at(label.field, at, lead);
        if (!made) return {};
        const std::size_t begin = line_begin(text_, label.begin);
        const bool is_alone = after_blanks(text_, begin) == label.begin;
        const std::size_t from = column_of(text_, label.begin), to = from + width_of(lead.label.of(text_));
        const std::size_t start = column_of(text_, made->place.begin), stop = start + width_of(made->place.of(text_));
        return is_alone || (start < to && from < stop) ? made : std::nullopt;
    }

    /// The value below a label that is one of several headings.
    std::optional<DraftCandidate> below(const DraftLabel& label, TextSpan line) const {
        constexpr std::size_t kMostHeadings = 120, kMostWords = 8;
        if (line.end - line.begin > kLongLine || label.field == DraftField::Amount) return {};
        DraftLead lead;
        lead.label = {label.begin, label.end};
        std::size_t rest = label.end;
        while (rest < line.end && is_separator(text_[rest]))
            lead.label.end = ++rest;
        const std::size_t next = after_blanks(text_, rest);
        std::size_t end = line.end;
        while (end > next && is_blank(text_[end - 1]))
            --end;
        const std::string_view headings = text_.substr(next, end - next);
        if ((next < line.end && next < rest + 2) || headings.size() > kMostHeadings || has_control(headings) ||
            std::any_of(headings.begin(), headings.end(), is_digit))
            return {};
        if (!headings.empty()) lead.headings = {next, end};
        std::size_t at = line.end;
        for (int breaks = 0; breaks < 2 && at < text_.size() && text_[at] == '\n'; ++breaks)
            at = after_blanks(text_, at + 1);
        if (at >= text_.size() || is_break(text_[at])) return {};
        const std::size_t from = column_of(text_, label.begin), to = from + width_of(lead.label.of(text_)) + 2;
        const std::size_t values_end = line_end(text_, at);
        for (std::size_t words = 0; words < kMostWords && at < values_end; ++words) {
            lead.columns_before = words;
            std::size_t stop = at;
            while (stop < values_end && after_blanks(text_, stop) == stop)
                next_code(text_, stop);
            const std::size_t start = column_of(text_, at), width = width_of(text_.substr(at, stop - at));
            if (start < to && from < start + width)
                if (std::optional<DraftCandidate> made = value_at(label.field, at, lead)) return made;
            at = after_blanks(text_, stop);
        }
        return {};
    }

    /// The value of a field that begins at `at`.
    std::optional<DraftCandidate> value_at(DraftField field, std::size_t at, DraftLead lead) const {
        if (field == DraftField::Amount) return amount_at(at, lead);
        std::size_t end = 0;
        std::string check;
        switch (field) {
            case DraftField::Iban:
                end = scan_iban(text_, at);
                check = "iban ok";
                break;
            case DraftField::Bic:
                end = scan_bic(text_, at);
                check = "bic ok";
                break;
            case DraftField::Vat:
                end = scan_vat(text_, at);
                check = end != 0 ? cat("vat shape ", text_.substr(at, 2)) : "no vat shape of the EU";
                if (end == 0) end = scan_iban(text_, at) != 0 ? 0 : scan_tax_number(text_, at);
                break;
            case DraftField::PartnerCoc:
                end = scan_registration(text_, at);
                break;
            case DraftField::InvoiceNumber:
                end = scan_document_number(text_, at);
                break;
            default:
                end = scan_date(text_, at);
        }
        if (end == 0) return {};
        DraftCandidate made = candidate(field, {at, end});
        made.lead = lead;
        made.check = std::move(check);
        made.line += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(lead.label.end),
                                                         text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
        return made;
    }

    std::optional<DraftCandidate> amount_at(std::size_t at, DraftLead lead) const {
        const std::size_t from = at;
        const std::optional<PrintedCurrency> currency = currency_at(text_, at);
        const bool has_currency = currency && currency->place.begin == at;
        if (has_currency) at = after_blanks(text_, currency->place.end);
        constexpr std::string_view kMinus = "\xE2\x88\x92";
        if (at < text_.size() && (text_[at] == '-' || text_[at] == '+' || text_[at] == '('))
            ++at;
        else if (text_.substr(at).starts_with(kMinus))
            at += kMinus.size();
        if (scan_date(text_, at) != 0) return {};
        const std::optional<PrintedNumber> number = scan_number(text_, at);
        if (!number || number->place.begin < from) return {};
        DraftCandidate made = amount_candidate(*number);
        const DraftLead beside = made.lead;
        made.lead = lead;
        made.lead.currency = has_currency ? currency->place : beside.currency;
        made.lead.has_sign = beside.has_sign;
        if (has_currency) made.currency = currency->code;
        return made;
    }

    void finish() {
        keep_largest();
        scan_.found.insert(scan_.found.end(), std::make_move_iterator(amounts_.begin()),
                           std::make_move_iterator(amounts_.end()));
        std::stable_sort(scan_.found.begin(), scan_.found.end(), [](const DraftCandidate& a, const DraftCandidate& b) {
            return a.place.begin != b.place.begin ? a.place.begin < b.place.begin : a.weight > b.weight;
        });
    }

    static constexpr std::size_t kIssuerLines = 10;

    std::string_view text_;
    DraftScan scan_;
    std::size_t page_ = 1, line_ = 1, lines_with_text_ = 0;
    std::vector<DraftCandidate> amounts_;
    std::map<std::string, std::size_t> dates_;
    std::map<DraftField, std::size_t> labels_, counts_;
};

}  // namespace

std::uint64_t DraftScan::memory_bytes() const {
    return sizeof *this + found.capacity() * (sizeof(DraftCandidate) + 16) + 40 * (languages.size() + domains.size());
}

DraftScan scan_draft(std::string_view text) {
    return Scanner(text).run();
}

}  // namespace hone::invoice
