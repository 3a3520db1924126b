#include "hone/base/number.h"

#include <cmath>
#include <cstddef>

/// The number parsers take any bytes; what they accept must be in range and read back from its printed form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone;
    if (size == 0) return 0;
    const int digits = data[0] % 19;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

    const auto scaled = parse_scaled(text, digits);
    if (scaled) {
        const auto again = parse_scaled(decimal_text(scaled->value, digits), digits);
        check(again && again->value == scaled->value && !again->rounded, "a scaled number reads back");
    }
    if (const auto value = parse_int64(text)) {
        const auto same = parse_scaled(text, 0);
        check(same && same->value == *value && !same->rounded, "an integer is its own scaled number");
    }
    if (const auto value = parse_double(text)) {
        check(std::isfinite(*value), "a parsed double is finite");
        check(parse_double(shortest(*value)) == value, "a double reads back");
        check(round12(round12(*value)) == round12(*value), "rounding twice is rounding once");
        const double size_of_value = std::fabs(*value) * std::pow(10.0, digits);
        check(scaled || size_of_value > 9.2e18, "a decimal in range is read exactly");
    } else if (scaled && scaled->value != 0) {
        check(false, "a decimal that is not zero after scaling is a double");
    }
    if (const auto seconds = parse_seconds(text))
        check(*seconds >= 0 && std::isfinite(*seconds), "a duration is sound");
    if (const auto bytes = parse_bytes(text)) {
        std::string printed;
        if (std::in_range<std::int64_t>(*bytes)) {
            append_int64(printed, static_cast<std::int64_t>(*bytes));
            check(parse_bytes(printed) == bytes, "a byte count reads back");
        }
    }
    return 0;
}
