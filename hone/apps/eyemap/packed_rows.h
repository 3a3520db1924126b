#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/findings.h"
#include "hone/apps/eyemap/lattice.h"
#include "hone/apps/eyemap/region.h"

namespace hone::eyemap {

/// Number of a region and side: twice the region's index, plus one for the right.
using SetNumber = std::uint16_t;
constexpr SetNumber set_number(std::size_t region, Side side) {
    return static_cast<SetNumber>(2 * region + (side == Side::Right ? 1 : 0));
}
constexpr std::size_t region_of(SetNumber set) {
    return set / 2U;
}
constexpr Side side_of(SetNumber set) {
    return set % 2 == 1 ? Side::Right : Side::Left;
}

/// A column of a region and side as one number, whose order is that of set, hex1, hex2.
using ColumnKey = std::uint64_t;
constexpr ColumnKey column_key(SetNumber set, Hex hex) {
    constexpr std::int64_t kShift = std::int64_t{1} << 15;
    return std::uint64_t{set} << 32 | static_cast<std::uint64_t>(hex.hex1 + kShift) << 16 |
           static_cast<std::uint64_t>(hex.hex2 + kShift);
}
constexpr SetNumber set_of(ColumnKey key) {
    return static_cast<SetNumber>(key >> 32);
}
constexpr Hex hex_of(ColumnKey key) {
    constexpr std::int32_t kShift = 1 << 15;
    return {static_cast<std::int32_t>(key >> 16 & 0xFFFF) - kShift, static_cast<std::int32_t>(key & 0xFFFF) - kShift};
}

/// A count of an aggregated row that is not there. Absent: the file has no such column (the count is 0); missing: the
/// cell is empty.
inline constexpr std::int64_t kAbsent = -2;

/// Highest layer number that is read.
inline constexpr std::int32_t kMostLayers = 999;

/// One row of single cells: the synapses of one cell in one layer of one column.
struct RawRow {
    ColumnKey column = 0;
    std::uint32_t body = 0;  ///< number of the body id
    std::int32_t layer = 0;  ///< from 1; 0 if it has none
    std::int64_t synapses = 0;
    std::int64_t pre = 0;
    std::int64_t post = 0;
    bool is_counted = true;  ///< false: not of the population; synapses only (legacy)
    RowPlace place;
};

/// One column as an aggregated row gives it; counts may be kMissingCount or kAbsent.
struct ColumnRow {
    ColumnKey column = 0;
    std::int64_t synapses = kAbsent;
    std::int64_t cells = kAbsent;
    std::int64_t pre = kAbsent;
    std::int64_t post = kAbsent;
    std::vector<std::pair<std::uint32_t, double>> values;  ///< number of the name, value
    RowPlace place;
};

/// One layer of one column as an aggregated row gives it.
struct LayerRow {
    ColumnKey column = 0;
    std::int32_t layer = 1;
    std::int64_t synapses = kAbsent;
    std::int64_t cells = kAbsent;
    bool is_inline = false;  ///< it stood in the row of its column
    RowPlace place;
};

/// Why a map must not be drawn.
struct FailureRow {
    SetNumber set = 0;
    RowPlace place;
    std::string reason;
};

/// Writes the rows of one type as few bytes as can be without work: 6 to 10 for a usual raw row. What a row shares with
/// the one before is left out.
class RowPacker {
public:
    /// Most bytes of a raw row, with those that are written behind it and mean nothing.
    static constexpr std::size_t kMostRaw = 64;

    /// Writes a row at a place with room for kMostRaw bytes; returns its end.
    std::uint8_t* pack_at(std::uint8_t* at, const RawRow& row) {
        if (row.place.file != file_) [[unlikely]]
            at = put_file(at, row.place.file);
        std::uint8_t* const flags = at++;
        unsigned bits = 0;
        if (row.column == column_) {
            bits |= kSameColumn;
        } else {
            at = put_column(at, row.column);
        }
        if (row.body == body_) {
            bits |= kSameBody;
        } else {
            at = put(at, row.body);
            body_ = row.body;
        }
        if (row.layer != 0) {
            bits |= kHasLayer;
            at = put(at, static_cast<std::uint64_t>(row.layer));
        }
        if (!row.is_counted) bits |= kUncounted;
        at = put(at, static_cast<std::uint64_t>(row.synapses));
        if ((row.pre | row.post) != 0) {
            bits |= kHasPre;
            at = put(at, static_cast<std::uint64_t>(row.pre));
            if (row.pre + row.post == row.synapses) {
                bits |= kIsSum;
            } else {
                at = put(at, static_cast<std::uint64_t>(row.post));
            }
        }
        *flags = static_cast<std::uint8_t>(bits);
        return put_line(at, row.place);
    }
    /// The bytes of a row; they live until the next call.
    std::span<const std::uint8_t> pack(const RawRow& row) { return finish(pack_at(bytes_, row)); }
    std::span<const std::uint8_t> pack(const ColumnRow& row);
    std::span<const std::uint8_t> pack(const LayerRow& row);
    std::span<const std::uint8_t> pack(const FailureRow& row);

private:
    friend class RowReader;
    enum Flags : std::uint8_t {
        kSameColumn = 1,
        kSameBody = 2,
        kHasLayer = 4,
        kUncounted = 8,
        kHasPre = 16,
        kIsSum = 32,
        // Other kinds of record.
        kFile = 128,
        kColumn = 129,
        kLayer = 130,
        kInlineLayer = 131,
        kFailure = 132
    };
    static constexpr std::uint32_t kNoBody = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::ptrdiff_t kColumnBytes = 6;

    /// Writes seven bits a byte, lowest first. One byte or two, which data mix at random, without a jump, so that a
    /// byte behind the end may be written too.
    static std::uint8_t* put(std::uint8_t* at, std::uint64_t value) {
        constexpr std::uint64_t kTwoBytes = std::uint64_t{1} << 14;
        if (value < kTwoBytes) [[likely]] {
            const std::uint64_t is_long = value >= 0x80 ? 1 : 0;
            at[0] = static_cast<std::uint8_t>(value | is_long << 7);
            at[1] = static_cast<std::uint8_t>(value >> 7);
            return at + 1 + is_long;
        }
        while (value >= 0x80) {
            *at++ = static_cast<std::uint8_t>(value | 0x80);
            value >>= 7;
        }
        *at++ = static_cast<std::uint8_t>(value);
        return at;
    }
    std::uint8_t* put_column(std::uint8_t* at, ColumnKey column) {
        column_ = column;
        std::uint8_t bytes[sizeof column];
        for (std::size_t i = 0; i < sizeof column; ++i)
            bytes[i] = static_cast<std::uint8_t>(column >> 8 * i);
        std::memcpy(at, bytes, sizeof column);  // two bytes too many are quicker
        return at + kColumnBytes;
    }
    std::uint8_t* put_line(std::uint8_t* at, const RowPlace& place) {
        at = put(at, place.line - line_);
        line_ = place.line;
        return at;
    }
    /// Start of a record's bytes, behind one that tells the file if it is another. Lines of a file never fall.
    std::uint8_t* start(const RowPlace& place) { return place.file == file_ ? bytes_ : put_file(bytes_, place.file); }
    std::uint8_t* put_file(std::uint8_t* at, std::uint16_t file);
    std::span<const std::uint8_t> finish(const std::uint8_t* end) const {
        return {bytes_, static_cast<std::size_t>(end - bytes_)};
    }

    std::uint8_t bytes_[128] = {};
    std::vector<std::uint8_t> long_bytes_;
    ColumnKey column_ = ~std::uint64_t{0};
    std::uint32_t body_ = kNoBody;
    std::uint16_t file_ = 0;
    std::uint64_t line_ = 0;
};

/// Reads what a RowPacker wrote, record by record. The bytes are our own: damage is Fault::Bug.
class RowReader {
public:
    enum class Kind : std::uint8_t { End, Raw, Column, Layer, Failure };

    explicit RowReader(std::span<const std::uint8_t> bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

    /// Goes on with the bytes that follow, after End. Requires: the ones before ended with a whole record.
    void go_on(std::span<const std::uint8_t> bytes) {
        check(at_ == end_, "packed rows are read to their end");
        at_ = bytes.data();
        end_ = at_ + bytes.size();
    }

    /// Reads the next record into the member of its kind.
    Kind next() {
        if (at_ == end_) return Kind::End;
        const std::uint8_t flags = *at_;
        if (flags >= RowPacker::kFile) return next_other();
        ++at_;
        if ((flags & RowPacker::kSameColumn) == 0) raw.column = column();
        if ((flags & RowPacker::kSameBody) == 0) raw.body = static_cast<std::uint32_t>(number());
        raw.layer = (flags & RowPacker::kHasLayer) != 0 ? static_cast<std::int32_t>(number()) : 0;
        raw.is_counted = (flags & RowPacker::kUncounted) == 0;
        raw.synapses = static_cast<std::int64_t>(number());
        raw.pre = raw.post = 0;
        if ((flags & RowPacker::kHasPre) != 0) {
            raw.pre = static_cast<std::int64_t>(number());
            const bool is_sum = (flags & RowPacker::kIsSum) != 0;
            raw.post = is_sum ? raw.synapses - raw.pre : static_cast<std::int64_t>(number());
        }
        raw.place = {file_, line_ += number()};
        return Kind::Raw;
    }

    RawRow raw;
    ColumnRow column_row;
    LayerRow layer_row;
    FailureRow failure;

private:
    std::uint64_t number() {
        if (end_ - at_ >= 2) [[likely]] {
            const std::uint64_t is_long = at_[0] >> 7;
            const std::uint64_t second = at_[1] & (0 - is_long);
            if (second < 0x80) [[likely]] {
                const std::uint64_t value = (at_[0] & 0x7FU) | second << 7;
                at_ += 1 + is_long;
                return value;
            }
        }
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            check(at_ != end_ && shift < 64, "packed rows are whole");
            const std::uint8_t byte = *at_++;
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) return value;
        }
    }
    std::int64_t count();
    ColumnKey column();
    Kind next_other();
    Kind next_column();
    Kind next_failure();

    const std::uint8_t* at_;
    const std::uint8_t* end_;
    std::uint16_t file_ = 0;
    std::uint64_t line_ = 0;
};

}  // namespace hone::eyemap
