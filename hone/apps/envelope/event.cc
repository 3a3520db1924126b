#include "hone/apps/envelope/event.h"

#include <algorithm>
#include <array>

#include "hone/apps/envelope/measures.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct ClassInfo {
    std::string_view letter;
    std::string_view name;
    std::vector<std::string_view> words;
};

const std::array<ClassInfo, 5>& classes() {
    static const std::array<ClassInfo, 5> all = {{
        {"C", "Climate & Weather", {"climate", "drought", "flood", "weather", "rain", "dry", "wet"}},
        {"P", "Conflict & Policy", {"conflict", "war", "policy", "political", "civil", "unrest"}},
        {"D", "Pest & Disease", {"disease", "pest", "locust", "blight", "fungus"}},
        {"G", "Geophysical", {"volcanic", "earthquake", "seismic", "geophysical"}},
        {"X", "Compound/Other", {}},
    }};
    return all;
}

const ClassInfo& info_of(EventClass kind) {
    return classes()[static_cast<std::size_t>(kind)];
}

/// What is known of each place while entries are applied.
struct Hit {
    std::vector<std::int64_t> loss_ppm;  ///< -1: not hit
    std::vector<bool> by_state;          ///< hit by an entry that names it
};

EntryResult apply(const EventEntry& entry, const RegionSums& sums, Hit& hit) {
    EntryResult result;
    std::vector<bool> is_found(entry.keys.size());
    Int128 loss = 0;
    const auto [begin, end] = sums.places->of_country(entry.country);
    for (std::size_t i = begin; i < end; ++i) {
        if (sums.cells[i] == 0) continue;
        const PlaceInfo& place = (*sums.places)[static_cast<Place>(i)];
        bool is_hit = entry.is_whole;
        for (std::size_t s = 0; s < entry.keys.size() && !entry.is_whole; ++s) {
            const bool is_it = (!place.key.empty() && place.key == entry.keys[s]) ||
                               (!place.code.empty() && equal_ignoring_case(place.code, entry.states[s]));
            if (is_it) is_found[s] = is_hit = true;
        }
        if (!is_hit) continue;
        hit.loss_ppm[i] = std::max(hit.loss_ppm[i], entry.loss_ppm);
        if (!entry.is_whole) hit.by_state[i] = true;
        result.cells += sums.cells[i];
        result.area = result.area + Area{sums.area_u[i]};
        loss += Int128{entry.loss_ppm} * sums.energy_kcal[i];
    }
    for (std::size_t s = 0; s < entry.states.size() && !entry.is_whole; ++s) {
        if (!is_found[s]) result.states_missing.push_back(entry.states[s]);
    }
    result.states_matched = entry.is_whole ? 0 : entry.states.size() - result.states_missing.size();
    result.loss = {static_cast<std::int64_t>(loss / kWholeLoss)};
    if (result.cells == 0) result.status = entry.is_whole ? EventStatus::NoCells : EventStatus::NoMatch;
    return result;
}

/// Adds up the places that are hit.
void add_up(EventResult& result, const RegionSums& sums) {
    Int128 energy = 0, mass = 0;
    Country last = kUnknownCountry;
    for (std::size_t i = 0; i < result.loss_ppm.size(); ++i) {
        const std::int64_t share = result.loss_ppm[i];
        if (share < 0 || sums.cells[i] == 0) continue;
        result.cells += sums.cells[i];
        result.area = result.area + Area{sums.area_u[i]};
        energy += Int128{share} * sums.energy_kcal[i];
        if (!sums.mass.empty()) mass += Int128{share} * sums.mass[i];
        const Country country = sums.places->country(static_cast<Place>(i));
        if (share > 0 && country != last) ++result.countries;
        if (share > 0) last = country;
    }
    result.loss = {static_cast<std::int64_t>(energy / kWholeLoss)};
    if (!sums.mass.empty()) result.mass = static_cast<std::int64_t>(mass / kWholeLoss);
}

}  // namespace

std::string_view event_class_letter(EventClass kind) {
    return info_of(kind).letter;
}

std::string_view event_class_name(EventClass kind) {
    return info_of(kind).name;
}

std::optional<EventClass> event_class_of_letter(std::string_view letter) {
    for (std::size_t i = 0; i < classes().size(); ++i) {
        if (equal_ignoring_case(classes()[i].letter, letter)) return static_cast<EventClass>(i);
    }
    return std::nullopt;
}

EventClass event_class_of_type(std::string_view type) {
    const std::string words = cat(' ', normalised_name(type), ' ');
    for (std::size_t i = 0; i < classes().size(); ++i) {
        for (const std::string_view word : classes()[i].words) {
            if (words.find(cat(' ', word, ' ')) != std::string::npos) return static_cast<EventClass>(i);
        }
    }
    return words.find(" natural disaster ") != std::string::npos ? EventClass::Geophysical : EventClass::Other;
}

void EventEntry::add_state(std::string_view name) {
    states.emplace_back(trim(name));
    keys.push_back(Registry::builtin().state_key(country, name));
}

RegionSums sums_by_place(const Base& base, std::int64_t kcal_per_tenth_tonne) {
    RegionSums sums;
    sums.places = base.places();
    const std::size_t count = sums.places->size();
    for (auto* of_places : {&sums.cells, &sums.area_u, &sums.energy_kcal})
        of_places->resize(count);
    const Base::Parts parts = base.parts();
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const Place place = parts.places[rank];
        ++sums.cells[place];
        sums.area_u[place] += parts.area_sums[rank + 1] - parts.area_sums[rank];
        sums.energy_kcal[place] += parts.energy_sums[rank + 1] - parts.energy_sums[rank];
    }
    if (kcal_per_tenth_tonne > 0) {
        for (const std::int64_t energy : sums.energy_kcal)
            sums.mass.push_back(energy / kcal_per_tenth_tonne);
    }
    return sums;
}

std::string_view event_status_name(EventStatus status) {
    constexpr std::array<std::string_view, 3> kNames = {"ok", "no_cells", "no_match"};
    return kNames[static_cast<std::size_t>(status)];
}

EventResult evaluate(const Event& event, const RegionSums& sums) {
    EventResult result;
    result.entries_listed = event.entries.size();
    Hit hit{std::vector<std::int64_t>(sums.places->size(), -1), std::vector<bool>(sums.places->size())};
    bool has_no_match = false;
    for (const EventEntry& entry : event.entries) {
        EntryResult own = apply(entry, sums, hit);
        result.entries_matched += own.status == EventStatus::Ok ? 1 : 0;
        has_no_match = has_no_match || own.status == EventStatus::NoMatch;
        result.is_whole_loss = result.is_whole_loss && entry.loss_ppm == kWholeLoss;
        result.entries.push_back(std::move(own));
    }
    result.states = static_cast<std::size_t>(std::ranges::count(hit.by_state, true));
    result.loss_ppm = std::move(hit.loss_ppm);
    add_up(result, sums);
    if (has_no_match)
        result.status = EventStatus::NoMatch;
    else if (result.cells == 0)
        result.status = EventStatus::NoCells;
    return result;
}

Event combined(std::string id, std::span<const Event> events) {
    Event all;
    all.label = id;
    all.id = std::move(id);
    for (const Event& event : events) {
        all.entries.insert(all.entries.end(), event.entries.begin(), event.entries.end());
        if (event.year_start) all.year_start = std::min(all.year_start.value_or(*event.year_start), *event.year_start);
        if (event.year_end) all.year_end = std::max(all.year_end.value_or(*event.year_end), *event.year_end);
        all.is_ongoing = all.is_ongoing || event.is_ongoing;
    }
    const bool is_one_kind = !events.empty() && std::ranges::all_of(events, [&](const Event& event) {
        return event.kind == events.front().kind;
    });
    all.kind = is_one_kind ? events.front().kind : EventClass::Other;
    return all;
}

Event within(const Event& event, Country country) {
    Event part = event;
    std::erase_if(part.entries, [&](const EventEntry& entry) { return entry.country != country; });
    return part;
}

std::optional<double> position(Energy loss, const Bounds& bounds) {
    return ratio(loss.kcal - bounds.lower.kcal, bounds.width().kcal);
}

}  // namespace hone::envelope
