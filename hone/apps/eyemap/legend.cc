#include "hone/apps/eyemap/legend.h"

#include <algorithm>
#include <array>

#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::size_t kDifferenceColors = 7;

/// One box per whole number, its label beside its middle; colours spread over the palette.
Legend whole_numbers(int classes, const Palette& palette) {
    Legend legend;
    for (int j = 0; j < classes; ++j) {
        // floor(4 j / (classes - 1) + 1/2), and the darkest if there is one class.
        const int color = classes == 1 ? 4 : (8 * j + classes - 1) / (2 * (classes - 1));
        legend.boxes.push_back(palette.colors.at(static_cast<std::size_t>(color)));
        legend.labels.emplace_back(j + 0.5, cat(j + 1));
    }
    return legend;
}

}  // namespace

Legend legend_of(const Scale& scale, const Palette& palette, bool is_count) {
    if (scale.is_empty || palette.colors.empty()) return {};
    if (scale.classes > 0) return whole_numbers(scale.classes, palette);
    if (scale.is_degenerate) {
        const double value = (scale.cuts.front() + scale.cuts.back()) / 2;
        Scale alone = scale;
        alone.cuts.fill(value);
        const int bin = std::clamp(scale.bin(value), 0, static_cast<int>(palette.colors.size()) - 1);
        return {{palette.colors[static_cast<std::size_t>(bin)]}, {{0.5, scale_labels(alone, is_count).front()}}};
    }
    Legend legend;
    legend.boxes = palette.colors;
    const double first = palette.colors.size() == kDifferenceColors ? 1 : 0;  // six cuts inside of seven classes
    const std::array<std::string, 6> texts = scale_labels(scale, is_count);
    for (std::size_t i = 0; i < texts.size(); ++i)
        legend.labels.emplace_back(first + static_cast<double>(i), texts[i]);
    return legend;
}

}  // namespace hone::eyemap
