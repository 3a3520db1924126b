#pragma once
#include <array>
#include <compare>
#include <cstdint>

namespace hone::eyemap {

/// A column of an eye by its two hexagonal coordinates (axial, 120 degrees apart); hex1 grows along q, hex2 along p.
struct Hex {
    std::int32_t hex1 = 0;
    std::int32_t hex2 = 0;
    auto operator<=>(const Hex&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};

/// Largest magnitude of a coordinate that is read.
inline constexpr std::int32_t kMostHex = 32767;

/// Steps to the six neighbours of a column; (1,-1) is none.
inline constexpr std::array<Hex, 6> kNeighbours = {{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}}};

/// The column one step away.
constexpr Hex moved(Hex hex, Hex step) {
    return {hex.hex1 + step.hex1, hex.hex2 + step.hex2};
}

/// Squared distance in units of the distance of neighbours: d1^2 - d1 d2 + d2^2.
constexpr std::int64_t squared_distance(Hex a, Hex b) {
    const std::int64_t d1 = std::int64_t{a.hex1} - b.hex1;
    const std::int64_t d2 = std::int64_t{a.hex2} - b.hex2;
    return d1 * d1 - d1 * d2 + d2 * d2;
}

/// Steps from neighbour to neighbour between two columns: max(|d1|, |d2|, |d1 - d2|).
constexpr std::int64_t step_distance(Hex a, Hex b) {
    const auto magnitude = [](std::int64_t d) { return d < 0 ? -d : d; };
    const std::int64_t d1 = std::int64_t{a.hex1} - b.hex1;
    const std::int64_t d2 = std::int64_t{a.hex2} - b.hex2;
    const std::int64_t across = magnitude(d1 - d2);
    const std::int64_t along = magnitude(d1) > magnitude(d2) ? magnitude(d1) : magnitude(d2);
    return across > along ? across : along;
}

}  // namespace hone::eyemap
