#include "hone/apps/invoice/model.h"

#include <algorithm>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// Digits without the commas between groups of three; nothing if a comma stands elsewhere.
std::optional<std::string> without_commas(std::string_view whole) {
    const std::vector<std::string> groups = split(whole, ',');
    std::string digits;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const bool fits = groups.size() == 1 || (i == 0 ? groups[i].size() <= 3 : groups[i].size() == 3);
        if (!fits || !std::all_of(groups[i].begin(), groups[i].end(), is_digit)) return {};
        if (i == 0 && groups.size() > 1 && groups[i].empty()) return {};
        digits += groups[i];
    }
    return digits;
}

}  // namespace

std::string decimal_text(Decimal value, int least_decimals) {
    std::string text = hone::decimal_text(value.ten_thousandths, 4);
    const std::size_t dot = text.find('.');
    std::size_t decimals = dot == std::string::npos ? 0 : text.size() - dot - 1;
    if (dot == std::string::npos && least_decimals > 0) text += '.';
    for (; decimals < static_cast<std::size_t>(std::max(least_decimals, 0)); ++decimals)
        text += '0';
    return text;
}

std::optional<Decimal> parse_money(std::string_view text) {
    text = trim(text);
    bool is_negative = false;
    if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
        is_negative = true;
        text = text.substr(1, text.size() - 2);
    } else if (text.starts_with('-')) {
        is_negative = true;
        text.remove_prefix(1);
    }
    if (text.starts_with('$')) text = trim(text.substr(1));
    const std::size_t dot = text.find('.');
    const std::string_view decimals = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    const std::optional<std::string> whole = without_commas(text.substr(0, dot));
    if (!whole || decimals.size() > 4 || !std::all_of(decimals.begin(), decimals.end(), is_digit)) return {};
    const std::string digits = *whole + std::string(decimals) + std::string(4 - decimals.size(), '0');
    if (whole->size() + decimals.size() == 0 || digits.size() > 18) return {};
    const std::optional<std::int64_t> number = parse_int64(digits);
    if (!number) return {};
    return Decimal{is_negative ? -*number : *number};
}

std::string iso_text(Day day) {
    const auto padded = [](std::int64_t number, std::size_t width) {
        const std::string digits = cat(number);
        return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
    };
    return cat(padded(day.year, 4), "-", padded(day.month, 2), "-", padded(day.day, 2));
}

std::string_view status_name(Status status) {
    switch (status) {
        case Status::Ok:
            return "ok";
        case Status::Partial:
            return "partial";
        case Status::NoData:
            return "no_data";
        case Status::Failed:
            return "failed";
    }
    return "failed";
}

std::uint64_t memory_bytes(const Document& document) {
    constexpr std::uint64_t kOfHead = 4096, kTextsOfLine = 768;
    return sizeof document + kOfHead + document.lines.size() * (sizeof(Line) + kTextsOfLine) +
           document.checks.size() * (sizeof(Check) + 32);
}

}  // namespace hone::invoice
