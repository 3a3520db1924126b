#include "hone/apps/envelope/event_sheets.h"

#include <algorithm>

#include "hone/apps/envelope/event_list.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kNameColumn = 0, kCodeColumn = 1, kFlagColumn = 2;  // of countries
constexpr std::size_t kStateNameColumn = 2;                               // of states; the code stands as for countries

std::optional<Country> by_code(const CountryCodes& codes, std::string_view text) {
    const auto number = parse_int64(text);
    if (!number || *number < 1 || *number > 9999) return std::nullopt;
    return codes.by_gdam(static_cast<int>(*number));
}

const std::string& iso3_of(Country country) {
    return Registry::builtin().country(country).iso3;
}

/// One sheet of countries, and the states that go with it.
class SheetEvent {
public:
    SheetEvent(const TextTable& sheet, const CountryCodes& codes, IssueList& issues)
        : sheet_(sheet), codes_(codes), issues_(issues) {
        event_.id = event_.label = trim(sheet.sheet);
        if (sheet.names.size() > kCodeColumn && !sheet.names[kCodeColumn].empty() &&
            !parse_int64(sheet.names[kCodeColumn]))
            event_.label = sheet.names[kCodeColumn];
        const auto known = std::ranges::find_if(
            builtin_events(), [&](const Event& event) { return equal_ignoring_case(event.id, event_.id); });
        if (known == builtin_events().end()) return;
        event_.kind = known->kind;
        event_.year_start = known->year_start;
        event_.year_end = known->year_end;
        event_.is_ongoing = known->is_ongoing;
    }

    void take_countries() {
        if (sheet_.names.size() > kCodeColumn && by_code(codes_, sheet_.names[kCodeColumn]))
            issues_.add({.id = "envelope.bad-event",
                         .file = sheet_.file,
                         .row = 1,
                         .column = cat(sheet_.sheet, "!B1"),
                         .severity = Severity::Error,
                         .message = "the first row is the header; found the code of a country there"});
        for (std::size_t row = 0; row < sheet_.rows.size(); ++row)
            take_country(row);
    }

    void take_states(const TextTable& states) {
        for (std::size_t row = 0; row < states.rows.size(); ++row) {
            const auto country = by_code(codes_, states.at(row, kCodeColumn));
            const std::string_view name = states.at(row, kStateNameColumn);
            if (!country || name.empty()) {
                issues_.add(states.issue(
                    "envelope.bad-event", row, country ? kStateNameColumn : kCodeColumn, Severity::Error,
                    country ? "the row names no state; dropped"
                            : cat("no country has the GDAM code '", states.at(row, kCodeColumn), "'; row dropped")));
                continue;
            }
            const auto entry = std::ranges::find_if(
                event_.entries, [&](const EventEntry& each) { return each.country == *country && !each.is_whole; });
            if (entry == event_.entries.end())
                issues_.add(states.issue(
                    "envelope.unused-state", row, kStateNameColumn, Severity::Warning,
                    cat("the event does not list ", iso3_of(*country), " by states; '", name, "' is not used")));
            else
                entry->add_state(name);
        }
    }

    Event finish() && { return std::move(event_); }

private:
    void take_country(std::size_t row) {
        const std::string_view name = sheet_.at(row, kNameColumn), code = sheet_.at(row, kCodeColumn),
                               flag = sheet_.at(row, kFlagColumn);
        const auto coded = by_code(codes_, code);
        const auto named = codes_.by_name(name);
        if (!coded && !named)
            return find(row, kCodeColumn, Severity::Error, "envelope.bad-event",
                        cat("no country has the GDAM code '", code, "' or the name '", name, "'; row dropped"));
        if (flag != "0" && flag != "1")
            return find(row, kFlagColumn, Severity::Error, "envelope.bad-event",
                        cat("expected 0 (whole country) or 1 (by states), found '", flag, "'; row dropped"));
        const Country country = coded ? *coded : *named;
        if (!coded)
            find(row, kCodeColumn, Severity::Warning, "envelope.country-by-name",
                 cat("no country has the GDAM code '", code, "'; ", iso3_of(country), " was found by its name"));
        if (coded && named && *coded != *named)
            find(row, kNameColumn, Severity::Warning, "envelope.contradictory-country",
                 cat('\'', name, "' is ", iso3_of(*named), ", but GDAM code ", code, " is ", iso3_of(*coded)));
        const bool is_whole = flag == "0";
        const auto same = std::ranges::find_if(event_.entries, [&](const EventEntry& each) {
            return each.country == country && each.is_whole == is_whole;
        });
        if (same == event_.entries.end()) event_.entries.push_back({country, is_whole, {}, {}, kWholeLoss});
    }

    void find(std::size_t row, std::size_t column, Severity severity, std::string id, std::string message) {
        issues_.add(sheet_.issue(std::move(id), row, column, severity, std::move(message)));
    }

    const TextTable& sheet_;
    const CountryCodes& codes_;
    IssueList& issues_;
    Event event_;
};

}  // namespace

std::vector<Event> read_event_sheets(std::span<const TextTable> countries, std::span<const TextTable> states,
                                     const CountryCodes& codes, IssueList& issues) {
    std::vector<Event> events;
    for (const TextTable& sheet : countries) {
        if (sheet.rows.empty()) continue;
        SheetEvent event(sheet, codes, issues);
        event.take_countries();
        for (const TextTable& of_states : states)
            if (equal_ignoring_case(trim(of_states.sheet), trim(sheet.sheet))) event.take_states(of_states);
        events.push_back(std::move(event).finish());
    }
    return events;
}

}  // namespace hone::envelope
