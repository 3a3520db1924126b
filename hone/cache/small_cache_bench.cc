// SmallCache: speed against a list and a hash map behind one mutex, on a skewed stream of resident keys; hit ratios on
// all families of requests against its single rules, and against policies that are not bound to sets.
#include "hone/cache/small_cache.h"

#include <cmath>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/policy.h"
#include "hone/cache/request_families.h"
#include "hone/parallel/pool.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kKeys = 65'536;
constexpr std::size_t kLooks = std::size_t{1} << 20;

/// Requests with exponent 0.99 over kKeys keys.
std::vector<std::uint32_t> skewed_keys() {
    std::vector<double> sums;
    double sum = 0;
    for (std::size_t rank = 1; rank <= kKeys; ++rank)
        sums.push_back(sum += 1 / std::pow(static_cast<double>(rank), 0.99));
    Random random(1);
    std::vector<std::uint32_t> keys(kLooks);
    for (std::uint32_t& key : keys)
        key = static_cast<std::uint32_t>(std::ranges::lower_bound(sums, random.unit() * sum) - sums.begin());
    return keys;
}

/// The plain way: least recently used, one lock.
class LockedList {
public:
    explicit LockedList(std::size_t capacity) : capacity_(capacity) {}
    std::optional<std::uint64_t> find(std::uint64_t key) {
        const std::lock_guard lock(mutex_);
        const auto at = places_.find(key);
        if (at == places_.end()) return std::nullopt;
        entries_.splice(entries_.begin(), entries_, at->second);
        return at->second->second;
    }
    void put(std::uint64_t key, std::uint64_t value) {
        const std::lock_guard lock(mutex_);
        entries_.emplace_front(key, value);
        places_[key] = entries_.begin();
        if (entries_.size() <= capacity_) return;
        places_.erase(entries_.back().first);
        entries_.pop_back();
    }

private:
    std::size_t capacity_;
    std::mutex mutex_;
    std::list<std::pair<std::uint64_t, std::uint64_t>> entries_;
    std::unordered_map<std::uint64_t, std::list<std::pair<std::uint64_t, std::uint64_t>>::iterator> places_;
};

template <class Cache>
double million_hits(Cache& cache, const std::vector<std::uint32_t>& keys, unsigned threads) {
    Pool pool(threads);
    std::atomic<std::uint64_t> sum = 0;
    const double ns = best_ns(5, 1, [&] {
        pool.run(threads, threads - 1, Cancel(), [&](std::size_t thread) {
            std::uint64_t own = 0;
            const std::size_t start = thread * 7919;
            for (std::size_t i = 0; i < keys.size(); ++i)
                own += cache.find(keys[(i + start) & (kLooks - 1)]).value_or(0);
            sum += own;
        });
    });
    check(sum > 0, "look-ups give values");
    return std::round(static_cast<double>(threads) * static_cast<double>(keys.size()) / ns * 1e4) / 10;
}

double rounded(double value) {
    return std::round(value * 100) / 100;
}

/// Requests of equal weight, as a SmallCache takes them.
std::vector<CacheRequest> equal_weights(std::vector<CacheRequest> requests) {
    for (CacheRequest& request : requests)
        request.weight = 1;
    return requests;
}

/// Percent of the cost that hits save after `first` requests, with a limit that just holds `entries` entries.
double percent_saved(std::span<const CacheRequest> requests, std::uint64_t entries, std::uint64_t first,
                     std::optional<SmallCacheRule> rule) {
    Budget budget("bench");
    using Cache = SmallCache<std::uint64_t, std::uint64_t>;
    std::uint64_t limit = entries * 40;
    while (Cache(budget, limit).stats().capacity < entries)
        limit += 320;
    Cache cache(budget, limit, real_clock(), {.rule = rule});
    double saved = 0, asked = 0;
    for (std::uint64_t i = 0; i < requests.size(); ++i) {
        const CacheRequest& request = requests[i];
        const bool is_hit = cache.find(request.key).has_value();
        if (!is_hit) cache.put(request.key, i, {.cost = static_cast<float>(request.cost)});
        if (i < first) continue;
        asked += request.cost;
        saved += is_hit ? request.cost : 0;
    }
    return asked > 0 ? 100 * saved / asked : 0;
}

/// Means over the families, and how far the chosen rule falls behind the best.
struct Ratios {
    std::array<double, 4> rules{};
    double chosen = 0, lru = 0, s3fifo = 0;
    double count = 0;
    double worst = 0;
    std::string worst_at = "none";

    void add(const RequestFamily& family, std::uint64_t entries) {
        const auto requests = equal_weights(family.make(entries, 30 * entries, 7));
        const std::uint64_t first = 10 * entries;
        double best = 0;
        for (const SmallCacheRule rule : small_cache_rules()) {
            const double its = percent_saved(requests, entries, first, rule);
            rules[static_cast<std::size_t>(rule)] += its;
            best = std::max(best, its);
        }
        const double ours = percent_saved(requests, entries, first, std::nullopt);
        chosen += ours;
        lru += 100 * replay_policy(requests, *make_policy(PolicyKind::Lru, entries), first).cost_hit_ratio();
        s3fifo += 100 * replay_policy(requests, *make_policy(PolicyKind::S3Fifo, entries), first).cost_hit_ratio();
        ++count;
        if (best - ours <= worst) return;
        worst = best - ours;
        worst_at = cat(family.name, " at ", entries, " entries");
    }
};

void ratios(BenchReport& report) {
    Ratios ratios;
    for (const std::uint64_t entries : {200U, 2000U, 10'000U}) {
        for (const RequestFamily& family : request_families()) {
            if (family.name.find("sigma-0.5") == std::string::npos && family.is_weighted) continue;
            ratios.add(family, entries);
        }
    }
    double best = 0;
    for (const SmallCacheRule rule : small_cache_rules()) {
        const double mean = ratios.rules[static_cast<std::size_t>(rule)] / ratios.count;
        best = std::max(best, mean);
        report.figure("small_cache", cat("cost saved by the rule ", small_cache_rule_name(rule)), rounded(mean), "%",
                      "mean over all families");
    }
    report.figure("small_cache", "cost saved by lru, not bound to sets", rounded(ratios.lru / ratios.count), "%");
    report.figure("small_cache", "cost saved by s3fifo, not bound to sets", rounded(ratios.s3fifo / ratios.count), "%");
    report.at_least("small_cache", "cost saved by the chosen rule", rounded(ratios.chosen / ratios.count), "%",
                    rounded(best - 0.5), "target: best rule - 0.5 points");
    report.at_most("small_cache", "worst family behind its best rule", rounded(ratios.worst), "points", 3,
                   ratios.worst_at);
}

}  // namespace

void bench_small_cache(Bench& bench) {
    const std::vector<std::uint32_t> keys = skewed_keys();
    Budget budget("bench");
    SmallCache<std::uint64_t, std::uint64_t> cache(budget, std::uint64_t{8} << 20);
    LockedList list(kKeys);
    for (std::uint64_t key = 0; key < kKeys; ++key) {
        cache.put(key, key + 1);
        list.put(key, key + 1);
    }
    std::size_t resident = 0;
    for (std::uint64_t key = 0; key < kKeys; ++key) {
        const auto value = cache.find(key);
        check(!value || *value == key + 1, "a hit gives what was put");
        check(list.find(key) == key + 1, "the list holds every key");
        resident += value.has_value() ? 1 : 0;
    }
    check(resident > kKeys * 999 / 1000, "of a cache three times as large as its keys hardly a set is full");
    const double one = million_hits(cache, keys, 1);
    const double two = million_hits(cache, keys, 2);
    bench.report.at_least("small_cache", "hits on one thread", one, "M/s", 60);
    bench.report.at_least("small_cache", "hits on two threads", two, "M/s", 100);
    bench.report.figure("small_cache", "peer: list and mutex, one thread", million_hits(list, keys, 1), "M/s");
    bench.report.figure("small_cache", "peer: list and mutex, two threads", million_hits(list, keys, 2), "M/s");
    std::uint64_t next = 0;
    const double put_ns = best_ns(5, 100'000, [&] { cache.put(next++ * 7919, next); });
    bench.report.figure("small_cache", "put of a new key", std::round(put_ns * 10) / 10, "ns");
    ratios(bench.report);
}

}  // namespace hone
