#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hone/base/random.h"

namespace hone::envelope {

/// a / b rounded towards minus infinity. Requires: b > 0.
inline std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

/// One numbered stream of the sample's random numbers: h(s, i) of 64 bits and h16(s, i), its upper 16.
class SampleStream {
public:
    SampleStream() = default;
    SampleStream(std::uint64_t key, std::uint64_t number) : start_(mixed(key + number * 0x9E3779B97F4A7C15U)) {}

    std::uint64_t at(std::uint64_t i) const { return mixed(start_ + i * 0xD1B54A32D192ED03U); }
    /// In 0..65535.
    std::int64_t at16(std::uint64_t i) const { return static_cast<std::int64_t>(at(i) >> 48); }

private:
    std::uint64_t start_ = 0;
};

/// Piecewise linear through knots with rising xs, floored; the outer segments go on. Requires: two knots or more.
inline std::int64_t piecewise_linear(std::int64_t q, std::span<const std::int32_t> xs,
                                     std::span<const std::int32_t> ys) {
    std::size_t k = 0;
    while (k + 2 < xs.size() && xs[k + 1] <= q)
        ++k;
    return ys[k] + floor_divide(std::int64_t{ys[k + 1] - ys[k]} * (q - xs[k]), xs[k + 1] - xs[k]);
}

/// Bilinear noise on a lattice of g x g cells. Remembers its last lattice cell, so neighbours are cheap.
class SampleNoise {
public:
    SampleNoise(SampleStream stream, std::int64_t g) : stream_(stream), g_(g) {}
    std::int64_t at(std::int64_t row, std::int64_t column) {
        const std::int64_t i = row / g_;
        const std::int64_t j = column / g_;
        if (i != i_ || j != j_) look_up(i, j);
        const std::int64_t a = row - i * g_;
        const std::int64_t b = column - j * g_;
        return ((v00_ * (g_ - a) + v10_ * a) * (g_ - b) + (v01_ * (g_ - a) + v11_ * a) * b) / (g_ * g_);
    }

private:
    std::int64_t corner(std::int64_t i, std::int64_t j) const {
        return stream_.at16((static_cast<std::uint64_t>(i) << 20) + static_cast<std::uint64_t>(j));
    }
    void look_up(std::int64_t i, std::int64_t j) {
        i_ = i;
        j_ = j;
        v00_ = corner(i, j);
        v10_ = corner(i + 1, j);
        v01_ = corner(i, j + 1);
        v11_ = corner(i + 1, j + 1);
    }

    SampleStream stream_;
    std::int64_t g_;
    std::int64_t i_ = -1;
    std::int64_t j_ = -1;
    std::int64_t v00_ = 0;
    std::int64_t v10_ = 0;
    std::int64_t v01_ = 0;
    std::int64_t v11_ = 0;
};

/// A smooth random field: four octaves of noise, in 0..26 * 65535. One per thread.
class SampleField {
public:
    SampleField(std::uint64_t key, std::uint64_t number, std::int64_t refinement)
        : octaves_{SampleNoise({key, number}, 240 * refinement), SampleNoise({key, number + 1}, 80 * refinement),
                   SampleNoise({key, number + 2}, 24 * refinement), SampleNoise({key, number + 3}, 8 * refinement)} {}
    std::int64_t at(std::int64_t row, std::int64_t column) {
        return 10 * octaves_[0].at(row, column) + 8 * octaves_[1].at(row, column) + 5 * octaves_[2].at(row, column) +
               3 * octaves_[3].at(row, column);
    }

private:
    std::array<SampleNoise, 4> octaves_;
};

}  // namespace hone::envelope
