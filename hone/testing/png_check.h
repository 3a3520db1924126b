#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone::testing {

/// A PNG read back by a plain decoder that shares nothing with the writer but zlib's inflate.
struct ReadPng {
    std::string mistake;  ///< what keeps it from being a valid PNG; empty if nothing
    std::uint32_t width = 0, height = 0;
    int bits = 0;
    int color_type = 0;              ///< 2 colour, 3 palette
    std::vector<std::uint8_t> rgba;  ///< four bytes a pixel
    std::uint32_t pixels_per_metre = 0;
    /// Keywords and texts of tEXt and iTXt (not compressed).
    std::vector<std::pair<std::string, std::string>> texts;
    std::string chunks;  ///< their names in order, with blanks between

    /// Four bytes of a pixel as 0xrrggbbaa.
    std::uint32_t at(std::uint32_t x, std::uint32_t y) const;
};

/// Knows colour and palette pictures that are not interlaced.
ReadPng read_png(std::string_view bytes);

}  // namespace hone::testing
