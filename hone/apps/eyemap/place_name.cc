#include "hone/apps/eyemap/place_name.h"

#include <algorithm>

#include "hone/apps/eyemap/lattice.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

int hex_value(char letter) {
    if (is_digit(letter)) return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

bool is_hex(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char letter) { return hex_value(letter) >= 0; });
}

bool is_decimal(std::string_view text) {
    return std::ranges::all_of(text, is_digit);
}

bool is_region_name(std::string_view text) {
    return !text.empty() && is_letter(text.front()) &&
           std::ranges::all_of(text, [](char letter) { return is_letter(letter) || is_digit(letter); });
}

/// Cuts off and returns what stands before the next underscore, or all of it.
std::string_view next_part(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('_'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

}  // namespace

ColumnBase parse_column_base(std::string_view text) {
    if (text == "decimal") return ColumnBase::Decimal;
    if (text == "hex") return ColumnBase::Hex;
    if (text == "auto") return ColumnBase::Auto;
    fail(Fault::Usage, "expected decimal, hex or auto, found ", text);
}

bool PlaceName::has_letter() const {
    return !is_decimal(hex1) || !is_decimal(hex2);
}

std::optional<PlaceName> split_place_name(std::string_view name) {
    if (std::ranges::count(name, '_') != 4 || name.ends_with('_')) return std::nullopt;
    PlaceName place;
    std::string_view rest = name;
    place.region = next_part(rest);
    const auto side = parse_column_side(next_part(rest));
    const bool is_column = next_part(rest) == "col";
    place.hex1 = next_part(rest);
    place.hex2 = next_part(rest);
    if (!side || !is_column || !is_region_name(place.region) || !is_hex(place.hex1) || !is_hex(place.hex2))
        return std::nullopt;
    place.side = *side;
    return place;
}

std::optional<RegionOfSide> split_region_of_side(std::string_view text) {
    constexpr std::size_t kTail = 3;  // "(R)"
    if (text.size() <= kTail || !text.ends_with(')') || text[text.size() - kTail] != '(') return std::nullopt;
    const auto side = parse_column_side(text.substr(text.size() - 2, 1));
    const std::string_view region = text.substr(0, text.size() - kTail);
    if (!side || !is_region_name(region)) return std::nullopt;
    return RegionOfSide{region, *side};
}

std::optional<std::int32_t> place_number(std::string_view digits, ColumnBase base) {
    check(base != ColumnBase::Auto, "the base of place names is decided before they are read");
    if (!is_hex(digits)) return std::nullopt;
    const bool is_plain = is_decimal(digits);
    if (base == ColumnBase::Decimal && !is_plain) return std::nullopt;
    const std::int32_t radix = base == ColumnBase::Hex || !is_plain ? 16 : 10;
    std::int32_t value = 0;
    for (const char letter : digits)
        value = std::min(value * radix + hex_value(letter), kMostHex + 1);
    return value;
}

}  // namespace hone::eyemap
