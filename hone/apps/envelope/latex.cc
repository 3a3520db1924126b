#include "hone/apps/envelope/latex.h"

#include "hone/apps/envelope/exact_ratio.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::string_view kRowEnd = " \\\\\n";

std::string row_text(const std::vector<std::string>& cells) {
    return cat("  ", join(cells, " & "), kRowEnd);
}

}  // namespace

std::string latex_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
            case '%':
            case '$':
            case '#':
            case '_':
            case '{':
            case '}':
                out += '\\';
                out += c;
                break;
            case '~':
                out += "\\textasciitilde{}";
                break;
            case '^':
                out += "\\textasciicircum{}";
                break;
            case '\\':
                out += "\\textbackslash{}";
                break;
            case '\n':
            case '\r':
                out += ' ';
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string latex_scientific(std::int64_t value) {
    if (value == 0) return "0";
    Int128 digits = value < 0 ? -Int128{value} : Int128{value};
    int exponent = 0;
    Int128 unit = 1;  // 10^exponent
    while (digits / unit >= 10) {
        unit *= 10;
        ++exponent;
    }
    std::int64_t hundredths = round_ratio_to_int64(digits * 100, unit);
    if (hundredths == 1000) {  // 9.995 and more
        hundredths = 100;
        ++exponent;
    }
    const std::int64_t rest = hundredths % 100;
    return cat("$", value < 0 ? "-" : "", hundredths / 100, ".", rest < 10 ? "0" : "", rest, " \\times 10^{", exponent,
               "}$");
}

std::string latex_table(const LatexTable& table) {
    std::string out = "% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n";
    out += cat("\\caption{", latex_text(table.caption), "}\n\\label{", table.label, "}\n");
    out += cat("\\begin{tabular}{l", std::string(table.header.size() - 1, 'r'), "}\n\\toprule\n");
    out += cat(row_text(table.header), "\\midrule\n");
    for (const auto& row : table.rows)
        out += row_text(row);
    out += "\\bottomrule\n\\end{tabular}\n";
    for (const std::string& note : table.notes)
        out += cat("\\par\\smallskip\\footnotesize ", latex_text(note), "\n");
    return out + "\\end{table}\n";
}

}  // namespace hone::envelope
