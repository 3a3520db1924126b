#include "hone/formats/label_placement.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hone {
namespace {

constexpr double kShadeCell = 4;   // px
constexpr double kBlockCell = 32;  // px
constexpr std::uint8_t kLineWeight = 4;
constexpr std::uint8_t kAreaWeight = 1;
constexpr double kLeaderStep = 1.4;       // px between the small boxes that stand for a leader
constexpr double kLeaderHalfWidth = 0.7;  // px

int cells_along(double length, double cell) {
    return std::max(1, static_cast<int>(std::ceil(length / cell)));
}

/// Points along a segment, at most `step` px apart, ends included.
template <class Visit>
void walk(const PlotPoint& from, const PlotPoint& to, double step, Visit visit) {
    const double dx = to.first - from.first;
    const double dy = to.second - from.second;
    const int steps = std::max(1, static_cast<int>(std::ceil(std::max(std::fabs(dx), std::fabs(dy)) / step)));
    for (int i = 0; i <= steps; ++i)
        visit(from.first + dx * i / steps, from.second + dy * i / steps);
}

}  // namespace

Shade::Shade(const Box& area)
    : area_(area),
      columns_(cells_along(area.width(), kShadeCell)),
      rows_(cells_along(area.height(), kShadeCell)),
      cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

int Shade::column(double x) const {
    return static_cast<int>(std::clamp(std::floor((x - area_.left) / kShadeCell), 0.0, columns_ - 1.0));
}

int Shade::row(double y) const {
    return static_cast<int>(std::clamp(std::floor((y - area_.top) / kShadeCell), 0.0, rows_ - 1.0));
}

void Shade::mark(double x, double y, std::uint8_t weight) {
    if (!area_.contains(x, y)) return;
    std::uint8_t& cell = cells_[static_cast<std::size_t>(row(y)) * static_cast<std::size_t>(columns_) +
                                static_cast<std::size_t>(column(x))];
    cell = std::max(cell, weight);
}

void Shade::add_line(const PlotPoint& from, const PlotPoint& to) {
    walk(from, to, kShadeCell, [&](double x, double y) { mark(x, y, kLineWeight); });
}

void Shade::add_path(const PlotPath& path) {
    for (std::size_t i = 1; i < path.size(); ++i)
        add_line(path[i - 1], path[i]);
}

void Shade::add_box(const Box& box) {
    if (!box.grown(0.01).overlaps(area_)) return;
    for (int y = row(box.top); y <= row(box.bottom); ++y)
        for (int x = column(box.left); x <= column(box.right); ++x)
            cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x)] =
                kLineWeight;
}

void Shade::add_area(const PlotPath& polygon) {
    std::vector<std::vector<double>> crossings(static_cast<std::size_t>(rows_));  // of each row's middle
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        PlotPoint a = polygon[i == 0 ? polygon.size() - 1 : i - 1];
        PlotPoint b = polygon[i];
        if (a.second > b.second) std::swap(a, b);
        if (a.second == b.second) continue;
        for (int y = row(a.second); y <= row(b.second); ++y) {
            const double middle = area_.top + (y + 0.5) * kShadeCell;
            if (middle < a.second || middle >= b.second) continue;
            crossings[static_cast<std::size_t>(y)].push_back(a.first + (b.first - a.first) * (middle - a.second) /
                                                                           (b.second - a.second));
        }
    }
    for (int y = 0; y < rows_; ++y) {
        std::vector<double>& places = crossings[static_cast<std::size_t>(y)];
        std::ranges::sort(places);
        for (std::size_t i = 1; i < places.size(); i += 2)
            for (int x = column(places[i - 1]); x <= column(places[i]); ++x)
                mark(area_.left + (x + 0.5) * kShadeCell, area_.top + (y + 0.5) * kShadeCell, kAreaWeight);
    }
}

double Shade::under(const Box& box) const {
    const int left = column(box.left);
    const int right = column(box.right);
    const int top = row(box.top);
    const int bottom = row(box.bottom);
    int sum = 0;
    for (int y = top; y <= bottom; ++y)
        for (int x = left; x <= right; ++x)
            sum +=
                cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x)];
    return static_cast<double>(sum) / kLineWeight / ((right - left + 1) * (bottom - top + 1));
}

LabelPlacer::LabelPlacer(const Box& area, const Shade& shade)
    : area_(area),
      shade_(&shade),
      columns_(cells_along(area.width(), kBlockCell)),
      rows_(cells_along(area.height(), kBlockCell)),
      cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

template <class Visit>
bool LabelPlacer::any_near(const Box& box, Visit visit) const {
    const auto at = [](double px, int count) {
        return static_cast<int>(std::clamp(std::floor(px / kBlockCell), 0.0, count - 1.0));
    };
    for (int y = at(box.top - area_.top, rows_); y <= at(box.bottom - area_.top, rows_); ++y)
        for (int x = at(box.left - area_.left, columns_); x <= at(box.right - area_.left, columns_); ++x)
            if (visit(static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x)))
                return true;
    return false;
}

void LabelPlacer::block(const Box& box, double leader_share) {
    const auto index = static_cast<std::uint32_t>(blocks_.size());
    blocks_.push_back({box, box.grown(-leader_share)});
    any_near(box, [&](std::size_t cell) {
        cells_[cell].push_back(index);
        return false;
    });
}

bool LabelPlacer::is_blocked(const Box& box, Box Block::*kind) const {
    return any_near(box, [&](std::size_t cell) {
        return std::ranges::any_of(cells_[cell], [&](std::uint32_t i) { return (blocks_[i].*kind).overlaps(box); });
    });
}

bool LabelPlacer::is_free(const LabelPlace& place) const {
    if (!area_.encloses(place.box) || is_blocked(place.box, &Block::for_labels)) return false;
    bool is_clear = true;
    if (place.has_leader)
        walk(place.from, place.to, kLeaderStep, [&](double x, double y) {
            is_clear = is_clear && !is_blocked(Box{x, y, x, y}.grown(kLeaderHalfWidth), &Block::for_leaders);
        });
    return is_clear;
}

std::optional<std::size_t> LabelPlacer::place(std::span<const LabelPlace> places, double order_weight) {
    std::optional<std::size_t> best;
    double least = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const double order = order_weight * static_cast<double>(i);
        if (best && order >= least) break;
        if (!is_free(places[i])) continue;
        const double cost = order + shade_->under(places[i].box);
        if (best && cost >= least) continue;
        best = i;
        least = cost;
    }
    if (!best) return best;
    const LabelPlace& chosen = places[*best];
    block(chosen.box);
    if (chosen.has_leader)
        walk(chosen.from, chosen.to, kLeaderStep, [&](double x, double y) {
            block(Box{x, y, x, y}.grown(kLeaderHalfWidth));
        });
    return best;
}

std::vector<LabelPlace> places_around(const PlotPoint& at, double radius, double width, double height, double reach) {
    // Right, right above, right below, left, left above, left below, above, below.
    constexpr std::array<std::pair<double, double>, 8> kClose = {
        {{1, 0}, {1, -0.75}, {1, 0.75}, {-1, 0}, {-1, -0.75}, {-1, 0.75}, {0, -1}, {0, 1}}};
    // Directions between them, for leaders.
    constexpr std::array<std::pair<double, double>, 8> kBetween = {{{0.92, -0.38},
                                                                    {0.92, 0.38},
                                                                    {-0.92, -0.38},
                                                                    {-0.92, 0.38},
                                                                    {0.38, -0.92},
                                                                    {0.38, 0.92},
                                                                    {-0.38, -0.92},
                                                                    {-0.38, 0.92}}};
    constexpr double kGap = 3;
    constexpr double kRing = 12;
    constexpr double kStandOff = 2;  // where the leader begins: clear of the mark's own box
    std::vector<LabelPlace> places;
    const auto add = [&](const std::pair<double, double>& direction, double gap, bool has_leader) {
        const auto& [x, y] = direction;
        // The label's near side, or a point close to its near corner, lies `gap` away from the mark's edge.
        const double dx = x * (radius + gap);
        const double dy = y * (radius + gap);
        const double up = x == 0 ? (y < 0 ? 1 : 0) : 0.5 - 0.33 * y;  // part of the height above the near point
        LabelPlace place;
        place.box.left = at.first + dx - (x > 0 ? 0 : x < 0 ? width : width / 2);
        place.box.top = at.second + dy - height * std::clamp(up, 0.0, 1.0);
        place.box.right = place.box.left + width;
        place.box.bottom = place.box.top + height;
        place.has_leader = has_leader;
        place.mark = at;
        const double start = (radius + kStandOff) / std::max(std::fabs(x), std::fabs(y));
        place.from = {at.first + x * start, at.second + y * start};
        place.to = {std::clamp(place.from.first, place.box.left - 2, place.box.right + 2),
                    std::clamp(place.from.second, place.box.top, place.box.bottom)};
        places.push_back(place);
    };
    for (const auto& direction : kClose)
        add(direction, kGap, false);
    for (double gap = kGap + kRing; gap <= reach; gap += kRing) {
        for (const auto& direction : kClose)
            add(direction, gap, true);
        for (const auto& direction : kBetween)
            add(direction, gap, true);
    }
    return places;
}

}  // namespace hone
