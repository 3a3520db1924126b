#include "hone/apps/invoice/einvoice_export.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/invoice/einvoice_syntaxes.h"
#include "hone/apps/invoice/unit_code.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr Int128 kMost = 1'000'000'000'000'000'000;

template <class T>
Value<T> computed(T value) {
    Value<T> out;
    out.value = std::move(value);
    out.rule = "computed";
    out.confidence = 0.9;
    return out;
}

Int128 number(const Value<Decimal>& value) {
    return value.value.value_or(Decimal{}).ten_thousandths;
}

bool are_capitals(std::string_view text, std::size_t size) {
    return text.size() == size &&
           std::all_of(text.begin(), text.end(), [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

bool is_code_of(std::string_view category, std::string_view codes) {
    const std::vector<std::string> all = split(codes, ' ');
    return std::find(all.begin(), all.end(), category) != all.end();
}

/// What a category and a rate have in common.
struct TaxGroup {
    std::string category;
    Decimal percent;
    Int128 basis = 0;

    /// basis x percent / 100 to the cent, halves away from zero.
    Int128 tax() const {
        constexpr Int128 kScale = 100'000'000;
        const Int128 product = basis * percent.ten_thousandths;
        const Int128 size = product < 0 ? -product : product;
        const Int128 cents = (size + kScale / 2) / kScale;
        return (product < 0 ? -cents : cents) * 100;
    }
};

class Completion {
public:
    explicit Completion(Document& document) : document_(document), terms_(*document.electronic) {}

    std::string run() {
        head();
        for (line_ = 1; line_ <= document_.lines.size(); ++line_)
            line(document_.lines[line_ - 1]);
        line_ = 0;
        tell_absent();
        for (const auto step :
             {&Completion::adjustments, &Completion::taxes, &Completion::sums, &Completion::payment}) {
            if (!refusal_.empty()) break;
            (this->*step)();
            tell_absent();
        }
        return std::move(refusal_);
    }

private:
    void refuse(std::string why) {
        if (refusal_.empty()) refusal_ = std::move(why);
    }
    /// " of line 2" while a line is looked at.
    std::string where() const { return line_ == 0 ? std::string() : cat(" of line ", line_); }

    /// A term that is absent, of the document or of the line that is looked at: all of them are told at once.
    void miss(std::string_view term) {
        auto at = std::find_if(absent_.begin(), absent_.end(), [term](const Absent& one) { return one.term == term; });
        if (at == absent_.end()) at = absent_.insert(at, Absent{std::string(term), {}});
        if (line_ > 0) at->lines.push_back(cat(line_));
    }
    template <class T>
    void need(const Value<T>& value, std::string_view term) {
        if (!value) miss(term);
    }

    void tell_absent() {
        constexpr std::size_t kMostLines = 5;
        for (Absent& one : absent_) {
            const std::size_t more = one.lines.size() - std::min(one.lines.size(), kMostLines);
            const std::string lines = join(std::span(one.lines).first(one.lines.size() - more), ", ");
            std::string text = one.term;
            if (!one.lines.empty()) text += cat(one.lines.size() == 1 ? " of line " : " of lines ", lines);
            if (more > 0) text += cat(" and ", more, " more");
            refusal_ += cat(refusal_.empty() ? "" : "; ", text, " is absent");
        }
        absent_.clear();
    }
    void need_capitals(const Value<std::string>& code, std::size_t size, std::string_view term) {
        need(code, term);
        if (code && !are_capitals(*code.value, size))
            refuse(cat(term, " is no code of ", size, " capitals: ", *code.value));
    }
    void need_cents(const Value<Decimal>& amount, std::string_view term) {
        need(amount, term);
        if (!amount) return;
        if (amount.value->ten_thousandths % 100 != 0)
            refuse(cat(term, where(), " has more than two decimals: ", decimal_text(*amount.value)));
    }

    void head() {
        const std::string kind = document_.kind.value.value_or("");
        if (kind != "invoice" && kind != "credit_note") refuse(cat("BT-3 invoice type is absent: the kind is ", kind));
        if (!terms_.type_code) terms_.type_code = computed<std::string>(kind == "credit_note" ? "381" : "380");
        if (kind_of_type(*terms_.type_code.value) != kind)
            refuse(cat("BT-3 invoice type ", *terms_.type_code.value, " contradicts the kind ", kind));
        need(document_.number, "BT-1 invoice number");
        need(document_.invoice_date, "BT-2 issue date");
        need_capitals(document_.currency, 3, "BT-5 currency");
        need(document_.vendor, "BT-27 seller name");
        need_seller();
        need_capitals(terms_.seller_country, 2, "BT-40 seller country");
        need(terms_.buyer, "BT-44 buyer name");
        need_capitals(terms_.buyer_country, 2, "BT-55 buyer country");
        for (const Value<std::string>* id : {&terms_.seller_vat, &terms_.buyer_vat})
            if (*id && !are_capitals(std::string_view(*id->value).substr(0, 2), 2))
                refuse(cat("a VAT identifier begins with its country: ", *id->value));
        if (document_.lines.empty()) miss("BT-126 a line");
        if (number(document_.total) > 0 && !terms_.prepaid) need_day_of_payment();
    }

    /// Who sells must be known to the tax office: by BT-31, or by BT-32 together with BT-29 or BT-30 (BR-S-02,
    /// BR-CO-26).
    void need_seller() {
        if (terms_.seller_vat) return;
        if (!terms_.seller_tax_number)
            miss("BT-31 seller VAT identifier");
        else if (!terms_.seller_id && !terms_.seller_registration)
            miss("BT-29 seller identifier or BT-30 registration (needed beside BT-32 without BT-31)");
    }

    void need_day_of_payment() {
        if (!document_.due_date && !document_.terms) miss("BT-9 due date (or BT-20 payment terms)");
    }

    void line(Line& line) {
        need(line.description, "BT-153 name");
        if (line.shipped && !line.ordered) line.ordered = line.shipped;
        need(line.ordered, "BT-129 quantity");
        need(line.unit, "BT-130 unit");
        if (line.unit && !line.unit.rule.starts_with("xml ")) {
            const std::string_view code = unit_code(*line.unit.value);
            if (code.empty()) refuse(cat("BT-130 unit", where(), " has no known code: ", *line.unit.value));
            line.unit.value = std::string(code);
        }
        need(line.unit_price, "BT-146 price");
        if (number(line.unit_price) < 0) refuse(cat("BT-146 price", where(), " is below zero"));
        need_cents(line.extended, "BT-131 net amount");
        if (line.list_price && number(line.list_price) < number(line.unit_price))
            refuse(cat("BT-148 list price", where(), " is below the price"));
        judge_category(line.tax_category, line.tax_percent, "BT-151 VAT category");
        for (Adjustment& one : line.adjustments) {
            one.tax_category = {};  // the line's counts
            one.tax_percent = {};
            need_cents(one.amount, "BT-136 or BT-141 amount of an allowance or charge");
            need(one.reason, "BT-139 or BT-144 reason of an allowance or charge");
        }
    }

    void judge_category(Value<std::string>& category, const Value<Decimal>& percent, const std::string& term) {
        if (!category && number(percent) > 0) category = computed<std::string>("S");
        need(category, term);
        if (!category) return;
        const std::string& code = *category.value;
        if (!is_code_of(code, "S Z E AE G L M"))
            refuse(cat(term, where(), " is none that can be exported (S, Z, E, AE, G, L, M): ", code));
        need(percent, cat("the rate that belongs to ", term));
        const bool is_right =
            code == "S" ? number(percent) > 0 : (is_code_of(code, "L M") ? number(percent) >= 0 : number(percent) == 0);
        if (percent && !is_right) refuse(cat("the rate that belongs to ", term, where(), " does not fit ", code));
    }

    /// Sums of a document from pages as charges and allowances.
    void sums_as_adjustments() {
        const Line& first = document_.lines.front();
        const auto add = [&](const Value<Decimal>& sum, const char* reason, bool is_charge) {
            if (number(sum) == 0) return;
            Adjustment& one = terms_.adjustments.emplace_back();
            one.is_charge = is_charge;
            one.amount = sum;
            one.reason = computed<std::string>(reason);
            const bool is_one = std::all_of(document_.lines.begin(), document_.lines.end(), [&](const Line& line) {
                return line.tax_category.value == first.tax_category.value &&
                       line.tax_percent.value == first.tax_percent.value;
            });
            if (!is_one) return;
            one.tax_category = first.tax_category;
            one.tax_percent = first.tax_percent;
        };
        add(document_.surcharge, "Surcharge", true);
        add(document_.freight, "Freight", true);
        add(document_.discount, "Discount", false);
        document_.surcharge = document_.freight = document_.discount = {};
    }

    void adjustments() {
        if (document_.method != "xml" && terms_.adjustments.empty()) sums_as_adjustments();
        for (Adjustment& one : terms_.adjustments) {
            need_cents(one.amount, one.is_charge ? "BT-99 amount of a charge" : "BT-92 amount of an allowance");
            need(one.reason, one.is_charge ? "BT-104 reason of a charge" : "BT-97 reason of an allowance");
            judge_category(one.tax_category, one.tax_percent,
                           one.is_charge ? "BT-102 VAT category of a charge" : "BT-95 VAT category of an allowance");
        }
    }

    TaxGroup& group_of(const Value<std::string>& category, const Value<Decimal>& percent) {
        for (TaxGroup& one : groups_)
            if (one.category == *category.value && one.percent == *percent.value) return one;
        return groups_.emplace_back(TaxGroup{*category.value, *percent.value, 0});
    }

    void taxes() {
        for (const Line& line : document_.lines)
            group_of(line.tax_category, line.tax_percent).basis += number(line.extended);
        for (const Adjustment& one : terms_.adjustments)
            group_of(one.tax_category, one.tax_percent).basis += number(one.amount) * (one.is_charge ? 1 : -1);
        if (terms_.tax_rows.empty()) make_rows();
        if (refusal_.empty()) compare_rows();
        for (const TaxRow& row : terms_.tax_rows) {
            if (!refusal_.empty()) return;
            const std::string& code = *row.category.value;
            if (is_code_of(code, "E AE G")) need(row.exemption, cat("BT-120 exemption reason of category ", code));
            if (code == "G") need(terms_.seller_vat, "BT-31 seller VAT identifier (export)");
            if (code == "AE") need(terms_.buyer_vat, "BT-48 buyer VAT identifier (reverse charge)");
            if (is_code_of(code, "S Z L M") && row.exemption) refuse(cat("BT-120 does not fit category ", code));
        }
    }

    void make_rows() {
        for (const TaxGroup& group : groups_) {
            TaxRow& row = terms_.tax_rows.emplace_back();
            row.basis = amount(group.basis);
            row.amount = amount(group.tax());
            row.category = computed(group.category);
            row.percent = computed(group.percent);
            for (const auto& [percent, stated] : document_.tax_lines)
                if (percent.value == group.percent && stated) row.amount = stated;
        }
    }

    void compare_rows() {
        if (terms_.tax_rows.size() != groups_.size()) refuse("the VAT rows (BG-23) are not those of the lines");
        for (const TaxRow& row : terms_.tax_rows) {
            const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const TaxGroup& one) {
                return row.category.value == one.category && row.percent.value == one.percent;
            });
            if (found == groups_.end()) {
                refuse("a VAT row (BG-23) has a category and rate that no line has");
                return;
            }
            const std::string which = cat(" of VAT ", decimal_text(found->percent), " %");
            expect(row.basis, found->basis, cat("BT-116 basis", which));
            expect(row.amount, found->tax(), cat("BT-117 amount", which));
        }
    }

    /// An amount that was computed; one beyond what the model holds is refused.
    Value<Decimal> amount(Int128 value) {
        if (value >= kMost || value <= -kMost) {
            refuse("the amounts are too large");
            return computed(Decimal{});
        }
        return computed(Decimal{static_cast<std::int64_t>(value)});
    }

    void expect(const Value<Decimal>& value, Int128 expected, std::string_view term) {
        if (number(value) == expected && value) return;
        refuse(cat(term, " is ", value ? decimal_text(*value.value, 2) : "absent", ", the parts give ",
                   decimal_text(*amount(expected).value, 2)));
    }

    /// A sum that follows from its parts: taken over if absent, else compared.
    void sum(Value<Decimal>& value, Int128 expected, std::string_view term) {
        if (!value) value = amount(expected);
        expect(value, expected, term);
    }
    /// A sum that may be absent if it is zero.
    void sum_if_any(Value<Decimal>& value, Int128 expected, std::string_view term) {
        if (value || expected != 0) sum(value, expected, term);
    }

    void sums() {
        Int128 lines = 0, allowances = 0, charges = 0, tax = 0;
        for (const Line& line : document_.lines)
            lines += number(line.extended);
        for (const Adjustment& one : terms_.adjustments)
            (one.is_charge ? charges : allowances) += number(one.amount);
        for (const TaxGroup& group : groups_)
            tax += group.tax();
        const Int128 basis = lines - allowances + charges;
        for (Value<Decimal>* value : {&terms_.line_total, &document_.subtotal})
            sum(*value, lines, "BT-106 sum of the lines");
        for (Value<Decimal>* value : {&terms_.allowances, &document_.discount})
            sum_if_any(*value, allowances, "BT-107 sum of allowances");
        for (Value<Decimal>* value : {&terms_.charges, &document_.surcharge})
            sum_if_any(*value, charges, "BT-108 sum of charges");
        sum(terms_.tax_basis, basis, "BT-109 total without VAT");
        for (Value<Decimal>* value : {&terms_.tax_total, &document_.tax})
            sum(*value, tax, "BT-110 total VAT");
        for (Value<Decimal>* value : {&terms_.grand_total, &document_.total})
            sum(*value, basis + tax, "BT-112 total with VAT");
        if (terms_.prepaid) need_cents(terms_.prepaid, "BT-113 paid amount");
        if (terms_.rounding) need_cents(terms_.rounding, "BT-114 rounding amount");
        sum(terms_.payable, basis + tax - number(terms_.prepaid) + number(terms_.rounding), "BT-115 amount due");
    }

    void payment() {
        if (number(terms_.payable) > 0) need_day_of_payment();
        if (terms_.iban) need(terms_.payment_means, "BT-81 payment means");
        if (terms_.bic) need(terms_.iban, "BT-84 payment account");
        if (is_code_of(terms_.payment_means.value.value_or(""), "30 58")) need(terms_.iban, "BT-84 payment account");
    }

    /// A term with the numbers of the lines that lack it; none if it is one of the document.
    struct Absent {
        std::string term;
        std::vector<std::string> lines;
    };

    Document& document_;
    ElectronicTerms& terms_;
    std::vector<TaxGroup> groups_;
    std::vector<Absent> absent_;
    std::size_t line_ = 0;  ///< the line that is looked at, from 1; 0 = the document
    std::string refusal_;
};

}  // namespace

std::string complete_for_export(Document& document) {
    if (!document.electronic) document.electronic.emplace();
    return Completion(document).run();
}

}  // namespace hone::invoice
