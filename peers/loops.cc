#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/parallel/cores.h"
#include "peers/peers.h"

namespace hone::peers {
namespace {

// Loops and rule of exec_bench.cc.
std::uint64_t steps(std::uint64_t seed, int count) {
    for (int i = 0; i < count; ++i)
        seed = (seed ^ (seed >> 29)) * 0xBF58476D1CE4E5B9U;
    return seed;
}

template <class Body>
double timed_ns(const Body& body) {
    const std::int64_t start = real_clock().monotonic_ns();
    body();
    return static_cast<double>(real_clock().monotonic_ns() - start);
}

/// Least times of a plain loop and of tbb::parallel_for, taken in turn.
std::pair<double, double> paired_ns(std::size_t items, int steps_per_item, int rounds) {
    std::vector<std::uint64_t> plain_values(items);
    std::vector<std::uint64_t> values(items);
    double plain = std::numeric_limits<double>::max();
    double parallel = plain;
    for (int i = 0; i < rounds; ++i) {
        plain = std::min(plain, timed_ns([&] {
                             for (std::size_t item = 0; item < items; ++item)
                                 plain_values[item] = steps(item, steps_per_item);
                         }));
        parallel = std::min(parallel, timed_ns([&] {
                                tbb::parallel_for(tbb::blocked_range<std::size_t>(0, items), [&](const auto& range) {
                                    for (std::size_t item = range.begin(); item < range.end(); ++item)
                                        values[item] = steps(item, steps_per_item);
                                });
                            }));
    }
    check(values == plain_values, "a parallel loop gives what a plain one gives");
    return {plain, parallel};
}

double rounded(double value) {
    return std::round(value * 100) / 100;
}

}  // namespace

void measure_loops() {
    double worst = 0;
    double worst_ratio = 0;
    std::string worst_case;
    for (const std::size_t items : {1, 10, 100, 1000, 10'000}) {
        for (const double total_us : {1.0, 3.0, 10.0, 30.0, 100.0}) {
            const int each = std::max(1, static_cast<int>(total_us * 1000 / 1.6 / static_cast<double>(items)));
            const auto [plain, parallel] = paired_ns(items, each, 400);
            worst_ratio = std::max(worst_ratio, parallel / plain);
            const double behind = (parallel - plain) / std::max(0.05 * plain, 1000.0);
            if (behind <= worst) continue;
            worst = behind;
            worst_case = cat(items, " items, ", human_seconds(plain / 1e9), " plain, ", human_seconds(parallel / 1e9));
        }
    }
    print_figure("tbb::parallel_for, loss on loops of 1 to 100 us, in units of max(5 %, 1 us)", rounded(worst), "x",
                 worst_case);
    print_figure("tbb::parallel_for, slowest of these loops against plain", rounded(worst_ratio), "x");
    for (const auto& [each, rounds, what] : {std::tuple{62'500, 7, "100 ms"}, std::tuple{125, 300, "200 us"}}) {
        const auto [plain, parallel] = paired_ns(1000, each, rounds);
        print_figure(cat("tbb::parallel_for, gain on ", what, " of divisible work"), rounded(plain / parallel), "x",
                     cat(usable_cores(), " cores"));
    }
}

}  // namespace hone::peers
