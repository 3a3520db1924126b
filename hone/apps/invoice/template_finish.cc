#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/template_run.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/apps/invoice/unit_code.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 5> kAliases = {{{"description", "name"},
                                           {"unit_price", "price_unit"},
                                           {"unitprice", "price_unit"},
                                           {"vat_rate", "line_tax_percent"},
                                           {"tax_percent", "line_tax_percent"}}};

constexpr std::string_view kInvoiceNames =
    "issuer vat partner_name partner_street partner_street2 partner_street3 partner_city partner_zip country_code "
    "state_code partner_email partner_website telephone mobile partner_ref siren partner_coc company_vat amount "
    "amount_untaxed amount_tax date date_due date_start date_end invoice_number currency currency_symbol bic iban note "
    "narration payment_reference payment_unece_code incoterm mandate_id lines tax_lines desc template_name";
constexpr std::string_view kLineNames =
    "name product taxes code barcode qty unece_code uom price_unit price_subtotal price_total discount "
    "line_tax_percent line_tax_amount line_note sectionheader date_start date_end";
constexpr std::string_view kTaxLineNames = "price_subtotal line_tax_percent line_tax_amount line_tax_code";

Data::Array* rows_of(Data& output, std::string_view name) {
    Data* rows = output.find(name);
    return rows == nullptr ? nullptr : rows->items();
}

void rename_aliases(Data& row) {
    Data::Object* members = row.members();
    if (members == nullptr) return;
    for (const Pair& alias : kAliases) {
        const auto at =
            std::find_if(members->begin(), members->end(), [&](const auto& m) { return m.first == alias.first; });
        if (at == members->end() || row.find(alias.second) != nullptr) continue;
        Data value = std::move(at->second);
        members->erase(at);
        row.set(alias.second, std::move(value));
    }
}

void add_unit_code(Data& row) {
    const Data* unit = row.find("uom");
    if (unit == nullptr || unit->text() == nullptr || row.find("unece_code") != nullptr) return;
    const std::string_view code = unit_code(*unit->text());
    if (!code.empty()) row.set("unece_code", Data(code));
}

std::optional<double> number_in(const Data& row, std::string_view name) {
    return number_of(row.find(name));
}

// The rate when exactly one that is not zero applies to money.
std::optional<Data> single_active_rate(const Data::Array& tax_rows) {
    std::optional<Data> rate;
    for (const Data& row : tax_rows) {
        const std::optional<double> percent = number_in(row, "line_tax_percent");
        if (!percent || *percent == 0) continue;
        const bool is_active =
            number_in(row, "price_subtotal").value_or(0) != 0 || number_in(row, "line_tax_amount").value_or(0) != 0;
        if (!is_active) continue;
        if (rate && number_of(&*rate) != percent) return std::nullopt;
        rate = *row.find("line_tax_percent");
    }
    return rate;
}

// The rate that the tax rows give for a code; the last one counts.
const Data* rate_of_code(const Data& code, const Data::Array& tax_rows) {
    const Data* found = nullptr;
    for (const Data& tax : tax_rows) {
        const Data *tax_code = tax.find("line_tax_code"), *rate = tax.find("line_tax_percent");
        if (tax_code == nullptr || rate == nullptr) continue;
        if (strip(python_text(code)) == strip(python_text(*tax_code))) found = rate;
    }
    return found;
}

void add_tax_amount(Data& row) {
    const std::optional<double> subtotal = number_in(row, "price_subtotal"), rate = number_in(row, "line_tax_percent");
    if (subtotal && rate && row.find("line_tax_amount") == nullptr)
        row.set("line_tax_amount", Data(round_to_cents(*subtotal * *rate / 100)));
}

// Rates of the tax rows for lines that print none, with the amount that follows; lines with a rate stay as they are.
void join_lines(Data::Array& lines, const Data::Array& tax_rows) {
    const std::optional<Data> only_rate = single_active_rate(tax_rows);
    for (Data& row : lines) {
        if (row.members() == nullptr || row.find("line_tax_percent") != nullptr) continue;
        const Data* code = row.find("line_tax_code");
        const Data* rate = code == nullptr ? nullptr : rate_of_code(*code, tax_rows);
        if (rate == nullptr && only_rate) rate = &*only_rate;
        if (rate == nullptr) continue;
        row.set("line_tax_percent", Data(*rate));
        add_tax_amount(row);
    }
}

void join_taxes(TemplateRun& run, Data& output) {
    Data::Array *lines = rows_of(output, "lines"), *taxes = rows_of(output, "tax_lines");
    if (taxes == nullptr) return;
    if (lines != nullptr) join_lines(*lines, *taxes);
    double sum = 0;
    for (Data& row : *taxes) {
        if (row.members() == nullptr) continue;
        add_tax_amount(row);
        const Data* amount = row.find("line_tax_amount");
        if (amount != nullptr && amount->is_number()) sum += amount->as_number();
    }
    const Data* stated = output.find("amount_tax");
    if (stated != nullptr && stated->is_number() && sum != 0 && std::abs(sum - stated->as_number()) > 0.02)
        run.warn(cat("tax_lines add up to ", sum, " and amount_tax is ", stated->as_number()));
}

// Characters in common: the longest common block, then the same left and right of it (Ratcliff and Obershelp).
std::size_t common_characters(std::string_view a, std::string_view b) {
    std::size_t best = 0, at_a = 0, at_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size(); ++j) {
            std::size_t length = 0;
            while (i + length < a.size() && j + length < b.size() && a[i + length] == b[j + length])
                ++length;
            if (length > best) best = length, at_a = i, at_b = j;
        }
    if (best == 0) return 0;
    return best + common_characters(a.substr(0, at_a), b.substr(0, at_b)) +
           common_characters(a.substr(at_a + best), b.substr(at_b + best));
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
    double best = 0;
    std::string found;
    if (name.size() > 60) return found;
    for (const std::string& one : known) {
        const double ratio =
            2.0 * static_cast<double>(common_characters(name, one)) / static_cast<double>(name.size() + one.size());
        if (ratio >= 0.88 && ratio > best) best = ratio, found = one;
    }
    return found;
}

void check_names(TemplateRun& run, const Data& row, std::string_view names) {
    if (row.members() == nullptr) return;
    const std::vector<std::string> known = split(names, ' ');
    const std::vector<std::string>& extra = run.which.options.extra_fields;
    for (const auto& member : *row.members()) {
        const std::string& name = member.first;
        if (name.starts_with("amount") || name.starts_with("date")) continue;
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        if (std::find(extra.begin(), extra.end(), name) != extra.end()) continue;
        const std::string near = suggestion(name, known);
        const std::string message = cat("unknown field name ", name, near.empty() ? "" : ", did you mean ", near);
        if (run.which.options.strict_fields)
            run.fail("template_error", message);
        else if (!near.empty())
            run.warn(message);
    }
}

void check_required(TemplateRun& run, const Data& output) {
    const std::vector<std::string> usual = {"date", "amount", "invoice_number", "issuer"};
    const std::vector<std::string>& required = run.which.required_fields ? *run.which.required_fields : usual;
    std::string missing;
    for (const std::string& name : required) {
        if (output.find(name) == nullptr) missing += cat(missing.empty() ? "" : ", ", name);
        const auto at = std::find_if(run.findings.begin(), run.findings.end(),
                                     [&](const FieldFinding& finding) { return finding.field == name; });
        if (at != run.findings.end())
            at->is_required = true;
        else if (output.find(name) == nullptr)
            run.findings.push_back({name, "", "", true});
    }
    if (!missing.empty()) run.fail("missing_required", cat("required fields are missing: ", missing));
}

}  // namespace

void finish_output(TemplateRun& run, Data& output) {
    for (const std::string_view part : {"lines", "tax_lines"}) {
        Data::Array* rows = rows_of(output, part);
        if (rows == nullptr) continue;
        for (Data& row : *rows) {
            rename_aliases(row);
            add_unit_code(row);
        }
    }
    join_taxes(run, output);
    check_names(run, output, kInvoiceNames);
    for (const auto& [part, names] : {Pair{"lines", kLineNames}, Pair{"tax_lines", kTaxLineNames}}) {
        std::set<std::string> seen;
        Data distinct{Data::Object{}};
        if (const Data::Array* rows = rows_of(output, part))
            for (const Data& row : *rows)
                for (const auto& member : row.members() == nullptr ? Data::Object{} : *row.members())
                    if (seen.insert(member.first).second) distinct.set(member.first, Data());
        check_names(run, distinct, names);
    }
    check_required(run, output);
}

}  // namespace hone::invoice
