#include "hone/apps/envelope/qa.h"

#include <algorithm>
#include <utility>

#include "hone/apps/envelope/output_grid.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kFewCells = 1000;
constexpr std::size_t kLowSample = 30;

/// 128 bits as a decimal text: JSON integers hold 64.
std::string whole_text(Int128 value) {
    if (value < 0) return "-" + whole_text(-value);
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value > 0);
    return digits;
}

/// Events that lose all of their land lie between the bounds; losses in part need not.
Check check_events(const Curve& curve, std::span<const Event> events) {
    const RegionSums sums = sums_by_place(curve.base(), 0);
    std::size_t tried = 0;
    std::vector<std::string> outside;
    for (const Event& event : events) {
        const EventResult result = evaluate(event, sums);
        if (!result.is_whole_loss) continue;
        ++tried;
        const Bounds bounds = curve.bounds(result.area);
        if (result.loss < bounds.lower || result.loss > bounds.upper) outside.push_back(event.id);
    }
    if (outside.empty()) return {"events-inside", true, cat(tried, " events between the bounds")};
    return {"events-inside", false, cat(outside.size(), " of ", tried, " events outside: ", join(outside, ", "))};
}

Issue warning(std::string_view kind, const std::string& region, const std::string& message) {
    return {.id = cat("envelope.", kind), .severity = Severity::Warning, .message = cat(region, ": ", message)};
}

Json or_null(std::optional<double> value) {
    return value ? Json(*value) : Json();
}

Json statistics_json(const Statistics& figures) {
    Json json = Json::object();
    json.set("cells", figures.cells).set("area_u", figures.area.u).set("energy_kcal", figures.energy.kcal);
    json.set("yield_least_kcal_per_ha", or_null(figures.least_yield));
    json.set("yield_median_kcal_per_ha", or_null(figures.median_yield));
    json.set("yield_largest_kcal_per_ha", or_null(figures.largest_yield));
    json.set("yield_mean_kcal_per_ha", or_null(figures.mean_yield)).set("gini", or_null(figures.gini));
    json.set("half_energy_area_u", figures.half_energy_area.u);
    return json.set("area_between_bounds_kcal_u", whole_text(figures.area_between));
}

}  // namespace

bool QaReport::passed() const {
    return std::ranges::all_of(checks, &Check::passed);
}

QaReport assess(const std::string& region, const Base& base, std::span<const Tier> tiers,
                std::span<const Event> events) {
    QaReport report{region, {}, {}, {}};
    const Curve whole(base);
    std::vector<NamedCurve> named;
    for (const Tier& tier : tiers) {
        if (const auto curve = tier_curve(base, tier))
            named.push_back({tier.name, *curve});
        else
            report.warnings.push_back(warning("empty-tier", region, cat("tier ", tier.name, " holds no land")));
    }
    report.checks = validate(whole, named, grid_areas({}, whole.total_area()));
    report.checks.push_back(check_events(whole, events));
    report.statistics = statistics(whole);
    if (base.size() < kLowSample)
        report.warnings.push_back(
            warning("low-sample", region, cat("low sample: ", base.size(), " cells (fewer than ", kLowSample, ")")));
    else if (base.size() < kFewCells)
        report.warnings.push_back(
            warning("few-cells", region, cat("few cells: ", base.size(), " (fewer than ", kFewCells, ")")));
    return report;
}

Json qa_summary(std::span<const QaReport> reports, const std::optional<YieldReport>& yields) {
    Json regions = Json::array();
    std::size_t made = 0;
    std::size_t failed = 0;
    for (const QaReport& report : reports) {
        Json checks = Json::array();
        for (const Check& one : report.checks) {
            ++made;
            failed += one.passed ? 0 : 1;
            Json check = Json::object();
            checks.push(check.set("check", one.name).set("passed", one.passed).set("detail", one.detail));
        }
        Json warnings = Json::array();
        for (const Issue& warning : report.warnings)
            warnings.push(warning.message);
        Json region = Json::object();
        region.set("region", report.region).set("passed", report.passed()).set("checks", std::move(checks));
        region.set("statistics", statistics_json(report.statistics)).set("warnings", std::move(warnings));
        regions.push(std::move(region));
    }
    Json json = Json::object();
    json.set("checks_made", made).set("checks_failed", failed);
    if (yields) json.set("yield_file", yields->to_json());
    return json.set("regions", std::move(regions));
}

}  // namespace hone::envelope
