// Making raw rows: bytes are counted and digested, not kept.
#include <cmath>

#include "hone/apps/eyemap/sample.h"
#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/parallel/pool.h"
#include "hone/watch/bench.h"

namespace hone {

void bench_sample(Bench& bench) {
    constexpr double kTargetMillions = 2;  // ten million rows in five seconds
    Budget budget("bench");
    Pool pool;
    const Exec exec({.pool = &pool}, Cancel());
    eyemap::SampleOptions options;
    options.disc = 100'000;
    options.layers = 10;
    options.kinds = {"synapses"};
    std::uint64_t bytes = 0;
    const eyemap::SampleOpen open = [&](const std::string&) {
        return [&](std::string_view piece) { bytes += piece.size(); };
    };
    const std::int64_t start_ns = real_clock().monotonic_ns();
    const Json manifest = eyemap::write_sample(options, open, budget, exec);
    const double seconds = static_cast<double>(real_clock().monotonic_ns() - start_ns) / 1e9;
    const Json& file = manifest.at("files").items().at(0);
    check(file.at("bytes").integer() == static_cast<std::int64_t>(bytes), "all bytes went out");
    const double rows = static_cast<double>(file.at("rows").integer());
    check(rows > 900'000, "nearly a million rows");
    const double millions = std::round(rows / seconds / 1e4) / 100;
    bench.report.at_least("eyemap.sample", "raw rows written", millions, "M/s", kTargetMillions,
                          "100,000 columns with 10 layers, SHA-256 included");
}

}  // namespace hone
