#include "hone/apps/invoice/match.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "hone/apps/invoice/duplicates.h"
#include "hone/apps/invoice/match_product.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::string comparable(const Value<std::string>& value) {
    return value ? comparable_number(*value.value) : std::string();
}

/// How products of one order are told apart.
struct ProductKey {
    std::string code, upc;  ///< the UPC only if there is no code
    std::string problem;    ///< why the line is no certain product; such lines stand alone
    auto operator<=>(const ProductKey&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};

/// The products of one order, or of one document that was not assigned.
class OrderProducts {
public:
    void add(const AssignedDocument& document) {
        documents_.push_back(&document);
        has_promise_ = has_promise_ || document.role <= MatchRole::Acknowledgement;
        for (const Line& line : document.document->lines) {
            const std::string code = comparable(line.product_code), upc = comparable(line.upc);
            if (!upc.empty() && !code.empty()) codes_[upc].insert(code);
        }
    }

    void add(const Receipt& receipt) {
        const std::string code = comparable_number(receipt.code), upc = comparable_number(receipt.upc);
        receipts_[key_of(code, upc)].push_back(&receipt);
    }

    const std::vector<const AssignedDocument*>& documents() const { return documents_; }

    /// The rows of all products; `unmatched` is why none of them has a partner.
    std::vector<MatchRow> rows(const std::string& unmatched) const {
        std::map<ProductKey, MatchProduct> products;
        std::vector<std::pair<MatchProduct, std::string>> alone;
        for (const AssignedDocument* document : documents_)
            for (const Line& line : document->document->lines) {
                const ProductKey key = key_of(comparable(line.product_code), comparable(line.upc));
                MatchProduct& product = key.problem.empty() ? products[key] : alone.emplace_back().first;
                product.of(document->role).push_back({document, &line});
                if (!key.problem.empty()) alone.back().second = key.problem;
            }
        add_receipts(products, alone);
        std::vector<MatchRow> rows;
        rows.reserve(products.size() + alone.size());
        for (const auto& [key, product] : products)
            rows.push_back(product_row(product, unmatched.empty() ? problem_of(key, product) : unmatched));
        for (const auto& [product, problem] : alone)
            rows.push_back(product_row(product, unmatched.empty() ? problem : unmatched));
        return rows;
    }

private:
    ProductKey key_of(const std::string& code, const std::string& upc) const {
        if (!code.empty()) return {code, "", ""};
        if (upc.empty()) return {"", "", "the line has neither code nor UPC"};
        const auto found = codes_.find(upc);
        if (found == codes_.end()) return {"", upc, ""};
        if (found->second.size() == 1) return {*found->second.begin(), "", ""};
        return {"", "", cat("several codes have the UPC ", upc)};
    }

    void add_receipts(std::map<ProductKey, MatchProduct>& products,
                      std::vector<std::pair<MatchProduct, std::string>>& alone) const {
        if (receipts_.empty()) return;
        for (auto& [key, product] : products)
            product.received = Decimal{};
        std::vector<MatchProduct*> unknown;  // one receipt of unknown quantity, and their sum is not known
        for (const auto& [key, list] : receipts_)
            for (const Receipt* receipt : list) {
                MatchProduct& product = key.problem.empty() ? products[key] : alone.emplace_back().first;
                if (!key.problem.empty()) alone.back().second = key.problem;
                if (!receipt->quantity) {
                    if (key.problem.empty()) unknown.push_back(&product);
                } else {
                    const std::int64_t before = product.received.value_or(Decimal{}).ten_thousandths;
                    product.received = Decimal{before + receipt->quantity->ten_thousandths};
                }
                product.code = std::max(product.code, receipt->code);
                product.upc = std::max(product.upc, receipt->upc);
            }
        for (MatchProduct* product : unknown)
            product->received.reset();
    }

    std::string problem_of(const ProductKey& key, const MatchProduct& product) const {
        if (product.has_promise()) return "";
        const bool is_received = product.of(MatchRole::Invoice).empty() && product.of(MatchRole::CreditNote).empty();
        if (is_received) return "received, but on no document";
        if (!has_promise_) return "no order or acknowledgement has this customer PO";
        std::string problem = "on no order or acknowledgement of this customer PO";
        for (const std::vector<MatchLine>& lines : product.lines)
            for (const MatchLine& one : lines) {
                const auto found = codes_.find(comparable(one.line->upc));
                if (found == codes_.end()) continue;
                for (const std::string& code : found->second)
                    if (code != key.code) return cat(problem, ", where ", code, " has its UPC");
            }
        return problem;
    }

    std::vector<const AssignedDocument*> documents_;
    std::map<std::string, std::set<std::string>> codes_;  ///< by UPC
    std::map<ProductKey, std::vector<const Receipt*>> receipts_;
    bool has_promise_ = false;
};

/// The spelling that stands for all: the first by letters of those that occur.
std::string first_spelling(const std::vector<const AssignedDocument*>& documents,
                           Value<std::string> Document::*member) {
    std::string first;
    for (const AssignedDocument* one : documents) {
        const std::string text((one->document->*member).value.value_or(""));
        if (!text.empty() && (first.empty() || text < first)) first = text;
    }
    return first;
}

void append(std::vector<MatchRow>& all, std::vector<MatchRow> rows, const std::string& vendor, const std::string& po) {
    for (MatchRow& row : rows) {
        row.vendor = vendor;
        row.customer_po = po;
        all.push_back(std::move(row));
    }
}

using OrderKey = std::pair<std::string, std::string>;  ///< vendor, customer PO

/// Finds the order that a receipt belongs to.
class OrderFinder {
public:
    explicit OrderFinder(const std::map<OrderKey, OrderProducts>& orders) {
        for (const auto& one : orders)
            by_po_[one.first.second].push_back(&one.first);
    }

    /// That of its vendor and customer PO, or, if it names no vendor, the only one of its customer PO.
    const OrderKey* find(const Receipt& receipt) const {
        const std::string vendor = comparable_name(receipt.vendor);
        const auto found = by_po_.find(comparable_number(receipt.customer_po));
        if (found == by_po_.end()) return nullptr;
        if (vendor.empty()) return found->second.size() == 1 ? found->second.front() : nullptr;
        for (const OrderKey* key : found->second)
            if (key->first == vendor) return key;
        return nullptr;
    }

private:
    std::map<std::string, std::vector<const OrderKey*>> by_po_;
};

MatchRow lone_receipt(const Receipt& receipt) {
    MatchRow row;
    row.vendor = receipt.vendor;
    row.customer_po = receipt.customer_po;
    row.code = receipt.code;
    row.upc = receipt.upc;
    row.received = receipt.quantity;
    row.state = "unmatched";
    row.reason = "received, but no document has this vendor and customer PO";
    return row;
}

auto sort_key(const MatchRow& row) {
    return std::tie(row.vendor, row.customer_po, row.code, row.upc, row.description, row.orders, row.acknowledgements,
                    row.invoices, row.state, row.reason, row.ordered, row.acknowledged, row.allocated, row.shipped,
                    row.received, row.backordered, row.ack_price, row.invoice_price);
}

}  // namespace

std::vector<CsvColumn> receipt_columns() {
    return {{"vendor", CsvColumn::Kind::Text, 0},
            {"customer_po", CsvColumn::Kind::Text, 0},
            {"code", CsvColumn::Kind::Text, 0},
            {"upc", CsvColumn::Kind::Text, 0},
            {"received", CsvColumn::Kind::Decimal, 4}};
}

std::vector<Receipt> receipts_of(const Table& table) {
    std::vector<Receipt> receipts;
    const auto text = [&](const char* column, std::size_t row) {
        std::string out;
        table.column(column).append_text(out, row);
        return out;
    };
    const Column& received = table.column("received");
    for (std::size_t row = 0; row < table.rows(); ++row)
        receipts.push_back({text("vendor", row), text("customer_po", row), text("code", row), text("upc", row),
                            received.is_valid(row) ? std::optional(Decimal{received.int64s()[row]}) : std::nullopt});
    return receipts;
}

std::vector<MatchRow> match_documents(std::span<const Document> documents, std::span<const Receipt> receipts) {
    const std::vector<AssignedDocument> assigned = assign_documents(documents);
    std::map<OrderKey, OrderProducts> orders;
    std::vector<MatchRow> all;
    for (const AssignedDocument& one : assigned) {
        if (one.reason.empty()) {
            orders[{one.vendor, one.order}].add(one);
            continue;
        }
        OrderProducts lone;
        lone.add(one);
        append(all, lone.rows(one.reason), first_spelling({&one}, &Document::vendor),
               first_spelling({&one}, &Document::customer_po));
    }
    const OrderFinder finder(orders);
    for (const Receipt& receipt : receipts) {
        const OrderKey* order = finder.find(receipt);
        if (order != nullptr)
            orders[*order].add(receipt);
        else
            all.push_back(lone_receipt(receipt));
    }
    for (const auto& [key, products] : orders)
        append(all, products.rows(""), first_spelling(products.documents(), &Document::vendor),
               first_spelling(products.documents(), &Document::customer_po));
    std::stable_sort(all.begin(), all.end(),
                     [](const MatchRow& a, const MatchRow& b) { return sort_key(a) < sort_key(b); });
    return all;
}

Table matches_table(std::span<const MatchRow> rows) {
    constexpr CellKind kNumber = CellKind::Decimal;
    ReportTable table({{"vendor"},
                       {"customer_po"},
                       {"code"},
                       {"upc"},
                       {"description"},
                       {"ordered", kNumber},
                       {"acknowledged", kNumber},
                       {"allocated", kNumber},
                       {"shipped", kNumber},
                       {"received", kNumber},
                       {"backordered", kNumber},
                       {"open", kNumber},
                       {"over_shipped", kNumber},
                       {"ack_price", kNumber},
                       {"invoice_price", kNumber},
                       {"price_difference", kNumber},
                       {"orders"},
                       {"acknowledgements"},
                       {"invoices"},
                       {"state"},
                       {"reason"}});
    for (const MatchRow& row : rows) {
        table.text(row.vendor).text(row.customer_po).text(row.code).text(row.upc).text(row.description);
        for (const std::optional<Decimal>& number :
             {row.ordered, row.acknowledged, row.allocated, row.shipped, row.received, row.backordered, row.open,
              row.over_shipped, row.ack_price, row.invoice_price, row.price_difference})
            table.decimal(number);
        table.text(row.orders).text(row.acknowledgements).text(row.invoices).text(row.state).text(row.reason);
    }
    return std::move(table).finish();
}

}  // namespace hone::invoice
