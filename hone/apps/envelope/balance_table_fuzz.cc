#include <string>
#include <string_view>

#include "hone/apps/envelope/balance_table.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace {

using hone::cat;
using namespace hone::envelope;

/// All that a table gave, as text.
struct Found {
    std::string amounts;
    std::string error;
    std::uint64_t issues = 0;
    bool operator==(const Found&) const = default;
};

std::string amounts_of(const Balances& balances) {
    std::string text;
    for (std::size_t g = 0; g < kGrainCount; ++g) {
        for (const Flow flow : {Flow::Production, Flow::Consumption, Flow::EndingStocks}) {
            const auto years = balances.years(static_cast<Grain>(g), flow);
            if (!years) continue;
            hone::check(years->from >= kFirstMarketYear && years->to <= kLastMarketYear, "years are believable");
            for (int year = years->from; year <= years->to; ++year)
                if (const auto kg = balances.kg(static_cast<Grain>(g), flow, year)) {
                    hone::check(*kg >= 0, "amounts are not negative");
                    text += cat(g, ' ', flow_name(flow), ' ', year, ' ', *kg, '\n');
                }
        }
    }
    return text;
}

Found read(std::string_view text, std::optional<BalanceUnit> given) {
    Found found;
    Balances balances;
    hone::IssueList issues;
    try {
        const BalanceReport report = read_balance_table({text, "balances", "table", given}, balances, issues);
        hone::check(report.amounts > 0 && report.unit, "a table that is read has amounts");
        balances.complete_total();
        check_balances(balances, issues);
        found.amounts = amounts_of(balances);
    } catch (const hone::Error& error) {
        const bool is_of_input = error.fault() == hone::Fault::Input || error.fault() == hone::Fault::Limit;
        hone::check(is_of_input, "a damaged table is Fault::Input");
        found.error = error.message();
    }
    found.issues = issues.count();
    return found;
}

}  // namespace

/// The first byte chooses the unit, the rest is the table. A byte-order mark in front changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::optional<BalanceUnit> given;
    if (data[0] % 4 != 0) given = static_cast<BalanceUnit>(data[0] % 4 - 1);
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Found found = read(text, given);
    if (!text.starts_with("\xEF\xBB\xBF"))
        hone::check(read("\xEF\xBB\xBF" + text, given) == found, "a mark changes nothing");
    return 0;
}
