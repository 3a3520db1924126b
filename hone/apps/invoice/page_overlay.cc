#include "hone/apps/invoice/page_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/invoice/model_fields.h"
#include "hone/apps/invoice/page_painter.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/png.h"

namespace hone::invoice {
namespace {

std::string plain(const std::string& value) {
    return value;
}
std::string plain(Decimal value) {
    return decimal_text(value);
}
std::string plain(Day value) {
    return iso_text(value);
}

/// "qty_ordered" for people: "ordered".
std::string spoken(std::string_view name) {
    if (name.starts_with("qty_")) name.remove_prefix(4);
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

constexpr std::array<Rgb, 3> kColours = {{{0x1a, 0x7f, 0x37}, {0xb2, 0x6a, 0x00}, {0xc6, 0x28, 0x28}}};
constexpr int kShades = 208;  ///< of gray, first in the palette
constexpr int kTints = 16;    ///< of each colour, from white to itself

/// The palette of an overlay: shades of gray, then tints of the three colours.
std::vector<Rgb> overlay_palette() {
    std::vector<Rgb> palette;
    for (int i = 0; i < kShades; ++i) {
        const auto shade = static_cast<std::uint8_t>(i * 255 / (kShades - 1));
        palette.push_back({shade, shade, shade});
    }
    for (const Rgb& colour : kColours) {
        for (int i = 0; i < kTints; ++i) {
            Rgb tint{};
            for (std::size_t part = 0; part < 3; ++part)
                tint.at(part) = static_cast<std::uint8_t>(255 - (255 - colour.at(part)) * i / (kTints - 1));
            palette.push_back(tint);
        }
    }
    return palette;
}

struct Area {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< x1 and y1 are outside
    bool touches(const Area& other) const { return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1; }
};

/// Draws boxes and labels on a page.
class Canvas {
public:
    Canvas(const DocumentReader::Raster& raster, double page_width)
        : width_(static_cast<int>(raster.width)),
          height_(static_cast<int>(raster.height)),
          scale_(raster.width / page_width) {
        image_.width = raster.width;
        image_.height = raster.height;
        image_.palette = overlay_palette();
        image_.pixels.reserve(raster.gray.size());
        for (const char shade : raster.gray)
            image_.pixels.push_back(static_cast<std::uint8_t>(static_cast<unsigned char>(shade) * (kShades - 1) / 255));
    }

    void draw(std::span<const MarkedValue> values) {
        std::vector<Area> boxes;
        for (const MarkedValue& value : values)
            boxes.push_back(box_of(value.place));
        std::vector<Area> taken = boxes;
        std::vector<Area> labels;
        for (std::size_t i = 0; i < values.size(); ++i)
            labels.push_back(room_for_label(values[i], boxes[i], taken));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto colour = static_cast<int>(trust_of(values[i].confidence));
            outline(boxes[i], static_cast<Trust>(colour));
            if (labels[i].x1 > labels[i].x0) write(values[i].label, labels[i], colour);
        }
    }
    std::string png() const { return to_png(image_); }

private:
    static constexpr double kMargin = 1.2;     ///< points between a value and its box
    static constexpr double kLabelSize = 4.6;  ///< points
    static constexpr int kDark = 150;          ///< shades below are something that is printed

    double label_pixels() const { return std::max(kLabelSize * scale_, 8.0); }

    Area box_of(const Place& place) const {
        const auto pixels = [&](double points) { return static_cast<int>(std::lround(points * scale_)); };
        return {pixels(place.x0 - kMargin), pixels(place.y0 - kMargin / 2), pixels(place.x1 + kMargin),
                pixels(place.y1 + kMargin / 2)};
    }
    bool is_inside(int x, int y) const { return x >= 0 && y >= 0 && x < width_ && y < height_; }
    std::uint8_t& pixel(int x, int y) {
        return image_.pixels[static_cast<std::size_t>(y) * image_.width + static_cast<std::size_t>(x)];
    }
    bool is_free(const Area& area, std::span<const Area> taken) {
        if (!is_inside(area.x0, area.y0) || !is_inside(area.x1 - 1, area.y1 - 1)) return false;
        for (const Area& other : taken)
            if (area.touches(other)) return false;
        for (int y = area.y0; y < area.y1; ++y)
            for (int x = area.x0; x < area.x1; ++x)
                if (pixel(x, y) < kDark * kShades / 256) return false;
        return true;
    }

    /// Above, right of or below the box; empty if there is no room. What is found is taken.
    Area room_for_label(const MarkedValue& value, const Area& box, std::vector<Area>& taken) {
        const int width = static_cast<int>(std::ceil(helvetica_width(value.label, label_pixels()))) + 2;
        const int height = static_cast<int>(std::ceil(label_pixels()));
        const int middle = (box.y0 + box.y1 - height) / 2;
        const Area places[] = {{box.x0, box.y0 - height, box.x0 + width, box.y0},
                               {box.x0, box.y1, box.x0 + width, box.y1 + height},
                               {box.x1 + 2, middle, box.x1 + 2 + width, middle + height}};
        for (const Area& place : places) {
            if (!is_free(place, taken)) continue;
            taken.push_back(place);
            return place;
        }
        return {};
    }

    void outline(const Area& box, Trust trust) {
        const int thick = trust == Trust::Sure || scale_ < 1.2 ? 1 : 2;
        const auto colour = static_cast<std::uint8_t>(kShades + (static_cast<int>(trust) + 1) * kTints - 1);
        const auto put = [&](int x, int y, int along) {
            const bool is_gap = trust == Trust::Fair && along % 8 >= 5;
            if (is_inside(x, y) && !is_gap) pixel(x, y) = colour;
        };
        for (int ring = 0; ring < thick; ++ring) {
            for (int x = box.x0 - ring; x < box.x1 + ring; ++x) {
                put(x, box.y0 - ring, x - box.x0 + 8);
                put(x, box.y1 - 1 + ring, x - box.x0 + 8);
            }
            for (int y = box.y0 - ring; y < box.y1 + ring; ++y) {
                put(box.x0 - ring, y, y - box.y0 + 8);
                put(box.x1 - 1 + ring, y, y - box.y0 + 8);
            }
        }
    }

    void write(const std::string& label, const Area& area, int colour) {
        const TextPlace place = {area.x0 + 1.0, area.y0 + 0.78 * (area.y1 - area.y0), label_pixels(), 0};
        paint_text(label, place, image_.width, image_.height,
                   [&](std::uint32_t x, std::uint32_t y, std::uint8_t cover) {
                       const int tint = cover * (kTints - 1) / 255;
                       if (tint > 0)
                           pixel(static_cast<int>(x), static_cast<int>(y)) =
                               static_cast<std::uint8_t>(kShades + colour * kTints + tint);
                   });
    }

    int width_, height_;
    double scale_;  ///< pixels for a point
    PaletteImage image_;
};

}  // namespace

Trust trust_of(double confidence) {
    return confidence >= 0.9 ? Trust::Sure : confidence >= 0.75 ? Trust::Fair : Trust::Doubtful;
}

std::vector<MarkedValue> values_on_page(const Document& document, std::uint32_t page) {
    std::vector<MarkedValue> out;
    std::string prefix;
    const auto take = [&](const char* name, const auto& value) {
        if (!value || value.place.page != page || page == 0) return;
        const std::string label = spoken(name);
        out.push_back({prefix + label, label, plain(*value.value), value.rule, value.confidence, value.place});
    };
    each_value(document, take);
    for (const auto& [rate, amount] : document.tax_lines) {
        take("tax_rate", rate);
        take("tax_amount", amount);
    }
    for (std::size_t i = 0; i < document.lines.size(); ++i) {
        prefix = cat("line ", i + 1, " ");
        each_value(document.lines[i], take);
    }
    return out;
}

DocumentReader::Raster upright(const DocumentReader::Raster& raster, std::uint16_t turned) {
    if (turned % 90 != 0 || turned % 360 == 0) return raster;
    const bool is_sideways = turned % 180 == 90;
    DocumentReader::Raster out;
    out.width = is_sideways ? raster.height : raster.width;
    out.height = is_sideways ? raster.width : raster.height;
    out.gray.resize(raster.gray.size());
    for (std::size_t y = 0; y < raster.height; ++y) {
        for (std::size_t x = 0; x < raster.width; ++x) {
            std::size_t to_x = raster.width - 1 - x, to_y = raster.height - 1 - y;  // by 180 degrees
            if (is_sideways) {
                to_x = turned % 360 == 90 ? raster.height - 1 - y : y;
                to_y = turned % 360 == 90 ? x : raster.width - 1 - x;
            }
            out.gray[to_y * out.width + to_x] = raster.gray[y * raster.width + x];
        }
    }
    return out;
}

std::string overlay_png(const PagePicture& page, std::span<const MarkedValue> values) {
    const DocumentReader::Raster& given = page.raster;
    if (given.gray.empty() || given.gray.size() != std::size_t{given.width} * given.height || !(page.width > 0))
        fail(Fault::Usage, "a page to draw on needs a size and as many pixels as it says");
    const DocumentReader::Raster raster = upright(given, page.turned);
    Canvas canvas(raster, page.width);
    canvas.draw(values);
    return canvas.png();
}

}  // namespace hone::invoice
