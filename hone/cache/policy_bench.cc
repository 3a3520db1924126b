// Policies of the memory tier: time per request, and hit ratios over all families of requests.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/policy_choice.h"
#include "hone/cache/request_families.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::uint64_t kEntries = 65'536;
constexpr std::array kMembers = {PolicyKind::Lru, PolicyKind::S3Fifo, PolicyKind::Sieve, PolicyKind::TinyLfu,
                                 PolicyKind::Gdsf};

double rounded(double value) {
    return std::round(value * 100) / 100;
}

/// Keys drawn with probabilities proportional to rank^-0.99 out of twenty times the capacity.
std::vector<std::uint64_t> skewed_keys(std::size_t count) {
    std::vector<double> sums;
    double sum = 0;
    for (std::uint64_t rank = 1; rank <= 20 * kEntries; ++rank)
        sums.push_back(sum += std::pow(static_cast<double>(rank), -0.99));
    Random random(1);
    std::vector<std::uint64_t> keys;
    for (std::size_t i = 0; i < count; ++i) {
        const auto rank = std::lower_bound(sums.begin(), sums.end(), random.unit() * sum) - sums.begin();
        keys.push_back(mixed(static_cast<std::uint64_t>(rank) + 1));
    }
    return keys;
}

std::uint64_t hits_of(CachePolicy& policy, std::span<const std::uint64_t> keys) {
    std::uint64_t hits = 0;
    std::vector<std::uint64_t> leaving;
    for (const std::uint64_t key : keys) {
        if (policy.touch(key)) {
            ++hits;
        } else {
            policy.insert({key}, leaving);
            leaving.clear();
        }
    }
    return hits;
}

/// Nanoseconds per request once the policy is full; its answer is that of a second one that was not timed.
double ns_per_request(CachePolicy& policy, CachePolicy& again, std::span<const std::uint64_t> keys) {
    check(hits_of(policy, keys) == hits_of(again, keys), "a policy decides the same again");
    check(policy.entries() == kEntries && policy.weight() == kEntries, "the policy is full");
    return best_ns(3, 1, [&] { keep(hits_of(policy, keys)); }) / static_cast<double>(keys.size());
}

void speed(BenchReport& report) {
    const std::vector<std::uint64_t> keys = skewed_keys(1'000'000);
    double s3fifo = 0;
    for (const PolicyKind kind : kMembers) {
        const auto policy = make_policy(kind, kEntries);
        const double ns = ns_per_request(*policy, *make_policy(kind, kEntries), keys);
        if (kind == PolicyKind::S3Fifo) s3fifo = ns;
        report.figure("policy", cat(policy_name(kind), ", a request at 65,536 entries"), rounded(ns), "ns",
                      cat(rounded(static_cast<double>(policy->metadata_bytes()) / kEntries), " bytes per entry"));
    }
    PolicyChoice choice(kEntries);
    PolicyChoice again(kEntries);
    const double ns = ns_per_request(choice, again, keys);
    report.figure("policy", "ours, a request at 65,536 entries", rounded(ns), "ns",
                  cat(rounded(static_cast<double>(choice.metadata_bytes() - choice.shadow_bytes()) / kEntries),
                      " bytes per entry, shadows ", human_bytes(choice.shadow_bytes())));
    report.at_most("policy", "ours, time of a request against S3-FIFO", rounded(ns / s3fifo), "x", 3);
}

/// Percent of the requests (or of their cost) that hit, after ten capacities.
struct Percents {
    std::array<double, kMembers.size()> members = {};
    double ours = 0;
    double belady = 0;
};

Percents percents_of(const RequestFamily& family, std::uint64_t entries) {
    const auto requests = family.make(entries, 30 * entries, 7);
    const std::uint64_t capacity = capacity_for(requests, entries);
    const auto percent = [&](CachePolicy& policy) {
        const ReplayCounts counts = replay_policy(requests, policy, 10 * entries);
        return 100 * (family.is_weighted ? counts.cost_hit_ratio() : counts.hit_ratio());
    };
    Percents percents;
    for (std::size_t i = 0; i < kMembers.size(); ++i)
        percents.members[i] = percent(*make_policy(kMembers[i], capacity));
    PolicyChoice choice(capacity);
    percents.ours = percent(choice);
    std::vector<std::uint64_t> keys;
    for (const CacheRequest& request : requests)
        keys.push_back(request.key);
    const std::vector<std::uint64_t> uses = next_uses(keys);
    percents.belady = percent(*make_belady(uses, capacity));
    return percents;
}

void ratios(BenchReport& report) {
    Percents sums;
    double count = 0;
    std::vector<std::pair<double, std::string>> gaps;
    for (const std::uint64_t entries : {100U, 1000U, 10'000U}) {
        for (const RequestFamily& family : request_families()) {
            const Percents percents = percents_of(family, entries);
            for (std::size_t i = 0; i < kMembers.size(); ++i)
                sums.members[i] += percents.members[i];
            sums.ours += percents.ours;
            sums.belady += percents.belady;
            ++count;
            const double gap = *std::max_element(percents.members.begin(), percents.members.end()) - percents.ours;
            gaps.emplace_back(gap, cat(family.name, " at ", entries));
        }
    }
    std::sort(gaps.rbegin(), gaps.rend());
    double best = 0;
    for (std::size_t i = 0; i < kMembers.size(); ++i) {
        report.figure("policy", cat(policy_name(kMembers[i]), ", mean over all families"),
                      rounded(sums.members[i] / count), "%");
        best = std::max(best, sums.members[i] / count);
    }
    report.figure("policy", "belady, mean over all families", rounded(sums.belady / count), "%", "knows the future");
    report.at_least("policy", "ours, mean over all families", rounded(sums.ours / count), "%", rounded(best + 1),
                    "target: best member + 1 point");
    report.at_most("policy", "ours, worst family behind its best member", rounded(gaps[0].first), "points", 3,
                   cat(gaps[0].second, "; then ", gaps[1].second, " (", rounded(gaps[1].first), "), ", gaps[2].second,
                       " (", rounded(gaps[2].first), ")"));
}

}  // namespace

void bench_policy(Bench& bench) {
    speed(bench.report);
    ratios(bench.report);
}

}  // namespace hone
