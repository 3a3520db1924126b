#include "hone/apps/invoice/pattern.h"

#include <algorithm>
#include <mutex>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_ascii(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A replacement as pieces: literal text, or a group.
struct Piece {
    std::string text;
    std::size_t group = std::string::npos;
};

class ReplacementReader {
public:
    ReplacementReader(std::string_view text, const Translation& translation) : text_(text), translation_(translation) {}

    std::optional<std::vector<Piece>> read(std::string& error) {
        while (at_ < text_.size() && error_.empty()) {
            if (text_[at_] == '\\')
                escape();
            else
                literal(text_.substr(at_++, 1));
        }
        error = error_;
        if (!error_.empty()) return std::nullopt;
        return pieces_;
    }

private:
    void literal(std::string_view text) {
        if (pieces_.empty() || pieces_.back().group != std::string::npos) pieces_.emplace_back();
        pieces_.back().text += text;
    }
    void group(std::size_t number) {
        if (number >= translation_.names.size())
            error_ = cat("invalid group reference ", number);
        else
            pieces_.push_back({{}, number});
    }
    void named_group() {
        const std::size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) {
            error_ = "missing >, unterminated name";
            return;
        }
        const std::string_view name = text_.substr(at_, end - at_);
        at_ = end + 1;
        const auto found = std::find(translation_.names.begin() + 1, translation_.names.end(), name);
        if (!name.empty() && name.size() < 4 && std::all_of(name.begin(), name.end(), is_digit))
            group(static_cast<std::size_t>(std::stoul(std::string(name))));
        else if (name.empty() || found == translation_.names.end())
            error_ = cat("unknown group name ", name);
        else
            group(static_cast<std::size_t>(found - translation_.names.begin()));
    }
    void escape() {
        ++at_;
        if (at_ == text_.size()) {
            error_ = "bad escape (end of replacement)";
            return;
        }
        const char c = text_[at_++];
        if (is_digit(c)) {
            digits(c);
            return;
        }
        if (c == 'g' && at_ < text_.size() && text_[at_] == '<') {
            ++at_;
            named_group();
            return;
        }
        static constexpr std::string_view kLetters = "abfnrtv\\", kMeanings = "\a\b\f\n\r\t\v\\";
        const std::size_t known = kLetters.find(c);
        const char lower = static_cast<char>(c | 0x20);
        if (known != std::string_view::npos)
            literal(kMeanings.substr(known, 1));
        else if (lower >= 'a' && lower <= 'z' && static_cast<unsigned char>(c) < 0x80)
            error_ = cat("bad escape \\", c);
        else
            literal(text_.substr(at_ - 2, 2));
    }
    void digits(char first) {
        const auto octal = [&](std::size_t at) { return at < text_.size() && text_[at] >= '0' && text_[at] <= '7'; };
        if (first == '0' || (first <= '7' && octal(at_) && octal(at_ + 1))) {
            unsigned code = static_cast<unsigned>(first - '0');
            for (int i = 0; i < 2 && octal(at_); ++i)
                code = code * 8 + static_cast<unsigned>(text_[at_++] - '0');
            literal(latin1_to_utf8(std::string(1, static_cast<char>(code & 0xFF))));
            return;
        }
        auto number = static_cast<std::size_t>(first - '0');
        if (at_ < text_.size() && is_digit(text_[at_]))
            number = number * 10 + static_cast<std::size_t>(text_[at_++] - '0');
        group(number);
    }

    std::string_view text_;
    const Translation& translation_;
    std::size_t at_ = 0;
    std::vector<Piece> pieces_;
    std::string error_;
};

}  // namespace

struct Pattern::Engines {
    explicit Engines(Engine which) : wanted(which) {}
    Engine wanted;
    mutable std::once_flag re2_once, pcre2_once, error_once;
    std::unique_ptr<PatternEngine> re2, pcre2;
    std::string re2_error, pcre2_error, error;

    const PatternEngine* make_re2(const Translation& translation) {
        std::call_once(re2_once, [&] {
            if (wanted != Engine::Pcre2) re2 = make_re2_engine(translation, re2_error);
        });
        return re2.get();
    }
    const PatternEngine* make_pcre2(const Translation& translation) {
        std::call_once(pcre2_once, [&] {
            if (wanted != Engine::Re2) pcre2 = make_pcre2_engine(translation, pcre2_error);
        });
        return pcre2.get();
    }
};

Pattern::Pattern(std::string_view python, Engine engine)
    : source_(python), translation_(translate_pattern(python)), engines_(std::make_unique<Engines>(engine)) {}
Pattern::~Pattern() = default;

const std::string& Pattern::error() const {
    if (!translation_.error.empty()) return translation_.error;
    std::call_once(engines_->error_once, [&] {
        if (engines_->make_re2(translation_) != nullptr && engines_->wanted != Engine::Automatic) return;
        const bool needs_pcre2 =
            engines_->re2 == nullptr || translation_.can_be_empty || translation_.has_word_boundary;
        if (needs_pcre2 && engines_->make_pcre2(translation_) == nullptr)
            engines_->error = engines_->wanted == Engine::Re2 ? engines_->re2_error : engines_->pcre2_error;
    });
    return engines_->error;
}

const PatternEngine* Pattern::engine_for(std::string_view text, bool finds_all) const {
    if (engines_->wanted == Engine::Re2) return engines_->make_re2(translation_);
    const bool fits_re2 =
        !(finds_all && translation_.can_be_empty) && (!translation_.has_word_boundary || is_ascii(text));
    const PatternEngine* re2 = fits_re2 ? engines_->make_re2(translation_) : nullptr;
    return re2 != nullptr ? re2 : engines_->make_pcre2(translation_);
}

Matches Pattern::search(std::string_view text) const {
    Matches matches;
    std::vector<Span> spans;
    const PatternEngine* engine = engine_for(text, false);
    const MatchOutcome outcome = engine == nullptr ? MatchOutcome::None : engine->match(text, 0, false, spans);
    matches.hit_limit = outcome == MatchOutcome::Limit;
    if (outcome == MatchOutcome::Found) matches.found.push_back(std::move(spans));
    return matches;
}

Matches Pattern::find_all(std::string_view text) const {
    Matches matches;
    const PatternEngine* engine = engine_for(text, true);
    if (engine == nullptr) return matches;
    std::size_t from = 0;
    bool was_empty = false;
    while (from <= text.size()) {
        std::vector<Span> spans;
        const MatchOutcome outcome = engine->match(text, from, was_empty, spans);
        matches.hit_limit = outcome == MatchOutcome::Limit;
        if (outcome != MatchOutcome::Found) break;
        if (was_empty && spans[0].end == from) break;  // RE2 by force: it cannot refuse an empty match
        was_empty = spans[0].begin == spans[0].end;
        from = spans[0].end;
        matches.found.push_back(std::move(spans));
    }
    return matches;
}

std::optional<std::string> Pattern::substitute(std::string_view text, std::string_view replacement,
                                               std::string& error) const {
    const std::optional<std::vector<Piece>> pieces = ReplacementReader(replacement, translation_).read(error);
    if (!pieces) return std::nullopt;
    const Matches matches = find_all(text);
    if (matches.hit_limit) {
        error = "regex_limit";
        return std::nullopt;
    }
    std::string made;
    std::size_t done = 0;
    for (const std::vector<Span>& spans : matches.found) {
        made += text.substr(done, spans[0].begin - done);
        for (const Piece& piece : *pieces)
            made +=
                piece.group == std::string::npos ? std::string_view(piece.text) : span_text(text, spans[piece.group]);
        done = spans[0].end;
    }
    made += text.substr(done);
    return made;
}

std::string_view span_text(std::string_view text, const Span& span) {
    return span.took_part() ? text.substr(span.begin, span.end - span.begin) : std::string_view();
}

}  // namespace hone::invoice
