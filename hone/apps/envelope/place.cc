#include "hone/apps/envelope/place.h"

#include <algorithm>
#include <limits>

#include "hone/base/error.h"

namespace hone::envelope {
namespace {

bool is_before(const PlaceInfo& a, const PlaceInfo& b) {
    return a.country != b.country ? a.country < b.country : a.key < b.key;
}

}  // namespace

Places::Places(std::vector<PlaceInfo> places) : places_(std::move(places)) {
    if (places_.size() > std::numeric_limits<Place>::max()) fail(Fault::Input, "too many places: ", places_.size());
    const std::size_t countries = Registry::builtin().countries().size();
    for (std::size_t i = 0; i < places_.size(); ++i) {
        if (places_[i].country >= countries) fail(Fault::Input, "a place has no such country: ", places_[i].country);
        if (i > 0 && !is_before(places_[i - 1], places_[i])) fail(Fault::Input, "places are out of order at ", i);
        countries_.push_back(places_[i].country);
    }
}

std::shared_ptr<const Places> Places::countries_only() {
    static const auto places = [] {
        std::vector<PlaceInfo> all(Registry::builtin().countries().size());
        for (std::size_t country = 0; country < all.size(); ++country)
            all[country].country = static_cast<Country>(country);
        return std::make_shared<const Places>(std::move(all));
    }();
    return places;
}

std::pair<std::size_t, std::size_t> Places::of_country(Country country) const {
    const auto [begin, end] = std::equal_range(countries_.begin(), countries_.end(), country);
    return {static_cast<std::size_t>(begin - countries_.begin()), static_cast<std::size_t>(end - countries_.begin())};
}

Place PlaceIndex::place(Country country, std::string_view state, std::string_view code) {
    std::string key = Registry::builtin().state_key(country, state);
    const auto [at, is_new] = numbers_.try_emplace({country, key}, static_cast<Place>(places_.size()));
    if (is_new) {
        if (places_.size() >= std::numeric_limits<Place>::max())
            fail(Fault::Limit, "the table names more than 65,534 states; is the ADM1 column right? The last is ",
                 state);
        places_.push_back({country, std::move(key), std::string(state), std::string(code)});
        return at->second;
    }
    // Of several spellings and codes the least, so that the order of rows does not matter.
    PlaceInfo& known = places_[at->second];
    if (state < known.state) known.state = state;
    if (!code.empty() && (known.code.empty() || code < known.code)) known.code = code;
    return at->second;
}

std::pair<std::shared_ptr<const Places>, std::vector<Place>> PlaceIndex::finish() const {
    std::vector<PlaceInfo> sorted;
    std::vector<Place> renumbered(places_.size());
    for (const auto& [name, number] : numbers_) {
        renumbered[number] = static_cast<Place>(sorted.size());
        sorted.push_back(places_[number]);
    }
    return {std::make_shared<const Places>(std::move(sorted)), std::move(renumbered)};
}

}  // namespace hone::envelope
