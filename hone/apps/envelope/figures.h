#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/event_source.h"
#include "hone/apps/envelope/panels.h"
#include "hone/apps/envelope/selection.h"

namespace hone::envelope {

struct FiguresOptions : CellOptions, BalanceSource, EventSource {
    FiguresOptions() { crop = "allgrain"; }
    std::vector<std::string> only;  ///< names of figures; empty: all
};

/// Names of the figures in the order in which they are drawn: "figure1_scale", ..., "figureS3_bands".
std::vector<std::string> figure_names();

/// The crop sets that figures show: one's own and those of the figures of all crops.
std::vector<std::string> figure_crops(const std::string& own);

/// Draws the figures that are wanted and not empty, in order: name and SVG.
std::vector<std::pair<std::string, std::string>> draw_figures(Run& run, const FiguresOptions& options);

/// The figures of a paper, as SVG: scale, envelopes, countries, risk, maps, shares, bands, tiers, balance,
/// concentration.
Outputs figures(Run& run, const FiguresOptions& options);

}  // namespace hone::envelope
