#include "hone/apps/envelope/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "hone/apps/envelope/compute.h"
#include "hone/apps/envelope/convergence.h"
#include "hone/apps/envelope/events.h"
#include "hone/apps/envelope/maps.h"
#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/report.h"
#include "hone/apps/envelope/tier.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct CropPanel {
    const char* crop;
    const char* title;
    double most_magnitude;  ///< of figure 1
};
constexpr std::array<CropPanel, 4> kCrops = {
    {{"allgrain", "All grains", 7.5}, {"wheat", "Wheat", 7}, {"maize", "Maize", 7}, {"rice", "Rice", 6.5}}};

const std::vector<std::string> kNations = {"USA", "CHN", "IND", "BRA", "FRA", "EGY", "AUS", "ARG", "DEU", "NGA"};
const std::vector<std::string> kComposite = {"USA", "EGY", "CHN", "IND", "BRA", "FRA"};
const std::vector<std::string> kShares = {"USA", "CHN", "IND", "BRA", "EGY", "FRA", "AUS", "ARG", "DEU", "NGA"};
const std::vector<std::string> kBands = {"EGY", "USA"};
const YearRange kBalanceYears = {1990, 2020};
constexpr std::size_t kMostBars = 20;

/// A region that is drawn, with everything that its picture points to.
struct Drawn {
    Region region;
    std::unique_ptr<Curve> curve;
    Picture picture;
};

/// Everything that figures are made of; loaded when first asked for, and kept.
class Material {
public:
    Material(Run& run, const FiguresOptions& options)
        : run_(run), options_(options), events_(read_events(run, options)), balances_(load_balances(run, options)) {}

    const LoadedBase& loaded(const std::string& crop) { return *base_of(crop); }
    const LoadedBalances& balances() const { return balances_; }

    /// The world of a crop set with its events and supply thresholds.
    const Drawn& world(const std::string& crop) {
        auto& drawn = worlds_[crop];
        if (!drawn) drawn = draw(crop, {}, title_of(crop));
        return *drawn;
    }
    /// A country's land of the crop set of the options; nullptr if it has none.
    const Drawn* nation(const std::string& iso3) {
        auto& drawn = nations_[iso3];
        if (!drawn) {
            const Country country = Registry::builtin().resolve(iso3);
            drawn = draw(options_.crop, iso3, Registry::builtin().country(country).name);
        }
        return drawn->curve ? drawn.get() : nullptr;
    }
    std::vector<Picture> nations(const std::vector<std::string>& list, bool with_world) {
        std::vector<Picture> pictures;
        if (with_world) {
            pictures.push_back(world(options_.crop).picture);
            pictures.back().title = "World";
        }
        for (const std::string& iso3 : list) {
            if (const Drawn* drawn = nation(iso3)) pictures.push_back(drawn->picture);
        }
        return pictures;
    }
    std::optional<ThresholdSet> supply(const std::string& crop) const {
        const CropSet set = parse_crop_set(crop);
        if (!has_balances(set)) return std::nullopt;
        const auto mode = set.name == "allgrain" ? parse_all_grains(options_.balance) : AllGrains::Total;
        return thresholds_of(ThresholdSetKind::Supply, set, *balances_.balances, {}, mode);
    }
    static std::string title_of(const std::string& crop) {
        const auto at = std::ranges::find_if(kCrops, [&](const CropPanel& panel) { return panel.crop == crop; });
        return at == kCrops.end() ? crop : at->title;
    }
    FigureNotes notes(const std::string& crop) {
        return {crop, options_.filter, loaded(crop).is_synthetic || balances_.is_synthetic};
    }

private:
    CellOptions cells_of(const std::string& crop) const {
        const CellOptions& given = options_;
        CellOptions cells = given;
        cells.crop = crop;
        cells.country.clear();
        return cells;
    }
    std::shared_ptr<const LoadedBase> base_of(const std::string& crop) {
        auto& base = bases_[crop];
        if (!base) base = load(run_, cells_of(crop));
        return base;
    }
    std::unique_ptr<Drawn> draw(const std::string& crop, const std::string& iso3, std::string title) {
        auto drawn = std::make_unique<Drawn>();
        CellOptions cells = cells_of(crop);
        const auto base = base_of(crop);
        drawn->picture.title = std::move(title);
        drawn->picture.supply = supply(crop);
        if (!iso3.empty()) {
            if (!has_country(*base, iso3)) return drawn;
            cells.country = {iso3};
        }
        drawn->region = std::move(regions_of(run_, cells, base).front());
        drawn->curve = std::make_unique<Curve>(*drawn->region.base);
        drawn->picture.curve = drawn->curve.get();
        const RegionSums sums = sums_of(drawn->region, *base, cells);
        for (const Event& event : events_) {
            const Event own = iso3.empty() ? event : within(event, Registry::builtin().resolve(iso3));
            if (!own.entries.empty()) drawn->picture.events.emplace_back(own, evaluate(own, sums));
        }
        if (!iso3.empty() && drawn->picture.supply)
            drawn->picture.supply =
                scaled(*drawn->picture.supply, drawn->curve->total_energy(), world(crop).curve->total_energy());
        return drawn;
    }
    static bool has_country(const LoadedBase& base, const std::string& iso3) {
        const auto [begin, end] = base.base.places()->of_country(Registry::builtin().resolve(iso3));
        for (std::size_t i = begin; i < end; ++i)
            if (base.totals[i].cells > 0) return true;
        return false;
    }

    Run& run_;
    const FiguresOptions& options_;
    std::vector<Event> events_;
    LoadedBalances balances_;
    std::map<std::string, std::shared_ptr<const LoadedBase>> bases_;
    std::map<std::string, std::unique_ptr<Drawn>> worlds_, nations_;
};

std::string footer(const FigureNotes& notes, std::string_view source) {
    return cat("Filter ", notes.filter, ". ", source,
               notes.is_synthetic ? " Synthetic sample data, not observations." : "");
}

/// One figure: its name, and how it is drawn; an empty text means that there is nothing to draw.
struct Figure {
    std::string name;
    std::function<std::string(Material&, const FiguresOptions&)> draw;
    bool is_of_all_crops = false;  ///< needs the cells of all of kCrops
};

std::string sheet(Material& material, const std::string& title, std::vector<Chart> panels, int columns,
                  const std::string& crop) {
    if (panels.empty()) return {};
    panels.back().footer = footer(material.notes(crop), cat("Balances: ", material.balances().source, "."));
    return render_svg(panels, columns, title);
}

std::string draw_scale(Material& material, const FiguresOptions&) {
    std::vector<Chart> panels;
    panels.reserve(kCrops.size());
    for (const CropPanel& crop : kCrops)
        panels.push_back(scale_panel(material.world(crop.crop).picture, crop.most_magnitude));
    return sheet(material, "Magnitude of historical disruptions", std::move(panels), 2, "allgrain");
}

std::string draw_envelopes(Material& material, const FiguresOptions&) {
    std::vector<Chart> panels;
    panels.reserve(kCrops.size());
    for (const CropPanel& crop : kCrops)
        panels.push_back(envelope_panel(material.world(crop.crop).picture));
    return sheet(material, "Harvest–production envelopes", std::move(panels), 2, "allgrain");
}

std::string draw_nation(Material& material, const FiguresOptions& options, const std::string& iso3) {
    const Drawn* const drawn = material.nation(iso3);
    if (drawn == nullptr) return {};
    Chart chart = envelope_panel(drawn->picture);
    chart.title = cat(drawn->picture.title, ", ", Material::title_of(options.crop));
    chart.subtitle = "Events at home; supply thresholds scaled by the share of the world's energy";
    chart.width = 760;
    chart.height = 520;
    chart.footer = footer(material.notes(options.crop), cat("Balances: ", material.balances().source, "."));
    return render_svg(chart);
}

std::string draw_composite(Material& material, const FiguresOptions& options) {
    std::vector<Chart> panels;
    for (Picture picture : material.nations(kComposite, false)) {
        picture.events.clear();
        panels.push_back(envelope_panel(picture));
    }
    return sheet(material, cat("Envelopes of countries, ", Material::title_of(options.crop)), std::move(panels), 3,
                 options.crop);
}

std::string draw_risk(Material& material, const FiguresOptions& options) {
    const CropSet set = parse_crop_set(options.crop);
    if (!has_balances(set)) return {};
    const auto mode = set.name == "allgrain" ? parse_all_grains(options.balance) : AllGrains::Total;
    const auto parts = balance_parts(set, mode);
    const Risk risk = assess_risk(*material.balances().balances, parts, {}, TailKind::Sigma, {});
    Chart chart = risk_panel(material.world(options.crop).picture, risk);
    chart.footer = footer(material.notes(options.crop),
                          cat("Balances: ", material.balances().source,
                              ". 0.32 is a two-sided normal share: losses beyond one sigma are half as frequent."));
    return render_svg(chart);
}

std::string draw_maps(Material& material, const FiguresOptions& options) {
    const Grid grid(narrow<int>(options.refinement));
    const std::vector<std::string> greens(kGreens.begin(), kGreens.end());
    const std::vector<std::string> reds(kReds.begin(), kReds.end());
    const EnergyTable energy = parse_energy_table(options.energy);
    std::vector<MapPanel> panels;
    for (const char* const crop : {"wheat", "maize", "rice", "allgrain"}) {
        const Base& base = *material.world(crop).region.base;
        const CropSet set = parse_crop_set(crop);
        const bool is_single = set.crops().size() == 1;
        const double unit =
            is_single ? 10.0 * static_cast<double>(energy.kcal_per_tenth_tonne[set.crops().front()]) : 1e9;
        const ClassScale production = is_single ? log_classes("Production (t per cell)", greens, 1, 1e5)
                                                : log_classes("Production (Gkcal per cell)", greens, 0.003, 300);
        const ClassScale area = log_classes("Harvested area (ha per cell)", reds, 1, 2e4);
        const std::string title = Material::title_of(crop);
        panels.push_back(cell_map(cat(title, ", production"), base, grid, production, [&](std::size_t rank) {
            return static_cast<double>(base.cell_energy(rank).kcal) / unit;
        }));
        panels.push_back(cell_map(cat(title, ", harvested area"), base, grid, area,
                                  [&](std::size_t rank) { return hectares(base.cell_area(rank)); }));
    }
    return render_maps(panels, 2, "Production and harvested area",
                       footer(material.notes("allgrain"), "Largest cell of each 10 arc minutes."));
}

std::string draw_shares(Material& material, const FiguresOptions& options) {
    const std::vector<Picture> pictures = material.nations(kShares, true);
    return sheet(material, cat("Energy that an area can cost, ", Material::title_of(options.crop)),
                 {share_panel(pictures, Scale::Linear), share_panel(pictures, Scale::Log)}, 2, options.crop);
}

std::string draw_bands(Material& material, const FiguresOptions& options) {
    const std::vector<Picture> pictures = material.nations(kBands, true);
    Chart chart = band_panel(pictures);
    chart.footer = footer(material.notes(options.crop), {});
    return render_svg(chart);
}

std::string draw_tiers(Material& material, const FiguresOptions& options) {
    const Drawn& world = material.world(options.crop);
    std::vector<TierCurve> curves;
    for (const Tier& tier : named_tiers()) {
        const auto curve = tier_curve(*world.region.base, tier);
        if (!curve) continue;
        TierCurve sampled{tier.name, {}};
        for (double m = -1; m < 8; m += 0.02) {
            const Area area = area_of_magnitude(m);
            if (area.u > 0 && area <= curve->total_area()) sampled.points.push_back(curve->bounds(area));
        }
        sampled.points.push_back(curve->bounds(curve->total_area()));
        curves.push_back(std::move(sampled));
    }
    return envelope_figure("world", curves, material.notes(options.crop));
}

/// Room for the labels of the longest bars.
void leave_room(Chart& chart) {
    double most = 0;
    for (const Series& series : chart.series)
        for (const double value : series.y)
            most = std::max(most, value);
    if (most > 0) chart.y.high = 1.15 * most;
}

std::string draw_widths(Material& material, const FiguresOptions&) {
    Chart chart;
    chart.title = "Narrower envelopes of productive land";
    chart.subtitle = "Reduction of the area between the bounds, by tier";
    chart.y = {.title = "Width reduction (%)", .low = 0};
    chart.height = 420;
    for (const Tier& tier : named_tiers().subspan(1)) {
        std::string name = tier.name;
        std::ranges::replace(name, '_', ' ');
        chart.categories.push_back(cat(name, ", ", tier_range_text(tier), " %"));
    }
    for (const CropPanel& crop : kCrops) {
        const Drawn& world = material.world(crop.crop);
        Series bars{.kind = Series::Kind::Bar, .name = crop.title};
        for (std::size_t i = 1; i < named_tiers().size(); ++i) {
            const auto curve = tier_curve(*world.region.base, named_tiers()[i]);
            const double reduced = curve ? 100 * width_reduction(*curve, *world.curve).value_or(0) : 0;
            bars.x.push_back(static_cast<double>(i - 1));
            bars.y.push_back(reduced);
            bars.labels.push_back(shortest(std::round(reduced * 10) / 10));
        }
        chart.series.push_back(std::move(bars));
    }
    leave_room(chart);
    chart.footer = footer(material.notes("allgrain"), {});
    return render_svg(chart);
}

std::string draw_balance(Material& material, const FiguresOptions& options) {
    const CropSet set = parse_crop_set(options.crop);
    if (!has_balances(set)) return {};
    const auto mode = set.name == "allgrain" ? parse_all_grains(options.balance) : AllGrains::Total;
    constexpr std::array<Flow, 3> kNeeded = {Flow::Production, Flow::Consumption, Flow::EndingStocks};
    const BalanceSeries series =
        balance_series(*material.balances().balances, balance_parts(set, mode), kBalanceYears, kNeeded);
    return sheet(material, cat("Stock balance, ", Material::title_of(options.crop)), balance_panels(series), 2,
                 options.crop);
}

std::string draw_convergence(Material& material, const FiguresOptions& options) {
    const Drawn& world = material.world(options.crop);
    return sheet(material, cat("Convergence of the bounds, ", Material::title_of(options.crop)),
                 convergence_panels(*world.curve), 2, options.crop);
}

std::string draw_lorenz(Material& material, const FiguresOptions&) {
    std::vector<Picture> pictures;
    pictures.reserve(kCrops.size());
    for (const CropPanel& crop : kCrops)
        pictures.push_back(material.world(crop.crop).picture);
    Chart chart = lorenz_panel(pictures);
    chart.footer = footer(material.notes("allgrain"), {});
    return render_svg(chart);
}

std::string draw_bars(Material& material, const FiguresOptions& options) {
    const Drawn& world = material.world(options.crop);
    std::vector<std::int64_t> energies(Registry::builtin().countries().size());
    const Base& base = *world.region.base;
    for (std::size_t rank = 0; rank < base.size(); ++rank)
        energies[base.country(rank)] += base.cell_energy(rank).kcal;
    std::vector<Country> order;
    for (std::size_t country = 1; country < energies.size(); ++country)
        if (energies[country] > 0) order.push_back(static_cast<Country>(country));
    std::ranges::stable_sort(order, std::greater<>(), [&](Country country) { return energies[country]; });
    order.resize(std::min(order.size(), kMostBars));
    Chart chart;
    chart.title = cat("Food energy by country, ", Material::title_of(options.crop));
    chart.y = {.title = "Pkcal (10^15 kcal) a year", .low = 0};
    chart.is_turned = true;
    chart.height = 140.0 + 24.0 * static_cast<double>(order.size());
    Series bars{.kind = Series::Kind::Bar, .color = "#238b45"};
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double value = static_cast<double>(energies[order[i]]) / 1e15;
        chart.categories.push_back(Registry::builtin().country(order[i]).name);
        bars.x.push_back(static_cast<double>(i));
        bars.y.push_back(value);
        bars.labels.push_back(shortest(std::round(value * 1000) / 1000));
    }
    chart.series.push_back(std::move(bars));
    leave_room(chart);
    chart.footer = footer(material.notes(options.crop), {});
    return render_svg(chart);
}

const std::vector<Figure>& all_figures() {
    static const std::vector<Figure> figures = [] {
        std::vector<Figure> list = {{"figure1_scale", &draw_scale, true}, {"figure2_envelopes", &draw_envelopes, true}};
        for (const std::string& iso3 : kNations)
            list.push_back({cat("figure3_", iso3),
                            [iso3](Material& material, const FiguresOptions& options) {
                                return draw_nation(material, options, iso3);
                            },
                            false});
        for (Figure& figure : std::vector<Figure>{{"figure3_composite", &draw_composite},
                                                  {"figure4_risk", &draw_risk},
                                                  {"figureS1_maps", &draw_maps, true},
                                                  {"figureS2_shares", &draw_shares},
                                                  {"figureS3_bands", &draw_bands},
                                                  {"tiers", &draw_tiers},
                                                  {"width_reduction", &draw_widths, true},
                                                  {"balance", &draw_balance},
                                                  {"convergence", &draw_convergence},
                                                  {"lorenz", &draw_lorenz, true},
                                                  {"countries", &draw_bars}})
            list.push_back(std::move(figure));
        return list;
    }();
    return figures;
}

}  // namespace

std::vector<std::string> figure_names() {
    std::vector<std::string> names;
    for (const Figure& figure : all_figures())
        names.push_back(figure.name);
    return names;
}

namespace {

std::vector<Figure> wanted_figures(const FiguresOptions& options) {
    std::vector<Figure> wanted;
    std::ranges::copy_if(all_figures(), std::back_inserter(wanted), [&](const Figure& figure) {
        return options.only.empty() || std::ranges::find(options.only, figure.name) != options.only.end();
    });
    return wanted;
}

/// The options that also name the crop sets to read at once, if any of the figures needs them.
FiguresOptions reading_together(FiguresOptions options, const std::vector<Figure>& wanted) {
    if (std::ranges::any_of(wanted, &Figure::is_of_all_crops)) options.read_with = figure_crops(options.crop);
    return options;
}

std::vector<std::pair<std::string, std::string>> draw(Run& run, const std::vector<Figure>& wanted, Material& material,
                                                      const FiguresOptions& options) {
    std::vector<std::pair<std::string, std::string>> drawn;
    for (const Figure& figure : wanted) {
        const auto stage = run.span("figures");
        run.cancel().check();
        std::string svg = figure.draw(material, options);
        if (!svg.empty()) drawn.emplace_back(figure.name, std::move(svg));
    }
    return drawn;
}

}  // namespace

std::vector<std::string> figure_crops(const std::string& own) {
    std::vector<std::string> crops = {own};
    for (const CropPanel& panel : kCrops)
        crops.emplace_back(panel.crop);
    return crops;
}

std::vector<std::pair<std::string, std::string>> draw_figures(Run& run, const FiguresOptions& given) {
    const std::vector<Figure> wanted = wanted_figures(given);
    const FiguresOptions options = reading_together(given, wanted);
    Material material(run, options);
    return draw(run, wanted, material, options);
}

Outputs figures(Run& run, const FiguresOptions& given) {
    const std::vector<Figure> wanted = wanted_figures(given);
    const FiguresOptions options = reading_together(given, wanted);
    Material material(run, options);
    Outputs outputs;
    describe(outputs, options, material.loaded(options.crop));
    const auto drawn = draw(run, wanted, material, options);
    for (const auto& [name, svg] : drawn)
        outputs.bytes(cat("figures/", name), "image/svg+xml", svg);
    outputs.summary().set("figures", drawn.size()).set("balances", material.balances().json);
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
