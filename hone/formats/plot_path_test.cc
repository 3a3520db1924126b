#include "hone/formats/plot_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

double distance(const PlotPoint& point, const PlotPoint& a, const PlotPoint& b) {
    const double dx = b.first - a.first;
    const double dy = b.second - a.second;
    const double square = dx * dx + dy * dy;
    const double along = square == 0 ? 0 : ((point.first - a.first) * dx + (point.second - a.second) * dy) / square;
    const double t = std::clamp(along, 0.0, 1.0);
    return std::hypot(a.first + t * dx - point.first, a.second + t * dy - point.second);
}

double distance(const PlotPoint& point, const PlotPath& path) {
    double least = 1e300;
    for (std::size_t i = 1; i < path.size(); ++i)
        least = std::min(least, distance(point, path[i - 1], path[i]));
    return least;
}

TEST(Simplified, StaysWithinATwentiethOfAPixel) {
    Random random(testing::test_seed());
    for (int round = 0; round < 200 * testing::test_scale(); ++round) {
        PlotPath path;
        PlotPoint at{100, 100};
        const double step = std::pow(10.0, 3 * random.unit() - 2);
        for (int i = 0; i < 60; ++i) {
            at.first += step * (random.unit() - (round % 2 == 0 ? 0.5 : 0));
            at.second += step * (random.unit() - 0.5);
            path.push_back(at);
        }
        const PlotPath simple = simplified(path);
        ASSERT_LE(simple.size(), path.size());
        ASSERT_EQ(simple.front(), path.front());
        ASSERT_EQ(simple.back(), path.back());
        for (const PlotPoint& point : path)
            ASSERT_LE(distance(point, simple), 0.051);
    }
}

TEST(Simplified, MakesAStraightLineTwoPointsAndKeepsTurns) {
    PlotPath path;
    for (int i = 0; i <= 1000; ++i)
        path.emplace_back(i * 0.7, i * 0.3);
    EXPECT_EQ(simplified(path).size(), 2U);
    EXPECT_EQ(simplified({{0, 0}, {10, 0}, {5, 0}}).size(), 3U) << "going back is no straight line";
    EXPECT_EQ(simplified({}).size(), 0U);
    EXPECT_EQ(simplified({{1, 1}}).size(), 1U);
}

TEST(Simplified, KeepsPeaksOfDenseNoise) {
    Random random(5);
    PlotPath path;
    for (int i = 0; i < 100000; ++i)
        path.emplace_back(i * 0.007, 400 * random.unit());
    path[54321].second = -50;
    const PlotPath simple = simplified(path);
    EXPECT_LE(simple.size(), 4U * 1401);
    EXPECT_NE(std::ranges::find(simple, path[54321]), simple.end());
}

TEST(ClipPath, KeepsWhatIsInside) {
    const Box box{0, 0, 10, 10};
    EXPECT_EQ(clip_path({{-5, 5}, {15, 5}}, box), (std::vector<PlotPath>{{{0, 5}, {10, 5}}}));
    EXPECT_EQ(clip_path({{1, 1}, {9, 1}, {9, 20}, {5, 20}, {5, 5}}, box).size(), 2U);
    EXPECT_TRUE(clip_path({{20, 0}, {20, 10}}, box).empty());
    EXPECT_TRUE(clip_path({{1, 1}}, box).empty());
    Random random(testing::test_seed());
    for (int i = 0; i < 500; ++i) {
        PlotPath path;
        for (int j = 0; j < 12; ++j)
            path.emplace_back(40 * random.unit() - 15, 40 * random.unit() - 15);
        for (const PlotPath& piece : clip_path(path, box))
            for (const auto& [x, y] : piece)
                ASSERT_TRUE(box.grown(1e-9).contains(x, y));
        for (const auto& [x, y] : clip_polygon(path, box))
            ASSERT_TRUE(box.grown(1e-9).contains(x, y));
    }
}

TEST(ClipPolygon, CutsCorners) {
    const Box box{0, 0, 10, 10};
    const PlotPath square = {{-5, -5}, {5, -5}, {5, 5}, {-5, 5}};
    EXPECT_EQ(clip_polygon(square, box).size(), 4U);
    EXPECT_TRUE(clip_polygon({{20, 20}, {30, 20}, {30, 30}}, box).empty());
    EXPECT_EQ(clip_polygon({{1, 1}, {2, 1}, {2, 2}}, box).size(), 3U);
}

}  // namespace
}  // namespace hone
