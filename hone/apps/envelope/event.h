#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/place.h"
#include "hone/apps/envelope/units.h"

namespace hone::envelope {

/// Kinds of disruption, each with a marker and a colour in figures.
enum class EventClass : std::uint8_t { Climate, Conflict, Disease, Geophysical, Other };
/// "C", "P", "D", "G", "X".
std::string_view event_class_letter(EventClass kind);
/// "Climate & Weather", "Conflict & Policy", ...
std::string_view event_class_name(EventClass kind);
std::optional<EventClass> event_class_of_letter(std::string_view letter);
/// Class of a type in words ("Climate-induced famine"): by whole words, in the order climate and weather, conflict and
/// policy, disease and pests, geophysical; other if none fits.
EventClass event_class_of_type(std::string_view type);

/// A share of everything, in millionths.
inline constexpr std::int64_t kWholeLoss = 1'000'000;

/// One area of an event: a country, or states of it.
struct EventEntry {
    Country country = kUnknownCountry;
    bool is_whole = true;             ///< the country; else the states
    std::vector<std::string> states;  ///< as listed
    std::vector<std::string> keys;    ///< Registry::state_key() of each
    std::int64_t loss_ppm = kWholeLoss;

    void add_state(std::string_view name);
};

/// A disruption: what it hits, and how hard. Present borders stand for the past.
struct Event {
    std::string id;
    std::string label;
    EventClass kind = EventClass::Other;
    std::optional<int> year_start;
    std::optional<int> year_end;
    bool is_ongoing = false;
    std::vector<EventEntry> entries;
};

/// What a region's cells add up to, by place.
struct RegionSums {
    std::shared_ptr<const Places> places;
    std::vector<std::int64_t> cells, area_u, energy_kcal;
    std::vector<std::int64_t> mass;  ///< tenths of a tonne; empty if not known
};
/// One pass over the cells; `kcal_per_tenth_tonne` is the content of a single crop, or 0 for several (then the mass is
/// not known).
RegionSums sums_by_place(const Base& base, std::int64_t kcal_per_tenth_tonne);

enum class EventStatus : std::uint8_t {
    Ok,
    NoCells,  ///< the data has no cells there
    NoMatch   ///< by states, and none of them is in the data
};
/// "ok", "no_cells", "no_match".
std::string_view event_status_name(EventStatus status);

/// What became of one entry.
struct EntryResult {
    EventStatus status = EventStatus::Ok;
    std::size_t states_matched = 0;
    std::vector<std::string> states_missing;  ///< as listed
    std::int64_t cells = 0;
    Area area;
    Energy loss;
};

/// An event on the land of a region. A cell in several entries counts once, with the largest loss.
struct EventResult {
    EventStatus status = EventStatus::Ok;  ///< NoMatch if an entry is; NoCells if no entry has cells
    std::size_t entries_listed = 0;
    std::size_t entries_matched = 0;
    std::size_t countries = 0;  ///< with a loss
    std::size_t states = 0;     ///< distinct ones, hit by entries that name states
    std::int64_t cells = 0;
    Area area;
    Energy loss;                         ///< floor of the sum of shares of energies
    std::optional<std::int64_t> mass;    ///< lost, tenths of a tonne, rounded down
    std::vector<std::int64_t> loss_ppm;  ///< of each place; -1: not hit
    std::vector<EntryResult> entries;
    bool is_whole_loss = true;  ///< every area loses everything, so that the loss lies between the bounds
};
/// Adds up what an event hits; places x entries.
EventResult evaluate(const Event& event, const RegionSums& sums);

/// Events that happen together: the entries of all.
Event combined(std::string id, std::span<const Event> events);
/// The entries of one country, for a national view.
Event within(const Event& event, Country country);
/// Where a loss lies between the bounds at its area: 0 = lower, 1 = upper; nothing if they are equal.
std::optional<double> position(Energy loss, const Bounds& bounds);

}  // namespace hone::envelope
