#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/page_painter.h"
#include "hone/formats/png.h"

// Files of pictures, written by the letter of their formats. For tests.

namespace hone::invoice {

inline std::string gray_png(const GrayPicture& picture, double dpi) {
    PngShape shape;
    shape.width = picture.width;
    shape.height = picture.height;
    shape.pixels_per_inch = dpi;
    for (int i = 0; i < 256; ++i) {
        const auto shade = static_cast<std::uint8_t>(i);
        shape.palette.push_back({shade, shade, shade});
    }
    std::string out;
    PngWriter writer(shape, [&](std::string_view bytes) { out += bytes; });
    for (std::size_t y = 0; y < picture.height; ++y)
        writer.row({reinterpret_cast<const std::uint8_t*>(picture.gray.data()) + y * picture.width, picture.width});
    writer.finish();
    return out;
}

/// TIFF 6.0, little endian, a strip without compression for each page.
inline std::string gray_tiff(std::span<const GrayPicture> pages, std::uint32_t dpi) {
    const auto number = [](std::uint64_t value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; ++i)
            out += static_cast<char>(value >> (8 * i) & 0xFFU);
        return out;
    };
    std::string out = "II*" + std::string(1, '\0');
    std::size_t link = out.size();  // where the place of the next directory goes
    out += number(0, 4);
    for (const GrayPicture& page : pages) {
        const std::size_t strip = out.size();
        out += page.gray;
        if (out.size() % 2 == 1) out += '\0';
        const std::size_t resolution = out.size();
        out += number(dpi, 4) + number(1, 4);
        const std::size_t directory = out.size();
        out.replace(link, 4, number(directory, 4));
        struct Entry {
            std::uint16_t tag, type;
            std::uint64_t value;
        };
        constexpr std::uint16_t kShort = 3, kLong = 4, kRational = 5;
        const std::vector<Entry> entries = {{256, kLong, page.width},
                                            {257, kLong, page.height},
                                            {258, kShort, 8},
                                            {259, kShort, 1},
                                            {262, kShort, 1},
                                            {273, kLong, strip},
                                            {277, kShort, 1},
                                            {278, kLong, page.height},
                                            {279, kLong, page.gray.size()},
                                            {282, kRational, resolution},
                                            {283, kRational, resolution},
                                            {296, kShort, 2}};
        out += number(entries.size(), 2);
        for (const Entry& entry : entries)
            out += number(entry.tag, 2) + number(entry.type, 2) + number(1, 4) + number(entry.value, 4);
        link = out.size();
        out += number(0, 4);
    }
    return out;
}

/// Baseline JPEG (ITU-T T.81) of shades of gray: all quantisers 8, the Huffman tables of annex K.
class JpegWriter {
public:
    static std::string bytes(const GrayPicture& picture, std::uint16_t dpi) {
        JpegWriter writer;
        writer.head(picture, dpi);
        for (std::uint32_t y = 0; y < picture.height; y += 8)
            for (std::uint32_t x = 0; x < picture.width; x += 8)
                writer.block(picture, x, y);
        writer.bits(0x7F, 7);
        return writer.out_ + "\xFF\xD9";
    }

private:
    static constexpr int kQuantiser = 8;
    static constexpr std::array<std::uint8_t, 16> kDcCounts = {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
    static constexpr std::array<std::uint8_t, 16> kAcCounts = {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125};
    static constexpr std::array<std::uint8_t, 162> kAcValues = {
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71,
        0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72,
        0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37,
        0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
        0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83,
        0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3,
        0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
        0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
        0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa};
    static constexpr std::array<std::uint8_t, 64> kZigZag = {
        0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
        41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
        30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

    struct Code {
        std::uint32_t code = 0;
        int length = 0;
    };

    JpegWriter() {
        std::array<std::uint8_t, 12> dc_values{};
        for (std::uint8_t i = 0; i < 12; ++i)
            dc_values.at(i) = i;
        make_codes(kDcCounts, dc_values, dc_);
        make_codes(kAcCounts, kAcValues, ac_);
        for (int k = 0; k < 8; ++k)
            for (int n = 0; n < 8; ++n)
                cosine_.at(static_cast<std::size_t>(k * 8 + n)) =
                    (k == 0 ? std::sqrt(0.125) : 0.5) * std::cos((2 * n + 1) * k * std::numbers::pi / 16);
    }
    static void make_codes(std::span<const std::uint8_t> counts, std::span<const std::uint8_t> values,
                           std::array<Code, 256>& codes) {
        std::uint32_t code = 0;
        std::size_t next = 0;
        for (std::size_t length = 1; length <= 16; ++length, code <<= 1U)
            for (std::uint8_t i = 0; i < counts[length - 1]; ++i)
                codes.at(values[next++]) = {code++, static_cast<int>(length)};
    }
    void put(std::uint32_t value, int bytes) {
        for (int i = bytes - 1; i >= 0; --i)
            out_ += static_cast<char>(value >> (8 * i) & 0xFFU);
    }
    void head(const GrayPicture& picture, std::uint16_t dpi) {
        put(0xFFD8FFE0, 4);
        put(16, 2);
        out_ += std::string("JFIF\0\1\1\1", 8);
        put(dpi, 2);
        put(dpi, 2);
        put(0, 2);
        put(0xFFDB, 2);
        put(67, 2);
        out_ += '\0';
        out_ += std::string(64, static_cast<char>(kQuantiser));
        put(0xFFC0, 2);
        put(11, 2);
        put(8, 1);
        put(picture.height, 2);
        put(picture.width, 2);
        put(0x01011100, 4);
        put(0xFFC4, 2);
        put(2 + 17 + 12, 2);
        out_ += '\0';
        for (const std::uint8_t count : kDcCounts)
            put(count, 1);
        for (std::uint32_t i = 0; i < 12; ++i)
            put(i, 1);
        put(0xFFC4, 2);
        put(2 + 17 + 162, 2);
        put(0x10, 1);
        for (const std::uint8_t count : kAcCounts)
            put(count, 1);
        for (const std::uint8_t value : kAcValues)
            put(value, 1);
        put(0xFFDA, 2);
        put(8, 2);
        put(0x0101, 2);
        put(0x00003F00, 4);
    }
    void bits(std::uint32_t value, int count) {
        for (int i = count - 1; i >= 0; --i) {
            byte_ = byte_ << 1U | (value >> static_cast<unsigned>(i) & 1U);
            if (++filled_ < 8) continue;
            out_ += static_cast<char>(byte_ & 0xFFU);
            if ((byte_ & 0xFFU) == 0xFF) out_ += '\0';
            byte_ = 0;
            filled_ = 0;
        }
    }
    static int size_of(int value) {
        int size = 0;
        for (int left = std::abs(value); left > 0; left >>= 1)
            ++size;
        return size;
    }
    void number(int value, int size) {
        bits(static_cast<std::uint32_t>(value < 0 ? value + (1 << size) - 1 : value), size);
    }
    void block(const GrayPicture& picture, std::uint32_t x0, std::uint32_t y0) {
        std::array<double, 64> rows{};
        std::array<int, 64> quantised{};
        for (std::size_t y = 0; y < 8; ++y) {
            for (std::size_t k = 0; k < 8; ++k) {
                for (std::size_t x = 0; x < 8; ++x) {
                    const std::size_t at_x = std::min<std::size_t>(x0 + x, picture.width - 1);
                    const std::size_t at_y = std::min<std::size_t>(y0 + y, picture.height - 1);
                    const int shade = static_cast<unsigned char>(picture.gray[at_y * picture.width + at_x]);
                    rows.at(y * 8 + k) += (shade - 128) * cosine_.at(k * 8 + x);
                }
            }
        }
        for (std::size_t v = 0; v < 8; ++v) {
            for (std::size_t u = 0; u < 8; ++u) {
                double sum = 0;
                for (std::size_t y = 0; y < 8; ++y)
                    sum += rows.at(y * 8 + u) * cosine_.at(v * 8 + y);
                quantised.at(v * 8 + u) = static_cast<int>(std::lround(sum / kQuantiser));
            }
        }
        entropy(quantised);
    }
    void entropy(const std::array<int, 64>& quantised) {
        const int difference = quantised[0] - before_;
        before_ = quantised[0];
        const int size = size_of(difference);
        const Code& first = dc_.at(static_cast<std::size_t>(size));
        bits(first.code, first.length);
        number(difference, size);
        int zeros = 0;
        for (std::size_t i = 1; i < 64; ++i) {
            const int value = quantised.at(kZigZag.at(i));
            if (value == 0) {
                ++zeros;
                continue;
            }
            for (; zeros > 15; zeros -= 16)
                bits(ac_[0xF0].code, ac_[0xF0].length);
            const int length = size_of(value);
            const Code& code = ac_.at(static_cast<std::size_t>(zeros * 16 + length));
            bits(code.code, code.length);
            number(value, length);
            zeros = 0;
        }
        if (zeros > 0) bits(ac_[0].code, ac_[0].length);
    }

    std::string out_;
    std::array<Code, 256> dc_{}, ac_{};
    std::array<double, 64> cosine_{};
    std::uint32_t byte_ = 0;
    int filled_ = 0;
    int before_ = 0;
};

}  // namespace hone::invoice
