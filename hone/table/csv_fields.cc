#include "hone/table/csv_fields.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::array<std::int64_t, 19> kPowersOfTen = {1,
                                                       10,
                                                       100,
                                                       1'000,
                                                       10'000,
                                                       100'000,
                                                       1'000'000,
                                                       10'000'000,
                                                       100'000'000,
                                                       1'000'000'000,
                                                       10'000'000'000,
                                                       100'000'000'000,
                                                       1'000'000'000'000,
                                                       10'000'000'000'000,
                                                       100'000'000'000'000,
                                                       1'000'000'000'000'000,
                                                       10'000'000'000'000'000,
                                                       100'000'000'000'000'000,
                                                       1'000'000'000'000'000'000};
/// Powers of ten that are exact as double.
constexpr std::array<double, 23> kExactPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::int64_t kExactInteger = std::int64_t{1} << 53;

/// Digits with one dot at most and a minus at most, as an integer and the count of digits after the dot.
struct Plain {
    std::int64_t mantissa = 0;
    int decimals = 0;
    bool is_negative = false;
};

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// The usual short forms "12", "-3.25", ".5"; nothing for longer or other texts, which may be numbers too.
std::optional<Plain> parse_plain(std::string_view text) {
    constexpr std::size_t kLongest = 18;
    Plain plain;
    const char* at = text.data();
    const char* const end = at + text.size();
    if (at != end && *at == '-') {
        plain.is_negative = true;
        ++at;
    }
    if (static_cast<std::size_t>(end - at) > kLongest || at == end) return std::nullopt;
    for (; at != end && is_digit(*at); ++at)
        plain.mantissa = plain.mantissa * 10 + (*at - '0');
    if (at == end) return plain;
    if (*at != '.' || end - at == 1) return std::nullopt;
    ++at;
    plain.decimals = static_cast<int>(end - at);
    for (; at != end && is_digit(*at); ++at)
        plain.mantissa = plain.mantissa * 10 + (*at - '0');
    if (at != end) return std::nullopt;
    return plain;
}

/// Mantissa and power of ten are exact, so that the division rounds once: correctly.
std::optional<double> parse_plain_double(std::string_view text) {
    const auto plain = parse_plain(text);
    if (!plain || plain->mantissa > kExactInteger) return std::nullopt;
    const double size = static_cast<double>(plain->mantissa) / kExactPowers[static_cast<std::size_t>(plain->decimals)];
    return plain->is_negative ? -size : size;
}

/// The number in units of 10^-scale; nothing if it has more decimals, or by the longer way.
std::optional<std::int64_t> parse_plain_decimal(std::string_view text, int scale) {
    const auto plain = parse_plain(text);
    if (!plain || plain->decimals > scale) return std::nullopt;
    std::int64_t value = 0;
    const std::int64_t times = kPowersOfTen[static_cast<std::size_t>(scale - plain->decimals)];
    if (__builtin_mul_overflow(plain->mantissa, times, &value)) return std::nullopt;
    return plain->is_negative ? -value : value;
}

/// "123.4" with exactly `scale` decimals, without sign and of eight bytes at most, without a loop; else nothing.
std::optional<std::int64_t> parse_short_decimal(std::string_view text, int scale) {
    constexpr std::size_t kBytes = 8;
    const auto decimals = static_cast<std::size_t>(scale);
    if (text.size() > kBytes || text.size() < decimals + 2 || decimals == 0) return std::nullopt;
    const std::uint64_t bytes = right_aligned(text);
    const std::size_t dot_bit = 8 * (kBytes - 1 - decimals);
    if ((bytes >> dot_bit & 0xFF) != '.') return std::nullopt;
    const std::uint64_t above = ~std::uint64_t{0} << dot_bit << 8;
    const std::uint64_t whole = bytes & ((std::uint64_t{1} << dot_bit) - 1);
    const std::uint64_t digits = (bytes & above) | whole << 8 | '0';
    if (!are_digits(digits)) return std::nullopt;
    return eight_digits(digits);
}

bool is_ascii(std::string_view text) {
    std::uint64_t bits = 0;
    std::size_t i = 0;
    for (; i + sizeof bits <= text.size(); i += sizeof bits) {
        std::uint64_t bytes;
        std::memcpy(&bytes, text.data() + i, sizeof bytes);
        bits |= bytes;
    }
    for (; i < text.size(); ++i)
        bits |= static_cast<unsigned char>(text[i]);
    return (bits & every_byte(0x80)) == 0;
}

/// The field without blanks and quotes around it; `storage` holds it if quotes had to be removed.
std::string_view bare(std::string_view field, std::string& storage) {
    std::string_view text = trim(field);
    if (!text.starts_with('"')) return text;
    storage = csv_unquoted(text);
    return trim(storage);
}

/// State of a field that is no number by the quick ways, or might mean "missing".
CellState kind_of(std::string_view text, const CsvMissing& missing) {
    return text.empty() || missing.holds(text) ? CellState::Missing : CellState::Valid;
}

bool is_plain_start(std::string_view field, const CsvMissing& missing) {
    return !field.empty() && !missing.may_start_with(field.front());
}

}  // namespace

CsvMissing::CsvMissing(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (const std::string& text : texts_)
        if (!text.empty()) starts_[static_cast<unsigned char>(text.front())] = true;
}

bool CsvMissing::holds(std::string_view text) const {
    return std::ranges::find(texts_, text) != texts_.end();
}

CsvNumber<std::int64_t> parse_csv_decimal(std::string_view field, int scale, const CsvMissing& missing) {
    if (is_plain_start(field, missing)) {
        if (const auto value = parse_short_decimal(field, scale)) return {*value, CellState::Valid, false};
        if (const auto value = parse_plain_decimal(field, scale)) return {*value, CellState::Valid, false};
    }
    std::string storage;
    const std::string_view text = bare(field, storage);
    if (kind_of(text, missing) == CellState::Missing) return {0, CellState::Missing, false};
    if (const auto value = parse_plain_decimal(text, scale)) return {*value, CellState::Valid, false};
    const auto scaled = parse_scaled(text, scale);
    if (!scaled) return {0, CellState::Bad, false};
    return {scaled->value, CellState::Valid, scaled->rounded};
}

CsvNumber<std::int64_t> parse_csv_any_int64(std::string_view field, const CsvMissing& missing) {
    if (is_plain_start(field, missing))
        if (const auto value = parse_plain_decimal(field, 0)) return {*value, CellState::Valid, false};
    std::string storage;
    const std::string_view text = bare(field, storage);
    if (kind_of(text, missing) == CellState::Missing) return {0, CellState::Missing, false};
    if (const auto value = parse_plain_decimal(text, 0)) return {*value, CellState::Valid, false};
    const auto scaled = parse_scaled(text, 0);
    if (!scaled || scaled->rounded) return {0, CellState::Bad, false};
    return {scaled->value, CellState::Valid, false};
}

CsvNumber<double> parse_csv_double(std::string_view field, const CsvMissing& missing) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    if (is_plain_start(field, missing))
        if (const auto value = parse_plain_double(field)) return {*value, CellState::Valid, false};
    std::string storage;
    const std::string_view text = bare(field, storage);
    if (kind_of(text, missing) == CellState::Missing) return {kNone, CellState::Missing, false};
    auto value = parse_plain_double(text);
    if (!value) value = parse_double(text);
    if (!value) return {kNone, CellState::Bad, false};
    return {*value, CellState::Valid, false};
}

std::string_view CsvTexts::keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
        const std::size_t size = std::max(kPieceBytes, text.size());
        is_starved_ = is_starved_ || !charge_.try_grow(size);
        if (is_starved_) return {};
        pieces_.push_back(std::make_unique_for_overwrite<char[]>(size));
        next_ = pieces_.back().get();
        left_ = size;
    }
    char* const kept = next_;
    std::memcpy(kept, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {kept, text.size()};
}

void CsvTexts::clear() {
    pieces_.clear();
    charge_.reset();
    is_starved_ = false;
    left_ = 0;
    next_ = nullptr;
}

std::string csv_unquoted(std::string_view field) {
    if (!field.starts_with('"')) return std::string(field);
    field.remove_prefix(1);
    if (field.ends_with('"')) field.remove_suffix(1);
    std::string out;
    out.reserve(field.size());
    for (std::size_t i = 0; i < field.size(); ++i) {
        out += field[i];
        if (field[i] == '"' && i + 1 < field.size() && field[i + 1] == '"') ++i;
    }
    return out;
}

std::string_view parse_csv_text(std::string_view field, CsvTexts& texts) {
    if (!field.starts_with('"') && is_ascii(field)) return field;
    std::string storage;
    std::string_view text = field;
    if (field.starts_with('"')) {
        const std::string_view inner = field.substr(1, field.size() < 2 ? 0 : field.size() - 2);
        const bool is_simple = field.size() >= 2 && field.back() == '"' && inner.find('"') == std::string_view::npos;
        if (!is_simple) storage = csv_unquoted(field);
        text = is_simple ? inner : std::string_view(storage);
    }
    if (!is_ascii(text) && !is_utf8(text)) return texts.keep(latin1_to_utf8(text));
    return text.data() == storage.data() ? texts.keep(text) : text;
}

}  // namespace hone
