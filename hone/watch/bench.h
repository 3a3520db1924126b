#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"

namespace hone {

/// One measured figure.
struct BenchFigure {
    std::string bench;  ///< "envelope.cold"
    std::string what;   ///< "CPU time, full pair"
    double value = 0;
    std::string unit;    ///< "s", "MB", "ns", "x", "M/s"
    std::string target;  ///< "at most 2.0", or empty
    bool is_met = true;
    std::string note;  ///< peer, original, how it was measured
};

/// Collects the figures of benchmarks. A benchmark checks its answer before it times anything.
class BenchReport {
public:
    /// Records a figure that should be at most (at least) `target`.
    void at_most(std::string_view bench, std::string what, double value, std::string unit, double target,
                 std::string note = {});
    void at_least(std::string_view bench, std::string what, double value, std::string unit, double target,
                  std::string note = {});
    /// Records a figure without a target, such as a peer's.
    void figure(std::string_view bench, std::string what, double value, std::string unit, std::string note = {});
    const std::vector<BenchFigure>& figures() const { return figures_; }

private:
    std::vector<BenchFigure> figures_;
};

/// What a benchmark gets: bench_x(Bench&) of x_bench.cc is run by `hone bench x`.
struct Bench {
    BenchReport& report;
    Path folder;  ///< for files; exists, and goes when the benchmarks have ended
};

/// Nanoseconds of one call of `body`: the least of `repeats` timed batches of `calls` calls, after one warm-up.
double best_ns(int repeats, int calls, const std::function<void()>& body);

/// Keeps a computed value from being optimised away.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace hone
