#pragma once
#include <cstdint>
#include <string_view>

#include "hone/base/function_ref.h"

namespace hone::eyemap {

/// Walks over JSON text without building values, so that a large document is read part by part. Structure is checked
/// (brackets, commas, quotes, nesting up to 200), numbers and words are not: whoever uses a part parses it.

/// Calls take(name, value) for the members of an object, in order; both are parts of `object`, `name` as it is written
/// between its quotes. Fault::Input, with the byte, for anything but an object, and for a name that comes twice.
void for_each_member(std::string_view object, FunctionRef<void(std::string_view name, std::string_view value)> take);
/// Calls take(value) for the items of an array. Fault::Input for anything but an array.
void for_each_item(std::string_view array, FunctionRef<void(std::string_view value)> take);

/// Tells the line of places in a text that are asked for in rising order: O(text) for all together.
class LineCounter {
public:
    explicit LineCounter(std::string_view text) : text_(text) {}
    /// Line, from 1, of a part of the text.
    std::uint64_t line(std::string_view part);

private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::uint64_t line_ = 1;
};

}  // namespace hone::eyemap
