#pragma once
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "hone/base/error.h"

namespace hone::envelope {

/// The finest grid whose cell ids fit 32 bits.
inline constexpr int kMostRefinement = 20;

/// The global grid of 5 arc minutes divided by a refinement factor: 4320 f columns, 2160 f rows, WGS84; row 0 is the
/// northernmost. A cell's id is columns x row + column. Places are compared in whole millionths of a degree.
class Grid {
public:
    /// Requires: 1 <= refinement <= kMostRefinement.
    explicit Grid(int refinement = 1) : f_(refinement) {
        check(f_ >= 1 && f_ <= kMostRefinement, "a grid has a refinement of 1 to 20");
    }

    int refinement() const { return static_cast<int>(f_); }
    std::int64_t columns() const { return 4320 * f_; }
    std::int64_t rows() const { return 2160 * f_; }
    std::int64_t cells() const { return rows() * columns(); }
    std::int64_t row(std::uint32_t id) const { return id / columns(); }
    std::int64_t column(std::uint32_t id) const { return id % columns(); }

    /// Cell with its centre at this place in millionths of a degree; nothing if the place is outside the grid or more
    /// than 0.05 of a cell from the centre on either axis.
    std::optional<std::uint32_t> cell_at_micro(std::int64_t x, std::int64_t y) const {
        constexpr std::int64_t kBound = 400'000'000;
        if (x < -kBound || x > kBound || y < -kBound || y > kBound) return std::nullopt;
        const std::optional<std::int64_t> r = line_at(kNorth - y, rows());
        const std::optional<std::int64_t> c = line_at(x + kEast, columns());
        if (!r || !c) return std::nullopt;
        return static_cast<std::uint32_t>(*r * columns() + *c);
    }
    /// The same for degrees, which are first rounded to millionths. Nothing for nan and infinities.
    std::optional<std::uint32_t> cell_at(double x, double y) const {
        if (!(std::abs(x) <= 400.0 && std::abs(y) <= 400.0)) return std::nullopt;
        return cell_at_micro(std::llround(x * 1e6), std::llround(y * 1e6));
    }

    /// Centre of a cell in millionths of a degree, half up.
    std::int64_t x_micro(std::uint32_t id) const { return centre(column(id)) - kEast; }
    std::int64_t y_micro(std::uint32_t id) const {
        const std::int64_t parts = 24 * f_;
        const std::int64_t numerator = kNorth * parts - (2 * row(id) + 1) * 1'000'000 + kEast * parts;
        return (2 * numerator + parts) / (2 * parts) - kEast;
    }
    /// Centre of a cell in degrees.
    double x(std::uint32_t id) const {
        return -180.0 + static_cast<double>(2 * column(id) + 1) / static_cast<double>(24 * f_);
    }
    double y(std::uint32_t id) const {
        return 90.0 - static_cast<double>(2 * row(id) + 1) / static_cast<double>(24 * f_);
    }

private:
    static constexpr std::int64_t kNorth = 90'000'000;
    static constexpr std::int64_t kEast = 180'000'000;

    std::int64_t centre(std::int64_t line) const {
        const std::int64_t parts = 24 * f_;
        return (2 * (2 * line + 1) * 1'000'000 + parts) / (2 * parts);
    }
    std::optional<std::int64_t> line_at(std::int64_t micro, std::int64_t lines) const {
        const std::int64_t scaled = 12 * f_ * micro;
        if (scaled < 0 || scaled >= lines * 1'000'000) return std::nullopt;
        const std::int64_t residual = scaled % 1'000'000 - 500'000;
        if (residual < -50'000 || residual > 50'000) return std::nullopt;
        return scaled / 1'000'000;
    }

    std::int64_t f_;
};

/// Appends millionths of a degree with 6 decimals: "-123.291667".
inline void append_degrees(std::string& out, std::int64_t micro) {
    if (micro < 0) out.push_back('-');
    const std::int64_t size = micro < 0 ? -micro : micro;
    out += std::to_string(size / 1'000'000);
    const std::string decimals = std::to_string(1'000'000 + size % 1'000'000);
    out.push_back('.');
    out.append(decimals, 1);
}

}  // namespace hone::envelope
