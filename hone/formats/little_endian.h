#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hone/base/error.h"

namespace hone {

/// Unsigned numbers of 2, 4 and 8 bytes at a place, least byte first. Requires: they lie inside.
inline std::uint16_t le16(std::string_view bytes, std::size_t at) {
    check(at + 2 <= bytes.size(), "a number lies inside of its bytes");
    return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1])
                                                                                  << 8);
}
inline std::uint32_t le32(std::string_view bytes, std::size_t at) {
    return le16(bytes, at) | static_cast<std::uint32_t>(le16(bytes, at + 2)) << 16;
}
inline std::uint64_t le64(std::string_view bytes, std::size_t at) {
    return le32(bytes, at) | static_cast<std::uint64_t>(le32(bytes, at + 4)) << 32;
}
/// An IEEE double.
inline double le_double(std::string_view bytes, std::size_t at) {
    return std::bit_cast<double>(le64(bytes, at));
}

}  // namespace hone
