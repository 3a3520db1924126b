#include <cmath>
#include <limits>

#include "hone/apps/invoice/month_names.h"
#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/pattern.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

// The implicit types of https://yaml.org/type/, as PyYAML resolves them.
struct Resolver {
    Pattern boolean{R"(\A(?:(yes|Yes|YES|true|True|TRUE|on|On|ON)|no|No|NO|false|False|FALSE|off|Off|OFF)\Z)"};
    Pattern integer{
        R"(\A[-+]?(?:0b([01_]+)|0x([0-9a-fA-F_]+)|0([0-7_]+)|(0|[1-9][0-9_]*)|([1-9][0-9_]*(?::[0-5]?[0-9])+))\Z)"};
    Pattern decimal{R"(\A(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)\Z)"};
    Pattern sexagesimal{R"(\A[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*\Z)"};
    Pattern special{R"(\A(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z)"};
    Pattern moment{R"(\A([0-9]{4})-([0-9][0-9]?)-([0-9][0-9]?)(?:(?:[Tt]|[ \t]+)([0-9][0-9]?):([0-9]{2}):([0-9]{2}))"
                   R"((?:\.([0-9]*))?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)?\Z)"};
    Pattern day{R"(\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z)"};
};

const Resolver& resolver() {
    static const Resolver all;
    return all;
}

std::string without_underscores(std::string_view text) {
    std::string kept;
    for (const char c : text)
        if (c != '_') kept += c;
    return kept;
}

// Digits of `base`; a double when they do not fit an int64.
Data integer_of(std::string_view digits, int base, bool is_negative) {
    double approximate = 0;
    std::int64_t exact = 0;
    bool fits = true;
    for (const char c : digits) {
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        approximate = approximate * base + digit;
        fits = fits && !__builtin_mul_overflow(exact, std::int64_t{base}, &exact) &&
               !__builtin_add_overflow(exact, std::int64_t{digit}, &exact);
    }
    if (!fits) return Data(is_negative ? -approximate : approximate);
    return Data(is_negative ? -exact : exact);
}

double base_60(std::string_view text) {
    double value = 0;
    for (const std::string& part : split(without_underscores(text), ':'))
        value = value * 60 + python_float_of(part).value_or(0);
    return value;
}

std::optional<Data> integer_scalar(std::string_view text) {
    const Matches matches = resolver().integer.search(text);
    if (matches.found.empty()) return std::nullopt;
    const std::vector<Span>& spans = matches.found[0];
    const bool is_negative = text[0] == '-';
    static constexpr int kBases[] = {2, 16, 8, 10};
    for (std::size_t group = 1; group <= 4; ++group) {
        if (!spans[group].took_part()) continue;
        const std::string digits = without_underscores(span_text(text, spans[group]));
        if (digits.empty()) return group == 3 ? std::optional(Data(0)) : std::nullopt;
        return integer_of(digits, kBases[group - 1], is_negative);
    }
    const double value = base_60(span_text(text, spans[5]));
    if (value > 9e15) return Data(is_negative ? -value : value);
    return Data(static_cast<std::int64_t>(is_negative ? -value : value));
}

std::optional<Data> number_scalar(std::string_view text) {
    if (std::optional<Data> integer = integer_scalar(text)) return integer;
    if (!resolver().decimal.search(text).found.empty()) {
        if (const std::optional<double> value = python_float_of(without_underscores(text))) return Data(*value);
        return std::nullopt;
    }
    if (const Matches matches = resolver().special.search(text); !matches.found.empty()) {
        if (!matches.found[0][1].took_part()) return Data(std::numeric_limits<double>::quiet_NaN());
        const double endless = std::numeric_limits<double>::infinity();
        return Data(text[0] == '-' ? -endless : endless);
    }
    if (resolver().sexagesimal.search(text).found.empty()) return std::nullopt;
    const bool has_sign = text[0] == '-' || text[0] == '+';
    const double value = base_60(has_sign ? text.substr(1) : text);
    return Data(text[0] == '-' ? -value : value);
}

std::optional<Data> moment_scalar(std::string_view text) {
    const Matches matches = resolver().moment.search(text);
    if (matches.found.empty()) return std::nullopt;
    const std::vector<Span>& spans = matches.found[0];
    const auto number = [&](std::size_t group) { return parse_int64(span_text(text, spans[group])).value_or(0); };
    if (!spans[4].took_part() && resolver().day.search(text).found.empty()) return std::nullopt;
    Moment moment;
    moment.day = {static_cast<std::int32_t>(number(1)), static_cast<std::uint8_t>(number(2)),
                  static_cast<std::uint8_t>(number(3))};
    if (!is_day(moment.day) || number(4) > 23 || number(5) > 59 || number(6) > 59) return std::nullopt;
    moment.hour = static_cast<std::uint8_t>(number(4));
    moment.minute = static_cast<std::uint8_t>(number(5));
    moment.second = static_cast<std::uint8_t>(number(6));
    const std::string fraction = (std::string(span_text(text, spans[7])) + "000000").substr(0, 6);
    moment.microsecond = static_cast<std::uint32_t>(parse_int64(fraction).value_or(0));
    return Data(moment);
}

}  // namespace

Data plain_scalar(std::string_view text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {};
    if (std::string_view("-+0123456789.").find(text[0]) != std::string_view::npos) {
        if (std::optional<Data> number = number_scalar(text)) return *number;
        if (std::optional<Data> moment = moment_scalar(text)) return *moment;
        return Data(text);
    }
    if (std::string_view("yYnNtTfFoO").find(text[0]) == std::string_view::npos || text.size() > 5) return Data(text);
    const Matches matches = resolver().boolean.search(text);
    if (matches.found.empty()) return Data(text);
    return Data(matches.found[0][1].took_part());
}

}  // namespace hone::invoice
