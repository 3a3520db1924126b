#include "hone/base/correlation_id.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kHalf = 16;  // digits of 64 bits

/// Up to 16 digits in lower case; nothing if one of them is none.
std::optional<std::uint64_t> number_of(std::string_view digits) {
    std::uint64_t number = 0;
    for (const char digit : digits) {
        const std::size_t value = kDigits.find(digit);
        if (value == std::string_view::npos) return std::nullopt;
        number = number << 4U | value;
    }
    return number;
}

std::optional<CorrelationId> id_of(std::string_view digits) {
    if (digits.size() != 2 * kHalf) return std::nullopt;
    const auto high = number_of(digits.substr(0, kHalf)), low = number_of(digits.substr(kHalf));
    if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
    return CorrelationId{*high, *low};
}

/// The trace id of "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01". Later versions may say more at the end.
std::optional<CorrelationId> trace_id_of(std::string_view text) {
    constexpr std::size_t kSize = 55;
    if (text.size() < kSize || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
    const std::string_view version = text.substr(0, 2);
    const bool has_end = version == "00" ? text.size() == kSize : text.size() == kSize || text[kSize] == '-';
    const auto parent = number_of(text.substr(36, kHalf));
    if (!has_end || version == "ff" || !number_of(version) || !number_of(text.substr(53, 2))) return std::nullopt;
    if (!parent || *parent == 0) return std::nullopt;
    return id_of(text.substr(3, 2 * kHalf));
}

}  // namespace

std::string CorrelationId::hex() const {
    std::string text(2 * kHalf, '0');
    for (std::size_t i = 0; i < kHalf; ++i) {
        text[kHalf - 1 - i] = kDigits[high >> (4 * i) & 15U];
        text[2 * kHalf - 1 - i] = kDigits[low >> (4 * i) & 15U];
    }
    return text;
}

CorrelationId CorrelationId::create() {
    std::array<std::uint64_t, 2> words{};
    do {
        if (::getentropy(words.data(), sizeof words) != 0) fail_system(errno, "ask for random bytes for", "an id");
    } while (words[0] == 0 && words[1] == 0);
    return {words[0], words[1]};
}

std::optional<CorrelationId> CorrelationId::parse(std::string_view text) {
    return text.size() == 2 * kHalf ? id_of(to_lower(text)) : trace_id_of(text);
}

}  // namespace hone
