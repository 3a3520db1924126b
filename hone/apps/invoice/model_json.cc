#include "hone/apps/invoice/model_json.h"

#include <cmath>

#include "hone/apps/invoice/model_fields.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

Json plain(const std::string& value) {
    return value;
}
Json plain(Decimal value) {
    return decimal_text(value);
}
Json plain(Day value) {
    return iso_text(value);
}

/// A confidence to four places.
Json confidence_json(double value) {
    return std::round(value * 1e4) / 1e4;
}

/// A coordinate to a hundredth of a point.
Json coordinate(float value) {
    return std::round(static_cast<double>(value) * 100) / 100;
}

template <class T>
Json value_json(const Value<T>& value, JsonDetail detail) {
    if (!value.value) return nullptr;
    if (detail == JsonDetail::Values) return plain(*value.value);
    Json out = Json::object();
    out.set("value", plain(*value.value)).set("raw", value.raw).set("rule", value.rule);
    if (value.place.page > 0) {
        Json box = Json::array();
        for (const float edge : {value.place.x0, value.place.y0, value.place.x1, value.place.y1})
            box.push(coordinate(edge));
        out.set("page", value.place.page).set("box", std::move(box));
    }
    return out.set("confidence", confidence_json(value.confidence));
}

template <class Visit>
void each_value(const Adjustment& one, const Visit& visit) {
    visit("amount", one.amount);
    visit("reason", one.reason);
    visit("tax_category", one.tax_category);
    visit("tax_percent", one.tax_percent);
}

template <class Visit>
void each_value(const TaxRow& row, const Visit& visit) {
    visit("basis", row.basis);
    visit("amount", row.amount);
    visit("percent", row.percent);
    visit("category", row.category);
    visit("exemption", row.exemption);
}

template <class Visit>
void each_value(const ElectronicTerms& terms, const Visit& visit) {
    visit("type_code", terms.type_code);
    visit("seller_vat", terms.seller_vat);
    visit("seller_country", terms.seller_country);
    if (terms.seller_id) visit("seller_id", terms.seller_id);
    if (terms.seller_registration) visit("seller_registration", terms.seller_registration);
    if (terms.seller_tax_number) visit("seller_tax_number", terms.seller_tax_number);
    visit("buyer", terms.buyer);
    visit("buyer_vat", terms.buyer_vat);
    visit("buyer_country", terms.buyer_country);
    visit("payment_means", terms.payment_means);
    visit("iban", terms.iban);
    visit("bic", terms.bic);
    visit("line_total", terms.line_total);
    visit("allowances", terms.allowances);
    visit("charges", terms.charges);
    visit("tax_basis", terms.tax_basis);
    visit("tax_total", terms.tax_total);
    visit("grand_total", terms.grand_total);
    visit("prepaid", terms.prepaid);
    visit("rounding", terms.rounding);
    visit("payable", terms.payable);
}

Json adjustments_json(const std::vector<Adjustment>& adjustments, JsonDetail detail) {
    Json out = Json::array();
    for (const Adjustment& one : adjustments) {
        Json row = Json::object();
        row.set("kind", one.is_charge ? "charge" : "allowance");
        each_value(one, [&](const char* name, const auto& value) { row.set(name, value_json(value, detail)); });
        out.push(std::move(row));
    }
    return out;
}

Json electronic_json(const ElectronicTerms& terms, JsonDetail detail) {
    Json out = Json::object();
    out.set("syntax", terms.syntax).set("guideline", terms.guideline).set("lines_absent", terms.lines_absent);
    each_value(terms, [&](const char* name, const auto& value) { out.set(name, value_json(value, detail)); });
    out.set("adjustments", adjustments_json(terms.adjustments, detail));
    Json rows = Json::array();
    for (const TaxRow& one : terms.tax_rows) {
        Json row = Json::object();
        each_value(one, [&](const char* name, const auto& value) { row.set(name, value_json(value, detail)); });
        rows.push(std::move(row));
    }
    return out.set("tax_rows", std::move(rows));
}

Json line_json(const Line& line, JsonDetail detail) {
    Json out = Json::object();
    each_value(line, [&](const char* name, const auto& value) { out.set(name, value_json(value, detail)); });
    const std::optional<Decimal> open = cancelled(line);
    out.set("qty_cancelled", open ? plain(*open) : Json());
    Json surcharges = Json::array();
    for (const Surcharge& one : line.surcharges)
        surcharges.push(Json::object().set("code", one.code).set("amount", plain(one.amount)));
    out.set("surcharges", std::move(surcharges));
    if (line.tax_category) out.set("tax_category", value_json(line.tax_category, detail));
    if (!line.adjustments.empty()) out.set("adjustments", adjustments_json(line.adjustments, detail));
    if (detail == JsonDetail::Values) return out;
    Json flags = Json::array();
    for (const std::string& flag : line.flags)
        flags.push(flag);
    return out.set("page", line.page)
        .set("row", line.row)
        .set("flags", std::move(flags))
        .set("confidence", confidence_json(line.confidence));
}

void add_account(const Document& document, Json& out) {
    Json checks = Json::array(), pages = Json::array(), ladder = Json::array();
    for (const Check& check : document.checks) {
        Json one = Json::object();
        one.set("name", check.name).set("passed", check.passed).set("detail", check.detail).set("line", check.line);
        checks.push(std::move(one));
    }
    for (const PageState& page : document.pages) {
        Json one = Json::object();
        one.set("page", page.number).set("method", page.method).set("rows", page.rows).set("failure", page.failure);
        pages.push(std::move(one));
    }
    for (const std::string& step : document.ladder)
        ladder.push(step);
    out.set("method", document.method).set("profile", document.profile).set("status", status_name(document.status));
    out.set("confidence", confidence_json(document.confidence));
    out.set("checks", std::move(checks)).set("pages", std::move(pages)).set("ladder", std::move(ladder));
    out.set("failure_code", document.failure_code).set("failure", document.failure);
}

}  // namespace

std::optional<Decimal> cancelled(const Line& line) {
    if (!line.ordered || !line.allocated || !line.shipped || !line.backordered) return {};
    return Decimal{line.ordered.value->ten_thousandths - line.shipped.value->ten_thousandths -
                   line.backordered.value->ten_thousandths};
}

namespace {

/// Everything but the lines.
Json head_json(const Document& document, JsonDetail detail) {
    Json out = Json::object();
    if (detail == JsonDetail::Provenance) out.set("file", document.file).set("sha256", document.sha256);
    each_value(document, [&](const char* name, const auto& value) { out.set(name, value_json(value, detail)); });
    Json taxes = Json::array();
    for (const auto& [rate, amount] : document.tax_lines)
        taxes.push(Json::object().set("percent", value_json(rate, detail)).set("amount", value_json(amount, detail)));
    out.set("tax_lines", std::move(taxes));
    if (document.electronic) out.set("electronic", electronic_json(*document.electronic, detail));
    if (detail == JsonDetail::Provenance) add_account(document, out);
    return out;
}

}  // namespace

Json document_json(const Document& document, JsonDetail detail) {
    Json out = head_json(document, detail);
    Json lines = Json::array();
    for (const Line& line : document.lines)
        lines.push(line_json(line, detail));
    return out.set("lines", std::move(lines));
}

void write_document_json(const Document& document, const std::function<void(std::string_view)>& sink) {
    sink("{\n");
    const Json head = head_json(document, JsonDetail::Provenance);
    for (const auto& [name, value] : head.members())
        sink(cat("  ", json_quote(name), ": ", value.dump(0), ",\n"));
    if (!document.fields.members().empty()) sink(cat("  \"fields\": ", document.fields.dump(0), ",\n"));
    sink("  \"lines\": [");
    for (std::size_t i = 0; i < document.lines.size(); ++i)
        sink(cat(i == 0 ? "\n    " : ",\n    ", line_json(document.lines[i], JsonDetail::Provenance).dump(0)));
    sink(document.lines.empty() ? "]\n}" : "\n  ]\n}");
}

}  // namespace hone::invoice
