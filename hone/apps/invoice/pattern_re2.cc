#include <re2/re2.h>

#include <algorithm>

#include "hone/apps/invoice/pattern_engine.h"

namespace hone::invoice {
namespace {

class Re2Engine : public PatternEngine {
public:
    Re2Engine(const Translation& translation, const RE2::Options& options)
        : expression_(translation.re2, options), groups_(translation.re2_groups), newlines_(translation.re2_newlines) {}

    const RE2& expression() const { return expression_; }

    MatchOutcome match(std::string_view text, std::size_t from, bool, std::vector<Span>& spans) const override {
        const re2::StringPiece whole(text.data(), text.size());
        std::vector<re2::StringPiece> found(static_cast<std::size_t>(expression_.NumberOfCapturingGroups()) + 1);
        if (!expression_.Match(whole, from, text.size(), RE2::UNANCHORED, found.data(), static_cast<int>(found.size())))
            return MatchOutcome::None;
        const auto span_of = [&](int group) {
            const re2::StringPiece& piece = found[static_cast<std::size_t>(group)];
            if (piece.data() == nullptr) return Span{};
            const auto begin = static_cast<std::size_t>(piece.data() - text.data());
            return Span{begin, begin + piece.size()};
        };
        std::size_t last = text.size();
        for (const int newline : newlines_)
            if (const Span span = span_of(newline); span.took_part()) last = std::min(last, span.begin);
        spans.clear();
        for (const int group : groups_) {
            Span span = span_of(group);
            if (span.took_part()) span = {std::min(span.begin, last), std::min(span.end, last)};
            spans.push_back(span);
        }
        return MatchOutcome::Found;
    }

private:
    RE2 expression_;
    std::vector<int> groups_, newlines_;
};

}  // namespace

std::unique_ptr<PatternEngine> make_re2_engine(const Translation& translation, std::string& error) {
    if (!translation.only_pcre2.empty()) {
        error = translation.only_pcre2;
        return nullptr;
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(std::int64_t{32} << 20);
    auto engine = std::make_unique<Re2Engine>(translation, options);
    if (engine->expression().ok()) return engine;
    error = engine->expression().error();
    return nullptr;
}

}  // namespace hone::invoice
