#pragma once
#include <span>
#include <vector>

#include "hone/apps/envelope/envelope_page.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/apps/envelope/tier.h"

namespace hone::envelope {

/// A tier's bounds at `areas` (ascending; those beyond its land are left out) as the page takes them.
PageTier page_tier(const Tier& tier, const Curve& curve, std::span<const Area> areas);
/// An event with the bounds at its area. `curve` is the whole region's.
PageEvent page_event(const Event& event, const EventResult& result, const Curve& curve);
/// Thresholds with the smallest areas that can lose them; nothing where all land cannot.
std::vector<PageThreshold> page_thresholds(const ThresholdSet& set, const Curve& curve);

}  // namespace hone::envelope
