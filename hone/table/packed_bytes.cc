#include "hone/table/packed_bytes.h"

#include <optional>

#include "hone/base/compress.h"

namespace hone {
namespace {

constexpr std::size_t kLeast = 64;  // fewer bytes are not worth a frame of zstd
// Level 2 of zstd: chunks of notes came to 26 % and were unpacked at 1.3 GB/s; with level 1 to 28 % and at 1.1 GB/s.
constexpr int kLevel = 2;

}  // namespace

std::string squeezed(std::string_view bytes) {
    if (bytes.size() < kLeast) return {};
    std::optional<std::string> out = compress_bytes(bytes, kLevel);
    if (!out || out->size() > bytes.size() - bytes.size() / 8 || bytes.size() / out->size() >= kMostSqueeze) return {};
    return *std::move(out);
}

void unsqueeze(std::string_view squeezed, std::span<char> out) {
    decompress_bytes(squeezed, out);
}

}  // namespace hone
