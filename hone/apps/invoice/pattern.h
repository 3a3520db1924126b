#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/pattern_engine.h"

namespace hone::invoice {

/// Matches in order. `hit_limit`: matching became too expensive and what was found is incomplete.
struct Matches {
    std::vector<std::vector<Span>> found;  ///< spans by group, [0] = the whole match
    bool hit_limit = false;
};

/// A pattern of Python's `re`, matched by RE2 where RE2 means the same and by PCRE2 otherwise. Compiled at first use.
/// Thread-safe. Texts must be UTF-8.
class Pattern {
public:
    enum class Engine : std::uint8_t { Automatic, Re2, Pcre2 };

    explicit Pattern(std::string_view python, Engine engine = Engine::Automatic);
    ~Pattern();
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    /// Why it cannot be used; empty if it can. Compiles it.
    const std::string& error() const;
    const std::string& source() const { return source_; }
    const Translation& translation() const { return translation_; }
    /// Groups without group 0.
    std::size_t groups() const { return translation_.names.size() - 1; }

    /// re.search: the first match, none or one in `found`. Requires: no error().
    Matches search(std::string_view text) const;
    /// re.finditer: matches that do not overlap; after an empty one the next is not empty there or begins later.
    Matches find_all(std::string_view text) const;
    /// re.sub: every match replaced; `replacement` knows \1, \g<1>, \g<name> and \n. Nothing if the replacement names
    /// an unknown group or holds a bad escape, or at a limit; `error` says which.
    std::optional<std::string> substitute(std::string_view text, std::string_view replacement,
                                          std::string& error) const;

private:
    struct Engines;
    const PatternEngine* engine_for(std::string_view text, bool finds_all) const;

    std::string source_;
    Translation translation_;
    std::unique_ptr<Engines> engines_;
};

/// What a span holds; empty if the group took no part.
std::string_view span_text(std::string_view text, const Span& span);

}  // namespace hone::invoice
