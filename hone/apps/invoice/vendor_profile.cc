#include "hone/apps/invoice/vendor_profile.h"

#include <algorithm>
#include <array>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostElements = 63;

bool is_capital(char letter) {
    return letter >= 'A' && letter <= 'Z';
}
bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool fits(char letter, char kind, bool is_literal) {
    if (is_literal) return letter == kind;
    switch (kind) {
        case 'A':
            return is_capital(letter);
        case '9':
            return is_digit(letter);
        case '#':
            return is_capital(letter) || is_digit(letter);
        case '~':
            return is_capital(letter) || is_digit(letter) || (letter >= 'a' && letter <= 'z') ||
                   std::string_view("-/._").find(letter) != std::string_view::npos;
        default:
            return letter == kind;
    }
}

/// A letter of a shape, with its mark.
struct Element {
    char kind = 0, mark = 0;
    bool is_literal = false;
};

/// Takes the first letter off a shape that is not empty.
Element take_element(std::string_view& shape) {
    Element out;
    out.is_literal = shape.front() == '\\' && shape.size() > 1;
    const std::size_t width = out.is_literal ? 2 : 1;
    out.kind = shape[width - 1];
    shape.remove_prefix(width);
    if (!shape.empty() && (shape.front() == '?' || shape.front() == '+')) {
        out.mark = shape.front();
        shape.remove_prefix(1);
    }
    return out;
}

constexpr std::array<std::string_view, 15> kKeys = {"item",    "code",      "upc",      "description", "unit",
                                                    "ordered", "allocated", "shipped",  "backordered", "list_price",
                                                    "price",   "extended",  "discount", "tax",         "ignored"};

}  // namespace

bool is_number_column(Column column) {
    return column >= Column::Ordered && column <= Column::Tax;
}

std::string_view column_name(Column column) {
    constexpr std::array<std::string_view, 15> kNames = {
        "item",         "code",       "upc",   "description", "unit",     "ordered", "allocated", "shipped",
        "back ordered", "list price", "price", "extended",    "discount", "tax",     "ignored"};
    return kNames.at(static_cast<std::size_t>(column));
}

std::optional<Column> column_of_key(std::string_view key) {
    const auto* const found = std::find(kKeys.begin(), kKeys.end(), key);
    if (found == kKeys.end()) return {};
    return static_cast<Column>(found - kKeys.begin());
}

std::string_view column_key(Column column) {
    return kKeys.at(static_cast<std::size_t>(column));
}

bool has_shape(std::string_view text, std::string_view shape) {
    std::string_view behind = shape;
    const Element first = shape.empty() ? Element{} : take_element(behind);
    if (first.mark != '?' && !text.empty() && !fits(text.front(), first.kind, first.is_literal)) return false;
    // Bit i: the letters so far fit the elements before i, and element i may follow.
    std::array<Element, kMostElements> elements;
    std::size_t count = 0;
    while (!shape.empty()) {
        check(count < kMostElements, "the shape is short enough");
        elements[count++] = take_element(shape);
    }
    const auto past_optional = [&](std::uint64_t states) {
        for (std::size_t i = 0; i < count; ++i)
            if (elements[i].mark == '?' && (states >> i & 1) != 0) states |= std::uint64_t{2} << i;
        return states;
    };
    std::uint64_t states = past_optional(1);
    for (const char letter : text) {
        std::uint64_t next = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if ((states >> i & 1) == 0 || !fits(letter, elements[i].kind, elements[i].is_literal)) continue;
            next |= (elements[i].mark == '+' ? std::uint64_t{3} : std::uint64_t{2}) << i;
        }
        if (next == 0) return false;
        states = past_optional(next);
    }
    return (states >> count & 1) != 0;
}

bool has_any_shape(std::string_view text, std::span<const std::string> shapes) {
    return std::any_of(shapes.begin(), shapes.end(), [&](const std::string& shape) { return has_shape(text, shape); });
}

std::string shape_error(std::string_view shape) {
    if (shape.empty()) return "a shape is empty";
    std::string_view rest = shape;
    std::size_t count = 0;
    while (!rest.empty()) {
        if (rest.front() == '?' || rest.front() == '+')
            return cat("a shape has ", rest.front(), " without a letter before it (", shape, ")");
        if (rest == "\\") return cat("a shape ends in a backslash (", shape, ")");
        take_element(rest);
        ++count;
    }
    if (count > kMostElements) return cat("a shape has ", count, " letters, more than ", kMostElements);
    return "";
}

}  // namespace hone::invoice
