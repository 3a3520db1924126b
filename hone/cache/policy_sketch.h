#pragma once
#include <cstdint>
#include <vector>

namespace hone {

/// Estimates how often keys were asked for lately: a count-min sketch of four-bit counters, all halved after ten uses
/// per resident, so that old fame fades. 8 bytes per resident; an estimate is never below the true count since the last
/// halving, up to 15. Deterministic. Not thread-safe.
class FrequencySketch {
public:
    FrequencySketch() : words_(kBlock) {}

    /// Counts a use of `key`.
    void add(std::uint64_t key);
    /// Starts loading the counters of `key`.
    void prefetch(std::uint64_t key) const;
    /// The estimate, 0..15.
    unsigned estimate(std::uint64_t key) const;
    /// Makes room for as many keys as are resident; estimates stay.
    void make_room(std::uint64_t residents);
    std::uint64_t bytes() const { return words_.capacity() * sizeof(std::uint64_t); }

private:
    static constexpr std::size_t kBlock = 8;  // words in a line of the processor's cache; a key uses one block

    void halve();

    std::vector<std::uint64_t> words_;
    std::uint64_t residents_ = 1;
    std::uint64_t additions_ = 0;
};

}  // namespace hone
