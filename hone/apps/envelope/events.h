#pragma once
#include <string>
#include <vector>

#include "hone/apps/envelope/selection.h"

namespace hone::envelope {

struct EventsOptions : CellOptions {
    Path events;                       ///< user events; empty: the built-in ones
    bool with_builtin = false;         ///< the built-in events beside those of the file
    std::vector<std::string> combine;  ///< "NAME:EVENT+EVENT"
    std::vector<std::string> share;    ///< "EVENT:PERCENT"
};

/// What each event costs on present land: tables "events" (the world), "event_entries", and with countries
/// "events_national" (the entries of each country against its own envelope).
Outputs events(Run& run, const EventsOptions& options);

}  // namespace hone::envelope
