#include "hone/apps/envelope/compute.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "hone/apps/envelope/legacy.h"
#include "hone/apps/envelope/load.h"
#include "hone/apps/envelope/loss_share.h"
#include "hone/apps/envelope/model.h"
#include "hone/apps/envelope/report.h"
#include "hone/apps/envelope/selection.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Figures are drawn for so many regions, those with the most energy first.
constexpr std::size_t kMostFigures = 12;

/// Columns of envelope.csv while they grow.
struct EnvelopeRows {
    static constexpr std::uint64_t kRowBytes = 80;  // with the points that they are made from

    TextData region, tier;
    std::vector<std::int64_t> area_u, lower, upper;
    std::vector<double> magnitude;
    std::vector<bool> has_magnitude;  // an area of 0 has none

    void reserve(std::size_t rows) {
        for (TextData* texts : {&region, &tier}) {
            texts->offsets.reserve(rows + 1);
            texts->bytes.reserve(rows * 8);
        }
        for (auto* values : {&area_u, &lower, &upper})
            values->reserve(rows);
        magnitude.reserve(rows);
    }
    void add(const std::string& region_name, const std::string& tier_name, const Bounds& bounds) {
        region.push_back(region_name);
        tier.push_back(tier_name);
        area_u.push_back(bounds.area.u);
        const auto its_magnitude = envelope::magnitude(bounds.area);
        magnitude.push_back(its_magnitude.value_or(0));
        has_magnitude.push_back(its_magnitude.has_value());
        lower.push_back(bounds.lower.kcal);
        upper.push_back(bounds.upper.kcal);
    }
    Table table() && {
        return Table({Column::text("region", std::move(region)), Column::text("tier", std::move(tier)),
                      Column::decimal("area_km2", 3, std::move(area_u)),
                      Column::real("magnitude", std::move(magnitude), std::move(has_magnitude)),
                      Column::int64("lower_kcal", std::move(lower)), Column::int64("upper_kcal", std::move(upper))});
    }
};

/// Columns of tiers.csv while they grow.
struct TierRows {
    std::vector<std::string> region, tier;
    std::vector<std::int64_t> cells, area_u, energy;
    std::vector<double> least, largest, reduction;
    std::vector<bool> has_reduction;

    void add(const std::string& region_name, const std::string& tier_name, const Curve& curve, const Curve& whole) {
        const Base& base = curve.base();
        const auto yield = [&base](std::size_t rank) {
            return static_cast<double>(static_cast<long double>(base.cell_energy(rank).kcal) * 1000.0L /
                                       static_cast<long double>(base.cell_area(rank).u));
        };
        region.push_back(region_name);
        tier.push_back(tier_name);
        cells.push_back(static_cast<std::int64_t>(curve.cells()));
        area_u.push_back(curve.total_area().u);
        energy.push_back(curve.total_energy().kcal);
        least.push_back(yield(curve.first_rank()));
        largest.push_back(yield(curve.end_rank() - 1));
        const auto reduced = width_reduction(curve, whole);
        has_reduction.push_back(reduced.has_value());
        reduction.push_back(round12(100 * reduced.value_or(0)));
    }
    void append(TierRows other) {
        const auto add_all = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        add_all(region, other.region);
        add_all(tier, other.tier);
        add_all(cells, other.cells);
        add_all(area_u, other.area_u);
        add_all(energy, other.energy);
        add_all(least, other.least);
        add_all(largest, other.largest);
        add_all(reduction, other.reduction);
        add_all(has_reduction, other.has_reduction);
    }
    Table table() && {
        return Table({Column::text("region", region), Column::text("tier", tier),
                      Column::int64("cells", std::move(cells)), Column::decimal("total_area_km2", 3, std::move(area_u)),
                      Column::int64("total_kcal", std::move(energy)),
                      Column::real("yield_min_kcal_per_km2", std::move(least)),
                      Column::real("yield_max_kcal_per_km2", std::move(largest)),
                      Column::real("width_reduction_percent", std::move(reduction), std::move(has_reduction))});
    }
};

/// legacy_v2.csv: the curves of the regions' land, one after another.
Table legacy_table(const std::vector<Region>& regions, const std::vector<LegacyCurve>& curves) {
    std::vector<std::string> region;
    std::vector<double> area, lower, upper;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        region.insert(region.end(), curves[i].area_km2.size(), regions[i].name);
        area.insert(area.end(), curves[i].area_km2.begin(), curves[i].area_km2.end());
        lower.insert(lower.end(), curves[i].lower_kcal.begin(), curves[i].lower_kcal.end());
        upper.insert(upper.end(), curves[i].upper_kcal.begin(), curves[i].upper_kcal.end());
    }
    return Table({Column::text("region", region), Column::real("area_km2", std::move(area)),
                  Column::real("lower_kcal", std::move(lower)), Column::real("upper_kcal", std::move(upper))});
}

void add_legacy(Run& run, Outputs& outputs, const OutputGrid& grid, const std::vector<Region>& regions) {
    if (grid.kind != OutputGrid::Kind::LegacyV2) return;
    constexpr std::uint64_t kPointBytes = 80;
    const Reservation held =
        run.budget().reserve(regions.size() * static_cast<std::uint64_t>(grid.points) * kPointBytes);
    outputs.table("legacy_v2",
                  legacy_table(regions, run.map<LegacyCurve>("legacy", regions.size(), [&](Run&, std::size_t i) {
                      return legacy_v2(*regions[i].base, grid.points);
                  })));
}

/// Everything about one region, computed by itself so that regions can go in parallel.
struct RegionResult {
    std::vector<TierCurve> curves;
    std::vector<Check> failed;
    std::size_t checks = 0;
    TierRows tier_rows;
};

RegionResult compute_region(Run& run, const Region& region, std::span<const Tier> tiers, const OutputGrid& grid,
                            LossShare share) {
    RegionResult result;
    const Curve whole(*region.base);
    const std::vector<Area> areas = grid_areas(grid, whole.total_area());
    std::vector<NamedCurve> named;
    for (const Tier& tier : tiers) {
        const auto curve = tier_curve(*region.base, tier);
        if (!curve) {
            run.issues().add({.id = "envelope.empty-tier",
                              .severity = Severity::Warning,
                              .message = cat("tier ", tier.name, " holds no land in ", region.name)});
            continue;
        }
        named.push_back({tier.name, *curve});
        TierCurve sampled{tier.name, {}};
        const std::vector<Area> own = tier_areas(grid, areas, curve->total_area());
        if (own.empty())
            run.issues().add({.id = "envelope.beyond-total",
                              .column = "grid",
                              .severity = Severity::Warning,
                              .message = cat("every area asked for is more than all of ", region.name, ", tier ",
                                             tier.name, "; it has no rows")});
        sampled.points.resize(own.size());
        curve->bounds(own, sampled.points);
        for (Bounds& bounds : sampled.points)
            bounds = share.of(bounds, curve->total_energy());
        result.curves.push_back(std::move(sampled));
        result.tier_rows.add(region.name, tier.name, *curve, whole);
    }
    for (Check& check : validate(whole, named, grid_areas({}, whole.total_area()))) {
        ++result.checks;
        if (!check.passed) result.failed.push_back(std::move(check));
    }
    return result;
}

void report_checks(Run& run, const Region& region, const RegionResult& result) {
    for (const Check& failed : result.failed)
        run.issues().add({.id = "envelope.check-failed",
                          .severity = Severity::Error,
                          .message = cat("check ", failed.name, " failed in ", region.name, ": ", failed.detail)});
    if (region.base->size() < 30)
        run.issues().add({.id = "envelope.low-sample",
                          .severity = Severity::Warning,
                          .message = cat(region.name, " has ", region.base->size(), " cells (fewer than 30)")});
}

void add_figures(Run& run, const std::vector<Region>& regions, const std::vector<RegionResult>& results,
                 const FigureNotes& notes) {
    std::vector<std::size_t> drawn(regions.size());
    for (std::size_t i = 0; i < drawn.size(); ++i)
        drawn[i] = i;
    std::ranges::stable_sort(drawn, std::greater<>(), [&](std::size_t i) { return regions[i].base->total_energy(); });
    std::erase_if(drawn, [&](std::size_t i) {
        return std::ranges::all_of(results[i].curves, [](const TierCurve& curve) { return curve.points.empty(); });
    });
    drawn.resize(std::min(drawn.size(), kMostFigures));
    std::ranges::sort(drawn);
    const auto figures = run.map<std::string>("figures", drawn.size(), [&](Run&, std::size_t i) {
        return envelope_figure(regions[drawn[i]].name, results[drawn[i]].curves, notes);
    });
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        auto sink = run.artifact(cat("figures/envelope_", regions[drawn[i]].name), "image/svg+xml");
        sink.write(figures[i]);
        sink.finish();
    }
}

/// Which tier is for what.
Json tier_guide(std::span<const Tier> tiers) {
    Json json = Json::array();
    for (const Tier& tier : tiers)
        json.push(Json::object()
                      .set("tier", tier.name)
                      .set("range_pct", tier_range_text(tier))
                      .set("weighting", weighting_name(tier.weighting))
                      .set("description", tier.description)
                      .set("purpose", tier.purpose));
    return json;
}

}  // namespace

std::vector<Tier> tiers_of(const TierOptions& options) {
    std::vector<Tier> tiers;
    for (const std::string& text : options.tiers) {
        Tier tier = parse_tier(text);
        if (std::ranges::find(tiers, tier.name, &Tier::name) != tiers.end())
            fail(Fault::Usage, "--tiers: two tiers are called ", tier.name);
        tiers.push_back(std::move(tier));
    }
    if (tiers.empty()) throw Error(Fault::Usage, "--tiers: name at least one tier");
    return tiers;
}

Outputs compute(Run& run, const ComputeOptions& options) {
    const std::vector<Tier> tiers = tiers_of(options);
    const OutputGrid grid = parse_output_grid(options.grid);
    const LossShare share = LossShare::parse_percent(options.loss_share);
        const auto loaded = load_or_spill(run, options);
    const std::vector<Region> regions = regions_of(run, options, loaded);

    std::vector<RegionResult> results;
    {
        const auto stage = run.span("curves");
        results = run.map<RegionResult>("regions", regions.size(), [&](Run& item, std::size_t i) {
            RegionResult result = compute_region(item, regions[i], tiers, grid, share);
            report_checks(item, regions[i], result);
            return result;
        });
    }
    std::size_t points = 0;
    for (const RegionResult& result : results)
        for (const TierCurve& curve : result.curves)
            points += curve.points.size();
    const Reservation held = run.budget().reserve(points * EnvelopeRows::kRowBytes);
    EnvelopeRows rows;
    rows.reserve(points);
    TierRows tier_rows;
    Json region_summaries = Json::array();
    std::size_t checks = 0;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        for (const TierCurve& curve : results[i].curves)
            for (const Bounds& bounds : curve.points)
                rows.add(regions[i].name, curve.tier, bounds);
        tier_rows.append(std::move(results[i].tier_rows));
        region_summaries.push(region_json(regions[i]));
        checks += results[i].checks;
        failed += results[i].failed.size();
    }
    Outputs outputs;
    describe(outputs, options, *loaded);
    outputs.summary().set("checks", Json::object().set("made", checks).set("failed", failed));
    outputs.summary().set("regions", std::move(region_summaries)).set("tiers", tier_guide(tiers));
    if (!share.is_whole()) outputs.summary().set("loss_ppm", share.ppm());
    outputs.table("envelope", std::move(rows).table());
    outputs.table("tiers", std::move(tier_rows).table());
    add_legacy(run, outputs, grid, regions);
    const auto stage = run.span("figures");
    add_figures(run, regions, results, {options.crop, options.filter, loaded->is_synthetic});
    apply_strict(run, options);
    return outputs;
}

namespace {

/// Rows of the query table; numbers that a question does not have are missing.
struct QueryRows {
    std::vector<std::string> region, tier;
    std::vector<std::int64_t> area, lower, upper, loss, smallest, largest;
    std::vector<bool> has_area, has_bounds, has_loss, has_inverse;

    void begin(const std::string& region_name, const std::string& tier_name, std::optional<Area> asked_area,
               std::optional<Energy> asked_loss) {
        region.push_back(region_name);
        tier.push_back(tier_name);
        area.push_back(asked_area.value_or(Area{}).u);
        has_area.push_back(asked_area.has_value());
        loss.push_back(asked_loss.value_or(Energy{}).kcal);
        has_loss.push_back(asked_loss.has_value());
        for (auto* values : {&lower, &upper, &smallest, &largest})
            values->push_back(0);
        has_bounds.push_back(false);
        has_inverse.push_back(false);
    }
    Table table() && {
        return Table({Column::text("region", region), Column::text("tier", tier),
                      Column::decimal("area_km2", 3, std::move(area), std::move(has_area)),
                      Column::int64("lower_kcal", std::move(lower), has_bounds),
                      Column::int64("upper_kcal", std::move(upper), has_bounds),
                      Column::int64("loss_kcal", std::move(loss), std::move(has_loss)),
                      Column::decimal("smallest_area_km2", 3, std::move(smallest), has_inverse),
                      Column::decimal("largest_area_km2", 3, std::move(largest), has_inverse)});
    }
};

std::vector<Area> areas_asked(const QueryOptions& options) {
    std::vector<Area> areas;
    for (const std::string& text : options.area) {
        const auto area = area_from_km2(text);
        if (!area || area->u < 0) fail(Fault::Usage, "--area: expected an area in km2, found '", text, "'");
        areas.push_back(*area);
    }
    return areas;
}

std::vector<Energy> losses_asked(const QueryOptions& options) {
    std::vector<Energy> losses;
    for (const std::string& text : options.loss) {
        const auto scaled = parse_scaled(text, 0);
        if (!scaled || scaled->value < 0) fail(Fault::Usage, "--loss: expected an energy in kcal, found '", text, "'");
        losses.push_back({scaled->value});
    }
    return losses;
}

struct Questions {
    std::vector<Area> areas;
    std::vector<Energy> losses;
    LossShare share;
};

void beyond(Run& run, std::string_view what, const std::string& region, const std::string& tier) {
    run.issues().add({.id = "envelope.beyond-total",
                      .column = std::string(what),
                      .severity = Severity::Warning,
                      .message = cat("more than all of ", region, ", tier ", tier, "; left empty")});
}

/// Rows of one region and tier.
void answer(Run& run, QueryRows& rows, const std::string& region, const std::string& tier, const Curve& curve,
            const Questions& questions) {
    for (const Area area : questions.areas) {
        rows.begin(region, tier, area, std::nullopt);
        if (area > curve.total_area()) {
            beyond(run, "area", region, tier);
            continue;
        }
        const Bounds bounds = questions.share.of(curve.bounds(area), curve.total_energy());
        rows.lower.back() = bounds.lower.kcal;
        rows.upper.back() = bounds.upper.kcal;
        rows.has_bounds.back() = true;
    }
    for (const Energy loss : questions.losses) {
        rows.begin(region, tier, std::nullopt, loss);
        if (loss > questions.share.of(curve.total_energy())) {
            beyond(run, "loss", region, tier);
            continue;
        }
        rows.smallest.back() = questions.share.smallest_area_for(curve, loss).u;
        rows.largest.back() = questions.share.largest_area_within(curve, loss).u;
        rows.has_inverse.back() = true;
    }
}

}  // namespace

Outputs query(Run& run, const QueryOptions& options) {
    const Questions questions{areas_asked(options), losses_asked(options),
                              LossShare::parse_percent(options.loss_share)};
    if (questions.areas.empty() && questions.losses.empty()) fail(Fault::Usage, "give at least one --area or --loss");
    const std::vector<Tier> tiers = tiers_of(options);
    const auto loaded = load_or_spill(run, options);
    QueryRows rows;
    for (const Region& region : regions_of(run, options, loaded))
        for (const Tier& tier : tiers)
            if (const auto curve = tier_curve(*region.base, tier))
                answer(run, rows, region.name, tier.name, *curve, questions);
    Outputs outputs;
    describe(outputs, options, *loaded);
    if (!questions.share.is_whole()) outputs.summary().set("loss_ppm", questions.share.ppm());
    outputs.table("query", std::move(rows).table());
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
