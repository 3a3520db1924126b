#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hone {

/// Most bytes that one byte may become when it is unpacked: what grows more is kept as it is, and is not believed.
inline constexpr std::uint64_t kMostSqueeze = 1024;

/// The bytes compressed by zstd, or nothing where that saves less than an eighth or would be kMostSqueeze or more.
/// Equal bytes give equal bytes with one version of zstd. Thread-safe; takes about 2 ns a byte.
std::string squeezed(std::string_view bytes);

/// Fills `out` with what squeezed() took; Fault::Input if it does not come to just so many bytes.
void unsqueeze(std::string_view squeezed, std::span<char> out);

}  // namespace hone
