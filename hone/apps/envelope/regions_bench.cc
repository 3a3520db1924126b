// All countries and tiers of four crop sets, and the historical events, on cells that are loaded already.
#include <cmath>

#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/event_list.h"
#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/output_grid.h"
#include "hone/apps/envelope/tier.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/watch/bench.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kCells = 430'000;
constexpr int kStates = 12;  // of each country

/// Cells in all countries, the first ones with most, each in states.
Base many_cells(Budget& budget) {
    const std::size_t countries = Registry::builtin().countries().size();
    Random random(1);
    PlaceIndex index;
    Cells cells(budget);
    cells.reserve(kCells);
    for (std::uint32_t id = 0; id < kCells; ++id) {
        const double skewed = random.unit() * random.unit();
        const auto country = static_cast<Country>(1 + skewed * static_cast<double>(countries - 1));
        const auto states = Registry::builtin().states(country);
        const std::uint64_t which = random.below(kStates);
        const std::string state = which < states.size() ? states[which].name : cat("State ", which);
        const std::int64_t area = random.between(1, 60'000);
        const std::int64_t yield = random.between(1'000, 3'000'000);
        cells.add(id * 7 % 9'331'200, index.place(country, state, {}), {area}, {area * yield / 10 + 1});
    }
    auto [places, renumbered] = index.finish();
    for (Place& place : cells.place)
        place = renumbered[place];
    cells.places = std::move(places);
    return Base(std::move(cells));
}

/// Curves, tiers and width reductions of the world and every country; returns the energy of all countries.
std::int64_t all_regions(const Base& world) {
    std::int64_t energy = 0;
    const auto measure = [](const Base& base) {
        const Curve whole(base);
        const std::vector<Area> areas = grid_areas({}, whole.total_area());
        for (const Tier& tier : named_tiers()) {
            const auto curve = tier_curve(base, tier);
            if (!curve) continue;
            const std::vector<Area> own = tier_areas({}, areas, curve->total_area());
            std::vector<Bounds> bounds(own.size());
            curve->bounds(own, bounds);
            keep(bounds.data());
            keep(width_reduction(*curve, whole));
        }
    };
    measure(world);
    for (const auto& [country, base] : world.split_by_country()) {
        measure(base);
        energy += base.total_energy().kcal;
    }
    return energy;
}

std::int64_t all_events(const RegionSums& sums, const Curve& curve) {
    std::int64_t inside = 0;
    for (const Event& event : builtin_events()) {
        const EventResult result = evaluate(event, sums);
        const Bounds bounds = curve.bounds(result.area);
        inside += bounds.lower <= result.loss && result.loss <= bounds.upper ? 1 : 0;
    }
    return inside;
}

}  // namespace
}  // namespace hone::envelope

namespace hone {

void bench_regions(Bench& bench) {
    using namespace envelope;
    Budget budget("bench");
    const Base world = many_cells(budget);
    check(all_regions(world) == world.total_energy().kcal, "the countries add up to the world");
    const double set_ms = best_ns(3, 1, [&] { keep(all_regions(world)); }) / 1e6;
    bench.report.at_most("regions", "four crop sets x four tiers x world and every country",
                         std::round(4 * set_ms) / 1000, "s", 1,
                         cat("four times one set of ", kCells, " cells, one thread"));
    const Curve curve(world);
    check(all_events(sums_by_place(world, 0), curve) == static_cast<std::int64_t>(builtin_events().size()),
          "every event lies between the bounds");
    const double events_ms = best_ns(5, 1, [&] { keep(all_events(sums_by_place(world, 0), curve)); }) / 1e6;
    bench.report.at_most("regions", "23 events with their bounds", std::round(events_ms * 100) / 100, "ms", 5,
                         "with the sums over all cells");
}

}  // namespace hone
