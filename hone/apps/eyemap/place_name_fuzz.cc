#include "hone/apps/eyemap/place_name.h"

#include <string>
#include <string_view>

#include "hone/apps/eyemap/lattice.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

/// A name that is taken apart can be put together again; its numbers are within bounds, and hexadecimal ones are never
/// below decimal ones.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::eyemap;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto place = split_place_name(text)) {
        const std::string again =
            hone::cat(place->region, '_', side_letter(place->side), "_col_", place->hex1, '_', place->hex2);
        hone::check(again == text, "the parts of a place name are all of it");
        for (const std::string_view digits : {place->hex1, place->hex2}) {
            const auto hex = place_number(digits, ColumnBase::Hex);
            const auto decimal = place_number(digits, ColumnBase::Decimal);
            hone::check(hex && *hex >= 0 && *hex <= kMostHex + 1, "numbers are within bounds");
            hone::check(!decimal || *decimal <= *hex, "a hexadecimal number is not below the decimal one");
            hone::check(place_number(digits, ColumnBase::PerField) == (decimal ? decimal : hex), "decimal first");
            hone::check(decimal || place->has_letter(), "only letters prevent a decimal number");
        }
    }
    if (const auto region = split_region_of_side(text))
        hone::check(hone::cat(region->region, '(', side_letter(region->side), ')') == text, "nothing is left out");
    return 0;
}
