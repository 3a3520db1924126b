#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/base/files.h"
#include "hone/cache/policy.h"

namespace hone {

/// One recorded request: hash of the key, size and cost of the object at that time.
using CacheRequest = PolicyItem;

/// How recorded requests are written.
enum class RequestsFormat {
    Keys,   ///< one key per line, any text; weights and costs are 1
    Sized,  ///< CSV with the header `key,size` or `key,size,cost`; sizes from 1, costs from 0 (default 1)
};

/// The requests of a file, in order. Lines may end in CRLF and the last one without an end; a key in a sized file may
/// be in double quotes. Throws Fault::Input with file and line for an empty key and for any other malformed line.
std::vector<CacheRequest> read_requests(Files& files, const Path& path, RequestsFormat format);

/// What one policy made of the requests at one capacity. Each ratio is over all requests of the file.
struct ReplayRow {
    std::uint64_t capacity = 0;
    std::string policy;         ///< "ours", "lru", "s3fifo", "sieve", "wtinylfu", "gdsf", "belady"
    double hit_ratio = 0;       ///< hits / requests
    double byte_hit_ratio = 0;  ///< weights of the hits / weights of all requests
    double cost_hit_ratio = 0;  ///< costs of the hits / costs of all requests
};

/// Sums over requests and those of them that hit.
struct ReplayCounts {
    double requests = 0, hits = 0;
    double weight = 0, hit_weight = 0;
    double cost = 0, hit_cost = 0;

    double hit_ratio() const { return requests > 0 ? hits / requests : 0; }
    double byte_hit_ratio() const { return weight > 0 ? hit_weight / weight : 0; }
    double cost_hit_ratio() const { return cost > 0 ? hit_cost / cost : 0; }
};

/// Gives the requests to `policy` one after another and counts from request number `first` on. An object heavier than
/// the capacity is a miss and not stored; one whose weight changed is stored anew.
ReplayCounts replay_policy(std::span<const CacheRequest> requests, CachePolicy& policy, std::uint64_t first = 0);

/// Replays the requests from an empty cache through every policy at each of `capacities` (in units of the weights):
/// rows in the order of the capacities, then of ReplayRow::policy. The same input gives the same rows.
std::vector<ReplayRow> replay(const std::vector<CacheRequest>& requests, std::span<const std::uint64_t> capacities);

}  // namespace hone
