#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/envelope/balance.h"
#include "hone/apps/envelope/registry.h"

namespace hone::envelope {

/// A group of countries that USDA reports, or once reported, as one.
enum class Union : std::uint8_t { European, Soviet, Czechoslovakia, Yugoslavia, SerbiaAndMontenegro };
/// True if `iso3` belongs to the union in that market year (the United Kingdom to the European one up to 2019).
bool is_member(Union group, std::string_view iso3, int year);

/// Who reports an amount: a country, a union of countries, the world, or somebody else who counts by himself.
struct Reporter {
    std::string name;
    std::string iso3;  ///< empty if it is no country of the registry
    std::optional<Union> group;
    bool is_world = false;
};

/// The reporters of a table, each found once. Not thread-safe.
class Reporters {
public:
    explicit Reporters(const Registry& registry) : registry_(registry) {}
    /// Number of the reporter with this code and name; the name decides, without one the code.
    std::uint16_t number(std::string_view code, std::string_view name);
    const Reporter& operator[](std::uint16_t number) const { return reporters_[number]; }

private:
    Reporter recognise(std::string_view code, std::string_view name) const;

    const Registry& registry_;
    std::vector<Reporter> reporters_;
    std::map<std::pair<std::string, std::string>, std::uint16_t> seen_;  ///< by code and name as written
    std::map<std::string, std::uint16_t> numbers_;                       ///< by what identifies a reporter
};

/// One amount that one reporter reports.
struct Reported {
    Grain grain = Grain::Wheat;
    Flow flow = Flow::Production;
    std::int16_t year = 0;
    std::uint16_t reporter = 0;
    std::int64_t kg = 0;
    std::int64_t row = 0;
};

/// Adds up the world per grain, flow and year: the reporter World if there is one, else the sum over all reporters,
/// where a union counts like any other unless its members report at least 50 % of its amount (then they count instead;
/// below, they do not). Overlaps are Issues `envelope.balance-overlap`, one for each union, grain and flow; repeated
/// rows as in Balances::add(). `rows` are sorted on the way.
void add_world_totals(std::vector<Reported>& rows, const Reporters& reporters, const std::string& label,
                      Balances& balances, IssueList& issues);

}  // namespace hone::envelope
