#pragma once
#include <optional>
#include <span>

#include "hone/apps/envelope/balance.h"
#include "hone/apps/envelope/risk.h"
#include "hone/apps/envelope/threshold.h"

namespace hone::envelope {

/// The model of a production series and its tails.
struct Risk {
    RiskModel model;      ///< in kcal
    double trend_kt = 0;  ///< last value of the trend
    double slope_kt = 0;  ///< a year
    Tail tail;
    ResampledTails resampled;
};

/// Models the summed production of the parts in the years given, else in all years that all of them have. Fault::Input
/// `envelope.balance-years` if there are none.
Risk assess_risk(const Balances& balances, std::span<const BalancePart> parts, std::optional<YearRange> years,
                 TailKind kind, const Resampling& how);

}  // namespace hone::envelope
