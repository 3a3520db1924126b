#include "hone/table/packed_frame.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "hone/base/error.h"
#include "hone/table/packed_bits.h"

namespace hone {
namespace {

constexpr std::uint8_t kHasOutliers = 0x80;  // beside the width in the first byte of a frame
constexpr std::uint8_t kBitmap = 0xFF;       // in place of the width of gaps
constexpr std::size_t kSample = 32;
constexpr std::size_t kLeastSearched = 16;  // fewer values gain nothing by outliers

using Words = std::array<std::uint64_t, kPackedBlock>;

std::uint64_t difference(std::int64_t value, std::int64_t reference) {
    return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(reference);
}

std::int64_t sum(std::int64_t reference, std::uint64_t difference) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(reference) + difference);
}

std::size_t varint_size(std::uint64_t value) {
    return value == 0 ? 1 : (bits_of(value) + 6) / 7;
}

/// True for a difference that `width` bits cannot hold.
bool is_outside(std::uint64_t difference, unsigned width) {
    return width < 64 && difference >> width != 0;
}

std::size_t frame_size(const Frame& frame, std::size_t count, std::size_t position_bytes) {
    std::size_t bytes = 1 + varint_size(zigzag(frame.reference)) + bytes_of_bits(count, frame.width);
    if (frame.outliers > 0)
        bytes += varint_size(frame.outliers) + position_bytes + 1 + varint_size(zigzag(frame.outlier_reference)) +
                 bytes_of_bits(frame.outliers, frame.outlier_width);
    return bytes;
}

struct Range {
    std::int64_t least = 0;
    std::int64_t most = 0;

    std::uint64_t width() const { return difference(most, least); }
};

Range range_of(std::span<const std::int64_t> values) {
    Range range{values.front(), values.front()};
    for (const std::int64_t value : values) {
        range.least = std::min(range.least, value);
        range.most = std::max(range.most, value);
    }
    return range;
}

/// The frame of the values that has this reference and width, with its exact size.
Frame frame_of(std::span<const std::int64_t> values, std::int64_t reference, unsigned width) {
    Frame frame{reference, width};
    std::array<std::uint16_t, kPackedBlock> positions;
    for (std::size_t i = 0; i < values.size(); ++i) {
        positions[frame.outliers] = static_cast<std::uint16_t>(i);
        frame.outliers += is_outside(difference(values[i], reference), width) ? 1 : 0;
    }
    if (frame.outliers == 0) {
        frame.bytes = frame_size(frame, values.size(), 0);
        return frame;
    }
    Range range{values[positions[0]], values[positions[0]]};
    std::size_t largest_gap = positions[0];
    for (std::size_t i = 1; i < frame.outliers; ++i) {
        range.least = std::min(range.least, values[positions[i]]);
        range.most = std::max(range.most, values[positions[i]]);
        largest_gap = std::max<std::size_t>(largest_gap, positions[i] - positions[i - 1] - 1U);
    }
    frame.outlier_reference = range.least;
    frame.outlier_width = bits_of(range.width());
    frame.bytes = frame_size(frame, values.size(), positions_size(frame.outliers, values.size(), bits_of(largest_gap)));
    return frame;
}

/// A window of values, by a sorted sample: what lies outside is expected to cost less than wider values would.
struct Window {
    std::int64_t first = 0;
    std::uint64_t span = 0;  // from the first value to the last
    double bits = 0;         // expected for each value
};

Window best_window(std::span<const std::int64_t> sample, unsigned full_width) {
    constexpr std::array<std::size_t, 6> kCuts = {0, 1, 2, 4, 7, 11};
    Window best{sample.front(), difference(sample.back(), sample.front()), static_cast<double>(full_width)};
    const auto size = static_cast<double>(sample.size());
    const double outlier_bits = full_width + 6;
    const auto consider = [&](std::size_t first, std::size_t last) {
        const std::uint64_t span = difference(sample[last], sample[first]);
        const auto outside = static_cast<double>(sample.size() - 1 - last + first);
        const double bits = bits_of(span) + outside / size * outlier_bits;
        if (bits < best.bits) best = {sample[first], span, bits};
    };
    for (const std::size_t low : kCuts)
        for (const std::size_t high : kCuts)
            if (low + high < sample.size()) consider(low, sample.size() - 1 - high);
    for (std::size_t first = 0, next = 0; first < sample.size(); first = next) {
        while (next < sample.size() && sample[next] == sample[first])
            ++next;
        if ((next - first) * 4 >= sample.size()) consider(first, next - 1);
    }
    return best;
}

/// Where a window starts that is widened to `width` bits on both sides, but not beyond the range of the values.
/// Requires: bits_of(window.span) <= width < 64.
std::int64_t reference_for(const Window& window, unsigned width, const Range& range) {
    const std::uint64_t most = (std::uint64_t{1} << width) - 1;
    const std::uint64_t below = difference(window.first, range.least);
    const std::uint64_t slack = (most - window.span) / 2;
    const std::uint64_t room = range.width() - std::min(range.width(), most);
    return sum(range.least, std::min(below - std::min(below, slack), room));
}

Frame read_header(Decoder& in) {
    Frame frame;
    const std::uint8_t width = in.u8();
    frame.width = width & ~unsigned{kHasOutliers};
    frame.reference = unzigzag(read_varint(in));
    if (frame.width > 64) fail(Fault::Input, "packed values cannot have so many bits: ", frame.width);
    frame.outliers = width & kHasOutliers ? 1 : 0;
    return frame;
}

std::size_t read_outlier_count(Decoder& in, std::size_t count) {
    const std::uint64_t outliers = read_varint(in);
    if (outliers == 0 || outliers > count) fail(Fault::Input, "a packed block has too many outliers: ", outliers);
    return static_cast<std::size_t>(outliers);
}

void read_plain(Decoder& in, const Frame& frame, std::span<std::int64_t> out) {
    // Signed and unsigned integers of one width may alias.
    unpack_bits(in.raw(bytes_of_bits(out.size(), frame.width)), frame.width,
                static_cast<std::uint64_t>(frame.reference),
                {reinterpret_cast<std::uint64_t*>(out.data()), out.size()});
}

}  // namespace

void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}

std::uint64_t read_varint(Decoder& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = in.u8();
        const std::uint64_t part = byte & 0x7FU;
        if (shift == 63 && part > 1) break;
        value |= part << shift;
        if (byte < 0x80) return value;
    }
    fail(Fault::Input, "stored bytes are damaged: a number has more than 64 bits");
}

std::size_t positions_size(std::size_t count, std::size_t rows, unsigned gap_bits) {
    return 1 + std::min(bytes_of_bits(count, gap_bits), bytes_of_bits(rows, 1));
}

void append_positions(std::string& out, std::span<const std::uint16_t> positions, std::size_t rows) {
    check(!positions.empty() && positions.back() < rows && rows <= kPackedBlock, "positions lie inside a block");
    Words gaps;
    std::uint64_t largest = 0;
    for (std::size_t i = 0; i < positions.size(); ++i) {
        gaps[i] = i == 0 ? positions[0] : positions[i] - positions[i - 1] - 1U;
        largest = std::max(largest, gaps[i]);
    }
    const unsigned width = bits_of(largest);
    if (bytes_of_bits(positions.size(), width) <= bytes_of_bits(rows, 1)) {
        out.push_back(static_cast<char>(width));
        append_bits(out, std::span(gaps).first(positions.size()), width);
        return;
    }
    out.push_back(static_cast<char>(kBitmap));
    const std::size_t start = out.size();
    out.resize(start + bytes_of_bits(rows, 1));
    for (const std::uint16_t position : positions)
        out[start + position / 8U] = static_cast<char>(out[start + position / 8U] | 1 << position % 8U);
}

void read_positions(Decoder& in, std::size_t rows, std::span<std::uint16_t> out) {
    const std::uint8_t width = in.u8();
    if (width == kBitmap) {
        Words bits;
        unpack_bits(in.raw(bytes_of_bits(rows, 1)), 1, 0, std::span(bits).first(rows));
        std::size_t found = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            if (bits[i] == 0) continue;
            if (found == out.size()) fail(Fault::Input, "a packed block marks more rows than it counts");
            out[found++] = static_cast<std::uint16_t>(i);
        }
        if (found != out.size()) fail(Fault::Input, "a packed block marks fewer rows than it counts");
        return;
    }
    if (width > 16) fail(Fault::Input, "a packed block has gaps of too many bits: ", width);
    Words gaps;
    unpack_bits(in.raw(bytes_of_bits(out.size(), width)), width, 0, std::span(gaps).first(out.size()));
    std::uint64_t position = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        position += gaps[i] + (i == 0 ? 0 : 1);
        if (position >= rows) fail(Fault::Input, "a packed block marks a row that it does not have");
        out[i] = static_cast<std::uint16_t>(position);
    }
}

void skip_positions(Decoder& in, std::size_t rows, std::size_t count) {
    const std::uint8_t width = in.u8();
    if (width > 16 && width != kBitmap) fail(Fault::Input, "a packed block has gaps of too many bits: ", width);
    in.raw(width == kBitmap ? bytes_of_bits(rows, 1) : bytes_of_bits(count, width));
}

Frame plan_frame(std::span<const std::int64_t> values, std::size_t most_bytes) {
    check(!values.empty() && values.size() <= kPackedBlock, "a frame holds the values of one block");
    const Range range = range_of(values);
    const unsigned full_width = bits_of(range.width());
    Frame best{range.least, full_width};
    best.bytes = frame_size(best, values.size(), 0);
    if (full_width == 0 || values.size() < kLeastSearched) return best;
    std::array<std::int64_t, kSample> taken;
    const std::size_t size = std::min(kSample, values.size());
    for (std::size_t i = 0; i < size; ++i)
        taken[i] = values[sample_row(i, size, values.size())];
    const std::span<std::int64_t> sample = std::span(taken).first(size);
    std::ranges::sort(sample);
    const Window window = best_window(sample, full_width);
    const double least_bytes = window.bits * static_cast<double>(values.size()) / 8;
    if (window.bits > 0.97 * full_width || least_bytes > 1.1 * static_cast<double>(most_bytes)) return best;
    const unsigned least_width = bits_of(window.span);
    for (unsigned width = least_width; width <= least_width + 2 && width < full_width; ++width) {
        const Frame frame = frame_of(values, reference_for(window, width, range), width);
        if (frame.bytes < best.bytes) best = frame;
    }
    return best;
}

void append_frame(std::string& out, const Frame& frame, std::span<const std::int64_t> values) {
    Words differences;
    Words far;
    std::array<std::uint16_t, kPackedBlock> positions;
    std::size_t outliers = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        differences[i] = difference(values[i], frame.reference);
        if (!is_outside(differences[i], frame.width)) continue;
        differences[i] = 0;
        far[outliers] = difference(values[i], frame.outlier_reference);
        positions[outliers++] = static_cast<std::uint16_t>(i);
    }
    check(outliers == frame.outliers, "a frame is of these values");
    out.push_back(static_cast<char>(frame.width | (outliers > 0 ? kHasOutliers : 0U)));
    append_varint(out, zigzag(frame.reference));
    if (outliers > 0) {
        append_varint(out, outliers);
        append_positions(out, std::span(positions).first(outliers), values.size());
        out.push_back(static_cast<char>(frame.outlier_width));
        append_varint(out, zigzag(frame.outlier_reference));
        append_bits(out, std::span(far).first(outliers), frame.outlier_width);
    }
    append_bits(out, std::span(differences).first(values.size()), frame.width);
}

void read_frame(Decoder& in, std::span<std::int64_t> out) {
    const Frame frame = read_header(in);
    if (frame.outliers == 0) return read_plain(in, frame, out);
    const std::size_t outliers = read_outlier_count(in, out.size());
    std::array<std::uint16_t, kPackedBlock> positions;
    std::array<std::int64_t, kPackedBlock> far;
    read_positions(in, out.size(), std::span(positions).first(outliers));
    const Frame outlier_frame = read_header(in);
    if (outlier_frame.outliers > 0) fail(Fault::Input, "outliers of a packed block have outliers");
    read_plain(in, outlier_frame, std::span(far).first(outliers));
    read_plain(in, frame, out);
    for (std::size_t i = 0; i < outliers; ++i)
        out[positions[i]] = far[i];
}

Frame skip_frame(Decoder& in, std::size_t count) {
    Frame frame = read_header(in);
    if (frame.outliers > 0) {
        frame.outliers = read_outlier_count(in, count);
        skip_positions(in, count, frame.outliers);
        const Frame outlier_frame = read_header(in);
        if (outlier_frame.outliers > 0) fail(Fault::Input, "outliers of a packed block have outliers");
        in.raw(bytes_of_bits(frame.outliers, outlier_frame.width));
        frame.outlier_reference = outlier_frame.reference;
        frame.outlier_width = outlier_frame.width;
    }
    in.raw(bytes_of_bits(count, frame.width));
    return frame;
}

}  // namespace hone
