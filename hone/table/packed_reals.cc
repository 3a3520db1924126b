#include "hone/table/packed_reals.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/table/packed_bits.h"
#include "hone/table/packed_integers.h"

namespace hone {
namespace {

constexpr unsigned kMostDecimals = 14;
constexpr std::array<double, kMostDecimals + 1> kPowersOfTen = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
constexpr double kLargestInteger = 0x1p53;  // up to here every integer is a double
constexpr std::size_t kSample = 32;
constexpr std::uint8_t kRotated = 0x80;  // beside the shift: the sign stands in the lowest bit

using Integers = std::array<std::int64_t, kPackedBlock>;

// How far a value kept as Near may be from a scaled integer, in steps between neighbouring doubles, and by how many
// decimals. What sums and products of decimals differ from decimals is a few steps; with many decimals any number would
// be near one.
constexpr std::int64_t kMostSteps = 4096;
constexpr unsigned kMostNearDecimals = 9;

/// The integer that divided by the power of ten is nearest to a value, and the steps from there to the value. The
/// division is correctly rounded, and so is reading a text: for any text of up to 15 digits there are none.
struct Scaled {
    std::int64_t integer = 0;
    std::int64_t steps = 0;
    bool is_near = false;
};

template <RealWay kWay>
Scaled scaled(double value, double power) {
    const double product = value * power;
    if (!(product > -kLargestInteger && product < kLargestInteger)) return {};
    const auto integer = static_cast<std::int64_t>(product + std::copysign(0.5, product));
    const double back = static_cast<double>(integer) / power;
    // Of doubles of one sign, steps are the difference of the bits; that of two signs is beyond any tolerance.
    const auto steps =
        static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(value) - std::bit_cast<std::uint64_t>(back));
    constexpr std::int64_t kMost = kWay == RealWay::Near ? kMostSteps : 0;
    return {integer, steps, steps >= -kMost && steps <= kMost};
}

/// The fewest decimals by which the value is near; kMostDecimals + 1 if there are none.
template <RealWay kWay>
unsigned decimals_of(double value) {
    constexpr unsigned kMost = kWay == RealWay::Near ? kMostNearDecimals : kMostDecimals;
    for (unsigned decimals = 0; decimals <= kMost; ++decimals)
        if (scaled<kWay>(value, kPowersOfTen[decimals]).is_near) return decimals;
    return kMostDecimals + 1;
}

/// Decimals that a sample of the values suggests.
struct Suggestion {
    unsigned for_all = 0;    // by which each is near, of those that are by any
    unsigned cheapest = 0;   // by which values are expected to be smallest, with some kept beside
    bool is_scaled = false;  // most are near
};

template <RealWay kWay>
Suggestion suggested(std::span<const double> values) {
    const std::size_t size = std::min(kSample, values.size());
    std::array<std::size_t, kMostDecimals + 2> needed = {};
    for (std::size_t i = 0; i < size; ++i)
        ++needed[decimals_of<kWay>(values[sample_row(i, size, values.size())])];
    // Each more decimal costs 3.3 bits for every value, a value beside 74 bits.
    Suggestion suggestion;
    double least = 64;
    std::size_t near = 0;
    for (unsigned decimals = 0; decimals <= kMostDecimals; ++decimals) {
        near += needed[decimals];
        if (needed[decimals] == 0) continue;
        suggestion.for_all = decimals;
        const double bits = 3.3 * decimals + 74.0 * static_cast<double>(size - near) / static_cast<double>(size);
        if (bits >= least) continue;
        suggestion.cheapest = decimals;
        least = bits;
    }
    suggestion.is_scaled = near * 2 > size;
    return suggestion;
}

/// A block as scaled integers.
struct ScaledBlock {
    std::string bytes;           // nothing if too many values would stand beside
    std::size_t exceptions = 0;  // values beside
    unsigned wanted = 0;         // the most decimals that one of them would need
};

template <RealWay kWay>
ScaledBlock scaled_block(std::span<const double> values, unsigned decimals) {
    Integers integers;
    Integers steps;
    std::array<std::uint16_t, kPackedBlock> positions;
    std::size_t exceptions = 0;
    const double power = kPowersOfTen[decimals];
    std::int64_t integer = 0;
    [[maybe_unused]] std::int64_t step = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Scaled one = scaled<kWay>(values[i], power);
        positions[exceptions] = static_cast<std::uint16_t>(i);
        exceptions += one.is_near ? 0 : 1;
        integer = one.is_near ? one.integer : integer;
        integers[i] = integer;
        if constexpr (kWay == RealWay::Near) steps[i] = step = one.is_near ? one.steps : step;
    }
    ScaledBlock block{{}, exceptions, decimals};
    for (std::size_t i = 0; i < std::min(kSample, exceptions); ++i)
        if (const unsigned needed = decimals_of<kWay>(values[positions[i]]); needed <= kMostDecimals)
            block.wanted = std::max(block.wanted, needed);
    if (exceptions * 2 > values.size()) return block;
    std::string& out = block.bytes;
    out.push_back(static_cast<char>(kWay));
    out.push_back(static_cast<char>(decimals));
    append_varint(out, exceptions);
    if (exceptions > 0) append_positions(out, std::span(positions).first(exceptions), values.size());
    for (std::size_t i = 0; i < exceptions; ++i)
        out.append(reinterpret_cast<const char*>(&values[positions[i]]), sizeof(double));
    append_integer_block(out, std::span(integers).first(values.size()));
    if (kWay == RealWay::Near) append_integer_block(out, std::span(steps).first(values.size()));
    return block;
}

/// The smallest of a few blocks of scaled integers.
template <RealWay kWay>
ScaledBlock best_scaled_block(std::span<const double> values) {
    const Suggestion suggestion = suggested<kWay>(values);
    if (!suggestion.is_scaled) return {};
    ScaledBlock best = scaled_block<kWay>(values, suggestion.for_all);
    const auto consider = [&](unsigned decimals) {
        ScaledBlock other = scaled_block<kWay>(values, decimals);
        if (other.bytes.empty() || (!best.bytes.empty() && best.bytes.size() <= other.bytes.size())) return;
        best = std::move(other);
    };
    if (const unsigned wanted = best.wanted; wanted > suggestion.for_all) consider(wanted);
    if (suggestion.cheapest != suggestion.for_all) consider(suggestion.cheapest);
    return best;
}

std::string bits_block(std::span<const double> values) {
    std::string out;
    std::uint64_t any = 0;
    std::uint64_t all = ~std::uint64_t{0};
    Integers integers;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto bits = std::bit_cast<std::uint64_t>(values[i]);
        any |= bits;
        all &= bits;
        integers[i] = static_cast<std::int64_t>(bits);
    }
    // Signs that differ would make the range as wide as it can be; in the lowest bit they cost one.
    const bool is_rotated = (any ^ all) >> 63 != 0;
    const unsigned shift = is_rotated || any == 0 ? 0 : static_cast<unsigned>(std::countr_zero(any));
    for (std::int64_t& value : std::span(integers).first(values.size())) {
        const auto bits = static_cast<std::uint64_t>(value);
        value = static_cast<std::int64_t>(is_rotated ? std::rotl(bits, 1) : bits >> shift);
    }
    out.push_back(static_cast<char>(RealWay::Bits));
    out.push_back(static_cast<char>(shift | (is_rotated ? kRotated : 0U)));
    append_integer_block(out, std::span(integers).first(values.size()));
    return out;
}

RealWay read_way(Decoder& in) {
    const std::uint8_t way = in.u8();
    if (way > static_cast<std::uint8_t>(RealWay::Near)) fail(Fault::Input, "doubles cannot be packed in way ", way);
    return static_cast<RealWay>(way);
}

std::size_t read_exception_count(Decoder& in, std::size_t count) {
    const std::uint64_t exceptions = read_varint(in);
    if (exceptions > count) fail(Fault::Input, "a packed block has too many exceptions: ", exceptions);
    return static_cast<std::size_t>(exceptions);
}

unsigned read_decimals(Decoder& in) {
    const unsigned decimals = in.u8();
    if (decimals > kMostDecimals) fail(Fault::Input, "packed doubles cannot have so many decimals: ", decimals);
    return decimals;
}

void read_scaled(Decoder& in, RealWay way, std::span<double> out) {
    const double power = kPowersOfTen[read_decimals(in)];
    const std::size_t exceptions = read_exception_count(in, out.size());
    std::array<std::uint16_t, kPackedBlock> positions;
    if (exceptions > 0) read_positions(in, out.size(), std::span(positions).first(exceptions));
    const auto exact = in.raw(exceptions * sizeof(double));
    Integers integers;
    read_integer_block(in, std::span(integers).first(out.size()));
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<double>(integers[i]) / power;
    if (way == RealWay::Near) {
        read_integer_block(in, std::span(integers).first(out.size()));
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] =
                std::bit_cast<double>(std::bit_cast<std::uint64_t>(out[i]) + static_cast<std::uint64_t>(integers[i]));
    }
    for (std::size_t i = 0; i < exceptions; ++i)
        std::memcpy(&out[positions[i]], exact.data() + i * sizeof(double), sizeof(double));
}

void read_as_bits(Decoder& in, std::span<double> out) {
    const std::uint8_t form = in.u8();
    const unsigned shift = form & 0x7FU;
    if (shift > 63) fail(Fault::Input, "packed doubles cannot be shifted by ", shift);
    Integers integers;
    read_integer_block(in, std::span(integers).first(out.size()));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto bits = static_cast<std::uint64_t>(integers[i]);
        out[i] = std::bit_cast<double>(form & kRotated ? std::rotr(bits, 1) : bits << shift);
    }
}

}  // namespace

void append_real_block(std::string& out, std::span<const double> values) {
    ScaledBlock exact = best_scaled_block<RealWay::Scaled>(values);
    std::string best = std::move(exact.bytes);
    const auto keep_shorter = [&best](std::string form) {
        if (!form.empty() && (best.empty() || form.size() < best.size())) best = std::move(form);
    };
    // Decimals that pack well are not worth a second try.
    const std::size_t half = values.size() * sizeof(double) / 2;
    if (best.empty() || best.size() > half || exact.exceptions > values.size() / 32) {
        keep_shorter(best_scaled_block<RealWay::Near>(values).bytes);
        if (best.empty() || best.size() > half) keep_shorter(bits_block(values));
    }
    out += best;
}

void read_real_block(Decoder& in, std::span<double> out) {
    const RealWay way = read_way(in);
    if (way == RealWay::Bits) return read_as_bits(in, out);
    read_scaled(in, way, out);
}

RealBlock skip_real_block(Decoder& in, std::size_t count) {
    RealBlock block;
    block.way = read_way(in);
    if (block.way == RealWay::Bits) {
        in.u8();
    } else {
        block.decimals = read_decimals(in);
        block.exceptions = read_exception_count(in, count);
        if (block.exceptions > 0) skip_positions(in, count, block.exceptions);
        in.raw(block.exceptions * sizeof(double));
    }
    skip_integer_block(in, count);
    if (block.way == RealWay::Near) skip_integer_block(in, count);
    return block;
}

PackedReals PackedReals::pack(std::span<const double> values, const Exec& exec) {
    PackedReals packed;
    packed.blocks_ = PackedBlocks::make(
        "pack doubles", values.size(), exec, [values](std::size_t begin, std::size_t end, std::string& out) {
            const std::size_t start = out.size();
            const auto block = values.subspan(begin, end - begin);
            append_real_block(out, block);
            std::array<double, kPackedBlock> again;
            Decoder in(std::string_view(out).substr(start));
            read_real_block(in, std::span(again).first(block.size()));
            check(std::memcmp(again.data(), block.data(), block.size_bytes()) == 0 && in.left() == 0,
                  "packed doubles read back as they were, bit for bit");
        });
    return packed;
}

void PackedReals::read(std::size_t begin, std::span<double> out) const {
    std::size_t done = 0;
    blocks_.for_each_block(begin, begin + out.size(), [&](std::size_t block, std::size_t first, std::size_t rows) {
        Decoder in(blocks_.block(block));
        const std::size_t size = blocks_.rows_of(block);
        if (rows == size) {
            read_real_block(in, out.subspan(done, rows));
        } else {
            std::array<double, kPackedBlock> values;
            read_real_block(in, std::span(values).first(size));
            std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(first), rows,
                        out.begin() + static_cast<std::ptrdiff_t>(done));
        }
        done += rows;
    });
}

std::string PackedReals::in_words() const {
    if (blocks_.count() == 0) return "nothing";
    std::array<std::size_t, kMostDecimals + 1> by_decimals = {};
    std::array<std::size_t, 3> by_way = {};
    std::size_t exceptions = 0;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < blocks_.count(); ++i) {
        Decoder in(blocks_.block(i));
        const RealBlock block = skip_real_block(in, blocks_.rows_of(i));
        ++by_way[static_cast<std::size_t>(block.way)];
        if (block.way != RealWay::Bits) ++by_decimals[block.decimals];
        exceptions += block.exceptions;
        bytes += blocks_.block(i).size();
    }
    const auto way = static_cast<RealWay>(std::ranges::max_element(by_way) - by_way.begin());
    const auto decimals = std::ranges::max_element(by_decimals) - by_decimals.begin();
    std::string words =
        way == RealWay::Bits ? std::string("bits") : cat(decimals, decimals == 1 ? " decimal" : " decimals");
    if (way == RealWay::Near) words += " and rounding errors";
    const std::uint64_t tenths = (bytes * 80 + size() / 2) / size();
    words += cat(", ", decimal_text(static_cast<std::int64_t>(tenths), 1), " bits a value");
    if (exceptions > 0) words += cat(", ", std::max<std::size_t>(1, exceptions * 100 / size()), " % beside");
    return words;
}

PackedReals PackedReals::decode(Decoder& in, std::size_t size) {
    PackedReals packed;
    packed.blocks_ =
        PackedBlocks::decode(in, size, [](Decoder& blocks, std::size_t count) { skip_real_block(blocks, count); });
    return packed;
}

}  // namespace hone
