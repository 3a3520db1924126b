#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hone::invoice {

/// A pattern of Python's `re` module in the syntax of two engines that agree on what it means.
struct Translation {
    std::string error;               ///< why Python would refuse it; the rest is empty then
    std::string pcre2;               ///< for PCRE2 with UTF; groups have the numbers of the pattern
    std::string re2;                 ///< for RE2; empty when only PCRE2 can take it
    std::string only_pcre2;          ///< why, for instance "lookahead"
    std::vector<int> re2_groups;     ///< RE2's number of each group; [0] = 0
    std::vector<int> re2_newlines;   ///< RE2 groups that hold a final newline that '$' looked at: spans end before them
    std::vector<std::string> names;  ///< of the groups by number; empty = unnamed
    bool has_word_boundary = false;  ///< RE2 knows \b of ASCII only
    bool can_be_empty = false;       ///< may match nothing: finding all matches is left to PCRE2
};

/// Translates; never fails otherwise than by `error`. Nesting above 100 and texts above 64 KiB are refused.
Translation translate_pattern(std::string_view python);

}  // namespace hone::invoice
