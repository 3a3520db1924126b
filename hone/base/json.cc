#include "hone/base/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::size_t kDeepest = 200;

/// Leaves the last member of each name, in the place of the first.
void drop_overridden(Json::Object& members) {
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) -> const std::string& { return members[i].first; });
    std::vector<bool> is_dropped(members.size());
    bool has_dropped = false;
    std::size_t first = 0;
    for (std::size_t k = 1; k < order.size(); ++k) {
        if (members[order[k]].first != members[order[first]].first) {
            first = k;
            continue;
        }
        members[order[first]].second = std::move(members[order[k]].second);
        is_dropped[order[k]] = has_dropped = true;
    }
    if (!has_dropped) return;
    Json::Object left;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!is_dropped[i]) left.push_back(std::move(members[i]));
    }
    members = std::move(left);
}

/// Builds a Json from the events of the parser. The frames are the arrays and objects that are still open.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return add(Json()); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override {
        return std::in_range<std::int64_t>(value) ? add(value) : add(static_cast<double>(value));
    }
    // The text is read again because the parser's own conversion depends on the locale; numbers too small for a double
    // stay what the parser made of them.
    bool number_float(number_float_t value, const string_t& text) override {
        return add(parse_double(text).value_or(value));
    }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return refuse("no binary values"); }
    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool key(string_t& value) override {
        frames_.back().key = std::move(value);
        return true;
    }
    bool end_object() override {
        Json::Object members = std::move(frames_.back().members);
        frames_.pop_back();
        drop_overridden(members);
        return add(std::move(members));
    }
    bool end_array() override {
        Json::Array items = std::move(frames_.back().items);
        frames_.pop_back();
        return add(std::move(items));
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
        std::string_view words = error.what();
        words.remove_prefix(std::min(words.find("] "), words.size() - 2) + 2);  // the name of the library's exception
        constexpr std::size_t kLongest = 300;
        return refuse(fit_width(valid_utf8(words), kLongest));
    }

    Json take() { return std::move(root_); }
    const std::string& problem() const { return problem_; }

private:
    struct Frame {
        bool is_object = false;
        Json::Array items;
        Json::Object members;
        std::string key;
    };

    bool add(Json value) {
        if (frames_.empty())
            root_ = std::move(value);
        else if (frames_.back().is_object)
            frames_.back().members.emplace_back(std::move(frames_.back().key), std::move(value));
        else
            frames_.back().items.push_back(std::move(value));
        return true;
    }

    bool open(bool is_object) {
        if (frames_.size() == kDeepest) return refuse(cat("nesting of at most ", kDeepest, " levels", place()));
        frames_.push_back({.is_object = is_object, .items = {}, .members = {}, .key = {}});
        return true;
    }

    /// The outermost member or item that is being read.
    std::string place() const {
        const Frame& outermost = frames_.front();
        return outermost.is_object ? cat(", found more in member ", json_quote(outermost.key))
                                   : cat(", found more in item ", outermost.items.size());
    }

    bool refuse(std::string problem) {
        problem_ = std::move(problem);
        return false;
    }

    Json root_;
    std::vector<Frame> frames_;
    std::string problem_;
};

std::string_view kind_of(const Json& value) {
    if (value.is_null()) return "null";
    if (value.is_bool()) return "a boolean";
    if (value.is_integer()) return "an integer";
    if (value.is_double()) return "a number";
    if (value.is_text()) return "text";
    return value.is_array() ? "an array" : "an object";
}

/// `value`, or Fault::Input if it is null because the JSON value is of another type.
template <class T>
const T& expect(const T* value, std::string_view wanted, const Json& found) {
    constexpr std::size_t kLongest = 60;
    if (value == nullptr) {
        const bool is_simple = !found.is_array() && !found.is_object() && !found.is_null();
        const std::string what = is_simple ? cat(": ", fit_width(found.dump(0), kLongest)) : "";
        fail(Fault::Input, "expected ", wanted, " in JSON, found ", kind_of(found), what);
    }
    return *value;
}

/// Writes values with line breaks when `indent` is above zero, else without any blank.
class Writer {
public:
    explicit Writer(int indent) : indent_(indent > 0 ? static_cast<std::size_t>(indent) : 0) {}

    void write(const Json& value) {
        if (value.is_bool())
            out_ += value.boolean() ? "true" : "false";
        else if (value.is_integer())
            append_int64(out_, value.integer());
        else if (value.is_double() && std::isfinite(value.number()))
            append_shortest(out_, value.number());
        else if (value.is_text())
            out_ += json_quote(value.text());
        else if (value.is_array())
            write_items(value.items());
        else if (value.is_object())
            write_members(value.members());
        else
            out_ += "null";
    }

    std::string take() { return std::move(out_); }

private:
    void write_items(const Json::Array& items) {
        out_ += '[';
        ++depth_;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0) out_ += ',';
            break_line();
            write(items[i]);
        }
        --depth_;
        if (!items.empty()) break_line();
        out_ += ']';
    }

    void write_members(const Json::Object& members) {
        out_ += '{';
        ++depth_;
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i > 0) out_ += ',';
            break_line();
            out_ += json_quote(members[i].first);
            out_ += indent_ > 0 ? ": " : ":";
            write(members[i].second);
        }
        --depth_;
        if (!members.empty()) break_line();
        out_ += '}';
    }

    void break_line() {
        if (indent_ == 0) return;
        out_ += '\n';
        out_.append(indent_ * depth_, ' ');
    }

    std::size_t indent_;
    std::size_t depth_ = 0;
    std::string out_;
};

/// True for bytes that cannot stand for themselves inside a JSON string.
bool is_escaped(char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == '"' || letter == '\\';
}

/// What stands for a byte that is_escaped() inside a JSON string.
std::string escape_of(char letter) {
    switch (letter) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\b':
            return "\\b";
        case '\f':
            return "\\f";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(letter);
    constexpr std::string_view kHexLetters = "0123456789abcdef";
    return cat("\\u00", kHexLetters[byte >> 4U], kHexLetters[byte & 0xFU]);
}

}  // namespace

Json::Json() = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json Json::parse(std::string_view text) {
    Builder builder;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
        fail(Fault::Input, "expected JSON: ", builder.problem());
    return builder.take();
}

std::string Json::dump(int indent) const {
    Writer writer(indent);
    writer.write(*this);
    return writer.take();
}

bool Json::boolean() const {
    return expect(std::get_if<bool>(&value_), "a boolean", *this);
}
std::int64_t Json::integer() const {
    return expect(std::get_if<std::int64_t>(&value_), "an integer", *this);
}

double Json::number() const {
    if (const auto* whole = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*whole);
    return expect(std::get_if<double>(&value_), "a number", *this);
}

const std::string& Json::text() const {
    return expect(std::get_if<std::string>(&value_), "text", *this);
}
const Json::Array& Json::items() const {
    return expect(std::get_if<Array>(&value_), "an array", *this);
}
const Json::Object& Json::members() const {
    return expect(std::get_if<Object>(&value_), "an object", *this);
}

const Json* Json::find(std::string_view name) const {
    const Object* members = std::get_if<Object>(&value_);
    if (members == nullptr) return nullptr;
    const auto found = std::ranges::find(*members, name, &Object::value_type::first);
    return found == members->end() ? nullptr : &found->second;
}

const Json& Json::at(std::string_view name) const {
    const Json* member = find(name);
    if (member == nullptr) fail(Fault::Input, "expected a member in JSON, found none of this name: ", name);
    return *member;
}

Json& Json::set(std::string name, Json value) {
    if (is_null()) value_ = Object{};
    auto* members = std::get_if<Object>(&value_);
    check(members != nullptr, "members are set in JSON objects only");
    const auto found = std::ranges::find(*members, name, &Object::value_type::first);
    if (found != members->end())
        found->second = std::move(value);
    else
        members->emplace_back(std::move(name), std::move(value));
    return *this;
}

Json& Json::push(Json value) {
    if (is_null()) value_ = Array{};
    auto* items = std::get_if<Array>(&value_);
    check(items != nullptr, "items are pushed to JSON arrays only");
    items->push_back(std::move(value));
    return *this;
}

std::string json_quote(std::string_view text) {
    const std::string repaired = is_utf8(text) ? std::string() : valid_utf8(text);
    if (!repaired.empty()) text = repaired;
    std::string out;
    out.reserve(text.size() + 2);
    out += '"';
    std::size_t plain = 0;  // where letters begin that are copied as they are
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_escaped(text[i])) continue;
        out.append(text, plain, i - plain);
        out += escape_of(text[i]);
        plain = i + 1;
    }
    out.append(text, plain);
    out += '"';
    return out;
}

}  // namespace hone
