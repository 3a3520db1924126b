#include "hone/apps/envelope/threshold.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/envelope/exact_ratio.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::array<ThresholdSetKind, 4> kKinds = {ThresholdSetKind::Supply, ThresholdSetKind::Agriphase,
                                                    ThresholdSetKind::Static, ThresholdSetKind::Sur};
constexpr std::array<std::string_view, 4> kKindNames = {"supply", "agriphase", "static", "sur"};

/// Ratios of stocks over use are integers in units of 10^-17, their percentiles in units of 10^-19.
constexpr std::int64_t kRatioUnit = 100'000'000'000'000'000;
constexpr int kHundred = 100;
constexpr Int128 kPercentileUnit = Int128{kRatioUnit} * kHundred;

constexpr std::array<Flow, 2> kStockFlows = {Flow::Consumption, Flow::EndingStocks};
constexpr std::array<Flow, 3> kAllFlows = {Flow::Production, Flow::Consumption, Flow::EndingStocks};

struct CropBalance {
    std::string_view codes;
    std::vector<Grain> grains;
};
std::vector<CropBalance> crop_balances() {
    return {{"WHEA", {Grain::Wheat}},
            {"RICE", {Grain::Rice}},
            {"MAIZ", {Grain::Corn}},
            {"BARL", {Grain::Barley}},
            {"SORG", {Grain::Sorghum}},
            {"MILL+PMIL", {Grain::Millet}},
            {"OCER", {Grain::Oats, Grain::Rye, Grain::MixedGrain}}};
}

bool is_all_grains(const CropSet& set) {
    return set.bits == parse_crop_set("allgrain").bits;
}

std::vector<BalancePart> all_grain_parts(AllGrains mode) {
    const std::int64_t mixed = grain_content(Grain::All);
    if (mode == AllGrains::Total) return {{Grain::All, mixed}};
    if (mode == AllGrains::Three) return {{Grain::Wheat, mixed}, {Grain::Rice, mixed}, {Grain::Corn, mixed}};
    std::vector<BalancePart> parts;
    for (const Grain grain : single_grains())
        parts.push_back({grain, grain_content(grain)});
    return parts;
}

std::int64_t& value_of(BalanceYear& year, Flow flow) {
    if (flow == Flow::Production) return year.production;
    if (flow == Flow::Consumption) return year.consumption;
    check(flow == Flow::EndingStocks, "a series holds production, consumption and ending stocks");
    return year.ending_stocks;
}

/// "ending stocks of Wheat (2022, 2023)" for each part and flow with gaps.
std::vector<std::string> gaps(const Balances& balances, std::span<const BalancePart> parts, YearRange years,
                              std::span<const Flow> needed) {
    constexpr std::size_t kMostNamed = 6;
    std::vector<std::string> found;
    for (const BalancePart& part : parts) {
        for (const Flow flow : needed) {
            std::vector<std::string> missing;
            for (int year = years.from; year <= years.to; ++year)
                if (!balances.kg(part.grain, flow, year)) missing.push_back(cat(year));
            if (missing.empty()) continue;
            const std::size_t more = missing.size() - std::min(missing.size(), kMostNamed);
            missing.resize(std::min(missing.size(), kMostNamed));
            found.push_back(cat(flow_name(flow), " of ", grain_name(part.grain), " (", join(missing, ", "),
                                more > 0 ? cat(" and ", more, " more") : std::string(), ")"));
        }
    }
    return found;
}

/// Values of a flow over the years, ascending.
std::vector<std::int64_t> sorted_values(std::span<const BalanceYear> years, std::int64_t BalanceYear::*flow) {
    std::vector<std::int64_t> values;
    values.reserve(years.size());
    for (const BalanceYear& year : years)
        values.push_back(year.*flow);
    std::ranges::sort(values);
    return values;
}

/// Twice the median, so that it is whole.
Int128 double_median(std::span<const BalanceYear> years, std::int64_t BalanceYear::*flow) {
    const std::vector<std::int64_t> values = sorted_values(years, flow);
    return Int128{values[(values.size() - 1) / 2]} + values[values.size() / 2];
}

/// Stocks over use of each year, ascending, in units of 10^-17.
std::vector<Int128> sorted_ratios(std::span<const BalanceYear> years) {
    std::vector<Int128> ratios;
    for (const BalanceYear& year : years) {
        if (year.consumption <= 0)
            throw Error(Fault::Input, "stocks over use need a consumption above zero in each year")
                .with_id("envelope.balance-years");
        ratios.push_back(round_ratio(exact_multiply(year.ending_stocks, kRatioUnit), year.consumption));
    }
    std::ranges::sort(ratios);
    return ratios;
}

/// Interpolated linearly at rank p (n - 1) / 100, in units of 10^-19.
Int128 percentile(const std::vector<Int128>& sorted, int p) {
    const std::size_t scaled = static_cast<std::size_t>(p) * (sorted.size() - 1);
    const std::size_t rank = scaled / kHundred;
    const auto rest = static_cast<int>(scaled % kHundred);
    if (rest == 0) return sorted[rank] * kHundred;
    return sorted[rank] * (kHundred - rest) + sorted[rank + 1] * rest;
}

/// Medians of a series in one unit, and what the ratios make of them. All values are doubled and in units of 10^-19, so
/// that they are whole until they are rounded once.
class Medians {
public:
    explicit Medians(std::span<const BalanceYear> years)
        : stocks_(double_median(years, &BalanceYear::ending_stocks)),
          consumption_(double_median(years, &BalanceYear::consumption)),
          production_(double_median(years, &BalanceYear::production)),
          ratios_(sorted_ratios(years)) {}

    /// med S - percentile(S/C) med C.
    std::int64_t loss_to_percentile(int p) const {
        return rounded(exact_add(exact_multiply(stocks_, kPercentileUnit), -use_at(p)));
    }
    /// percentile(S/C) med C + halves / 2 med P.
    std::int64_t use_and_production(int p, int halves) const {
        const Int128 production = exact_multiply(production_ * halves, kPercentileUnit / 2);
        return rounded(exact_add(use_at(p), production));
    }
    double ratio(int p) const {
        return round12(static_cast<double>(static_cast<long double>(percentile(ratios_, p)) /
                                           static_cast<long double>(kPercentileUnit)));
    }

private:
    Int128 use_at(int p) const { return exact_multiply(percentile(ratios_, p), consumption_); }
    static std::int64_t rounded(Int128 value) { return round_ratio_to_int64(value, 2 * kPercentileUnit); }

    Int128 stocks_, consumption_, production_;
    std::vector<Int128> ratios_;
};

/// Value of each threshold of a set from one unit's series.
using Values = std::vector<std::int64_t>;

Int128 sum_of(std::span<const BalanceYear> years, std::int64_t BalanceYear::*flow) {
    Int128 sum = 0;
    for (const BalanceYear& year : years)
        sum += year.*flow;
    return sum;
}

Values supply_values(std::span<const BalanceYear> years) {
    const auto count = static_cast<Int128>(years.size());
    const Int128 consumption = sum_of(years, &BalanceYear::consumption);
    return {round_ratio_to_int64(consumption, 12 * count), round_ratio_to_int64(consumption, 4 * count),
            round_ratio_to_int64(sum_of(years, &BalanceYear::ending_stocks), count)};
}

Values agriphase_values(std::span<const BalanceYear> years) {
    const Medians medians(years);
    return {medians.loss_to_percentile(15), medians.use_and_production(15, 0), medians.use_and_production(50, 1),
            medians.use_and_production(50, 2)};
}

constexpr std::array<int, 4> kSurPercentiles = {15, 10, 5, 2};

Values sur_values(std::span<const BalanceYear> years) {
    const Medians medians(years);
    Values values;
    for (const int p : kSurPercentiles)
        values.push_back(medians.loss_to_percentile(p));
    return values;
}

struct Name {
    std::string_view name;
    std::optional<int> phase;
};

std::vector<Name> names_of(ThresholdSetKind kind) {
    if (kind == ThresholdSetKind::Supply) return {{"1 Month", {}}, {"3 Months", {}}, {"Total Stocks", {}}};
    if (kind == ThresholdSetKind::Sur) return {{"p15", 2}, {"p10", 3}, {"p5", 4}, {"p2", 5}};
    return {{"T1", 2}, {"T2", 3}, {"T3", 4}, {"T4", 5}};
}

Values values_of(ThresholdSetKind kind, std::span<const BalanceYear> years) {
    if (kind == ThresholdSetKind::Supply) return supply_values(years);
    return kind == ThresholdSetKind::Sur ? sur_values(years) : agriphase_values(years);
}

struct StaticSet {
    std::string_view crop;
    std::array<std::int64_t, 4> values;  ///< 10^12 kcal
};
constexpr std::array<StaticSet, 3> kStaticSets = {
    {{"allgrain", {116, 1560, 5860, 9860}}, {"wheat", {100, 575, 1860, 3000}}, {"rice", {131, 316, 1290, 2130}}}};

}  // namespace

std::vector<std::string> threshold_set_names() {
    return {kKindNames.begin(), kKindNames.end()};
}

std::string_view threshold_set_name(ThresholdSetKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

ThresholdSetKind parse_threshold_set(std::string_view name) {
    for (const ThresholdSetKind kind : kKinds)
        if (equal_ignoring_case(threshold_set_name(kind), trim(name))) return kind;
    const std::vector<std::string> names = threshold_set_names();
    const std::optional<std::string> near = nearest_word(to_lower(name), names);
    fail(Fault::Usage, "threshold set is none of ", join(names, ", "), ": ", name,
         near ? cat("; did you mean ", *near, "?") : std::string());
}

std::optional<YearRange> default_years(ThresholdSetKind kind) {
    if (kind == ThresholdSetKind::Static) return std::nullopt;
    return kind == ThresholdSetKind::Supply ? YearRange{2019, 2021} : YearRange{2001, 2021};
}

/// The parts of a set of crops, or nothing if one of them has no balance.
static std::optional<std::vector<BalancePart>> known_parts(const CropSet& set) {
    std::vector<BalancePart> parts;
    std::uint64_t rest = set.bits;
    for (const CropBalance& balance : crop_balances()) {
        const std::uint64_t bits = parse_crop_set(balance.codes).bits;
        if ((rest & bits) != bits) continue;
        rest &= ~bits;
        for (const Grain grain : balance.grains)
            parts.push_back({grain, grain_content(grain)});
    }
    if (rest != 0) return std::nullopt;
    return parts;
}

bool has_balances(const CropSet& set) {
    return is_all_grains(set) || known_parts(set).has_value();
}

std::vector<BalancePart> balance_parts(const CropSet& set, AllGrains mode) {
    if (is_all_grains(set)) return all_grain_parts(mode);
    if (mode != AllGrains::Total)
        fail(Fault::Usage, "only the crop set allgrain has several balances to choose from, not ", set.name);
    auto parts = known_parts(set);
    if (!parts)
        fail(Fault::Usage, "stock balances are of wheat, rice, maize, BARL, SORG, MILL+PMIL (together), OCER, sums of ",
             "these and allgrain; one does not go with ", set.name);
    return std::move(*parts);
}

BalanceSeries balance_series(const Balances& balances, std::span<const BalancePart> parts, YearRange years,
                             std::span<const Flow> needed) {
    check(years.count() > 0 && !parts.empty(), "a series has years and parts");
    if (const auto missing = gaps(balances, parts, years, needed); !missing.empty())
        throw Error(Fault::Input, cat("the balances lack ", join(missing, ", "))).with_id("envelope.balance-years");
    BalanceSeries series;
    series.years = years;
    series.content = parts.front().content;
    for (const BalancePart& part : parts)
        if (part.content != *series.content) {
            series.content.reset();
            break;
        }
    const auto count = static_cast<std::size_t>(years.count());
    series.kg.resize(count);
    series.kcal.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (const BalancePart& part : parts) {
            check(part.content % 100 == 0, "contents of balances are whole kcal per kg");
            for (const Flow flow : needed) {
                const std::int64_t kg = *balances.kg(part.grain, flow, years.from + static_cast<int>(i));
                std::int64_t& sum = value_of(series.kg[i], flow);
                std::int64_t& energy = value_of(series.kcal[i], flow);
                sum = checked_add(sum, kg);
                energy = checked_add(energy, checked_mul(kg, part.content / 100));
            }
        }
    }
    return series;
}

std::span<const Flow> flows_of(ThresholdSetKind kind) {
    if (kind == ThresholdSetKind::Static) return {};
    if (kind == ThresholdSetKind::Agriphase) return kAllFlows;
    return kStockFlows;
}

ThresholdSet thresholds_from(ThresholdSetKind kind, const BalanceSeries& series) {
    check(kind != ThresholdSetKind::Static, "static thresholds need no balances");
    ThresholdSet set{kind, {}, series.years, series.content, {}};
    const Values kg = values_of(kind, series.kg);
    const Values kcal = values_of(kind, series.kcal);
    const std::vector<Name> names = names_of(kind);
    for (std::size_t i = 0; i < names.size(); ++i)
        set.thresholds.push_back({std::string(names[i].name), names[i].phase, kg[i], {kcal[i]}});
    if (kind == ThresholdSetKind::Supply) return set;
    const Medians medians(series.kcal);
    if (kind == ThresholdSetKind::Agriphase)
        set.ratios = {{"p15", medians.ratio(15)}, {"median", medians.ratio(50)}};
    else
        for (std::size_t i = 0; i < names.size(); ++i)
            set.ratios.emplace_back(names[i].name, medians.ratio(kSurPercentiles[i]));
    return set;
}

ThresholdSet static_thresholds(const CropSet& set) {
    constexpr std::int64_t kUnit = 1'000'000'000'000;
    for (const StaticSet& fixed : kStaticSets) {
        if (set.bits != parse_crop_set(fixed.crop).bits) continue;
        ThresholdSet result{ThresholdSetKind::Static, {}, {}, {}, {}};
        const std::vector<Name> names = names_of(ThresholdSetKind::Static);
        for (std::size_t i = 0; i < names.size(); ++i)
            result.thresholds.push_back(
                {std::string(names[i].name), names[i].phase, std::nullopt, {fixed.values[i] * kUnit}});
        return result;
    }
    throw Error(Fault::Usage, cat("there is no static threshold set of ", set.name,
                                  "; static sets exist for allgrain, wheat and rice only"))
        .with_id("envelope.no-static-set")
        .with_mend("Use --set supply, agriphase or sur, which are computed from balances.");
}

ThresholdSet thresholds_of(ThresholdSetKind kind, const CropSet& set, const Balances& balances,
                           std::optional<YearRange> years, AllGrains mode) {
    if (kind == ThresholdSetKind::Static) {
        if (years) fail(Fault::Usage, "static thresholds are of no years: leave --years out");
        return static_thresholds(set);
    }
    const YearRange range = years ? *years : *default_years(kind);
    return thresholds_from(kind, balance_series(balances, balance_parts(set, mode), range, flows_of(kind)));
}

ThresholdSet scaled(const ThresholdSet& world, Energy part, Energy whole) {
    ThresholdSet set = world;
    for (Threshold& threshold : set.thresholds) {
        if (threshold.kg) threshold.kg = round_ratio_to_int64(exact_multiply(*threshold.kg, part.kcal), whole.kcal);
        threshold.energy.kcal = round_ratio_to_int64(exact_multiply(threshold.energy.kcal, part.kcal), whole.kcal);
    }
    return set;
}

std::string severity(const ThresholdSet& set, Energy loss) {
    std::vector<Threshold> ascending = set.thresholds;
    check(!ascending.empty(), "a threshold set has thresholds");
    if (set.kind == ThresholdSetKind::Supply) std::ranges::stable_sort(ascending, {}, &Threshold::energy);
    for (auto at = ascending.rbegin(); at != ascending.rend(); ++at)
        if (at->energy <= loss) return at->name;
    return cat("Below ", ascending.front().name);
}

}  // namespace hone::envelope
