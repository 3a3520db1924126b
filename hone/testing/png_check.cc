#include "hone/testing/png_check.h"

#include <zlib.h>

#include <cstdlib>

namespace hone::testing {
namespace {

std::uint32_t be32(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

struct Chunks {
    std::string data, palette, transparency;
};

std::pair<std::string, std::string> read_text(std::string_view type, std::string_view data) {
    const std::size_t end = data.find('\0');
    if (end == std::string_view::npos) return {"no keyword", ""};
    const std::string key(data.substr(0, end));
    data.remove_prefix(end + 1);
    if (type == "tEXt") return {key, std::string(data)};
    if (!data.starts_with(std::string_view("\0\0\0\0", 4))) return {key, "compressed or of a language"};
    return {key, std::string(data.substr(4))};
}

/// Reads the chunks; the mistake found, or nothing.
std::string read_chunks(std::string_view bytes, ReadPng& png, Chunks& chunks) {
    if (!bytes.starts_with("\x89PNG\r\n\x1a\n")) return "no signature";
    bytes.remove_prefix(8);
    bool has_ended = false;
    while (!bytes.empty()) {
        if (has_ended) return "bytes after the end";
        if (bytes.size() < 12 || be32(bytes) > bytes.size() - 12) return "a chunk is cut off";
        const std::uint32_t size = be32(bytes);
        const std::string type(bytes.substr(4, 4));
        const std::string_view data = bytes.substr(8, size);
        const auto* checked = reinterpret_cast<const Bytef*>(bytes.data() + 4);
        if (crc32(0, checked, size + 4) != be32(bytes.substr(8 + size))) return "wrong checksum of " + type;
        png.chunks += (png.chunks.empty() ? "" : " ") + type;
        if (type == "IHDR") {
            if (size != 13 || data.substr(10) != std::string_view("\0\0\0", 3)) return "a header of another kind";
            png.width = be32(data);
            png.height = be32(data.substr(4));
            png.bits = static_cast<unsigned char>(data[8]);
            png.color_type = static_cast<unsigned char>(data[9]);
        }
        if (type == "IDAT") chunks.data += data;
        if (type == "PLTE") chunks.palette = data;
        if (type == "tRNS") chunks.transparency = data;
        if (type == "pHYs") png.pixels_per_metre = be32(data) == be32(data.substr(4)) && data[8] == 1 ? be32(data) : 0;
        if (type == "tEXt" || type == "iTXt") png.texts.push_back(read_text(type, data));
        has_ended = type == "IEND";
        bytes.remove_prefix(12 + size);
    }
    return has_ended ? "" : "no end";
}

std::uint8_t predicted(int filter, int left, int above, int corner) {
    switch (filter) {
        case 1:
            return static_cast<std::uint8_t>(left);
        case 2:
            return static_cast<std::uint8_t>(above);
        case 3:
            return static_cast<std::uint8_t>((left + above) / 2);
        case 4: {
            const int guess = left + above - corner;
            const int a = std::abs(guess - left);
            const int b = std::abs(guess - above);
            const int c = std::abs(guess - corner);
            return static_cast<std::uint8_t>(a <= b && a <= c ? left : b <= c ? above : corner);
        }
        default:
            return 0;
    }
}

void add_row(ReadPng& png, const Chunks& chunks, const std::vector<std::uint8_t>& row) {
    const auto bits = static_cast<std::size_t>(png.bits);
    for (std::size_t x = 0; x < png.width; ++x) {
        if (png.color_type == 2) {
            for (std::size_t part = 0; part < 3; ++part)
                png.rgba.push_back(row[3 * x + part]);
            png.rgba.push_back(255);
            continue;
        }
        const std::size_t first_bit = x * bits;
        const std::size_t index = row[first_bit / 8] >> (8 - bits - first_bit % 8) & ((1U << bits) - 1);
        if (3 * index >= chunks.palette.size()) {
            png.mistake = "a pixel outside the palette";
            return;
        }
        for (std::size_t part = 0; part < 3; ++part)
            png.rgba.push_back(static_cast<std::uint8_t>(chunks.palette[3 * index + part]));
        png.rgba.push_back(index < chunks.transparency.size() ? static_cast<std::uint8_t>(chunks.transparency[index])
                                                              : 255);
    }
}

}  // namespace

std::uint32_t ReadPng::at(std::uint32_t x, std::uint32_t y) const {
    std::uint32_t value = 0;
    for (std::size_t part = 0; part < 4; ++part)
        value = value << 8 | rgba.at((std::size_t{y} * width + x) * 4 + part);
    return value;
}

ReadPng read_png(std::string_view bytes) {
    ReadPng png;
    Chunks chunks;
    png.mistake = read_chunks(bytes, png, chunks);
    if (!png.mistake.empty()) return png;
    const std::size_t channels = png.color_type == 2 ? 3 : 1;
    const std::size_t row_bytes = (png.width * channels * static_cast<std::size_t>(png.bits) + 7) / 8;
    std::vector<std::uint8_t> filtered((row_bytes + 1) * png.height + 1);
    uLongf size = filtered.size();
    const int answer =
        uncompress(filtered.data(), &size, reinterpret_cast<const Bytef*>(chunks.data.data()), chunks.data.size());
    if (answer != Z_OK || size + 1 != filtered.size()) {
        png.mistake = "the rows are not as many as the header says, or damaged";
        return png;
    }
    const std::size_t step = png.bits < 8 ? 1 : channels;
    std::vector<std::uint8_t> last(row_bytes);
    std::vector<std::uint8_t> row(row_bytes);
    for (std::size_t y = 0; y < png.height && png.mistake.empty(); ++y) {
        const std::uint8_t* line = &filtered[y * (row_bytes + 1)];
        if (line[0] > 4) png.mistake = "an unknown filter";
        for (std::size_t i = 0; i < row_bytes; ++i) {
            const int left = i >= step ? row[i - step] : 0;
            const int corner = i >= step ? last[i - step] : 0;
            row[i] = static_cast<std::uint8_t>(line[1 + i] + predicted(line[0], left, last[i], corner));
        }
        add_row(png, chunks, row);
        last = row;
    }
    return png;
}

}  // namespace hone::testing
