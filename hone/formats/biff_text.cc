#include "hone/formats/biff_text.h"

#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/little_endian.h"

namespace hone {
namespace {

constexpr std::uint8_t kWide = 1;     // two bytes a letter
constexpr std::uint8_t kHasMore = 4;  // readings behind the letters
constexpr std::uint8_t kHasRuns = 8;  // changes of font behind the letters

void append_utf8(std::string& out, std::uint32_t code) {
    const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return add(code);
    if (code < 0x800) {
        add(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        add(0xE0 | code >> 12);
        add(0x80 | (code >> 6 & 0x3F));
    } else {
        add(0xF0 | code >> 18);
        add(0x80 | (code >> 12 & 0x3F));
        add(0x80 | (code >> 6 & 0x3F));
    }
    add(0x80 | (code & 0x3F));
}

}  // namespace

std::string utf16_to_utf8(std::string_view bytes) {
    std::string out;
    for (std::size_t i = 0; i + 2 <= bytes.size(); i += 2) {
        std::uint32_t code = le16(bytes, i);
        if (code >= 0xD800 && code < 0xE000) {
            const std::uint32_t low = i + 4 <= bytes.size() ? le16(bytes, i + 2) : 0U;
            const bool is_pair = code < 0xDC00 && low >= 0xDC00 && low < 0xE000;
            code = is_pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
            if (is_pair) i += 2;
        }
        append_utf8(out, code);
    }
    return out;
}

bool BiffTexts::at_end() {
    while (piece_ < pieces_.size() && place_ == pieces_[piece_].size()) {
        ++piece_;
        place_ = 0;
    }
    return piece_ == pieces_.size();
}

std::uint8_t BiffTexts::number8() {
    if (at_end()) fail(Fault::Input, "the .xls file is damaged: a text is cut off");
    return static_cast<std::uint8_t>(pieces_[piece_][place_++]);
}

std::uint16_t BiffTexts::number16() {
    const std::uint8_t low = number8();
    return static_cast<std::uint16_t>(low | number8() << 8);
}

std::uint32_t BiffTexts::number32() {
    const std::uint32_t low = number16();
    return low | static_cast<std::uint32_t>(number16()) << 16;
}

void BiffTexts::skip(std::uint64_t bytes) {
    while (bytes > 0) {
        if (at_end()) fail(Fault::Input, "the .xls file is damaged: a text is cut off");
        const std::uint64_t step = std::min<std::uint64_t>(bytes, pieces_[piece_].size() - place_);
        place_ += step;
        bytes -= step;
    }
}

std::string BiffTexts::letters(std::size_t count) {
    std::uint8_t flags = number8();
    const std::uint64_t run_bytes = (flags & kHasRuns) != 0 ? std::uint64_t{4} * number16() : 0;
    const std::uint64_t more_bytes = (flags & kHasMore) != 0 ? number32() : 0;
    std::string result;
    std::string wide;  // of consecutive wide pieces, so that pairs stay together
    while (count > 0) {
        if (piece_ < pieces_.size() && place_ == pieces_[piece_].size()) flags = number8();
        if (at_end()) fail(Fault::Input, "the .xls file is damaged: a text is cut off");
        const std::size_t width = (flags & kWide) != 0 ? 2 : 1;
        const std::size_t step = std::min(count, (pieces_[piece_].size() - place_) / width);
        if (step == 0) fail(Fault::Input, "the .xls file is damaged: a letter is cut off");
        const std::string_view bytes = pieces_[piece_].substr(place_, step * width);
        if (width == 2) {
            wide += bytes;
        } else {
            result += utf16_to_utf8(std::exchange(wide, {}));
            result += latin1_to_utf8(bytes);
        }
        place_ += step * width;
        count -= step;
    }
    result += utf16_to_utf8(wide);
    skip(run_bytes + more_bytes);
    return result;
}

}  // namespace hone
