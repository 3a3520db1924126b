#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/envelope/place_name.h"  // IWYU pragma: export

namespace hone::envelope {

/// A country is its index in Registry::countries(); 0 is the unknown country ZZ.
using Country = std::uint16_t;
inline constexpr Country kUnknownCountry = 0;

/// What the sample generator needs to know of a country; weight 0 = no sample cells.
struct SampleTraits {
    int latitude = 0;
    int longitude = 0;
    int weight = 0;
    int yield_class = 0;
    int area_class = 0;
    bool by_states = false;  ///< anchors are the states, not latitude and longitude
};

struct CountryInfo {
    std::string iso3;
    std::string fips;
    int gdam = 0;
    std::string name;  ///< ISO 3166 English short name
    std::vector<std::string> aliases;
    SampleTraits sample;
};

struct StateInfo {
    Country country = kUnknownCountry;
    std::string name;
    int latitude = 0;
    int longitude = 0;
    std::vector<std::string> aliases;
};

/// Countries and states by code and name. Immutable, hence thread-safe.
class Registry {
public:
    /// Reads the two product tables (data/countries.csv, data/states.csv). Fault::Input if they are damaged.
    Registry(std::string_view countries_csv, std::string_view states_csv);
    /// The one that ships with the product.
    static const Registry& builtin();

    /// All countries by ascending ISO3; index 0 is ZZ "unknown".
    std::span<const CountryInfo> countries() const { return countries_; }
    const CountryInfo& country(Country country) const { return countries_.at(country); }

    /// Country whose FIPS 10-4 code or alias equals `code` exactly; O(1).
    std::optional<Country> by_fips(std::string_view code) const;
    /// Country whose ISO3 code or alias equals `code` exactly.
    std::optional<Country> by_iso3(std::string_view code) const;
    std::optional<Country> by_gdam(int code) const;
    /// Country with a name or alias of equal normalised form.
    std::optional<Country> by_name(std::string_view name) const;
    /// Country a user means: ISO3, FIPS (two letters), GDAM number or name, any case. Fault::Usage with suggestions.
    Country resolve(std::string_view text) const;

    /// States of the product table for this country, in table order (the order of the sample's anchors).
    std::span<const StateInfo> states(Country country) const;
    /// Normalised state name of this country with aliases replaced ("Orissa" -> "odisha"); unknown names are only
    /// normalised.
    std::string state_key(Country country, std::string_view name) const;

private:
    void add_countries(std::string_view csv);
    void add_states(std::string_view csv);

    std::vector<CountryInfo> countries_;
    std::vector<StateInfo> states_;  ///< by country
    std::array<Country, 26 * 26> fips_{};
    std::map<std::string, Country, std::less<>> iso3_;
    std::map<int, Country> gdam_;
    std::map<std::string, Country, std::less<>> names_;
    std::map<std::pair<Country, std::string>, std::string> state_aliases_;
};

}  // namespace hone::envelope
