#include "hone/apps/envelope/balance_task.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/measures.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct BalanceTableOptions : BalanceSource {
    std::string crop = "allgrain";
    std::string years;  ///< empty: all
    bool strict = false;
};

/// Sum over the parts; nothing if one is not known.
std::optional<std::int64_t> kg_of(const Balances& balances, std::span<const BalancePart> parts, Flow flow, int year) {
    std::int64_t sum = 0;
    for (const BalancePart& part : parts) {
        const auto kg = balances.kg(part.grain, flow, year);
        if (!kg) return std::nullopt;
        sum = checked_add(sum, *kg);
    }
    return sum;
}

/// All years of any flow of any part.
std::optional<YearRange> known_years(const Balances& balances, std::span<const BalancePart> parts) {
    std::optional<YearRange> all;
    for (const BalancePart& part : parts)
        for (const Flow flow : {Flow::BeginningStocks, Flow::Production, Flow::Consumption, Flow::EndingStocks})
            if (const auto years = balances.years(part.grain, flow))
                all = all ? YearRange{std::min(all->from, years->from), std::max(all->to, years->to)} : *years;
    return all;
}

Outputs balance(Run& run, const BalanceTableOptions& options) {
    const CropSet set = parse_crop_set(options.crop);
    const std::vector<BalancePart> parts = balance_parts(set, parse_all_grains(options.balance));
    const LoadedBalances loaded = load_balances(run, options);
    const auto known = known_years(*loaded.balances, parts);
    if (!known)
        throw Error(Fault::Input, cat("the balances have nothing of ", set.name)).with_id("envelope.balance-years");
    const YearRange years = options.years.empty() ? *known : parse_years(options.years);
    Table table = balance_table_of(*loaded.balances, parts, years);
    if (table.rows() == 0)
        throw Error(Fault::Input, cat("the balances have nothing of ", set.name, " in ", years_text(years), ", but ",
                                      years_text(*known)))
            .with_id("envelope.balance-years");
    Outputs outputs;
    Json& summary = outputs.summary();
    summary.set("crop_set", set.name).set("balance", options.balance).set("years", years_text(years));
    summary.set("source", loaded.source).set("synthetic", loaded.is_synthetic).set("balances", loaded.json);
    outputs.table(cat("balance_", to_lower(set.name)), std::move(table));
    BalanceOptions strictness;
    strictness.strict = options.strict;
    apply_balance_strict(run, strictness);
    return outputs;
}

}  // namespace

Table balance_table_of(const Balances& balances, std::span<const BalancePart> parts, YearRange years) {
    constexpr std::array kFlows = {Flow::BeginningStocks, Flow::Consumption, Flow::EndingStocks, Flow::Production};
    std::vector<std::int64_t> year_column;
    std::array<std::vector<std::int64_t>, kFlows.size()> kg;
    std::array<std::vector<bool>, kFlows.size()> has;
    std::vector<double> sur;
    std::vector<bool> has_sur;
    for (int year = years.from; year <= years.to; ++year) {
        std::array<std::optional<std::int64_t>, kFlows.size()> amounts;
        bool is_known = false;
        for (std::size_t i = 0; i < kFlows.size(); ++i) {
            amounts[i] = kg_of(balances, parts, kFlows[i], year);
            is_known = is_known || (amounts[i] && kFlows[i] != Flow::BeginningStocks);
        }
        if (!is_known) continue;  // beginning stocks alone are the end of the year before
        year_column.push_back(year);
        for (std::size_t i = 0; i < kFlows.size(); ++i) {
            kg[i].push_back(amounts[i].value_or(0));
            has[i].push_back(amounts[i].has_value());
        }
        const auto over_use = amounts[1] && amounts[2] ? ratio(*amounts[2], *amounts[1]) : std::nullopt;
        sur.push_back(over_use.value_or(0));
        has_sur.push_back(over_use.has_value());
    }
    return Table({Column::int64("year", std::move(year_column)),
                  Column::decimal("beginning_stocks_kt", 6, std::move(kg[0]), std::move(has[0])),
                  Column::decimal("consumption_kt", 6, std::move(kg[1]), std::move(has[1])),
                  Column::decimal("ending_stocks_kt", 6, std::move(kg[2]), std::move(has[2])),
                  Column::decimal("production_kt", 6, std::move(kg[3]), std::move(has[3])),
                  Column::real("sur", std::move(sur), std::move(has_sur))});
}

Task balance_task() {
    Params<BalanceTableOptions> params;
    params(&BalanceTableOptions::crop, "crop",
           "Crop set: wheat, rice, maize, allgrain, or codes of crops that have stock balances, such as BARL+SORG")
        .suggest(crop_set_names())
        .canonical([](std::string_view text) { return parse_crop_set(text).name; });
    declare_balance_source(params);
    params(&BalanceTableOptions::years, "years", "Market years, the first of a pair; without it all that are known")
        .value("A:B")
        .canonical([](std::string_view text) { return years_text(parse_years(text)); });
    params(&BalanceTableOptions::strict, "strict", "Turn repeated and contradictory rows into errors");
    return make_task("balance", "World stock balance by market year, with stocks over use", 1, params, &balance);
}

}  // namespace hone::envelope
