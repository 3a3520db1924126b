#include "hone/table/packed_reals.h"

#include <algorithm>
#include <array>
#include <bit>
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

/// The integer that divided by the power of ten gives just these bits, if there is one: what the value is nearest to.
/// The division is correctly rounded, and so is reading a text: any text of up to 15 digits comes back.
struct Scaled {
    std::int64_t integer = 0;
    bool is_exact = false;
};

Scaled scaled(double value, double power) {
    const double product = value * power;
    if (!(product > -kLargestInteger && product < kLargestInteger)) return {};
    const auto integer = static_cast<std::int64_t>(product + (product < 0 ? -0.5 : 0.5));
    const double back = static_cast<double>(integer) / power;
    return {integer, std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(value)};
}

/// The fewest decimals by which the value is exact; kMostDecimals + 1 if there are none.
unsigned decimals_of(double value) {
    unsigned decimals = 0;
    while (decimals <= kMostDecimals && !scaled(value, kPowersOfTen[decimals]).is_exact)
        ++decimals;
    return decimals;
}

/// Decimals that a sample of the values suggests; nothing can be said for more than kMostDecimals.
struct Suggestion {
    unsigned for_all = 0;    // by which each is exact, of those that are by any
    unsigned cheapest = 0;   // by which values are expected to be smallest, with some kept beside
    bool is_scaled = false;  // any is exact
};

Suggestion suggested(std::span<const double> values) {
    const std::size_t size = std::min(kSample, values.size());
    std::array<std::size_t, kMostDecimals + 2> needed = {};
    for (std::size_t i = 0; i < size; ++i)
        ++needed[decimals_of(values[sample_row(i, size, values.size())])];
    // Each more decimal costs 3.3 bits for every value, a value beside 74 bits.
    Suggestion suggestion;
    double least = 64;
    std::size_t exact = 0;
    for (unsigned decimals = 0; decimals <= kMostDecimals; ++decimals) {
        exact += needed[decimals];
        if (needed[decimals] == 0) continue;
        suggestion.for_all = decimals;
        suggestion.is_scaled = true;
        const double bits = 3.3 * decimals + 74.0 * static_cast<double>(size - exact) / static_cast<double>(size);
        if (bits >= least) continue;
        suggestion.cheapest = decimals;
        least = bits;
    }
    return suggestion;
}

/// A block as scaled integers.
struct ScaledBlock {
    std::string bytes;    // nothing if too many values would stand beside
    unsigned wanted = 0;  // the most decimals that a value beside would need
};

ScaledBlock scaled_block(std::span<const double> values, unsigned decimals) {
    Integers integers;
    std::array<std::uint16_t, kPackedBlock> positions;
    std::size_t exceptions = 0;
    const double power = kPowersOfTen[decimals];
    std::int64_t before = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Scaled one = scaled(values[i], power);
        positions[exceptions] = static_cast<std::uint16_t>(i);
        exceptions += one.is_exact ? 0 : 1;
        before = one.is_exact ? one.integer : before;
        integers[i] = before;
    }
    ScaledBlock block{{}, decimals};
    for (std::size_t i = 0; i < std::min(kSample, exceptions); ++i)
        if (const unsigned needed = decimals_of(values[positions[i]]); needed <= kMostDecimals)
            block.wanted = std::max(block.wanted, needed);
    if (exceptions * 2 > values.size()) return block;
    std::string& out = block.bytes;
    out.push_back(static_cast<char>(RealWay::Scaled));
    out.push_back(static_cast<char>(decimals));
    append_varint(out, exceptions);
    if (exceptions > 0) append_positions(out, std::span(positions).first(exceptions), values.size());
    for (std::size_t i = 0; i < exceptions; ++i)
        out.append(reinterpret_cast<const char*>(&values[positions[i]]), sizeof(double));
    append_integer_block(out, std::span(integers).first(values.size()));
    return block;
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

void read_scaled(Decoder& in, std::span<double> out) {
    const double power = kPowersOfTen[read_decimals(in)];
    const std::size_t exceptions = read_exception_count(in, out.size());
    std::array<std::uint16_t, kPackedBlock> positions;
    if (exceptions > 0) read_positions(in, out.size(), std::span(positions).first(exceptions));
    const auto exact = in.raw(exceptions * sizeof(double));
    Integers integers;
    read_integer_block(in, std::span(integers).first(out.size()));
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<double>(integers[i]) / power;
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
    std::string best;
    const auto keep_shorter = [&best](std::string form) {
        if (!form.empty() && (best.empty() || form.size() < best.size())) best = std::move(form);
    };
    const Suggestion suggestion = suggested(values);
    if (suggestion.is_scaled) {
        ScaledBlock block = scaled_block(values, suggestion.for_all);
        keep_shorter(std::move(block.bytes));
        if (block.wanted > suggestion.for_all) keep_shorter(scaled_block(values, block.wanted).bytes);
        if (suggestion.cheapest != suggestion.for_all) keep_shorter(scaled_block(values, suggestion.cheapest).bytes);
    }
    // Decimals that pack well are not worth a second try.
    if (best.empty() || best.size() > values.size() * sizeof(double) / 2) keep_shorter(bits_block(values));
    out += best;
}

void read_real_block(Decoder& in, std::span<double> out) {
    const std::uint8_t way = in.u8();
    if (way == static_cast<std::uint8_t>(RealWay::Scaled)) return read_scaled(in, out);
    if (way == static_cast<std::uint8_t>(RealWay::Bits)) return read_as_bits(in, out);
    fail(Fault::Input, "doubles cannot be packed in way ", way);
}

RealBlock skip_real_block(Decoder& in, std::size_t count) {
    RealBlock block;
    const std::uint8_t way = in.u8();
    if (way > static_cast<std::uint8_t>(RealWay::Bits)) fail(Fault::Input, "doubles cannot be packed in way ", way);
    block.way = static_cast<RealWay>(way);
    if (block.way == RealWay::Scaled) {
        block.decimals = read_decimals(in);
        block.exceptions = read_exception_count(in, count);
        if (block.exceptions > 0) skip_positions(in, count, block.exceptions);
        in.raw(block.exceptions * sizeof(double));
    } else {
        in.u8();
    }
    skip_integer_block(in, count);
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
    std::array<std::size_t, kMostDecimals + 2> by_decimals = {};
    std::size_t exceptions = 0;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < blocks_.count(); ++i) {
        Decoder in(blocks_.block(i));
        const RealBlock block = skip_real_block(in, blocks_.rows_of(i));
        ++by_decimals[block.way == RealWay::Scaled ? block.decimals : kMostDecimals + 1];
        exceptions += block.exceptions;
        bytes += blocks_.block(i).size();
    }
    const auto most = static_cast<std::size_t>(std::ranges::max_element(by_decimals) - by_decimals.begin());
    const std::uint64_t tenths = (bytes * 80 + size() / 2) / size();
    std::string words = most > kMostDecimals ? std::string("bits") : cat(most, most == 1 ? " decimal" : " decimals");
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
