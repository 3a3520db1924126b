#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/envelope/country_codes.h"
#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/text_table.h"
#include "hone/base/issue.h"

namespace hone::envelope {

/// The 23 historical events that ship with the product, in the order of the reference (data/events.csv).
std::span<const Event> builtin_events();
/// The event of that id among those given; Fault::Usage with a suggestion.
const Event& event_named(std::span<const Event> events, std::string_view id);

/// Puts events together from rows with the columns event, iso3, and if there are such scope (country or state;
/// without it, state where one is named), state or subdivision, loss_ppm, label, type or class, year_start, year_end.
/// Rows that make no sense become Issues and are dropped; other columns are ignored.
class EventReader {
public:
    /// True if a table with these columns lists events.
    static bool fits(const TextTable& table) { return table.column("event") && table.column("iso3"); }

    /// `codes` must outlive the object.
    explicit EventReader(const CountryCodes& codes) : codes_(codes) {}

    /// Takes all rows of a table. Fault::Input if a needed column is absent.
    void take(const TextTable& table, IssueList& issues);
    /// The events in the order of their first rows.
    std::vector<Event> finish() &&;

private:
    struct Row;
    void take_row(const Row& row, IssueList& issues);
    void describe(Event& event, const Row& row, IssueList& issues) const;

    const CountryCodes& codes_;
    std::vector<Event> events_;
};

/// What a table says of events as a whole, beside their areas (food_disruptions.csv): event_name, event_type,
/// year_start, year_end ("ongoing" where it goes on), and if there is one label. Events are found by the normalised
/// form of their id or label; rows of other events are notes. Fault::Input without event_name.
void describe_events(const TextTable& facts, std::vector<Event>& events, IssueList& issues);

}  // namespace hone::envelope
