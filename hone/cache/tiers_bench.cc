// The disk tier: hits and puts.
#include <cmath>
#include <thread>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/disk_cache.h"
#include "hone/parallel/pool.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kEntries = 10'000;

Key key_of(std::size_t i) {
    return KeyBuilder("bench", "entry").add("i", cat(i)).build();
}

/// Rows of numbers, which compress to about a third.
std::string rows(std::size_t size) {
    Random random(1);
    std::string text;
    while (text.size() < size)
        text += cat("cell ", random.below(10000), ",wheat,", random.below(100), ".5\n");
    text.resize(size);
    return text;
}

/// Bytes that do not compress.
std::string noise(std::size_t size) {
    Random random(2);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random.next());
    return bytes;
}

/// Puts per second of one value under each key, in a folder of its own.
struct Puts {
    double per_second = 0;
    double cpu_us = 0;
};
Puts puts_of(DiskCache& cache, const std::vector<Key>& keys, std::string_view bytes) {
    const double start = process_cpu_seconds();
    const std::int64_t start_ns = real_clock().monotonic_ns();
    for (const Key& key : keys)
        check(cache.put(key, bytes, {}), "the folder takes entries");
    const double seconds = static_cast<double>(real_clock().monotonic_ns() - start_ns) / 1e9;
    const auto count = static_cast<double>(keys.size());
    return {std::round(count / seconds), std::round((process_cpu_seconds() - start) / count * 1e8) / 100};
}

/// Puts per second of bare system calls: create, write and rename a file for each key in 256 folders. Some file systems
/// are many times slower for seconds after many files were removed; this tells.
double bare_puts(const Path& folder, const std::vector<Key>& keys, std::string_view bytes) {
    Files& files = real_files();
    for (const Key& key : keys)
        files.make_folders(folder / key.digest.hex().substr(0, 2));
    const std::int64_t start_ns = real_clock().monotonic_ns();
    for (const Key& key : keys) {
        const std::string hex = key.digest.hex();
        write_file(files, folder / hex.substr(0, 2) / hex.substr(2), bytes);
    }
    const double seconds = static_cast<double>(real_clock().monotonic_ns() - start_ns) / 1e9;
    return std::round(static_cast<double>(keys.size()) / seconds);
}

/// Microseconds of a look-up.
double hit_us(DiskCache& cache, const std::vector<Key>& keys, std::string_view bytes) {
    const double ns = best_ns(5, 1, [&] {
        for (const Key& key : keys)
            check(cache.find(key)->bytes == bytes, "a hit gives what was put");
    });
    return std::round(ns / static_cast<double>(keys.size()) / 10) / 100;
}

/// Operations per second: three look-ups of stored keys, then a put of a new one.
double mixed(DiskCache& cache, const std::vector<Key>& keys, std::string_view bytes) {
    Random random(3);
    std::vector<Key> new_keys;
    for (std::size_t i = 0; i < keys.size() / 4; ++i)
        new_keys.push_back(key_of(kEntries + i));
    const std::int64_t start_ns = real_clock().monotonic_ns();
    for (const Key& key : new_keys) {
        for (int look = 0; look < 3; ++look)
            check(cache.find(keys[random.below(keys.size())])->bytes == bytes, "a hit gives what was put");
        check(cache.put(key, bytes, {}), "the folder takes entries");
    }
    return std::round(4 * static_cast<double>(new_keys.size()) * 1e9 /
                      static_cast<double>(real_clock().monotonic_ns() - start_ns));
}

/// Puts per second into a full cache, which drops an entry for each.
double churn(const Path& folder, const std::vector<Key>& keys, std::string_view bytes) {
    DiskCache cache({.folder = folder, .limit_bytes = keys.size() / 4 * bytes.size()});
    const double per_second = puts_of(cache, keys, bytes).per_second;
    check(cache.stats().evictions > keys.size() / 2, "a full cache drops entries");
    check(cache.walk().bytes <= cache.limit_bytes() * 6 / 5, "the bound holds");
    return per_second;
}

void disk_tier(Bench& bench) {
    std::vector<Key> keys;
    for (std::size_t i = 0; i < kEntries; ++i)
        keys.push_back(key_of(i));
    const std::uint64_t limit = std::uint64_t{1} << 30;
    DiskCache small({.folder = bench.folder / "tiers_small", .limit_bytes = limit});
    DiskCache page({.folder = bench.folder / "tiers_page", .limit_bytes = limit});
    DiskCache packed({.folder = bench.folder / "tiers_packed", .limit_bytes = limit});
    const std::string small_value = noise(1024), page_value = noise(4096), packed_value = rows(std::size_t{64} << 10);
    const std::vector<Key> few(keys.begin(), keys.begin() + kEntries / 10);

    // The best of three folders, each beside the bare calls, as the file system may be busy with something else.
    Puts small_puts = puts_of(small, keys, small_value);
    double bare = bare_puts(bench.folder / "tiers_bare", keys, small_value), ratio = small_puts.per_second / bare;
    for (int round = 2; round <= 3; ++round) {
        DiskCache fresh({.folder = bench.folder / cat("tiers_small", round), .limit_bytes = limit});
        const Puts puts = puts_of(fresh, keys, small_value);
        const double its_bare = bare_puts(bench.folder / cat("tiers_bare", round), keys, small_value);
        if (puts.per_second > small_puts.per_second) small_puts = puts;
        bare = std::max(bare, its_bare);
        ratio = std::max(ratio, puts.per_second / its_bare);
    }
    constexpr double kTarget = 25'000;
    const std::string cpu = cat(small_puts.cpu_us, " us CPU each");
    if (bare > 1.2 * kTarget)
        bench.report.at_least("tiers", "disk tier, puts of 1 KiB", small_puts.per_second, "/s", kTarget, cpu);
    else
        bench.report.figure("tiers", "disk tier, puts of 1 KiB", small_puts.per_second, "/s",
                            cat(cpu, "; the file system itself is too slow just now to judge"));
    bench.report.figure("tiers", "peer: bare create, write and rename of 1 KiB", bare, "/s");
    bench.report.at_least("tiers", "disk tier, puts against bare calls beside them", std::round(ratio * 100) / 100, "x",
                          0.6);
    const Puts page_puts = puts_of(page, keys, page_value);
    bench.report.figure("tiers", "disk tier, puts of 4 KiB", page_puts.per_second, "/s",
                        cat(page_puts.cpu_us, " us CPU each"));
    bench.report.at_most("tiers", "disk tier, a hit of 4 KiB", hit_us(page, keys, page_value), "us", 15);
    bench.report.figure("tiers", "disk tier, three hits and a put of 1 KiB", mixed(small, keys, small_value), "/s");
    bench.report.figure("tiers", "disk tier, puts of 1 KiB over stored ones",
                        puts_of(small, few, small_value).per_second, "/s");
    bench.report.figure("tiers", "disk tier, puts of 1 KiB into a full cache",
                        churn(bench.folder / "tiers_churn", keys, small_value), "/s");
    const Puts packed_puts = puts_of(packed, few, packed_value);
    const auto walk = packed.walk();
    bench.report.figure("tiers", "disk tier, puts of 64 KiB of text", packed_puts.per_second, "/s",
                        cat("stored as ", walk.bytes * 100 / walk.raw_bytes, " % of it"));
    bench.report.figure("tiers", "disk tier, a hit of 64 KiB of text", hit_us(packed, few, packed_value), "us");
}

}  // namespace

void bench_tiers(Bench& bench) {
    disk_tier(bench);
}

}  // namespace hone
