#include "hone/apps/envelope/event_list.h"

#include <algorithm>
#include <map>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
std::string_view embedded_envelope_events();
std::string_view embedded_envelope_event_areas();
}  // namespace hone

namespace hone::envelope {
namespace {

/// Names of columns, in order of preference, and the role of what they hold.
const std::vector<std::pair<std::string_view, std::string_view>> kRoles = {
    {"event", "event"},           {"iso3", "iso3"},         {"scope", "scope"},
    {"state", "state"},           {"subdivision", "state"}, {"label", "label"},
    {"loss_ppm", "loss_ppm"},     {"class", "class"},       {"type", "type"},
    {"year_start", "year_start"}, {"year_end", "year_end"}};

std::optional<int> year_of(std::string_view text) {
    const auto year = parse_int64(text);
    if (!year || *year < -10'000 || *year > 10'000) return std::nullopt;
    return static_cast<int>(*year);
}

/// Takes what is known of each event beside its areas; columns event, label, class, year_start, year_end.
void name_events(const TextTable& table, std::vector<Event>& events) {
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const auto text = [&](std::size_t column) { return table.at(row, column); };
        const auto at = std::ranges::find(events, text(0), &Event::id);
        check(at != events.end(), "each built-in event has areas");
        at->label = text(1);
        at->kind = event_class_of_letter(text(2)).value();
        at->year_start = year_of(text(3));
        at->is_ongoing = text(4) == "ongoing";
        at->year_end = year_of(text(4));
    }
}

std::vector<Event> read_builtin() {
    const CountryCodes codes;
    IssueList issues;
    EventReader maker(codes);
    maker.take(text_table(embedded_envelope_event_areas(), "event_areas.csv"), issues);
    std::vector<Event> events = std::move(maker).finish();
    name_events(text_table(embedded_envelope_events(), "events.csv"), events);
    check(issues.empty(), "the built-in events are in order");
    return events;
}

/// Rows of another number of fields than the header.
void report_misshapen(const TextTable& table, IssueList& issues) {
    for (const auto& [line, fields] : table.misshapen)
        issues.add({.id = "envelope.bad-event",
                    .file = table.file,
                    .row = static_cast<std::int64_t>(line),
                    .column = "",
                    .severity = Severity::Error,
                    .message = cat(fields, " fields instead of those of the header; row dropped")});
}

}  // namespace

std::span<const Event> builtin_events() {
    static const std::vector<Event> events = read_builtin();
    return events;
}

const Event& event_named(std::span<const Event> events, std::string_view id) {
    std::vector<std::string> names;
    for (const Event& event : events) {
        if (equal_ignoring_case(event.id, id)) return event;
        names.push_back(event.id);
    }
    std::string message = cat("there is no event ", id);
    if (const auto near = nearest_word(id, names)) message += cat("; did you mean ", *near, '?');
    throw Error(Fault::Usage, message);
}

/// One row by the roles of its columns.
struct EventReader::Row {
    const TextTable& table;
    std::size_t number = 0;
    std::map<std::string_view, std::size_t> columns;  ///< of each role that there is

    std::string_view operator[](std::string_view role) const {
        const auto at = columns.find(role);
        return at == columns.end() ? std::string_view() : table.at(number, at->second);
    }
    Issue issue(std::string_view role, std::string message) const {
        const auto at = columns.find(role);
        return table.issue("envelope.bad-event", number, at == columns.end() ? 0 : at->second, Severity::Error,
                           std::move(message));
    }
};

void EventReader::take(const TextTable& table, IssueList& issues) {
    Row row{table, 0, {}};
    for (const auto& [name, role] : kRoles) {
        if (row.columns.contains(role)) continue;
        if (const auto column = table.column(name)) row.columns.emplace(role, *column);
    }
    for (const std::string_view needed : {"event", "iso3"}) {
        if (!row.columns.contains(needed))
            throw Error(Fault::Input, cat("no column ", needed, " in ", table.file))
                .with_id("envelope.missing-column")
                .with_mend("Events are rows of event, iso3, scope (country or state), state.");
    }
    report_misshapen(table, issues);
    for (; row.number < table.rows.size(); ++row.number)
        take_row(row, issues);
}

void EventReader::take_row(const Row& row, IssueList& issues) {
    if (row["event"].empty()) return issues.add(row.issue("event", "the row names no event; dropped"));
    const auto country = codes_.by_iso3(to_upper(row["iso3"]));
    if (!country) return issues.add(row.issue("iso3", cat("no country has the code '", row["iso3"], "'; row dropped")));
    const std::string scope = to_lower(row["scope"]);
    const bool is_whole = scope.empty() ? row["state"].empty() : scope == "country";
    if (!is_whole && !scope.empty() && scope != "state" && scope != "subdivision")
        return issues.add(
            row.issue("scope", cat("expected country or state, found '", row["scope"], "'; row dropped")));
    std::int64_t loss = kWholeLoss;
    if (!row["loss_ppm"].empty()) {
        const auto given = parse_int64(row["loss_ppm"]);
        if (!given || *given < 0 || *given > kWholeLoss)
            return issues.add(
                row.issue("loss_ppm", cat("expected 0 to 1000000, found '", row["loss_ppm"], "'; row dropped")));
        loss = *given;
    }
    auto event = std::ranges::find(events_, row["event"], &Event::id);
    if (event == events_.end()) {
        events_.emplace_back();
        event = std::prev(events_.end());
        event->id = event->label = row["event"];
    }
    describe(*event, row, issues);
    const auto same = std::ranges::find_if(event->entries, [&](const EventEntry& entry) {
        return entry.country == *country && entry.is_whole == is_whole && entry.loss_ppm == loss;
    });
    if (same == event->entries.end()) {
        event->entries.push_back({*country, is_whole, {}, {}, loss});
        if (!is_whole && !row["state"].empty()) event->entries.back().add_state(row["state"]);
    } else if (!is_whole && !row["state"].empty()) {
        same->add_state(row["state"]);
    }
}

/// Takes what a row says of its event as a whole; what makes no sense is left out.
void EventReader::describe(Event& event, const Row& row, IssueList& issues) const {
    if (!row["label"].empty()) event.label = row["label"];
    if (!row["class"].empty()) {
        const auto kind = event_class_of_letter(row["class"]);
        if (!kind) issues.add(row.issue("class", cat("expected C, P, D, G or X, found '", row["class"], "'")));
        event.kind = kind.value_or(event.kind);
    } else if (!row["type"].empty()) {
        event.kind = event_class_of_type(row["type"]);
    }
    if (to_lower(row["year_end"]) == "ongoing") event.is_ongoing = true;
    const auto take_year = [&](std::string_view role, std::optional<int>& year) {
        if (row[role].empty() || to_lower(row[role]) == "ongoing") return;
        const auto found = year_of(row[role]);
        if (!found) issues.add(row.issue(role, cat("expected a year, found '", row[role], "'")));
        if (found) year = found;
    };
    take_year("year_start", event.year_start);
    take_year("year_end", event.year_end);
}

void describe_events(const TextTable& facts, std::vector<Event>& events, IssueList& issues) {
    const auto name = facts.column("event_name");
    if (!name)
        throw Error(Fault::Input, cat("no column event_name in ", facts.file)).with_id("envelope.missing-column");
    const auto text = [&](std::size_t row, std::string_view column) {
        const auto at = facts.column(column);
        return at ? facts.at(row, *at) : std::string_view();
    };
    report_misshapen(facts, issues);
    for (std::size_t row = 0; row < facts.rows.size(); ++row) {
        const std::string key = normalised_name(facts.at(row, *name));
        const auto event = std::ranges::find_if(events, [&](const Event& each) {
            return normalised_name(each.id) == key || normalised_name(each.label) == key;
        });
        if (event == events.end()) {
            issues.add(facts.issue("envelope.event-facts-unused", row, *name, Severity::Note,
                                   cat("there is no event '", facts.at(row, *name), "'")));
            continue;
        }
        if (!text(row, "label").empty()) event->label = text(row, "label");
        if (!text(row, "event_type").empty()) event->kind = event_class_of_type(text(row, "event_type"));
        const std::string end = to_lower(text(row, "year_end"));
        if (const auto year = year_of(text(row, "year_start"))) event->year_start = year;
        if (const auto year = year_of(end)) event->year_end = year;
        if (!end.empty()) event->is_ongoing = end == "ongoing" || end == "present";
        if (event->is_ongoing) event->year_end.reset();
    }
}

std::vector<Event> EventReader::finish() && {
    return std::move(events_);
}

}  // namespace hone::envelope
