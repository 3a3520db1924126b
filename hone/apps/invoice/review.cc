#include "hone/apps/invoice/review.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/model_fields.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::int64_t kCent = 100;
/// Amounts beyond this are no money; their products might overflow.
constexpr std::int64_t kMost = 100'000'000'000;

std::string text_of(const std::string& value) {
    return value;
}
std::string text_of(Decimal value) {
    return decimal_text(value);
}
std::string text_of(Day value) {
    return iso_text(value);
}

/// Which fields a failed check speaks of.
struct CheckFields {
    std::string_view check;
    std::string_view fields;  ///< blanks around each
};
constexpr auto kCheckFields = std::to_array<CheckFields>({
    {"extended", " unit_price extended qty_shipped qty_backordered qty_ordered "},
    {"upc", " upc "},
    {"isbn", " product_code "},
    {"cancelled", " qty_ordered qty_shipped qty_backordered "},
    {"allocated", " qty_allocated "},
    {"duplicate", " product_code "},
    {"subtotal", " subtotal "},
    {"surcharge", " surcharge "},
    {"total", " total subtotal surcharge freight discount tax "},
    {"due", " due_date "},
    {"number", " number "},
    {"quantity", " qty_ordered qty_shipped "},
    {"price", " unit_price "},
    {"date-order", " order_date invoice_date due_date "},
    {"date", " order_date invoice_date due_date "},
});

/// Flags of lines on recognised pages that lack a value which most lines have.
struct AbsentFlag {
    const char* flag;
    const char* field;
};
constexpr auto kAbsentFlags = std::to_array<AbsentFlag>({
    {"no-description", "description"},
    {"no-unit", "unit"},
    {"no-allocated", "qty_allocated"},
    {"no-backordered", "qty_backordered"},
    {"no-list-price", "list_price"},
    {"no-extended", "extended"},
    {"no-tax", "tax_percent"},
});

std::string_view fields_of(std::string_view check) {
    for (const CheckFields& one : kCheckFields)
        if (one.check == check) return one.fields;
    return "";
}

bool speaks_of(const Check& check, std::string_view field, const std::string& value) {
    if (fields_of(check.name).find(cat(" ", field, " ")) == std::string_view::npos) return false;
    // Of several dates the detail names the one that is wrong.
    return !check.name.starts_with("date") || (!value.empty() && check.detail.find(value) != std::string::npos);
}

/// The number that a text would be with digits for look-alikes; nothing if it has none, or is no number even so.
std::optional<Decimal> repaired_number(const Value<Decimal>& value) {
    if (value.value || value.raw.empty()) return {};
    const std::string repaired = with_digits(value.raw);
    return repaired == value.raw ? std::nullopt : parse_money(repaired);
}

/// What a value is or would be.
std::optional<Decimal> repaired_or_read(const Value<Decimal>& value) {
    const std::optional<Decimal> read = value.value ? value.value : repaired_number(value);
    return read && std::abs(read->ten_thousandths) < kMost ? read : std::nullopt;
}

/// True if quantity x price = extended with look-alikes repaired (the tolerance of checks.h).
bool line_would_hold(const Line& line, bool is_acknowledgement) {
    std::optional<Decimal> quantity =
        repaired_or_read(line.shipped.value || !line.shipped.raw.empty() ? line.shipped : line.ordered);
    if (is_acknowledgement && quantity)
        if (const std::optional<Decimal> backordered = repaired_or_read(line.backordered))
            quantity->ten_thousandths += backordered->ten_thousandths;
    const std::optional<Decimal> price = repaired_or_read(line.unit_price), extended = repaired_or_read(line.extended);
    if (!quantity || !price || !extended) return false;
    const std::int64_t product = mul_div_floor(quantity->ten_thousandths, price->ten_thousandths, 10'000);
    const std::int64_t tolerance = std::max(kCent, std::abs(quantity->ten_thousandths) / 200);
    return std::abs(product - extended->ten_thousandths) <= tolerance;
}

/// True if the totals add up with look-alikes repaired.
bool totals_would_hold(const Document& document) {
    const std::optional<Decimal> subtotal = repaired_or_read(document.subtotal),
                                 total = repaired_or_read(document.total);
    if (!subtotal || !total) return false;
    std::int64_t sum = subtotal->ten_thousandths;
    for (const Value<Decimal>* part : {&document.surcharge, &document.freight, &document.tax})
        sum += repaired_or_read(*part).value_or(Decimal{}).ten_thousandths;
    sum -= std::abs(repaired_or_read(document.discount).value_or(Decimal{}).ten_thousandths);
    return std::abs(sum - total->ten_thousandths) <= 2 * kCent;
}

std::string repaired_code(const Value<std::string>& value, bool (*holds)(std::string_view)) {
    const std::string& text = value.value ? *value.value : value.raw;
    std::string repaired = with_digits(text);
    return repaired != text && holds(repaired) ? repaired : "";
}

/// What a code may be: an ISBN whose check digit holds, or the form of its vendor that look-alikes explain.
std::string proposed_code(const Value<std::string>& value) {
    constexpr std::string_view kMark = ", may be ";
    std::string isbn = repaired_code(value, is_isbn);
    const std::size_t at = value.rule.find(kMark);
    return isbn.empty() && at != std::string::npos ? value.rule.substr(at + kMark.size()) : isbn;
}

/// Collects the rows of one document.
class Reviewer {
public:
    explicit Reviewer(const Document& document) : document_(document) {
        for (const Check& check : document.checks)
            if (!check.passed) failed_[check.line].push_back(&check);
    }

    std::vector<ReviewRow> run() {
        review_failure();
        const bool totals_hold = totals_would_hold(document_);
        review_head(totals_hold);
        for (std::size_t i = 0; i < document_.lines.size(); ++i)
            review_line(document_.lines[i], narrow<std::uint32_t>(i + 1));
        review_checks();
        std::stable_sort(rows_.begin(), rows_.end(), [](const ReviewRow& a, const ReviewRow& b) {
            return std::tuple(!a.is_wrong, a.confidence, a.place.page, a.line, a.place.y0, a.place.x0) <
                   std::tuple(!b.is_wrong, b.confidence, b.place.page, b.line, b.place.y0, b.place.x0);
        });
        return std::move(rows_);
    }

private:
    void review_failure() {
        if (!document_.failure_code.empty())
            add_plain(0, "document", cat(document_.failure_code, ": ", document_.failure), 0);
        else if (document_.status == Status::NoData)
            add_plain(0, "document", "no_data: neither lines nor a total", 0);
        for (const PageState& page : document_.pages) {
            if (page.failure.empty()) continue;
            add_plain(0, "page", page.failure, 0);
            rows_.back().place.page = page.number;
        }
    }

    void add_plain(std::uint32_t line, std::string field, std::string reason, double confidence) {
        ReviewRow row;
        row.file = document_.file;
        row.line = line;
        row.field = std::move(field);
        row.reason = std::move(reason);
        row.confidence = confidence;
        row.is_wrong = true;
        rows_.push_back(std::move(row));
    }

    /// True for values that were read on a page that was recognised.
    bool is_recognised(const Place& place) const {
        return std::any_of(document_.pages.begin(), document_.pages.end(), [&](const PageState& page) {
            return page.number == place.page && page.method.ends_with("ocr");
        });
    }

    /// Why a value of little confidence is looked at, if no check speaks against it.
    template <class T>
    std::string doubt_of(const Value<T>& value) const {
        if (!value.value) return "the text could not be read";
        if (value.rule.find(", may be ") != std::string::npos || value.rule.find(", read ") != std::string::npos)
            return "the form is not the one expected";
        if (!is_recognised(value.place)) return "confidence below 0.75";
        return "read optically, confidence below 0.75";
    }

    /// Failed checks of the line that speak of a field, as a text.
    std::string failures(std::uint32_t line, std::string_view field, const std::string& value) {
        std::string reasons;
        const auto found = failed_.find(line);
        if (found == failed_.end()) return reasons;
        for (const Check* check : found->second) {
            if (!speaks_of(*check, field, value)) continue;
            reasons += cat(reasons.empty() ? "" : "; ", check->name, ": ", check->detail);
            told_.insert(check);
        }
        return reasons;
    }

    template <class T>
    void review(std::uint32_t line, const char* field, const Value<T>& value, std::string proposed = "",
                bool has_odd_form = false) {
        if (!value.value && value.raw.empty()) return;
        ReviewRow row;
        row.value = value.value ? text_of(*value.value) : std::string();
        row.reason = failures(line, field, row.value);
        const bool is_sum = value.rule.starts_with("computed") && std::string_view(field) == "qty_ordered";
        const bool is_low = value.confidence < kReviewBelow && !is_sum;
        if (row.reason.empty() && !is_low) return;
        row.is_wrong = !row.reason.empty();
        if (row.reason.empty()) {
            row.reason = has_odd_form ? "the form is not the one expected" : doubt_of(value);
            row.is_wrong = !row.reason.ends_with("below 0.75");
        }
        row.file = document_.file;
        row.place = value.place;
        if (row.place.page == 0 && line > 0) row.place.page = document_.lines[line - 1].page;  // computed
        row.line = line;
        row.field = field;
        row.raw = value.raw;
        row.confidence = value.confidence;
        row.rule = value.rule;
        row.proposed = std::move(proposed);
        rows_.push_back(std::move(row));
    }

    void review_number(std::uint32_t line, const char* field, const Value<Decimal>& value, bool holds) {
        const std::optional<Decimal> repaired = holds ? repaired_number(value) : std::nullopt;
        review(line, field, value, repaired ? decimal_text(*repaired) : std::string());
    }

    void review_head(bool totals_hold) {
        const Document& d = document_;
        review(0, "vendor", d.vendor);
        review(0, "kind", d.kind);
        review(0, "number", d.number, proposed_code(d.number));
        review(0, "customer_po", d.customer_po);
        review(0, "order_date", d.order_date);
        review(0, "invoice_date", d.invoice_date);
        review(0, "due_date", d.due_date);
        review(0, "ship_date", d.ship_date);
        review(0, "ship_to", d.ship_to);
        review(0, "bill_to", d.bill_to);
        review(0, "terms", d.terms);
        review(0, "currency", d.currency);
        review_number(0, "subtotal", d.subtotal, totals_hold);
        review_number(0, "surcharge", d.surcharge, totals_hold);
        review_number(0, "freight", d.freight, totals_hold);
        review_number(0, "discount", d.discount, totals_hold);
        review_number(0, "tax", d.tax, totals_hold);
        review_number(0, "total", d.total, totals_hold);
    }

    void review_line(const Line& line, std::uint32_t at) {
        const std::size_t before = rows_.size();
        const bool is_promise = document_.kind.value == "acknowledgement";
        const bool holds = line_would_hold(line, is_promise);
        const bool has_odd_code = std::any_of(line.flags.begin(), line.flags.end(), [](const std::string& flag) {
            return flag == "code-doubtful" || flag == "code-form";
        });
        const bool counts_ordered = !line.shipped.value && line.shipped.raw.empty();
        review(at, "product_code", line.product_code, proposed_code(line.product_code), has_odd_code);
        review(at, "upc", line.upc, repaired_code(line.upc, is_gtin));
        review(at, "description", line.description);
        review(at, "unit", line.unit);
        review_number(at, "qty_ordered", line.ordered, holds && counts_ordered);
        review_number(at, "qty_allocated", line.allocated, false);
        review_number(at, "qty_shipped", line.shipped, holds);
        review_number(at, "qty_backordered", line.backordered, holds && is_promise);
        review_number(at, "list_price", line.list_price, false);
        review_number(at, "unit_price", line.unit_price, holds);
        review_number(at, "extended", line.extended, holds);
        review_number(at, "tax_percent", line.tax_percent, false);
        review_absent(line, at);
        if (rows_.size() > before || line.confidence >= kReviewBelow) return;
        add_plain(at, "line", "confidence below 0.75", line.confidence);
        rows_.back().place.page = line.page;
        rows_.back().is_wrong = false;
    }

    /// What the flags of a line say is not there, without a text that could not be read.
    void review_absent(const Line& line, std::uint32_t at) {
        const auto has_flag = [&](const char* flag) {
            return std::find(line.flags.begin(), line.flags.end(), flag) != line.flags.end();
        };
        const auto add = [&](const char* flag, const char* field) {
            add_plain(at, field, flag, 0);
            rows_.back().place.page = line.page;
        };
        if (has_flag("no-price") && !line.unit_price && line.unit_price.raw.empty()) {
            failures(at, "unit_price", "");  // this row tells of them
            add("no-price", "unit_price");
        }
        if (has_flag("no-code")) add("no-code", "product_code");
        each_value(line, [&](std::string_view field, const auto& value) {
            for (const AbsentFlag& one : kAbsentFlags)
                if (one.field == field && value.raw.empty() && has_flag(one.flag)) add(one.flag, one.field);
        });
        if (has_flag("no-upc") && line.upc.raw.empty()) add("no-upc", "upc");
    }

    /// Failed checks that no row tells of: of pages, rows, duplicates, and of values that are absent.
    void review_checks() {
        for (const auto& [line, checks] : failed_)
            for (const Check* check : checks)
                if (!told_.contains(check)) {
                    add_plain(line, check->name, cat(check->name, ": ", check->detail), 0);
                    if (line > 0 && line <= document_.lines.size())
                        rows_.back().place.page = document_.lines[line - 1].page;
                }
    }

    const Document& document_;
    std::map<std::uint32_t, std::vector<const Check*>> failed_;
    std::set<const Check*> told_;  ///< failed checks of which a row tells
    std::vector<ReviewRow> rows_;
};

/// Hundredths of a point as a decimal.
Decimal coordinate(float value) {
    return Decimal{std::llround(static_cast<double>(value) * 100) * 100};
}

}  // namespace

std::string with_digits(std::string_view text) {
    constexpr std::string_view kLetters = "OolI|SsB", kDigits = "00111558";
    std::string out(text);
    for (char& letter : out)
        if (const std::size_t at = kLetters.find(letter); at != std::string_view::npos) letter = kDigits[at];
    return out;
}

std::vector<ReviewRow> review_rows(std::span<const Document> documents) {
    std::vector<ReviewRow> all;
    for (const Document& document : documents)
        for (ReviewRow& row : Reviewer(document).run())
            all.push_back(std::move(row));
    return all;
}

Table review_table(std::span<const ReviewRow> rows) {
    constexpr CellKind kCount = CellKind::Count, kNumber = CellKind::Decimal;
    ReportTable table({{"file"},
                       {"page", kCount},
                       {"line", kCount},
                       {"field"},
                       {"raw"},
                       {"value"},
                       {"confidence", kNumber},
                       {"rule"},
                       {"reason"},
                       {"x0", kNumber},
                       {"y0", kNumber},
                       {"x1", kNumber},
                       {"y1", kNumber},
                       {"proposed"},
                       {"corrected"}});
    const auto if_any = [](std::uint32_t number) {
        return number == 0 ? std::optional<std::int64_t>() : std::optional<std::int64_t>(number);
    };
    for (const ReviewRow& row : rows) {
        const Place& place = row.place;
        const bool has_box = place.x1 > place.x0;
        table.text(row.file).count(if_any(place.page)).count(if_any(row.line)).text(row.field);
        table.text(row.raw).text(row.value).decimal(share_decimal(row.confidence)).text(row.rule).text(row.reason);
        for (const float edge : {place.x0, place.y0, place.x1, place.y1})
            table.decimal(has_box ? std::optional(coordinate(edge)) : std::nullopt);
        table.text(row.proposed).text("");
    }
    return std::move(table).finish();
}

}  // namespace hone::invoice
