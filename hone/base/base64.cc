#include "hone/base/base64.h"

#include <cstdint>

namespace hone {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t group = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
        out += kLetters[group >> 18];
        out += kLetters[group >> 12 & 63];
        out += i + 1 < bytes.size() ? kLetters[group >> 6 & 63] : '=';
        out += i + 2 < bytes.size() ? kLetters[group & 63] : '=';
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool is_last = i + 4 == text.size();
        const std::size_t padding = !is_last ? 0 : text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const auto value = j < 4 - padding ? kLetters.find(text[i + j]) : 0;
            if (value == std::string_view::npos) return std::nullopt;
            group = group << 6 | static_cast<std::uint32_t>(value);
        }
        if ((padding == 2 && (group & 0xFFFF) != 0) || (padding == 1 && (group & 0xFF) != 0)) return std::nullopt;
        for (std::size_t j = 0; j < 3 - padding; ++j)
            out += static_cast<char>(group >> (16 - 8 * j) & 0xFF);
    }
    return out;
}

}  // namespace hone
