#include "hone/apps/invoice/match_product.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <set>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Quantities beyond this are no goods; sums of them might overflow.
constexpr std::int64_t kMost = 100'000'000'000;

std::optional<Decimal> usual(const Value<Decimal>& value) {
    if (!value || std::abs(value.value->ten_thousandths) >= kMost) return {};
    return *value.value;
}

Decimal plus(Decimal a, Decimal b) {
    return {a.ten_thousandths + b.ten_thousandths};
}
Decimal minus(Decimal a, Decimal b) {
    return {a.ten_thousandths - b.ten_thousandths};
}

std::optional<Decimal> ordered_of(const Line& line) {
    return usual(line.ordered);
}

std::optional<Decimal> acknowledged_of(const Line& line) {
    const std::optional<Decimal> shipped = usual(line.shipped), backordered = usual(line.backordered);
    if (shipped && backordered) return plus(*shipped, *backordered);
    if (const std::optional<Decimal> allocated = usual(line.allocated))
        return plus(*allocated, backordered.value_or(Decimal{}));
    return usual(line.ordered);
}

std::optional<Decimal> shipped_of(const Line& line) {
    if (line.shipped) return usual(line.shipped);
    if (line.backordered || line.allocated) return {};
    return usual(line.ordered);
}

/// A quantity that adds up over lines.
struct Sum {
    Decimal value;
    bool is_known = true;  ///< false if a line does not say it

    std::optional<Decimal> known() const { return is_known ? std::optional(value) : std::nullopt; }
};

using Quantity = std::optional<Decimal> (*)(const Line&);

Sum sum_of(const std::vector<MatchLine>& lines, Quantity quantity) {
    Sum sum;
    for (const MatchLine& one : lines) {
        const std::optional<Decimal> value = quantity(*one.line);
        sum.is_known = sum.is_known && value.has_value();
        sum.value = plus(sum.value, value.value_or(Decimal{}));
    }
    return sum;
}

std::optional<Decimal> sum_if_any(const std::vector<MatchLine>& lines, Quantity quantity) {
    return lines.empty() ? std::nullopt : sum_of(lines, quantity).known();
}

std::string comparable_unit(std::string_view unit) {
    struct Words {
        std::string_view unit, words;
    };
    static constexpr std::array<Words, 4> kUnits = {{{"each", " ea each e pc pcs piece pieces "},
                                                     {"dozen", " dz doz dozen "},
                                                     {"pair", " pr pair pairs "},
                                                     {"set", " st set sets "}}};
    std::string lower = to_lower(trim(unit));
    for (const Words& one : kUnits)
        if (one.words.find(cat(" ", lower, " ")) != std::string_view::npos) return std::string(one.unit);
    return lower;
}

std::string document_numbers(const std::vector<const std::vector<MatchLine>*>& parts) {
    std::vector<std::string> numbers;
    for (const std::vector<MatchLine>* lines : parts)
        for (const MatchLine& one : *lines) {
            const std::string& file = one.document->document->file;
            std::string number = one.document->document->number.value.value_or(file);
            if (std::find(numbers.begin(), numbers.end(), number) == numbers.end())
                numbers.push_back(std::move(number));
        }
    return join(numbers, " ");
}

std::string first_text(const MatchProduct& product, Value<std::string> Line::*member) {
    for (const std::vector<MatchLine>& lines : product.lines)
        for (const MatchLine& one : lines) {
            const Value<std::string>& value = one.line->*member;
            if (value && !value.value->empty()) return *value.value;
        }
    return "";
}

std::set<Decimal> prices_of(const std::vector<MatchLine>& lines) {
    std::set<Decimal> prices;
    for (const MatchLine& one : lines)
        if (const std::optional<Decimal> price = usual(one.line->unit_price)) prices.insert(*price);
    return prices;
}

std::string price_list(const std::set<Decimal>& prices) {
    std::vector<std::string> texts;
    texts.reserve(prices.size());
    for (const Decimal price : prices)
        texts.push_back(decimal_text(price, 2));
    return join(texts, " and ");
}

/// Fills a row step by step.
class RowMaker {
public:
    explicit RowMaker(const MatchProduct& product) : product_(product) {}

    MatchRow make(const std::string& unmatched) {
        describe();
        count();
        if (!unmatched.empty()) {
            row_.state = "unmatched";
            note(unmatched);
        } else {
            compare_prices();
            decide();
            compare_receipts();
        }
        compare_upcs();
        row_.reason = join(reasons_, "; ");
        return std::move(row_);
    }

private:
    const std::vector<MatchLine>& of(MatchRole role) const { return product_.of(role); }
    void note(std::string reason) { reasons_.push_back(std::move(reason)); }

    void describe() {
        row_.code = first_text(product_, &Line::product_code);
        row_.upc = first_text(product_, &Line::upc);
        if (row_.code.empty()) row_.code = product_.code;
        if (row_.upc.empty()) row_.upc = product_.upc;
        row_.description = first_text(product_, &Line::description);
        row_.orders = document_numbers({&of(MatchRole::Order)});
        row_.acknowledgements = document_numbers({&of(MatchRole::Acknowledgement)});
        row_.invoices = document_numbers({&of(MatchRole::Invoice), &of(MatchRole::CreditNote)});
    }

    void count() {
        const std::vector<MatchLine>&orders = of(MatchRole::Order), &promises = of(MatchRole::Acknowledgement);
        row_.ordered = sum_if_any(orders.empty() ? promises : orders, ordered_of);
        row_.acknowledged = sum_if_any(promises, acknowledged_of);
        row_.allocated = sum_if_any(promises, [](const Line& line) { return usual(line.allocated); });
        row_.received = product_.received;
        count_shipped();
        count_backordered();
    }

    void count_shipped() {
        const std::vector<MatchLine>&invoices = of(MatchRole::Invoice), &credits = of(MatchRole::CreditNote);
        if (invoices.empty() && credits.empty() && !product_.has_promise()) return;
        Sum sum = sum_of(invoices, shipped_of);
        for (const MatchLine& one : credits) {
            const std::optional<Decimal> value = shipped_of(*one.line);
            if (!value) note("a credit note without quantity");
            sum.value.ten_thousandths -= std::abs(value.value_or(Decimal{}).ten_thousandths);
        }
        row_.shipped = sum.known();
    }

    void count_backordered() {
        const auto backordered = [](const Line& line) { return usual(line.backordered); };
        std::vector<MatchLine> latest;
        std::set<const AssignedDocument*> last_documents, promises;
        for (const MatchLine& one : of(MatchRole::Acknowledgement))
            promises.insert(one.document);
        for (const MatchLine& one : of(MatchRole::Invoice)) {
            if (!one.line->backordered) continue;
            const bool is_later =
                latest.empty() || match_day(*one.document->document) > match_day(*latest.front().document->document);
            if (is_later) {
                latest.clear();
                last_documents.clear();
            }
            latest.push_back(one);
            last_documents.insert(one.document);
        }
        if (latest.empty())
            row_.backordered = sum_if_any(of(MatchRole::Acknowledgement), backordered);
        else if (last_documents.size() == 1 && promises.size() < 2)
            row_.backordered = sum_if_any(latest, backordered);
    }

    void compare_prices() {
        const std::set<Decimal> ordered = prices_of(of(MatchRole::Order));
        const std::set<Decimal> acknowledged = prices_of(of(MatchRole::Acknowledgement));
        const std::set<Decimal> invoiced = prices_of(of(MatchRole::Invoice));
        const std::set<Decimal>& promised = acknowledged.empty() ? ordered : acknowledged;
        if (promised.size() == 1) row_.ack_price = *promised.begin();
        if (invoiced.size() == 1) row_.invoice_price = *invoiced.begin();
        if (!ordered.empty() && !acknowledged.empty() && ordered != acknowledged)
            note(cat("acknowledged at ", price_list(acknowledged), ", ordered at ", price_list(ordered)));
        if (promised.empty() || invoiced.empty() || promised == invoiced) {
            if (row_.ack_price && row_.invoice_price) row_.price_difference = Decimal{};
            return;
        }
        if (units_differ()) return;
        note(cat("invoiced at ", price_list(invoiced), " instead of ", price_list(promised)));
        if (row_.ack_price && row_.invoice_price) row_.price_difference = minus(*row_.invoice_price, *row_.ack_price);
    }

    bool units_differ() const {
        std::set<std::string> units;
        for (const std::vector<MatchLine>& lines : product_.lines)
            for (const MatchLine& one : lines)
                if (one.line->unit && !one.line->unit.value->empty())
                    units.insert(comparable_unit(*one.line->unit.value));
        return units.size() > 1;
    }

    void decide() {
        if (units_differ()) {
            row_.state = "units_differ";
            row_.price_difference.reset();
            note("the lines have different units");
            return;
        }
        const std::optional<Decimal> due = of(MatchRole::Acknowledgement).empty() ? row_.ordered : row_.acknowledged;
        if (!due || !row_.shipped) {
            row_.state = "unknown";
            note(due ? "an invoice does not say how much was shipped" : "how much is due is not said");
            return;
        }
        const Decimal none;
        const Decimal most = std::max(row_.ordered.value_or(none), *due);
        row_.open = std::max(none, minus(*due, *row_.shipped));
        row_.over_shipped = std::max(none, minus(*row_.shipped, most));
        if (row_.ordered && *due < *row_.ordered)
            note(cat(decimal_text(minus(*row_.ordered, *due)), " of ", decimal_text(*row_.ordered), " cancelled"));
        if (row_.over_shipped > none) {
            row_.state = "over_shipped";
            note(cat(decimal_text(*row_.over_shipped), " more than ordered"));
        } else if (*due == none && *row_.shipped == none) {
            row_.state = "cancelled";
        } else if (row_.open == none) {
            row_.state = "complete";
            if (*row_.shipped > *due) note("more than acknowledged");
        } else {
            row_.state = *row_.shipped > none ? "partly_shipped" : "open";
        }
        if (*row_.shipped < none) note("more credited than invoiced");
    }

    void compare_receipts() {
        if (!row_.received || !row_.shipped || *row_.received == *row_.shipped) return;
        if (row_.state == "units_differ") return;
        row_.state = *row_.received < *row_.shipped ? "receipt_short" : "receipt_over";
        note(cat("received ", decimal_text(*row_.received), ", shipped ", decimal_text(*row_.shipped)));
    }

    void compare_upcs() {
        std::set<std::string> upcs;
        for (const std::vector<MatchLine>& lines : product_.lines)
            for (const MatchLine& one : lines)
                if (one.line->upc && !one.line->upc.value->empty()) upcs.insert(*one.line->upc.value);
        if (upcs.size() > 1)
            note(cat("the UPC differs: ", join(std::vector<std::string>(upcs.begin(), upcs.end()), " and ")));
    }

    const MatchProduct& product_;
    MatchRow row_;
    std::vector<std::string> reasons_;
};

}  // namespace

MatchRow product_row(const MatchProduct& product, const std::string& unmatched) {
    return RowMaker(product).make(unmatched);
}

}  // namespace hone::invoice
