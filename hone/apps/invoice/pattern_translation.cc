#include "hone/apps/invoice/pattern_translation.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "hone/apps/invoice/pattern_characters.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kEndless = std::numeric_limits<std::size_t>::max();
constexpr char32_t kLastCode = 0x10FFFF;

bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_octal(char c) {
    return c >= '0' && c <= '7';
}

struct Flags {
    bool ignore_case = false, multi_line = false, dot_all = false, verbose = false, ascii = false;
    bool operator==(const Flags&) const = default;
};

struct Escape {
    enum class Kind : std::uint8_t { Literal, Class, Anchor, Reference } kind = Kind::Literal;
    char32_t code = 0;  // literal, letter of the class or anchor, number of the group
};

class Translator {
public:
    Translator(std::string_view text, Flags global) : text_(text), global_(global) {
        out_.re2_groups.push_back(0);
        out_.names.emplace_back();
        if (global.ignore_case) both("(?i)");
    }

    Translation run() {
        const std::size_t width = alternatives(global_, 0);
        if (out_.error.empty() && at_ < text_.size()) refuse("unbalanced parenthesis");
        if (!out_.error.empty()) {
            Translation refused;
            refused.error = out_.error;
            return refused;
        }
        out_.can_be_empty = width == 0;
        if (!out_.only_pcre2.empty()) out_.re2.clear();
        return out_;
    }
    Flags hoisted() const { return hoisted_; }

private:
    bool ok() const { return out_.error.empty(); }
    std::size_t refuse(std::string_view why) {
        if (ok()) out_.error = cat(why, " at position ", at_);
        at_ = text_.size();
        return 0;
    }
    void only_pcre2(std::string_view why) {
        if (out_.only_pcre2.empty()) out_.only_pcre2 = why;
    }
    bool has(std::size_t ahead = 0) const { return at_ + ahead < text_.size(); }
    char peek(std::size_t ahead = 0) const { return has(ahead) ? text_[at_ + ahead] : '\0'; }
    bool take(std::string_view what) {
        if (!text_.substr(at_).starts_with(what)) return false;
        at_ += what.size();
        return true;
    }
    void both(std::string_view text) {
        out_.pcre2 += text;
        out_.re2 += text;
    }

    // Each of these returns the least number of characters that it matches.
    std::size_t alternatives(Flags flags, int depth);
    std::size_t sequence(Flags flags, int depth);
    std::size_t atom(Flags flags, int depth);
    std::size_t group(Flags flags, int depth);
    std::size_t capture(std::string_view name, Flags flags, int depth);
    std::size_t around(std::string_view opening, Flags flags, int depth);
    std::size_t conditional(Flags flags, int depth);
    std::size_t reference_by_name();
    std::size_t flag_group(Flags flags, int depth);
    std::size_t close(std::size_t width);
    std::size_t anchor(char32_t letter, bool is_ascii);
    std::size_t dollar(Flags flags, int depth);
    std::size_t char_class(Flags flags);
    std::optional<std::pair<std::size_t, std::size_t>> quantifier();
    void repeat(std::pair<std::size_t, std::size_t> counts, std::size_t item_width);
    std::optional<std::size_t> number();
    Escape escape(bool in_class);
    Escape hex_escape(std::size_t digits);
    Escape octal_or_reference(char first);
    std::optional<Escape> class_item();
    void class_range(char32_t low);
    std::string_view name_until(char end);
    std::size_t comment();
    void skip_verbose();
    bool nothing_follows(int depth) const;

    std::string_view text_;
    std::size_t at_ = 0;
    Flags global_, hoisted_;
    int re2_count_ = 0;
    enum class Item : std::uint8_t { None, Anchor, Thing, Repeat } last_ = Item::None;
    Translation out_;
};

std::size_t Translator::alternatives(Flags flags, int depth) {
    if (depth > 100) return refuse("groups nested too deep");
    std::size_t least = sequence(flags, depth);
    while (ok() && take("|")) {
        both("|");
        least = std::min(least, sequence(flags, depth));
    }
    return least;
}

void Translator::skip_verbose() {
    while (has() && std::string_view(" \t\n\r\f\v#").find(peek()) != std::string_view::npos) {
        if (peek() != '#') {
            ++at_;
            continue;
        }
        at_ = std::min(text_.find('\n', at_), text_.size());
    }
}

std::size_t Translator::sequence(Flags flags, int depth) {
    std::size_t total = 0, width = 0;
    last_ = Item::None;
    while (ok()) {
        if (flags.verbose) skip_verbose();
        if (!has() || peek() == '|' || peek() == ')') break;
        const bool is_anything = last_ != Item::None;
        if (const auto counts = quantifier()) {
            if (!is_anything || last_ == Item::Anchor) return refuse("nothing to repeat");
            if (last_ == Item::Repeat) return refuse("multiple repeat");
            repeat(*counts, width);
            total = total - width + std::min<std::size_t>(width * counts->first, 1'000'000);
            last_ = Item::Repeat;
            continue;
        }
        const Item before = last_;
        last_ = Item::Thing;
        const std::size_t from = at_;
        const std::size_t least = atom(flags, depth);
        if (text_.substr(from).starts_with("(?#")) {
            last_ = before;
            continue;
        }
        width = least;
        total += width;
    }
    return std::min<std::size_t>(total, 1'000'000);
}

std::optional<std::size_t> Translator::number() {
    if (!is_digit(peek())) return std::nullopt;
    std::size_t value = 0;
    while (is_digit(peek()))
        value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(text_[at_++] - '0'), 1'000'000);
    return value;
}

std::optional<std::pair<std::size_t, std::size_t>> Translator::quantifier() {
    if (take("*")) return std::pair{std::size_t{0}, kEndless};
    if (take("+")) return std::pair{std::size_t{1}, kEndless};
    if (take("?")) return std::pair{std::size_t{0}, std::size_t{1}};
    if (peek() != '{') return std::nullopt;
    const std::size_t back = at_++;
    const std::optional<std::size_t> low = number();
    std::optional<std::size_t> high = low;
    bool is_range = false;
    if (take(",")) {
        is_range = true;
        high = number();
    }
    if ((!low && !is_range) || !take("}")) {
        at_ = back;
        return std::nullopt;
    }
    const std::size_t least = low.value_or(0), most = high.value_or(kEndless);
    if (least > 65535 || (most != kEndless && most > 65535)) refuse("the repetition number is too large");
    if (least > most) refuse("min repeat greater than max repeat");
    return std::pair{least, most};
}

void Translator::repeat(std::pair<std::size_t, std::size_t> counts, std::size_t item_width) {
    const auto [least, most] = counts;
    if (least == 0 && most == kEndless)
        both("*");
    else if (least == 1 && most == kEndless)
        both("+");
    else if (least == 0 && most == 1)
        both("?");
    else
        both(cat("{", least, ",", most == kEndless ? std::string() : cat(most), "}"));
    if (least > 1000 || (most != kEndless && most > 1000)) only_pcre2("a repeat above 1000");
    if (item_width == 0 && most > 1) only_pcre2("a repeat of what may be empty");
    if (take("?")) {
        both("?");
    } else if (take("+")) {
        out_.pcre2 += "+";
        only_pcre2("a possessive repeat");
    }
}

std::size_t Translator::atom(Flags flags, int depth) {
    const char c = peek();
    if (c == '(') return group(flags, depth);
    if (c == '[') return char_class(flags);
    if (c == '$') return dollar(flags, depth);
    if (c == '^') {
        ++at_;
        last_ = Item::Anchor;
        both(flags.multi_line ? "(?m:^)" : "\\A");
        return 0;
    }
    if (c == '.') {
        ++at_;
        both(flags.dot_all ? "(?s:.)" : "[^\\x{a}]");
        return 1;
    }
    if (c != '\\') {
        both(literal_text(next_code(text_, at_)));
        return 1;
    }
    const Escape found = escape(false);
    if (!ok()) return 0;
    switch (found.kind) {
        case Escape::Kind::Literal:
            both(literal_text(found.code));
            return 1;
        case Escape::Kind::Class:
            both(class_text(found.code, flags.ascii));
            return 1;
        case Escape::Kind::Anchor:
            return anchor(found.code, flags.ascii);
        case Escape::Kind::Reference:
            break;
    }
    if (found.code >= out_.names.size()) return refuse("invalid group reference");
    out_.pcre2 += cat("\\g{", static_cast<std::uint32_t>(found.code), "}");
    only_pcre2("a backreference");
    return 0;
}

std::size_t Translator::anchor(char32_t letter, bool is_ascii) {
    last_ = Item::Anchor;
    if (letter == 'A') {
        both("\\A");
    } else if (letter == 'Z') {
        both("\\z");
    } else {
        out_.re2 += letter == 'b' ? "\\b" : "\\B";
        out_.has_word_boundary = out_.has_word_boundary || !is_ascii;
        if (!is_ascii)
            out_.pcre2 += letter == 'b' ? "\\b" : "\\B";
        else if (letter == 'b')
            out_.pcre2 += "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))";
        else
            out_.pcre2 += "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))";
    }
    return 0;
}

// True if only closing brackets follow up to the end, or an alternative of the whole pattern.
bool Translator::nothing_follows(int depth) const {
    std::size_t at = at_;
    while (at < text_.size() && text_[at] == ')' && depth > 0) {
        ++at;
        --depth;
    }
    return at == text_.size() || (depth == 0 && text_[at] == '|');
}

std::size_t Translator::dollar(Flags flags, int depth) {
    ++at_;
    last_ = Item::Anchor;
    if (flags.multi_line) {
        both("(?m:$)");
        return 0;
    }
    out_.pcre2 += "$";
    if (!nothing_follows(depth)) {
        only_pcre2("'$' in front of something");
        return 0;
    }
    out_.re2 += "(?:\\z|(\\n)\\z)";
    out_.re2_newlines.push_back(++re2_count_);
    return 0;
}

std::size_t Translator::close(std::size_t width) {
    if (ok() && !take(")")) return refuse("missing ), unterminated subpattern");
    both(")");
    last_ = Item::Thing;
    return width;
}

std::size_t Translator::comment() {
    const std::size_t end = text_.find(')', at_);
    if (end == std::string_view::npos) return refuse("missing ), unterminated comment");
    at_ = end + 1;
    return 0;
}

std::string_view Translator::name_until(char end) {
    const std::size_t to = text_.find(end, at_);
    if (to == std::string_view::npos || to == at_) {
        refuse("missing group name");
        return {};
    }
    const std::string_view name = text_.substr(at_, to - at_);
    at_ = to + 1;
    return name;
}

std::size_t Translator::group(Flags flags, int depth) {
    ++at_;
    if (!take("?")) return capture({}, flags, depth);
    if (take("#")) return comment();
    if (take(":")) {
        both("(?:");
        return close(alternatives(flags, depth + 1));
    }
    if (take("P<")) {
        const std::string_view name = name_until('>');
        if (!ok()) return 0;
        std::size_t at = 0;
        bool is_name = !is_digit(name[0]);
        while (at < name.size())
            is_name = is_word(next_code(name, at)) && is_name;
        if (!is_name) return refuse("bad character in group name");
        if (std::find(out_.names.begin(), out_.names.end(), name) != out_.names.end())
            return refuse("redefinition of group name");
        return capture(name, flags, depth);
    }
    if (take("P=")) return reference_by_name();
    if (take("=")) return around("(?=", flags, depth);
    if (take("!")) return around("(?!", flags, depth);
    if (take("<=")) return around("(?<=", flags, depth);
    if (take("<!")) return around("(?<!", flags, depth);
    if (take("(")) return conditional(flags, depth);
    if (take(">")) {
        out_.pcre2 += "(?>";
        only_pcre2("an atomic group");
        return close(alternatives(flags, depth + 1));
    }
    return flag_group(flags, depth);
}

std::size_t Translator::capture(std::string_view name, Flags flags, int depth) {
    both("(");
    out_.names.emplace_back(name);
    out_.re2_groups.push_back(++re2_count_);
    return close(alternatives(flags, depth + 1));
}

std::size_t Translator::around(std::string_view opening, Flags flags, int depth) {
    out_.pcre2 += opening;
    only_pcre2("lookaround");
    close(alternatives(flags, depth + 1));
    return 0;
}

std::size_t Translator::conditional(Flags flags, int depth) {
    const std::string_view name = name_until(')');
    if (!ok()) return 0;
    std::size_t index = 0;
    for (std::size_t i = 1; i < out_.names.size(); ++i)
        if (out_.names[i] == name || cat(i) == name) index = i;
    if (index == 0) return refuse("invalid group reference");
    out_.pcre2 += cat("(?(", index, ")");
    only_pcre2("a conditional");
    std::size_t width = sequence(flags, depth + 1);
    if (take("|")) {
        both("|");
        width = std::min(width, sequence(flags, depth + 1));
        if (peek() == '|') return refuse("conditional backref with more than two branches");
    } else {
        width = 0;
    }
    return close(width);
}

std::size_t Translator::reference_by_name() {
    const std::string_view name = name_until(')');
    if (!ok()) return 0;
    const auto at = std::find(out_.names.begin() + 1, out_.names.end(), name);
    if (at == out_.names.end()) return refuse("unknown group name");
    out_.pcre2 += cat("\\g{", at - out_.names.begin(), "}");
    only_pcre2("a backreference");
    return 0;
}

std::size_t Translator::flag_group(Flags flags, int depth) {
    bool is_on = true;
    Flags scoped = flags;
    for (; has() && peek() != ')' && peek() != ':'; ++at_) {
        switch (peek()) {
            case 'i':
                scoped.ignore_case = is_on;
                break;
            case 'm':
                scoped.multi_line = is_on;
                break;
            case 's':
                scoped.dot_all = is_on;
                break;
            case 'x':
                scoped.verbose = is_on;
                break;
            case 'a':
                scoped.ascii = true;
                break;
            case 'u':
                scoped.ascii = false;
                break;
            case '-':
                if (!is_on) return refuse("unknown flag");
                is_on = false;
                break;
            default:
                return refuse("unknown extension or flag");
        }
    }
    if (take(":")) {
        both(scoped.ignore_case ? "(?i:" : "(?-i:");
        return close(alternatives(scoped, depth + 1));
    }
    if (!take(")") || !is_on) return refuse("missing ), unterminated subpattern");
    hoisted_.ignore_case |= scoped.ignore_case;
    hoisted_.multi_line |= scoped.multi_line;
    hoisted_.dot_all |= scoped.dot_all;
    hoisted_.verbose |= scoped.verbose;
    hoisted_.ascii |= scoped.ascii;
    last_ = Item::None;
    return 0;
}

Escape Translator::hex_escape(std::size_t digits) {
    char32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i, ++at_) {
        const char c = static_cast<char>(peek() | 0x20);
        if (!is_digit(peek()) && !(c >= 'a' && c <= 'f')) {
            refuse("incomplete escape");
            return {};
        }
        code = code * 16 + static_cast<char32_t>(is_digit(peek()) ? peek() - '0' : c - 'a' + 10);
    }
    if (code > kLastCode || (code >= 0xD800 && code <= 0xDFFF)) refuse("bad escape");
    return {Escape::Kind::Literal, code};
}

Escape Translator::octal_or_reference(char first) {
    const bool is_three = is_octal(first) && is_octal(peek()) && is_octal(peek(1));
    if (first == '0' || is_three) {
        char32_t code = static_cast<char32_t>(first - '0');
        for (int i = 0; i < 2 && is_octal(peek()); ++i)
            code = code * 8 + static_cast<char32_t>(text_[at_++] - '0');
        if (code > 255) refuse("octal escape value outside of range 0-0o377");
        return {Escape::Kind::Literal, code};
    }
    char32_t group = static_cast<char32_t>(first - '0');
    if (is_digit(peek())) group = group * 10 + static_cast<char32_t>(text_[at_++] - '0');
    return {Escape::Kind::Reference, group};
}

Escape Translator::escape(bool in_class) {
    ++at_;
    if (!has()) {
        refuse("bad escape (end of pattern)");
        return {};
    }
    const char32_t code = next_code(text_, at_);
    const char c = code < 0x80 ? static_cast<char>(code) : '\0';
    if (is_digit(c)) {
        const Escape found = octal_or_reference(c);
        if (!in_class || found.kind == Escape::Kind::Literal) return found;
        if (is_octal(c)) {  // inside a class one or two octal digits are a character too
            const bool is_two = found.code > 9;
            if (!is_two || is_octal(text_[at_ - 1]))
                return {Escape::Kind::Literal, is_two ? found.code / 10 * 8 + found.code % 10 : found.code};
        }
        refuse("bad escape");
        return {};
    }
    if (!is_ascii_letter(c)) return {Escape::Kind::Literal, code};
    switch (c) {
        case 'a':
            return {Escape::Kind::Literal, 7};
        case 'f':
            return {Escape::Kind::Literal, 12};
        case 'n':
            return {Escape::Kind::Literal, 10};
        case 'r':
            return {Escape::Kind::Literal, 13};
        case 't':
            return {Escape::Kind::Literal, 9};
        case 'v':
            return {Escape::Kind::Literal, 11};
        case 'x':
            return hex_escape(2);
        case 'u':
            return hex_escape(4);
        case 'U':
            return hex_escape(8);
        default:
            break;
    }
    if (std::string_view("dDwWsS").find(c) != std::string_view::npos) return {Escape::Kind::Class, code};
    if (c == 'b' && in_class) return {Escape::Kind::Literal, 8};
    if (!in_class && std::string_view("AZbB").find(c) != std::string_view::npos) return {Escape::Kind::Anchor, code};
    refuse(cat("bad escape \\", c));
    return {};
}

std::optional<Escape> Translator::class_item() {
    if (!has()) {
        refuse("unterminated character set");
        return std::nullopt;
    }
    Escape item;
    if (peek() == '\\')
        item = escape(true);
    else
        item.code = next_code(text_, at_);
    if (!ok()) return std::nullopt;
    return item;
}

void Translator::class_range(char32_t low) {
    ++at_;
    const std::optional<Escape> high = class_item();
    if (!high) return;
    if (high->kind != Escape::Kind::Literal || high->code < low) {
        refuse("bad character range");
        return;
    }
    both(cat(literal_text(low), "-", literal_text(high->code)));
}

std::size_t Translator::char_class(Flags flags) {
    ++at_;
    both(take("^") ? "[^" : "[");
    for (bool is_first = true; ok(); is_first = false) {
        if (peek() == ']' && has() && !is_first) break;
        const std::optional<Escape> item = class_item();
        if (!item) return 0;
        const bool is_range = peek() == '-' && has(1) && peek(1) != ']';
        if (item->kind == Escape::Kind::Class) {
            if (is_range) return refuse("bad character range");
            const std::string part = class_part(item->code, flags.ascii);
            out_.re2 += part;
            out_.pcre2 += item->code == 'W' && !flags.ascii ? "\\W" : part;  // ranges would be too large for it
        } else if (is_range) {
            class_range(item->code);
        } else {
            both(literal_text(item->code));
        }
    }
    ++at_;
    both("]");
    return 1;
}

}  // namespace

Translation translate_pattern(std::string_view python) {
    Translation refused;
    if (python.size() > 65536) {
        refused.error = "a pattern above 64 KiB";
        return refused;
    }
    Translator first(python, {});
    Translation made = first.run();
    const Flags hoisted = first.hoisted();
    if (hoisted == Flags()) return made;
    return Translator(python, hoisted).run();
}

}  // namespace hone::invoice
