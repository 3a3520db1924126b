#include "hone/formats/png.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::uint8_t kNoFilter = 0;
constexpr std::uint8_t kLeftFilter = 1;   // "Sub": difference to the pixel on the left
constexpr std::uint8_t kAboveFilter = 2;  // "Up": difference to the pixel above

void append_be32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xFF);
}

const Bytef* raw(std::string_view bytes) {
    return reinterpret_cast<const Bytef*>(bytes.data());
}

void write_chunk(const PngWriter::Sink& sink, std::string_view type, std::string_view data) {
    std::string out;
    out.reserve(data.size() + 12);
    append_be32(out, static_cast<std::uint32_t>(data.size()));
    out += type;
    out += data;
    const std::string_view checked = std::string_view(out).substr(4);
    append_be32(out, static_cast<std::uint32_t>(crc32(0, raw(checked), static_cast<uInt>(checked.size()))));
    sink(out);
}

int bits_of(const PngShape& shape) {
    const std::size_t colors = shape.palette.size();
    if (colors == 0 || colors > 16) return 8;
    return colors > 4 ? 4 : colors > 2 ? 2 : 1;
}

bool is_printing_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

void require(const PngShape& shape) {
    constexpr std::uint32_t kMost = 0x7FFFFFFF;
    if (shape.width == 0 || shape.height == 0 || shape.width > kMost || shape.height > kMost)
        fail(Fault::Usage, "a PNG is 1 to 2147483647 pixels wide and high; found ", shape.width, " x ", shape.height);
    if (shape.palette.size() > 256)
        fail(Fault::Usage, "a palette has at most 256 colours; found ", shape.palette.size());
    if (shape.transparent && *shape.transparent >= shape.palette.size())
        fail(Fault::Usage, "the transparent colour is one of the palette; found index ", *shape.transparent, " of ",
             shape.palette.size());
    if (!(shape.pixels_per_inch >= 0 && shape.pixels_per_inch <= 1e6))
        fail(Fault::Usage, "pixels per inch are 0 to 1000000; found ", shape.pixels_per_inch);
    constexpr std::size_t kMostKey = 79;
    for (const auto& [key, text] : shape.texts)
        if (key.empty() || key.size() > kMostKey || !is_printing_ascii(key) || text.find('\0') != std::string::npos)
            fail(Fault::Usage, "a keyword of a PNG is 1 to 79 letters of ASCII, its text holds no zero; found '", key,
                 "'");
}

void write_text(const PngWriter::Sink& sink, const std::string& key, const std::string& text) {
    if (is_printing_ascii(text)) return write_chunk(sink, "tEXt", key + '\0' + text);
    // Not compressed, no language, no translated keyword.
    write_chunk(sink, "iTXt", key + std::string(5, '\0') + text);
}

/// Sum of the sizes of differences, taken as signed bytes: the usual guess at how well a filtered row packs.
std::uint64_t roughness(std::span<const std::uint8_t> line) {
    std::uint64_t sum = 0;
    for (const std::uint8_t byte : line)
        sum += byte < 128 ? byte : 256U - byte;
    return sum;
}

}  // namespace

Rgb parse_rgb(std::string_view text) {
    Rgb rgb{};
    bool is_good = text.size() == 7 && text[0] == '#';
    for (std::size_t i = 0; is_good && i < 3; ++i) {
        const char* begin = text.data() + 1 + 2 * i;
        const auto [end, error] = std::from_chars(begin, begin + 2, rgb[i], 16);
        is_good = error == std::errc() && end == begin + 2;
    }
    if (!is_good) fail(Fault::Usage, "a colour is #rrggbb; found '", text, "'");
    return rgb;
}

/// The compressed rows, cut into chunks of 64 KiB.
class PngWriter::Deflater {
public:
    explicit Deflater(const Sink& sink) : sink_(sink), out_(std::size_t{64} << 10, '\0') {
        constexpr int kWindowBits = 15;
        constexpr int kMemoryLevel = 8;
        check(deflateInit2(&stream_, kLevel, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK,
              "zlib starts");
        reset_output();
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    void add(std::span<std::uint8_t> bytes) {
        while (!bytes.empty()) {
            const std::size_t size = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
            stream_.next_in = bytes.data();
            stream_.avail_in = static_cast<uInt>(size);
            bytes = bytes.subspan(size);
            while (stream_.avail_in > 0)
                step(Z_NO_FLUSH);
        }
    }
    void finish() {
        while (step(Z_FINISH) != Z_STREAM_END) {
        }
        emit();
    }

private:
    static constexpr int kLevel = 6;

    int step(int flush) {
        if (stream_.avail_out == 0) emit();
        const int answer = deflate(&stream_, flush);
        check(answer == Z_OK || answer == Z_STREAM_END || answer == Z_BUF_ERROR, "zlib goes on");
        return answer;
    }
    void emit() {
        const std::size_t size = out_.size() - stream_.avail_out;
        if (size > 0) write_chunk(sink_, "IDAT", std::string_view(out_).substr(0, size));
        reset_output();
    }
    void reset_output() {
        stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
        stream_.avail_out = static_cast<uInt>(out_.size());
    }

    const Sink& sink_;
    std::string out_;
    z_stream stream_{};
};

PngWriter::PngWriter(PngShape shape, Sink sink) : shape_(std::move(shape)), sink_(std::move(sink)) {
    require(shape_);
    sink_(kSignature);
    std::string header;
    append_be32(header, shape_.width);
    append_be32(header, shape_.height);
    header += static_cast<char>(bits_of(shape_));
    header += static_cast<char>(shape_.palette.empty() ? 2 : 3);
    header.append(3, '\0');  // deflate, adaptive filters, not interlaced
    write_chunk(sink_, "IHDR", header);
    if (!shape_.palette.empty()) {
        std::string colors;
        for (const Rgb& rgb : shape_.palette)
            for (const std::uint8_t part : rgb)
                colors += static_cast<char>(part);
        write_chunk(sink_, "PLTE", colors);
    }
    if (shape_.transparent) write_chunk(sink_, "tRNS", std::string(*shape_.transparent, '\xff') + std::string(1, '\0'));
    if (shape_.pixels_per_inch > 0) {
        constexpr double kInchesPerMetre = 1 / 0.0254;
        std::string density;
        const auto per_metre = static_cast<std::uint32_t>(std::llround(shape_.pixels_per_inch * kInchesPerMetre));
        append_be32(density, per_metre);
        append_be32(density, per_metre);
        density += '\x01';  // per metre
        write_chunk(sink_, "pHYs", density);
    }
    for (const auto& [key, text] : shape_.texts)
        write_text(sink_, key, text);
    deflater_ = std::make_unique<Deflater>(sink_);
}

PngWriter::~PngWriter() = default;

void PngWriter::row(std::span<const std::uint8_t> pixels) {
    const std::size_t width = std::size_t{shape_.width} * (shape_.palette.empty() ? 3 : 1);
    check(pixels.size() == width && rows_ < shape_.height,
          "a row of a PNG has its width, and there are as many as said");
    ++rows_;
    line_.clear();
    line_.push_back(kNoFilter);
    if (!shape_.palette.empty()) {
        const auto bits = static_cast<std::size_t>(bits_of(shape_));
        const std::size_t per_byte = 8 / bits;
        line_.resize(1 + (width + per_byte - 1) / per_byte);
        for (std::size_t i = 0; i < width; ++i) {
            check(pixels[i] < shape_.palette.size(), "a pixel is an index of the palette");
            line_[1 + i / per_byte] |= static_cast<std::uint8_t>(pixels[i] << (8 - bits * (i % per_byte + 1)));
        }
        return deflater_->add(line_);
    }
    // Differences to the row above, or to the left where they are smaller.
    line_.resize(1 + width);
    last_.resize(width);
    line_[0] = kAboveFilter;
    for (std::size_t i = 0; i < width; ++i)
        line_[1 + i] = static_cast<std::uint8_t>(pixels[i] - last_[i]);
    const std::uint64_t above = roughness(std::span(line_).subspan(1));
    if (above > 0) {
        last_.assign(pixels.begin(), pixels.end());
        std::vector<std::uint8_t> left(1 + width, kLeftFilter);
        for (std::size_t i = 0; i < width; ++i)
            left[1 + i] = static_cast<std::uint8_t>(pixels[i] - (i < 3 ? 0 : pixels[i - 3]));
        if (roughness(std::span(left).subspan(1)) < above) line_.swap(left);
    }
    deflater_->add(line_);
}

void PngWriter::finish() {
    check(rows_ == shape_.height, "a PNG has all its rows");
    deflater_->finish();
    write_chunk(sink_, "IEND", {});
}

std::string to_png(const PaletteImage& image) {
    if (image.palette.empty()) fail(Fault::Usage, "a picture has at least one colour");
    if (image.pixels.size() != std::uint64_t{image.width} * image.height)
        fail(Fault::Usage, "a picture has width times height pixels; found ", image.pixels.size(), " for ", image.width,
             " x ", image.height);
    std::string out;
    PngWriter writer({image.width, image.height, image.palette, image.transparent},
                     [&out](std::string_view bytes) { out += bytes; });
    const std::span<const std::uint8_t> pixels(image.pixels);
    for (std::uint32_t row = 0; row < image.height; ++row) {
        const auto one = pixels.subspan(std::size_t{row} * image.width, image.width);
        if (std::ranges::any_of(one, [&](std::uint8_t pixel) { return pixel >= image.palette.size(); }))
            fail(Fault::Usage, "a pixel is an index of the palette; row: ", row);
        writer.row(one);
    }
    writer.finish();
    return out;
}

}  // namespace hone
