#include "hone/apps/eyemap/file_name.h"

#include <algorithm>

#include "hone/base/sha256.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::size_t kLongestName = 150;

struct Cleaned {
    std::string text;
    bool was_changed = false;  ///< beyond blanks and parentheses
};

bool is_safe(char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
           letter == '.' || letter == '_' || letter == '-';
}

Cleaned cleaned(std::string_view type) {
    Cleaned name;
    for (const char letter : type) {
        if (letter == '(' || letter == ')') continue;
        const bool keeps = is_safe(letter);
        name.text += keeps ? letter : '_';
        if (!keeps && letter != ' ') name.was_changed = true;
    }
    if (name.text.starts_with('.')) {
        name.text.front() = '_';
        name.was_changed = true;
    }
    if (name.text.empty() || name.text.size() > kLongestName) {
        name.text.resize(std::min(name.text.size(), kLongestName));
        name.was_changed = true;
    }
    return name;
}

std::string with_digits(const std::string& name, std::string_view type) {
    return cat(name, "-", sha256_hex(type).substr(0, 8));
}

}  // namespace

std::string safe_name(std::string_view type) {
    const Cleaned name = cleaned(type);
    return name.was_changed ? with_digits(name.text, type) : name.text;
}

std::map<std::string, std::string, std::less<>> safe_names(std::span<const std::string> types) {
    std::map<std::string, int> counts;
    for (const std::string& type : types)
        ++counts[to_lower(cleaned(type).text)];
    std::map<std::string, std::string, std::less<>> names;
    for (const std::string& type : types) {
        const Cleaned name = cleaned(type);
        const bool needs_digits = name.was_changed || counts[to_lower(name.text)] > 1;
        names[type] = needs_digits ? with_digits(name.text, type) : name.text;
    }
    return names;
}

}  // namespace hone::eyemap
