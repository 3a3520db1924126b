#include "hone/apps/envelope/world_total.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct UnionInfo {
    Union group;
    std::string_view name;
    std::string_view members;
};
constexpr int kLastBritishYear = 2019;
constexpr std::array<UnionInfo, 5> kUnions = {
    {{Union::European, "European Union",
      "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE "
      "GBR"},
     {Union::Soviet, "USSR", "ARM AZE BLR EST GEO KAZ KGZ LVA LTU MDA RUS TJK TKM UKR UZB"},
     {Union::Czechoslovakia, "Czechoslovakia", "CZE SVK"},
     {Union::Yugoslavia, "Yugoslavia", "BIH HRV MKD MNE SRB SVN XKX"},
     {Union::SerbiaAndMontenegro, "Serbia and Montenegro", "MNE SRB XKX"}}};

struct UnionName {
    std::string_view name;  ///< normalised
    Union group;
};
constexpr std::array<UnionName, 15> kUnionNames = {{{"european union", Union::European},
                                                    {"eu", Union::European},
                                                    {"ussr", Union::Soviet},
                                                    {"u s s r", Union::Soviet},
                                                    {"former ussr", Union::Soviet},
                                                    {"soviet union", Union::Soviet},
                                                    {"former soviet union", Union::Soviet},
                                                    {"union of soviet socialist repu", Union::Soviet},
                                                    {"union of soviet socialist republics", Union::Soviet},
                                                    {"czechoslovakia", Union::Czechoslovakia},
                                                    {"former czechoslovakia", Union::Czechoslovakia},
                                                    {"yugoslavia", Union::Yugoslavia},
                                                    {"former yugoslavia", Union::Yugoslavia},
                                                    {"yugoslavia 05 92", Union::SerbiaAndMontenegro},
                                                    {"serbia and montenegro", Union::SerbiaAndMontenegro}}};
constexpr std::array<std::string_view, 4> kEuropeanCodes = {"E2", "E4", "E5", "EE"};

const UnionInfo& info(Union group) {
    return kUnions[static_cast<std::size_t>(group)];
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
}

/// Union of a normalised name; "eu 15", "eu 27" and "european union 28" are the European one.
std::optional<Union> union_named(std::string_view name) {
    for (const std::string_view stem : {std::string_view("eu "), std::string_view("european union ")})
        if (name.starts_with(stem) && is_number(name.substr(stem.size()))) return Union::European;
    for (const UnionName& known : kUnionNames)
        if (known.name == name) return known.group;
    return std::nullopt;
}

/// One grain, flow and year: what its reporters report.
using Group = std::span<const Reported>;

std::int64_t sum_if(Group group, const Reporters& reporters, auto is_in) {
    std::int64_t sum = 0;
    for (const Reported& row : group)
        if (is_in(reporters[row.reporter])) sum = checked_add(sum, row.kg);
    return sum;
}

/// How a union and its members overlap in the years of one grain and flow.
struct Overlap {
    int first_year = 0;
    int last_year = 0;
    int years = 0;
    int years_of_members = 0;  ///< in which the members count
    bool has_members = false;  ///< in some year; else there are several rows for the union
    std::int64_t row = 0;
};
using Overlaps = std::map<std::tuple<Grain, Flow, Union>, Overlap>;

/// Decides for one group which unions count.
class Deciding {
public:
    Deciding(Group group, const Reporters& reporters, Overlaps& overlaps)
        : group_(group), reporters_(reporters), overlaps_(overlaps) {
        for (const UnionInfo& known : kUnions)
            decide(known.group);
    }

    std::int64_t total() const {
        if (const Reported* world = find([](const Reporter& reporter) { return reporter.is_world; })) return world->kg;
        std::int64_t sum = 0;
        for (const Reported& row : group_)
            if (counts(row)) sum = checked_add(sum, row.kg);
        return sum;
    }

private:
    const Reported* find(auto is_it) const {
        for (const Reported& row : group_)
            if (is_it(reporters_[row.reporter])) return &row;
        return nullptr;
    }

    void decide(Union group) {
        // Of several rows for one union (EU-15 and European Union) the largest stands for all.
        const Reported*& largest = unions_[static_cast<std::size_t>(group)];
        int count = 0;
        for (const Reported& row : group_) {
            if (reporters_[row.reporter].group != group) continue;
            ++count;
            if (largest == nullptr || row.kg > largest->kg) largest = &row;
        }
        if (largest == nullptr) return;
        const int year = largest->year;
        const auto is_inside = [&](const Reporter& reporter) { return is_member(group, reporter.iso3, year); };
        const bool has_members = find(is_inside) != nullptr;
        const Reported& row = *largest;
        if (has_members) {
            const std::int64_t members = sum_if(group_, reporters_, is_inside);
            members_count_[static_cast<std::size_t>(group)] = Int128{members} * 2 >= row.kg;
        }
        if (!has_members && count == 1) return;
        Overlap& overlap = overlaps_[{row.grain, row.flow, group}];
        if (overlap.years++ == 0) overlap.first_year = year;
        overlap.last_year = year;
        overlap.has_members = overlap.has_members || has_members;
        overlap.years_of_members += members_count_[static_cast<std::size_t>(group)] ? 1 : 0;
        if (overlap.row == 0) overlap.row = row.row;
    }

    bool counts(const Reported& row) const {
        const Reporter& reporter = reporters_[row.reporter];
        if (reporter.group) {
            const auto group = static_cast<std::size_t>(*reporter.group);
            return unions_[group] == &row && !members_count_[group];
        }
        for (const UnionInfo& known : kUnions) {
            const auto group = static_cast<std::size_t>(known.group);
            if (unions_[group] != nullptr && !members_count_[group] && is_member(known.group, reporter.iso3, row.year))
                return false;
        }
        return true;
    }

    Group group_;
    const Reporters& reporters_;
    Overlaps& overlaps_;
    std::array<const Reported*, kUnions.size()> unions_{};
    std::array<bool, kUnions.size()> members_count_{};
};

auto group_of(const Reported& row) {
    return std::tuple(row.grain, row.flow, row.year);
}

/// Sorts and drops rows that come again, with an Issue each.
void drop_repeats(std::vector<Reported>& rows, const Reporters& reporters, const std::string& label,
                  IssueList& issues) {
    std::ranges::sort(
        rows, {}, [](const Reported& row) { return std::tuple(row.grain, row.flow, row.year, row.reporter, row.row); });
    std::vector<Reported> kept;
    kept.reserve(rows.size());
    for (const Reported& row : rows) {
        const bool is_repeat =
            !kept.empty() && group_of(kept.back()) == group_of(row) && kept.back().reporter == row.reporter;
        if (!is_repeat) {
            kept.push_back(row);
            continue;
        }
        const bool is_equal = kept.back().kg == row.kg;
        issues.add(
            {.id = is_equal ? "envelope.balance-duplicate" : "envelope.balance-conflict",
             .file = label,
             .row = row.row,
             .column = std::string(flow_name(row.flow)),
             .severity = Severity::Warning,
             .message = cat(grain_name(row.grain), ' ', row.year, " of ", reporters[row.reporter].name,
                            " comes again with ", is_equal ? "the same" : "another", " value; the first is kept")});
    }
    rows = std::move(kept);
}

void report(const Overlaps& overlaps, const std::string& label, IssueList& issues) {
    for (const auto& [key, overlap] : overlaps) {
        const auto& [grain, flow, group] = key;
        issues.add(
            {.id = "envelope.balance-overlap",
             .file = label,
             .row = overlap.row,
             .column = std::string(flow_name(flow)),
             .severity = Severity::Warning,
             .message = cat(overlap.has_members ? "" : "several rows stand for ", info(group).name,
                            overlap.has_members ? " and its members both report " : ", ", grain_name(grain), " in ",
                            overlap.years, " years (", overlap.first_year, " to ", overlap.last_year,
                            overlap.has_members ? cat("); the members count in ", overlap.years_of_members, " of them")
                                                : std::string("); the largest counts"))});
    }
}

}  // namespace

bool is_member(Union group, std::string_view iso3, int year) {
    if (iso3.size() != 3) return false;
    if (group == Union::European && iso3 == "GBR" && year > kLastBritishYear) return false;
    return info(group).members.find(iso3) != std::string_view::npos;
}

std::uint16_t Reporters::number(std::string_view code, std::string_view name) {
    const auto [at, is_new] = seen_.try_emplace({std::string(code), std::string(name)}, std::uint16_t{0});
    if (!is_new) return at->second;
    Reporter reporter = recognise(trim(code), trim(name));
    const std::string normal = normalised_name(reporter.name);
    const bool is_country = name.empty() ? !reporter.iso3.empty() : registry_.by_name(name).has_value();
    const std::string identity = is_country ? reporter.iso3 : cat("name ", normal);
    const auto [number, is_other] = numbers_.try_emplace(identity, narrow<std::uint16_t>(reporters_.size()));
    if (is_other) {
        if (reporters_.size() == 10'000) fail(Fault::Limit, "a balance table has more than 10,000 reporters");
        reporters_.push_back(std::move(reporter));
    }
    return at->second = number->second;
}

Reporter Reporters::recognise(std::string_view code, std::string_view name) const {
    Reporter reporter;
    reporter.name = std::string(name.empty() ? code : name);
    const std::string normal = normalised_name(name);
    reporter.group = union_named(normal);
    if (std::ranges::find(kEuropeanCodes, code) != kEuropeanCodes.end()) reporter.group = Union::European;
    reporter.is_world = normal == "world" || normal == "world total";
    if (reporter.group || reporter.is_world) return reporter;
    std::optional<Country> country = registry_.by_name(name);
    if (!country) country = registry_.by_fips(code);
    if (!country) country = registry_.by_iso3(code);
    if (country && *country != kUnknownCountry) reporter.iso3 = registry_.country(*country).iso3;
    return reporter;
}

void add_world_totals(std::vector<Reported>& rows, const Reporters& reporters, const std::string& label,
                      Balances& balances, IssueList& issues) {
    drop_repeats(rows, reporters, label, issues);
    Overlaps overlaps;
    for (auto begin = rows.begin(); begin != rows.end();) {
        const auto end =
            std::find_if(begin, rows.end(), [&](const Reported& row) { return group_of(row) != group_of(*begin); });
        const Deciding deciding(Group(begin, end), reporters, overlaps);
        balances.add(begin->grain, begin->flow, begin->year, deciding.total(), {label, begin->row}, issues);
        begin = end;
    }
    report(overlaps, label, issues);
}

}  // namespace hone::envelope
