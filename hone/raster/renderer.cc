#include "hone/raster/renderer.h"

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <new>
#include <utility>
#include <variant>

#include "hone/base/base64.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/png.h"
#include "hone/raster/picture_rows.h"
#include "hone/raster/raster_interface.h"
#include "hone/raster/svg_layers.h"

namespace hone {
namespace {

constexpr const char* kFont = "DejaVu Sans";
constexpr std::string_view kMend =
    "Debian packages librsvg2-2 and fonts-dejavu-core hold what it needs; figures are also written as SVG, which needs "
    "nothing.";

[[noreturn]] void fail_missing(std::string message) {
    throw Error(Fault::System, std::move(message)).with_id("raster.missing").with_mend(std::string(kMend));
}

using Entry = const HoneRasterInterface* (*)();

/// Opens one file; what is wrong with it goes to `reasons`.
const HoneRasterInterface* open_library(const Path& place, std::vector<std::string>& reasons) {
    std::error_code ignored;
    if (!std::filesystem::exists(place, ignored)) {
        reasons.push_back(cat("no file ", place));
        return nullptr;
    }
    // Its libraries keep state of their own and are not made to be closed.
    void* library = ::dlopen(std::filesystem::absolute(place).c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const auto entry =
        library != nullptr ? reinterpret_cast<Entry>(::dlsym(library, "hone_raster_interface")) : nullptr;
    if (entry == nullptr) {
        const char* reason = ::dlerror();
        reasons.push_back(reason != nullptr ? reason : cat(place, " holds nothing"));
        return nullptr;
    }
    const HoneRasterInterface* found = entry();
    if (found->version == kHoneRasterVersion) return found;
    reasons.push_back(cat(place, " has version ", found->version, ", expected ", kHoneRasterVersion));
    return nullptr;
}

/// Hands rows to what makes a PNG of them. No exception may cross the C code, so a lack of memory is remembered.
struct Rows {
    std::function<void(const std::uint32_t* pixels, std::uint32_t width)> add;
    bool is_memory_gone = false;

    static int take(void* context, const std::uint32_t* pixels, std::uint32_t width) noexcept {
        auto& rows = *static_cast<Rows*>(context);
        try {
            rows.add(pixels, width);
            return 0;
        } catch (const std::bad_alloc&) {
            rows.is_memory_gone = true;
            return 1;
        }
    }
};

/// The same for bytes of a file.
struct FileBytes {
    std::string bytes;
    bool is_memory_gone = false;

    static int take(void* context, const char* bytes, std::size_t size) noexcept {
        auto& file = *static_cast<FileBytes*>(context);
        try {
            file.bytes.append(bytes, size);
            return 0;
        } catch (const std::bad_alloc&) {
            file.is_memory_gone = true;
            return 1;
        }
    }
};

std::uint64_t unpacked_bytes(std::string_view png) {
    constexpr std::size_t kHeader = 24;  // signature, chunk, width, height
    constexpr std::uint64_t kPixelBytes = 4;
    if (png.size() < kHeader) return 0;
    const auto number = [&](std::size_t place) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(png[place + i]);
        return value;
    };
    return std::min<std::uint64_t>(number(16) * number(20), Budget::kUnlimited / 16) * kPixelBytes;
}

/// Memory that unpacked images take while the layers are drawn, by their headers: one at a time, but those inside an
/// SVG all together.
std::uint64_t bytes_of_images(const std::vector<SvgLayer>& layers) {
    constexpr std::string_view kStart = "data:image/png;base64,";
    constexpr std::size_t kHeaderLetters = 32;
    std::uint64_t largest = 0;
    std::uint64_t together = 0;
    for (const SvgLayer& layer : layers) {
        if (layer.is_image) {
            largest = std::max(largest, unpacked_bytes(layer.bytes));
            continue;
        }
        const std::string_view svg = layer.bytes;
        for (std::size_t at = svg.find(kStart); at != std::string_view::npos; at = svg.find(kStart, at + 1)) {
            const auto header = from_base64(svg.substr(at + kStart.size(), kHeaderLetters));
            together = std::min(together + unpacked_bytes(header.value_or("")), Budget::kUnlimited / 2);
        }
    }
    return together + largest;
}

/// What the part takes of a drawing; points into it.
class DrawingParts {
public:
    explicit DrawingParts(const Drawing& drawing) {
        marks_.reserve(drawing.marks.size());
        for (const Drawing::Mark& mark : drawing.marks)
            std::visit([this](const auto& one) { marks_.push_back(part_of(one)); }, mark);
        for (const auto& [key, text] : drawing.facts)
            subject_ += cat(subject_.empty() ? "" : "; ", key, ": ", text);
        whole_ = {marks_.data(), marks_.size(),         {drawing.width, drawing.height},
                  kFont,         drawing.title.c_str(), subject_.c_str()};
    }
    const HoneRasterDrawing& whole() const { return whole_; }

private:
    using Point = Drawing::Point;
    static_assert(sizeof(Point) == 2 * sizeof(double));  // an array of them is one of x, y, x, y

    static HoneRasterMark part_of(const Drawing::Stamps& stamps) {
        HoneRasterMark mark{};
        mark.kind = kHoneRasterStamps;
        mark.points = reinterpret_cast<const double*>(stamps.outline.data());
        mark.point_count = stamps.outline.size();
        mark.x = stamps.x.data();
        mark.y = stamps.y.data();
        mark.colors = stamps.colors.data();
        mark.count = stamps.colors.size();
        mark.stroke = stamps.stroke;
        mark.stroke_width = stamps.stroke_width;
        return mark;
    }
    static HoneRasterMark part_of(const Drawing::Rectangle& rectangle) {
        HoneRasterMark mark{};
        mark.kind = kHoneRasterRectangle;
        const double place[] = {rectangle.x, rectangle.y, rectangle.width, rectangle.height};
        std::ranges::copy(place, mark.place);
        mark.corner = rectangle.corner;
        mark.has_color = rectangle.fill ? 1 : 0;
        mark.color = rectangle.fill.value_or(0);
        mark.stroke = rectangle.stroke.value_or(0);
        mark.stroke_width = rectangle.stroke ? rectangle.stroke_width : 0;
        return mark;
    }
    static HoneRasterMark part_of(const Drawing::Line& line) {
        HoneRasterMark mark{};
        mark.kind = kHoneRasterLine;
        mark.points = reinterpret_cast<const double*>(line.points.data());
        mark.point_count = line.points.size();
        mark.color = line.color;
        mark.stroke_width = line.width;
        return mark;
    }
    static HoneRasterMark part_of(const Drawing::Text& text) {
        HoneRasterMark mark{};
        mark.kind = kHoneRasterText;
        mark.place[0] = text.x;
        mark.place[1] = text.y;
        mark.text = text.text.c_str();
        mark.size = text.size;
        mark.color = text.color;
        mark.anchor = static_cast<int>(text.anchor);
        mark.rotate = text.rotate;
        mark.is_bold = text.bold ? 1 : 0;
        return mark;
    }

    std::vector<HoneRasterMark> marks_;
    std::string subject_;
    HoneRasterDrawing whole_{};
};

/// A picture that the part has read, with its size in px.
class Picture {
public:
    Picture(const HoneRasterInterface& part, std::string_view svg)
        : part_(part), what_("an SVG"), layers_(svg_layers(svg)) {
        std::vector<HoneRasterLayer> layers;
        for (const SvgLayer& layer : layers_)
            layers.push_back({layer.bytes.data(),
                              layer.bytes.size(),
                              layer.is_image ? 1 : 0,
                              {layer.left, layer.top, layer.width, layer.height}});
        take(part.open(layers.data(), layers.size(), &message_));
    }
    Picture(const HoneRasterInterface& part, const DrawingParts& parts) : part_(part), what_("a drawing") {
        take(part.open_drawing(&parts.whole(), &message_));
    }
    ~Picture() { part_.close(handle_); }
    Picture(const Picture&) = delete;
    Picture& operator=(const Picture&) = delete;

    void paint(const std::uint32_t size[2], const double scale[2], Rows& rows) {
        judge(part_.paint(handle_, size, scale, &Rows::take, &rows, &message_), rows.is_memory_gone);
    }
    std::string pdf() {
        FileBytes file;
        judge(part_.write_pdf(handle_, &FileBytes::take, &file, &message_), file.is_memory_gone);
        return std::move(file.bytes);
    }

    /// Memory that the images inside take while they are drawn.
    std::uint64_t image_bytes() const { return bytes_of_images(layers_); }

    double width = 0;
    double height = 0;

private:
    void take(HoneRasterPicture* handle) {
        handle_ = handle;
        if (handle_ == nullptr) fail(Fault::Input, what_, " cannot be read: ", message_.text);
        if (part_.measure(handle_, &width, &height, &message_) == 0) return;
        part_.close(handle_);
        fail(Fault::Input, what_, " cannot be drawn: ", message_.text);
    }
    void judge(int answer, bool is_memory_gone) const {
        if (is_memory_gone) fail(Fault::Limit, "the system has no memory left for a drawn figure");
        if (answer != 0) fail(Fault::Input, what_, " cannot be drawn: ", message_.text);
    }
    const HoneRasterInterface& part_;
    std::string_view what_;
    std::vector<SvgLayer> layers_;
    HoneRasterMessage message_{};
    HoneRasterPicture* handle_ = nullptr;
};

void refuse_if_huge(double width, double height, std::string_view unit) {
    if (width <= Renderer::kMostSide && height <= Renderer::kMostSide && width * height <= Renderer::kMostPixels)
        return;
    fail(Fault::Limit, "a drawn figure has at most ", Renderer::kMostSide, ' ', unit, " a side and ",
         Renderer::kMostPixels, " in all; found ", width, " x ", height);
}

}  // namespace

Renderer::Renderer(std::vector<Path> places) : places_(std::move(places)) {}

const HoneRasterInterface& Renderer::part() {
    const std::lock_guard lock(mutex_);
    if (part_ != nullptr) return *part_;
    std::vector<std::string> reasons;
    for (const Path& place : places_) {
        part_ = open_library(place, reasons);
        if (part_ != nullptr) break;
    }
    if (part_ == nullptr)
        fail_missing(cat("PNG and PDF need ", kLibrary, ", which cannot be opened: ", join(reasons, "; ")));
    has_font_ = part_->has_font(kFont) != 0;
    return *part_;
}

const HoneRasterInterface& Renderer::part_for(std::string_view svg) {
    const HoneRasterInterface& opened = part();
    if (!has_font_ && svg.find(kFont) != std::string_view::npos)
        fail_missing(cat("a figure needs the font ", kFont, ", which is not installed"));
    return opened;
}

std::string Renderer::describe() {
    const std::string versions = part_for(kFont).describe();
    return cat(versions, ", font ", kFont);
}

std::string Renderer::png(std::string_view svg, double dpi, Budget& budget) {
    if (!(dpi >= 1 && dpi <= 10000)) fail(Fault::Usage, "dots per inch are 1 to 10000; found ", dpi);
    Picture picture(part_for(svg), svg);
    const double scale = dpi / 96;
    const double width = std::max(1.0, std::round(picture.width * scale));
    const double height = std::max(1.0, std::round(picture.height * scale));
    refuse_if_huge(width, height, "pixels");
    const std::uint32_t size[2] = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
    const Reservation pixels(budget, std::uint64_t{4} * size[0] * size[1]);
    const Reservation images(budget, picture.image_bytes());
    std::string out;
    PngWriter writer({.width = size[0], .height = size[1], .pixels_per_inch = dpi},
                     [&out](std::string_view bytes) { out += bytes; });
    std::vector<std::uint8_t> colors(std::size_t{3} * size[0]);
    Rows rows{[&](const std::uint32_t* row, std::uint32_t columns) {
        for (std::size_t i = 0; i < columns; ++i) {
            colors[3 * i] = static_cast<std::uint8_t>(row[i] >> 16);
            colors[3 * i + 1] = static_cast<std::uint8_t>(row[i] >> 8);
            colors[3 * i + 2] = static_cast<std::uint8_t>(row[i]);
        }
        writer.row(colors);
    }};
    const double stretch[2] = {size[0] / picture.width, size[1] / picture.height};
    picture.paint(size, stretch, rows);
    writer.finish();
    return out;
}

std::string Renderer::pdf(std::string_view svg, Budget& budget) {
    Picture picture(part_for(svg), svg);
    refuse_if_huge(picture.width, picture.height, "px");
    const Reservation images(budget, picture.image_bytes());
    return picture.pdf();
}

std::string Renderer::png(const Drawing& drawing, double scale, Budget& budget) {
    if (!(scale >= Drawing::kLeastScale && scale <= Drawing::kMostScale))
        fail(Fault::Usage, "the scale of a PNG is ", Drawing::kLeastScale, " to ", Drawing::kMostScale, "; found ",
             scale);
    check_drawing(drawing);
    const double width = std::max(1.0, std::floor(drawing.width * scale));
    const double height = std::max(1.0, std::floor(drawing.height * scale));
    refuse_if_huge(width, height, "pixels");
    const HoneRasterInterface& opened = part_for(kFont);
    const std::uint32_t size[2] = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
    const std::uint64_t pixels = std::uint64_t{size[0]} * size[1];
    const Reservation memory(budget, 4 * pixels + PictureRows::memory_bytes(pixels));
    constexpr double kPxPerInch = 96;
    PngShape shape{.width = size[0], .height = size[1], .pixels_per_inch = kPxPerInch * scale, .texts = drawing.facts};
    if (!drawing.title.empty()) shape.texts.insert(shape.texts.begin(), {"Title", drawing.title});
    PictureRows picture_rows(std::move(shape));
    Rows rows{[&](const std::uint32_t* row, std::uint32_t) { picture_rows.add(row); }};
    const DrawingParts parts(drawing);
    const double both[2] = {scale, scale};
    Picture(opened, parts).paint(size, both, rows);
    return picture_rows.finish();
}

std::string Renderer::pdf(const Drawing& drawing) {
    check_drawing(drawing);
    refuse_if_huge(drawing.width, drawing.height, "px");
    const DrawingParts parts(drawing);
    return Picture(part_for(kFont), parts).pdf();
}

}  // namespace hone
