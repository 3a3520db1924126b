#include "hone/apps/envelope/page_parts.h"

#include <algorithm>

#include "hone/base/text.h"

namespace hone::envelope {
namespace {

std::string years_text(const Event& event) {
    if (!event.year_start) return {};
    if (event.is_ongoing) return cat(*event.year_start, "–ongoing");
    if (!event.year_end || *event.year_end == *event.year_start) return cat(*event.year_start);
    return cat(*event.year_start, "–", *event.year_end);
}

}  // namespace

PageTier page_tier(const Tier& tier, const Curve& curve, std::span<const Area> areas) {
    PageTier part{.name = tier.name,
                  .range = tier_range_text(tier),
                  .from = curve.from(),
                  .total_area = curve.total_area(),
                  .total_energy = curve.total_energy()};
    const auto end = std::ranges::upper_bound(areas, curve.total_area());
    part.points.resize(static_cast<std::size_t>(end - areas.begin()));
    curve.bounds(areas.first(part.points.size()), part.points);
    return part;
}

PageEvent page_event(const Event& event, const EventResult& result, const Curve& curve) {
    const Bounds bounds = curve.bounds(result.area);
    return {.label = event.label,
            .years = years_text(event),
            .kind = event.kind,
            .status = result.status,
            .area = result.area,
            .loss = result.loss,
            .lower = bounds.lower,
            .upper = bounds.upper};
}

std::vector<PageThreshold> page_thresholds(const ThresholdSet& set, const Curve& curve) {
    std::vector<PageThreshold> parts;
    for (const Threshold& threshold : set.thresholds) {
        PageThreshold part{threshold.name, threshold.phase, threshold.energy, {}};
        if (threshold.energy > Energy{} && threshold.energy <= curve.total_energy())
            part.least = curve.smallest_area_for(threshold.energy);
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace hone::envelope
