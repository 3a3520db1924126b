#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::envelope {

/// Plain text as LaTeX shows it: the ten special characters are escaped, line breaks become blanks.
std::string latex_text(std::string_view text);

/// A whole number in scientific form with three digits, rounded half to even from the exact value:
/// 1234567 = "$1.23 \times 10^{6}$", 0 = "0".
std::string latex_scientific(std::int64_t value);

/// A table as LaTeX with rules of the package booktabs: the first column on the left, the others on the right.
struct LatexTable {
    std::string caption;                         ///< plain text
    std::string label;                           ///< of \label; letters, digits, ':' and '-'
    std::vector<std::string> header;             ///< LaTeX
    std::vector<std::vector<std::string>> rows;  ///< LaTeX; as many as the header
    std::vector<std::string> notes;              ///< plain texts below the table
};
std::string latex_table(const LatexTable& table);

}  // namespace hone::envelope
