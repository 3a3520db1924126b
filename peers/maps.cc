#include <tbb/concurrent_hash_map.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/parallel/pool.h"
#include "hone/watch/bench.h"
#include "peers/peers.h"

namespace hone::peers {
namespace {

// The stream of small_cache_bench.cc.
constexpr std::size_t kKeys = 65'536;
constexpr std::size_t kLooks = std::size_t{1} << 20;

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

using Map = tbb::concurrent_hash_map<std::uint64_t, std::uint64_t>;

double million_hits(const Map& map, const std::vector<std::uint32_t>& keys, unsigned threads) {
    Pool pool(threads);
    std::atomic<std::uint64_t> sum = 0;
    const double ns = best_ns(5, 1, [&] {
        pool.run(threads, threads - 1, Cancel(), [&](std::size_t thread) {
            std::uint64_t own = 0;
            const std::size_t start = thread * 7919;
            for (std::size_t i = 0; i < keys.size(); ++i) {
                Map::const_accessor found;
                if (map.find(found, keys[(i + start) & (kLooks - 1)])) own += found->second;
            }
            sum += own;
        });
    });
    check(sum > 0, "look-ups give values");
    return std::round(static_cast<double>(threads) * static_cast<double>(keys.size()) / ns * 1e4) / 10;
}

}  // namespace

void measure_maps() {
    const std::vector<std::uint32_t> keys = skewed_keys();
    Map map;
    for (std::uint64_t key = 0; key < kKeys; ++key)
        map.emplace(key, key + 1);
    for (std::uint64_t key = 0; key < kKeys; ++key) {
        Map::const_accessor found;
        check(map.find(found, key) && found->second == key + 1, "the map holds every key");
    }
    print_figure("tbb::concurrent_hash_map, one thread", million_hits(map, keys, 1), "M/s", "evicts nothing");
    print_figure("tbb::concurrent_hash_map, two threads", million_hits(map, keys, 2), "M/s", "evicts nothing");
}

}  // namespace hone::peers
