#include "hone/apps/envelope/bundle.h"

#include <algorithm>
#include <concepts>

#include "hone/apps/envelope/check_task.h"
#include "hone/apps/envelope/events.h"
#include "hone/apps/envelope/nations.h"
#include "hone/apps/envelope/output_grid.h"
#include "hone/apps/envelope/page_parts.h"
#include "hone/apps/envelope/thresholds_task.h"
#include "hone/base/text.h"
#include "hone/formats/html_report.h"
#include "hone/table/encodings.h"
#include "hone/table/operations.h"

namespace hone::envelope {
namespace {

/// Copies what several options structs share.
template <class To>
To as(const BundleOptions& options) {
    const CellOptions& cells = options;
    const BalanceSource& balances = options;
    To to;
    static_cast<CellOptions&>(to) = cells;
    if constexpr (std::derived_from<To, BalanceSource>) static_cast<BalanceSource&>(to) = balances;
    if constexpr (std::derived_from<To, EventSource>) static_cast<EventSource&>(to) = options;
    if constexpr (std::derived_from<To, TierOptions>) to.tiers = options.tiers;
    return to;
}

/// The artifacts of a part below a folder, and its summary under its name.
void add(Outputs& all, const std::string& name, const Outputs& part) {
    for (Artifact artifact : part.artifacts()) {
        if (!artifact.name.starts_with("reports/")) artifact.name = cat("data/", artifact.name);
        all.add(std::move(artifact));
    }
    all.summary().set(name, part.summary());
}

/// A report in two forms of the same words.
class Report {
public:
    Report(const std::string& title, const std::string& lead)
        : html_(title, lead), text_(cat(title, '\n', lead, "\n\n")) {}

    void heading(const std::string& text) {
        html_.heading(text);
        text_ += cat(text, '\n', std::string(text.size(), '-'), "\n\n");
    }
    void paragraph(const std::string& text) {
        html_.paragraph(text);
        text_ += cat(text, "\n\n");
    }
    void table(const Table* table, const std::string& caption, std::size_t most_rows) {
        if (table == nullptr) return;
        html_.table(*table, caption, most_rows);
        std::vector<std::uint32_t> rows(std::min(most_rows, table->rows()));
        for (std::uint32_t i = 0; i < rows.size(); ++i)
            rows[i] = i;
        text_ += cat(caption, "\n\n", to_csv(table->take(rows)), '\n');
        if (rows.size() < table->rows()) text_ += cat("(", table->rows() - rows.size(), " more rows)\n\n");
    }
    void figure(const std::string& svg, const std::string& caption) { html_.figure(svg, caption); }
    std::string html() { return html_.finish(); }
    const std::string& text() const { return text_; }

private:
    HtmlReport html_;
    std::string text_;
};

const Table* table_of(const Outputs& outputs, std::string_view name) {
    const Artifact* const artifact = outputs.find(name);
    return artifact != nullptr ? artifact->table.get() : nullptr;
}

/// Columns of a table that is too wide to read.
Table columns_of(const Table& table, std::initializer_list<std::string_view> names) {
    std::vector<Column> columns;
    for (const std::string_view name : names)
        if (const Column* const column = table.find(name)) columns.push_back(*column);
    return Table(std::move(columns));
}

std::string filter_words(const std::string& filter) {
    return filter == "none" ? "All cells with production and harvested area take part; no outliers are left out."
                            : cat("Outliers are left out by the filter ", filter, "; the summary has its counts.");
}

struct Parts {
    Outputs envelope, events, national, thresholds, check;
    std::vector<std::pair<std::string, std::string>> figures;
    bool is_synthetic = false;
};

void write_report(Report& report, const Parts& parts, const BundleOptions& options) {
    if (parts.is_synthetic) report.paragraph("Synthetic sample data, not observations.");
    report.heading("What was computed");
    report.paragraph(cat("Crop set ", options.crop, ", energy contents ", options.energy,
                         ". The upper bound is the most food energy that a disruption of a given harvested area can "
                         "cost, the lower bound the least, wherever it strikes. ",
                         filter_words(options.filter)));
    if (const Table* const tiers = table_of(parts.envelope, "tiers")) {
        const Table narrow =
            columns_of(*tiers, {"region", "tier", "cells", "total_area_km2", "total_kcal", "width_reduction_percent"});
        report.table(&narrow, "Regions and tiers", 100);
    }
    report.heading("Food-security thresholds");
    if (const Table* const thresholds = table_of(parts.thresholds, "thresholds")) {
        const Table narrow = columns_of(*thresholds, {"name", "value_kt", "value_kcal", "min_area_km2", "magnitude"});
        report.table(&narrow, "Losses of world supply, and the smallest area that can cost as much", 20);
    }
    report.heading("Historical disruptions on present land");
    report.paragraph("Present borders and cropping stand for the past. Events overlap, so their sum means nothing.");
    if (const Table* const events = table_of(parts.events, "events")) {
        const Table narrow = columns_of(*events, {"label", "class", "year_start", "year_end", "area_km2", "magnitude",
                                                  "loss_kcal", "position", "severity", "supply_class", "status"});
        report.table(&narrow, "Events", 100);
    }
    report.heading("Countries");
    if (const Table* const national = table_of(parts.national, "national")) {
        const std::vector<SortKey> keys = {{"energy_kcal", SortKey::Order::Descending}};
        const Table sorted = sort(*national, keys, Exec());
        const Table narrow = columns_of(
            sorted, {"iso3", "name", "cells", "area_km2", "energy_kcal", "mean_yield_t_per_ha", "gini", "gap_pct",
                     "zone_gap_pct", "gap_rating", "concentration", "dependence", "coverage_rating"});
        report.table(&narrow, "Countries by energy", 30);
    }
    report.heading("Data and checks");
    report.table(table_of(parts.check, "checks"), "Checks made", 200);
    report.heading("Figures");
    for (const auto& [name, svg] : parts.figures)
        report.figure(svg, name);
}

constexpr std::size_t kCountriesOnPage = 5;

/// The regions of the page: those asked for; of the world alone also the countries with most energy.
std::vector<Region> page_regions(Run& run, const BundleOptions& options,
                                 const std::shared_ptr<const LoadedBase>& loaded) {
    const CellOptions& cells = options;
    CellOptions wanted = cells;
    std::vector<Region> regions = regions_of(run, wanted, loaded);
    if (regions.size() != 1 || regions.front().name != "world") return regions;
    std::vector<std::int64_t> energy(Registry::builtin().countries().size());
    for (std::size_t i = 0; i < loaded->totals.size(); ++i)
        energy[loaded->base.places()->country(static_cast<Place>(i))] += loaded->totals[i].energy_kcal;
    for (std::size_t k = 0; k < kCountriesOnPage; ++k) {
        const auto most = std::max_element(energy.begin() + 1, energy.end());
        if (*most == 0) break;
        *most = 0;
        wanted.country.push_back(Registry::builtin().country(static_cast<Country>(most - energy.begin())).iso3);
    }
    if (!wanted.country.empty()) std::ranges::move(regions_of(run, wanted, loaded), std::back_inserter(regions));
    return regions;
}

/// What the page needs beside a region.
struct PageMaterial {
    std::vector<Event> events;
    std::optional<ThresholdSet> supply;
    Energy world;
};

PageRegion page_region(const Region& region, const LoadedBase& loaded, const BundleOptions& options,
                       const PageMaterial& material) {
    const Base& base = *region.base;
    const Curve whole(base);
    const OutputGrid grid = parse_output_grid(options.grid);
    const std::vector<Area> areas = grid_areas(grid, base.total_area());
    PageRegion page;
    const auto country = Registry::builtin().by_iso3(region.name);
    page.name = region.name == "world" ? "World" : country ? Registry::builtin().country(*country).name : region.name;
    for (const Tier& tier : tiers_of(options)) {
        const auto curve = tier_curve(base, tier);
        if (curve) page.tiers.push_back(page_tier(tier, *curve, tier_areas(grid, areas, curve->total_area())));
    }
    const RegionSums sums = sums_of(region, loaded, options);
    for (const Event& event : material.events) {
        const EventResult result = evaluate(event, sums);
        if (result.cells > 0 || region.name == "world") page.events.push_back(page_event(event, result, whole));
    }
    if (material.supply)
        page.thresholds = page_thresholds(scaled(*material.supply, base.total_energy(), material.world), whole);
    const auto refinement = narrow<int>(options.refinement);
    page.map = page_map(base, Grid(refinement), (region.name == "world" ? 3 : 1) * refinement);
    return page;
}

std::string interactive_page(Run& run, const BundleOptions& options) {
    const auto stage = run.span("page");
    const auto loaded = load(run, options);
    const LoadedBalances balances = load_balances(run, options);
    const CropSet set = parse_crop_set(options.crop);
    PageMaterial material;
    material.events = read_events(run, options);
    if (has_balances(set)) {
        const auto mode = set.name == "allgrain" ? parse_all_grains(options.balance) : AllGrains::Total;
        material.supply = thresholds_of(ThresholdSetKind::Supply, set, *balances.balances, {}, mode);
    }
    material.world = loaded->base.total_energy();
    EnvelopePage page;
    page.title = cat("Crop-production envelopes: ", set.name);
    page.crop = set.name;
    page.filter = options.filter;
    page.is_synthetic = loaded->is_synthetic;
    page.provenance = {cat("Production: digest ", run.input("production").digest.digest.hex()),
                       cat("Harvested area: digest ", run.input("harvest").digest.digest.hex()),
                       cat("Energy contents: ", options.energy), cat("Stock balances: ", balances.source)};
    for (const Region& region : page_regions(run, options, loaded))
        page.regions.push_back(page_region(region, *loaded, options, material));
    return envelope_page(page);
}

}  // namespace

Outputs bundle(Run& run, const BundleOptions& given) {
    BundleOptions options = given;
    options.read_with = figure_crops(options.crop);
    Parts parts;
    ComputeOptions envelope = as<ComputeOptions>(options);
    envelope.grid = options.grid;
    parts.envelope = compute(run, envelope);
    EventsOptions events_options = as<EventsOptions>(options);
    parts.events = events(run, events_options);
    NationsOptions nations_options = as<NationsOptions>(options);
    nations_options.tiers = options.tiers;
    parts.national = nations(run, nations_options);
    if (has_balances(parse_crop_set(options.crop))) parts.thresholds = supply_thresholds(run, options, options);
    parts.check = check_documents(run, as<CheckOptions>(options));
    FiguresOptions figure_options = as<FiguresOptions>(options);
    figure_options.country.clear();
    parts.figures = draw_figures(run, figure_options);
    if (const Json* const synthetic = parts.envelope.summary().find("synthetic"))
        parts.is_synthetic = synthetic->boolean();

    Outputs all;
    add(all, "envelope", parts.envelope);
    add(all, "events", parts.events);
    add(all, "national", parts.national);
    add(all, "thresholds", parts.thresholds);
    add(all, "check", parts.check);
    for (const auto& [name, svg] : parts.figures)
        all.bytes(cat("figures/", name), "image/svg+xml", svg);
    all.summary().set("figures", parts.figures.size());
    Report report(cat("Crop-production envelopes: ", options.crop), "How much food energy a disruption can cost.");
    write_report(report, parts, options);
    all.bytes("reports/report", "text/html", report.html());
    all.bytes("reports/envelope", "text/html", interactive_page(run, options));
    all.bytes("reports/report_text", "text/plain", report.text());
    apply_strict(run, options);
    return all;
}

}  // namespace hone::envelope
