#include "hone/apps/invoice/einvoice_syntaxes.h"

#include <algorithm>
#include <array>

namespace hone::invoice {
namespace {

template <class T>
void copy(const Value<T>& from, Value<T>& to) {
    if (from) to = from;
}

}  // namespace

bool has_values(const Line& line) {
    return line.description || line.product_code || line.upc || line.ordered || line.unit_price || line.extended;
}

const char* kind_of_type(std::string_view type_code) {
    constexpr std::array<std::string_view, 11> kCredit = {"381", "81",  "83",  "261", "262", "296",
                                                          "308", "396", "420", "458", "532"};
    return std::find(kCredit.begin(), kCredit.end(), type_code) != kCredit.end() ? "credit_note" : "invoice";
}

const XmlElement* in_currency(const XmlElement& parent, std::string_view names, const Value<std::string>& currency) {
    const XmlElement* found = nullptr;
    std::size_t count = 0;
    parent.each(names, [&](const XmlElement& one) {
        ++count;
        if (found == nullptr && currency && one.attribute("currencyID") == *currency.value) found = &one;
    });
    return found == nullptr && count == 1 ? parent.find(names) : found;
}

bool is_true(const XmlElement& element) {
    return element.text == "true" || element.text == "1";
}

void copy_sums(Document& document) {
    const ElectronicTerms& from = *document.electronic;
    copy(from.line_total, document.subtotal);
    copy(from.allowances, document.discount);
    copy(from.charges, document.surcharge);
    copy(from.tax_total, document.tax);
    copy(from.grand_total, document.total);
    for (const TaxRow& row : from.tax_rows)
        document.tax_lines.emplace_back(row.percent, row.amount);
}

}  // namespace hone::invoice
