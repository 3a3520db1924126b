// Connected land on 431,723 cells, the wheat of the full-scale sample, without files.
#include <cmath>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/growth.h"
#include "hone/base/random.h"
#include "hone/watch/bench.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kSeeds = 200;

/// Three cells of four in a box of 720 x 800 with yields at random, the hardest case: hills are filled whole.
Base rough_land(Budget& budget, const Grid& grid) {
    Random random(1);
    Cells cells(budget);
    for (std::int64_t row = 500; row < 1220; ++row) {
        for (std::int64_t column = 0; column < 800; ++column) {
            if (random.below(4) == 0) continue;
            const std::int64_t area = random.between(1, 60'000);
            const std::int64_t yield = random.between(100, 1'000'000);
            cells.add(static_cast<std::uint32_t>(row * grid.columns() + column), 1, {area}, {area * yield});
        }
    }
    return Base(std::move(cells));
}

}  // namespace
}  // namespace hone::envelope

namespace hone {

void bench_growth(Bench& bench) {
    using namespace envelope;
    Budget budget("bench");
    const Grid grid;
    const Base base = rough_land(budget, grid);
    const Curve curve(base);
    const double ns = best_ns(3, 1, [&] {
        const Neighbours neighbours(base, grid);
        for (const Growth::Next next : {Growth::Next::Greatest, Growth::Next::Least}) {
            const Growth growth(neighbours, next);
            for (std::int64_t tenth = 1; tenth <= 9; ++tenth) {
                const Area area{growth.largest_part().u / 10 * tenth};
                const auto starts = growth.starts(area, kSeeds);
                check(!starts.empty(), "the largest part has land of each tenth of its area");
                for (const Growth::Start& start : starts) {
                    const Growth::Land land = growth.grow(start, area);
                    check(curve.lower(area) <= land.rounded_down && land.rounded_up <= curve.upper(area),
                          "connected land lies within the bounds");
                }
            }
        }
    });
    bench.report.at_most("growth", "nine areas from 200 best and 200 worst cells, 432 k cells, one thread",
                         std::round(ns / 1e4) / 100, "ms", 2000);
}

}  // namespace hone
