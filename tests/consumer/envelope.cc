// The mathematics of the envelope without engine or files: cells in, exact bounds out.
#include <iostream>

#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/model.h"

using namespace hone::envelope;

int main() {
    hone::Budget budget("program", std::uint64_t{64} << 20);
    Cells cells(budget);
    const Place france = *Registry::builtin().by_iso3("FRA"), spain = *Registry::builtin().by_iso3("ESP");
    const std::int64_t kcal_per_tonne = 3'340'000;  // wheat
    for (std::uint32_t id = 0; id < 5; ++id)        // five cells of 100 ha with 100 to 500 t
        cells.add(id, id < 3 ? spain : france, {1000}, {100 * (id + 1) * kcal_per_tonne});
    const Base base(std::move(cells));

    const Curve curve(base);
    const Bounds bounds = curve.bounds({500});  // 50 ha
    std::cout << bounds.lower.kcal << ' ' << bounds.upper.kcal << '\n';

    const Energy loss{1'000'000'000};
    std::cout << ha_text(curve.smallest_area_for(loss)) << " ha can lose a gigacalorie and more\n";

    Event event;
    event.entries.push_back({france, true, {}, {}, kWholeLoss});
    const EventResult result = evaluate(event, sums_by_place(base, kcal_per_tonne / 10));
    const Bounds there = curve.bounds(result.area);
    return there.lower <= result.loss && result.loss <= there.upper ? 0 : 1;
}
