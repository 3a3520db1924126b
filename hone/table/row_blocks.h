#pragma once
// Loops over rows that look at a request to stop on the way. Private to the module.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "hone/parallel/cancel.h"

namespace hone {

/// Rows between two looks: well below a millisecond, also where each row waits for memory.
inline constexpr std::size_t kRowBlock = std::size_t{1} << 12;
/// Loops over fewer rows do not look: those around them do.
inline constexpr std::size_t kLeastLooked = 1024;

/// True if is_so(begin, end) holds for a block of 0..size-1; the first such block ends it. Throws when `cancel` asks.
template <class IsSo>
bool any_block(std::size_t size, const Cancel& cancel, const IsSo& is_so) {
    for (std::size_t begin = 0; begin < size; begin += kRowBlock) {
        if (size >= kLeastLooked) cancel.check();
        if (is_so(begin, std::min(size, begin + kRowBlock))) return true;
    }
    return false;
}

/// Calls body(begin, end) for blocks that cover 0..size-1, in order. Throws when `cancel` asks.
template <class Body>
void each_block(std::size_t size, const Cancel& cancel, const Body& body) {
    any_block(size, cancel, [&](std::size_t begin, std::size_t end) {
        body(begin, end);
        return false;
    });
}

/// Calls body(i) for 0..size-1, in order. Throws when `cancel` asks.
template <class Body>
void each_row(std::size_t size, const Cancel& cancel, const Body& body) {
    each_block(size, cancel, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            body(i);
    });
}

/// What std::vector(size, value) gives, made in blocks: new memory costs more than the values. Throws when `cancel`
/// asks.
template <class T>
std::vector<T> filled(std::size_t size, const T& value, const Cancel& cancel) {
    std::vector<T> values;
    values.reserve(size);
    each_block(size, cancel, [&](std::size_t, std::size_t end) { values.resize(end, value); });
    return values;
}

}  // namespace hone
