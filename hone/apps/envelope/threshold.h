#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/envelope/balance.h"
#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/units.h"

namespace hone::envelope {

/// Families of food-security thresholds.
enum class ThresholdSetKind : std::uint8_t {
    Supply,     ///< 1 Month, 3 Months of consumption, Total Stocks: means over years
    Agriphase,  ///< T1..T4 from medians over years
    Static,     ///< T1..T4, fixed values of the AgRichter scale
    Sur         ///< loss that takes stocks down to the 15th, 10th, 5th, 2nd percentile of stocks over use
};
/// "supply", "agriphase", "static", "sur", in the order of the kinds.
std::vector<std::string> threshold_set_names();
std::string_view threshold_set_name(ThresholdSetKind kind);
/// Fault::Usage with suggestions.
ThresholdSetKind parse_threshold_set(std::string_view name);
/// Years of a set unless others are asked for: supply 2019:2021, agriphase and sur 2001:2021, static none.
std::optional<YearRange> default_years(ThresholdSetKind kind);

/// Which balances stand for all grains.
enum class AllGrains : std::uint8_t {
    Total,         ///< the row Allgrain at the mixed 3.45 kcal/g
    PerCommodity,  ///< the nine grains, each at its own content
    Three          ///< wheat + rice + corn at the mixed 3.45 kcal/g
};

/// A grain of a balance with the content that its tonnes count with.
struct BalancePart {
    Grain grain = Grain::Wheat;
    std::int64_t content = 0;  ///< kcal per g times 10^5
    bool operator==(const BalancePart&) const = default;
};
/// Balances that belong to a crop set: wheat, rice, maize (Corn), barley, sorghum, both millets together (Millet),
/// other cereals (Oats + Rye + Mixed Grain), sums of them, and all grains by `mode`. Fault::Usage for crops without
/// balances, and for a mode other than Total with another set than all grains.
std::vector<BalancePart> balance_parts(const CropSet& set, AllGrains mode = AllGrains::Total);
/// True if balance_parts() knows all crops of the set.
bool has_balances(const CropSet& set);

/// Flows of one market year, in one unit.
struct BalanceYear {
    std::int64_t production = 0;
    std::int64_t consumption = 0;
    std::int64_t ending_stocks = 0;
};
/// Balances of some years without gaps, summed over the parts of a crop set, in kg and, each part at its content, in
/// kcal; both exact.
struct BalanceSeries {
    YearRange years;
    std::vector<BalanceYear> kg;
    std::vector<BalanceYear> kcal;
    std::optional<std::int64_t> content;  ///< kcal per g times 10^5, if it is the same for all parts
};
/// Sums the flows that are `needed`, the others stay 0. Fault::Input `envelope.balance-years` names what is missing.
BalanceSeries balance_series(const Balances& balances, std::span<const BalancePart> parts, YearRange years,
                             std::span<const Flow> needed);
/// Flows that a set needs; none for static.
std::span<const Flow> flows_of(ThresholdSetKind kind);

/// A named loss of food energy.
struct Threshold {
    std::string name;                ///< "1 Month", "T2", "p10"
    std::optional<int> phase;        ///< of the IPC, 2 to 5
    std::optional<std::int64_t> kg;  ///< nothing for static
    Energy energy;                   ///< may be zero or less for agriphase and sur, where stocks are short anyway
};
/// Thresholds in the order of the set, which for T1..T4 is that of their numbers.
struct ThresholdSet {
    ThresholdSetKind kind = ThresholdSetKind::Supply;
    std::vector<Threshold> thresholds;
    std::optional<YearRange> years;
    std::optional<std::int64_t> content;                 ///< kcal per g times 10^5, if there is one
    std::vector<std::pair<std::string, double>> ratios;  ///< percentiles of stocks over use that took part, for people
};

/// The set of a kind from balances. Values are exact ratios rounded once (half to even) to 1 kg and 1 kcal; ratios of
/// stocks over use count with 17 decimals. Requires: a kind other than Static, a series of its flows. Fault::Input if
/// a year without consumption needs a ratio.
ThresholdSet thresholds_from(ThresholdSetKind kind, const BalanceSeries& series);
/// The fixed set of a crop set: all grains, wheat, rice. Fault::Usage `envelope.no-static-set` for others.
ThresholdSet static_thresholds(const CropSet& set);
/// The set of a kind for a crop set from these balances, in default_years() unless others are given.
ThresholdSet thresholds_of(ThresholdSetKind kind, const CropSet& set, const Balances& balances,
                           std::optional<YearRange> years = {}, AllGrains mode = AllGrains::Total);

/// A part of the world's thresholds by energy: T_c = T x part / whole, rounded half to even. Requires: whole > 0.
ThresholdSet scaled(const ThresholdSet& world, Energy part, Energy whole);

/// How bad a loss is: for supply the threshold of the highest value that is <= loss, for the others the
/// highest-numbered one that is <= loss; below all of them "Below " and the name of the lowest.
std::string severity(const ThresholdSet& set, Energy loss);

}  // namespace hone::envelope
