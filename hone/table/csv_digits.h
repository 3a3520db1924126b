#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hone {

// Digits of a field, eight at once. Private to the reader and its tests.

/// The byte in all places of a word.
constexpr std::uint64_t every_byte(std::uint64_t byte) {
    return byte * 0x0101010101010101U;
}

/// True if all eight bytes are ASCII digits.
inline bool are_digits(std::uint64_t bytes) {
    const std::uint64_t high_halves = bytes & every_byte(0xF0);
    const std::uint64_t carried = (bytes + every_byte(0x06)) & every_byte(0xF0);
    return (high_halves | carried >> 4) == every_byte(0x33);
}

/// The number of eight digits, the first of which is the lowest byte. Method: sums of pairs by multiplication, as in
/// D. Lemire, "Quickly parsing eight digits".
inline std::int64_t eight_digits(std::uint64_t bytes) {
    bytes -= every_byte('0');
    bytes = bytes * 10 + (bytes >> 8);
    const std::uint64_t low = (bytes & 0x000000FF000000FFU) * 0x000F424000000064U;
    const std::uint64_t high = (bytes >> 16 & 0x000000FF000000FFU) * 0x0000271000000001U;
    return static_cast<std::int64_t>((low + high) >> 32);
}

/// 1 to 8 bytes of text in the upper bytes of a word, digits '0' below. Requires: eight readable bytes.
inline std::uint64_t right_aligned(std::string_view text) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    const std::size_t empty_bits = 64 - 8 * text.size();
    if (empty_bits == 0) return bytes;
    return bytes << empty_bits | every_byte('0') >> (64 - empty_bits);
}

}  // namespace hone
