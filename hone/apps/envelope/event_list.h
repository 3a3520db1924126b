#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/envelope/event.h"
#include "hone/base/issue.h"
#include "hone/table/csv_reader.h"

namespace hone::envelope {

/// The 23 historical events that ship with the product, in the order of the reference (data/events.csv).
std::span<const Event> builtin_events();
/// The event of that id among those given; Fault::Usage with a suggestion.
const Event& event_named(std::span<const Event> events, std::string_view id);

/// Puts events together from rows of a CSV file: event, iso3, and if there are such columns scope (country or state;
/// without it, state where one is named), state or subdivision, loss_ppm, label, type or class, year_start, year_end.
/// Rows that make no sense become Issues and are dropped; other columns are ignored.
class EventReader {
public:
    /// Fault::Input if a needed column is absent. `label` is what Issues call the file.
    EventReader(const CsvHeader& header, std::string label);

    const std::vector<CsvColumn>& wanted() const { return wanted_; }
    void take(const CsvChunk& chunk, IssueList& issues);
    /// The events in the order of their first rows.
    std::vector<Event> finish() &&;

private:
    struct Row;
    void take_row(const Row& row, IssueList& issues);
    void describe(Event& event, const Row& row, IssueList& issues) const;
    Issue issue(const Row& row, std::string_view column, std::string message) const;

    std::string label_;
    std::vector<CsvColumn> wanted_;
    std::vector<std::string> roles_;  ///< what each wanted column is
    std::vector<Event> events_;
};

}  // namespace hone::envelope
