#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/event_source.h"
#include "hone/apps/envelope/selection.h"

namespace hone::envelope {

struct EventsOptions : CellOptions, BalanceSource, EventSource {
    bool with_builtin = false;         ///< the built-in events beside those of the file
    std::vector<std::string> combine;  ///< "NAME:EVENT+EVENT"
    std::vector<std::string> share;    ///< "EVENT:PERCENT"
};

/// The sums of a region's places, with the mass where it is known: of several crops while no filter takes cells away.
RegionSums sums_of(const Region& region, const LoadedBase& loaded, const CellOptions& options);

/// What each event costs on present land: tables "events" (the world), "event_entries", and with countries
/// "events_national" (the entries of each country against its own envelope).
Outputs events(Run& run, const EventsOptions& options);

}  // namespace hone::envelope
