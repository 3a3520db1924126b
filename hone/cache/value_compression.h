#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hone {

/// How the bytes of a value are written. The numbers stand in files: never give one another meaning.
enum class ValueCodec : std::uint8_t { Raw = 0, ZstdFast = 1, ZstdSmall = 2 };

/// "raw", "zstd 1", "zstd 3".
std::string_view codec_name(ValueCodec codec);
/// The codec of a number; nothing for a number that is none.
std::optional<ValueCodec> codec_of(std::uint8_t number);

/// A value as it is to be written. `bytes` is empty for Raw: then the value itself is written.
struct CompressedValue {
    ValueCodec codec = ValueCodec::Raw;
    std::string bytes;
};

/// Compresses `value` if that pays, which depends on its bytes and on `cost_ns` (what computing it took, 0: unknown)
/// and on nothing else:
/// - it must save a block of 4 KiB of the disk, so values that fit in one with the `around_bytes` written before them
///   stay as they are, and a tenth of the size, measured on the value or, above 128 KiB, on three pieces of it;
/// - decoding (about 1 ns a byte) must take less than a tenth of computing the value again;
/// - zstd 3 instead of 1 must save another twentieth, and take less than a hundredth of what the value cost.
/// Thread-safe. Takes about 3 ns a byte where it compresses, 0.3 where three pieces say that it does not pay.
CompressedValue compress_if_worth(std::string_view value, std::int64_t cost_ns, std::size_t around_bytes);

/// The value that compress_if_worth() gave the bytes of. Fault::Input if they are damaged, if they do not hold exactly
/// `raw_bytes`, or if that is more than compress_if_worth() ever packs into so few; nothing is allocated before that is
/// known. Thread-safe.
std::string decompress(ValueCodec codec, std::string_view bytes, std::uint64_t raw_bytes);

/// The largest value that may lie in `bytes` compressed ones. More is not believed, so that a damaged or hostile file
/// cannot ask for memory out of proportion to itself.
std::uint64_t most_raw_bytes(std::uint64_t bytes);

}  // namespace hone
