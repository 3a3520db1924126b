#include "hone/cache/request_families.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/policy_table.h"

namespace hone {
namespace {

using Keys = std::vector<std::uint64_t>;

// Keys of different parts of a stream never meet: each part counts from a base of its own.
constexpr std::uint64_t kLoopBase = std::uint64_t{1} << 40;
constexpr std::uint64_t kScanBase = std::uint64_t{2} << 40;

/// Ranks 0..count-1 with probabilities proportional to (rank + 1)^-exponent.
class Zipf {
public:
    Zipf(std::uint64_t count, double exponent) {
        double sum = 0;
        sums_.reserve(count);
        for (std::uint64_t rank = 1; rank <= count; ++rank) {
            sum += std::pow(static_cast<double>(rank), -exponent);
            sums_.push_back(sum);
        }
    }
    std::uint64_t draw(Random& random) const {
        const auto found = std::upper_bound(sums_.begin(), sums_.end(), random.unit() * sums_.back());
        return std::min<std::uint64_t>(static_cast<std::uint64_t>(found - sums_.begin()), sums_.size() - 1);
    }
    std::uint64_t count() const { return sums_.size(); }

private:
    std::vector<double> sums_;
};

Keys zipf(double exponent, std::uint64_t entries, std::uint64_t requests, Random& random) {
    const Zipf ranks(20 * entries, exponent);
    Keys keys;
    for (std::uint64_t i = 0; i < requests; ++i)
        keys.push_back(ranks.draw(random));
    return keys;
}

/// A cycle of `length` keys; with `zipf_share`, that part of the requests is skewed instead.
Keys loop(double capacities, double zipf_share, std::uint64_t entries, std::uint64_t requests, Random& random) {
    const auto length =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(capacities * static_cast<double>(entries)));
    const Zipf ranks(10 * entries, 1.0);
    Keys keys;
    std::uint64_t at = 0;
    for (std::uint64_t i = 0; i < requests; ++i) {
        if (random.unit() < zipf_share)
            keys.push_back(ranks.draw(random));
        else
            keys.push_back(kLoopBase + at++ % length);
    }
    return keys;
}

/// Skewed requests interrupted by scans of new keys, each half a capacity long, that make up `scan_share` of all.
Keys scans(double scan_share, std::uint64_t entries, std::uint64_t requests, Random& random) {
    const Zipf ranks(10 * entries, 0.9);
    const std::uint64_t burst = std::max<std::uint64_t>(1, entries / 2);
    const double chance = scan_share / (1 - scan_share) / static_cast<double>(burst);
    std::uint64_t scanned = 0;
    Keys keys;
    while (keys.size() < requests) {
        keys.push_back(ranks.draw(random));
        if (random.unit() >= chance) continue;
        for (std::uint64_t i = 0; i < burst && keys.size() < requests; ++i)
            keys.push_back(kScanBase + scanned++);
    }
    return keys;
}

enum class Shift { Gradual, Abrupt, Periodic };

/// A hot set that moves: each rank gets a new key every ten capacities, each at its own time; all ranks get new ones
/// every five capacities; or two sets take turns.
Keys shifting(Shift shift, std::uint64_t entries, std::uint64_t requests, Random& random) {
    const Zipf ranks(4 * entries, 0.9);
    const std::uint64_t period = 5 * entries;
    Keys keys;
    for (std::uint64_t i = 0; i < requests; ++i) {
        const std::uint64_t rank = ranks.draw(random);
        const std::uint64_t round = i / period;
        if (shift == Shift::Gradual)
            keys.push_back(rank + (i + mixed(rank) % (2 * period)) / (2 * period) * ranks.count());
        else
            keys.push_back(rank + (shift == Shift::Abrupt ? round : round % 2) * ranks.count());
    }
    return keys;
}

/// There and back over `capacities` capacities of keys.
Keys sweep(double capacities, std::uint64_t entries, std::uint64_t requests, Random&) {
    const auto length =
        std::max<std::uint64_t>(2, static_cast<std::uint64_t>(capacities * static_cast<double>(entries)));
    Keys keys;
    for (std::uint64_t i = 0; i < requests; ++i) {
        const std::uint64_t at = i % (2 * length);
        keys.push_back(kLoopBase + (at < length ? at : 2 * length - 1 - at));
    }
    return keys;
}

/// New keys, each asked for once more after up to `capacities` capacities of requests, then never.
Keys read_again(double capacities, std::uint64_t entries, std::uint64_t requests, Random& random) {
    const auto farthest =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(capacities * static_cast<double>(entries)));
    Keys keys(requests, 0);
    std::uint64_t fresh = kScanBase;
    for (std::uint64_t i = 0; i < requests; ++i) {
        if (keys[i] != 0) continue;
        keys[i] = ++fresh;
        const std::uint64_t again = i + 1 + random.below(farthest);
        if (random.below(3) != 0 && again < requests && keys[again] == 0) keys[again] = fresh;
    }
    return keys;
}

/// Families one after another, each for eight capacities of requests.
Keys phases(std::uint64_t entries, std::uint64_t requests, Random& random) {
    const std::uint64_t length = 8 * entries;
    Keys keys;
    for (std::uint64_t phase = 0; keys.size() < requests; ++phase) {
        Keys part;
        if (phase % 4 == 0) part = zipf(0.9, entries, length, random);
        if (phase % 4 == 1) part = loop(1.3, 0.2, entries, length, random);
        if (phase % 4 == 2) part = read_again(0.5, entries, length, random);
        if (phase % 4 == 3) part = scans(0.3, entries, length, random);
        for (const std::uint64_t key : part)
            keys.push_back(key + (phase << 44));
    }
    keys.resize(requests);
    return keys;
}

enum class Cost { Constant, Proportional, Independent };
constexpr const char* kCostNames[] = {"constant", "proportional", "independent"};

/// A log-normal number of median 1 that belongs to `key`.
double log_normal(std::uint64_t key, std::uint64_t salt, double sigma) {
    Random random(mixed(key + (salt << 56)));
    const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
    return std::exp(sigma * radius * std::cos(2 * std::numbers::pi * random.unit()));
}

std::vector<CacheRequest> weighed(const Keys& keys, double sigma, Cost cost) {
    std::vector<CacheRequest> requests;
    requests.reserve(keys.size());
    for (const std::uint64_t key : keys) {
        CacheRequest request{mixed(key + 1)};
        request.weight = static_cast<std::uint64_t>(std::clamp(4096 * log_normal(key, 1, sigma), 1.0, 1e9));
        if (cost == Cost::Proportional) request.cost = static_cast<double>(request.weight) / 4096;
        if (cost == Cost::Independent) request.cost = log_normal(key, 2, 1.0);
        requests.push_back(request);
    }
    return requests;
}

/// Which objects are large.
enum class Large { Popular, Unpopular };

/// Skewed requests whose sizes go with popularity: the logarithm of the size has standard deviation 1 and correlation
/// 0.7 or -0.7 with the place among the ranks (as a normal deviate, by the logistic approximation of its quantiles).
std::vector<CacheRequest> correlated(Large large, Cost cost, std::uint64_t entries, std::uint64_t requests,
                                     Random& random) {
    constexpr double kCorrelation = 0.7;
    constexpr double kLogisticScale = 1.702;
    const Keys keys = zipf(0.9, entries, requests, random);
    const double count = 20 * static_cast<double>(entries);
    std::vector<CacheRequest> made = weighed(keys, 1.0, cost);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const double place = (static_cast<double>(keys[i]) + 0.5) / count;
        const double deviate = std::log((1 - place) / place) / kLogisticScale * (large == Large::Popular ? 1 : -1);
        const double own = std::log(log_normal(keys[i], 1, 1.0));
        const double size = 4096 * std::exp(kCorrelation * deviate + std::sqrt(1 - kCorrelation * kCorrelation) * own);
        made[i].weight = static_cast<std::uint64_t>(std::clamp(size, 1.0, 1e9));
        if (cost == Cost::Proportional) made[i].cost = static_cast<double>(made[i].weight) / 4096;
    }
    return made;
}

std::vector<CacheRequest> unweighed(const Keys& keys) {
    std::vector<CacheRequest> requests;
    requests.reserve(keys.size());
    for (const std::uint64_t key : keys)
        requests.push_back({mixed(key + 1)});
    return requests;
}

using MakeKeys = std::function<Keys(std::uint64_t entries, std::uint64_t requests, Random& random)>;

void add_plain(std::vector<RequestFamily>& families, std::string name, MakeKeys make) {
    families.push_back({std::move(name), false,
                        [make = std::move(make)](std::uint64_t entries, std::uint64_t requests, std::uint64_t seed) {
                            Random random(seed);
                            return unweighed(make(entries, requests, random));
                        }});
}

void add_weighted(std::vector<RequestFamily>& families, const std::string& name, const MakeKeys& make) {
    for (const double sigma : {0.5, 1.0, 2.0}) {
        for (const Cost cost : {Cost::Constant, Cost::Proportional, Cost::Independent}) {
            families.push_back({cat(name, "-sigma-", sigma, "-cost-", kCostNames[static_cast<int>(cost)]), true,
                                [=](std::uint64_t entries, std::uint64_t requests, std::uint64_t seed) {
                                    Random random(seed);
                                    return weighed(make(entries, requests, random), sigma, cost);
                                }});
        }
    }
}

void add_correlated(std::vector<RequestFamily>& families) {
    for (const Large large : {Large::Popular, Large::Unpopular}) {
        for (const Cost cost : {Cost::Constant, Cost::Proportional, Cost::Independent}) {
            families.push_back({cat("sized-", large == Large::Popular ? "large" : "small", "-popular-cost-",
                                    kCostNames[static_cast<int>(cost)]),
                                true, [=](std::uint64_t entries, std::uint64_t requests, std::uint64_t seed) {
                                    Random random(seed);
                                    return correlated(large, cost, entries, requests, random);
                                }});
        }
    }
}

std::vector<RequestFamily> all_families() {
    std::vector<RequestFamily> families;
    for (const double exponent : {0.8, 0.9, 1.0, 1.1}) {
        add_plain(families, cat("zipf-", exponent), [=](auto entries, auto requests, Random& random) {
            return zipf(exponent, entries, requests, random);
        });
    }
    for (const double share : {0.0, 0.5}) {
        for (const double capacities : {0.5, 1.05, 2.0, 10.0}) {
            add_plain(families, cat(share > 0 ? "loop-zipf-" : "loop-", capacities),
                      [=](auto entries, auto requests, Random& random) {
                          return loop(capacities, share, entries, requests, random);
                      });
        }
    }
    for (const double share : {0.1, 0.3, 0.6}) {
        add_plain(families, cat("scan-", share),
                  [=](auto entries, auto requests, Random& random) { return scans(share, entries, requests, random); });
    }
    const std::pair<const char*, Shift> shifts[] = {
        {"shift-gradual", Shift::Gradual}, {"shift-abrupt", Shift::Abrupt}, {"shift-periodic", Shift::Periodic}};
    for (const auto& [name, shift] : shifts) {
        add_plain(families, name, [shift = shift](auto entries, auto requests, Random& random) {
            return shifting(shift, entries, requests, random);
        });
    }
    add_plain(families, "phases", phases);
    for (const double capacities : {0.5, 1.5, 2.0}) {
        add_plain(families, cat("sweep-", capacities), [=](auto entries, auto requests, Random& random) {
            return sweep(capacities, entries, requests, random);
        });
    }
    for (const double capacities : {0.5, 1.0}) {
        add_plain(families, capacities < 1 ? "read-again" : "read-again-far",
                  [=](auto entries, auto requests, Random& random) {
                      return read_again(capacities, entries, requests, random);
                  });
    }
    add_weighted(families, "sized-zipf",
                 [](auto entries, auto requests, Random& random) { return zipf(0.9, entries, requests, random); });
    add_weighted(families, "sized-scan",
                 [](auto entries, auto requests, Random& random) { return scans(0.3, entries, requests, random); });
    add_correlated(families);
    return families;
}

}  // namespace

const std::vector<RequestFamily>& request_families() {
    static const std::vector<RequestFamily> kFamilies = all_families();
    return kFamilies;
}

std::uint64_t capacity_for(std::span<const CacheRequest> requests, std::uint64_t entries) {
    PolicyTable<PolicyNode> seen;
    double sum = 0;
    for (const CacheRequest& request : requests) {
        if (seen.find(request.key) != kNoEntry) continue;
        seen.add({request.key});
        sum += static_cast<double>(request.weight);
    }
    const double mean = seen.size() > 0 ? sum / static_cast<double>(seen.size()) : 1;
    return static_cast<std::uint64_t>(std::llround(mean * static_cast<double>(entries)));
}

}  // namespace hone
