#include "hone/apps/envelope/risk_task.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/risk_series.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr int kCurvePoints = 200;
constexpr double kFirstMagnitude = 3;
constexpr double kLastMagnitude = 8;
/// Without cells the curve goes over so many powers of ten up to a year's production.
constexpr double kDecadesWithoutCells = 4;

struct RiskOptions : BalanceOptions {
    std::string years = "2019:2021";
    std::string series;  ///< empty: all years
    std::string tail = "sigma";
    std::string resampling = "blocks";
    std::int64_t block = 5;
    std::int64_t resamples = 1000;
    std::int64_t seed = 1;
};

Risk assess(const Balances& balances, const RiskOptions& options) {
    const std::vector<BalancePart> parts =
        balance_parts(parse_crop_set(options.crop), parse_all_grains(options.balance));
    const auto years = options.series.empty() ? std::nullopt : std::optional(parse_years(options.series));
    const TailKind kind = options.tail == "sigma" ? TailKind::Sigma : TailKind::Shortfall;
    return assess_risk(
        balances, parts, years, kind,
        {options.resamples, options.resampling == "iid" ? 1 : options.block, static_cast<std::uint64_t>(options.seed)});
}

/// One row of the curve.
struct Point {
    std::optional<double> magnitude;
    Energy loss;
};

std::vector<Point> points_on(const Curve& curve) {
    std::vector<Point> points;
    for (int i = 0; i < kCurvePoints; ++i) {
        const double magnitude = round12(kFirstMagnitude + (kLastMagnitude - kFirstMagnitude) * i / (kCurvePoints - 1));
        const Area area = std::min(area_of_magnitude(magnitude), curve.total_area());
        points.push_back({magnitude, curve.upper(area)});
    }
    return points;
}

std::vector<Point> points_without_cells(double trend_kcal) {
    std::vector<Point> points;
    for (int i = 0; i < kCurvePoints; ++i) {
        const long double exponent = kDecadesWithoutCells * (i - (kCurvePoints - 1)) / (kCurvePoints - 1);
        const auto loss = static_cast<double>(static_cast<long double>(trend_kcal) * power_of_ten(exponent));
        points.push_back({std::nullopt, {round_to_int64(round12(loss))}});
    }
    return points;
}

/// 1 / probability, if that is a number.
std::optional<double> return_period(double probability) {
    if (!(probability > 0) || !std::isfinite(1 / probability)) return std::nullopt;
    return round12(1 / probability);
}

Table curve_table(const std::vector<Point>& points, const Risk& risk) {
    std::vector<double> magnitude, low, median, high, period;
    std::vector<bool> has_magnitude, has_period;
    std::vector<std::int64_t> loss;
    for (const Point& point : points) {
        const ProbabilityBand band = risk.resampled.band(point.loss);
        const auto years = return_period(risk.tail.probability(point.loss));
        magnitude.push_back(point.magnitude.value_or(0));
        has_magnitude.push_back(point.magnitude.has_value());
        loss.push_back(point.loss.kcal);
        low.push_back(band.low);
        median.push_back(band.median);
        high.push_back(band.high);
        period.push_back(years.value_or(0));
        has_period.push_back(years.has_value());
    }
    return Table({Column::real("magnitude", std::move(magnitude), std::move(has_magnitude)),
                  Column::int64("loss_kcal", std::move(loss)), Column::real("p_low", std::move(low)),
                  Column::real("p_median", std::move(median)), Column::real("p_high", std::move(high)),
                  Column::real("return_period_yr", std::move(period), std::move(has_period))});
}

Json or_null(std::optional<double> value) {
    return value ? Json(*value) : Json();
}

/// A supply threshold with its probability; with cells the area and magnitude at which it stands on the curve.
Json threshold_json(const Threshold& threshold, const Risk& risk, const LoadedBase* cells) {
    const double probability = risk.tail.probability(threshold.energy);
    const ProbabilityBand band = risk.resampled.band(threshold.energy);
    Json json = Json::object();
    json.set("name", threshold.name).set("value_kcal", threshold.energy.kcal);
    std::optional<Area> area;
    if (cells != nullptr) {
        const Curve curve(cells->base);
        if (threshold.energy <= curve.total_energy()) area = curve.smallest_area_for(threshold.energy);
    }
    json.set("min_area_km2", area ? Json(km2(*area)) : Json());
    json.set("magnitude", or_null(area ? magnitude(*area) : std::nullopt));
    json.set("p", probability).set("p_low", band.low).set("p_median", band.median).set("p_high", band.high);
    json.set("return_period_yr", or_null(return_period(probability)));
    return json.set("label", return_period_label(probability));
}

Json notes_json(const RiskOptions& options, bool has_cells, bool is_synthetic) {
    Json notes = Json::array();
    if (options.tail == "sigma")
        notes.push(
            "0.32 is a two-sided normal share: losses beyond one sigma are half as frequent if gains are as likely");
    else
        notes.push("losses are exponential about the mean shortfall of the years below the trend");
    if (options.resampling == "iid")
        notes.push(
            "single years are resampled as if they were independent; a Durbin-Watson value far below 2 says they "
            "are not");
    if (!has_cells) notes.push("without cell tables losses have no area and no magnitude");
    if (is_synthetic) notes.push("synthetic sample data, not observations");
    for (const std::string& note : balance_notes(options, has_cells))
        notes.push(note);
    return notes;
}

Json model_json(const Risk& risk, const RiskOptions& options) {
    const RiskModel& model = risk.model;
    Json json = Json::object();
    json.set("series", years_text(model.years));
    json.set("sigmas", Json::object()
                           .set("all", model.sigma)
                           .set("to_1990", or_null(model.early))
                           .set("after_1990", or_null(model.late)));
    json.set("ratio", or_null(model.ratio)).set("dw", model.durbin_watson);
    json.set("trend_last_kt", risk.trend_kt).set("trend_slope_kt_per_year", risk.slope_kt);
    json.set("trend_last_kcal", model.trend_last);
    json.set("tail", options.tail).set("decay_kcal", risk.tail.decay_kcal());
    json.set("share_of_bad_years", risk.tail.kind == TailKind::Shortfall ? Json(round12(risk.tail.share)) : Json());
    Json resampling = Json::object();
    resampling.set("kind", options.resampling).set("block_years", options.resampling == "iid" ? 1 : options.block);
    resampling.set("resamples", options.resamples).set("seed", options.seed);
    return json.set("resampling", std::move(resampling));
}

Outputs risk(Run& run, const RiskOptions& options) {
    const LoadedBalances loaded = load_balances(run, options);
    const Risk assessed = assess(*loaded.balances, options);
    const ThresholdSet supply = thresholds_of(ThresholdSetKind::Supply, parse_crop_set(options.crop), *loaded.balances,
                                              parse_years(options.years), parse_all_grains(options.balance));
    const auto cells = load_cells(run, options);
    const bool is_synthetic = loaded.is_synthetic || (cells && cells->is_synthetic);
    const std::vector<Point> points =
        cells ? points_on(Curve(cells->base)) : points_without_cells(assessed.model.trend_last);

    Outputs outputs;
    Json document = Json::object();
    document.set("crop_set", parse_crop_set(options.crop).name).set("balance", options.balance);
    document.set("source", loaded.source).set("synthetic", is_synthetic);
    const Json figures = model_json(assessed, options);
    for (const auto& [name, value] : figures.members())
        document.set(name, value);
    document.set("threshold_years", options.years);
    Json marked = Json::array();
    for (const Threshold& threshold : supply.thresholds)
        marked.push(threshold_json(threshold, assessed, cells.get()));
    document.set("thresholds", std::move(marked));
    document.set("notes", notes_json(options, cells != nullptr, is_synthetic));

    outputs.summary() = document;
    outputs.summary().set("balances", loaded.json);
    if (cells) outputs.summary().set("energy_table", options.energy).set("load", cells->to_json());
    outputs.table("risk", curve_table(points, assessed));
    outputs.bytes("risk_summary", "application/json", document.dump() + "\n");
    apply_balance_strict(run, options);
    return outputs;
}

}  // namespace

Task risk_task() {
    Params<RiskOptions> params;
    declare_balances(params);
    params(&RiskOptions::years, "years", "Market years of the supply thresholds, the first of a pair")
        .value("A:B")
        .canonical([](std::string_view text) { return years_text(parse_years(text)); });
    params(&RiskOptions::series, "series", "Market years of the production series; without it all that are known")
        .value("A:B")
        .canonical([](std::string_view text) { return years_text(parse_years(text)); });
    params(&RiskOptions::tail, "tail", "Law of the losses: sigma (0.32 beyond one sigma), or shortfall (of bad years)")
        .one_of({"sigma", "shortfall"});
    params(&RiskOptions::resampling, "resampling",
           "How years are drawn for the band: blocks of neighbouring years, or iid (single years)")
        .one_of({"blocks", "iid"});
    params(&RiskOptions::block, "block", "Years in a block").in_range(1, 100);
    params(&RiskOptions::resamples, "resamples", "Number of resamples").in_range(1, kMostResamples);
    params(&RiskOptions::seed, "seed", "Key of the generator: equal seeds give equal bytes")
        .in_range(0, std::numeric_limits<std::int64_t>::max());
    return make_task("risk",
                     "Yearly probability that a loss of food energy is exceeded, from swings of world production", 1,
                     params, &risk);
}

}  // namespace hone::envelope
