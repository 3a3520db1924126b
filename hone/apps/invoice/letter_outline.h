#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone::invoice {

/// A piece of the outline of a letter: straight to `x`, `y`, or a quadratic curve there by a control point. In
/// thousandths of the size, from the start of the letter on the base line, y upward.
struct OutlinePiece {
    bool is_curve = false;
    double control_x = 0, control_y = 0;
    double x = 0, y = 0;
};

/// A closed ring; inner rings run the other way round.
struct OutlineRing {
    double x = 0, y = 0;  ///< where it starts
    std::vector<OutlinePiece> pieces;
};

/// The rings of a letter (a code point), as wide as in Helvetica: ASCII and the letters of Western Europe. None for a
/// blank, a box for letters that are not there. Thread-safe.
std::span<const OutlineRing> letter_outline(std::uint32_t letter);

}  // namespace hone::invoice
