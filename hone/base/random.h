#pragma once
#include <cstdint>

namespace hone {

/// Scrambles 64 bits so that each bit of the result depends on every bit of `z`; different numbers give different
/// results, 0 gives 0 (the last step of SplitMix64, Steele, Lea and Flood 2014). For hashes, samples and streams.
constexpr std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/// Small deterministic random generator (SplitMix64) for tests, benchmarks and sampling. Equal seeds give equal
/// sequences everywhere. Not for secrets. Not thread-safe.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15U); }
    /// A number in 0..bound-1. Requires: bound > 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    /// A number in low..high. Requires: low <= high.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        const std::uint64_t count = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
        const std::uint64_t step = count == 0 ? next() : below(count);  // zero: the whole range of 64 bits
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
    }
    /// A number in [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
    std::uint64_t state_;
};

}  // namespace hone
