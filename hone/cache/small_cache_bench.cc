// SmallCache against a list and a hash map behind one mutex, on a skewed stream of resident keys.
#include "hone/cache/small_cache.h"

#include <cmath>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
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
}

}  // namespace hone
