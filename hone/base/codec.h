#pragma once
#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/issue.h"

namespace hone {

/// Writes values as bytes: little endian, lengths before content. Grows a string of its own.
class Encoder {
public:
    void u8(std::uint8_t value) { raw(&value, sizeof value); }
    void u32(std::uint32_t value) { raw(&value, sizeof value); }
    void u64(std::uint64_t value) { raw(&value, sizeof value); }
    void i64(std::int64_t value) { raw(&value, sizeof value); }
    void f64(double value) { raw(&value, sizeof value); }
    void text(std::string_view value);
    /// Bytes without a length; the reader must know how many.
    void raw(const void* data, std::size_t size) { out_.append(static_cast<const char*>(data), size); }
    /// Zero bytes up to the next multiple of `alignment`, so that a decoder may alias what follows.
    void align(std::size_t alignment);

    const std::string& bytes() const { return out_; }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

/// Reads what an Encoder wrote from untrusted bytes. Every read is checked; damage is Fault::Input, never a crash and
/// never an allocation larger than the bytes at hand. Does not own the bytes.
class Decoder {
public:
    explicit Decoder(std::span<const std::byte> bytes) : bytes_(bytes) {}
    explicit Decoder(std::string_view bytes) : bytes_(as_bytes(bytes)) {}

    std::uint8_t u8() { return number<std::uint8_t>(); }
    std::uint32_t u32() { return number<std::uint32_t>(); }
    std::uint64_t u64() { return number<std::uint64_t>(); }
    std::int64_t i64() { return number<std::int64_t>(); }
    double f64() { return number<double>(); }
    /// A byte that is 0 or 1; Fault::Input for any other.
    bool flag();
    std::string_view text();
    /// The next `size` bytes, aliasing the source.
    std::span<const std::byte> raw(std::size_t size);
    void align(std::size_t alignment);
    /// A count of things that take at least `least_bytes` each; Fault::Input if so many cannot follow.
    std::size_t count(std::size_t least_bytes);

    std::size_t left() const { return bytes_.size() - at_; }
    /// Fault::Input unless everything was read.
    void finish() const;

private:
    template <class T>
    T number() {
        T value;
        std::memcpy(&value, raw(sizeof value).data(), sizeof value);
        return value;
    }
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
};

/// How a type crosses a boundary (disk, remote tier, another machine). A specialisation has
/// `static constexpr std::uint32_t kVersion`, `static void encode(Encoder&, const T&)` and `static T decode(Decoder&)`.
template <class T>
struct Codec;

template <class T>
concept Encodable = requires(Encoder& encoder, Decoder& decoder, const T& value) {
    { Codec<T>::kVersion } -> std::convertible_to<std::uint32_t>;
    Codec<T>::encode(encoder, value);
    { Codec<T>::decode(decoder) } -> std::same_as<T>;
};

template <class T>
requires std::is_arithmetic_v<T>
struct Codec<T> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const T& value) { out.raw(&value, sizeof value); }
    static T decode(Decoder& in) {
        T value;
        std::memcpy(&value, in.raw(sizeof value).data(), sizeof value);
        return value;
    }
};

template <>
struct Codec<bool> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const bool& value) { out.u8(value ? 1 : 0); }
    static bool decode(Decoder& in) { return in.flag(); }
};

template <>
struct Codec<std::string> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const std::string& value) { out.text(value); }
    static std::string decode(Decoder& in) { return std::string(in.text()); }
};

template <>
struct Codec<Digest> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const Digest& value) {
        out.u64(value.high);
        out.u64(value.low);
    }
    static Digest decode(Decoder& in) {
        const std::uint64_t high = in.u64();
        return {high, in.u64()};
    }
};

template <>
struct Codec<IssueList> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const IssueList& value);
    static IssueList decode(Decoder& in);
};

template <class T>
struct Codec<std::optional<T>> {
    static constexpr std::uint32_t kVersion = Codec<T>::kVersion;
    static void encode(Encoder& out, const std::optional<T>& value) {
        out.u8(value ? 1 : 0);
        if (value) Codec<T>::encode(out, *value);
    }
    static std::optional<T> decode(Decoder& in) {
        if (!in.flag()) return std::nullopt;
        return Codec<T>::decode(in);
    }
};

template <class A, class B>
struct Codec<std::pair<A, B>> {
    static constexpr std::uint32_t kVersion = Codec<A>::kVersion * 31 + Codec<B>::kVersion;
    static void encode(Encoder& out, const std::pair<A, B>& value) {
        Codec<A>::encode(out, value.first);
        Codec<B>::encode(out, value.second);
    }
    static std::pair<A, B> decode(Decoder& in) {
        A first = Codec<A>::decode(in);
        return {std::move(first), Codec<B>::decode(in)};
    }
};

/// Vectors of numbers are one aligned run of bytes; others are encoded one by one.
template <class T>
struct Codec<std::vector<T>> {
    static constexpr std::uint32_t kVersion = Codec<T>::kVersion;
    static void encode(Encoder& out, const std::vector<T>& value) {
        out.u64(value.size());
        if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
            out.align(8);
            out.raw(value.data(), value.size() * sizeof(T));
        } else {
            for (const T& one : value)
                Codec<T>::encode(out, one);
        }
    }
    static std::vector<T> decode(Decoder& in) {
        if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
            const std::size_t size = in.count(sizeof(T));
            in.align(8);
            const auto bytes = in.raw(size * sizeof(T));
            std::vector<T> value(size);
            if (size > 0) std::memcpy(value.data(), bytes.data(), bytes.size());
            return value;
        } else {
            const std::size_t size = in.count(1);
            std::vector<T> value;
            value.reserve(std::min(size, in.left() / sizeof(T) + 1));
            for (std::size_t i = 0; i < size; ++i)
                value.push_back(Codec<T>::decode(in));
            return value;
        }
    }
};

/// Encoded bytes of one value.
template <Encodable T>
std::string encode_value(const T& value) {
    Encoder out;
    Codec<T>::encode(out, value);
    return out.take();
}

/// Reads encode_value() back; Fault::Input if bytes are missing or left over.
template <Encodable T>
T decode_value(std::string_view bytes) {
    Decoder in(bytes);
    T value = Codec<T>::decode(in);
    in.finish();
    return value;
}

}  // namespace hone
