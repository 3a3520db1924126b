#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/base/text.h"

namespace hone::invoice {

/// What came of the fields that the truth of a sample knows. For tests.
struct FieldTally {
    int fields = 0;
    int right = 0;
    int flagged = 0;                  ///< wrong or absent, and the document says so
    std::vector<std::string> wrong;   ///< all that are wrong: "line 3 upc: 191 is not 192"
    std::vector<std::string> silent;  ///< wrong without a word

    void add(const FieldTally& other) {
        fields += other.fields;
        right += other.right;
        flagged += other.flagged;
        wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
        silent.insert(silent.end(), other.silent.begin(), other.silent.end());
    }
};

/// Compares documents field by field.
class FieldComparison {
public:
    FieldTally of(const Document& truth, const Document& read) {
        for (const Check& check : read.checks)
            has_failed_check_ = has_failed_check_ || (!check.passed && check.line == 0);
        head(truth, read);
        std::size_t at = 0;
        for (std::size_t i = 0; i < truth.lines.size(); ++i) {
            const std::size_t found = position(std::span(truth.lines).subspan(i), read.lines, at);
            line(i + 1, truth.lines[i], found < read.lines.size() ? read.lines[found] : Line());
            if (found < read.lines.size()) at = found + 1;
        }
        return tally_;
    }

private:
    static std::string text(const std::string& value) { return value; }
    static std::string text(const Decimal& value) { return decimal_text(value); }
    static std::string text(const Day& value) { return iso_text(value); }

    template <class T>
    void field(const std::string& name, const Value<T>& truth, const Value<T>& read, bool is_flagged) {
        if (!truth) return;
        ++tally_.fields;
        if (truth.value == read.value) {
            ++tally_.right;
            return;
        }
        const std::string what = cat(name, ": ", read ? text(*read.value) : "nothing", " is not ", text(*truth.value),
                                     " (", read.confidence, ")");
        tally_.wrong.push_back(what);
        if (read.confidence < 0.75 || is_flagged)
            ++tally_.flagged;
        else
            tally_.silent.push_back(what);
    }

    void head(const Document& truth, const Document& read) {
        field("vendor", truth.vendor, read.vendor, has_failed_check_);
        field("kind", truth.kind, read.kind, has_failed_check_);
        field("number", truth.number, read.number, has_failed_check_);
        field("order date", truth.order_date, read.order_date, has_failed_check_);
        field("invoice date", truth.invoice_date, read.invoice_date, has_failed_check_);
        field("customer PO", truth.customer_po, read.customer_po, has_failed_check_);
        field("subtotal", truth.subtotal, read.subtotal, has_failed_check_);
        field("surcharge", truth.surcharge, read.surcharge, has_failed_check_);
        field("freight", truth.freight, read.freight, has_failed_check_);
        field("tax", truth.tax, read.tax, has_failed_check_);
        field("total", truth.total, read.total, has_failed_check_);
    }

    void line(std::size_t number, const Line& truth, const Line& read) {
        const bool is_flagged = !read.flags.empty() || has_failed_check_;
        const std::string name = cat("line ", number, " ");
        field(name + "code", truth.product_code, read.product_code, is_flagged);
        field(name + "upc", truth.upc, read.upc, is_flagged);
        field(name + "description", truth.description, read.description, is_flagged);
        field(name + "unit", truth.unit, read.unit, is_flagged);
        field(name + "ordered", truth.ordered, read.ordered, is_flagged);
        field(name + "allocated", truth.allocated, read.allocated, is_flagged);
        field(name + "shipped", truth.shipped, read.shipped, is_flagged);
        field(name + "back ordered", truth.backordered, read.backordered, is_flagged);
        field(name + "list price", truth.list_price, read.list_price, is_flagged);
        field(name + "unit price", truth.unit_price, read.unit_price, is_flagged);
        field(name + "extended", truth.extended, read.extended, is_flagged);
        field(name + "tax", truth.tax_percent, read.tax_percent, is_flagged);
    }

    static bool is_same(const Line& truth, const Line& read) {
        return (truth.upc && read.upc.value == truth.upc.value) ||
               (truth.product_code && read.product_code.value == truth.product_code.value);
    }
    /// Where the first of `truth` stands among those read from `from` on: by code or UPC, else the next, unless that is
    /// one of the following; the end if it is missing.
    static std::size_t position(std::span<const Line> truth, const std::vector<Line>& read, std::size_t from) {
        for (std::size_t i = from; i < std::min(read.size(), from + 4); ++i)
            if (is_same(truth.front(), read[i])) return i;
        for (std::size_t i = 1; from < read.size() && i < std::min<std::size_t>(truth.size(), 4); ++i)
            if (is_same(truth[i], read[from])) return read.size();
        return from;
    }

    FieldTally tally_;
    bool has_failed_check_ = false;
};

}  // namespace hone::invoice
