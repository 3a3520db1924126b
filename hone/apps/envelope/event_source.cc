#include "hone/apps/envelope/event_source.h"

#include <algorithm>
#include <iterator>

#include "hone/apps/envelope/country_codes.h"
#include "hone/apps/envelope/event_list.h"
#include "hone/apps/envelope/event_sheets.h"
#include "hone/apps/envelope/text_table.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

CountryCodes read_codes(Run& run, const EventSource& source) {
    CountryCodes codes;
    if (source.country_codes.empty()) return codes;
    for (const TextTable& table : read_text_tables(run, "country-codes").tables)
        if (!table.names.empty()) codes.add(table, run.issues());
    return codes;
}

std::vector<Event> read_own(Run& run, const EventSource& source) {
    const CountryCodes codes = read_codes(run, source);
    TextTables files = read_text_tables(run, "events");
    TextTables states;
    if (!source.event_states.empty()) states = read_text_tables(run, "event-states");
    if (!source.event_states.empty() && !states.is_workbook)
        fail(Fault::Input, "--event-states: expected a workbook with a sheet per event");
    // Tables that list events in rows, and sheets that are an event each.
    const auto sheets = std::stable_partition(files.tables.begin(), files.tables.end(), [&](const TextTable& table) {
        return !files.is_workbook || EventReader::fits(table);
    });
    EventReader reader(codes);
    for (auto table = files.tables.begin(); table != sheets; ++table)
        reader.take(*table, run.issues());
    std::vector<Event> events = std::move(reader).finish();
    std::ranges::move(read_event_sheets({sheets, files.tables.end()}, states.tables, codes, run.issues()),
                      std::back_inserter(events));
    if (events.empty())
        throw Error(Fault::Input, cat("no event in ", run.input("events").path)).with_id("envelope.bad-event");
    return events;
}

}  // namespace

std::vector<Event> read_events(Run& run, const EventSource& source) {
    if (source.events.empty() && !(source.event_states.empty() && source.country_codes.empty()))
        fail(Fault::Usage, "--event-states and --country-codes go with --events");
    std::vector<Event> events = source.events.empty()
                                    ? std::vector<Event>(builtin_events().begin(), builtin_events().end())
                                    : read_own(run, source);
    if (!source.event_facts.empty())
        for (const TextTable& table : read_text_tables(run, "event-facts").tables)
            if (!table.names.empty()) describe_events(table, events, run.issues());
    return events;
}

}  // namespace hone::envelope
