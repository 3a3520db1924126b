#include "hone/apps/invoice/template_data.h"

#include <algorithm>

#include "hone/apps/invoice/month_names.h"
#include "hone/apps/invoice/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::string padded(std::uint64_t number, std::size_t width) {
    std::string digits = cat(number);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::string list_text(const Data& value) {
    std::string text;
    const bool is_array = value.items() != nullptr;
    const auto quoted = [](const Data& part) {
        return part.text() != nullptr ? cat("'", *part.text(), "'") : python_text(part);
    };
    if (is_array) {
        for (const Data& item : *value.items())
            text += cat(text.empty() ? "" : ", ", quoted(item));
        return cat("[", text, "]");
    }
    for (const auto& [name, member] : *value.members())
        text += cat(text.empty() ? "" : ", ", "'", name, "': ", quoted(member));
    return cat("{", text, "}");
}

std::string directive_text(const Moment& moment, char directive) {
    const unsigned hour12 = moment.hour % 12 == 0 ? 12 : moment.hour % 12;
    switch (directive) {
        case 'Y':
            return padded(static_cast<std::uint64_t>(moment.day.year), 4);
        case 'y':
            return padded(static_cast<std::uint64_t>(moment.day.year % 100), 2);
        case 'm':
            return padded(moment.day.month, 2);
        case 'd':
            return padded(moment.day.day, 2);
        case 'H':
            return padded(moment.hour, 2);
        case 'I':
            return padded(hour12, 2);
        case 'M':
            return padded(moment.minute, 2);
        case 'S':
            return padded(moment.second, 2);
        case 'f':
            return padded(moment.microsecond, 6);
        case 'p':
            return moment.hour < 12 ? "AM" : "PM";
        case 'B':
            return std::string(english_month(moment.day.month));
        case 'b':
            return std::string(english_month(moment.day.month).substr(0, 3));
        case 'A':
            return std::string(english_weekday(weekday_of(moment.day)));
        case 'a':
            return std::string(english_weekday(weekday_of(moment.day)).substr(0, 3));
        case 'j':
            return padded(static_cast<std::uint64_t>(day_of_year(moment.day)), 3);
        case '%':
            return "%";
        default:
            return cat("%", directive);
    }
}

}  // namespace

Data::Data() = default;
Data::Data(const Data& other) = default;
Data::Data(Data&& other) noexcept = default;
Data& Data::operator=(const Data& other) = default;
Data& Data::operator=(Data&& other) noexcept = default;
Data::~Data() = default;

const Data* Data::find(std::string_view name) const {
    const Object* all = members();
    if (all == nullptr) return nullptr;
    const auto at = std::find_if(all->begin(), all->end(), [&](const auto& member) { return member.first == name; });
    return at == all->end() ? nullptr : &at->second;
}

Data* Data::find(std::string_view name) {
    return const_cast<Data*>(std::as_const(*this).find(name));
}

void Data::set(std::string_view name, Data content) {
    if (is_null()) value = Object{};
    if (Data* old = find(name); old != nullptr)
        *old = std::move(content);
    else
        std::get<Object>(value).emplace_back(std::string(name), std::move(content));
}

bool Data::is_truthy() const {
    if (is_null()) return false;
    if (is_number()) return as_number() != 0;
    if (const std::string* held = text()) return !held->empty();
    if (const Array* held = items()) return !held->empty();
    if (const Object* held = members()) return !held->empty();
    return true;
}

bool Data::is_number() const {
    return std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value) ||
           std::holds_alternative<double>(value);
}

bool Data::is_zero() const {
    return is_number() && as_number() == 0;
}

double Data::as_number() const {
    if (const bool* held = std::get_if<bool>(&value)) return *held ? 1 : 0;
    if (const std::int64_t* held = std::get_if<std::int64_t>(&value)) return static_cast<double>(*held);
    if (const double* held = std::get_if<double>(&value)) return *held;
    return 0;
}

std::string python_text(const Data& value) {
    if (value.is_null()) return "None";
    if (const bool* held = std::get_if<bool>(&value.value)) return *held ? "True" : "False";
    if (const std::int64_t* held = std::get_if<std::int64_t>(&value.value)) return cat(*held);
    if (const double* held = std::get_if<double>(&value.value)) return python_float(*held);
    if (const std::string* held = value.text()) return *held;
    if (const Moment* held = std::get_if<Moment>(&value.value)) return format_moment(*held, "%Y-%m-%d %H:%M:%S");
    return list_text(value);
}

std::string format_moment(const Moment& moment, std::string_view format) {
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '%' && i + 1 < format.size())
            text += directive_text(moment, format[++i]);
        else
            text += format[i];
    }
    return text;
}

}  // namespace hone::invoice
