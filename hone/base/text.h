#pragma once
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hone {

/// A piece of text for cat(): text as it is, integers in full, doubles shortest-exact. Lives only during the call.
class Piece {
public:
    Piece(std::string_view text) : text_(text) {}
    Piece(const std::string& text) : text_(text) {}
    Piece(const char* text) : text_(text) {}
    Piece(const std::filesystem::path& path) : owned_(path.string()), text_(owned_) {}
    Piece(char letter) : owned_(1, letter), text_(owned_) {}
    Piece(double value);
    template <std::integral T>
    Piece(T value) : owned_(from_integer(value)), text_(owned_) {}
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

    std::string_view text() const { return text_; }

private:
    template <std::integral T>
    static std::string from_integer(T value) {
        if constexpr (std::is_same_v<T, bool>)
            return value ? "true" : "false";
        else if constexpr (std::signed_integral<T>)
            return from_signed(static_cast<std::int64_t>(value));
        else
            return from_unsigned(static_cast<std::uint64_t>(value));
    }
    static std::string from_signed(std::int64_t value);
    static std::string from_unsigned(std::uint64_t value);

    std::string owned_;
    std::string_view text_;
};

std::string cat_pieces(std::initializer_list<std::string_view> pieces);

/// Puts pieces of text and numbers together.
template <class... Pieces>
std::string cat(const Pieces&... pieces) {
    return cat_pieces({Piece(pieces).text()...});
}

/// Parts of `text` between occurrences of `separator`; an empty text gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);
/// Parts put together with `separator` between them.
std::string join(std::span<const std::string> parts, std::string_view separator);
/// Text without ASCII blanks at both ends.
std::string_view trim(std::string_view text);
/// ASCII letters in lower case; other bytes stay.
std::string to_lower(std::string_view text);
/// ASCII letters in upper case; other bytes stay.
std::string to_upper(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Number of edits (insert, delete, replace, swap of neighbours) from `a` to `b`; O(|a| |b|).
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word` if it is near enough to be a misspelling.
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates);
/// True if `text` matches `pattern`, in which * stands for any text and ? for one byte.
bool matches_glob(std::string_view pattern, std::string_view text);
/// True if `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);
/// `text` with every byte that is no part of well-formed UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);
/// Latin-1 bytes as UTF-8.
std::string latin1_to_utf8(std::string_view text);
/// Columns that UTF-8 `text` takes on a terminal; combining marks take none, wide East Asian letters two.
std::size_t display_width(std::string_view text);
/// `text` cut to `width` terminal columns, the last one an ellipsis when something was cut.
std::string fit_width(std::string_view text, std::size_t width);
/// Bytes as a person reads them: "580.3 MB" (powers of 1000), exact below 1000.
std::string human_bytes(std::uint64_t bytes);
/// Seconds as a person reads them: "1.24 s", "38 ms", "12 us".
std::string human_seconds(double seconds);
/// Whole number with thin groups of three: "981 508".
std::string human_count(std::int64_t count);

}  // namespace hone
