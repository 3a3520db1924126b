#include "hone/apps/envelope/tier.h"

#include <array>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kWhole = 10000;

[[noreturn]] void fail_unknown(std::string_view text) {
    std::vector<std::string> names;
    for (const Tier& tier : named_tiers())
        names.push_back(tier.name);
    const std::optional<std::string> near = nearest_word(to_lower(text), names);
    fail(Fault::Usage, "tier is none of ", join(names, ", "),
         ", NAME:LO-HI, NAME:LO-HI:area (per cent, 2 decimals): ", text,
         near ? cat("; did you mean ", *near, "?") : std::string());
}

std::optional<int> percent(std::string_view text) {
    const std::optional<Scaled> scaled = parse_scaled(text, 2);
    if (!scaled || scaled->rounded || scaled->value < 0 || scaled->value > kWhole) return std::nullopt;
    return static_cast<int>(scaled->value);
}

/// Names become parts of file names.
bool is_name(std::string_view text) {
    for (const char letter : text) {
        const bool is_word = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                             (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
        if (!is_word) return false;
    }
    return !text.empty();
}

Tier parse_custom(std::string_view text) {
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() < 2 || parts.size() > 3 || !is_name(parts[0])) fail_unknown(text);
    for (const Tier& named : named_tiers())
        if (equal_ignoring_case(named.name, parts[0]))
            fail(Fault::Usage, "tier may not give another range to the name ", named.name, ": ", text);
    const std::vector<std::string> range = split(parts[1], '-');
    if (range.size() != 2) fail_unknown(text);
    const std::optional<int> low = percent(range[0]);
    const std::optional<int> high = percent(range[1]);
    if (!low || !high) fail_unknown(text);
    if (*low > *high) fail(Fault::Usage, "tier range must rise: ", text);
    Tier tier{parts[0], *low, *high, Weighting::Cells, {}, "custom"};
    if (parts.size() == 3 && parts[2] == "area")
        tier.weighting = Weighting::Area;
    else if (parts.size() == 3 && parts[2] != "cells")
        fail_unknown(text);
    tier.description =
        cat("land between ", tier_range_text(tier), " % of ", weighting_name(tier.weighting), " by yield");
    return tier;
}

/// a b / 10000 rounded up.
std::int64_t share_up(std::int64_t a, std::int64_t b) {
    return -mul_div_floor(-a, b, kWhole);
}

std::optional<Curve> area_weighted(const Base& base, const Tier& tier) {
    const Area from{share_up(base.total_area().u, tier.low)};
    const Area to{mul_div_floor(base.total_area().u, tier.high, kWhole)};
    if (from >= to) return std::nullopt;
    return Curve(base, from, to);
}

std::optional<Curve> cell_weighted(const Base& base, const Tier& tier) {
    const std::int64_t last = narrow<std::int64_t>(base.size()) - 1;
    std::int64_t first = share_up(last, tier.low);
    std::int64_t end = mul_div_floor(last, tier.high, kWhole) + 1;
    const auto joins = [&](std::int64_t rank) {
        return base.equal_yield(static_cast<std::size_t>(rank - 1), static_cast<std::size_t>(rank));
    };
    while (first > 0 && joins(first))
        --first;
    while (end <= last && joins(end))
        ++end;
    if (first >= end) return std::nullopt;
    return Curve(base, base.area_before(static_cast<std::size_t>(first)),
                 base.area_before(static_cast<std::size_t>(end)));
}

}  // namespace

std::span<const Tier> named_tiers() {
    static const std::array<Tier, 4> tiers = {{
        {"comprehensive", 0, 10000, Weighting::Cells, "all harvested land", "theory, worst case"},
        {"commercial", 2000, 10000, Weighting::Cells, "without the 20 % least productive cells",
         "government planning, investment, food security"},
        {"high_productivity", 3000, 10000, Weighting::Cells, "without the 30 % least productive cells",
         "export potential"},
        {"prime_land", 5000, 10000, Weighting::Cells, "the more productive half of the cells", "land protection"},
    }};
    return tiers;
}

Tier parse_tier(std::string_view text) {
    const std::string_view trimmed = trim(text);
    for (const Tier& tier : named_tiers())
        if (equal_ignoring_case(tier.name, trimmed)) return tier;
    return parse_custom(trimmed);
}

std::string tier_range_text(const Tier& tier) {
    return cat(decimal_text(tier.low, 2), "-", decimal_text(tier.high, 2));
}

std::string_view weighting_name(Weighting weighting) {
    return weighting == Weighting::Cells ? "cells" : "area";
}

std::optional<Curve> tier_curve(const Base& base, const Tier& tier) {
    check(tier.low >= 0 && tier.low <= tier.high && tier.high <= kWhole, "a tier's range lies in 0 to 100 per cent");
    if (base.empty()) return std::nullopt;
    return tier.weighting == Weighting::Area ? area_weighted(base, tier) : cell_weighted(base, tier);
}

}  // namespace hone::envelope
