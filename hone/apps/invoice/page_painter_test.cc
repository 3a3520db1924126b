#include "hone/apps/invoice/page_painter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "hone/apps/invoice/letter_outline.h"
#include "hone/base/error.h"

namespace hone::invoice {
namespace {

struct Point {
    double x = 0, y = 0;
};

/// The ring with many chords for each curve, in pixels.
std::vector<Point> fine_corners(const OutlineRing& ring, double size, Point start) {
    const auto put = [&](double x, double y) { return Point{start.x + x * size / 1000, start.y - y * size / 1000}; };
    std::vector<Point> corners = {put(ring.x, ring.y)};
    double x = ring.x, y = ring.y;
    for (const OutlinePiece& piece : ring.pieces) {
        for (int i = 1; piece.is_curve && i < 24; ++i) {
            const double t = i / 24.0, u = 1 - t;
            corners.push_back(put(u * u * x + 2 * u * t * piece.control_x + t * t * piece.x,
                                  u * u * y + 2 * u * t * piece.control_y + t * t * piece.y));
        }
        x = piece.x;
        y = piece.y;
        corners.push_back(put(x, y));
    }
    return corners;
}

/// How often the rings wind about a point: the plain definition.
int winding(const std::vector<std::vector<Point>>& rings, Point at) {
    int count = 0;
    for (const std::vector<Point>& ring : rings) {
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const Point& a = ring[i];
            const Point& b = ring[(i + 1) % ring.size()];
            if ((a.y <= at.y) == (b.y <= at.y)) continue;
            const double x = a.x + (at.y - a.y) * (b.x - a.x) / (b.y - a.y);
            if (x > at.x) count += a.y < b.y ? 1 : -1;
        }
    }
    return count;
}

TEST(InvoicePainter, CoversWhatTheOutlineEncloses) {
    constexpr std::uint32_t kSide = 26;
    constexpr int kSteps = 8;
    for (const std::uint32_t letter : {'A', 'g', '8', '&', '.', '%'}) {
        const Point start = {2.3, 19.6};
        std::vector<std::vector<Point>> rings;
        for (const OutlineRing& ring : letter_outline(letter))
            rings.push_back(fine_corners(ring, 20, start));
        std::vector<int> covered(std::size_t{kSide} * kSide);
        paint_text(std::string(1, static_cast<char>(letter)), {start.x, start.y, 20, 0}, kSide, kSide,
                   [&](std::uint32_t x, std::uint32_t y, std::uint8_t cover) { covered[y * kSide + x] = cover; });
        for (std::uint32_t y = 0; y < kSide; ++y) {
            for (std::uint32_t x = 0; x < kSide; ++x) {
                int inside = 0;
                for (int i = 0; i < kSteps * kSteps; ++i)
                    inside += winding(rings, {x + (i % kSteps + 0.5) / kSteps, y + (i / kSteps + 0.5) / kSteps}) != 0;
                ASSERT_NEAR(covered[y * kSide + x], inside * 255 / (kSteps * kSteps), 26)
                    << static_cast<char>(letter) << " at " << x << ", " << y;
            }
        }
        EXPECT_GT(std::accumulate(covered.begin(), covered.end(), 0), 500) << static_cast<char>(letter);
    }
}

TEST(InvoicePainter, LettersAreAsWideAsInHelvetica) {
    for (std::uint32_t letter = '!'; letter <= '~'; ++letter) {
        double left = 1e9, right = -1e9;
        for (const OutlineRing& ring : letter_outline(letter)) {
            for (const OutlinePiece& piece : ring.pieces) {
                left = std::min(left, piece.x);
                right = std::max(right, piece.x);
            }
        }
        const double width = helvetica_width(std::string(1, static_cast<char>(letter)), 1000);
        EXPECT_GT(left, -90) << letter;
        EXPECT_LT(right, width + 90) << letter;
        EXPECT_GT(right - left, width / 5) << letter;
    }
    EXPECT_TRUE(letter_outline(' ').empty());
    EXPECT_EQ(letter_outline(0x4E2D).size(), 2U);  // not there: a box
}

/// The middle of what is dark.
Point middle_of_ink(const GrayPicture& picture) {
    double x = 0, y = 0, ink = 0;
    for (std::size_t i = 0; i < picture.gray.size(); ++i) {
        const double dark = 255 - static_cast<unsigned char>(picture.gray[i]);
        x += dark * static_cast<double>(i % picture.width);
        y += dark * static_cast<double>(i / picture.width);
        ink += dark;
    }
    return {x / ink, y / ink};
}

PdfPage small_page() {
    PdfPage page;
    page.texts = {{500, 396, 20, "88888"}};
    return page;
}

TEST(InvoicePainter, PagesLeanAboutTheirMiddle) {
    const Point level = middle_of_ink(paint_page(small_page(), {72, 0, {}}));
    const Point leaning = middle_of_ink(paint_page(small_page(), {72, 2, {}}));
    EXPECT_NEAR(level.x, 528, 1);
    EXPECT_NEAR(level.y, 396 - 7.3, 1);
    const double angle = 2 * 3.14159265 / 180, x = level.x - 306, y = level.y - 396;
    EXPECT_NEAR(leaning.x, 306 + x * std::cos(angle) - y * std::sin(angle), 0.1);
    EXPECT_NEAR(leaning.y, 396 + x * std::sin(angle) + y * std::cos(angle), 0.1);
}

TEST(InvoicePainter, GrainIsDrawnFromItsNumber) {
    const GrayPicture plain = paint_page(small_page(), {100, 0, {}});
    EXPECT_EQ(plain.width, 850U);
    EXPECT_EQ(plain.height, 1100U);
    const GrayPicture grainy = paint_page(small_page(), {100, 0, 7});
    EXPECT_EQ(grainy.gray, paint_page(small_page(), {100, 0, 7}).gray);
    EXPECT_NE(grainy.gray, paint_page(small_page(), {100, 0, 8}).gray);
    const auto paper = std::count(grainy.gray.begin(), grainy.gray.end(), static_cast<char>(243));
    EXPECT_GT(paper, 850 * 1100 * 8 / 10);
    EXPECT_LT(paper, 850 * 1100 * 95 / 100);
    EXPECT_THROW(paint_page(small_page(), {5, 0, {}}), Error);
    EXPECT_THROW(paint_page(small_page(), {std::nan(""), 0, {}}), Error);
}

}  // namespace
}  // namespace hone::invoice
