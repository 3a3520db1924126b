#include "hone/apps/invoice/sample_other_pages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hone/apps/invoice/sample_attachment.h"
#include "hone/apps/invoice/sample_layout.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

void add_total(PagePlan& plan, double label_x, double amount_x, std::string label, std::string amount) {
    const double drop = 8 + 12 * static_cast<double>(plan.last_page.size());
    plan.last_page.push_back({drop, {{label_x, 0, 8, std::move(label)}, {amount_x, 0, 8, std::move(amount)}}});
}

std::string dollars(Decimal value) {
    return "$" + comma_money(value);
}

std::string english_date(Day day) {
    constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
    return cat(kMonths.at(day.month - 1U), " ", int{day.day}, ", ", day.year);
}

/// The part of the plan that damage makes.
PagePlan damaged_plan(const SampleDamage& damage) {
    PagePlan plan;
    plan.headings_once = damage.headings_once;
    plan.split = damage.split;
    return plan;
}

PrintedRow stationery_row(std::span<const Line> group) {
    PrintedRow row;
    row.height = 12.0 * static_cast<double>(group.size()) + 20;
    BelowText numbers;
    numbers.drop = 12.0 * static_cast<double>(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        const Line& line = group[i];
        const PlacedText text = {30, 0, 8, cat(*line.description.value, " - #", *line.product_code.value)};
        if (i == 0)
            row.main.push_back(text);
        else
            row.below.push_back({12.0 * static_cast<double>(i), {text}});
        const double x = 30 + 186 * static_cast<double>(i);
        numbers.texts.push_back({x, 0, 7, *line.product_code.value});
        if (line.upc) numbers.texts.push_back({x + 36, 0, 7, *line.upc.value});
        numbers.texts.push_back({x + 90, 0, 7, dollars(*line.unit_price.value)});
        numbers.texts.push_back({x + 122, 0, 7, decimal_text(*line.ordered.value)});
        numbers.texts.push_back({x + 140, 0, 7, dollars(*line.extended.value)});
    }
    row.below.push_back(std::move(numbers));
    return row;
}

Sample stationery(std::size_t lines, std::uint64_t start, const SampleDamage& damage,
                  const std::function<void(Document&)>& damaged) {
    Sample sample;
    std::vector<std::size_t> groups;
    sample.truth = sample_stationery(lines, start, groups);
    damaged(sample.truth);
    const Document& document = sample.truth;
    PagePlan plan = damaged_plan(damage);
    plan.page_head = {{30, 760, 14, "Rifle Paper Co."},
                      {400, 760, 9, cat("Order #", *document.number.value)},
                      {400, 748, 9, cat("placed on ", english_date(*document.order_date.value))}};
    std::vector<PrintedRow> rows;
    std::size_t at = 0;
    for (const std::size_t size : groups) {
        rows.push_back(stationery_row(std::span(document.lines).subspan(at, size)));
        at += size;
    }
    add_total(plan, 440, 520, "Subtotal", dollars(*document.subtotal.value));
    add_total(plan, 440, 520, "Shipping", dollars(*document.freight.value));
    add_total(plan, 440, 520, "Total", dollars(*document.total.value));
    sample.pages = print_pages(plan, rows);
    return sample;
}

Sample seasonal(std::size_t lines, std::uint64_t start, const SampleDamage& damage,
                const std::function<void(Document&)>& damaged) {
    Sample sample;
    sample.truth = sample_seasonal(lines, start);
    damaged(sample.truth);
    const Document& document = sample.truth;
    PagePlan plan = damaged_plan(damage);
    plan.page_head = {{30, 760, 14, "One Hundred 80 Degrees"},
                      {400, 760, 9, cat("Purchase Order: ", *document.number.value)},
                      {400, 748, 9, cat("Order Date: ", slash_date(*document.order_date.value))}};
    plan.headings = {{30, 700, 8, "SKU"},      {90, 700, 8, "UPC"},          {165, 700, 8, "QTY"},
                     {195, 700, 8, "UOM"},     {230, 700, 8, "Description"}, {450, 700, 8, "Unit Price"},
                     {520, 700, 8, "Extended"}};
    std::vector<PrintedRow> rows;
    for (const Line& line : document.lines) {
        PrintedRow& row = rows.emplace_back();
        row.height = 16;
        row.main = {{30, 0, 8, *line.product_code.value}};
        if (line.upc) row.main.push_back({90, 0, 8, *line.upc.value});
        row.main.push_back({165, 0, 8, decimal_text(*line.ordered.value)});
        row.main.push_back({195, 0, 8, *line.unit.value});
        std::string text = *line.description.value;
        const std::size_t comma = damage.wrapped ? text.find(',') : std::string::npos;
        row.main.push_back({230, 0, 8, text.substr(0, comma == std::string::npos ? comma : comma + 1)});
        if (comma != std::string::npos) {
            row.below.push_back({10, {{230, 0, 8, text.substr(comma + 2)}}});
            row.height = 26;
        }
        row.main.push_back({450, 0, 8, dollars(*line.unit_price.value)});
        row.main.push_back({520, 0, 8, dollars(*line.extended.value)});
    }
    add_total(plan, 450, 520, "Subtotal", dollars(*document.subtotal.value));
    add_total(plan, 450, 520, "Total", dollars(*document.total.value));
    sample.pages = print_pages(plan, rows);
    return sample;
}

Sample books(std::size_t lines, std::uint64_t start, const SampleDamage& damage,
             const std::function<void(Document&)>& damaged) {
    Sample sample;
    std::vector<std::int64_t> discounts;
    sample.truth = sample_books(lines, start, discounts);
    damaged(sample.truth);
    const Document& document = sample.truth;
    PagePlan plan = damaged_plan(damage);
    plan.page_head = {{30, 760, 14, "HarperCollins Publishers"},
                      {400, 760, 9, cat("PO # ", *document.number.value)},
                      {400, 748, 9, cat("Order Date: ", slash_date(*document.order_date.value))}};
    plan.headings = {
        {30, 700, 8, "ISBN"}, {120, 700, 8, "Title"}, {400, 700, 8, "Quantity"}, {470, 700, 8, "List Price"}};
    std::vector<PrintedRow> rows;
    for (std::size_t i = 0; i < document.lines.size(); ++i) {
        const Line& line = document.lines[i];
        PrintedRow& row = rows.emplace_back();
        row.height = 26;
        row.main = {{30, 0, 8, *line.product_code.value},
                    {120, 0, 8, *line.description.value},
                    {400, 0, 8, decimal_text(*line.ordered.value)},
                    {470, 0, 8, comma_money(*line.list_price.value)}};
        row.below.push_back({10, {{120, 0, 8, cat("Discount: ", discounts[i], ".00% OFF")}}});
    }
    sample.pages = print_pages(plan, rows);
    return sample;
}

/// Words of a European invoice.
struct Language {
    const char* code;
    const char* invoice;  ///< label of the number
    const char* date;
    std::array<const char*, 12> months;
    std::array<const char*, 6> headings;  ///< article, description, quantity, price, tax, amount
    const char* net;
    const char* tax;
    const char* total;
    const char* currency;
};

constexpr std::array<Language, 4> kLanguages = {{
    {"en",
     "Invoice No",
     "Date",
     {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December"},
     {"Article", "Description", "Quantity", "Unit Price", "VAT", "Amount"},
     "Subtotal",
     "VAT",
     "Total",
     "GBP"},
    {"nl",
     "Factuurnummer",
     "Factuurdatum",
     {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
      "december"},
     {"Artikel", "Omschrijving", "Aantal", "Prijs", "BTW", "Bedrag"},
     "Subtotaal",
     "BTW",
     "Totaal",
     "EUR"},
    {"fr",
     "Facture No",
     "Date",
     {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
      "décembre"},
     {"Article", "Désignation", "Quantité", "Prix unitaire", "TVA", "Montant"},
     "Sous-total",
     "TVA",
     "Total TTC",
     "EUR"},
    {"de",
     "Rechnungsnummer",
     "Datum",
     {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
      "Dezember"},
     {"Artikel", "Bezeichnung", "Menge", "Einzelpreis", "MwSt", "Betrag"},
     "Summe netto",
     "MwSt",
     "Gesamtbetrag",
     "EUR"},
}};

/// An amount as the language prints it: "1,250.00" in English, "1.250,00" elsewhere.
std::string local_money(Decimal value, std::size_t language) {
    std::string text = comma_money(value);
    if (language == 0) return text;
    for (char& letter : text)
        letter = letter == ',' ? '.' : letter == '.' ? ',' : letter;
    return text;
}

std::string european_template(const Language& words, const EuropeanSample& what) {
    const bool is_english = what.language == 0;
    const char* amount = is_english ? R"(([\d,]+\.\d{2}))" : R"(([\d.]+,\d{2}))";
    return cat("issuer: ", *what.document.vendor.value, "\nkeywords:\n  - ", *what.document.vendor.value,
               "\nfields:\n  amount: '\\n\\s*", words.total, "\\s+", amount, "'\n  invoice_number: '", words.invoice,
               ":\\s+(\\S+)'\n  date: '", words.date,
               ":\\s+(\\d+\\.? \\w+ \\d{4})'\n  iban: 'IBAN:\\s+(\\S+)'\noptions:\n  currency: ", words.currency,
               "\n  decimal_separator: '", is_english ? "." : ",", "'\n  languages:\n    - ", words.code, "\n");
}

Sample european(std::size_t lines, std::uint64_t start, const SampleDamage& damage,
                const std::function<void(Document&)>& damaged) {
    EuropeanSample what = sample_european(lines, start);
    damaged(what.document);
    const Document& document = what.document;
    const Language& words = kLanguages.at(what.language);
    const Day day = *document.invoice_date.value;
    PagePlan plan = damaged_plan(damage);
    const std::string date =
        cat(int{day.day}, what.language == 3 ? ". " : " ", words.months.at(day.month - 1U), " ", day.year);
    plan.page_head = {{30, 760, 14, *document.vendor.value},
                      {380, 760, 9, cat(words.invoice, ": ", *document.number.value)},
                      {380, 748, 9, cat(words.date, ": ", date)}};
    plan.first_head = {{30, 736, 9, cat("IBAN: ", what.iban)}};
    constexpr std::array<double, 6> kAt = {30, 90, 300, 370, 450, 510};
    for (std::size_t i = 0; i < kAt.size(); ++i)
        plan.headings.push_back({kAt.at(i), 700, 8, words.headings.at(i)});
    std::vector<PrintedRow> rows;
    for (const Line& line : document.lines) {
        PrintedRow& row = rows.emplace_back();
        row.height = 16;
        row.main = {{30, 0, 8, *line.product_code.value},
                    {90, 0, 8, *line.description.value},
                    {300, 0, 8, decimal_text(*line.ordered.value)},
                    {370, 0, 8, local_money(*line.unit_price.value, what.language)},
                    {450, 0, 8, cat(decimal_text(*line.tax_percent.value), "%")},
                    {510, 0, 8, local_money(*line.extended.value, what.language)}};
    }
    add_total(plan, 400, 510, words.net, local_money(*document.subtotal.value, what.language));
    for (const auto& [rate, amount] : document.tax_lines)
        add_total(plan, 400, 510, cat(words.tax, " ", decimal_text(*rate.value), "%"),
                  local_money(*amount.value, what.language));
    add_total(plan, 400, 510, words.total, local_money(*document.total.value, what.language));
    return {what.document, print_pages(plan, rows), attached_invoice(what, damage), european_template(words, what)};
}

}  // namespace

Sample other_sample(char kind, std::size_t lines, std::uint64_t start, const SampleDamage& damage,
                    const std::function<void(Document&)>& damaged) {
    switch (kind) {
        case 'R':
            return stationery(lines, start, damage, damaged);
        case 'H':
            return seasonal(lines, start, damage, damaged);
        case 'K':
            return books(lines, start, damage, damaged);
        case 'G':
            return european(lines, start, damage, damaged);
        default:
            fail(Fault::Usage, cat("no kind of sample is named ", kind));
    }
}

}  // namespace hone::invoice
