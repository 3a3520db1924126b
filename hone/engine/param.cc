#include "hone/engine/param.h"

#include <algorithm>

#include "hone/base/number.h"

namespace hone {

std::int64_t ParamText<std::int64_t>::parse(std::string_view text) {
    const auto value = parse_int64(text);
    if (!value) fail(Fault::Usage, "expected a whole number, found '", text, "'");
    return *value;
}

std::string ParamText<std::int64_t>::print(std::int64_t value) {
    return cat(value);
}

double ParamText<double>::parse(std::string_view text) {
    const auto value = parse_double(text);
    if (!value) fail(Fault::Usage, "expected a number, found '", text, "'");
    return *value;
}

std::string ParamText<double>::print(double value) {
    return shortest(value);
}

bool ParamText<bool>::parse(std::string_view text) {
    if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
    if (text == "false" || text == "no" || text == "off" || text == "0") return false;
    fail(Fault::Usage, "expected true or false, found '", text, "'");
}

const Param* ParamSet::find(std::string_view name) const {
    const auto at = std::ranges::find(params_, name, &Param::name);
    return at == params_.end() ? nullptr : &*at;
}

void ParamSet::check_complete(const void* options) const {
    for (const Param& param : params_)
        if (param.is_required && param.get(options).empty())
            throw Error(Fault::Usage, cat("missing --", param.name, " ", param.value_name, ": ", param.help))
                .with_id("missing-parameter");
}

namespace param_detail {

std::string checked_text(const Param& param, std::string_view text) {
    if (param.canonical) return param.canonical(text);
    if (param.choices.empty()) return std::string(text);
    for (const std::string& choice : param.choices)
        if (equal_ignoring_case(choice, text)) return choice;
    Error error(Fault::Usage, cat("expected one of ", join(param.choices, ", "), "; found '", text, "'"));
    if (const auto near = nearest_word(text, param.choices)) error = error.with_mend(cat("Did you mean ", *near, "?"));
    throw error;
}

std::vector<std::string> list_items(const Param& param, std::span<const std::string> values) {
    if (!param.endings.empty()) return {values.begin(), values.end()};
    std::vector<std::string> items;
    for (const std::string& value : values)
        for (const std::string& part : split(value, ','))
            if (!trim(part).empty()) items.emplace_back(trim(part));
    return items;
}

std::string range_text(std::int64_t low, std::int64_t high) {
    return cat(", ", low, " to ", high);
}

std::string checked_in_range(std::string_view text, std::int64_t low, std::int64_t high) {
    const auto value = parse_int64(text);
    if (!value || *value < low || *value > high)
        fail(Fault::Usage, "expected a whole number from ", low, " to ", high, ", found '", text, "'");
    return cat(*value);
}

void fail_value_count(const Param& param, std::size_t count) {
    fail(Fault::Usage, "--", param.name, " takes one value, found ", count);
}

void fail_parameter(const Param& param, const Error& error) {
    throw error.within(cat("--", param.name));
}

}  // namespace param_detail
}  // namespace hone
