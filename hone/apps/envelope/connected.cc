#include "hone/apps/envelope/connected.h"

#include <algorithm>
#include <array>
#include <optional>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/growth.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Connected land that was found, and the cell that it grew from.
struct Found {
    std::uint32_t seed = 0;  ///< rank
    Growth::Land land;
};

/// What is known about one area in one region.
struct Answer {
    Area area;
    std::optional<Bounds> bounds;      ///< nothing beyond the land of the region
    std::optional<Found> least, most;  ///< nothing if no connected land is so large

    void add(const Found& found) {
        if (!least || found.land.rounded_down < least->land.rounded_down) least = found;
        if (!most || found.land.rounded_up > most->land.rounded_up) most = found;
    }
};

struct RegionAnswers {
    std::vector<Answer> answers;
    std::size_t parts = 0;
    Area largest_part;
};

std::vector<Area> areas_asked(const ConnectedOptions& options) {
    std::vector<Area> areas;
    for (const std::string& text : options.area) {
        const auto area = area_from_km2(text);
        if (!area || area->u <= 0) fail(Fault::Usage, "--area: expected an area in km2 above 0, found '", text, "'");
        areas.push_back(*area);
    }
    std::ranges::sort(areas);
    areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
    return areas;
}

std::vector<Area> powers_of_ten_below(Area total) {
    std::vector<Area> areas;
    for (std::int64_t u = 1000; u < total.u && u < std::int64_t{1} << 59; u *= 10)
        areas.push_back({u});
    if (areas.empty()) areas.push_back(total);
    return areas;
}

/// Grows towards all areas from the seeds of one direction.
void grow(Run& run, const Growth& growth, std::size_t seeds, std::vector<Answer>& answers) {
    struct Item {
        std::size_t answer = 0;
        Growth::Start start;
    };
    std::vector<Item> items;
    for (std::size_t i = 0; i < answers.size(); ++i)
        for (const Growth::Start& start : growth.starts(answers[i].area, seeds))
            items.push_back({i, start});
    const auto lands = run.map<Growth::Land>("seeds", items.size(), [&](Run& item_run, std::size_t i) {
        return growth.grow(items[i].start, answers[items[i].answer].area, item_run.cancel());
    });
    for (std::size_t i = 0; i < items.size(); ++i)
        answers[items[i].answer].add({items[i].start.seed, lands[i]});
}

void check_inside(Run& run, const Region& region, const Answer& answer) {
    if (!answer.bounds || !answer.least) return;
    const Bounds& bounds = *answer.bounds;
    const bool is_inside = bounds.lower <= answer.least->land.rounded_down &&
                           answer.least->land.rounded_down <= answer.most->land.rounded_up &&
                           answer.most->land.rounded_up <= bounds.upper;
    if (!is_inside)
        run.issues().add({.id = "envelope.check-failed",
                          .severity = Severity::Error,
                          .message = cat("connected land of ", km2_text(answer.area),
                                         " km2 lies outside of the bounds in ", region.name)});
}

void report(Run& run, const Region& region, const RegionAnswers& found) {
    for (const Answer& answer : found.answers) {
        check_inside(run, region, answer);
        const auto find = [&](std::string_view kind, std::string message) {
            run.issues().add({.id = cat("envelope.", kind),
                              .column = "area",
                              .severity = Severity::Warning,
                              .message = std::move(message)});
        };
        if (!answer.bounds)
            find("beyond-total", cat(km2_text(answer.area), " km2 are more than all of ", region.name));
        else if (!answer.least)
            find("not-connected", cat("no connected land of ", km2_text(answer.area), " km2 in ", region.name,
                                      "; the largest has ", km2_text(found.largest_part), " km2"));
    }
}

RegionAnswers answer(Run& run, const Region& region, std::vector<Area> areas, const ConnectedOptions& options) {
    const Curve curve(*region.base);
    RegionAnswers found;
    if (areas.empty()) areas = powers_of_ten_below(curve.total_area());
    for (const Area area : areas)
        found.answers.push_back(
            {area, area <= curve.total_area() ? std::optional(curve.bounds(area)) : std::nullopt, {}, {}});
    const Neighbours neighbours(*region.base, Grid(narrow<int>(options.refinement)), run.cancel());
    for (const Growth::Next next : {Growth::Next::Greatest, Growth::Next::Least}) {
        const Growth growth(neighbours, next, run.cancel());
        found.parts = growth.parts();
        found.largest_part = growth.largest_part();
        grow(run, growth, static_cast<std::size_t>(options.seeds), found.answers);
    }
    return found;
}

/// Columns of connected.csv while they grow.
class ConnectedRows {
public:
    void add(const Region& region, const Answer& answer) {
        region_.push_back(region.name);
        area_.add(answer.area.u);
        magnitude_.push_back(magnitude(answer.area).value_or(0));
        lower_.add(answer.bounds ? std::optional(answer.bounds->lower.kcal) : std::nullopt);
        upper_.add(answer.bounds ? std::optional(answer.bounds->upper.kcal) : std::nullopt);
        least_.add(answer.least ? std::optional(answer.least->land.rounded_down.kcal) : std::nullopt);
        most_.add(answer.most ? std::optional(answer.most->land.rounded_up.kcal) : std::nullopt);
        for (const bool is_upper : {false, true}) {
            const auto& found = is_upper ? answer.most : answer.least;
            seeds_[is_upper].add(found ? std::optional<std::int64_t>(region.base->id(found->seed)) : std::nullopt);
            cells_[is_upper].add(found ? std::optional(static_cast<std::int64_t>(found->land.cells)) : std::nullopt);
        }
    }
    Table table() && {
        return Table({Column::text("region", region_), area_.column("area_km2", 3),
                      Column::real("magnitude", std::move(magnitude_)), lower_.column("lower_kcal"),
                      least_.column("heuristic_connected_lower_kcal"), most_.column("heuristic_connected_upper_kcal"),
                      upper_.column("upper_kcal"), seeds_[0].column("lower_seed_cell_id"),
                      cells_[0].column("lower_cells"), seeds_[1].column("upper_seed_cell_id"),
                      cells_[1].column("upper_cells")});
    }

private:
    struct Wholes {
        std::vector<std::int64_t> values;
        std::vector<bool> valid;
        void add(std::optional<std::int64_t> value) {
            values.push_back(value.value_or(0));
            valid.push_back(value.has_value());
        }
        Column column(std::string name, int scale = 0) {
            return scale == 0 ? Column::int64(std::move(name), std::move(values), std::move(valid))
                              : Column::decimal(std::move(name), scale, std::move(values), std::move(valid));
        }
    };
    std::vector<std::string> region_;
    std::vector<double> magnitude_;
    Wholes area_, lower_, upper_, least_, most_;
    std::array<Wholes, 2> seeds_, cells_;
};

}  // namespace

Outputs connected(Run& run, const ConnectedOptions& options) {
    const std::vector<Area> areas = areas_asked(options);
    const auto loaded = load(run, options);
    ConnectedRows rows;
    Json summaries = Json::array();
    for (const Region& region : regions_of(run, options, loaded)) {
        const auto stage = run.span("grow");
        const RegionAnswers found = answer(run, region, areas, options);
        report(run, region, found);
        for (const Answer& one : found.answers)
            rows.add(region, one);
        Json json = Json::object();
        json.set("region", region.name).set("cells", region.base->size()).set("connected_parts", found.parts);
        summaries.push(json.set("largest_connected_km2", km2(found.largest_part)));
    }
    Outputs outputs;
    describe(outputs, options, *loaded);
    outputs.summary().set("method",
                          "heuristic: connected land grown from the best and the worst cells over the 8 "
                          "neighbours; other connected land may hold more or less, within the bounds");
    outputs.summary().set("seeds", options.seeds).set("regions", std::move(summaries));
    outputs.table("connected", std::move(rows).table());
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
