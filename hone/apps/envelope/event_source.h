#pragma once
#include <vector>

#include "hone/apps/envelope/event.h"
#include "hone/engine/param.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// Where events come from; tasks with events derive their options from it.
struct EventSource {
    Path events;         ///< user events; empty: the built-in ones
    Path event_states;   ///< workbook of states that goes with a workbook of countries; empty: none
    Path event_facts;    ///< types and years of events; empty: none
    Path country_codes;  ///< further codes and names of countries in them; empty: none
};

/// Declares the parameters of EventSource, which `Options` is derived from.
template <class Options>
void declare_events(Params<Options>& params);

/// The events of the file, or the built-in ones, described by the facts where there are some. Rows that make no sense
/// become Issues; Fault::Input if a file has no event.
std::vector<Event> read_events(Run& run, const EventSource& source);

template <class Options>
void declare_events(Params<Options>& params) {
    params(&Options::events, "events",
           "Own events (CSV or workbook: event, iso3, scope, state, loss_ppm; or a workbook with a sheet per event); "
           "without it 23 historical ones")
        .file();
    params(&Options::event_states, "event-states",
           "States of events whose workbook has a sheet per event: a workbook of the same sheets")
        .file();
    params(&Options::event_facts, "event-facts", "Types and years of events (CSV or workbook: event_name, event_type)")
        .file();
    params(&Options::country_codes, "country-codes",
           "Further codes and names of countries in lists of events (CSV or workbook: Country, ISO3, GDAM)")
        .file();
}

}  // namespace hone::envelope
