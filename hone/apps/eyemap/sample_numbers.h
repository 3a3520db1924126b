#pragma once
#include <cstdint>

#include "hone/base/random.h"

namespace hone::eyemap {

/// Scrambles 64 bits (the last step of SplitMix64).
constexpr std::uint64_t sample_mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/// The key of a part of something that has a key: independent of its other parts.
constexpr std::uint64_t sample_sub(std::uint64_t key, std::uint64_t part) {
    return sample_mix(key ^ sample_mix(part + 0x9E3779B97F4A7C15U));
}

/// exp(-m) by the four basic operations alone, so that it has the same bits everywhere. Requires: m >= 0.
double sample_exp_minus(double m);

/// Random numbers of the sample: +, -, *, / and square roots of doubles in a fixed order, equal on every machine.
class SampleStream {
public:
    explicit SampleStream(std::uint64_t state) : random_(state) {}

    std::uint64_t next() { return random_.next(); }
    /// In [0, 1).
    double unit() { return random_.unit(); }
    /// Near to normal (mean 0, standard deviation 1): twelve units minus six.
    double normal() {
        double sum = 0;
        for (int i = 0; i < 12; ++i)
            sum += random_.unit();
        return sum - 6;
    }
    /// Poisson distributed; above a mean of 30 by a rounded normal number.
    std::int64_t poisson(double mean);

private:
    Random random_;
};

}  // namespace hone::eyemap
