#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hone {

/// `bytes` as one frame of zstd at `level` (1: fast, 3: smaller); nothing if there is no memory for that. Equal bytes
/// give equal frames with one version of zstd. Thread-safe; takes some 2 to 4 ns a byte.
std::optional<std::string> compress_bytes(std::string_view bytes, int level);

/// Bytes that a frame of compress_bytes() says it holds; nothing for what is no such frame. The figure may be a lie:
/// compare it with what is known before allocating that much.
std::optional<std::uint64_t> stated_bytes(std::string_view compressed);

/// Fills `out` with what compress_bytes() took. Fault::Input if the frame is damaged or does not hold just so many
/// bytes, Fault::Limit if there is no memory for the state of unpacking. Thread-safe; takes about 1 ns a byte.
void decompress_bytes(std::string_view compressed, std::span<char> out);

}  // namespace hone
