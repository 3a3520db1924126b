#include "hone/apps/invoice/page_painter.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "hone/apps/invoice/letter_outline.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr double kPointsPerInch = 72;

struct Point {
    double x = 0, y = 0;
};

/// Adds up the signed areas that edges cut off to their right, pixel by pixel; the sum from the left of a row is how
/// much of a pixel lies inside. Places are relative to the left top of the patch.
class CoverPatch {
public:
    CoverPatch(std::size_t width, std::size_t height) : width_(width + 2), height_(height), area_(width_ * height) {}

    void edge(Point from, Point to) {
        if (from.y == to.y) return;
        const double direction = from.y < to.y ? 1 : -1;
        if (from.y > to.y) std::swap(from, to);
        const double slope = (to.x - from.x) / (to.y - from.y);
        const auto first = static_cast<std::size_t>(std::max(from.y, 0.0));
        const auto last = std::min(static_cast<std::size_t>(std::ceil(std::max(to.y, 0.0))), height_);
        for (std::size_t row = first; row < last; ++row) {
            const double top = std::max(from.y, static_cast<double>(row));
            const double bottom = std::min(to.y, static_cast<double>(row + 1));
            const double x0 = from.x + (top - from.y) * slope, x1 = from.x + (bottom - from.y) * slope;
            span(&area_[row * width_], std::max(std::min(x0, x1), 0.0), std::max({x0, x1, 0.0}),
                 direction * (bottom - top));
        }
    }
    std::uint8_t cover(double sum) const {
        return static_cast<std::uint8_t>(std::lround(std::min(std::fabs(sum), 1.0) * 255));
    }
    double area(std::size_t x, std::size_t y) const { return area_[y * width_ + x]; }

private:
    /// An edge that runs from x0 to x1 within one row and covers `height` of it.
    void span(double* row, double x0, double x1, double height) {
        const auto first = static_cast<std::size_t>(x0);
        const auto last = std::min(static_cast<std::size_t>(x1), width_ - 2);
        if (first >= last) {
            const double inside = (x0 + x1) / 2 - static_cast<double>(first);
            row[first] += height * (1 - inside);
            row[first + 1] += height * inside;
            return;
        }
        for (std::size_t pixel = first; pixel <= last; ++pixel) {
            const double left = std::max(x0, static_cast<double>(pixel));
            const double right = pixel == last ? x1 : static_cast<double>(pixel + 1);
            const double share = height * (right - left) / (x1 - x0);
            const double inside = (left + right) / 2 - static_cast<double>(pixel);
            row[pixel] += share * (1 - inside);
            row[pixel + 1] += share * inside;
        }
    }

    std::size_t width_, height_;
    std::vector<double> area_;
};

/// The corners of a ring whose curves became chords.
std::vector<Point> corners_of(const OutlineRing& ring, const std::function<Point(double, double)>& place) {
    constexpr int kChords = 6;
    std::vector<Point> corners = {place(ring.x, ring.y)};
    double x = ring.x, y = ring.y;
    for (const OutlinePiece& piece : ring.pieces) {
        for (int i = 1; piece.is_curve && i < kChords; ++i) {
            const double t = static_cast<double>(i) / kChords, u = 1 - t;
            corners.push_back(place(u * u * x + 2 * u * t * piece.control_x + t * t * piece.x,
                                    u * u * y + 2 * u * t * piece.control_y + t * t * piece.y));
        }
        x = piece.x;
        y = piece.y;
        corners.push_back(place(x, y));
    }
    return corners;
}

struct Bounds {
    double left = 0, top = 0, right = 0, bottom = 0;
};

Bounds bounds_of(const std::vector<std::vector<Point>>& rings) {
    Bounds all{1e9, 1e9, -1e9, -1e9};
    for (const std::vector<Point>& ring : rings) {
        for (const Point& corner : ring) {
            all.left = std::min(all.left, corner.x);
            all.top = std::min(all.top, corner.y);
            all.right = std::max(all.right, corner.x);
            all.bottom = std::max(all.bottom, corner.y);
        }
    }
    return all;
}

using Ink = std::function<void(std::uint32_t, std::uint32_t, std::uint8_t)>;

void fill(const std::vector<std::vector<Point>>& rings, std::uint32_t width, std::uint32_t height, const Ink& ink) {
    const Bounds bounds = bounds_of(rings);
    const double left = std::floor(bounds.left), top = std::floor(bounds.top);
    if (bounds.right <= 0 || bounds.bottom <= 0 || left >= width || top >= height) return;
    const auto columns = static_cast<std::size_t>(std::ceil(bounds.right) - left);
    const auto lines = static_cast<std::size_t>(std::ceil(bounds.bottom) - top);
    CoverPatch patch(columns, lines);
    for (const std::vector<Point>& ring : rings) {
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const Point& from = ring[i];
            const Point& to = ring[(i + 1) % ring.size()];
            patch.edge({from.x - left, from.y - top}, {to.x - left, to.y - top});
        }
    }
    for (std::size_t y = 0; y < lines; ++y) {
        double sum = 0;
        for (std::size_t x = 0; x < columns; ++x) {
            sum += patch.area(x, y);
            const std::uint8_t cover = patch.cover(sum);
            const double at_x = left + static_cast<double>(x), at_y = top + static_cast<double>(y);
            if (cover == 0 || at_x < 0 || at_y < 0 || at_x >= width || at_y >= height) continue;
            ink(static_cast<std::uint32_t>(at_x), static_cast<std::uint32_t>(at_y), cover);
        }
    }
}

/// Gives a white page the look of paper: a tone, grain on one pixel in eight, and specks.
void add_grain(std::uint64_t start, GrayPicture& picture) {
    constexpr int kPaper = 243, kInk = 25;
    constexpr std::size_t kPixelsForSpeck = 40'000;
    Random random(start);
    const auto clamped = [](int shade) {
        return static_cast<char>(static_cast<unsigned char>(std::clamp(shade, 0, 255)));
    };
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < picture.gray.size(); ++i, bits >>= 8U) {
        if (i % 8 == 0) bits = random.next();
        const int shade = static_cast<unsigned char>(picture.gray[i]);
        const auto one = static_cast<int>(bits & 0xFFU);
        const int grain = (one & 7) == 0 ? (one >> 3) * 2 - 31 : 0;
        picture.gray[i] = clamped(kInk + shade * (kPaper - kInk) / 255 + grain);
    }
    for (std::size_t left = picture.gray.size() / kPixelsForSpeck; left > 0; --left) {
        const std::uint64_t size = 1 + random.below(2);
        const std::uint64_t x = random.below(picture.width - size), y = random.below(picture.height - size);
        const int shade = static_cast<int>(random.below(160));
        for (std::uint64_t i = 0; i < size * size; ++i)
            picture.gray[(y + i / size) * picture.width + x + i % size] = clamped(shade);
    }
}

}  // namespace

void paint_text(std::string_view text, const TextPlace& place, std::uint32_t width, std::uint32_t height,
                const Ink& ink) {
    const double angle = place.lean_degrees * std::numbers::pi / 180;
    const double sine = std::sin(angle), cosine = std::cos(angle), unit = place.size / 1000;
    double start = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t before = at;
        const std::uint32_t letter = next_letter(text, at);
        const auto put = [&](double x, double y) {
            const double along = start + x * unit, down = -y * unit;
            return Point{place.x + along * cosine - down * sine, place.y + along * sine + down * cosine};
        };
        std::vector<std::vector<Point>> rings;
        for (const OutlineRing& ring : letter_outline(letter))
            rings.push_back(corners_of(ring, put));
        if (!rings.empty()) fill(rings, width, height, ink);
        start += helvetica_width(text.substr(before, at - before), place.size);
    }
}

GrayPicture paint_page(const PdfPage& page, const PaintOptions& options) {
    if (!(options.dpi >= 10 && options.dpi <= 600))
        fail(Fault::Usage, cat("expected 10 to 600 dots per inch, found ", options.dpi));
    const double scale = options.dpi / kPointsPerInch;
    GrayPicture picture;
    picture.width = static_cast<std::uint32_t>(std::lround(kPageWidth * scale));
    picture.height = static_cast<std::uint32_t>(std::lround(kPageHeight * scale));
    picture.gray.assign(std::size_t{picture.width} * picture.height, '\xFF');
    const double angle = options.lean_degrees * std::numbers::pi / 180;
    const double sine = std::sin(angle), cosine = std::cos(angle);
    const double middle_x = kPageWidth / 2, middle_y = kPageHeight / 2;
    for (const PlacedText& text : page.texts) {
        const double x = text.x - middle_x, y = kPageHeight - text.y - middle_y;
        const TextPlace place = {(middle_x + x * cosine - y * sine) * scale, (middle_y + x * sine + y * cosine) * scale,
                                 text.size * scale, options.lean_degrees};
        paint_text(text.text, place, picture.width, picture.height,
                   [&](std::uint32_t at_x, std::uint32_t at_y, std::uint8_t cover) {
                       char& pixel = picture.gray[std::size_t{at_y} * picture.width + at_x];
                       const auto shade = static_cast<unsigned char>(255 - cover);
                       pixel = static_cast<char>(std::min(static_cast<unsigned char>(pixel), shade));
                   });
    }
    if (options.grain) add_grain(*options.grain, picture);
    return picture;
}

}  // namespace hone::invoice
