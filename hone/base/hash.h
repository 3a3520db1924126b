#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hone {

/// 128-bit content hash (XXH3-128): for trusted local keys, not against an attacker.
struct Digest {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    auto operator<=>(const Digest&) const = default;  // NOLINT(modernize-use-nullptr): no pointer here
    /// 32 hexadecimal letters.
    std::string hex() const;
    /// Reads hex(); nothing for any other text.
    static std::optional<Digest> from_hex(std::string_view text);
};

/// Digest of bytes in memory.
Digest digest_of(std::span<const std::byte> bytes);
Digest digest_of(std::string_view bytes);
/// 64-bit hash (XXH3-64), for checksums of stored records and for hash tables.
std::uint64_t hash64(std::span<const std::byte> bytes);
std::uint64_t hash64(std::string_view bytes);

/// Digest of bytes that come in pieces. Equal to digest_of() of all of them. Not thread-safe.
class Hasher {
public:
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    void add(std::span<const std::byte> bytes);
    void add(std::string_view bytes);
    /// Adds length and bytes, so that neighbouring fields cannot run into each other.
    void add_field(std::string_view bytes);
    void add_integer(std::uint64_t value);
    /// Digest of everything added so far; more may be added after.
    Digest digest() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Hash functor for Digest keys in standard containers.
struct DigestHash {
    std::size_t operator()(const Digest& digest) const { return static_cast<std::size_t>(digest.low); }
};

inline std::span<const std::byte> as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace hone
