#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hone/base/codec.h"

namespace hone {

/// A JSON value. Members keep their order; integers are exact over the whole range of int64; doubles are printed
/// shortest-exact, and those that JSON cannot hold (nan, inf) as null.
class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::vector<std::pair<std::string, Json>>;

    // Defined in json.cc: inlined into every user they are much code, about which GCC 12 warns without cause.
    Json();
    Json(const Json& other);
    Json(Json&& other) noexcept;
    Json& operator=(const Json& other);
    Json& operator=(Json&& other) noexcept;
    ~Json();

    Json(std::nullptr_t) : Json() {}
    Json(bool value) : value_(value) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) Json(T value) : value_(static_cast<std::int64_t>(value)) {}
    Json(double value) : value_(value) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}

    static Json array() { return Json(Array{}); }
    static Json object() { return Json(Object{}); }

    /// Reads one JSON document (RFC 8259, nesting at most 200); Fault::Input with the place of the mistake.
    static Json parse(std::string_view text);

    /// Text of this value; with `indent` 0 on one line without blanks.
    std::string dump(int indent = 2) const;

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
    bool is_object() const { return std::holds_alternative<Object>(value_); }
    bool is_array() const { return std::holds_alternative<Array>(value_); }
    bool is_text() const { return std::holds_alternative<std::string>(value_); }
    bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
    bool is_double() const { return std::holds_alternative<double>(value_); }
    bool is_bool() const { return std::holds_alternative<bool>(value_); }

    /// The value as the type asked for; Fault::Input if it is another.
    bool boolean() const;
    std::int64_t integer() const;
    double number() const;
    const std::string& text() const;
    const Array& items() const;
    const Object& members() const;

    /// The member, or nullptr if this is no object or has none of that name.
    const Json* find(std::string_view name) const;
    /// The member; Fault::Input if it is absent.
    const Json& at(std::string_view name) const;

    /// Sets a member, in place if it exists; returns this value. A null value becomes an object first.
    Json& set(std::string name, Json value);
    /// Adds an item; returns this value. A null value becomes an array first.
    Json& push(Json value);

    bool operator==(const Json&) const = default;

private:
    friend struct Codec<Json>;
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> value_ = nullptr;
};

/// `text` as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);

template <>
struct Codec<Json> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const Json& value) { out.text(value.dump(0)); }
    static Json decode(Decoder& in) { return Json::parse(in.text()); }
};

}  // namespace hone
