#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "hone/apps/envelope/order.h"
#include "hone/base/random.h"

namespace hone::envelope {

/// Energy and area of one cell, as the worked examples list them.
struct ExampleCell {
    std::int64_t energy_kcal = 0;
    std::int64_t area_u = 0;
};

/// Cells with ids 0, 1, ... and countries 1, 2, 3, 1, ... for tests and benchmarks.
inline Cells example_cells(Budget& budget, const std::vector<ExampleCell>& list) {
    Cells cells(budget);
    cells.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i)
        cells.add(static_cast<std::uint32_t>(i), static_cast<Country>(i % 3 + 1), {list[i].area_u},
                  {list[i].energy_kcal});
    return cells;
}

/// Five cells of 100 ha with 100 to 500 t of wheat.
inline std::vector<ExampleCell> five_cells() {
    std::vector<ExampleCell> list;
    for (std::int64_t t = 100; t <= 500; t += 100)
        list.push_back({t * 3'340'000, 1000});
    return list;
}

/// Ten wheat cells of 171 km2.
inline std::vector<ExampleCell> ten_cells() {
    const std::vector<std::pair<std::int64_t, std::int64_t>> yield_tenths_and_ha = {
        {5, 1000},  {10, 2000}, {15, 500}, {20, 4000}, {25, 1500},
        {30, 3000}, {40, 2500}, {50, 800}, {60, 1200}, {80, 600}};
    std::vector<ExampleCell> list;
    list.reserve(yield_tenths_and_ha.size());
    for (const auto& [yield, ha] : yield_tenths_and_ha)
        list.push_back({yield * ha * 334'000, ha * 10});
    return list;
}

/// Up to `most_cells` cells of up to `most_area` u with many equal and nearly equal yields.
inline std::vector<ExampleCell> random_cells(Random& random, std::int64_t most_cells, std::int64_t most_area) {
    std::vector<ExampleCell> list;
    const std::int64_t count = random.between(1, most_cells);
    const std::int64_t kinds = random.between(1, 4);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t area = random.between(1, most_area);
        const std::int64_t yield = random.between(1, 6);
        const std::int64_t energy = kinds == 1 ? area * yield : random.between(1, kinds * area * 3);
        list.push_back({energy, area});
    }
    return list;
}

}  // namespace hone::envelope
