#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hone/base/error.h"

namespace hone {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// Converts between integer types; throws Fault::Bug if the value does not fit.
template <class To, class From>
constexpr To narrow(From value) {
    static_assert(std::is_integral_v<To> && std::is_integral_v<From>, "narrow() converts integers");
    if (!std::in_range<To>(value)) check_failed("an integer fits its narrower type");
    return static_cast<To>(value);
}

/// Sum and product that throw Fault::Limit instead of overflowing.
std::int64_t checked_add(std::int64_t a, std::int64_t b);
std::int64_t checked_mul(std::int64_t a, std::int64_t b);

/// a * b / d rounded towards minus infinity, without overflow in between. Requires: d > 0 and a result in range.
std::int64_t mul_div_floor(std::int64_t a, std::int64_t b, std::int64_t d);

/// Whole text as a number; nothing if it is anything else or out of range. No locale, no blanks, optional sign.
std::optional<std::int64_t> parse_int64(std::string_view text);
std::optional<double> parse_double(std::string_view text);

/// A decimal text scaled by a power of ten.
struct Scaled {
    std::int64_t value = 0;  ///< the number times 10^digits, rounded half to even
    bool rounded = false;    ///< true if further non-zero decimals were rounded away
};
/// Reads "12.3", "-4", "1.5e3" exactly as the number times 10^digits; nothing if it is no finite decimal or out of
/// range.
std::optional<Scaled> parse_scaled(std::string_view text, int digits);

/// Shortest text that reads back as the same double; integers without ".0"; "nan", "inf", "-inf".
std::string shortest(double value);
/// Appends what shortest() returns.
void append_shortest(std::string& out, double value);
/// Appends a whole number.
void append_int64(std::string& out, std::int64_t value);
/// `value / 10^digits` as a decimal without trailing zeros: decimal_text(1205, 2) = "12.05".
std::string decimal_text(std::int64_t value, int digits);

/// `value` rounded to 12 significant decimal digits. Results of functions whose last bits differ between CPUs and
/// libraries (exp, log, pow, trigonometry) pass through it, so that outputs have equal bytes everywhere.
double round12(double value);
/// log10(a / b), rounded to 12 significant digits, accurate also near 1. Requires: a > 0, b > 0.
double log10_ratio(std::int64_t a, std::int64_t b);
/// 10^exponent in the precision of long double, for rounding to integers; not rounded to 12 digits.
long double power_of_ten(long double exponent);
/// base^exponent in long double, for rounding to integers. Requires: base > 0.
long double power(long double base, long double exponent);
/// The integer nearest to `value`, ties to even. Fault::Limit outside int64.
std::int64_t round_to_int64(long double value);

/// A byte count such as "64MiB", "2GB", "4096"; KiB/MiB/GiB/TiB are powers of 1024, kB/MB/GB/TB of 1000.
std::optional<std::uint64_t> parse_bytes(std::string_view text);
/// A duration such as "5m", "1.5s", "200ms", "2h", "7d" in seconds; a bare number is seconds.
std::optional<double> parse_seconds(std::string_view text);

}  // namespace hone
