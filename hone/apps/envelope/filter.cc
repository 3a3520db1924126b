#include "hone/apps/envelope/filter.h"

#include <array>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct Preset {
    std::string_view name;
    std::int64_t least_area_u;
    std::int64_t factor_millionths;
};
constexpr std::array<Preset, 3> kPresets = {
    {{"conservative", 2, 3'000'000}, {"standard", 10, 2'000'000}, {"aggressive", 100, 1'500'000}}};

[[noreturn]] void fail_unknown(std::string_view text) {
    const std::vector<std::string> known = {"none", "conservative", "standard", "aggressive"};
    const std::optional<std::string> near = nearest_word(to_lower(text), known);
    fail(Fault::Usage, "filter is none of none, conservative, standard, aggressive, MIN_HA:FACTOR ",
         "(least area of a cell in ha, multiple of the 99th percentile of yield): ", text,
         near ? cat("; did you mean ", *near, "?") : std::string());
}

/// The cells that are large enough, in their order.
struct LargeCells {
    const Base& base;
    Area least;
    std::size_t count = 0;

    LargeCells(const Base& given, Area least_area) : base(given), least(least_area) {
        base.scan([&](const CellSlice& cells) {
            for (std::size_t i = 0; i < cells.size(); ++i)
                count += cells.area(i) >= least ? 1 : 0;
        });
    }

    /// 99th percentile of their yields: linear interpolation at rank 0.99 (count - 1). Requires: count > 0.
    double percentile_99() const {
        const std::size_t scaled = 99 * (count - 1);
        const std::size_t below = scaled / 100;
        double low = 0;
        double high = 0;
        std::size_t number = 0;
        base.scan([&](const CellSlice& cells) {
            for (std::size_t i = 0; i < cells.size() && number < below + 2; ++i) {
                if (cells.area(i) < least) continue;
                if (number == below) low = yield_kcal_per_ha(cells.area(i), cells.energy(i));
                if (number == below + 1) high = yield_kcal_per_ha(cells.area(i), cells.energy(i));
                ++number;
            }
        });
        if (scaled % 100 == 0) return low;
        return low + (high - low) * (static_cast<double>(scaled % 100) / 100.0);
    }
};

}  // namespace

FilterRule parse_filter(std::string_view text) {
    const std::string name = to_lower(trim(text));
    if (name.empty() || name == "none") return {};
    for (const Preset& preset : kPresets)
        if (preset.name == name) return {name, true, {preset.least_area_u}, preset.factor_millionths};
    const std::vector<std::string> parts = split(name, ':');
    if (parts.size() != 2) fail_unknown(text);
    const std::optional<Scaled> least = parse_scaled(parts[0], 1);
    const std::optional<Scaled> factor = parse_scaled(parts[1], 6);
    if (!least || least->value < 0 || least->rounded || !factor || factor->value < 0 || factor->rounded)
        fail_unknown(text);
    return {
        cat(decimal_text(least->value, 1), ':', decimal_text(factor->value, 6)), true, {least->value}, factor->value};
}

Filtered filter(const std::shared_ptr<const Base>& given, const FilterRule& rule) {
    const Base& base = *given;
    FilterReport report;
    report.rule = rule.name;
    report.valid = base.size();
    std::shared_ptr<const Base> part = given;
    if (rule.is_active) {
        const LargeCells large(base, rule.least_area);
        report.removed_by_area = base.size() - large.count;
        if (large.count > 0) {
            report.percentile_99 = large.percentile_99();
            report.yield_limit = report.percentile_99 * (static_cast<double>(rule.factor_millionths) / 1e6);
        }
        part = std::make_shared<const Base>(base.select([&](const CellSlice& cells, std::size_t i) {
            return cells.area(i) >= large.least &&
                   yield_kcal_per_ha(cells.area(i), cells.energy(i)) <= report.yield_limit;
        }));
    }
    report.left = part->size();
    report.removed_by_yield = report.valid - report.removed_by_area - report.left;
    if (!part->empty()) report.largest_yield = part->yield_kcal_per_ha(part->size() - 1);
    return {std::move(part), std::move(report)};
}

}  // namespace hone::envelope
