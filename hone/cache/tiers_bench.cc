// The disk tier: hits and puts.
#include <cmath>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/cache/disk_cache.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kEntries = 10'000;

Key key_of(std::size_t i) {
    return KeyBuilder("bench", "entry").add("i", cat(i)).build();
}

void disk_tier(Bench& bench) {
    DiskCache cache({.folder = bench.folder / "tiers", .limit_bytes = std::uint64_t{1} << 30});
    const std::string bytes(4096, 'x');
    std::vector<Key> keys;
    for (std::size_t i = 0; i < kEntries; ++i)
        keys.push_back(key_of(i));
    const double start = process_cpu_seconds();
    const std::int64_t start_ns = real_clock().monotonic_ns();
    for (const Key& key : keys)
        check(cache.put(key, bytes, {}), "the folder takes entries");
    const double put_s = static_cast<double>(real_clock().monotonic_ns() - start_ns) / 1e9;
    bench.report.figure("tiers", "disk tier, puts of 4 KiB", std::round(kEntries / put_s), "/s",
                        cat(std::round((process_cpu_seconds() - start) / kEntries * 1e8) / 100, " us CPU each"));
    const double ns = best_ns(5, 1, [&] {
        for (const Key& key : keys)
            check(cache.find(key)->bytes == bytes, "a hit gives what was put");
    });
    bench.report.figure("tiers", "disk tier, a hit of 4 KiB", std::round(ns / kEntries / 10) / 100, "us");
}

}  // namespace

void bench_tiers(Bench& bench) {
    disk_tier(bench);
}

}  // namespace hone
