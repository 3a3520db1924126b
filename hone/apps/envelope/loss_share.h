#pragma once
#include <cstdint>
#include <string_view>

#include "hone/apps/envelope/curve.h"

namespace hone::envelope {

/// Land that loses only a part of its energy, the same everywhere: k millionths. With E' = floor(k E / 10^6) the bounds
/// are L'(A) = floor(k L(A) / 10^6) and U'(A) = E' - L'(T - A), so that every identity of the envelope holds again.
class LossShare {
public:
    /// Everything is lost.
    LossShare() = default;
    /// Requires: 0 <= ppm <= 1,000,000.
    explicit LossShare(std::int64_t ppm);
    /// Reads a percentage of at most four decimals, 0 to 100. Fault::Usage for anything else.
    static LossShare parse_percent(std::string_view text);

    std::int64_t ppm() const { return ppm_; }
    bool is_whole() const { return ppm_ == kAll; }

    /// E' of the energy of some land.
    Energy of(Energy energy) const;
    /// L' and U' at the area of `bounds`, which are those of a curve of this total energy. No search.
    Bounds of(const Bounds& bounds, Energy total) const;

    /// max{A : L'(A) <= z}. Requires: z >= 0.
    Area largest_area_within(const Curve& curve, Energy loss) const;
    /// The smallest area that can lose x, T - max{A : L'(A) <= E' - x}. Requires: 0 <= x <= E'.
    Area smallest_area_for(const Curve& curve, Energy loss) const;

private:
    static constexpr std::int64_t kAll = 1'000'000;
    std::int64_t ppm_ = kAll;
};

}  // namespace hone::envelope
