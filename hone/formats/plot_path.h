#pragma once
#include <utility>
#include <vector>

namespace hone {

using PlotPoint = std::pair<double, double>;
using PlotPath = std::vector<PlotPoint>;

/// A rectangle on the page, px; y grows downwards.
struct Box {
    double left = 0, top = 0, right = 0, bottom = 0;

    double width() const { return right - left; }
    double height() const { return bottom - top; }
    bool contains(double x, double y) const { return x >= left && x <= right && y >= top && y <= bottom; }
    /// True if they share more than an edge.
    bool overlaps(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
    bool encloses(const Box& other) const {
        return left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom;
    }
    Box grown(double by) const { return {left - by, top - by, right + by, bottom + by}; }
};

/// The pieces of a line that lie within `box`.
std::vector<PlotPath> clip_path(const PlotPath& path, const Box& box);

/// The part of a polygon that lies within `box`; empty if there is none.
PlotPath clip_polygon(const PlotPath& polygon, const Box& box);

/// A path with fewer points that looks the same: points within 0.05 px of a straight line go, and where more than
/// four points of a path that runs to the right share half a px, the first, the lowest, the highest and the last stay.
PlotPath simplified(const PlotPath& path);

}  // namespace hone
