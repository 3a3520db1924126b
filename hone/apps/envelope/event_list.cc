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

/// Takes what is known of each event beside its areas.
void name_events(const CsvChunk& chunk, std::vector<Event>& events) {
    for (std::size_t row = 0; row < chunk.rows; ++row) {
        const auto text = [&](std::size_t column) { return chunk.columns[column].texts[row]; };
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
    MemoryFiles files;
    write_file(files, "areas.csv", embedded_envelope_event_areas());
    write_file(files, "events.csv", embedded_envelope_events());
    const Exec plain({}, Cancel());
    Budget budget("built-in events");
    IssueList issues;
    CsvReader areas(files, "areas.csv");
    EventReader maker(areas.header(), "event_areas.csv");
    areas.read(maker.wanted(), plain, budget, [&](CsvChunk& chunk) { maker.take(chunk, issues); });
    std::vector<Event> events = std::move(maker).finish();
    const std::vector<CsvColumn> wanted = {{"event"}, {"label"}, {"class"}, {"year_start"}, {"year_end"}};
    CsvReader(files, "events.csv").read(wanted, plain, budget, [&](CsvChunk& chunk) { name_events(chunk, events); });
    check(issues.empty(), "the built-in events are in order");
    return events;
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
    std::uint64_t line = 0;
    std::map<std::string_view, std::string_view> texts;

    std::string_view operator[](std::string_view role) const {
        const auto at = texts.find(role);
        return at == texts.end() ? std::string_view() : at->second;
    }
};

EventReader::EventReader(const CsvHeader& header, std::string label) : label_(std::move(label)) {
    for (const auto& [name, role] : kRoles) {
        if (std::ranges::find(roles_, role) != roles_.end()) continue;
        for (const std::string& column : header.names) {
            if (!equal_ignoring_case(trim(column), name)) continue;
            wanted_.push_back({column, CsvColumn::Kind::Text, 0});
            roles_.emplace_back(role);
            break;
        }
    }
    for (const std::string_view needed : {"event", "iso3"}) {
        if (std::ranges::find(roles_, needed) == roles_.end())
            throw Error(Fault::Input, cat("no column ", needed, " in ", label_))
                .with_id("envelope.missing-column")
                .with_mend("Events are rows of event, iso3, scope (country or state), state.");
    }
}

void EventReader::take(const CsvChunk& chunk, IssueList& issues) {
    for (const auto& [line, fields] : chunk.misshapen) {
        Row row;
        row.line = line;
        issues.add(issue(row, "", cat(fields, " fields instead of those of the header; row dropped")));
    }
    for (std::size_t i = 0; i < chunk.rows; ++i) {
        Row row;
        row.line = chunk.lines[i];
        for (std::size_t column = 0; column < roles_.size(); ++column)
            row.texts[roles_[column]] = trim(chunk.columns[column].texts[i]);
        take_row(row, issues);
    }
}

Issue EventReader::issue(const Row& row, std::string_view column, std::string message) const {
    return {.id = "envelope.bad-event",
            .file = label_,
            .row = static_cast<std::int64_t>(row.line),
            .column = std::string(column),
            .severity = Severity::Error,
            .message = std::move(message)};
}

void EventReader::take_row(const Row& row, IssueList& issues) {
    if (row["event"].empty()) return issues.add(issue(row, "event", "the row names no event; dropped"));
    const auto country = Registry::builtin().by_iso3(to_upper(row["iso3"]));
    if (!country)
        return issues.add(issue(row, "iso3", cat("no country has the code '", row["iso3"], "'; row dropped")));
    const std::string scope = to_lower(row["scope"]);
    const bool is_whole = scope.empty() ? row["state"].empty() : scope == "country";
    if (!is_whole && !scope.empty() && scope != "state" && scope != "subdivision")
        return issues.add(
            issue(row, "scope", cat("expected country or state, found '", row["scope"], "'; row dropped")));
    std::int64_t loss = kWholeLoss;
    if (!row["loss_ppm"].empty()) {
        const auto given = parse_int64(row["loss_ppm"]);
        if (!given || *given < 0 || *given > kWholeLoss)
            return issues.add(
                issue(row, "loss_ppm", cat("expected 0 to 1000000, found '", row["loss_ppm"], "'; row dropped")));
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
        if (!kind) issues.add(issue(row, "class", cat("expected C, P, D, G or X, found '", row["class"], "'")));
        event.kind = kind.value_or(event.kind);
    } else if (!row["type"].empty()) {
        event.kind = event_class_of_type(row["type"]);
    }
    if (to_lower(row["year_end"]) == "ongoing") event.is_ongoing = true;
    const auto take_year = [&](std::string_view role, std::optional<int>& year) {
        if (row[role].empty() || to_lower(row[role]) == "ongoing") return;
        const auto found = year_of(row[role]);
        if (!found) issues.add(issue(row, role, cat("expected a year, found '", row[role], "'")));
        if (found) year = found;
    };
    take_year("year_start", event.year_start);
    take_year("year_end", event.year_end);
}

std::vector<Event> EventReader::finish() && {
    return std::move(events_);
}

}  // namespace hone::envelope
