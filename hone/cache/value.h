#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>

namespace hone {

/// What a cache knows about a value besides the value.
struct EntryFacts {
    std::int64_t created_wall_ns = 0;  ///< when it was computed
    std::int64_t cost_ns = 0;          ///< what computing it took; the price of losing it
    std::vector<std::string> tags;     ///< "app:envelope", "task:compute", "file:/data/P.csv", and the user's own
    /// When it stops being true, by the wall clock; 0: never. The disk tier obeys it across steps of the clock.
    std::int64_t expires_wall_ns = 0;
    /// Number of the lease under which it was computed, higher for later ones; 0: none. See SingleFlight.
    std::uint64_t fence = 0;
};

/// True for times and durations in nanoseconds up to 146 years from zero, either way: differences of two of them fit 64
/// bits. Others, read from a file, are damage.
constexpr bool is_plausible_ns(std::int64_t ns) {
    constexpr std::int64_t kBound = std::int64_t{1} << 62;
    return ns > -kBound && ns < kBound;
}

/// A shared immutable value of any type with its weight in bytes.
struct CachedValue {
    std::shared_ptr<const void> value;
    const std::type_info* type = nullptr;
    std::uint64_t weight_bytes = 0;
    EntryFacts facts;

    template <class T>
    static CachedValue of(std::shared_ptr<const T> value, std::uint64_t weight_bytes, EntryFacts facts) {
        return {std::move(value), &typeid(T), weight_bytes, std::move(facts)};
    }
    /// The value as a T; nullptr if it is of another type.
    template <class T>
    std::shared_ptr<const T> as() const {
        return type != nullptr && *type == typeid(T) ? std::static_pointer_cast<const T>(value) : nullptr;
    }
};

/// Counts of one tier since it was opened.
struct TierStats {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t limit_bytes = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t puts = 0;
    std::uint64_t refused = 0;  ///< puts that found no room or no working folder
    std::uint64_t evictions = 0;
    std::uint64_t damaged = 0;   ///< entries whose checksum was wrong: removed and counted as misses
    std::uint64_t saved_ns = 0;  ///< cost of the hits
};

}  // namespace hone
