#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hone/formats/plot_path.h"

namespace hone {

/// Remembers, in squares of 4 px, where a plot shows data, so that text can go elsewhere.
class Shade {
public:
    explicit Shade(const Box& area);

    void add_line(const PlotPoint& from, const PlotPoint& to);
    void add_path(const PlotPath& path);
    void add_box(const Box& box);
    /// Fills a polygon with an even-odd rule; counts less than lines, for text is readable on a pale area.
    void add_area(const PlotPath& polygon);

    /// Mean weight of the squares that `box` touches: 0 where nothing is drawn, 1 where lines are everywhere.
    double under(const Box& box) const;

private:
    void mark(double x, double y, std::uint8_t weight);
    int column(double x) const;
    int row(double y) const;

    Box area_;
    int columns_ = 1;
    int rows_ = 1;
    std::vector<std::uint8_t> cells_;
};

/// One place where a label could stand.
struct LabelPlace {
    Box box;
    bool has_leader = false;  ///< a thin line from `from` to `to` ties the label to its mark
    PlotPoint from, to;
    PlotPoint mark;  ///< middle of what is labelled
};

/// Gives labels places so that no two boxes overlap: not each other, not what was blocked, not the edge of the area,
/// not each other's leaders. Greedy: a label keeps its place. A grid keeps the cost near constant per label. A copy
/// goes on from the same state. Does not own the shade.
class LabelPlacer {
public:
    LabelPlacer(const Box& area, const Shade& shade);

    /// Keeps labels off `box`, and leaders off what remains of it after `leader_share` px are taken from each side.
    void block(const Box& box, double leader_share = 0);

    /// Takes the best free place and blocks it: one that hides less data, and among equals an early one. Each place is
    /// worse than the one before by `order_weight`, hiding data everywhere by 1. Nothing if none is free.
    /// Returns the index of the place.
    std::optional<std::size_t> place(std::span<const LabelPlace> places, double order_weight = 0.03);

    bool is_free(const LabelPlace& place) const;

private:
    struct Block {
        Box for_labels, for_leaders;
    };
    bool is_blocked(const Box& box, Box Block::*kind) const;
    template <class Visit>
    bool any_near(const Box& box, Visit visit) const;

    Box area_;
    const Shade* shade_;
    int columns_ = 1;
    int rows_ = 1;
    std::vector<Block> blocks_;
    std::vector<std::vector<std::uint32_t>> cells_;  // indices of the blocks that touch each square of the grid
};

/// Places for a label of the size given beside a mark of `radius` at `at`: eight close ones, the best first, and with
/// `reach` > 0 sixteen at each of several growing distances up to it, tied by a leader.
std::vector<LabelPlace> places_around(const PlotPoint& at, double radius, double width, double height, double reach);

}  // namespace hone
