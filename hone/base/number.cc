#include "hone/base/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// Takes one leading '+' away, but leaves "+-" to be refused.
std::string_view without_plus(std::string_view text) {
    const bool is_plain = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
    return is_plain ? text.substr(1) : text;
}

template <class T>
std::optional<T> parse_whole(std::string_view text) {
    T value{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

/// A decimal text taken apart: sign, digits with one dot at most, exponent.
struct Decimal {
    bool is_negative = false;
    std::string_view digits;  ///< digits, possibly with a dot among them
    std::int64_t exponent = 0;
};

/// Value of the digits after 'e', held within +-10^15: no text is long enough to make up for more.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
    bool is_negative = false;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        is_negative = text[0] == '-';
        text.remove_prefix(1);
    }
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    std::int64_t value = 0;
    for (const char letter : text)
        value = std::min<std::int64_t>(value * 10 + (letter - '0'), 1'000'000'000'000'000);
    return is_negative ? -value : value;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
    Decimal decimal;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        decimal.is_negative = text[0] == '-';
        text.remove_prefix(1);
    }
    std::size_t size = 0;
    int dots = 0;
    while (size < text.size() && (is_digit(text[size]) || text[size] == '.'))
        dots += text[size++] == '.';
    decimal.digits = text.substr(0, size);
    if (dots > 1 || size == static_cast<std::size_t>(dots)) return std::nullopt;
    if (size == text.size()) return decimal;
    if (text[size] != 'e' && text[size] != 'E') return std::nullopt;
    const auto exponent = parse_exponent(text.substr(size + 1));
    if (!exponent) return std::nullopt;
    decimal.exponent = *exponent;
    return decimal;
}

struct Magnitude {
    std::uint64_t value = 0;
    bool rounded = false;
};

/// The number that the digits make up to its `whole`-th significant digit, rounded half to even. `significant` starts
/// with a non-zero digit and may hold a dot. Requires: whole <= 19, so that nothing overflows.
Magnitude round_digits(std::string_view significant, std::int64_t whole) {
    Magnitude magnitude;
    std::int64_t place = 0;
    int first_dropped = 0;
    bool has_more = false;
    for (const char letter : significant) {
        if (letter == '.') continue;
        const int digit = letter - '0';
        if (place < whole)
            magnitude.value = magnitude.value * 10 + static_cast<std::uint64_t>(digit);
        else if (place == whole)
            first_dropped = digit;
        else
            has_more = has_more || digit != 0;
        ++place;
    }
    for (; place < whole; ++place)
        magnitude.value *= 10;
    magnitude.rounded = whole < 0 || first_dropped != 0 || has_more;
    const bool is_odd = magnitude.value % 2 == 1;
    if (whole >= 0 && (first_dropped > 5 || (first_dropped == 5 && (has_more || is_odd)))) ++magnitude.value;
    return magnitude;
}

std::optional<std::int64_t> with_sign(std::uint64_t magnitude, bool is_negative) {
    const std::uint64_t limit = static_cast<std::uint64_t>(kLargest) + (is_negative ? 1 : 0);
    if (magnitude > limit) return std::nullopt;
    return static_cast<std::int64_t>(is_negative ? 0 - magnitude : magnitude);
}

/// "1e+20" and "1e-07" as "1e20" and "1e-7".
void append_exponent(std::string& out, std::string_view exponent) {
    out += 'e';
    if (exponent[0] == '-') out += '-';
    exponent.remove_prefix(1);
    while (exponent.size() > 1 && exponent[0] == '0')
        exponent.remove_prefix(1);
    out += exponent;
}

/// Parts of "1.5s": the number and the unit, which starts at the first letter.
struct Measure {
    std::string_view number;
    std::string_view unit;
};

Measure split_unit(std::string_view text) {
    const auto is_letter = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    };
    const auto unit = std::ranges::find_if(text, is_letter);
    const auto size = static_cast<std::size_t>(unit - text.begin());
    return {text.substr(0, size), text.substr(size)};
}

struct ByteUnit {
    std::string_view name;
    std::uint64_t bytes;
};
constexpr std::array<ByteUnit, 10> kByteUnits = {{{"", 1},
                                                  {"B", 1},
                                                  {"kB", 1'000},
                                                  {"MB", 1'000'000},
                                                  {"GB", 1'000'000'000},
                                                  {"TB", 1'000'000'000'000},
                                                  {"KiB", 1ULL << 10},
                                                  {"MiB", 1ULL << 20},
                                                  {"GiB", 1ULL << 30},
                                                  {"TiB", 1ULL << 40}}};

/// Seconds of a unit as a fraction, so that "200ms" is exactly 200 / 1000.
struct TimeUnit {
    std::string_view name;
    double times;
    double over;
};
constexpr std::array<TimeUnit, 7> kTimeUnits = {
    {{"", 1, 1}, {"us", 1, 1e6}, {"ms", 1, 1e3}, {"s", 1, 1}, {"m", 60, 1}, {"h", 3600, 1}, {"d", 86400, 1}}};

}  // namespace

std::int64_t checked_add(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) fail(Fault::Limit, "a sum leaves the range of 64 bits: ", a, " + ", b);
    return sum;
}

std::int64_t checked_mul(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        fail(Fault::Limit, "a product leaves the range of 64 bits: ", a, " * ", b);
    return product;
}

std::int64_t mul_div_floor(std::int64_t a, std::int64_t b, std::int64_t d) {
    check(d > 0, "the divisor of mul_div_floor is above zero");
    const Int128 product = static_cast<Int128>(a) * b;
    Int128 quotient = product / d;
    if (product % d < 0) --quotient;
    check(quotient >= kSmallest && quotient <= kLargest, "the result of mul_div_floor fits 64 bits");
    return static_cast<std::int64_t>(quotient);
}

std::optional<std::int64_t> parse_int64(std::string_view text) {
    return parse_whole<std::int64_t>(without_plus(text));
}

std::optional<double> parse_double(std::string_view text) {
    text = without_plus(text);
    const std::string_view unsigned_text = text.substr(text.starts_with('-') ? 1 : 0);
    // from_chars also reads "nan", "inf" and "infinity".
    if (unsigned_text.empty() || (!is_digit(unsigned_text[0]) && unsigned_text[0] != '.')) return std::nullopt;
    const auto value = parse_whole<double>(text);
    if (!value || !std::isfinite(*value)) return std::nullopt;
    return value;
}

std::optional<Scaled> parse_scaled(std::string_view text, int digits) {
    const auto decimal = parse_decimal(text);
    if (!decimal) return std::nullopt;
    const std::string_view all = decimal->digits;
    const std::size_t first = all.find_first_not_of("0.");
    if (first == std::string_view::npos) return Scaled{};

    // Decimal place of the first significant digit: 1 for "5", 2 for "50", 0 for "0.5".
    const std::size_t dot = std::min(all.find('.'), all.size());
    const std::int64_t place =
        first < dot ? static_cast<std::int64_t>(dot - first) : 1 - static_cast<std::int64_t>(first - dot);
    const std::int64_t whole = place + decimal->exponent + digits;
    if (whole > 19) return std::nullopt;
    const Magnitude magnitude = round_digits(all.substr(first), whole);
    const auto value = with_sign(magnitude.value, decimal->is_negative);
    if (!value) return std::nullopt;
    return Scaled{*value, magnitude.rounded};
}

std::string shortest(double value) {
    std::string out;
    append_shortest(out, value);
    return out;
}

void append_shortest(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "nan";
        return;
    }
    if (std::isinf(value)) {
        out += value > 0 ? "inf" : "-inf";
        return;
    }
    if (value == 0) {
        out += '0';
        return;
    }
    std::array<char, 48> buffer;
    const double size = std::fabs(value);
    const bool is_plain = size >= 1e-5 && size < 1e16;
    const auto format = is_plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data()));
    const std::size_t exponent = text.find('e');
    out += text.substr(0, exponent);
    if (exponent != std::string_view::npos) append_exponent(out, text.substr(exponent + 1));
}

void append_int64(std::string& out, std::int64_t value) {
    std::array<char, 24> buffer;
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), result.ptr);
}

std::string decimal_text(std::int64_t value, int digits) {
    check(digits >= 0, "decimal_text has no negative number of decimals");
    std::string text;
    append_int64(text, value);
    if (digits == 0) return text;
    const std::string sign = value < 0 ? "-" : "";
    text.erase(0, sign.size());
    const auto decimals = static_cast<std::size_t>(digits);
    if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
    text.insert(text.size() - decimals, 1, '.');
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return sign + text;
}

double round12(double value) {
    if (value == 0 || !std::isfinite(value)) return value;
    std::array<char, 32> buffer;
    const auto printed =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific, 11);
    double rounded = value;
    const auto read = std::from_chars(buffer.data(), printed.ptr, rounded);
    // Only the largest doubles round up out of range; they stay as they are.
    return read.ec == std::errc() && std::isfinite(rounded) ? rounded : value;
}

double log10_ratio(std::int64_t a, std::int64_t b) {
    check(a > 0 && b > 0, "log10_ratio takes numbers above zero");
    constexpr long double kLn10 = 2.302585092994045684017991454684364208L;
    const long double quotient = static_cast<long double>(a) / static_cast<long double>(b);
    if (quotient <= 0.5L || quotient >= 2.0L) return round12(static_cast<double>(std::log10(quotient)));
    const long double excess = static_cast<long double>(a - b) / static_cast<long double>(b);
    return round12(static_cast<double>(std::log1p(excess) / kLn10));
}

long double power_of_ten(long double exponent) {
    return std::pow(10.0L, exponent);
}

long double power(long double base, long double exponent) {
    check(base > 0, "the base of a power is above zero");
    return std::pow(base, exponent);
}

std::int64_t round_to_int64(long double value) {
    const long double rounded = std::nearbyint(value);
    if (!(rounded >= -0x1p63L && rounded < 0x1p63L))
        fail(Fault::Limit, "a number leaves the range of 64 bits: ", static_cast<double>(value));
    return static_cast<std::int64_t>(rounded);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    const Measure measure = split_unit(text);
    const auto named = [&](const ByteUnit& unit) { return equal_ignoring_case(unit.name, measure.unit); };
    const auto unit = std::ranges::find_if(kByteUnits, named);
    if (unit == kByteUnits.end()) return std::nullopt;
    if (const auto whole = parse_whole<std::uint64_t>(measure.number)) {
        std::uint64_t bytes = 0;
        if (__builtin_mul_overflow(*whole, unit->bytes, &bytes)) return std::nullopt;
        return bytes;
    }
    constexpr int kDecimals = 3;
    const auto thousandths = parse_scaled(measure.number, kDecimals);
    if (!thousandths || thousandths->value < 0 || thousandths->rounded) return std::nullopt;
    const UInt128 bytes = static_cast<UInt128>(thousandths->value) * unit->bytes / 1000;
    if (bytes > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
}

std::optional<double> parse_seconds(std::string_view text) {
    const Measure measure = split_unit(text);
    const auto named = [&](const TimeUnit& unit) { return unit.name == measure.unit; };
    const auto unit = std::ranges::find_if(kTimeUnits, named);
    if (unit == kTimeUnits.end()) return std::nullopt;
    const auto number = parse_double(measure.number);
    if (!number || *number < 0) return std::nullopt;
    const double seconds = *number * unit->times / unit->over;
    if (!std::isfinite(seconds)) return std::nullopt;
    return seconds;
}

}  // namespace hone
