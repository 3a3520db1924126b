#include "hone/table/packed_integers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/table/packed_bits.h"

namespace hone {
namespace {

constexpr std::uint8_t kDivided = 0x80;  // beside the way in the first byte of a block
constexpr std::size_t kRunsPay = 4;      // runs of so many values on average are tried

// What a divisor and the least value take at most.
constexpr std::size_t kDivisorBits = std::size_t{20} * 8;

using Values = std::array<std::int64_t, kPackedBlock>;

std::uint64_t difference(std::int64_t value, std::int64_t reference) {
    return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(reference);
}

/// Values and lengths (less one) of the runs of a block.
struct Runs {
    std::size_t count = 0;
    Values values;
    Values lengths;
};

std::size_t count_runs(std::span<const std::int64_t> values) {
    std::size_t runs = 1;
    for (std::size_t i = 1; i < values.size(); ++i)
        runs += values[i] != values[i - 1] ? 1 : 0;
    return runs;
}

void find_runs(std::span<const std::int64_t> values, Runs& runs) {
    std::size_t start = 0;
    for (std::size_t i = 1; i <= values.size(); ++i) {
        if (i < values.size() && values[i] == values[start]) continue;
        runs.values[runs.count] = values[start];
        runs.lengths[runs.count++] = static_cast<std::int64_t>(i - start - 1);
        start = i;
    }
}

void append_undivided(std::string& out, std::span<const std::int64_t> values, std::uint8_t flags) {
    const auto first_byte = [&](IntegerWay way) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(way) | flags));
    };
    Frame frame = plan_frame(values);
    std::size_t best = frame.bytes;
    Values deltas;
    Frame delta;
    const std::span<const std::int64_t> used(deltas.data(), values.size() - 1);
    if (frame.width > 0 && values.size() > 2) {
        for (std::size_t i = 1; i < values.size(); ++i)
            deltas[i - 1] = static_cast<std::int64_t>(difference(values[i], values[i - 1]));
        delta = plan_frame(used, frame.bytes);
        delta.bytes += 1 + bits_of(zigzag(values[0])) / 7;
        best = std::min(best, delta.bytes);
    }
    if (frame.bytes > 8 && count_runs(values) * kRunsPay <= values.size()) {
        Runs runs;
        find_runs(values, runs);
        const auto run_values = std::span(runs.values).first(runs.count);
        const auto run_lengths = std::span(runs.lengths).first(runs.count);
        const Frame value_frame = plan_frame(run_values);
        const Frame length_frame = plan_frame(run_lengths);
        if (value_frame.bytes + length_frame.bytes + 2 < best) {
            first_byte(IntegerWay::Runs);
            append_varint(out, runs.count);
            append_frame(out, value_frame, run_values);
            return append_frame(out, length_frame, run_lengths);
        }
    }
    if (best == frame.bytes) {
        first_byte(IntegerWay::Frame);
        return append_frame(out, frame, values);
    }
    first_byte(IntegerWay::Delta);
    append_varint(out, zigzag(values[0]));
    append_frame(out, delta, used);
}

/// The largest number that divides the differences from the least value; 1 if there is none or nothing to gain.
std::uint64_t divisor_of(std::span<const std::int64_t> values, std::int64_t least) {
    std::uint64_t divisor = 0;
    for (const std::int64_t value : values) {
        const std::uint64_t rest = difference(value, least);
        if (divisor > 1 && rest % divisor == 0) continue;
        divisor = std::gcd(divisor, rest);
        if (divisor == 1) return 1;
    }
    return std::max<std::uint64_t>(divisor, 1);
}

void read_runs(Decoder& in, std::span<std::int64_t> out) {
    const std::uint64_t count = read_varint(in);
    if (count > out.size()) fail(Fault::Input, "a packed block has more runs than values: ", count);
    Runs runs;
    runs.count = static_cast<std::size_t>(count);
    read_frame(in, std::span(runs.values).first(runs.count));
    read_frame(in, std::span(runs.lengths).first(runs.count));
    std::size_t at = 0;
    for (std::size_t i = 0; i < runs.count; ++i) {
        const auto more = static_cast<std::uint64_t>(runs.lengths[i]);
        if (more >= out.size() - at) fail(Fault::Input, "runs of a packed block are longer than the block");
        std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(at), more + 1, runs.values[i]);
        at += static_cast<std::size_t>(more) + 1;
    }
    if (at != out.size()) fail(Fault::Input, "runs of a packed block are shorter than the block");
}

void read_deltas(Decoder& in, std::span<std::int64_t> out) {
    auto value = static_cast<std::uint64_t>(unzigzag(read_varint(in)));
    out[0] = static_cast<std::int64_t>(value);
    read_frame(in, out.subspan(1));
    for (std::size_t i = 1; i < out.size(); ++i) {
        value += static_cast<std::uint64_t>(out[i]);
        out[i] = static_cast<std::int64_t>(value);
    }
}

void read_undivided(Decoder& in, std::uint8_t way, std::span<std::int64_t> out) {
    switch (way) {
        case static_cast<std::uint8_t>(IntegerWay::Frame):
            return read_frame(in, out);
        case static_cast<std::uint8_t>(IntegerWay::Delta):
            return read_deltas(in, out);
        case static_cast<std::uint8_t>(IntegerWay::Runs):
            return read_runs(in, out);
        default:
            fail(Fault::Input, "integers cannot be packed in way ", way);
    }
}

IntegerBlock skip_runs(Decoder& in, std::size_t count) {
    const std::uint64_t runs = read_varint(in);
    if (runs > count) fail(Fault::Input, "a packed block has more runs than values: ", runs);
    const Frame values = skip_frame(in, static_cast<std::size_t>(runs));
    skip_frame(in, static_cast<std::size_t>(runs));
    return {IntegerWay::Runs, values.width, values.outliers};
}

/// Shares of ways among blocks, for in_words().
struct Summary {
    std::size_t blocks = 0;
    std::size_t divided = 0;
    std::array<std::size_t, 3> by_way = {};
    std::size_t bytes = 0;
    std::size_t outliers = 0;
};

}  // namespace

void append_integer_block(std::string& out, std::span<const std::int64_t> values) {
    const std::int64_t least = *std::ranges::min_element(values);
    const std::uint64_t divisor = divisor_of(values, least);
    if ((bits_of(divisor) - 1) * values.size() < kDivisorBits) return append_undivided(out, values, 0);
    Values quotients;
    for (std::size_t i = 0; i < values.size(); ++i)
        quotients[i] = static_cast<std::int64_t>(difference(values[i], least) / divisor);
    const auto used = std::span(quotients).first(values.size());
    std::string divided;
    append_undivided(divided, used, kDivided);
    out.push_back(divided[0]);
    append_varint(out, divisor);
    append_varint(out, zigzag(least));
    out.append(divided, 1);
}

void read_integer_block(Decoder& in, std::span<std::int64_t> out) {
    check(!out.empty() && out.size() <= kPackedBlock, "a block holds 1 to 1024 values");
    const std::uint8_t first = in.u8();
    if ((first & kDivided) == 0) return read_undivided(in, first, out);
    const std::uint64_t divisor = read_varint(in);
    const auto least = static_cast<std::uint64_t>(unzigzag(read_varint(in)));
    read_undivided(in, first & std::uint8_t{0x7F}, out);
    for (std::int64_t& value : out)
        value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) * divisor + least);
}

IntegerBlock skip_integer_block(Decoder& in, std::size_t count) {
    check(count > 0 && count <= kPackedBlock, "a block holds 1 to 1024 values");
    const std::uint8_t first = in.u8();
    IntegerBlock block;
    if ((first & kDivided) != 0) {
        read_varint(in);
        read_varint(in);
    }
    const auto way = static_cast<std::uint8_t>(first & 0x7F);
    if (way > static_cast<std::uint8_t>(IntegerWay::Runs)) fail(Fault::Input, "integers cannot be packed in way ", way);
    if (way == static_cast<std::uint8_t>(IntegerWay::Runs)) {
        block = skip_runs(in, count);
    } else {
        const bool is_delta = way == static_cast<std::uint8_t>(IntegerWay::Delta);
        if (is_delta) read_varint(in);
        const Frame frame = skip_frame(in, is_delta ? count - 1 : count);
        block = {static_cast<IntegerWay>(way), frame.width, frame.outliers};
    }
    block.is_divided = (first & kDivided) != 0;
    return block;
}

PackedIntegers PackedIntegers::pack(std::span<const std::int64_t> values, const Exec& exec) {
    PackedIntegers packed;
    packed.blocks_ = PackedBlocks::make(
        "pack integers", values.size(), exec, [values](std::size_t begin, std::size_t end, std::string& out) {
            const std::size_t start = out.size();
            const auto block = values.subspan(begin, end - begin);
            append_integer_block(out, block);
            Values again;
            Decoder in(std::string_view(out).substr(start));
            read_integer_block(in, std::span(again).first(block.size()));
            check(std::equal(block.begin(), block.end(), again.begin()) && in.left() == 0,
                  "packed integers read back as they were");
        });
    return packed;
}

void PackedIntegers::read(std::size_t begin, std::span<std::int64_t> out) const {
    std::size_t done = 0;
    blocks_.for_each_block(begin, begin + out.size(), [&](std::size_t block, std::size_t first, std::size_t rows) {
        Decoder in(blocks_.block(block));
        const std::size_t size = blocks_.rows_of(block);
        if (rows == size) {
            read_integer_block(in, out.subspan(done, rows));
        } else {
            Values values;
            read_integer_block(in, std::span(values).first(size));
            std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(first), rows,
                        out.begin() + static_cast<std::ptrdiff_t>(done));
        }
        done += rows;
    });
}

std::string PackedIntegers::in_words() const {
    constexpr std::array<std::string_view, 3> kNames = {"frame of reference", "differences", "runs"};
    if (blocks_.count() == 0) return "nothing";
    Summary all;
    for (std::size_t i = 0; i < blocks_.count(); ++i) {
        Decoder in(blocks_.block(i));
        const IntegerBlock block = skip_integer_block(in, blocks_.rows_of(i));
        ++all.by_way[static_cast<std::size_t>(block.way)];
        all.divided += block.is_divided ? 1 : 0;
        all.bytes += blocks_.block(i).size();
        all.outliers += block.outliers;
    }
    const auto most = static_cast<std::size_t>(std::ranges::max_element(all.by_way) - all.by_way.begin());
    const std::uint64_t tenths = (all.bytes * 80 + size() / 2) / size();
    std::string words = cat(kNames[most], ", ", decimal_text(static_cast<std::int64_t>(tenths), 1), " bits a value");
    if (all.outliers > 0) words += cat(", ", std::max<std::size_t>(1, all.outliers * 100 / size()), " % outliers");
    if (all.divided * 2 > blocks_.count()) words += ", divided";
    return words;
}

PackedIntegers PackedIntegers::decode(Decoder& in, std::size_t size) {
    PackedIntegers packed;
    packed.blocks_ =
        PackedBlocks::decode(in, size, [](Decoder& blocks, std::size_t count) { skip_integer_block(blocks, count); });
    return packed;
}

}  // namespace hone
