#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// A day with a time of day; what a template's date field holds. No zone.
struct Moment {
    Day day;
    std::uint8_t hour = 0, minute = 0, second = 0;
    std::uint32_t microsecond = 0;
    auto operator<=>(const Moment&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};

/// A value of a template or of its output: what a YAML or JSON file may hold, with dates of their own. Members keep
/// their order. Integers outside int64 are held as doubles.
struct Data {
    using Array = std::vector<Data>;
    using Object = std::vector<std::pair<std::string, Data>>;
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Moment, Array, Object> value = nullptr;

    Data();
    Data(const Data& other);
    Data(Data&& other) noexcept;
    Data& operator=(const Data& other);
    Data& operator=(Data&& other) noexcept;
    ~Data();
    Data(bool boolean) : value(boolean) {}
    Data(int integer) : value(std::int64_t{integer}) {}
    Data(std::int64_t integer) : value(integer) {}
    Data(double number) : value(number) {}
    Data(std::string text) : value(std::move(text)) {}
    Data(std::string_view text) : value(std::string(text)) {}
    Data(const char* text) : value(std::string(text)) {}
    Data(Moment moment) : value(moment) {}
    Data(Array items) : value(std::move(items)) {}
    Data(Object members) : value(std::move(members)) {}

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(value); }
    /// The content if the value is of that kind, otherwise nullptr.
    const std::string* text() const { return std::get_if<std::string>(&value); }
    const Array* items() const { return std::get_if<Array>(&value); }
    const Object* members() const { return std::get_if<Object>(&value); }
    Array* items() { return std::get_if<Array>(&value); }
    Object* members() { return std::get_if<Object>(&value); }
    /// The member; nullptr if this is no object or has none of that name. Cost: a walk over the members.
    const Data* find(std::string_view name) const;
    Data* find(std::string_view name);
    /// Sets a member, in place if it exists. Requires: an object or null, which becomes one.
    void set(std::string_view name, Data content);

    /// What Python takes for true: not null, false, zero, an empty text, list or object.
    bool is_truthy() const;
    /// True for integers, doubles and booleans that equal zero.
    bool is_zero() const;
    /// The number of an integer, double or boolean; 0 of anything else.
    double as_number() const;
    bool is_number() const;

    bool operator==(const Data&) const = default;
};

/// The value as Python's str() prints it: "12", "1939.0", "2024-01-13 00:00:00", "True", "None".
std::string python_text(const Data& value);

/// A moment in a format of strftime: the directives Y y m d H M S I p B b A a j f %, others stay as they are.
std::string format_moment(const Moment& moment, std::string_view format);

}  // namespace hone::invoice
