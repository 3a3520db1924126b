#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/table/table.h"

// Tables of the kind that business systems hold, for tests and benchmarks of the packed form. Equal seeds give equal
// tables on all machines: integers, and doubles by correctly rounded divisions and sums.

namespace hone::examples {

/// Ten columns: ascending ids, one of 800 styles, one of 5 states, customers, quantities with one decimal, prices with
/// two, a running balance with its rounding errors, a surcharge that is zero in 92 % of the rows, ordered (ascending)
/// and shipped days since 1970. All but ids and dates are drawn uniformly, which is the hardest case.
inline std::vector<Column> erp_columns(std::size_t rows, Random& random) {
    constexpr std::array<std::string_view, 5> kStates = {"NY", "CA", "TX", "WA", "FL"};
    std::vector<std::int64_t> ids, customers, ordered, shipped;
    TextData styles, states;
    std::vector<double> quantities, prices, balances, surcharges;
    std::int64_t id = 4'000'000;
    std::int64_t day = 18'262;
    double balance = 50'000;
    for (std::size_t i = 0; i < rows; ++i) {
        id += random.below(50) == 0 ? 2 : 1;
        day += random.below(600) == 0 ? 1 : 0;
        ids.push_back(id);
        customers.push_back(random.between(100'000, 139'999));
        styles.push_back(cat("ST-", 1000 + random.below(800)));
        states.push_back(kStates[random.below(kStates.size())]);
        quantities.push_back(static_cast<double>(random.between(1, 5'000)) / 10);
        prices.push_back(static_cast<double>(random.between(100, 25'000)) / 100);
        balance += static_cast<double>(random.between(-100'000, 100'000)) / 100;
        balances.push_back(balance);
        surcharges.push_back(random.below(100) < 92 ? 0.0 : static_cast<double>(random.between(1, 9'999)) / 100);
        ordered.push_back(day);
        shipped.push_back(day + random.between(0, 45));
    }
    std::vector<Column> columns;
    columns.push_back(Column::int64("id", std::move(ids)));
    columns.push_back(Column::text("style", std::move(styles)));
    columns.push_back(Column::text("state", std::move(states)));
    columns.push_back(Column::int64("customer", std::move(customers)));
    columns.push_back(Column::real("quantity", std::move(quantities)));
    columns.push_back(Column::real("price", std::move(prices)));
    columns.push_back(Column::real("balance", std::move(balances)));
    columns.push_back(Column::real("surcharge", std::move(surcharges)));
    columns.push_back(Column::int64("ordered", std::move(ordered)));
    columns.push_back(Column::int64("shipped", std::move(shipped)));
    return columns;
}

/// Notes of people: none in half of the rows, else three to nine words and now and then a number.
inline TextData notes(std::size_t rows, Random& random) {
    constexpr std::array<std::string_view, 40> kWords = {
        "order",    "please", "call",     "before", "delivery", "customer", "asked",     "for",   "refund",    "late",
        "shipment", "second", "colour",   "blue",   "size",     "exchange", "warehouse", "north", "invoice",   "paid",
        "by",       "card",   "discount", "agreed", "with",     "manager",  "see",       "mail",  "of",        "monday",
        "returned", "box",    "damaged",  "on",     "arrival",  "hold",     "until",     "stock", "confirmed", "again"};
    TextData texts;
    std::string text;
    for (std::size_t i = 0; i < rows; ++i) {
        text.clear();
        const std::uint64_t words = random.below(2) == 0 ? 0 : 3 + random.below(7);
        for (std::uint64_t k = 0; k < words; ++k)
            text += cat(k == 0 ? "" : " ", kWords[random.below(kWords.size())]);
        if (words > 6) text += cat(" #", random.below(100'000));
        texts.push_back(text);
    }
    return texts;
}

/// erp_columns(), an ascending document number, a status of six, a channel of three that is missing in a tenth of the
/// rows, and notes().
inline Table mixed_table(std::size_t rows, std::uint64_t seed) {
    constexpr std::array<std::string_view, 6> kStatus = {"open", "picked", "shipped", "invoiced", "paid", "cancelled"};
    constexpr std::array<std::string_view, 3> kChannels = {"web", "store", "partner"};
    Random random(seed);
    std::vector<Column> columns = erp_columns(rows, random);
    TextData documents, status, channels;
    std::vector<bool> valid;
    for (std::size_t i = 0; i < rows; ++i) {
        documents.push_back(cat("SO-2024-", 1'000'000 + i));
        status.push_back(kStatus[random.below(kStatus.size())]);
        channels.push_back(kChannels[random.below(kChannels.size())]);
        valid.push_back(random.below(10) != 0);
    }
    columns.push_back(Column::text("document", std::move(documents)));
    columns.push_back(Column::text("status", std::move(status)));
    columns.push_back(Column::text("channel", std::move(channels), std::move(valid)));
    columns.push_back(Column::text("note", notes(rows, random)));
    return Table(std::move(columns));
}

}  // namespace hone::examples
