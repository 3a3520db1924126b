#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/envelope/registry.h"

namespace hone::envelope {

/// Where a cell lies: an index into Places.
using Place = std::uint16_t;

/// A state (first level below a country), or a country's land of which the file names no state.
struct PlaceInfo {
    Country country = kUnknownCountry;
    std::string key;    ///< Registry::state_key() of the state; empty: none named
    std::string state;  ///< as the file writes it
    std::string code;   ///< FIPS 10-4 code of the state ("US20"), or empty

    bool operator==(const PlaceInfo&) const = default;
};

/// The places of a cell table, by ascending country and state key. Immutable, hence thread-safe.
class Places {
public:
    /// Requires: ascending by country and key, less than 2^16; Fault::Input otherwise.
    explicit Places(std::vector<PlaceInfo> places);
    /// One place per country of the registry, with the country's number.
    static std::shared_ptr<const Places> countries_only();

    std::size_t size() const { return places_.size(); }
    const PlaceInfo& operator[](Place place) const { return places_[place]; }
    Country country(Place place) const { return countries_[place]; }
    std::span<const PlaceInfo> all() const { return places_; }
    /// The places of a country are begin..end-1.
    std::pair<std::size_t, std::size_t> of_country(Country country) const;

private:
    std::vector<PlaceInfo> places_;
    std::vector<Country> countries_;  ///< of each place; the column that loops over cells read
};

/// Gives numbers to places as they come. Not thread-safe.
class PlaceIndex {
public:
    /// The number of a place; Fault::Limit beyond 65,535.
    Place place(Country country, std::string_view state, std::string_view code);
    std::size_t size() const { return places_.size(); }
    /// The places in their final order, and for each number given so far the final one.
    std::pair<std::shared_ptr<const Places>, std::vector<Place>> finish() const;

private:
    std::map<std::pair<Country, std::string>, Place> numbers_;
    std::vector<PlaceInfo> places_;
};

}  // namespace hone::envelope
