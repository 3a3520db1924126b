#include "hone/apps/invoice/template_document.h"

#include <cmath>
#include <initializer_list>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// 0.80 for text of the document; 0.60 times the mean confidence of the words where pages were recognised.
double text_confidence(std::span<const DocumentPage> pages) {
    double sum = 0;
    std::size_t words = 0;
    for (const DocumentPage& page : pages) {
        if (page.source != PageSource::Ocr) continue;
        for (const WordBox& word : page.words) {
            sum += word.confidence;
            ++words;
        }
    }
    return words == 0 ? 0.80 : 0.60 * sum / (100.0 * static_cast<double>(words));
}

/// Reads members of an output with the rule that names them.
class Members {
public:
    Members(const Data& data, std::string rule, double confidence)
        : data_(data), rule_(std::move(rule)), confidence_(confidence) {}

    void read(std::initializer_list<std::string_view> names, Value<std::string>& into) const {
        const auto [name, data] = first(names);
        if (data == nullptr) return;
        const std::string text(trim(python_text(scalar(*data))));
        if (text.empty()) return;
        into.value = text;
        mark(name, text, into);
    }
    void read(std::initializer_list<std::string_view> names, Value<Decimal>& into) const {
        const auto [name, data] = first(names);
        if (data == nullptr) return;
        const Data& one = scalar(*data);
        const std::string raw = python_text(one);
        into.value = one.is_number() ? rounded(one.as_number()) : parse_money(raw);
        if (into.value) mark(name, raw, into);
    }
    void read(std::initializer_list<std::string_view> names, Value<Day>& into) const {
        const auto [name, data] = first(names);
        const Moment* moment = data == nullptr ? nullptr : std::get_if<Moment>(&scalar(*data).value);
        if (moment == nullptr) return;
        into.value = moment->day;
        mark(name, iso_text(moment->day), into);
    }

private:
    static std::optional<Decimal> rounded(double number) {
        constexpr double kMost = 9e14;
        if (!(std::abs(number) < kMost)) return std::nullopt;
        return Decimal{std::llround(number * 1e4)};
    }
    /// The first of a list.
    static const Data& scalar(const Data& data) {
        const Data::Array* items = data.items();
        return items != nullptr && !items->empty() ? items->front() : data;
    }
    std::pair<std::string_view, const Data*> first(std::initializer_list<std::string_view> names) const {
        for (const std::string_view name : names)
            if (const Data* found = data_.find(name); found != nullptr && !found->is_null()) return {name, found};
        return {{}, nullptr};
    }
    template <class T>
    void mark(std::string_view name, std::string_view raw, Value<T>& value) const {
        value.raw = raw;
        value.rule = cat(rule_, ' ', name);
        value.confidence = confidence_;
    }

    const Data& data_;
    std::string rule_;
    double confidence_;
};

/// A trade number among what a row calls its barcode or code.
void read_codes(const Members& members, Line& line) {
    members.read({"code"}, line.product_code);
    members.read({"barcode"}, line.upc);
    if (line.upc || !line.product_code || !is_gtin(*line.product_code.value)) return;
    if (line.product_code.value->size() == 12) std::swap(line.upc, line.product_code);
}

void read_line(const Data& row, const Members& members, bool is_order, std::uint32_t number, Document& document) {
    if (row.members() == nullptr) return;
    Line line;
    line.row = number;
    read_codes(members, line);
    members.read({"name", "description", "product"}, line.description);
    members.read({"uom", "unit"}, line.unit);
    members.read({"qty", "quantity"}, is_order ? line.ordered : line.shipped);
    members.read({"price_unit"}, line.unit_price);
    members.read({"price_subtotal", "price_total"}, line.extended);
    members.read({"line_tax_percent"}, line.tax_percent);
    if (line.description || line.product_code || line.extended || line.unit_price)
        document.lines.push_back(std::move(line));
}

Json json_of(const Data& data) {
    if (const auto* items = data.items()) {
        Json out = Json::array();
        for (const Data& item : *items)
            out.push(json_of(item));
        return out;
    }
    if (const auto* members = data.members()) {
        Json out = Json::object();
        for (const auto& [name, value] : *members)
            out.set(name, json_of(value));
        return out;
    }
    if (const auto* moment = std::get_if<Moment>(&data.value)) return iso_text(moment->day);
    if (const auto* number = std::get_if<double>(&data.value)) return *number;
    if (const auto* integer = std::get_if<std::int64_t>(&data.value)) return *integer;
    if (const auto* boolean = std::get_if<bool>(&data.value)) return *boolean;
    if (const std::string* text = data.text()) return *text;
    return nullptr;
}

}  // namespace

Json template_fields(const Data& output) {
    return json_of(output);
}

Document document_of_template(const TemplateExtraction& extraction, std::span<const DocumentPage> pages) {
    Document document;
    document.method = "template";
    document.profile = extraction.template_name;
    if (!extraction.output) return document;
    const Data& output = *extraction.output;
    const double confidence = text_confidence(pages);
    const std::string rule = cat("template ", extraction.template_name);
    const Members members(output, rule, confidence);
    members.read({"issuer", "partner_name"}, document.vendor);
    members.read({"kind", "document_type"}, document.kind);
    if (!document.kind) {
        document.kind.value = "invoice";
        document.kind.rule = rule;
        document.kind.confidence = confidence;
    }
    const bool is_order = *document.kind.value == "order" || *document.kind.value == "acknowledgement";
    members.read({"invoice_number", "order_number"}, document.number);
    members.read({"purchase_order", "customer_po", "partner_ref"}, document.customer_po);
    members.read({"date"}, is_order ? document.order_date : document.invoice_date);
    members.read({"date_due"}, document.due_date);
    members.read({"currency"}, document.currency);
    members.read({"amount"}, document.total);
    members.read({"amount_untaxed"}, document.subtotal);
    members.read({"amount_tax"}, document.tax);
    if (const Data* rows = output.find("lines"); rows != nullptr && rows->items() != nullptr)
        for (const Data& row : *rows->items())
            read_line(row, Members(row, rule, confidence), is_order,
                      static_cast<std::uint32_t>(document.lines.size() + 1), document);
    if (const Data* rows = output.find("tax_lines"); rows != nullptr && rows->items() != nullptr)
        for (const Data& row : *rows->items()) {
            const Members tax(row, rule, confidence);
            std::pair<Value<Decimal>, Value<Decimal>> pair;
            tax.read({"line_tax_percent"}, pair.first);
            tax.read({"line_tax_amount"}, pair.second);
            if (pair.first || pair.second) document.tax_lines.push_back(std::move(pair));
        }
    document.fields = json_of(output);
    return document;
}

}  // namespace hone::invoice
