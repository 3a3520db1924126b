#include "hone/apps/envelope/report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/base/text.h"
#include "hone/formats/chart.h"

namespace hone::envelope {
namespace {

/// Dash and colour of the tiers after the first.
constexpr std::array<std::pair<const char*, const char*>, 5> kTierLines = {
    {{"#D55E00", "8 4"}, {"#009E73", "3 3"}, {"#CC79A7", "10 3 3 3"}, {"#E69F00", "6 2"}, {"#56B4E9", "2 4"}}};

/// Magnitudes below this hold few cells and are left out of the figure when there is more to see.
constexpr double kLeastShownKm2 = 1;

Series line(std::string name, const TierCurve& tier, bool is_upper) {
    Series series;
    series.name = std::move(name);
    for (const Bounds& bounds : tier.points) {
        series.x.push_back(km2(bounds.area));
        series.y.push_back(static_cast<double>(is_upper ? bounds.upper.kcal : bounds.lower.kcal));
    }
    return series;
}

std::string spoken(std::string tier) {
    std::ranges::replace(tier, '_', ' ');
    return tier;
}

}  // namespace

std::string envelope_figure(const std::string& region, const std::vector<TierCurve>& tiers, const FigureNotes& notes) {
    Chart chart;
    chart.title = cat("Harvest–production envelope, ", notes.crop, ", ", region);
    chart.subtitle = "Energy on the least and the most productive land of a given area";
    chart.x = {.title = "Harvested area (km²)", .scale = Scale::Log};
    chart.y = {.title = "Energy (kcal)", .scale = Scale::Log};
    if (!tiers.empty() && !tiers.front().points.empty()) {
        const TierCurve& first = tiers.front();
        if (km2(first.points.back().area) > 100 * kLeastShownKm2) chart.x.low = kLeastShownKm2;
        Series band = line({}, first, false);
        band.kind = Series::Kind::Band;
        for (const Bounds& bounds : first.points)
            band.y2.push_back(static_cast<double>(bounds.upper.kcal));
        band.color = "#808080";
        band.opacity = 0.3;
        chart.series.push_back(std::move(band));
        chart.series.push_back(line(cat("upper bound, ", spoken(first.tier)), first, true));
        chart.series.back().color = "#000000";
        chart.series.push_back(line(cat("lower bound, ", spoken(first.tier)), first, false));
        chart.series.back().color = "#0000ff";
    }
    for (std::size_t i = 1; i < tiers.size(); ++i) {
        Series lower = line(cat("lower bound, ", spoken(tiers[i].tier)), tiers[i], false);
        const auto& [color, dash] = kTierLines[(i - 1) % kTierLines.size()];
        lower.color = color;
        lower.dash = dash;
        lower.width = 1.5;
        chart.series.push_back(std::move(lower));
    }
    chart.footer =
        cat("Filter ", notes.filter, ".", notes.is_synthetic ? " Synthetic sample data, not observations." : "");
    return render_svg(chart);
}

}  // namespace hone::envelope
