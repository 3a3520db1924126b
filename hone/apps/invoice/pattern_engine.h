#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/pattern_translation.h"

namespace hone::invoice {

/// Bytes [begin, end) of a text; npos if the group took no part.
struct Span {
    std::size_t begin = std::string_view::npos, end = std::string_view::npos;
    bool took_part() const { return begin != std::string_view::npos; }
    bool operator==(const Span&) const = default;
};

enum class MatchOutcome : std::uint8_t { None, Found, Limit };

/// A compiled pattern of one library. Immutable, so threads may share it.
class PatternEngine {
public:
    virtual ~PatternEngine() = default;
    /// First match at `from` or later; `not_empty_at_from` refuses an empty one at `from`. Spans by group number.
    virtual MatchOutcome match(std::string_view text, std::size_t from, bool not_empty_at_from,
                               std::vector<Span>& spans) const = 0;
};

/// Compiled by RE2 or PCRE2; nullptr and `error` if that library refuses the pattern.
std::unique_ptr<PatternEngine> make_re2_engine(const Translation& translation, std::string& error);
std::unique_ptr<PatternEngine> make_pcre2_engine(const Translation& translation, std::string& error);

}  // namespace hone::invoice
