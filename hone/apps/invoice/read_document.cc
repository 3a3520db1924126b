#include "hone/apps/invoice/read_document.h"

#include <algorithm>

#include "hone/apps/invoice/legal_form.h"
#include "hone/apps/invoice/look_alike.h"
#include "hone/apps/invoice/page_labels.h"
#include "hone/apps/invoice/page_totals.h"
#include "hone/apps/invoice/page_turn.h"
#include "hone/apps/invoice/table_rows.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::vector<PageRows> rows_of(std::span<const DocumentPage* const> pages) {
    std::vector<PageRows> out;
    for (const DocumentPage* page : pages)
        out.push_back({page, rows_of_page(page->words), std::nullopt});
    return out;
}

/// A profile and why it was taken.
struct Choice {
    const VendorProfile* profile = nullptr;
    std::string reason;
};

/// True if a word has the shape of one of the profile's numbers ("CS001000001" or "NO:CS001000001").
bool has_number_of(std::span<const PageRows> pages, const VendorProfile& profile) {
    if (profile.kinds.empty()) return true;
    const auto is_number = [&](const WordBox* word) {
        const std::string_view text = word->text;
        const std::string_view number = text.substr(text.find(':') + 1);  // npos + 1 = the whole text
        // Shapes of kinds leave the count of digits open.
        const bool is_whole = profile.number_shapes.empty() || has_shape(number, profile.number_shapes.front());
        return is_whole && std::any_of(profile.kinds.begin(), profile.kinds.end(),
                                       [&](const auto& one) { return has_any_shape(number, one.shapes); });
    };
    for (const PageRows& page : pages)
        for (const TextRow& row : page.rows)
            if (std::any_of(row.words.begin(), row.words.end(), is_number)) return true;
    return false;
}

/// Rows with a code of the profile and a UPC.
std::size_t rows_with_codes(std::span<const PageRows> pages, const VendorProfile& profile) {
    std::size_t count = 0;
    for (const PageRows& page : pages) {
        for (const TextRow& row : page.rows) {
            bool has_code = false, has_upc = false;
            for (const WordBox* word : row.words) {
                has_code = has_code || has_any_shape(word->text, profile.detecting_shapes);
                has_upc = has_upc || (word->text.size() == 12 && is_trade_number(word->text));
            }
            count += has_code && has_upc;
        }
    }
    return count;
}

/// True if the domain is in the text and no letter or digit touches it.
bool stands_alone(std::string_view text, std::string_view domain) {
    const auto is_part = [](char one) {
        return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') || one == '-' ||
               static_cast<unsigned char>(one) >= 0x80;
    };
    for (std::size_t at = text.find(domain); at != std::string_view::npos; at = text.find(domain, at + 1)) {
        const std::size_t end = at + domain.size();
        if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
    }
    return false;
}

Choice choose(std::span<const PageRows> pages, std::span<const VendorProfile> profiles) {
    const std::string text = folded_text(pages);
    Choice best;
    std::string_view longest;
    for (const VendorProfile& profile : profiles) {
        const auto take = [&](std::string_view hit) {
            longest = hit;
            best = {&profile, cat("the pages say \"", hit, "\"")};
        };
        for (const std::string_view hit : profile.any_text)
            if (hit.size() > longest.size() && text.find(hit) != std::string::npos) take(hit);
        for (const std::string_view hit : profile.domains)
            if (hit.size() > longest.size() && stands_alone(text, hit)) take(hit);
    }
    if (best.profile != nullptr) return best;
    for (const VendorProfile& profile : profiles) {
        if (profile.detecting_shapes.empty() || !has_number_of(pages, profile)) continue;
        const std::size_t rows = rows_with_codes(pages, profile);
        if (rows >= profile.detecting_rows)
            return {&profile, cat(rows, " rows have its codes and a UPC, and a word is a number of its kind")};
    }
    return {&profiles.back(), "no other profile fits"};
}

Value<std::string> constant(std::string_view text, std::string rule) {
    Value<std::string> out;
    out.value = std::string(text);
    out.rule = std::move(rule);
    out.confidence = 0.80;
    return out;
}

constexpr std::string_view kCreditTitles[] = {"credit note",        "credit memo",   "credit invoice", "gutschrift",
                                              "rechnungskorrektur", "creditnota",    "creditfactuur",  "avoir",
                                              "facture davoir",     "note de crédit"};

constexpr std::string_view kPromiseTitles[] = {"order confirmation",   "order acknowledgement",
                                               "order acknowledgment", "auftragsbestätigung",
                                               "orderbevestiging",     "confirmation de commande"};

/// True for a text that names only the kind of a document.
bool is_title(std::string_view text) {
    constexpr std::string_view kOthers[] = {"invoice",   "tax invoice",         "rechnung", "factuur", "facture",
                                            "statement", "statement of account"};
    const auto is_among = [&](std::span<const std::string_view> titles) {
        return std::find(titles.begin(), titles.end(), text) != titles.end();
    };
    return is_among(kCreditTitles) || is_among(kPromiseTitles) || is_among(kOthers);
}

/// The first words of the first page that stand together (with the legal form of a name), but for a line that is only
/// the title of the document.
Value<std::string> first_line(std::span<const PageRows> pages) {
    constexpr float kTogether = 0.9F;  // of the size: a blank of a typewriter font is 0.6
    constexpr std::size_t kMostBytes = 200;
    for (const PageRows& page : pages) {
        for (const TextRow& row : page.rows) {
            std::vector<const WordBox*> words;
            std::size_t bytes = 0;
            std::string title;
            for (const WordBox* word : std::span(row.words).first(name_length(row.words, kTogether))) {
                bytes += word->text.size() + 1;
                if (bytes > kMostBytes) break;
                title += (title.empty() ? "" : " ") + heading_text(word->text);
                words.push_back(word);
            }
            if (!words.empty() && !is_title(title)) return text_value(*page.page, words, "first line");
        }
    }
    return {};
}

/// The kind that the number, as it was read, or its label tells; nothing if neither does.
const NumberKind* kind_of(const VendorProfile& profile, const Value<std::string>& number, bool is_scan) {
    if (!number) return nullptr;
    for (const NumberKind& one : profile.kinds)
        if (has_any_shape(*number.value, one.shapes)) return &one;
    for (const NumberKind& one : profile.kinds)
        for (const std::string& shape : one.shapes)
            if (is_scan && as_shape(*number.value, shape)) return &one;
    for (const NumberKind& one : profile.kinds)
        for (const std::string& label : one.labels)
            if (number.rule == cat("label ", to_upper(label))) return &one;
    return nullptr;
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
    return {texts.begin(), texts.end()};
}

bool is_recognised(std::span<const PageRows> pages, const Place& place) {
    return std::any_of(pages.begin(), pages.end(), [&](const PageRows& one) {
        return one.page->number == place.page && one.page->source == PageSource::Ocr;
    });
}

/// The number with digits for letters that look like them and stand between digits ("2024-1O23"); nothing if it has
/// none.
std::optional<std::string> between_digits(const std::string& number) {
    constexpr std::string_view kLetters = "OolI|SB", kDigits = "0011158";
    const auto is_digit = [](char one) { return one >= '0' && one <= '9'; };
    std::string out = number;
    for (std::size_t i = 1; i + 1 < number.size(); ++i) {
        const std::size_t at = kLetters.find(number[i]);
        if (at != std::string_view::npos && is_digit(number[i - 1]) && is_digit(number[i + 1])) out[i] = kDigits[at];
    }
    return out == number ? std::nullopt : std::optional(out);
}

/// Says of a recognised number that has not the shape of its vendor what it may be, if letters that look alike explain
/// it; the number stays.
void doubt_number(const VendorProfile& profile, Document& document) {
    const std::string& number = *document.number.value;
    const std::string shape = profile.number_shapes.empty() ? std::string() : profile.number_shapes.front();
    const bool is_known_vendor = !profile.vendor.empty();
    if (is_known_vendor && has_shape(number, shape)) return;
    const std::optional<std::string> proposed = is_known_vendor ? as_shape(number, shape) : between_digits(number);
    if (!is_known_vendor && !proposed) return;
    document.number.confidence = std::max(0.0, document.number.confidence - 0.30);
    if (proposed) document.number.rule += cat(", may be ", *proposed);
    document.checks.push_back({"number", false,
                               proposed ? cat("read ", number, ", may be ", *proposed)
                                        : cat("read ", number, ", which has not the form ", shape, " of its vendor"),
                               0});
}

/// Reads the day of one kind; says if it may be another one.
Value<Day> read_day(std::span<const PageRows> pages, std::span<const std::string_view> labels, DayStyle style,
                    Document& document) {
    Value<Day> day = labelled_day(pages, labels, style);
    if (!day || style.is_known) return day;
    if (const std::optional<Day> other = other_day(day.raw, style.order)) {
        day.confidence = std::max(0.0, day.confidence - 0.30);
        document.checks.push_back({"date-order", false,
                                   cat(day.raw, " is ", iso_text(*day.value), " or ", iso_text(*other),
                                       ": nothing tells whether the day or the month comes first"),
                                   0});
    }
    return day;
}

bool is_credit_label(std::string_view label) {
    return std::any_of(std::begin(kCreditTitles), std::end(kCreditTitles),
                       [&](std::string_view title) { return label.starts_with(title); });
}

/// Who sends the document: named by a label, else in the first line.
Value<std::string> sender(std::span<const PageRows> pages) {
    constexpr std::string_view kSenderLabels[] = {"remit to", "supplier", "vendor", "bill from"};
    Value<std::string> named = labelled_words(pages, kSenderLabels, 8);
    return named ? named : first_line(pages);
}

/// Terms and currency where a label names them.
void read_details(std::span<const PageRows> pages, DayStyle style, Document& document) {
    constexpr std::string_view kDueLabels[] = {"due date", "payment due",      "date due", "vervaldatum",   "fällig am",
                                               "fällig",   "fälligkeitsdatum", "échéance", "date déchéance"};
    constexpr std::string_view kTermsLabels[] = {"payment terms", "terms", "zahlungsbedingungen", "betalingstermijn"};
    constexpr std::string_view kCurrencyLabels[] = {"currency", "währung", "valuta", "devise"};
    constexpr std::string_view kShipLabels[] = {"ship to", "deliver to", "lieferadresse"};
    constexpr std::string_view kBillLabels[] = {"bill to", "sold to", "invoice to", "rechnungsadresse"};
    document.due_date = read_day(pages, kDueLabels, style, document);
    document.terms = labelled_words(pages, kTermsLabels, 8);
    document.ship_to = labelled_words(pages, kShipLabels, 8);
    document.bill_to = labelled_words(pages, kBillLabels, 8);
    Value<std::string> currency = labelled_words(pages, kCurrencyLabels, 1);
    if (!currency || currency_of(*currency.value).empty()) return;
    currency.value = std::string(currency_of(*currency.value));
    document.currency = std::move(currency);
}

void read_head(std::span<const PageRows> pages, const VendorProfile& profile, std::optional<DateOrder> order,
               Document& document) {
    const std::vector<std::string_view> order_shapes = {"####?#?#?#?#?#?#?#?#?#?#?"};
    const bool is_known_vendor = !profile.vendor.empty();
    document.vendor = is_known_vendor ? constant(profile.vendor, cat("profile ", profile.name)) : sender(pages);
    const bool is_credit = has_title(pages, kCreditTitles);
    std::vector<std::string_view> number_labels;
    for (const std::string_view label : profile.number_labels)
        if (is_credit || !is_credit_label(label)) number_labels.push_back(label);
    document.number = labelled_text(pages, number_labels, views_of(profile.number_shapes));
    const bool is_scan = document.number && is_recognised(pages, document.number.place);
    const NumberKind* const kind = kind_of(profile, document.number, is_scan);
    document.kind = constant(kind != nullptr ? kind->kind : profile.kind, cat("profile ", profile.name));
    if (kind != nullptr) document.quantity = kind->quantity;
    if (is_credit)
        document.kind = constant("credit_note", "title of the document");
    else if (!is_known_vendor && has_title(pages, kPromiseTitles))
        document.kind = constant("acknowledgement", "title of the document");
    if (is_scan) doubt_number(profile, document);
    const std::optional<DateOrder> known_order = order ? order : profile.date_order;
    const DayStyle style = known_order ? DayStyle{*known_order, true} : day_style(pages);
    const bool is_billed = document.kind.value == "invoice" || document.kind.value == "credit_note";
    Value<Day> day = read_day(pages, views_of(profile.date_labels), style, document);
    (is_billed ? document.invoice_date : document.order_date) = std::move(day);
    document.customer_po = labelled_text(pages, views_of(profile.po_labels),
                                         profile.po_shapes.empty() ? order_shapes : views_of(profile.po_shapes));
    read_details(pages, style, document);
}

/// Checks "Page n of N" of all pages: complete and rising.
void check_pages(std::span<const PageRows> pages, Document& document) {
    Check check{"pages", true, "", 0};
    bool is_marked = false;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        for (const TextRow& row : pages[i].rows) {
            const std::optional<PageMark> mark = page_mark(row);
            if (!mark) continue;
            is_marked = true;
            if (mark->number == i + 1 && mark->count == pages.size()) continue;
            check.passed = false;
            check.detail =
                cat("page ", i + 1, " of ", pages.size(), " is marked as page ", mark->number, " of ", mark->count);
        }
    }
    if (is_marked) document.checks.push_back(std::move(check));
}

/// The totals of a document without a table.
void read_totals(std::span<const PageRows> pages, const TotalStyle& style, Document& document) {
    for (const PageRows& page : pages)
        for (const TextRow& row : page.rows)
            take_total(page, row, style, document);
}

/// Rows with several amounts on pages without headings that are understood may be goods.
void check_table(std::span<const PageRows> pages, Document& document) {
    const bool has_check = std::any_of(document.checks.begin(), document.checks.end(),
                                       [](const Check& one) { return one.name == "rows"; });
    if (!document.lines.empty() || has_check) return;
    for (const PageRows& page : pages) {
        const auto rows = std::count_if(page.rows.begin(), page.rows.end(), &has_amounts);
        if (rows == 0) continue;
        document.checks.push_back({"rows", false,
                                   cat("page ", page.page->number, " has ", rows,
                                       " rows with amounts, and no headings of a table that are understood"),
                                   0});
        return;
    }
}

Document read_by(std::span<PageRows> pages, const VendorProfile& profile, std::optional<DateOrder> order) {
    find_tables(pages, profile.columns);
    Document document;
    document.method = profile.vendor.empty() ? "generic" : "profile";
    document.profile = profile.name;
    read_head(pages, profile, order, document);
    const RowReading reading = {&profile, number_style(pages), document.kind.value == "acknowledgement"};
    if (profile.layout == RowLayout::Paired)
        read_paired_rows(pages, reading, document);
    else
        read_table_rows(pages, reading, document);
    if (document.lines.empty() && !document.total) read_totals(pages, {reading.style, profile.totals}, document);
    check_table(pages, document);
    check_pages(pages, document);
    return document;
}

/// True if a step of the ladder may end here.
bool is_enough(const Document& document) {
    return document.number && (document.total || !document.lines.empty());
}

/// The state of each page, also of those that no table touched.
void complete_pages(std::span<const DocumentPage> pages, Document& document) {
    std::vector<PageState> states;
    for (const DocumentPage& page : pages) {
        PageState state{page.number, std::string(page_source_name(page.source)), 0, page.failure};
        for (const PageState& read : document.pages)
            if (read.number == page.number) state.rows = read.rows;
        states.push_back(std::move(state));
    }
    document.pages = std::move(states);
}

}  // namespace

Document read_document(std::span<const DocumentPage> pages, std::span<const VendorProfile> profiles,
                       std::string_view pinned, std::optional<DateOrder> order) {
    check(!profiles.empty(), "there are profiles");
    const UprightPages upright = upright_pages(pages);
    std::vector<PageRows> rows = rows_of(upright.pages);
    Choice choice;
    if (pinned == "auto") {
        choice = choose(rows, profiles);
    } else {
        const auto found = std::find_if(profiles.begin(), profiles.end(),
                                        [&](const VendorProfile& one) { return one.name == pinned; });
        if (found == profiles.end()) fail(Fault::Usage, cat("no profile is named ", pinned));
        choice = {&*found, "asked for"};
    }
    Document document = read_by(rows, *choice.profile, order);
    std::vector<std::string> ladder = {cat("profile ", choice.profile->name, ": ", choice.reason)};
    if (pinned == "auto" && !is_enough(document) && choice.profile != &profiles.back()) {
        Document other = read_by(rows, profiles.back(), order);
        ladder.push_back(cat("profile ", profiles.back().name, ": ", choice.profile->name,
                             " found no number with a total or a line"));
        if (is_enough(other)) document = std::move(other);
    }
    for (std::size_t i = 0; i < upright.degrees.size(); ++i)
        if (upright.degrees[i] != 0)
            ladder.push_back(cat("page ", upright.pages[i]->number,
                                 ": its text runs sideways or upside down and was turned by ", upright.degrees[i],
                                 " degrees"));
    turn_places_back(upright, document);
    document.ladder = std::move(ladder);
    complete_pages(pages, document);
    return document;
}

}  // namespace hone::invoice
