// Both tiers of the cache: hits and puts.
#include <cmath>
#include <thread>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/disk_cache.h"
#include "hone/cache/memory_cache.h"
#include "hone/parallel/pool.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kEntries = 10'000;

Key key_of(std::size_t i) {
    return KeyBuilder("bench", "entry").add("i", cat(i)).build();
}

/// Hits per second, in millions, of `threads` threads that look up resident values.
double million_hits(MemoryCache& cache, const std::vector<Digest>& keys, unsigned threads) {
    constexpr std::size_t kLooksPerThread = 300'000;
    Pool pool(threads);
    std::atomic<std::uint64_t> hits = 0;
    const double ns = best_ns(5, 1, [&] {
        pool.run(threads, threads - 1, Cancel(), [&](std::size_t thread) {
            Random random(thread);
            std::uint64_t own = 0;
            for (std::size_t i = 0; i < kLooksPerThread; ++i)
                own += cache.find(keys[random.below(keys.size())]).has_value() ? 1 : 0;
            hits += own;
        });
    });
    check(hits == 6ULL * threads * kLooksPerThread, "every look-up of a resident value is a hit");
    return std::round(static_cast<double>(threads) * kLooksPerThread / ns * 1e5) / 100;
}

void memory_tier(Bench& bench) {
    Budget budget("bench");
    MemoryCache cache(budget, std::uint64_t{256} << 20);
    std::vector<Digest> keys;
    for (std::size_t i = 0; i < kEntries; ++i) {
        keys.push_back(key_of(i).digest);
        check(cache.put(keys.back(), CachedValue::of(std::make_shared<const std::size_t>(i), 64, {})), "room for all");
    }
    bench.report.figure("tiers", "memory tier, hits on one thread", million_hits(cache, keys, 1), "M/s");
    bench.report.figure("tiers", "memory tier, hits on two threads", million_hits(cache, keys, 2), "M/s");
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
    memory_tier(bench);
    disk_tier(bench);
}

}  // namespace hone
