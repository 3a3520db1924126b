#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/issue.h"

namespace hone::envelope {

/// A commodity of the USDA PSD grain balances; `All` is the total `Allgrain`.
enum class Grain : std::uint8_t { Wheat, Corn, Rice, Barley, Sorghum, Millet, Oats, Rye, MixedGrain, All };
inline constexpr std::size_t kGrainCount = 10;
/// The nine grains without their total, in order.
std::span<const Grain> single_grains();
/// As USDA spells it: "Rice, Milled".
std::string_view grain_name(Grain grain);
/// Grain of a name, any case; also "rice", "maize", "all grains". Nothing for other commodities.
std::optional<Grain> find_grain(std::string_view name);
/// Energy content in kcal per g times 10^5 (commodity_content()).
std::int64_t grain_content(Grain grain);

/// One line of a stock balance.
enum class Flow : std::uint8_t { BeginningStocks, Production, Consumption, EndingStocks };
inline constexpr std::size_t kFlowCount = 4;
/// "ending stocks".
std::string_view flow_name(Flow flow);
/// Flow of a label, any case, blanks or underscores, with or without " TY": "Domestic Consumption", "ending_stocks".
std::optional<Flow> find_flow(std::string_view label);

/// Market years are told by their first year; those outside these bounds are taken for mistakes.
inline constexpr int kFirstMarketYear = 1900;
inline constexpr int kLastMarketYear = 2200;
/// Largest amount that is believed, kg: 10^9 thousand tonnes.
inline constexpr std::int64_t kLargestAmountKg = 1'000'000'000'000'000;

/// Inclusive range of market years.
struct YearRange {
    int from = 0;
    int to = 0;
    int count() const { return to - from + 1; }
    bool operator==(const YearRange&) const = default;
};
/// Reads "2019:2021" or one year; Fault::Usage.
YearRange parse_years(std::string_view text);
std::string years_text(YearRange years);

/// World balances by grain, flow and market year, in kg (1 kt = 10^6 kg): six decimals of a thousand tonnes are exact.
class Balances {
public:
    /// Where an amount comes from.
    struct Place {
        std::string file;  ///< label as Issues carry it
        std::int64_t row = 0;
    };
    /// Adds an amount. If there is one already it stays: an equal one of another file passes silently, an equal one of
    /// the same file is Issue `envelope.balance-duplicate`, another value `envelope.balance-conflict`.
    void add(Grain grain, Flow flow, int year, std::int64_t kg, const Place& place, IssueList& issues);
    /// Amount in kg, if it is known. Beginning stocks that are not given are the ending stocks of the year before.
    std::optional<std::int64_t> kg(Grain grain, Flow flow, int year) const;
    /// First and last year with an amount; nothing if there is none.
    std::optional<YearRange> years(Grain grain, Flow flow) const;
    bool empty() const;
    /// Adds the total of the nine grains wherever all nine are known and the total is not.
    void complete_total();

private:
    struct Amount {
        std::int64_t kg = 0;
        Place place;
    };
    const std::map<int, Amount>& amounts(Grain grain, Flow flow) const {
        return amounts_[static_cast<std::size_t>(grain)][static_cast<std::size_t>(flow)];
    }
    std::array<std::array<std::map<int, Amount>, kFlowCount>, kGrainCount> amounts_;
};

/// Looks for what does not fit together, as warnings: |B + P - C - S| above 5 % of C (`envelope.balance-gap`, one Issue
/// a grain), a total that is more than 5 % off the sum of the nine grains (`envelope.balance-total`), and world
/// production after 2015 outside 680-900 Mt of wheat or 2,550-3,100 Mt of all grains (`envelope.balance-band`).
void check_balances(const Balances& balances, IssueList& issues);

}  // namespace hone::envelope
