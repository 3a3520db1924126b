#include "hone/apps/eyemap/json_slices.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::size_t kDeepest = 200;

class Walk {
public:
    explicit Walk(std::string_view text) : text_(text) {}

    char peek() {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    void expect(char letter) {
        if (peek() != letter) fail_here(cat("expected ", letter));
        ++at_;
    }
    bool take(char letter) {
        if (peek() != letter) return false;
        ++at_;
        return true;
    }
    void expect_end() {
        if (peek() != '\0' || at_ != text_.size()) fail_here("expected nothing more");
    }

    /// What stands between the next quotes.
    std::string_view quoted() {
        expect('"');
        const std::size_t begin = at_;
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') ++at_;
        if (at_ >= text_.size()) fail_here("a text never ends");
        return text_.substr(begin, at_++ - begin);
    }

    std::string_view value() {
        const char first = peek();
        const std::size_t begin = at_;
        if (first == '"')
            quoted();
        else if (first == '{' || first == '[')
            skip_nested();
        else
            skip_word();
        return text_.substr(begin, at_ - begin);
    }

private:
    static bool is_blank(char letter) { return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t'; }

    /// An array or object with all that is in it.
    void skip_nested() {
        std::string closing;
        do {
            const char letter = peek();
            if (letter == '"') {
                quoted();
                continue;
            }
            if (at_ >= text_.size()) fail_here("an array or object never ends");
            ++at_;
            if (letter == '{') closing += '}';
            if (letter == '[') closing += ']';
            if (closing.size() > kDeepest) fail_here(cat("expected at most ", kDeepest, " levels"));
            if (letter != '}' && letter != ']') continue;
            if (closing.back() != letter) fail_here(cat("expected ", closing.back()));
            closing.pop_back();
        } while (!closing.empty());
    }

    void skip_word() {
        const std::size_t begin = at_;
        constexpr std::string_view kEnds = ",]}:\"[{ \t\r\n";
        at_ = std::min(text_.find_first_of(kEnds, at_), text_.size());
        if (at_ == begin) fail_here("expected a value");
    }

    [[noreturn]] void fail_here(std::string_view what) const {
        fail(Fault::Input, "expected JSON: ", what, " at byte ", at_, " of ",
             fit_width(valid_utf8(text_.substr(0, 200)), 60));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

void for_each_member(std::string_view object, FunctionRef<void(std::string_view, std::string_view)> take) {
    Walk walk(object);
    walk.expect('{');
    std::unordered_set<std::string_view> names;
    if (!walk.take('}')) {
        do {
            const std::string_view name = walk.quoted();
            if (!names.insert(name).second)
                fail(Fault::Input, "expected JSON: a name comes twice in an object: ", valid_utf8(name));
            walk.expect(':');
            take(name, walk.value());
        } while (walk.take(','));
        walk.expect('}');
    }
    walk.expect_end();
}

void for_each_item(std::string_view array, FunctionRef<void(std::string_view)> take) {
    Walk walk(array);
    walk.expect('[');
    if (!walk.take(']')) {
        do
            take(walk.value());
        while (walk.take(','));
        walk.expect(']');
    }
    walk.expect_end();
}

std::uint64_t LineCounter::line(std::string_view part) {
    const auto to = static_cast<std::size_t>(part.data() - text_.data());
    check(to >= at_ && to <= text_.size(), "lines are asked for in rising order");
    line_ += static_cast<std::uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    at_ = to;
    return line_;
}

}  // namespace hone::eyemap
