#include "hone/apps/invoice/checks.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/einvoice_checks.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::int64_t kCent = 100;

std::int64_t number(const Value<Decimal>& value) {
    return value.value.value_or(Decimal{}).ten_thousandths;
}

bool agree(std::int64_t a, std::int64_t b, std::int64_t tolerance) {
    return std::abs(a - b) <= tolerance;
}

/// Money and quantities beyond this are no goods; their products might overflow.
constexpr std::int64_t kMost = 100'000'000'000;
bool is_usual(const Value<Decimal>& value) {
    return value && std::abs(value.value->ten_thousandths) < kMost;
}

class Checker {
public:
    explicit Checker(Document& document) : document_(document) {}

    void run(const CheckOptions& options) {
        has_prices_ = std::any_of(document_.lines.begin(), document_.lines.end(),
                                  [](const Line& line) { return is_printed(line.unit_price); });
        for (std::size_t i = 0; i < document_.lines.size(); ++i)
            check_line(document_.lines[i], narrow<std::uint32_t>(i + 1));
        check_codes();
        check_absent();
        check_totals();
        check_dates(options);
        check_number();
        if (document_.electronic) check_electronic();
        for (const auto& [confidence, outcome] : outcomes_)
            *confidence = std::clamp(*confidence + (outcome ? 0.15 : -0.30), 0.0, 1.0);
    }

private:
    /// Records a check and what it says of the values involved; one failure outweighs what passed.
    template <class... Values>
    void record(const char* name, std::uint32_t line, bool passed, std::string detail, Values&... values) {
        document_.checks.push_back({name, passed, passed ? "" : std::move(detail), line});
        for (double* confidence : {&values.confidence...})
            remember(confidence, passed);
    }

    void remember(double* confidence, bool passed) {
        const auto [outcome, is_new] = outcomes_.try_emplace(confidence, passed);
        if (!is_new) outcome->second = outcome->second && passed;
    }

    /// The rules of electronic invoices, and what the comparison with the pages said before.
    void check_electronic() {
        Document& d = document_;
        for (const Check& check : d.checks) {
            if (check.name == "page-number") remember(&d.number.confidence, check.passed);
            if (check.name == "page-total") remember(&d.total.confidence, check.passed);
            if (check.name == "page-date")
                remember(d.invoice_date ? &d.invoice_date.confidence : &d.order_date.confidence, check.passed);
        }
        for (JudgedCheck& judged : judge_electronic(d)) {
            for (double* confidence : judged.involved)
                remember(confidence, judged.check.passed);
            d.checks.push_back(std::move(judged.check));
        }
    }

    void check_line(Line& line, std::uint32_t at) {
        check_quantity(line, at);
        check_price(line, at);
        check_extended(line, at);
        check_trade_numbers(line, at);
        const std::optional<Decimal> open = cancelled(line);
        if (!open) return;
        const bool is_whole = *open >= Decimal{};
        if (!is_whole) line.flags.emplace_back("more-than-ordered");
        record("cancelled", at, is_whole, "shipped and back ordered are more than ordered", line.ordered, line.shipped,
               line.backordered);
        const bool fits = number(line.allocated) <= number(line.ordered) - number(line.shipped);
        if (!fits) line.flags.emplace_back("allocated-too-much");
        record("allocated", at, fits, "allocated is more than ordered less shipped", line.allocated);
    }

    /// A row of a page whose quantity is not there or could not be read. (Templates need not look for one.)
    void check_quantity(Line& line, std::uint32_t at) {
        if (!is_read_from_pages()) return;
        if (line.ordered || line.shipped) return;
        line.flags.emplace_back("no-quantity");
        const std::string& raw = line.ordered.raw.empty() ? line.shipped.raw : line.ordered.raw;
        document_.checks.push_back(
            {"quantity", false, raw.empty() ? "the line has no quantity" : cat("the quantity reads ", raw), at});
    }

    static bool is_printed(const Value<Decimal>& value) { return value && !value.rule.starts_with("computed"); }

    /// A row of a page that lacks only its price, while others have one. (Where no row has one, none belongs there.)
    void check_price(Line& line, std::uint32_t at) {
        const bool is_absent = !is_printed(line.unit_price);
        const bool is_missed =
            is_absent && has_prices_ && is_read_from_pages() && line.extended && (line.ordered || line.shipped);
        if (!line.unit_price || is_missed) line.flags.emplace_back("no-price");
        if (!is_missed) return;
        const std::string& raw = line.unit_price.raw;
        std::string detail = raw.empty() ? "the line has no price" : cat("the price reads ", raw);
        if (line.unit_price) detail += cat("; ", decimal_text(*line.unit_price.value), " is ", line.unit_price.rule);
        document_.checks.push_back({"price", false, std::move(detail), at});
    }

    /// The quantity that the extended price counts.
    std::vector<Value<Decimal>*> counted(Line& line) const {
        if (document_.kind.value == "acknowledgement" && line.shipped && line.backordered)
            return {&line.shipped, &line.backordered};
        if (line.shipped) return {&line.shipped};
        if (line.ordered) return {&line.ordered};
        return {};
    }

    void check_extended(Line& line, std::uint32_t at) {
        const std::vector<Value<Decimal>*> quantities = counted(line);
        if (quantities.empty() || !is_usual(line.unit_price) || !is_usual(line.extended)) return;
        if (line.unit_price.rule.starts_with("computed")) return;
        std::int64_t quantity = 0;
        for (const Value<Decimal>* one : quantities) {
            if (!is_usual(*one)) return;
            quantity += number(*one);
        }
        std::int64_t product = mul_div_floor(quantity, number(line.unit_price), 10'000);
        for (const Adjustment& one : line.adjustments) {
            if (!is_usual(one.amount)) return;
            product += one.is_charge ? number(one.amount) : -number(one.amount);
        }
        const std::int64_t tolerance = std::max(kCent, std::abs(quantity) / 200);
        const bool passed = agree(product, number(line.extended), tolerance);
        if (!passed) line.flags.emplace_back("extended-differs");
        const std::string detail =
            cat(decimal_text(Decimal{quantity}), " x ", decimal_text(*line.unit_price.value, 2), " = ",
                decimal_text(Decimal{product}, 2), ", printed ", decimal_text(*line.extended.value, 2));
        record("extended", at, passed, detail, line.unit_price, line.extended, *quantities.front(), *quantities.back());
    }

    void check_trade_numbers(Line& line, std::uint32_t at) {
        if (line.upc) {
            const bool passed = is_gtin(*line.upc.value);
            if (!passed) line.flags.emplace_back("upc-check-digit");
            record("upc", at, passed, cat(*line.upc.value, " has a wrong check digit"), line.upc);
        }
        if (!line.product_code) return;
        const std::string& code = *line.product_code.value;
        if (code.size() != 13 || !is_digits(code)) return;
        if (!is_isbn(code)) line.flags.emplace_back("isbn-check-digit");
        record("isbn", at, is_isbn(code), cat(code, " is no ISBN"), line.product_code);
    }

    void check_codes() {
        std::set<std::string> seen;
        std::size_t with_upc = 0, with_code = 0;
        for (const Line& line : document_.lines) {
            with_upc += line.upc ? 1 : 0;
            with_code += line.product_code ? 1 : 0;
        }
        for (std::size_t i = 0; i < document_.lines.size(); ++i) {
            Line& line = document_.lines[i];
            if (with_upc > 0 && !line.upc) line.flags.emplace_back("no-upc");
            if (with_code > 0 && !line.product_code) line.flags.emplace_back("no-code");
            if (!line.product_code || seen.insert(*line.product_code.value).second) continue;
            line.flags.emplace_back("duplicate-code");
            document_.checks.push_back(
                {"duplicate", false, cat(*line.product_code.value, " occurs before"), narrow<std::uint32_t>(i + 1)});
        }
    }

    /// True if number, lines and totals come from the same step of reading pages.
    bool is_read_from_pages() const { return document_.method == "profile" || document_.method == "generic"; }

    /// Recognition may lose a value that most lines have.
    void check_absent() {
        if (!is_recognised()) return;
        flag_absent("no-description", &Line::description);
        flag_absent("no-unit", &Line::unit);
        flag_absent("no-allocated", &Line::allocated);
        flag_absent("no-backordered", &Line::backordered);
        flag_absent("no-list-price", &Line::list_price);
        flag_absent("no-extended", &Line::extended);
        flag_absent("no-tax", &Line::tax_percent);
    }

    template <class T>
    void flag_absent(const char* flag, Value<T> Line::*member) {
        const auto there = std::count_if(document_.lines.begin(), document_.lines.end(),
                                         [&](const Line& line) { return (line.*member).value.has_value(); });
        if (2 * static_cast<std::size_t>(there) <= document_.lines.size()) return;
        for (Line& line : document_.lines)
            if (!(line.*member)) line.flags.emplace_back(flag);
    }

    bool is_recognised() const {
        return std::any_of(document_.pages.begin(), document_.pages.end(),
                           [](const PageState& page) { return page.method == "ocr"; });
    }

    void check_totals() {
        std::int64_t sum = 0, surcharges = 0;
        bool is_complete = !document_.lines.empty();
        for (const Line& line : document_.lines) {
            is_complete = is_complete && is_usual(line.extended);
            sum += is_usual(line.extended) ? number(line.extended) : 0;
            for (const Surcharge& one : line.surcharges)
                surcharges += std::abs(one.amount.ten_thousandths) < kMost ? one.amount.ten_thousandths : 0;
        }
        Document& d = document_;
        const bool from_pages = !d.electronic || d.electronic->lines_absent;
        if (is_complete && d.subtotal && from_pages)
            record("subtotal", 0, agree(sum, number(d.subtotal), 2 * kCent),
                   cat("lines add up to ", decimal_text(Decimal{sum}, 2)), d.subtotal);
        if (d.electronic) return;  // its sums have rules of their own
        if (d.surcharge)
            record("surcharge", 0, agree(surcharges, number(d.surcharge), 2 * kCent),
                   cat("surcharges of lines add up to ", decimal_text(Decimal{surcharges}, 2)), d.surcharge);
        // Where a template knows the total, the lines may come from another step, and the taxes from none.
        if (!d.total || !(d.subtotal || (is_complete && is_read_from_pages()))) return;
        const std::int64_t goods = d.subtotal ? number(d.subtotal) : sum;
        const std::int64_t total =
            checked_add(checked_add(goods, number(d.surcharge)), checked_add(number(d.freight), number(d.tax))) -
            std::abs(number(d.discount));
        record("total", 0, agree(total, number(d.total), 2 * kCent),
               cat(d.subtotal ? "parts add up to " : "lines and charges add up to ", decimal_text(Decimal{total}, 2)),
               d.total, d.subtotal, d.surcharge, d.freight, d.tax, d.discount);
    }

    void check_number() {
        const bool has_sums = document_.total || !document_.lines.empty();
        if (!document_.number && has_sums) document_.checks.push_back({"number", false, "no number was found", 0});
    }

    void check_dates(const CheckOptions& options) {
        constexpr std::int64_t kFirst = 7305;  // 1990-01-01
        constexpr std::int64_t kAhead = 400;
        constexpr std::int64_t kLast = 29'219;  // 2049-12-31
        // Without a day to compare with, no other day of the document bounds that of an invoice from above: it may come
        // years after its order (frame orders, goods on backorder), and the day it is due is checked below.
        for (Value<Day>* date : {&document_.order_date, &document_.invoice_date, &document_.due_date}) {
            if (!*date) continue;
            const std::int64_t day = day_number(*date->value);
            const bool is_late = day > (options.today ? day_number(*options.today) + kAhead : kLast);
            record("date", 0, day >= kFirst && !is_late, cat(iso_text(*date->value), " is out of range"), *date);
        }
        if (document_.due_date && document_.invoice_date)
            record("due", 0, *document_.due_date.value >= *document_.invoice_date.value, "due before the invoice",
                   document_.due_date);
    }

    Document& document_;
    bool has_prices_ = false;  ///< a line has a price that is printed
    std::map<double*, bool> outcomes_;
};

template <class T>
void lower_to(const Value<T>& value, double& confidence) {
    if (value) confidence = std::min(confidence, value.confidence);
}

double line_confidence(const Line& line) {
    double least = 1;
    for (const Value<std::string>* value : {&line.product_code, &line.upc, &line.description, &line.unit})
        lower_to(*value, least);
    if (!line.ordered.rule.starts_with("computed")) lower_to(line.ordered, least);
    for (const Value<Decimal>* value :
         {&line.allocated, &line.shipped, &line.backordered, &line.list_price, &line.unit_price, &line.extended})
        lower_to(*value, least);
    return least;
}

double mean_confidence(const Document& document) {
    double sum = 0;
    double count = 0;
    const auto add = [&](bool is_there, double confidence) {
        sum += is_there ? confidence : 0;
        count += is_there ? 1 : 0;
    };
    for (const Line& line : document.lines)
        add(true, line.confidence);
    // A document without number, or without lines where pages should show them, is less sure, not as sure as the rest.
    add(true, document.number ? document.number.confidence : 0);
    if (document.lines.empty() && !document.electronic && document.method != "template") add(true, 0);
    add(document.order_date.value.has_value(), document.order_date.confidence);
    add(document.invoice_date.value.has_value(), document.invoice_date.confidence);
    add(document.total.value.has_value(), document.total.confidence);
    return count > 0 ? sum / count : 0;
}

Status status_of(const Document& document) {
    if (!document.failure_code.empty()) return Status::Failed;
    if (document.lines.empty() && !document.total) return Status::NoData;
    for (const PageState& page : document.pages)
        if (!page.failure.empty()) return Status::Partial;
    const std::set<std::string_view> decisive = {
        "pages", "rows", "subtotal",  "surcharge",  "total",          "number",        "extended",   "cancelled",
        "due",   "date", "page-date", "page-total", "methods-number", "methods-total", "page-number"};
    for (const Check& check : document.checks)
        if (!check.passed && (decisive.contains(check.name) || check.name.starts_with("BT-"))) return Status::Partial;
    return Status::Ok;
}

}  // namespace

void check_document(const CheckOptions& options, Document& document) {
    Checker(document).run(options);
    for (Line& line : document.lines)
        line.confidence = line_confidence(line);
    document.status = status_of(document);
    const bool has_data = document.status == Status::Ok || document.status == Status::Partial;
    document.confidence = has_data ? mean_confidence(document) : 0;
}

}  // namespace hone::invoice
