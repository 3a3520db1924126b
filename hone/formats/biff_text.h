#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone {

/// UTF-8 of UTF-16, least byte first; halves of pairs become U+FFFD, an odd last byte is left out.
std::string utf16_to_utf8(std::string_view bytes);

/// Reads texts of an .xls file from a record and those that continue it ([MS-XLS] 2.5.293): a text that is cut by the
/// end of a record goes on in the next one, behind a byte that says how its letters are written there.
class BiffTexts {
public:
    /// Requires: the pieces outlive the object.
    explicit BiffTexts(std::vector<std::string_view> pieces) : pieces_(std::move(pieces)) {}

    bool at_end();
    void skip(std::uint64_t bytes);
    std::uint16_t number16();
    std::uint32_t number32();
    /// A text with its count of letters in two bytes, or in one.
    std::string text() { return letters(number16()); }
    std::string short_text() { return letters(number8()); }

private:
    std::uint8_t number8();
    std::string letters(std::size_t count);

    std::vector<std::string_view> pieces_;
    std::size_t piece_ = 0;
    std::size_t place_ = 0;
};

}  // namespace hone
