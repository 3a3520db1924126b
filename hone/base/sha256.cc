#include "hone/base/sha256.h"

#include <nettle/sha2.h>

#include "hone/base/hash.h"

namespace hone {

struct Sha256::State {
    State() { sha256_init(&context); }
    sha256_ctx context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::span<const std::byte> bytes) {
    sha256_update(&state_->context, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

void Sha256::add(std::string_view bytes) {
    add(as_bytes(bytes));
}

std::array<std::byte, 32> Sha256::digest() const {
    static_assert(SHA256_DIGEST_SIZE == 32);
    sha256_ctx copy = state_->context;  // taking the digest starts the state anew
    std::array<std::byte, 32> result;
    sha256_digest(&copy, result.size(), reinterpret_cast<std::uint8_t*>(result.data()));
    return result;
}

std::string Sha256::hex() const {
    constexpr std::string_view kLetters = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : digest()) {
        text += kLetters[std::to_integer<std::size_t>(byte >> 4)];
        text += kLetters[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

std::string sha256_hex(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

std::string sha256_hex(std::string_view bytes) {
    return sha256_hex(as_bytes(bytes));
}

}  // namespace hone
