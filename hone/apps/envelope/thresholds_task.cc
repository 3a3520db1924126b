#include "hone/apps/envelope/thresholds_task.h"

#include <string>
#include <utility>
#include <vector>

#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct ThresholdOptions : BalanceOptions {
    std::string set = "supply";
    std::string years;  ///< empty: those of the set
};

/// Columns of thresholds.csv while they grow.
struct ThresholdRows {
    std::vector<std::string> set, name, source;
    std::vector<std::int64_t> phase, kg, kcal, from, to, content, area;
    std::vector<double> magnitude;
    std::vector<bool> has_phase, has_kg, has_years, has_content, has_area, has_magnitude;

    void add(const ThresholdSet& family, const Threshold& threshold, const std::string& its_source,
             std::optional<Area> least_area) {
        const YearRange years = family.years.value_or(YearRange{});
        const auto its_magnitude = least_area ? envelope::magnitude(*least_area) : std::nullopt;
        set.emplace_back(threshold_set_name(family.kind));
        name.push_back(threshold.name);
        source.push_back(its_source);
        phase.push_back(threshold.phase.value_or(0));
        has_phase.push_back(threshold.phase.has_value());
        kg.push_back(threshold.kg.value_or(0));
        has_kg.push_back(threshold.kg.has_value());
        kcal.push_back(threshold.energy.kcal);
        from.push_back(years.from);
        to.push_back(years.to);
        has_years.push_back(family.years.has_value());
        content.push_back(family.content.value_or(0));
        has_content.push_back(family.content.has_value());
        area.push_back(least_area.value_or(Area{}).u);
        has_area.push_back(least_area.has_value());
        magnitude.push_back(its_magnitude.value_or(0));
        has_magnitude.push_back(its_magnitude.has_value());
    }

    Table table() && {
        return Table({Column::text("set", set), Column::text("name", name),
                      Column::int64("phase", std::move(phase), std::move(has_phase)),
                      Column::decimal("value_kt", 6, std::move(kg), std::move(has_kg)),
                      Column::int64("value_kcal", std::move(kcal)),
                      Column::int64("year_from", std::move(from), has_years),
                      Column::int64("year_to", std::move(to), has_years),
                      Column::decimal("content_kcal_per_g", 5, std::move(content), std::move(has_content)),
                      Column::decimal("min_area_km2", 3, std::move(area), std::move(has_area)),
                      Column::real("magnitude", std::move(magnitude), std::move(has_magnitude)),
                      Column::text("source", source)});
    }
};

/// The smallest area that can lose as much as the threshold; nothing without cells or where there is none.
std::optional<Area> least_area(Run& run, const LoadedBase* cells, const Threshold& threshold) {
    if (cells == nullptr || threshold.energy.kcal <= 0) return std::nullopt;
    const Curve curve(cells->base);
    if (threshold.energy <= curve.total_energy()) return curve.smallest_area_for(threshold.energy);
    run.issues().add({.id = "envelope.beyond-total",
                      .severity = Severity::Warning,
                      .message = cat("threshold ", threshold.name, " is more than all cells hold; it has no area")});
    return std::nullopt;
}

void warn_if_none(Run& run, const Threshold& threshold) {
    if (threshold.energy.kcal > 0) return;
    run.issues().add(
        {.id = "envelope.threshold-exhausted",
         .severity = Severity::Warning,
         .message = cat("threshold ", threshold.name, " is not above zero: ", threshold.energy.kcal, " kcal")});
}

Outputs thresholds(Run& run, const ThresholdOptions& options) {
    const ThresholdSetKind kind = parse_threshold_set(options.set);
    const CropSet crops = parse_crop_set(options.crop);
    const std::optional<YearRange> years =
        options.years.empty() ? std::nullopt : std::optional(parse_years(options.years));
    const AllGrains mode = parse_all_grains(options.balance);
    const LoadedBalances loaded = load_balances(run, options);
    const ThresholdSet family = thresholds_of(kind, crops, *loaded.balances, years, mode);
    const auto cells = load_cells(run, options);
    const bool is_static = kind == ThresholdSetKind::Static;
    const std::string source = is_static ? "AgRichter scale, fixed values" : loaded.source;

    ThresholdRows rows;
    for (const Threshold& threshold : family.thresholds) {
        warn_if_none(run, threshold);
        rows.add(family, threshold, source, least_area(run, cells.get(), threshold));
    }
    Outputs outputs;
    Json& summary = outputs.summary();
    summary.set("set", threshold_set_name(kind)).set("crop_set", crops.name);
    summary.set("balance", options.balance).set("source", source);
    if (family.years) summary.set("years", years_text(*family.years));
    summary.set("synthetic", loaded.is_synthetic || (cells && cells->is_synthetic));
    if (!family.ratios.empty()) {
        Json ratios = Json::object();
        for (const auto& [name, ratio] : family.ratios)
            ratios.set(name, ratio);
        summary.set("stocks_over_use", std::move(ratios));
    }
    Json notes = Json::array();
    if (!is_static)
        for (const std::string& note : balance_notes(options, cells != nullptr))
            notes.push(note);
    summary.set("notes", std::move(notes));
    if (!is_static) summary.set("balances", loaded.json);
    if (cells) summary.set("energy_table", options.energy).set("load", cells->to_json());
    outputs.table("thresholds", std::move(rows).table());
    apply_balance_strict(run, options);
    return outputs;
}

}  // namespace

Outputs supply_thresholds(Run& run, const CellOptions& cells, const BalanceSource& balances) {
    ThresholdOptions options;
    static_cast<BalanceSource&>(options) = balances;
    options.crop = cells.crop;
    options.production = cells.production;
    options.harvest = cells.harvest;
    options.energy = cells.energy;
    options.strict = cells.strict;
    options.refinement = cells.refinement;
    options.read_with = cells.read_with;
    return thresholds(run, options);
}

Task thresholds_task() {
    Params<ThresholdOptions> params;
    declare_balances(params);
    params(&ThresholdOptions::set, "set",
           "Thresholds: supply (months of use and stocks), agriphase or static (T1 to T4), sur (percentiles of stocks "
           "over use)")
        .one_of(threshold_set_names());
    params(&ThresholdOptions::years, "years",
           "Market years, the first of a pair: A:B; without it 2019:2021 for supply, else 2001:2021")
        .value("A:B")
        .canonical([](std::string_view text) { return years_text(parse_years(text)); });
    return make_task("thresholds", "Named losses of food energy from stock balances, and the areas that can lose them",
                     1, params, &thresholds);
}

}  // namespace hone::envelope
