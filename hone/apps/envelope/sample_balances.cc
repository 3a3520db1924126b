#include "hone/apps/envelope/sample_balances.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "hone/apps/envelope/registry.h"
#include "hone/apps/envelope/sample_numbers.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kDrawsPerYear = 8;
constexpr std::int64_t kMeanOfDraws = 524'280;
constexpr std::int64_t kDeviationOfDraws = 53'510;
constexpr std::uint64_t kGrainStream = 700;
constexpr std::uint64_t kCommonStream = 790;

/// How a balance moves: the trend in 1000 t, the size of its shocks in ppm, their memory in 1/100 %.
struct Traits {
    Grain grain;
    std::int64_t base, slope, shock, memory;
};
constexpr std::array<Traits, 9> kTraits = {{{Grain::Wheat, 215000, 9000, 28000, 5000},
                                            {Grain::Corn, 190000, 14500, 38000, 5000},
                                            {Grain::Rice, 150000, 6100, 16000, 5000},
                                            {Grain::Barley, 75000, 1300, 50000, 3000},
                                            {Grain::Sorghum, 42000, 330, 45000, 3000},
                                            {Grain::Millet, 24000, 100, 50000, 3000},
                                            {Grain::Oats, 48000, -400, 45000, 3000},
                                            {Grain::Rye, 32000, -330, 60000, 3000},
                                            {Grain::MixedGrain, 3000, 180, 45000, 3000}}};

using Years = std::vector<SampleBalanceYear>;
using Member = std::int64_t SampleBalanceYear::*;

struct FlowColumn {
    std::string_view label;  ///< as USDA writes it
    std::string_view tidy;
    Member member;
};
constexpr std::array<FlowColumn, 4> kFlowColumns = {
    {{"Beginning Stocks", "beginning_stocks", &SampleBalanceYear::beginning},
     {"Domestic Consumption", "consumption", &SampleBalanceYear::consumption},
     {"Ending Stocks", "ending_stocks", &SampleBalanceYear::ending},
     {"Production", "production", &SampleBalanceYear::production}}};

int year_at(std::size_t t) {
    return kSampleBalanceYears.from + static_cast<int>(t);
}

std::string quoted(std::string_view name) {
    return name.find(',') == std::string_view::npos ? std::string(name) : cat("\"", name, "\"");
}

struct GrainYears {
    std::string name;
    Years years;
};

/// The nine grains in the order of their streams, then their total.
std::vector<GrainYears> all_balances(std::uint64_t key) {
    std::vector<GrainYears> all;
    Years total(static_cast<std::size_t>(kSampleBalanceYears.count()));
    for (const Traits& traits : kTraits) {
        all.push_back({quoted(grain_name(traits.grain)), sample_balance(key, traits.grain)});
        for (std::size_t t = 0; t < total.size(); ++t)
            for (const FlowColumn& flow : kFlowColumns)
                total[t].*flow.member += all.back().years[t].*flow.member;
    }
    all.push_back({std::string(grain_name(Grain::All)), std::move(total)});
    return all;
}

std::string narrow_table(std::string_view name, const Years& years) {
    std::string text = "Commodity";
    for (std::size_t i = 0; i <= kFlowColumns.size(); ++i)
        text += cat(",", name);
    text += "\nAttribute";
    for (const FlowColumn& flow : kFlowColumns)
        text += cat(",", flow.label, " TY");
    text += ",year_data\nCountry,World,World,World,World,World\n";
    for (std::size_t t = 0; t < years.size(); ++t) {
        append_int64(text, year_at(t));
        for (const FlowColumn& flow : kFlowColumns)
            text += cat(",", years[t].*flow.member);
        text += ",synthetic\n";
    }
    return text;
}

std::string wide_table(const std::vector<GrainYears>& all, const FlowColumn& flow) {
    std::string text = "Commodity,Attribute,Country";
    for (int year = kSampleBalanceYears.from; year <= kSampleBalanceYears.to; ++year)
        text += cat(",", year, "/", year + 1);
    text += ",Unit Description,year_data\n";
    for (const GrainYears& grain : all) {
        text += cat(grain.name, ",", flow.label, ",World");
        for (const SampleBalanceYear& year : grain.years)
            text += cat(",", year.*flow.member);
        text += ",(1000 MT),synthetic\n";
    }
    return text;
}

std::string tidy_table(const std::vector<GrainYears>& all) {
    std::string text = "commodity,attribute,marketing_year,value,unit,year_data\n";
    for (const GrainYears& grain : all)
        for (const FlowColumn& flow : kFlowColumns)
            for (std::size_t t = 0; t < grain.years.size(); ++t)
                text += cat(grain.name, ",", flow.tidy, ",", year_at(t), ",", grain.years[t].*flow.member,
                            ",1000 t,synthetic\n");
    return text;
}

/// Who reports which part of the world in the long table.
struct Share {
    std::string code;
    std::string name;
    std::int64_t per_cent = 0;
    std::int64_t parts = 1;  ///< the percentage is cut into so many equal parts, of which this is one
    YearRange years;
};

std::vector<Share> shares_of(Grain grain) {
    constexpr std::array<std::string_view, 10> kBeforeUnion = {"FRA", "DEU", "ITA", "ESP", "GBR",
                                                               "POL", "ROU", "HUN", "BGR", "DNK"};
    constexpr int kUnionFrom = 1999;
    constexpr int kSovietTo = 1986;
    const Registry& registry = Registry::builtin();
    const auto country = [&](std::string_view iso3) -> const CountryInfo& {
        return registry.country(registry.by_iso3(iso3).value());
    };
    const auto [first, last] = kSampleBalanceYears;
    std::vector<Share> shares;
    if (const std::int64_t european = grain == Grain::Wheat ? 17 : grain == Grain::Corn ? 6 : 0; european > 0) {
        shares.push_back({"E4", "European Union", european, 1, {kUnionFrom, last}});
        for (const std::string_view iso3 : kBeforeUnion)
            shares.push_back({country(iso3).fips, country(iso3).name, european, 10, {first, kUnionFrom - 1}});
    }
    shares.push_back({"UR", "Union of Soviet Socialist Repu", 12, 1, {first, kSovietTo}});
    shares.push_back({country("RUS").fips, country("RUS").name, 12, 1, {kSovietTo + 1, last}});
    return shares;
}

std::string long_rows(std::string_view name, const Years& years, Grain grain) {
    const std::vector<Share> shares = shares_of(grain);
    const CountryInfo& rest_country = Registry::builtin().country(Registry::builtin().by_iso3("USA").value());
    std::string text;
    for (std::size_t t = 0; t < years.size(); ++t) {
        const int year = year_at(t);
        for (const FlowColumn& flow : kFlowColumns) {
            std::int64_t rest = years[t].*flow.member;
            const auto add = [&](std::string_view code, std::string_view reporter, std::int64_t value) {
                text += cat(name, ",", code, ",", quoted(reporter), ",", year, ",", flow.label, ",(1000 MT),", value,
                            ",synthetic\n");
            };
            for (const Share& share : shares) {
                if (year < share.years.from || year > share.years.to) continue;
                const std::int64_t value = years[t].*flow.member * share.per_cent / 100 / share.parts;
                rest -= value;
                add(share.code, share.name, value);
            }
            add(rest_country.fips, rest_country.name, rest);
        }
    }
    return text;
}

std::string long_table(const std::vector<GrainYears>& all) {
    std::string text =
        "Commodity_Description,Country_Code,Country_Name,Market_Year,Attribute_Description,Unit_Description,Value,"
        "year_data\n";
    for (std::size_t k = 0; k < kTraits.size(); ++k)
        text += long_rows(all[k].name, all[k].years, kTraits[k].grain);
    return text;
}

}  // namespace

std::vector<SampleBalanceYear> sample_balance(std::uint64_t key, Grain grain) {
    const auto traits = std::ranges::find(kTraits, grain, &Traits::grain);
    check(traits != kTraits.end(), "the sample has balances of the nine grains");
    const SampleStream own(key, kGrainStream + static_cast<std::uint64_t>(traits - kTraits.begin()));
    const SampleStream common(key, kCommonStream);
    std::vector<SampleBalanceYear> years;
    std::int64_t shock = 0;
    std::int64_t stocks = floor_divide(traits->base, 4);
    for (std::int64_t t = 0; t < kSampleBalanceYears.count(); ++t) {
        std::int64_t draws = -kMeanOfDraws;
        for (std::int64_t i = kDrawsPerYear * t; i < kDrawsPerYear * (t + 1); ++i)
            draws += own.at16(static_cast<std::uint64_t>(i)) + common.at16(static_cast<std::uint64_t>(i));
        shock = traits->memory * shock / 10'000 + traits->shock * draws / kDeviationOfDraws;
        const std::int64_t trend = traits->base + traits->slope * t;
        SampleBalanceYear year;
        year.beginning = stocks;
        year.production = floor_divide(trend * (kMillion + shock), kMillion);
        year.consumption = std::max<std::int64_t>(0, trend + (stocks - floor_divide(trend, 4)) / 10);
        year.ending = stocks + year.production - year.consumption;
        const std::int64_t least = year.consumption / 10;
        if (year.ending < least) {
            year.consumption -= least - year.ending;
            year.ending = least;
        }
        stocks = year.ending;
        years.push_back(year);
    }
    return years;
}

std::vector<SampleBalanceFile> sample_balance_files(std::uint64_t key) {
    const std::vector<GrainYears> all = all_balances(key);
    const std::string range = cat(kSampleBalanceYears.from, "to", kSampleBalanceYears.to);
    std::vector<SampleBalanceFile> files;
    for (const auto& [name, index] : {std::pair("wheat", 0U), std::pair("rice", 2U), std::pair("maize", 1U)})
        files.push_back({cat("usda_psd_", range, "_", name), narrow_table(name, all[index].years)});
    for (const auto& [name, index] :
         {std::pair("production", 3U), std::pair("consumption", 1U), std::pair("endingstocks", 2U)})
        files.push_back({cat("grains_world_usdapsd_", name, "_synthetic"), wide_table(all, kFlowColumns[index])});
    files.push_back({"psd_grains_long_synthetic", long_table(all)});
    files.push_back({"psd_grains_tidy_synthetic", tidy_table(all)});
    return files;
}

}  // namespace hone::envelope
