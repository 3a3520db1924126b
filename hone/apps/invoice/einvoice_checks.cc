#include "hone/apps/invoice/einvoice_checks.h"

#include <string>
#include <utility>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/trade_ids.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Sums of amounts fit without overflow: each is below 10^18.
Int128 number(const Value<Decimal>& value) {
    return value.value.value_or(Decimal{}).ten_thousandths;
}

/// Less than half a cent apart: older files have amounts with four decimals.
bool agree(Int128 a, Int128 b) {
    const Int128 apart = a < b ? b - a : a - b;
    return apart < 50;
}

std::string amount_text(Int128 value) {
    constexpr Int128 kMost = 1'000'000'000'000'000'000;
    if (value > kMost || value < -kMost) return "an amount beyond all measure";
    return decimal_text(Decimal{static_cast<std::int64_t>(value)}, 2);
}

/// basis x percent / 100 to the cent, halves away from zero.
Int128 tax_of(const TaxRow& row) {
    constexpr Int128 kScale = Int128{1'000'000} * 100;  // percent: 10^4 x 100; cents: 100
    const Int128 product = number(row.basis) * number(row.percent);
    const Int128 size = product < 0 ? -product : product;
    const Int128 cents = (size + kScale / 2) / kScale;
    return (product < 0 ? -cents : cents) * 100;
}

class Judge {
public:
    explicit Judge(Document& document) : document_(document), terms_(*document.electronic) {}

    std::vector<JudgedCheck> run() {
        judge_lines();
        judge_adjustments();
        judge_sums();
        judge_taxes();
        judge_forms();
        return std::move(out_);
    }

private:
    void add(std::string name, bool passed, std::string detail, std::vector<double*> involved) {
        out_.push_back({{std::move(name), passed, passed ? "" : std::move(detail), 0}, std::move(involved)});
    }

    void add_sum(const char* term, Int128 expected, const Value<Decimal>& found, std::vector<double*> involved) {
        add(term, agree(expected, number(found)),
            cat("the terms give ", amount_text(expected), ", stated ", amount_text(number(found))),
            std::move(involved));
    }

    void judge_lines() {
        if (document_.lines.empty() || terms_.lines_absent || !terms_.line_total) return;
        Int128 sum = 0;
        for (const Line& line : document_.lines) {
            if (!line.extended) return;
            sum += number(line.extended);
        }
        add_sum("BT-106", sum, terms_.line_total, {&terms_.line_total.confidence, &document_.subtotal.confidence});
    }

    void judge_adjustments() {
        Int128 allowances = 0, charges = 0;
        for (const Adjustment& one : terms_.adjustments)
            (one.is_charge ? charges : allowances) += number(one.amount);
        // The profiles without lines and ZUGFeRD 1 have the sums, but need not list what makes them.
        const bool must_list = !terms_.lines_absent && terms_.syntax != "zugferd1";
        const bool is_listed = !terms_.adjustments.empty() || must_list;
        if (!is_listed) return;
        if (terms_.allowances || allowances != 0)
            add_sum("BT-107", allowances, terms_.allowances,
                    {&terms_.allowances.confidence, &document_.discount.confidence});
        if (terms_.charges || charges != 0)
            add_sum("BT-108", charges, terms_.charges, {&terms_.charges.confidence, &document_.surcharge.confidence});
    }

    void judge_sums() {
        ElectronicTerms& t = terms_;
        Document& d = document_;
        if (t.line_total && t.tax_basis)
            add_sum("BT-109", number(t.line_total) - number(t.allowances) + number(t.charges), t.tax_basis,
                    {&t.tax_basis.confidence, &t.line_total.confidence, &d.subtotal.confidence});
        if (t.tax_basis && t.grand_total)
            add_sum("BT-112", number(t.tax_basis) + number(t.tax_total), t.grand_total,
                    {&t.grand_total.confidence, &d.total.confidence, &t.tax_basis.confidence, &t.tax_total.confidence,
                     &d.tax.confidence});
        // The profile minimum has no place for what was paid before.
        if (t.grand_total && t.payable && (t.prepaid || !t.lines_absent))
            add_sum("BT-115", number(t.grand_total) - number(t.prepaid) + number(t.rounding), t.payable,
                    {&t.payable.confidence, &t.grand_total.confidence, &d.total.confidence});
    }

    void judge_taxes() {
        if (terms_.tax_rows.empty()) return;
        Int128 sum = 0;
        bool is_complete = true;
        for (std::size_t i = 0; i < terms_.tax_rows.size(); ++i) {
            TaxRow& row = terms_.tax_rows[i];
            is_complete = is_complete && row.amount;
            sum += number(row.amount);
            if (!row.amount || !row.basis) continue;
            std::vector<double*> involved = {&row.amount.confidence, &row.basis.confidence, &row.percent.confidence};
            if (i < document_.tax_lines.size()) involved.push_back(&document_.tax_lines[i].second.confidence);
            add("BT-117", agree(tax_of(row), number(row.amount)),
                cat(decimal_text(row.percent.value.value_or(Decimal{})), " % of ", amount_text(number(row.basis)),
                    " is ", amount_text(tax_of(row)), ", stated ", amount_text(number(row.amount))),
                std::move(involved));
        }
        if (is_complete && (terms_.tax_total || sum != 0))
            add_sum("BT-110", sum, terms_.tax_total, {&terms_.tax_total.confidence, &document_.tax.confidence});
    }

    void judge_forms() {
        const auto judge = [&](const char* name, Value<std::string>& id, bool passed) {
            add(name, passed, cat(*id.value, " has not the form that it must have"), {&id.confidence});
        };
        if (terms_.iban) judge("iban", terms_.iban, is_iban(compact_id(*terms_.iban.value)));
        if (terms_.bic) judge("bic", terms_.bic, is_bic(compact_id(*terms_.bic.value)));
        for (Value<std::string>* id : {&terms_.seller_vat, &terms_.buyer_vat}) {
            if (!*id) continue;
            const std::optional<bool> fits = has_vat_shape(compact_id(*id->value));
            if (fits) judge("vat", *id, *fits);
        }
    }

    Document& document_;
    ElectronicTerms& terms_;
    std::vector<JudgedCheck> out_;
};

}  // namespace

std::vector<JudgedCheck> judge_electronic(Document& document) {
    return Judge(document).run();
}

}  // namespace hone::invoice
