#include "hone/cache/value_compression.h"

#include <algorithm>

#include "hone/base/compress.h"
#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::size_t kBlock = 4096;  // what a file takes at least
constexpr std::size_t kWholeSample = 128 * 1024;
constexpr std::size_t kPiece = 16 * 1024;
constexpr std::uint64_t kMostRatio = 1024;
constexpr std::uint64_t kAlwaysBelieved = std::uint64_t{1} << 20;
constexpr std::int64_t kFewestShares = 10;   // decoding is at most a tenth of computing
constexpr std::int64_t kSmallNsPerByte = 6;  // of zstd 3, on the slow side
constexpr std::int64_t kSmallShares = 100;

std::string compress(std::string_view value, ValueCodec codec) {
    std::optional<std::string> bytes = compress_bytes(value, codec == ValueCodec::ZstdSmall ? 3 : 1);
    if (!bytes) fail(Fault::Limit, "no memory to compress ", value.size(), " bytes");
    return *std::move(bytes);
}

std::size_t blocks_of(std::size_t bytes) {
    return (bytes + kBlock - 1) / kBlock;
}

/// Three pieces of a large value: its start, its middle and its end.
std::string sample_of(std::string_view value) {
    std::string sample(value.substr(0, kPiece));
    sample += value.substr(value.size() / 2, kPiece);
    sample += value.substr(value.size() - kPiece);
    return sample;
}

bool saves_a_tenth(std::size_t before, std::size_t after) {
    return after <= before - before / 10;
}

/// True if zstd 3 makes enough less of the sample than zstd 1 did, and the value is worth the time.
bool deserves_more(std::string_view value, std::string_view sample, std::size_t fast_bytes, std::int64_t cost_ns) {
    const auto bytes = static_cast<std::int64_t>(std::min<std::size_t>(value.size(), std::size_t{1} << 40));
    if (cost_ns / kSmallShares < kSmallNsPerByte * bytes) return false;
    const std::size_t small_bytes = compress(sample, ValueCodec::ZstdSmall).size();
    return small_bytes <= fast_bytes - fast_bytes / 20;
}

}  // namespace

std::string_view codec_name(ValueCodec codec) {
    switch (codec) {
        case ValueCodec::Raw:
            return "raw";
        case ValueCodec::ZstdFast:
            return "zstd 1";
        case ValueCodec::ZstdSmall:
            return "zstd 3";
    }
    return "raw";
}

std::optional<ValueCodec> codec_of(std::uint8_t number) {
    if (number > static_cast<std::uint8_t>(ValueCodec::ZstdSmall)) return std::nullopt;
    return static_cast<ValueCodec>(number);
}

std::uint64_t most_raw_bytes(std::uint64_t bytes) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
    return kAlwaysBelieved + kMostRatio * std::min(bytes, kMost);
}

CompressedValue compress_if_worth(std::string_view value, std::int64_t cost_ns, std::size_t around_bytes) {
    const std::size_t blocks = blocks_of(around_bytes + value.size());
    if (blocks <= 1) return {};
    const auto decode_ns = static_cast<std::int64_t>(std::min<std::size_t>(value.size(), std::size_t{1} << 60));
    if (cost_ns > 0 && decode_ns > cost_ns / kFewestShares) return {};

    const bool is_whole = value.size() <= kWholeSample;
    const std::string pieces = is_whole ? std::string() : sample_of(value);
    const std::string_view sample = is_whole ? value : std::string_view(pieces);
    std::string fast = compress(sample, ValueCodec::ZstdFast);
    if (!saves_a_tenth(sample.size(), fast.size())) return {};

    CompressedValue result;
    result.codec = deserves_more(value, sample, fast.size(), cost_ns) ? ValueCodec::ZstdSmall : ValueCodec::ZstdFast;
    const bool is_done = is_whole && result.codec == ValueCodec::ZstdFast;
    result.bytes = is_done ? std::move(fast) : compress(value, result.codec);
    const bool pays = saves_a_tenth(value.size(), result.bytes.size()) &&
                      blocks_of(around_bytes + result.bytes.size()) < blocks &&
                      value.size() <= most_raw_bytes(result.bytes.size());
    return pays ? std::move(result) : CompressedValue();
}

std::string decompress(ValueCodec codec, std::string_view bytes, std::uint64_t raw_bytes) {
    if (codec == ValueCodec::Raw) {
        if (bytes.size() != raw_bytes) fail(Fault::Input, "expected ", raw_bytes, " bytes, found ", bytes.size());
        return std::string(bytes);
    }
    if (raw_bytes > most_raw_bytes(bytes.size()))
        fail(Fault::Input, bytes.size(), " compressed bytes cannot hold ", raw_bytes);
    if (stated_bytes(bytes) != raw_bytes)
        fail(Fault::Input, "a compressed value is not of the ", raw_bytes, " bytes that were expected");
    std::string value(static_cast<std::size_t>(raw_bytes), '\0');
    decompress_bytes(bytes, value);
    return value;
}

}  // namespace hone
