#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hone {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces: for digests that others check with their own tools. Slower than
/// Hasher (hash.h), which is for keys of our own. Not thread-safe.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::span<const std::byte> bytes);
    void add(std::string_view bytes);
    /// Digest of everything added so far; more may be added after.
    std::array<std::byte, 32> digest() const;
    /// The same as 64 hexadecimal letters in lower case.
    std::string hex() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// SHA-256 of bytes in memory as 64 hexadecimal letters in lower case, as the command sha256sum prints it.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::string_view bytes);

}  // namespace hone
