#include "hone/table/packed_bits.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "hone/base/error.h"

namespace hone {
namespace {

// Values that a kernel moves at once: 64 values of w bits are w words of 64 bits, so every shift is a constant.
constexpr std::size_t kGroup = 64;

using Kernel = void (*)(const std::byte* __restrict in, std::uint64_t reference, std::uint64_t* __restrict out);

std::uint64_t word_at(const std::byte* in, std::size_t word) {
    std::uint64_t value;
    std::memcpy(&value, in + word * sizeof value, sizeof value);
    return value;
}

template <unsigned kWidth, std::size_t kValue>
std::uint64_t value_at(const std::byte* in) {
    constexpr std::size_t kBit = kWidth * kValue;
    constexpr unsigned kShift = kBit % 64;
    if constexpr (kWidth == 0) return 0;
    std::uint64_t value = word_at(in, kBit / 64) >> kShift;
    if constexpr (kShift + kWidth > 64) value |= word_at(in, kBit / 64 + 1) << (64 - kShift);
    if constexpr (kWidth > 0 && kWidth < 64) value &= (std::uint64_t{1} << kWidth) - 1;
    return value;
}

template <unsigned kWidth, std::size_t... kValues>
void unpack_values(const std::byte* __restrict in, std::uint64_t reference, std::uint64_t* __restrict out,
                   std::index_sequence<kValues...>) {
    ((out[kValues] = value_at<kWidth, kValues>(in) + reference), ...);
}

template <unsigned kWidth>
void unpack_group(const std::byte* __restrict in, std::uint64_t reference, std::uint64_t* __restrict out) {
    unpack_values<kWidth>(in, reference, out, std::make_index_sequence<kGroup>());
}

template <std::size_t... kWidths>
constexpr std::array<Kernel, sizeof...(kWidths)> all_kernels(std::index_sequence<kWidths...>) {
    return {&unpack_group<static_cast<unsigned>(kWidths)>...};
}

constexpr std::array<Kernel, 65> kKernels = all_kernels(std::make_index_sequence<65>());

}  // namespace

void append_bits(std::string& out, std::span<const std::uint64_t> values, unsigned width) {
    check(width <= 64, "a packed value has at most 64 bits");
    if (width == 0 || values.empty()) return;
    const std::size_t start = out.size();
    out.resize(start + (values.size() * width + 63) / 64 * 8);
    char* to = out.data() + start;
    std::uint64_t word = 0;
    unsigned filled = 0;
    for (const std::uint64_t value : values) {
        word |= value << filled;
        filled += width;
        if (filled < 64) continue;
        std::memcpy(to, &word, sizeof word);
        to += sizeof word;
        filled -= 64;
        word = filled == 0 ? 0 : value >> (width - filled);
    }
    if (filled > 0) std::memcpy(to, &word, sizeof word);
    out.resize(start + bytes_of_bits(values.size(), width));
}

void unpack_bits(std::span<const std::byte> bytes, unsigned width, std::uint64_t reference,
                 std::span<std::uint64_t> out) {
    check(width <= 64 && bytes.size() == bytes_of_bits(out.size(), width), "packed bytes fit their values");
    const Kernel kernel = kKernels[width];
    const std::size_t groups = out.size() / kGroup;
    for (std::size_t i = 0; i < groups; ++i)
        kernel(bytes.data() + i * kGroup / 8 * width, reference, out.data() + i * kGroup);
    const std::size_t done = groups * kGroup;
    if (done == out.size()) return;
    std::array<std::byte, kGroup* 8> last = {};
    std::array<std::uint64_t, kGroup> values;
    const auto rest = bytes.subspan(done / 8 * width);
    std::ranges::copy(rest, last.begin());
    kernel(last.data(), reference, values.data());
    std::copy_n(values.begin(), out.size() - done, out.data() + done);
}

}  // namespace hone
