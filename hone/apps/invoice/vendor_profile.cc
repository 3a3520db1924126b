#include "hone/apps/invoice/vendor_profile.h"

#include <algorithm>
#include <array>

namespace hone::invoice {
namespace {

bool is_capital(char letter) {
    return letter >= 'A' && letter <= 'Z';
}
bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool fits(char letter, char kind, bool is_literal) {
    if (is_literal) return letter == kind;
    switch (kind) {
        case 'A':
            return is_capital(letter);
        case '9':
            return is_digit(letter);
        case '#':
            return is_capital(letter) || is_digit(letter);
        case '~':
            return is_capital(letter) || is_digit(letter) || (letter >= 'a' && letter <= 'z') ||
                   std::string_view("-/._").find(letter) != std::string_view::npos;
        default:
            return letter == kind;
    }
}

VendorProfile creative_coop() {
    VendorProfile out;
    out.name = "creative-coop";
    out.vendor = "Creative Co-Op";
    out.any_text = {"creative co-op", "creativeco-op", "creative coop", "creative-coop"};
    out.code_shapes = {"AA9999A?", R"(\X\S9+A?)"};
    out.number_labels = {"order no", "order number", "invoice no", "invoice"};
    out.number_shapes = {"AA999999999", "####+"};
    out.date_labels = {"order date", "invoice date", "date"};
    out.po_labels = {"customer po"};
    out.kinds = {{R"(\C\S9+)", "acknowledgement"}, {R"(\C\I9+)", "invoice"}};
    out.columns = {{"product code", Column::Code},
                   {"rt", Column::Ignored},
                   {"truck", Column::Ignored},
                   {"customer item", Column::Item},
                   {"back ordered", Column::Backordered},
                   {"your price", Column::Price},
                   {"your extd price", Column::Extended},
                   {"extended amount", Column::Extended}};
    out.surcharge_shapes = {R"(\T\R\F-A+)"};
    out.detecting_shapes = {R"(\DA9999A?)",  R"(\X\S9+A?)",   R"(\C\F9999A?)", R"(\H\X9999A?)",
                            R"(\C\D9999A?)", R"(\S\T9999A?)", R"(\W\T9999A?)"};
    out.adds_ordered = true;
    return out;
}

VendorProfile onehundred80() {
    VendorProfile out;
    out.name = "onehundred80";
    out.vendor = "One Hundred 80 Degrees";
    out.any_text = {"one hundred 80 degrees", "onehundred80", "one hundred80"};
    out.code_shapes = {"AA+9999+A?", "####+"};
    out.number_labels = {"purchase order"};
    out.number_shapes = {"AA9+", "9999+", "####+"};
    out.date_labels = {"order date", "date"};
    out.kind = "order";
    return out;
}

VendorProfile rifle() {
    VendorProfile out;
    out.name = "rifle";
    out.vendor = "Rifle Paper Co.";
    out.any_text = {"rifle paper"};
    out.code_shapes = {"####?#?#?#?#?#?#?"};
    out.number_labels = {"order"};
    out.number_shapes = {"9999+", "####+"};
    out.date_labels = {"placed on", "order date", "date"};
    out.kind = "order";
    out.layout = RowLayout::Paired;
    return out;
}

VendorProfile harpercollins() {
    VendorProfile out;
    out.name = "harpercollins";
    out.vendor = "HarperCollins";
    out.any_text = {"harpercollins", "harper collins"};
    out.code_shapes = {"9789999999999", "9799999999999"};
    out.number_labels = {"po", "order"};
    out.number_shapes = {"AA9999999", "####+"};
    out.date_labels = {"order date", "invoice date", "date"};
    out.kind = "order";
    out.computes_price = true;
    out.has_discount_lines = true;
    return out;
}

VendorProfile generic() {
    VendorProfile out;
    out.name = "generic";
    out.code_shapes = {"AAA?A?9999?9?9?9?9?A?", "AAA?A?999A?", "AAA?A?99A?", "A999+", "999999+", "9999+-9+"};
    out.number_labels = {"credit note no",    "credit note number",
                         "credit memo no",    "credit memo number",
                         "credit note",       "credit memo",
                         "invoice no",        "invoice number",
                         "invoice id",        "invoice",
                         "creditnummer",      "creditnota",
                         "factuurnummer",     "factuur",
                         "gutschriftsnummer", "gutschrift",
                         "rechnungsnummer",   "rechnungsnr",
                         "rechnung",          "avoir",
                         "facture",           "order number",
                         "order no",          "order",
                         "bill no",           "bill number"};
    out.number_shapes = {"~+"};
    out.date_labels = {"invoice date",
                       "issue date",
                       "date of issue",
                       "credit note date",
                       "factuurdatum",
                       "rechnungsdatum",
                       "date de facture",
                       "date de facturation",
                       "order date",
                       "datum",
                       "date"};
    out.po_labels = {"customer po", "po number", "po no", "purchase order", "your order", "po"};
    out.po_shapes = {"~+"};
    out.computes_price = true;
    return out;
}

}  // namespace

bool is_number_column(Column column) {
    return column >= Column::Ordered && column <= Column::Tax;
}

std::string_view column_name(Column column) {
    constexpr std::array<std::string_view, 15> kNames = {
        "item",         "code",       "upc",   "description", "unit",     "ordered", "allocated", "shipped",
        "back ordered", "list price", "price", "extended",    "discount", "tax",     "ignored"};
    return kNames.at(static_cast<std::size_t>(column));
}

std::span<const VendorProfile> vendor_profiles() {
    static const std::vector<VendorProfile> kProfiles = {creative_coop(), onehundred80(), rifle(), harpercollins(),
                                                         generic()};
    return kProfiles;
}

std::span<const ColumnWord> general_columns() {
    static constexpr std::array kColumns = std::to_array<ColumnWord>({
        {"product code", Column::Code},
        {"item no", Column::Code},
        {"item number", Column::Code},
        {"item code", Column::Code},
        {"code", Column::Code},
        {"part no", Column::Code},
        {"part number", Column::Code},
        {"artikelnummer", Column::Code},
        {"artikelnr", Column::Code},
        {"artnr", Column::Code},
        {"nr", Column::Code},
        {"item", Column::Code},
        {"sku", Column::Code},
        {"style", Column::Code},
        {"product", Column::Code},
        {"isbn", Column::Code},
        {"article", Column::Code},
        {"artikel", Column::Code},
        {"référence", Column::Code},
        {"réf", Column::Code},
        {"upc", Column::Upc},
        {"ean", Column::Upc},
        {"gtin", Column::Upc},
        {"barcode", Column::Upc},
        {"description", Column::Description},
        {"title", Column::Description},
        {"item description", Column::Description},
        {"product description", Column::Description},
        {"details", Column::Description},
        {"product name", Column::Description},
        {"bezeichnung", Column::Description},
        {"omschrijving", Column::Description},
        {"désignation", Column::Description},
        {"qty ord", Column::Ordered},
        {"ordered", Column::Ordered},
        {"qty ordered", Column::Ordered},
        {"qty", Column::Ordered},
        {"quantity", Column::Ordered},
        {"menge", Column::Ordered},
        {"aantal", Column::Ordered},
        {"quantité", Column::Ordered},
        {"qté", Column::Ordered},
        {"anzahl", Column::Ordered},
        {"qty alloc", Column::Allocated},
        {"allocated", Column::Allocated},
        {"qty shipped", Column::Shipped},
        {"shipped", Column::Shipped},
        {"qty bkord", Column::Backordered},
        {"back ordered", Column::Backordered},
        {"bo", Column::Backordered},
        {"um", Column::Unit},
        {"uom", Column::Unit},
        {"unit", Column::Unit},
        {"einheit", Column::Unit},
        {"eenheid", Column::Unit},
        {"list price", Column::List},
        {"list", Column::List},
        {"retail", Column::List},
        {"msrp", Column::List},
        {"your price", Column::Price},
        {"unit price", Column::Price},
        {"net price", Column::Price},
        {"wholesale", Column::Price},
        {"price", Column::Price},
        {"cost", Column::Price},
        {"unit cost", Column::Price},
        {"rate", Column::Price},
        {"unit rate", Column::Price},
        {"preis", Column::Price},
        {"stückpreis", Column::Price},
        {"einzelpreis", Column::Price},
        {"prijs", Column::Price},
        {"prix unitaire", Column::Price},
        {"pu ht", Column::Price},
        {"price each", Column::Price},
        {"stuksprijs", Column::Price},
        {"your extd price", Column::Extended},
        {"extended amount", Column::Extended},
        {"extended price", Column::Extended},
        {"extended", Column::Extended},
        {"line total", Column::Extended},
        {"amount", Column::Extended},
        {"total", Column::Extended},
        {"betrag", Column::Extended},
        {"gesamtpreis", Column::Extended},
        {"bedrag", Column::Extended},
        {"montant", Column::Extended},
        {"montant ht", Column::Extended},
        {"total ht", Column::Extended},
        {"totaal", Column::Extended},
        {"gesamt", Column::Extended},
        {"net amount", Column::Extended},
        {"line amount", Column::Extended},
        {"ext", Column::Extended},
        {"ext price", Column::Extended},
        {"extd price", Column::Extended},
        {"discount", Column::Discount},
        {"rabatt", Column::Discount},
        {"korting", Column::Discount},
        {"remise", Column::Discount},
        {"vat", Column::Tax},
        {"tax", Column::Tax},
        {"mwst", Column::Tax},
        {"btw", Column::Tax},
        {"tva", Column::Tax},
        {"tax rate", Column::Tax},
        {"vat rate", Column::Tax},
        {"no", Column::Ignored},
        {"pos", Column::Ignored},
        {"position", Column::Ignored},
        {"line", Column::Ignored},
    });
    return kColumns;
}

bool has_shape(std::string_view text, std::string_view shape) {
    if (shape.empty()) return text.empty();
    const bool is_literal = shape.front() == '\\' && shape.size() > 1;
    const std::size_t width = is_literal ? 2 : 1;
    const char kind = shape[width - 1];
    const char mark = shape.size() > width ? shape[width] : '\0';
    const std::string_view rest = shape.substr(width + (mark == '?' || mark == '+' ? 1 : 0));
    if (mark == '+') {
        std::size_t most = 0;
        while (most < text.size() && fits(text[most], kind, is_literal))
            ++most;
        for (std::size_t taken = most; taken >= 1; --taken)
            if (has_shape(text.substr(taken), rest)) return true;
        return false;
    }
    const bool takes = !text.empty() && fits(text.front(), kind, is_literal);
    if (takes && has_shape(text.substr(1), rest)) return true;
    return mark == '?' && has_shape(text, rest);
}

bool has_any_shape(std::string_view text, std::span<const std::string_view> shapes) {
    return std::any_of(shapes.begin(), shapes.end(), [&](std::string_view shape) { return has_shape(text, shape); });
}

}  // namespace hone::invoice
