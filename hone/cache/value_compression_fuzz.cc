#include "hone/cache/value_compression.h"

#include "hone/base/codec.h"
#include "hone/base/error.h"

/// The first byte is the codec, the next eight the size that is claimed, the rest compressed bytes: Fault::Input, or a
/// value of exactly that size, which is never out of proportion to the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 + sizeof(std::uint64_t)) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto codec = hone::codec_of(data[0]);
    if (!codec) return 0;
    const std::uint64_t claimed = hone::Decoder(input.substr(1)).u64();
    const std::string_view bytes = input.substr(1 + sizeof(std::uint64_t));
    try {
        const std::string value = hone::decompress(*codec, bytes, claimed);
        hone::check(value.size() == claimed, "a value is of the size that was claimed");
        hone::check(value.size() <= hone::most_raw_bytes(bytes.size()), "a value is in proportion to its bytes");
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "damage is Fault::Input");
    }
    const auto packed = hone::compress_if_worth(bytes, 0, 300);
    if (packed.codec != hone::ValueCodec::Raw)
        hone::check(hone::decompress(packed.codec, packed.bytes, bytes.size()) == bytes, "a value comes back whole");
    return 0;
}
