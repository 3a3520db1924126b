#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/envelope/balance.h"
#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/risk_series.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/formats/chart.h"

namespace hone::envelope {

/// A region's envelope with what is drawn on it.
struct Picture {
    std::string title;  ///< "Wheat", "France"
    const Curve* curve = nullptr;
    std::vector<std::pair<Event, EventResult>> events;
    std::optional<ThresholdSet> supply;  ///< scaled to the region
};

/// Figure 1: area of events and thresholds against magnitude up to `most_magnitude`, on the line A = 10^M.
Chart scale_panel(const Picture& picture, double most_magnitude);
/// Figures 2 and 3: bounds of the energy against magnitude, with events and thresholds.
Chart envelope_panel(const Picture& picture);
/// Figure 4: yearly probability of losing the best land of an area, with band, events and thresholds.
Chart risk_panel(const Picture& picture, const Risk& risk);
/// Figure S2: upper bounds in per cent of each region's energy, logarithmic or linear.
Chart share_panel(std::span<const Picture> pictures, Scale scale);
/// Figure S3: the bands between the bounds of several regions.
Chart band_panel(std::span<const Picture> pictures);
/// Lorenz curves: share of the energy on the least productive share of the area.
Chart lorenz_panel(std::span<const Picture> pictures);
/// Stocks over use, stocks, production and consumption by year, in Mt: four panels.
std::vector<Chart> balance_panels(const BalanceSeries& series);
/// "10 P" for 1e16 kcal, and so on.
std::string energy_label(double kcal);

}  // namespace hone::envelope
