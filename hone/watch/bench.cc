#include "hone/watch/bench.h"

#include <algorithm>
#include <limits>

#include "hone/base/clock.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {

void BenchReport::at_most(std::string_view bench, std::string what, double value, std::string unit, double target,
                          std::string note) {
    figures_.push_back({std::string(bench), std::move(what), value, std::move(unit), cat("at most ", target),
                        value <= target, std::move(note)});
}

void BenchReport::at_least(std::string_view bench, std::string what, double value, std::string unit, double target,
                           std::string note) {
    figures_.push_back({std::string(bench), std::move(what), value, std::move(unit), cat("at least ", target),
                        value >= target, std::move(note)});
}

void BenchReport::figure(std::string_view bench, std::string what, double value, std::string unit, std::string note) {
    figures_.push_back({std::string(bench), std::move(what), value, std::move(unit), {}, true, std::move(note)});
}

double best_ns(int repeats, int calls, const std::function<void()>& body) {
    body();
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < repeats; ++i) {
        const std::int64_t start = real_clock().monotonic_ns();
        for (int call = 0; call < calls; ++call)
            body();
        best = std::min(best, static_cast<double>(real_clock().monotonic_ns() - start) / calls);
    }
    return best;
}

}  // namespace hone
