#include "hone/apps/envelope/risk_series.h"

#include <algorithm>
#include <array>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// All years of the parts' production, without those before the last part begins or after the first ends.
YearRange all_years(const Balances& balances, std::span<const BalancePart> parts) {
    YearRange years{kFirstMarketYear, kLastMarketYear};
    for (const BalancePart& part : parts) {
        const auto own = balances.years(part.grain, Flow::Production);
        if (!own)
            throw Error(Fault::Input, cat("the balances lack production of ", grain_name(part.grain)))
                .with_id("envelope.balance-years");
        years = {std::max(years.from, own->from), std::min(years.to, own->to)};
    }
    if (years.from > years.to)
        throw Error(Fault::Input, "the balances of the grains have no common years").with_id("envelope.balance-years");
    return years;
}

}  // namespace

Risk assess_risk(const Balances& balances, std::span<const BalancePart> parts, std::optional<YearRange> years,
                 TailKind kind, const Resampling& how) {
    constexpr double kKgPerKilotonne = 1e6;
    const YearRange range = years ? *years : all_years(balances, parts);
    const std::array<Flow, 1> needed = {Flow::Production};
    const BalanceSeries series = balance_series(balances, parts, range, needed);
    std::vector<std::int64_t> kcal;
    std::vector<std::int64_t> kg;
    for (const BalanceYear& year : series.kcal)
        kcal.push_back(year.production);
    for (const BalanceYear& year : series.kg)
        kg.push_back(year.production);
    RiskModel model = risk_model(range, kcal);
    const RiskModel by_weight = risk_model(range, kg);
    const Tail tail = tail_of(kind, model.shocks, model.trend_last);
    ResampledTails resampled(kind, model.shocks, model.trend_last, how);
    return {std::move(model), round12(by_weight.trend_last / kKgPerKilotonne),
            round12(by_weight.slope / kKgPerKilotonne), tail, std::move(resampled)};
}

}  // namespace hone::envelope
