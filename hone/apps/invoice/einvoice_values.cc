#include "hone/apps/invoice/einvoice_values.h"

#include <cstdlib>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/month_names.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::int64_t kMost = 1'000'000'000'000'000'000;

template <class T>
Value<T> from_xml(T value, std::string_view raw, std::string_view term, bool is_computed = false) {
    Value<T> out;
    out.value = std::move(value);
    out.raw = raw;
    out.rule = cat(is_computed ? "computed xml " : "xml ", term);
    out.confidence = is_computed ? 0.9 : 1.0;
    return out;
}

/// Parses what XML Schema calls a decimal, times 10^digits.
std::optional<Scaled> scaled(std::string_view text, int digits) {
    const bool has_plus = text.starts_with('+');
    if (has_plus) text.remove_prefix(1);
    const std::size_t first = !has_plus && text.starts_with('-') ? 1 : 0;
    if (text.find_first_not_of("0123456789.", first) != std::string_view::npos) return {};
    if (text.find_first_of("0123456789") == std::string_view::npos) return {};
    const std::string full = cat(text.substr(0, first), "0", text.substr(first), text.ends_with('.') ? "0" : "");
    const std::optional<Scaled> found = parse_scaled(full, digits);
    if (!found || found->value >= kMost || found->value <= -kMost) return {};
    return found;
}

/// a / b to the nearest whole number, halves away from zero. Requires: b > 0.
std::int64_t divided(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = std::abs(a) / b;
    const std::int64_t rest = std::abs(a) % b;
    const std::int64_t rounded = quotient + (rest >= b - rest ? 1 : 0);
    return a < 0 ? -rounded : rounded;
}

int number_at(std::string_view digits, std::size_t at, std::size_t size) {
    return static_cast<int>(parse_int64(digits.substr(at, size)).value_or(0));
}

/// True for what may follow the day of an xsd:date: nothing, Z, +01:00, or a time.
bool is_day_tail(std::string_view tail) {
    return tail.empty() || tail == "Z" || tail.front() == 'T' ||
           (tail.size() == 6 && (tail[0] == '+' || tail[0] == '-') && tail[3] == ':');
}

/// The eight digits of "2024-01-13"; empty if it is none.
std::string digits_of_iso(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-' || !is_day_tail(text.substr(10))) return {};
    return cat(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
}

}  // namespace

std::optional<XmlDecimal> parse_xml_decimal(std::string_view text) {
    const std::optional<Scaled> found = scaled(text, 4);
    if (!found) return {};
    return XmlDecimal{Decimal{found->value}, found->rounded};
}

void TermReader::wrong_form(std::string_view term, std::string_view expected, std::string_view found) {
    constexpr std::size_t kShown = 40;
    if (checks_.size() > 10'000) return;  // thousands of lines that are all wrong in the same way
    checks_.push_back(
        {"form", false,
         cat(term, " is no ", expected, ": ", valid_utf8(found.substr(0, kShown)), found.size() > kShown ? "..." : ""),
         line});
}

Value<std::string> TermReader::text(const XmlElement& from, std::string_view path, std::string_view term) {
    const XmlElement* found = from.find(path);
    if (found == nullptr) return {};
    if (found->is_cut) {
        wrong_form(term, "text of usual length", found->text);
        return {};
    }
    if (found->text.empty()) return {};
    return from_xml(found->text, found->text, term);
}

Value<Decimal> TermReader::amount(const XmlElement& from, std::string_view path, std::string_view term) {
    const XmlElement* found = from.find(path);
    if (found == nullptr || (found->text.empty() && !found->is_cut)) return {};
    const std::optional<XmlDecimal> value = found->is_cut ? std::nullopt : parse_xml_decimal(found->text);
    if (value) return from_xml(value->value, found->text, term, value->is_rounded);
    wrong_form(term, "decimal number", found->text);
    return {};
}

Value<Day> TermReader::day(const XmlElement* element, std::string_view digits, std::string_view term) {
    if (element->text.empty() && !element->is_cut) return {};
    if (digits.size() == 8 && is_digits(digits) && !element->is_cut) {
        const Day day = {number_at(digits, 0, 4), static_cast<std::uint8_t>(number_at(digits, 4, 2)),
                         static_cast<std::uint8_t>(number_at(digits, 6, 2))};
        if (is_day(day)) return from_xml(day, element->text, term);
    }
    wrong_form(term, "day", element->text);
    return {};
}

Value<Day> TermReader::cii_day(const XmlElement& from, std::string_view path, std::string_view term) {
    const XmlElement* found = from.find(path);
    if (found != nullptr) found = found->find("DateTimeString|DateString");
    if (found == nullptr) return {};
    const std::string_view format = found->attribute("format");
    return day(found, format.empty() || format == "102" ? std::string_view(found->text) : std::string_view(), term);
}

Value<Day> TermReader::iso_day(const XmlElement& from, std::string_view path, std::string_view term) {
    const XmlElement* found = from.find(path);
    return found == nullptr ? Value<Day>() : day(found, digits_of_iso(found->text), term);
}

Value<Decimal> TermReader::unit_price(const XmlElement* amount, const XmlElement* quantity, std::string_view term) {
    if (amount == nullptr || (amount->text.empty() && !amount->is_cut)) return {};
    const std::optional<Scaled> price = amount->is_cut ? std::nullopt : scaled(amount->text, 8);
    if (!price) {
        wrong_form(term, "decimal number", amount->text);
        return {};
    }
    const bool is_divided = quantity != nullptr && !quantity->text.empty();
    const std::optional<Scaled> units = is_divided ? scaled(quantity->text, 4) : Scaled{10'000, false};
    if (!units || units->value <= 0) {
        wrong_form("BT-149", "quantity above zero", quantity->text);
        return {};
    }
    const bool is_rounded = price->rounded || units->rounded || price->value % units->value != 0;
    const std::string raw = is_divided ? cat(amount->text, " / ", quantity->text) : amount->text;
    return from_xml(Decimal{divided(price->value, units->value)}, raw, term, is_rounded);
}

Value<std::string> TermReader::trade_number(const XmlElement* element, std::string_view term) {
    if (element == nullptr || element->is_cut || !is_digits(element->text)) return {};
    const std::string_view scheme = element->attribute("schemeID");
    if (!scheme.empty() && scheme != "0160" && !equal_ignoring_case(scheme, "GTIN")) return {};
    std::string_view digits = element->text;
    if (digits.size() != 8 && (digits.size() < 12 || digits.size() > 14)) return {};
    if (digits.size() == 13 && digits.front() == '0') digits.remove_prefix(1);
    return from_xml(std::string(digits), element->text, term);
}

Value<std::string> TermReader::attribute(const XmlElement& from, std::string_view name, std::string_view term) {
    std::string found(trim(from.attribute(name)));
    for (char& letter : found)
        if (letter == '\n' || letter == '\t' || letter == '\r') letter = ' ';
    return found.empty() ? Value<std::string>() : from_xml(found, found, term);
}

}  // namespace hone::invoice
