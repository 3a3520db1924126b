#include "hone/apps/envelope/balance.h"

#include <algorithm>
#include <utility>

#include "hone/apps/envelope/crops.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::array<std::string_view, kGrainCount> kGrainNames = {
    "Wheat", "Corn", "Rice, Milled", "Barley", "Sorghum", "Millet", "Oats", "Rye", "Mixed Grain", "Allgrain"};
constexpr std::array<Grain, kGrainCount - 1> kSingleGrains = {Grain::Wheat,  Grain::Corn,    Grain::Rice,
                                                              Grain::Barley, Grain::Sorghum, Grain::Millet,
                                                              Grain::Oats,   Grain::Rye,     Grain::MixedGrain};
constexpr std::array<std::string_view, kFlowCount> kFlowNames = {"beginning stocks", "production", "consumption",
                                                                 "ending stocks"};
constexpr std::array<Flow, kFlowCount> kFlows = {Flow::BeginningStocks, Flow::Production, Flow::Consumption,
                                                 Flow::EndingStocks};

constexpr std::int64_t kKgPerMegatonne = 1'000'000'000;
constexpr int kBandsAfter = 2015;

std::string kt_text(std::int64_t kg) {
    return cat(decimal_text(kg, 6), " kt");
}

std::vector<Grain> all_grains() {
    std::vector<Grain> grains(kSingleGrains.begin(), kSingleGrains.end());
    grains.push_back(Grain::All);
    return grains;
}

Issue warning(std::string id, std::string message) {
    return {.id = std::move(id), .severity = Severity::Warning, .message = std::move(message)};
}

/// The sum of the nine grains, if all are known.
std::optional<std::int64_t> sum_of_grains(const Balances& balances, Flow flow, int year) {
    std::int64_t sum = 0;
    for (const Grain grain : kSingleGrains) {
        const auto kg = balances.kg(grain, flow, year);
        if (!kg) return std::nullopt;
        sum += *kg;
    }
    return sum;
}

/// What |B + P - C - S| is above 5 % of C by; nothing if the year is not complete or balanced.
std::optional<std::int64_t> gap(const Balances& balances, Grain grain, int year) {
    const auto before = balances.kg(grain, Flow::BeginningStocks, year);
    const auto production = balances.kg(grain, Flow::Production, year);
    const auto consumption = balances.kg(grain, Flow::Consumption, year);
    const auto after = balances.kg(grain, Flow::EndingStocks, year);
    if (!before || !production || !consumption || !after) return std::nullopt;
    const std::int64_t rest = *before + *production - *consumption - *after;
    if (std::max(rest, -rest) * 20 <= *consumption) return std::nullopt;
    return rest;
}

void check_gaps(const Balances& balances, Grain grain, YearRange years, IssueList& issues) {
    int count = 0;
    int worst = 0;
    std::int64_t worst_gap = 0;
    for (int year = years.from; year <= years.to; ++year) {
        const auto found = gap(balances, grain, year);
        if (!found) continue;
        ++count;
        if (std::max(*found, -*found) <= std::max(worst_gap, -worst_gap)) continue;
        worst = year;
        worst_gap = *found;
    }
    if (count == 0) return;
    issues.add(warning("envelope.balance-gap", cat("beginning stocks + production - consumption - ending stocks of ",
                                                   grain_name(grain), " is above 5 % of consumption in ", count,
                                                   " years, the most in ", worst, ": ", kt_text(worst_gap))));
}

void check_total(const Balances& balances, Flow flow, IssueList& issues) {
    const auto years = balances.years(Grain::All, flow);
    if (!years) return;
    for (int year = years->from; year <= years->to; ++year) {
        const auto total = balances.kg(Grain::All, flow, year);
        const auto sum = sum_of_grains(balances, flow, year);
        if (!total || !sum || std::max(*total - *sum, *sum - *total) * 20 <= *sum) continue;
        issues.add(warning("envelope.balance-total",
                           cat("Allgrain is not the sum of the nine grains, ", flow_name(flow), " from ", year,
                               " on: ", kt_text(*total), " against ", kt_text(*sum))));
        return;
    }
}

struct Band {
    Grain grain;
    std::int64_t low_mt;
    std::int64_t high_mt;
};
constexpr std::array<Band, 2> kBands = {{{Grain::Wheat, 680, 900}, {Grain::All, 2550, 3100}}};

void check_band(const Balances& balances, const Band& band, IssueList& issues) {
    const auto years = balances.years(band.grain, Flow::Production);
    if (!years) return;
    for (int year = std::max(years->from, kBandsAfter + 1); year <= years->to; ++year) {
        const auto kg = balances.kg(band.grain, Flow::Production, year);
        if (!kg || (*kg >= band.low_mt * kKgPerMegatonne && *kg <= band.high_mt * kKgPerMegatonne)) continue;
        issues.add(
            warning("envelope.balance-band",
                    cat("is a region missing, or the unit another? World production of ", grain_name(band.grain),
                        " is usually ", band.low_mt, " to ", band.high_mt, " Mt; in ", year, " it is ", kt_text(*kg))));
        return;
    }
}

}  // namespace

std::span<const Grain> single_grains() {
    return kSingleGrains;
}

std::string_view grain_name(Grain grain) {
    return kGrainNames[static_cast<std::size_t>(grain)];
}

std::optional<Grain> find_grain(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Grain>, 6> kOthers = {{{"rice", Grain::Rice},
                                                                            {"milled rice", Grain::Rice},
                                                                            {"maize", Grain::Corn},
                                                                            {"all grain", Grain::All},
                                                                            {"all grains", Grain::All},
                                                                            {"allgrains", Grain::All}}};
    name = trim(name);
    for (const Grain grain : all_grains())
        if (equal_ignoring_case(grain_name(grain), name)) return grain;
    for (const auto& [other, grain] : kOthers)
        if (equal_ignoring_case(other, name)) return grain;
    return std::nullopt;
}

std::int64_t grain_content(Grain grain) {
    return commodity_content(grain_name(grain)).value();
}

std::string_view flow_name(Flow flow) {
    return kFlowNames[static_cast<std::size_t>(flow)];
}

std::optional<Flow> find_flow(std::string_view label) {
    std::string text = to_lower(trim(label));
    std::ranges::replace(text, '_', ' ');
    if (text.ends_with(" ty")) text.resize(text.size() - 3);
    if (text == "domestic consumption") text = "consumption";
    for (const Flow flow : kFlows)
        if (text == flow_name(flow)) return flow;
    return std::nullopt;
}

YearRange parse_years(std::string_view text) {
    const auto year = [&](std::string_view part) {
        const auto value = parse_int64(trim(part));
        if (!value || *value < kFirstMarketYear || *value > kLastMarketYear)
            fail(Fault::Usage, "years: expected a year or a range such as 2019:2021, found ", text);
        return static_cast<int>(*value);
    };
    const std::size_t colon = text.find(':');
    YearRange years;
    years.from = year(text.substr(0, colon));
    years.to = colon == std::string_view::npos ? years.from : year(text.substr(colon + 1));
    if (years.from > years.to) fail(Fault::Usage, "years: the first is after the last: ", text);
    return years;
}

std::string years_text(YearRange years) {
    return cat(years.from, ":", years.to);
}

void Balances::add(Grain grain, Flow flow, int year, std::int64_t kg, const Place& place, IssueList& issues) {
    auto& amounts = amounts_[static_cast<std::size_t>(grain)][static_cast<std::size_t>(flow)];
    const auto [at, is_new] = amounts.try_emplace(year, Amount{kg, place});
    if (is_new) return;
    const Amount& first = at->second;
    if (first.kg == kg && first.place.file != place.file) return;
    const bool is_equal = first.kg == kg;
    issues.add({.id = is_equal ? "envelope.balance-duplicate" : "envelope.balance-conflict",
                .file = place.file,
                .row = place.row,
                .column = std::string(flow_name(flow)),
                .severity = Severity::Warning,
                .message = is_equal ? cat(grain_name(grain), " ", year, " comes again with the same value")
                                    : cat(grain_name(grain), " ", year, " comes again with another value: ",
                                          kt_text(kg), ", not ", kt_text(first.kg), "; the first is kept")});
}

std::optional<std::int64_t> Balances::kg(Grain grain, Flow flow, int year) const {
    const auto& all = amounts(grain, flow);
    if (const auto at = all.find(year); at != all.end()) return at->second.kg;
    if (flow == Flow::BeginningStocks) return kg(grain, Flow::EndingStocks, year - 1);
    return std::nullopt;
}

std::optional<YearRange> Balances::years(Grain grain, Flow flow) const {
    const auto& all = amounts(grain, flow);
    if (all.empty()) return std::nullopt;
    return YearRange{all.begin()->first, all.rbegin()->first};
}

bool Balances::empty() const {
    return std::ranges::all_of(amounts_, [](const auto& flows) {
        return std::ranges::all_of(flows, [](const auto& amounts) { return amounts.empty(); });
    });
}

void Balances::complete_total() {
    for (const Flow flow : kFlows) {
        auto& totals = amounts_[static_cast<std::size_t>(Grain::All)][static_cast<std::size_t>(flow)];
        for (const auto& [year, amount] : amounts(Grain::Wheat, flow))
            if (const auto sum = sum_of_grains(*this, flow, year)) totals.try_emplace(year, Amount{*sum, amount.place});
    }
}

void check_balances(const Balances& balances, IssueList& issues) {
    for (const Grain grain : all_grains())
        if (const auto years = balances.years(grain, Flow::Consumption)) check_gaps(balances, grain, *years, issues);
    for (const Flow flow : kFlows)
        check_total(balances, flow, issues);
    for (const Band& band : kBands)
        check_band(balances, band, issues);
}

}  // namespace hone::envelope
