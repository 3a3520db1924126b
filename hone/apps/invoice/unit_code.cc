#include "hone/apps/invoice/unit_code.h"

#include <array>
#include <string>
#include <utility>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Units of UN/ECE recommendation 20 by the words that are printed for them.
constexpr std::array<Pair, 15> kUnits = {{
    {"LTR", "l ltr lt ℓ liter litre liters litres"},
    {"MLT", "ml millilitre milliliter"},
    {"KGM", "kg kgm kgs kilogram kilograms"},
    {"GRM", "g gr grm gram grams"},
    {"MTR", "m mtr meter metre meters metres"},
    {"CMT", "cm"},
    {"MMT", "mm"},
    {"KMT", "km"},
    {"H87", "h87 pcs pc piece pieces ea each ps st stk stk. stuk stuks stück stueck stueckliste unit units x"},
    {"SET", "set sets"},
    {"HUR", "h hr hrs hour hours uur uren"},
    {"MIN", "min minute minutes"},
    {"DAY", "d day days dag dagen"},
    {"MON", "month months maand maanden mnd"},
    {"ANN", "year years jaar"},
}};

}  // namespace

std::string_view unit_code(std::string_view printed) {
    const std::string word = lower_case(strip(printed));
    if (word.empty()) return {};
    for (const auto& [code, words] : kUnits)
        for (const std::string& one : split(words, ' '))
            if (one == word || to_lower(code) == word) return code;
    return {};
}

}  // namespace hone::invoice
