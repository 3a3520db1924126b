#include "hone/apps/envelope/events.h"

#include <algorithm>
#include <optional>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/event_list.h"
#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr double kLeastMagnitude = 2, kLargestMagnitude = 7;

/// "NAME:REST" at the last colon.
std::pair<std::string, std::string> named(std::string_view parameter, const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
        fail(Fault::Usage, "--", parameter, ": expected NAME:..., found '", text, "'");
    return {text.substr(0, colon), text.substr(colon + 1)};
}

void scale(std::vector<Event>& events, const std::vector<std::string>& shares) {
    for (const std::string& text : shares) {
        const auto [id, percent] = named("share", text);
        const auto scaled = parse_scaled(percent, 4);
        if (!scaled || scaled->rounded || scaled->value < 0 || scaled->value > kWholeLoss)
            fail(Fault::Usage, "--share: expected 0 to 100 per cent with at most four decimals, found '", percent, "'");
        const std::string& known = event_named(events, id).id;
        for (EventEntry& entry : std::ranges::find(events, known, &Event::id)->entries)
            entry.loss_ppm = mul_div_floor(entry.loss_ppm, scaled->value, kWholeLoss);
    }
}

void combine(std::vector<Event>& events, const std::vector<std::string>& combinations) {
    for (const std::string& text : combinations) {
        const auto [id, parts] = named("combine", text);
        std::vector<Event> members;
        for (const std::string& part : split(parts, '+'))
            members.push_back(event_named(events, part));
        if (std::ranges::find(events, id, &Event::id) != events.end())
            fail(Fault::Usage, "--combine: there is an event ", id, " already");
        events.push_back(combined(id, members));
    }
}

std::vector<Event> events_of(Run& run, const EventsOptions& options) {
    std::vector<Event> events = read_events(run, options);
    if (options.with_builtin) {
        for (const Event& event : builtin_events()) {
            const auto same = std::ranges::find(events, event.id, &Event::id);
            if (same == events.end()) events.push_back(event);
        }
    }
    scale(events, options.share);
    combine(events, options.combine);
    return events;
}

/// The thresholds that losses are measured with; nothing for crops without stock balances.
struct Severities {
    std::optional<ThresholdSet> phases;
    std::optional<ThresholdSet> supply;

    Severities scaled_to(Energy part, Energy whole) const {
        Severities own;
        if (phases) own.phases = scaled(*phases, part, whole);
        if (supply) own.supply = scaled(*supply, part, whole);
        return own;
    }
};

Severities severities_of(const LoadedBalances& loaded, const EventsOptions& options) {
    const CropSet set = parse_crop_set(options.crop);
    Severities severities;
    const auto all_grains = parse_all_grains(options.balance);
    if (!has_balances(set)) return severities;
    severities.phases = thresholds_of(ThresholdSetKind::Agriphase, set, *loaded.balances, {}, all_grains);
    severities.supply = thresholds_of(ThresholdSetKind::Supply, set, *loaded.balances, {}, all_grains);
    return severities;
}

/// Columns of events.csv while they grow.
class EventRows {
public:
    explicit EventRows(bool has_region) : has_region_(has_region) {}

    void add(const std::string& region, const Event& event, const EventResult& result, const Curve& curve,
             const Severities& severities) {
        region_.push_back(region);
        severity_.push_back(severities.phases ? severity(*severities.phases, result.loss) : "");
        supply_.push_back(severities.supply ? severity(*severities.supply, result.loss) : "");
        id_.push_back(event.id);
        label_.push_back(event.label);
        class_.emplace_back(event_class_letter(event.kind));
        start_.add(event.year_start);
        end_.push_back(event.is_ongoing ? "ongoing" : event.year_end ? cat(*event.year_end) : "");
        listed_.push_back(static_cast<std::int64_t>(result.entries_listed));
        matched_.push_back(static_cast<std::int64_t>(result.entries_matched));
        countries_.push_back(static_cast<std::int64_t>(result.countries));
        states_.push_back(static_cast<std::int64_t>(result.states));
        cells_.push_back(result.cells);
        area_.push_back(result.area.u);
        magnitude_.add(magnitude(result.area));
        mass_.add(result.mass);
        loss_.push_back(result.loss.kcal);
        const Bounds bounds = curve.bounds(result.area);
        lower_.push_back(bounds.lower.kcal);
        upper_.push_back(bounds.upper.kcal);
        position_.add(result.cells == 0 ? std::nullopt : position(result.loss, bounds));
        const auto share = ratio(result.loss.kcal, curve.total_energy().kcal);
        world_.push_back(round12(100 * share.value_or(0)));
        status_.emplace_back(event_status_name(result.status));
    }
    Table table() && {
        std::vector<Column> columns;
        if (has_region_) columns.push_back(Column::text("iso3", region_));
        const auto add = [&](Column column) { columns.push_back(std::move(column)); };
        add(Column::text("event", id_));
        add(Column::text("label", label_));
        add(Column::text("class", class_));
        add(Column::int64("year_start", std::move(start_.values), std::move(start_.valid)));
        add(Column::text("year_end", end_));
        add(Column::int64("entries_listed", std::move(listed_)));
        add(Column::int64("entries_matched", std::move(matched_)));
        add(Column::int64("countries", std::move(countries_)));
        add(Column::int64("states", std::move(states_)));
        add(Column::int64("cells", std::move(cells_)));
        add(Column::decimal("area_ha", 1, area_));
        add(Column::decimal("area_km2", 3, std::move(area_)));
        add(Column::real("magnitude", std::move(magnitude_.values), std::move(magnitude_.valid)));
        add(Column::decimal("loss_t", 1, std::move(mass_.values), std::move(mass_.valid)));
        add(Column::int64("loss_kcal", std::move(loss_)));
        add(Column::int64("lower_kcal", std::move(lower_)));
        add(Column::int64("upper_kcal", std::move(upper_)));
        add(Column::real("position", std::move(position_.values), std::move(position_.valid)));
        add(Column::text("severity", severity_));
        add(Column::text("supply_class", supply_));
        add(Column::real(has_region_ ? "national_pct" : "world_pct", std::move(world_)));
        add(Column::text("status", status_));
        return Table(std::move(columns));
    }

private:
    template <class T>
    struct Optional {
        std::vector<T> values;
        std::vector<bool> valid;
        template <class Given>
        void add(const std::optional<Given>& value) {
            values.push_back(static_cast<T>(value.value_or(Given{})));
            valid.push_back(value.has_value());
        }
    };
    bool has_region_;
    std::vector<std::string> region_, id_, label_, class_, end_, severity_, supply_, status_;
    Optional<std::int64_t> start_, mass_;
    Optional<double> magnitude_, position_;
    std::vector<std::int64_t> listed_, matched_, countries_, states_, cells_, area_, loss_, lower_, upper_;
    std::vector<double> world_;
};

/// Columns of event_entries.csv while they grow.
class EntryRows {
public:
    void add(const Event& event, const EventResult& result) {
        for (std::size_t i = 0; i < event.entries.size(); ++i) {
            const EventEntry& entry = event.entries[i];
            const EntryResult& own = result.entries[i];
            event_.push_back(event.id);
            iso3_.push_back(Registry::builtin().country(entry.country).iso3);
            scope_.emplace_back(entry.is_whole ? "country" : "state");
            listed_.push_back(static_cast<std::int64_t>(entry.states.size()));
            matched_.push_back(static_cast<std::int64_t>(own.states_matched));
            missing_.push_back(join(own.states_missing, "; "));
            share_.push_back(entry.loss_ppm);
            cells_.push_back(own.cells);
            area_.push_back(own.area.u);
            loss_.push_back(own.loss.kcal);
            status_.emplace_back(event_status_name(own.status));
        }
    }
    Table table() && {
        return Table({Column::text("event", event_), Column::text("iso3", iso3_), Column::text("scope", scope_),
                      Column::int64("states_listed", std::move(listed_)),
                      Column::int64("states_matched", std::move(matched_)), Column::text("states_missing", missing_),
                      Column::int64("loss_ppm", std::move(share_)), Column::int64("cells", std::move(cells_)),
                      Column::decimal("area_km2", 3, std::move(area_)), Column::int64("loss_kcal", std::move(loss_)),
                      Column::text("status", status_)});
    }

private:
    std::vector<std::string> event_, iso3_, scope_, missing_, status_;
    std::vector<std::int64_t> listed_, matched_, share_, cells_, area_, loss_;
};

/// Findings about one event on one region.
void report(Run& run, const std::string& region, const Event& event, const EventResult& result, const Curve& curve) {
    const auto find = [&](std::string_view kind, Severity severity, std::string message) {
        run.issues().add(
            {.id = cat("envelope.", kind), .column = event.id, .severity = severity, .message = std::move(message)});
    };
    for (std::size_t i = 0; i < event.entries.size(); ++i) {
        const std::string& iso3 = Registry::builtin().country(event.entries[i].country).iso3;
        if (result.entries[i].status == EventStatus::NoMatch)
            find("event-no-match", Severity::Warning, cat("no cells of the crops in any of the states named: ", iso3));
        else if (!result.entries[i].states_missing.empty())
            find("event-state-missing", Severity::Note,
                 cat("no cells of the crops in ", join(result.entries[i].states_missing, ", "), " (", iso3, ")"));
        else if (result.entries[i].status == EventStatus::NoCells)
            find("event-no-cells", Severity::Note, cat("no cells of the crops in ", iso3));
    }
    if (const auto size = magnitude(result.area); size && (*size < kLeastMagnitude || *size > kLargestMagnitude))
        find(
            "event-magnitude", Severity::Note,
            cat("magnitude ", shortest(round12(*size)), " is outside of ", kLeastMagnitude, " to ", kLargestMagnitude));
    const Bounds bounds = curve.bounds(result.area);
    const bool is_inside = result.loss >= bounds.lower && result.loss <= bounds.upper;
    if (result.is_whole_loss && !is_inside)
        find("check-failed", Severity::Error, cat("the loss lies outside of the envelope of ", region));
}

}  // namespace

RegionSums sums_of(const Region& region, const LoadedBase& loaded, const CellOptions& options) {
    const CropSet set = parse_crop_set(options.crop);
    const bool is_single = set.crops().size() == 1;
    const std::int64_t content =
        is_single ? parse_energy_table(options.energy).kcal_per_tenth_tonne[set.crops().front()] : 0;
    RegionSums sums = sums_by_place(*region.base, content);
    if (is_single) return sums;
    const bool is_whole = region.filter.left == region.filter.valid;
    for (std::size_t i = 0; i < loaded.totals.size() && is_whole; ++i) {
        std::int64_t mass = 0;
        for (const std::int64_t of_crop : loaded.totals[i].mass)
            mass = checked_add(mass, of_crop);
        sums.mass.push_back(sums.cells[i] == 0 ? 0 : mass);
    }
    return sums;
}

Outputs events(Run& run, const EventsOptions& options) {
    const std::vector<Event> list = events_of(run, options);
    const auto loaded = load(run, options);
    const CellOptions& cells = options;
    CellOptions everywhere = cells;
    everywhere.country.clear();
    std::vector<Region> regions = regions_of(run, everywhere, loaded);
    if (!options.country.empty()) std::ranges::move(regions_of(run, options, loaded), std::back_inserter(regions));

    const LoadedBalances balances = load_balances(run, options);
    const Severities severities = severities_of(balances, options);
    const Energy world_energy = regions.front().base->total_energy();

    const auto stage = run.span("events");
    EventRows world(false), national(true);
    EntryRows entries;
    for (std::size_t r = 0; r < regions.size(); ++r) {
        const Region& region = regions[r];
        const Curve curve(*region.base);
        const RegionSums sums = sums_of(region, *loaded, options);
        const Severities own_severities =
            r == 0 ? severities : severities.scaled_to(curve.total_energy(), world_energy);
        for (const Event& event : list) {
            const Event own = r == 0 ? event : within(event, Registry::builtin().resolve(region.name));
            if (own.entries.empty()) continue;
            const EventResult result = evaluate(own, sums);
            (r == 0 ? world : national).add(region.name, own, result, curve, own_severities);
            if (r == 0) entries.add(own, result);
            if (r == 0) report(run, region.name, own, result, curve);
        }
    }
    Outputs outputs;
    describe(outputs, options, *loaded);
    outputs.summary().set("events", list.size());
    outputs.summary().set("balances", balances.json);
    if (!severities.phases) outputs.summary().set("severity", "none: no stock balances of these crops");
    outputs.summary().set("borders", "present borders and cropping stand for the past");
    outputs.table("events", std::move(world).table());
    outputs.table("event_entries", std::move(entries).table());
    if (!options.country.empty()) outputs.table("events_national", std::move(national).table());
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
