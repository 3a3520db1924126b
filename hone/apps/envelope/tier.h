#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/envelope/curve.h"

namespace hone::envelope {

/// What the percentages of a tier count.
enum class Weighting { Cells, Area };

/// A contiguous range of the order by yield.
struct Tier {
    std::string name;
    int low = 0;       ///< in 1/100 %
    int high = 10000;  ///< in 1/100 %
    Weighting weighting = Weighting::Cells;
    std::string description;
    std::string purpose;  ///< the selection guide
};

/// comprehensive 0-100, commercial 20-100, high_productivity 30-100, prime_land 50-100.
std::span<const Tier> named_tiers();
/// Reads a named tier or "name:LO-HI[:area|:cells]", percents with at most two decimals. Fault::Usage with suggestions.
Tier parse_tier(std::string_view text);
/// "20-100", "12.5-99.75": the range in per cent.
std::string tier_range_text(const Tier& tier);
/// "cells" or "area".
std::string_view weighting_name(Weighting weighting);

/// The tier's part of the base; nothing if it holds no land there (always so for an empty base). Cell-weighted ranges
/// grow over cells of exactly equal yield.
std::optional<Curve> tier_curve(const Base& base, const Tier& tier);

}  // namespace hone::envelope
