#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "hone/base/function_ref.h"

namespace hone::eyemap {

/// Bytes on their way to a sink, in pieces of at least 64 KiB but for the last. Lives during one call; the sink must
/// outlive it. finish() hands over the rest.
class SvgBuffer {
public:
    explicit SvgBuffer(FunctionRef<void(std::string_view)> sink)
        : size_(kSize), bytes_(std::make_unique_for_overwrite<char[]>(kSize)), sink_(sink) {}

    void text(std::string_view text) {
        if (text.size() > size_) {
            finish();
            sink_(text);
            return;
        }
        char* at = room(text.size());
        std::memcpy(at, text.data(), text.size());
        advance_to(at + text.size());
    }

    /// Where the next `size` bytes go; tell advance_to() where they end.
    char* room(std::size_t size) {
        if (size_ - used_ < size) {
            finish();
            if (size_ < size) {
                bytes_ = std::make_unique_for_overwrite<char[]>(size);
                size_ = size;
            }
        }
        return bytes_.get() + used_;
    }
    void advance_to(const char* end) { used_ = static_cast<std::size_t>(end - bytes_.get()); }

    void finish() {
        if (used_ > 0) sink_({bytes_.get(), used_});
        used_ = 0;
    }

private:
    static constexpr std::size_t kSize = std::size_t{64} << 10U;
    std::size_t size_;
    std::unique_ptr<char[]> bytes_;  // not filled at first: there are two buffers for each map of a catalogue
    std::size_t used_ = 0;
    FunctionRef<void(std::string_view)> sink_;
};

/// Copies text to a place with room; returns its end.
inline char* put(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

/// Letters of the longest whole number.
inline constexpr std::size_t kLongestWhole = 20;

/// Needs room for kLongestWhole letters.
inline char* put_whole(char* at, std::int64_t value) {
    return std::to_chars(at, at + kLongestWhole, value).ptr;
}

/// What place_text() gives: hundredths with one or two decimals.
inline char* put_place(char* at, std::int32_t hundredths) {
    if (hundredths < 0) {
        *at++ = '-';
        hundredths = -hundredths;
    }
    at = put_whole(at, hundredths / 100);
    *at++ = '.';
    *at++ = static_cast<char>('0' + hundredths / 10 % 10);
    if (hundredths % 10 != 0) *at++ = static_cast<char>('0' + hundredths % 10);
    return at;
}

}  // namespace hone::eyemap
