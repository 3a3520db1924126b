#include "hone/base/hash.h"

#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::string_view kHexLetters = "0123456789abcdef";
constexpr std::size_t kLettersPerHalf = 16;

void append_hex(std::string& out, std::uint64_t value) {
    for (int shift = 60; shift >= 0; shift -= 4)
        out += kHexLetters[(value >> shift) & 0xF];
}

std::optional<std::uint64_t> from_hex_half(std::string_view text) {
    std::uint64_t value = 0;
    for (const char letter : text) {
        const std::size_t digit = kHexLetters.find(letter);
        if (digit == std::string_view::npos) return std::nullopt;
        value = value << 4 | digit;
    }
    return value;
}

Digest to_digest(XXH128_hash_t hash) {
    return {hash.high64, hash.low64};
}

}  // namespace

std::string Digest::hex() const {
    std::string out;
    out.reserve(2 * kLettersPerHalf);
    append_hex(out, high);
    append_hex(out, low);
    return out;
}

std::optional<Digest> Digest::from_hex(std::string_view text) {
    if (text.size() != 2 * kLettersPerHalf) return std::nullopt;
    const auto high = from_hex_half(text.substr(0, kLettersPerHalf));
    const auto low = from_hex_half(text.substr(kLettersPerHalf));
    if (!high || !low) return std::nullopt;
    return Digest{*high, *low};
}

Digest digest_of(std::span<const std::byte> bytes) {
    return to_digest(XXH3_128bits(bytes.data(), bytes.size()));
}
Digest digest_of(std::string_view bytes) {
    return digest_of(as_bytes(bytes));
}

std::uint64_t hash64(std::span<const std::byte> bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}
std::uint64_t hash64(std::string_view bytes) {
    return hash64(as_bytes(bytes));
}

struct Hasher::State {
    XXH3_state_t xxh3;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
    XXH3_128bits_reset(&state_->xxh3);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::add(std::span<const std::byte> bytes) {
    check(state_ != nullptr, "a Hasher is not used after it was moved from");
    if (!bytes.empty()) XXH3_128bits_update(&state_->xxh3, bytes.data(), bytes.size());
}

void Hasher::add(std::string_view bytes) {
    add(as_bytes(bytes));
}

void Hasher::add_field(std::string_view bytes) {
    add_integer(bytes.size());
    add(bytes);
}

void Hasher::add_integer(std::uint64_t value) {
    std::array<std::byte, 8> little_endian;
    for (std::size_t i = 0; i < little_endian.size(); ++i)
        little_endian[i] = static_cast<std::byte>(value >> (8 * i));
    add(little_endian);
}

Digest Hasher::digest() const {
    check(state_ != nullptr, "a Hasher is not used after it was moved from");
    return to_digest(XXH3_128bits_digest(&state_->xxh3));
}

}  // namespace hone
