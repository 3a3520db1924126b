#include "hone/formats/plot_path.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace hone {
namespace {

constexpr double kTolerance = 0.05;  // px
constexpr double kColumn = 0.5;      // px

/// The part of a segment within a box, as fractions of its length; from > to if there is none.
struct Span {
    double from = 0;
    double to = 1;

    /// Keeps the part where start + t * step >= 0.
    void keep(double start, double step) {
        if (step == 0) {
            if (start < 0) to = -1;
            return;
        }
        const double at = -start / step;
        if (step > 0)
            from = std::max(from, at);
        else
            to = std::min(to, at);
    }
};

Span span_within(const PlotPoint& a, const PlotPoint& b, const Box& box) {
    const double dx = b.first - a.first;
    const double dy = b.second - a.second;
    Span span;
    span.keep(a.first - box.left, dx);
    span.keep(box.right - a.first, -dx);
    span.keep(a.second - box.top, dy);
    span.keep(box.bottom - a.second, -dy);
    return span;
}

PlotPoint between(const PlotPoint& a, const PlotPoint& b, double fraction) {
    if (fraction <= 0) return a;
    if (fraction >= 1) return b;
    return {a.first + (b.first - a.first) * fraction, a.second + (b.second - a.second) * fraction};
}

/// Distance inside one edge of a half-plane: sign * (coordinate - edge).
struct Edge {
    bool is_vertical = false;
    double at = 0;
    double sign = 1;

    double inside(const PlotPoint& point) const { return sign * ((is_vertical ? point.first : point.second) - at); }
};

PlotPath clip_by(const PlotPath& polygon, const Edge& edge) {
    PlotPath out;
    out.reserve(polygon.size() + 4);
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const PlotPoint& from = polygon[i == 0 ? polygon.size() - 1 : i - 1];
        const PlotPoint& to = polygon[i];
        const double a = edge.inside(from);
        const double b = edge.inside(to);
        if ((a < 0) != (b < 0)) out.push_back(between(from, to, a / (a - b)));
        if (b >= 0) out.push_back(to);
    }
    return out;
}

bool runs_right(const PlotPath& path) {
    return std::ranges::is_sorted(path, {}, &PlotPoint::first);
}

/// Keeps at most four points of each column of half a px.
PlotPath thinned(const PlotPath& path) {
    PlotPath out;
    std::size_t begin = 0;
    while (begin < path.size()) {
        const double column = std::floor(path[begin].first / kColumn);
        std::size_t end = begin;
        std::size_t top = begin;
        std::size_t bottom = begin;
        for (; end < path.size() && std::floor(path[end].first / kColumn) == column; ++end) {
            if (path[end].second < path[top].second) top = end;
            if (path[end].second > path[bottom].second) bottom = end;
        }
        std::size_t kept = path.size();
        for (const std::size_t i : {begin, std::min(top, bottom), std::max(top, bottom), end - 1}) {
            if (i != kept) out.push_back(path[i]);
            kept = i;
        }
        begin = end;
    }
    return out;
}

/// The directions from one point that pass all others so far within the tolerance; empty once none is left.
class Cone {
public:
    /// Narrows to directions that pass `offset` (from the apex) within the tolerance.
    void narrow(const PlotPoint& offset) {
        const auto [x, y] = offset;
        const double length = std::sqrt(x * x + y * y);
        if (length <= kTolerance) return;
        const double sine = kTolerance / length;
        const double cosine = std::sqrt(1 - sine * sine);
        const PlotPoint right{x * cosine + y * sine, y * cosine - x * sine};
        const PlotPoint left{x * cosine - y * sine, y * cosine + x * sine};
        if (!is_set_ || cross(right_, right) > 0) right_ = right;
        if (!is_set_ || cross(left_, left) < 0) left_ = left;
        is_set_ = true;
    }
    bool admits(const PlotPoint& offset) const {
        if (!is_set_) return true;
        return cross(right_, offset) >= 0 && cross(left_, offset) <= 0 &&
               (right_.first + left_.first) * offset.first + (right_.second + left_.second) * offset.second > 0;
    }

private:
    static double cross(const PlotPoint& a, const PlotPoint& b) { return a.first * b.second - a.second * b.first; }

    bool is_set_ = false;
    PlotPoint right_, left_;
};

}  // namespace

std::vector<PlotPath> clip_path(const PlotPath& path, const Box& box) {
    std::vector<PlotPath> pieces;
    bool is_open = false;
    for (std::size_t i = 1; i < path.size(); ++i) {
        const PlotPoint& a = path[i - 1];
        const PlotPoint& b = path[i];
        if (is_open && box.contains(b.first, b.second)) {
            pieces.back().push_back(b);
            continue;
        }
        const Span span = span_within(a, b, box);
        if (span.from > span.to) {
            is_open = false;
            continue;
        }
        if (!is_open) pieces.push_back({between(a, b, span.from)});
        pieces.back().push_back(between(a, b, span.to));
        is_open = span.to >= 1;
    }
    return pieces;
}

PlotPath clip_polygon(const PlotPath& polygon, const Box& box) {
    const auto is_inside = [&](const PlotPoint& point) { return box.contains(point.first, point.second); };
    if (std::ranges::all_of(polygon, is_inside)) return polygon;
    PlotPath out = polygon;
    for (const Edge& edge :
         {Edge{true, box.left, 1}, Edge{true, box.right, -1}, Edge{false, box.top, 1}, Edge{false, box.bottom, -1}})
        out = clip_by(out, edge);
    return out;
}

PlotPath simplified(const PlotPath& path) {
    constexpr std::size_t kFew = 64;
    PlotPath thin = path.size() > kFew && runs_right(path) ? thinned(path) : path;
    if (thin.size() < 3) return thin;
    PlotPath out = {thin.front()};
    Cone cone;
    double reach = 0;  // how far from the last kept point the path has come; going back ends the straight line
    for (std::size_t i = 1; i < thin.size(); ++i) {
        const auto offset_from = [&](const PlotPoint& kept) {
            return PlotPoint{thin[i].first - kept.first, thin[i].second - kept.second};
        };
        PlotPoint offset = offset_from(out.back());
        double square = offset.first * offset.first + offset.second * offset.second;
        if (i > 1 && (!cone.admits(offset) || square < reach)) {
            out.push_back(thin[i - 1]);
            cone = Cone();
            reach = 0;
            offset = offset_from(out.back());
            square = offset.first * offset.first + offset.second * offset.second;
        }
        cone.narrow(offset);
        reach = std::max(reach, square);
    }
    out.push_back(thin.back());
    return out;
}

}  // namespace hone
