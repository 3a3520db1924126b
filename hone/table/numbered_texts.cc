#include "hone/table/numbered_texts.h"

#include <algorithm>
#include <array>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr auto kPowersOfTen = [] {
    std::array<std::uint64_t, NumberedForm::kMostDigits + 1> powers = {1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// Where texts of one size differ from the first of them.
struct Place {
    std::size_t first = 0;
    std::size_t end = 0;
};

/// The place that holds the old one and all where two texts of one size differ.
Place widened(Place place, std::string_view model, std::string_view text) {
    for (std::size_t i = 0; i < place.first; ++i)
        if (model[i] != text[i]) place.first = i;
    for (std::size_t i = model.size(); i > std::max(place.end, place.first); --i) {
        if (model[i - 1] == text[i - 1]) continue;
        place.end = i;
        break;
    }
    return place;
}

/// The form that all texts seem to have; their digits are still to be looked at.
std::optional<NumberedForm> form_of(const TextData& texts) {
    std::string_view model;
    Place place;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string_view text = texts[i];
        if (text.empty()) continue;
        if (model.empty()) {
            model = text;
            place.first = model.size();
        }
        if (text.size() != model.size()) return std::nullopt;
        if (text.substr(0, place.first) == model.substr(0, place.first) &&
            text.substr(place.end) == model.substr(place.end))
            continue;
        place = widened(place, model, text);
        if (place.end - place.first > NumberedForm::kMostDigits) return std::nullopt;
    }
    if (place.end <= place.first) return std::nullopt;
    return NumberedForm{std::string(model.substr(0, place.first)), static_cast<unsigned>(place.end - place.first),
                        std::string(model.substr(place.end))};
}

/// The number that digits make; nothing for anything else.
std::optional<std::int64_t> number_of(std::string_view digits) {
    std::int64_t number = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9') return std::nullopt;
        number = number * 10 + (digit - '0');
    }
    return number;
}

}  // namespace

std::uint64_t NumberedForm::numbers() const {
    check(digits <= kMostDigits, "a numbered text has at most 18 digits");
    return kPowersOfTen[digits];
}

void NumberedForm::write(std::uint64_t number, char* to) const {
    to = std::ranges::copy(before, to).out + digits;
    std::ranges::copy(after, to);
    for (unsigned i = 0; i < digits; ++i) {
        *--to = static_cast<char>('0' + number % 10);
        number /= 10;
    }
}

std::optional<NumberedTexts> numbered(const TextData& texts) {
    std::optional<NumberedForm> form = form_of(texts);
    if (!form) return std::nullopt;
    NumberedTexts found{std::move(*form), {}};
    found.numbers.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto number =
            texts[i].empty() ? -1 : number_of(texts[i].substr(found.form.before.size(), found.form.digits));
        if (!number) return std::nullopt;
        found.numbers.push_back(*number);
    }
    return found;
}

}  // namespace hone
