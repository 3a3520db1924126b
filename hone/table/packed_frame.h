#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hone/base/codec.h"

namespace hone {

/// Rows of a block: packed columns choose their form and can be read from block to block.
inline constexpr std::size_t kPackedBlock = 1024;

/// Row `i` of a sample of `size` among `rows` rows: one of each stretch of rows, not at equal distances, so that no
/// pattern of the values can hide. Requires: i < size <= rows.
inline std::size_t sample_row(std::size_t i, std::size_t size, std::size_t rows) {
    const std::uint64_t mixed = (i + 1) * 0x9E3779B97F4A7C15U;
    return i * rows / size + static_cast<std::size_t>(mixed >> 40) % (rows / size);
}

/// Appends a number in as many bytes as it needs, seven bits each, lowest first.
void append_varint(std::string& out, std::uint64_t value);
/// Reads it back; Fault::Input if it ends early or does not fit 64 bits.
std::uint64_t read_varint(Decoder& in);
/// Small numbers of either sign as small numbers: 0, -1, 1, -2 become 0, 1, 2, 3.
inline std::uint64_t zigzag(std::int64_t value) {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

/// Appends which of `rows` rows are meant: as gaps of equal width or as one bit a row, whichever is less.
/// Requires: positions ascend and are below `rows` <= kPackedBlock; there is at least one.
void append_positions(std::string& out, std::span<const std::uint16_t> positions, std::size_t rows);
/// Reads them into `out`, of which each is set; Fault::Input for any that are not below `rows`.
void read_positions(Decoder& in, std::size_t rows, std::span<std::uint16_t> out);
void skip_positions(Decoder& in, std::size_t rows, std::size_t count);
/// Bytes that append_positions() takes if the largest gap has so many bits.
std::size_t positions_size(std::size_t count, std::size_t rows, unsigned gap_bits);

/// How up to kPackedBlock integers are kept: as differences from `reference` in `width` bits each; those that do not
/// fit (outliers) stand behind, with their positions.
struct Frame {
    std::int64_t reference = 0;
    unsigned width = 0;
    std::size_t outliers = 0;
    std::int64_t outlier_reference = 0;
    unsigned outlier_width = 0;
    std::size_t bytes = 0;  ///< what append_frame() takes, exactly
};

/// The smallest frame found: without outliers exactly, with them by a sample of the values and an exact count.
/// Does not look further than for a frame without outliers where even by the sample none is below `most_bytes`.
/// Requires: 0 < values.size() <= kPackedBlock.
Frame plan_frame(std::span<const std::int64_t> values, std::size_t most_bytes = SIZE_MAX);
void append_frame(std::string& out, const Frame& frame, std::span<const std::int64_t> values);
/// Reads out.size() values; Fault::Input if the bytes cannot be a frame. Reads any such bytes safely.
void read_frame(Decoder& in, std::span<std::int64_t> out);
/// Steps over a frame of `count` values without unpacking it; says what it found.
Frame skip_frame(Decoder& in, std::size_t count);

}  // namespace hone
