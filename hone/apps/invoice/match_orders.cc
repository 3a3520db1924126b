#include "hone/apps/invoice/match_orders.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "hone/apps/invoice/duplicates.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Members of a template's output that hold the number of the order an invoice is for.
constexpr auto kReferences = std::to_array<std::string_view>(
    {"order_number", "order_no", "order_id", "sales_order", "sales_order_number", "acknowledgement_number"});

std::string comparable(const Value<std::string>& value) {
    return value ? comparable_number(*value.value) : std::string();
}

std::string order_reference(const Document& document) {
    for (const std::string_view name : kReferences) {
        const Json* found = document.fields.find(name);
        if (found == nullptr) continue;
        if (found->is_text()) return comparable_number(found->text());
        if (found->is_integer()) return cat(found->integer());
    }
    return "";
}

bool is_earlier(const AssignedDocument& a, const AssignedDocument& b) {
    const auto key = [](const AssignedDocument& one) {
        return std::tuple(std::string_view(one.vendor), one.role, match_day(*one.document),
                          comparable(one.document->number), std::string_view(one.document->file));
    };
    const auto left = key(a), right = key(b);
    if (left != right) return left < right;
    return document_json(*a.document, JsonDetail::Provenance).dump(0) <
           document_json(*b.document, JsonDetail::Provenance).dump(0);
}

bool is_promise(MatchRole role) {
    return role == MatchRole::Order || role == MatchRole::Acknowledgement;
}

/// The customer PO of an order or acknowledgement, or what stands for it.
std::string own_order(const AssignedDocument& one) {
    std::string po = comparable(one.document->customer_po);
    if (!po.empty()) return po;
    const std::string number = comparable(one.document->number);
    if (number.empty()) return "";
    return one.role == MatchRole::Order ? number : cat("number ", number);
}

/// Which orders of a vendor a number stands for.
using OrdersByNumber = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

class Assigner {
public:
    explicit Assigner(std::vector<AssignedDocument>& all) : all_(all) {}

    void run() {
        for (AssignedDocument& one : all_)
            if (is_promise(one.role)) assign_promise(one);
        for (AssignedDocument& one : all_)
            if (!is_promise(one.role)) assign_invoice(one);
        for (AssignedDocument& one : all_)
            if (one.vendor.empty()) {
                one.order.clear();
                one.reason = "the vendor is not known";
            }
    }

private:
    void assign_promise(AssignedDocument& one) {
        one.order = own_order(one);
        if (one.order.empty()) {
            one.reason = "neither customer PO nor number is known";
            return;
        }
        by_number_[{one.vendor, comparable(one.document->number)}].insert(one.order);
        by_order_[{one.vendor, one.order}].insert(one.order);
    }

    const std::set<std::string>& orders(const OrdersByNumber& known, const AssignedDocument& one,
                                        const std::string& number) const {
        static const std::set<std::string> kNone;
        const auto found = known.find({one.vendor, number});
        return number.empty() || found == known.end() ? kNone : found->second;
    }

    void assign_invoice(AssignedDocument& one) {
        const std::string po = comparable(one.document->customer_po), reference = order_reference(*one.document);
        const std::set<std::string>& named = orders(by_number_, one, reference);
        if (named.size() > 1) {
            one.reason = cat("several orders have the number ", reference);
        } else if (named.size() == 1 && !po.empty() && po != *named.begin()) {
            one.reason = cat("order number ", reference, " belongs to another customer PO than ", po);
        } else if (named.size() == 1) {
            one.order = *named.begin();
        } else if (!po.empty()) {
            one.order = po;
        } else if (!reference.empty()) {
            one.reason = cat("no acknowledgement has the order number ", reference);
        } else {
            assign_by_own_number(one);
        }
    }

    void assign_by_own_number(AssignedDocument& one) const {
        const std::string number = comparable(one.document->number);
        std::set<std::string> fitting = orders(by_number_, one, number);
        fitting.merge(std::set<std::string>(orders(by_order_, one, number)));
        if (fitting.size() == 1)
            one.order = *fitting.begin();
        else
            one.reason = fitting.empty() ? "it names neither customer PO nor order number"
                                         : cat("several orders have the number ", number);
    }

    std::vector<AssignedDocument>& all_;
    OrdersByNumber by_number_, by_order_;
};

/// Of acknowledgements and orders of one number only the latest stays; if two are of one day, none can be told from
/// the other, and both are not assigned.
void drop_older_versions(std::vector<AssignedDocument>& all) {
    std::map<std::tuple<std::string, MatchRole, std::string>, std::vector<std::size_t>> versions;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string number = comparable(all[i].document->number);
        if (!number.empty() && !all[i].vendor.empty()) versions[{all[i].vendor, all[i].role, number}].push_back(i);
    }
    std::set<std::size_t> dropped;
    for (const auto& [key, indexes] : versions) {
        if (indexes.size() < 2) continue;
        const auto day = [&](std::size_t i) { return match_day(*all[i].document); };
        Day last = day(indexes.front());
        for (const std::size_t i : indexes)
            last = std::max(last, day(i));
        const auto latest =
            std::count_if(indexes.begin(), indexes.end(), [&](std::size_t i) { return day(i) == last; });
        const bool is_clear = is_promise(std::get<MatchRole>(key)) && latest == 1;
        for (const std::size_t i : indexes) {
            if (!is_clear) {
                all[i].order.clear();
                all[i].reason = cat("different documents have the number ", std::get<2>(key));
            } else if (day(i) != last) {
                dropped.insert(i);
            }
        }
    }
    std::vector<AssignedDocument> kept;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!dropped.contains(i)) kept.push_back(std::move(all[i]));
    all = std::move(kept);
}

}  // namespace

std::optional<MatchRole> match_role(const Document& document) {
    const std::string kind = document.kind.value.value_or("");
    if (kind == "order") return MatchRole::Order;
    if (kind == "acknowledgement") return MatchRole::Acknowledgement;
    if (kind == "invoice") return MatchRole::Invoice;
    if (kind == "credit_note") return MatchRole::CreditNote;
    return {};
}

Day match_day(const Document& document) {
    return document.invoice_date ? *document.invoice_date.value : document.order_date.value.value_or(Day{});
}

std::vector<AssignedDocument> assign_documents(std::span<const Document> documents) {
    std::vector<bool> counts(documents.size(), true);
    for (const Duplicate& one : find_duplicates(documents))
        counts[one.document] = false;
    std::vector<AssignedDocument> all;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const Document& document = documents[i];
        const std::optional<MatchRole> role = match_role(document);
        if (!counts[i] || !role || !document.failure_code.empty()) continue;
        all.push_back({&document, *role, comparable_name(document.vendor.value.value_or("")), "", ""});
    }
    std::sort(all.begin(), all.end(), is_earlier);
    drop_older_versions(all);
    const auto refused = [](const AssignedDocument& one) { return !one.reason.empty(); };
    std::vector<AssignedDocument> unclear;
    std::copy_if(all.begin(), all.end(), std::back_inserter(unclear), refused);
    std::erase_if(all, refused);
    Assigner(all).run();
    all.insert(all.end(), unclear.begin(), unclear.end());
    std::sort(all.begin(), all.end(), is_earlier);
    return all;
}

}  // namespace hone::invoice
