#pragma once
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/palette.h"
#include "hone/apps/eyemap/scale.h"

namespace hone::eyemap {

/// What the colour bar of a map shows, from the lowest class up.
struct Legend {
    std::vector<Color> boxes;
    /// Where a label stands, counted in boxes from the lower edge of the lowest, and what it says.
    std::vector<std::pair<double, std::string>> labels;
};

/// Five boxes between six labels; seven boxes with labels between them for a palette of differences; one box per whole
/// number for "paper" below 5; one box and one label for a degenerate scale; nothing for an empty one.
Legend legend_of(const Scale& scale, const Palette& palette, bool is_count);

}  // namespace hone::eyemap
