#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "hone/base/text.h"
#include "hone/formats/chart_panel.h"

namespace hone {
namespace {

/// Relative luminance of an sRGB colour, gamma taken as 2.2 (WCAG 2 differs by less than 0.01).
double luminance(const std::array<int, 3>& rgb) {
    constexpr std::array<double, 3> kWeights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i)
        sum += kWeights[i] * std::pow(rgb[i] / 255.0, 2.2);
    return sum;
}

std::string hex(int number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return {kDigits[static_cast<std::size_t>(number / 16)], kDigits[static_cast<std::size_t>(number % 16)]};
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, double size, double width) {
    std::vector<std::string> lines;
    std::string line;
    for (const std::string& word : split(trim(text), ' ')) {
        if (word.empty()) continue;
        const std::string longer = line.empty() ? word : cat(line, ' ', word);
        if (!line.empty() && text_width(longer, size) > width) {
            lines.push_back(std::move(line));
            line = word;
        } else {
            line = longer;
        }
    }
    if (!line.empty()) lines.push_back(std::move(line));
    return lines;
}

std::string fitted(std::string_view text, double size, double width) {
    if (text_width(text, size) <= width) return std::string(text);
    const std::string valid = valid_utf8(text);
    std::string_view kept = valid;
    while (!kept.empty() && text_width(cat(kept, "…"), size) > width) {
        std::size_t end = kept.size() - 1;
        while (end > 0 && (static_cast<unsigned char>(kept[end]) & 0xC0U) == 0x80U)
            --end;
        kept = kept.substr(0, end);
    }
    while (!kept.empty() && kept.back() == ' ')
        kept.remove_suffix(1);
    return cat(kept, "…");
}

std::string readable_on_white(std::string_view color) {
    std::array<int, 3> rgb = {};
    if (color.size() != 7 || color[0] != '#') return std::string(color);
    for (std::size_t i = 0; i < 3; ++i) {
        const char* begin = color.data() + 1 + 2 * i;
        const auto [end, error] = std::from_chars(begin, begin + 2, rgb[i], 16);
        if (error != std::errc() || end != begin + 2 || rgb[i] < 0) return std::string(color);
    }
    constexpr double kBrightest = 0.183;  // contrast 4.5 : 1 against white
    while (luminance(rgb) > kBrightest)
        for (int& part : rgb)
            part = part * 15 / 16;
    return cat('#', hex(rgb[0]), hex(rgb[1]), hex(rgb[2]));
}

}  // namespace hone
