#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hone/cache/replay.h"

namespace hone {

/// One kind of request stream, made from a seed.
struct RequestFamily {
    std::string name;
    bool is_weighted = false;  ///< has sizes and costs, so that what counts is the cost saved

    /// Makes `requests` requests that load a cache of `entries` average entries. Equal arguments give equal requests.
    std::function<std::vector<CacheRequest>(std::uint64_t entries, std::uint64_t requests, std::uint64_t seed)> make;
};

/// All families: skew, loops, scans, shifting hot sets, phases, correlated reuse, and some with sizes and costs, also
/// with sizes that go with popularity.
const std::vector<RequestFamily>& request_families();

/// The capacity that holds `entries` average objects of `requests`: their number if all weigh 1.
std::uint64_t capacity_for(std::span<const CacheRequest> requests, std::uint64_t entries);

}  // namespace hone
