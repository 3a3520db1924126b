// The mathematics of the envelope on 1,000,000 cells, without files.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/order.h"
#include "hone/apps/envelope/output_grid.h"
#include "hone/apps/envelope/tier.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/parallel/pool.h"
#include "hone/watch/bench.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kCells = 1'000'000;

Cells random_land(Budget& budget) {
    Random random(1);
    Cells cells(budget);
    cells.reserve(kCells);
    for (std::size_t i = 0; i < kCells; ++i) {
        const std::int64_t area = random.between(1, 60'000);
        cells.add(static_cast<std::uint32_t>(i), static_cast<Country>(i % 180), {area},
                  {area * random.between(100, 1'000'000) + random.between(0, 9)});
    }
    return cells;
}

/// The plain way: an index sorted by exact comparison, then sums.
std::vector<std::int64_t> plain_sums(const Cells& cells) {
    std::vector<std::uint32_t> order(cells.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Int128 left = Int128{cells.energy_kcal[a]} * cells.area_u[b];
        const Int128 right = Int128{cells.energy_kcal[b]} * cells.area_u[a];
        return left != right ? left < right : cells.id[a] < cells.id[b];
    });
    std::vector<std::int64_t> sums = {0};
    for (const std::uint32_t i : order)
        sums.push_back(sums.back() + cells.energy_kcal[i]);
    return sums;
}

double milliseconds(double ns) {
    return std::round(ns / 1e4) / 100;
}

double base_ms(Budget& budget, const Exec& exec, const std::vector<std::int64_t>& truth) {
    double best = 1e18;
    for (int i = 0; i < 5; ++i) {
        Cells cells = random_land(budget);
        const std::int64_t start = real_clock().monotonic_ns();
        const Base base(std::move(cells), exec);
        best = std::min(best, static_cast<double>(real_clock().monotonic_ns() - start));
        check(std::ranges::equal(base.energy_sums(), truth), "the fast order gives the sums of the plain one");
    }
    return milliseconds(best);
}

void queries(Bench& bench, const Base& base) {
    const Curve whole(base);
    const std::vector<Area> grid = grid_areas(parse_output_grid("log:1000"), whole.total_area());
    const double tiers_ns = best_ns(5, 1, [&] {
        for (const Tier& tier : named_tiers()) {
            const auto curve = tier_curve(base, tier);
            const std::vector<Area> own = tier_areas(parse_output_grid("log:1000"), grid, curve->total_area());
            std::vector<Bounds> bounds(own.size());
            curve->bounds(own, bounds);
            check(bounds[own.size() / 2] == curve->bounds(own[own.size() / 2]), "many bounds are those of one by one");
        }
    });
    bench.report.at_most("order", "four tiers on a grid of 1000 areas", milliseconds(tiers_ns), "ms", 1);
    Random random(2);
    std::int64_t sum = 0;
    const double query_ns = best_ns(5, 10'000, [&] {
        sum += whole.bounds({static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(whole.total_area().u)))})
                   .upper.kcal;
    });
    keep(sum);
    bench.report.at_most("order", "one query of both bounds", std::round(query_ns / 10) / 100, "us", 10);
}

}  // namespace
}  // namespace hone::envelope

namespace hone {

void bench_order(Bench& bench) {
    using namespace envelope;
    Budget budget("bench");
    std::vector<std::int64_t> truth;
    {
        const Cells cells = random_land(budget);
        const double plain_ns = best_ns(1, 1, [&] { truth = plain_sums(cells); });
        bench.report.figure("order", "std::sort and sums of 1 M cells", milliseconds(plain_ns), "ms", "the plain way");
    }
    const std::string original = "original: 1,060 ms (single path), 20,065 ms (stepwise)";
    bench.report.at_most("order", "base of 1 M cells, one thread", base_ms(budget, Exec(), truth), "ms", 100, original);
    Pool pool(2);
    bench.report.at_most("order", "base of 1 M cells, two threads", base_ms(budget, Exec({.pool = &pool}, {}), truth),
                         "ms", 60);
    queries(bench, Base(random_land(budget)));
}

}  // namespace hone
