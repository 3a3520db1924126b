// ResultCache against a list and a hash map behind one mutex: hits only, and a skewed stream with misses.
#include "hone/cache/result_cache.h"

#include <array>
#include <cmath>
#include <list>
#include <mutex>
#include <unordered_map>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/parallel/pool.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kEntries = 20'000;
constexpr std::size_t kLooks = std::size_t{1} << 18;
constexpr std::uint64_t kWeight = 1000;

/// The plain way: least recently used, one lock.
class LockedList {
public:
    explicit LockedList(std::size_t capacity) : capacity_(capacity) {}
    std::shared_ptr<const CachedValue> find(const Digest& key) {
        const std::lock_guard lock(mutex_);
        const auto at = places_.find(key);
        if (at == places_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, at->second);
        return at->second->second;
    }
    void put(const Digest& key, CachedValue value) {
        auto shared = std::make_shared<const CachedValue>(std::move(value));
        const std::lock_guard lock(mutex_);
        if (places_.contains(key)) return;
        entries_.emplace_front(key, std::move(shared));
        places_[key] = entries_.begin();
        if (entries_.size() <= capacity_) return;
        places_.erase(entries_.back().first);
        entries_.pop_back();
    }

private:
    using Entries = std::list<std::pair<Digest, std::shared_ptr<const CachedValue>>>;
    std::size_t capacity_;
    std::mutex mutex_;
    Entries entries_;
    std::unordered_map<Digest, Entries::iterator, DigestHash> places_;
};

const CachedValue* value_of(const ResultCache::Lookup& found) {
    return found.value.get();
}
const CachedValue* value_of(const std::shared_ptr<const CachedValue>& found) {
    return found.get();
}

CachedValue entry(std::uint64_t i) {
    EntryFacts facts;
    facts.cost_ns = 1'000'000;
    return CachedValue::of(std::make_shared<const std::uint64_t>(i), kWeight, std::move(facts));
}

/// Keys and the order in which they are asked for: Zipf with exponent 0.99.
struct Stream {
    std::vector<Digest> digests;
    std::array<std::vector<std::uint32_t>, 2> order;  ///< of each thread

    Stream() {
        std::vector<double> sums;
        double sum = 0;
        for (std::size_t i = 0; i < kEntries; ++i) {
            digests.push_back(digest_of(cat("entry ", i)));
            sums.push_back(sum += 1 / std::pow(static_cast<double>(i + 1), 0.99));
        }
        Random random(1);
        for (std::vector<std::uint32_t>& own : order) {
            for (std::size_t i = 0; i < kLooks; ++i)
                own.push_back(
                    static_cast<std::uint32_t>(std::ranges::lower_bound(sums, random.unit() * sum) - sums.begin()));
        }
    }
};

struct Outcome {
    double million = 0;  ///< look-ups per second
    double hit_percent = 0;
};

/// Look-ups of `threads` threads; what is missing is put.
template <class Cache>
Outcome look_up(Cache& cache, const Stream& stream, unsigned threads) {
    Pool pool(threads);
    std::atomic<std::uint64_t> hits = 0, wrong = 0, looks = 0;
    const double ns = best_ns(5, 1, [&] {
        pool.run(threads, threads - 1, Cancel(), [&](std::size_t thread) {
            std::uint64_t own = 0;
            for (const std::uint32_t rank : stream.order[thread]) {
                const auto found = cache.find(stream.digests[rank]);
                if (const CachedValue* value = value_of(found)) {
                    ++own;
                    if (*value->as<std::uint64_t>() != rank) ++wrong;
                } else {
                    cache.put(stream.digests[rank], entry(rank));
                }
            }
            hits += own;
            looks += kLooks;
        });
    });
    check(wrong == 0, "a hit gives what was put");
    return {std::round(static_cast<double>(threads) * kLooks / ns * 1e5) / 100,
            std::round(1000.0 * static_cast<double>(hits) / static_cast<double>(looks)) / 10};
}

void hits_only(Bench& bench, const Stream& stream) {
    Budget budget("bench");
    ResultCache cache(budget, {.limit_bytes = std::uint64_t{256} << 20});
    LockedList list(kEntries);
    for (std::uint64_t i = 0; i < kEntries; ++i) {
        cache.put(stream.digests[i], entry(i));
        list.put(stream.digests[i], entry(i));
    }
    const double one = look_up(cache, stream, 1).million;
    const double two = look_up(cache, stream, 2).million;
    check(cache.stats().tier.misses == 0, "all entries are resident");
    bench.report.at_least("result_cache", "hits on one thread", one, "M/s", 5);
    bench.report.at_least("result_cache", "hits on two threads", two, "M/s", 10);
    bench.report.figure("result_cache", "peer: list and mutex, one thread", look_up(list, stream, 1).million, "M/s");
    bench.report.figure("result_cache", "peer: list and mutex, two threads", look_up(list, stream, 2).million, "M/s");
}

void with_misses(Bench& bench, const Stream& stream) {
    constexpr std::size_t kRoom = kEntries / 10;
    for (const unsigned threads : {1U, 2U}) {
        Budget budget("bench");
        ResultCache cache(budget, {.limit_bytes = kRoom * (kWeight + ResultCache::kEntryBytes)});
        LockedList list(kRoom);
        const Outcome ours = look_up(cache, stream, threads);
        const Outcome theirs = look_up(list, stream, threads);
        const std::string words = threads == 1 ? "one thread" : "two threads";
        bench.report.figure("result_cache", cat("room for a tenth of the keys, ", words), ours.million, "M/s",
                            cat(ours.hit_percent, " % hits, what is missing is put"));
        bench.report.figure("result_cache", cat("peer: list and mutex, room for a tenth, ", words), theirs.million,
                            "M/s", cat(theirs.hit_percent, " % hits"));
    }
}

}  // namespace

void bench_result_cache(Bench& bench) {
    const Stream stream;
    hits_only(bench, stream);
    with_misses(bench, stream);
}

}  // namespace hone
