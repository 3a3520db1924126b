#include <array>

#include "hone/apps/invoice/month_names.h"
#include "hone/apps/invoice/template_date.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

struct Parts {
    int year = 1900, month = 1, day = 1, day_number = 0;
    int hour = 0, hour12 = -1, minute = 0, second = 0, microsecond = 0;
    int half = -1;  // 0 = AM, 1 = PM
};

// What a numeric directive takes: the most digits and the range.
struct NumberRule {
    std::size_t digits = 2;
    int least = 0, most = 99;
    bool is_exact = false;  // all digits must be there
};

std::optional<NumberRule> number_rule(char directive) {
    switch (directive) {
        case 'd':
            return NumberRule{2, 1, 31, false};
        case 'm':
            return NumberRule{2, 1, 12, false};
        case 'Y':
            return NumberRule{4, 1, 9999, true};
        case 'y':
            return NumberRule{2, 0, 99, true};
        case 'H':
            return NumberRule{2, 0, 23, false};
        case 'I':
            return NumberRule{2, 1, 12, false};
        case 'M':
            return NumberRule{2, 0, 59, false};
        case 'S':
            return NumberRule{2, 0, 59, false};
        case 'f':
            return NumberRule{6, 0, 999'999, false};
        case 'j':
            return NumberRule{3, 1, 366, false};
        default:
            return std::nullopt;
    }
}

void set_number(Parts& parts, char directive, int number, std::size_t digits) {
    switch (directive) {
        case 'd':
            parts.day = number;
            break;
        case 'm':
            parts.month = number;
            break;
        case 'Y':
            parts.year = number;
            break;
        case 'y':
            parts.year = number <= 68 ? 2000 + number : 1900 + number;
            break;
        case 'H':
            parts.hour = number;
            parts.hour12 = -1;  // of %H and %I the later one counts

            break;
        case 'I':
            parts.hour12 = number;
            break;
        case 'M':
            parts.minute = number;
            break;
        case 'S':
            parts.second = number;
            break;
        case 'j':
            parts.day_number = number;
            break;
        default:
            for (; digits < 6; ++digits)
                number *= 10;
            parts.microsecond = number;
    }
}

// Tries the rest of a format at the rest of a text, longest readings first, as the regex behind strptime does.
class FormatReader {
public:
    std::optional<Parts> read(std::string_view text, std::string_view format) {
        Parts parts;
        if (!match(text, format, parts)) return std::nullopt;
        return parts_;
    }

private:
    bool match(std::string_view text, std::string_view format, const Parts& parts) {
        if (++steps_ > 20'000) return false;
        if (format.empty()) {
            parts_ = parts;
            return text.empty();
        }
        std::size_t next = 0;
        if (is_space(next_code(format, next))) return match_spaces(text, format, parts);
        if (format[0] == '%') return format.size() > 1 && match_directive(text, format, parts);
        if (text.empty() || to_lower(text.substr(0, 1)) != to_lower(format.substr(0, 1))) return false;
        return match(text.substr(1), format.substr(1), parts);
    }

    bool match_spaces(std::string_view text, std::string_view format, const Parts& parts) {
        const auto skip = [](std::string_view from) {
            for (std::size_t at = 0; at < from.size();) {
                const std::size_t here = at;
                if (!is_space(next_code(from, at))) return from.substr(here);
            }
            return std::string_view();
        };
        const std::string_view rest = skip(text);
        return rest.size() < text.size() && match(rest, skip(format), parts);
    }

    bool match_directive(std::string_view text, std::string_view format, const Parts& parts) {
        const char directive = format[1];
        const std::string_view rest = format.substr(2);
        if (directive == '%') return text.starts_with('%') && match(text.substr(1), rest, parts);
        if (const std::optional<NumberRule> rule = number_rule(directive)) {
            for (std::size_t digits = rule->digits; digits > 0; --digits) {
                if (match_number(text, rest, {directive, digits}, parts)) return true;
                if (rule->is_exact) return false;
            }
            return false;
        }
        if (directive == 'p') return match_half(text, rest, parts);
        return match_name(text, rest, directive, parts);
    }

    struct Reading {
        char directive;
        std::size_t digits;
    };
    bool match_number(std::string_view text, std::string_view rest, Reading reading, Parts parts) {
        if (text.size() < reading.digits) return false;
        int number = 0;
        for (const char c : text.substr(0, reading.digits)) {
            if (c < '0' || c > '9') return false;
            number = number * 10 + (c - '0');
        }
        const NumberRule rule = *number_rule(reading.directive);
        if (number < rule.least || number > rule.most) return false;
        set_number(parts, reading.directive, number, reading.digits);
        return match(text.substr(reading.digits), rest, parts);
    }

    bool match_half(std::string_view text, std::string_view rest, Parts parts) {
        const std::string word = to_lower(text.substr(0, 2));
        if (word != "am" && word != "pm") return false;
        parts.half = word == "pm" ? 1 : 0;
        return match(text.substr(2), rest, parts);
    }

    bool match_name(std::string_view text, std::string_view rest, char directive, const Parts& parts) {
        const bool is_month = directive == 'b' || directive == 'B';
        if (!is_month && directive != 'a' && directive != 'A') return false;
        const bool is_short = directive == 'b' || directive == 'a';
        for (unsigned i = 0; i < (is_month ? 12U : 7U); ++i) {
            const std::string_view full = is_month ? english_month(i + 1) : english_weekday(i);
            const std::string_view name = is_short ? full.substr(0, 3) : full;
            if (!equal_ignoring_case(text.substr(0, name.size()), name)) continue;
            Parts with = parts;
            if (is_month) with.month = static_cast<int>(i) + 1;
            if (match(text.substr(name.size()), rest, with)) return true;
        }
        return false;
    }

    Parts parts_;
    int steps_ = 0;
};

}  // namespace

std::optional<Moment> parse_formatted_date(std::string_view text, std::string_view format) {
    if (text.size() > 200 || format.size() > 200) return std::nullopt;
    const std::optional<Parts> parts = FormatReader().read(text, format);
    if (!parts) return std::nullopt;
    Day day{parts->year, static_cast<std::uint8_t>(parts->month), static_cast<std::uint8_t>(parts->day)};
    if (parts->day_number > 0) {
        const std::optional<Day> numbered = day_from_number(parts->year, parts->day_number);
        if (!numbered) return std::nullopt;
        day = *numbered;
    }
    if (!is_day(day)) return std::nullopt;
    int hour = parts->hour;
    if (parts->hour12 >= 0) hour = parts->hour12 % 12 + (parts->half == 1 ? 12 : 0);
    return Moment{day, static_cast<std::uint8_t>(hour), static_cast<std::uint8_t>(parts->minute),
                  static_cast<std::uint8_t>(parts->second), static_cast<std::uint32_t>(parts->microsecond)};
}

}  // namespace hone::invoice
