#include "hone/apps/envelope/bundle.h"

#include <algorithm>
#include <concepts>

#include "hone/apps/envelope/check_task.h"
#include "hone/apps/envelope/events.h"
#include "hone/apps/envelope/nations.h"
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
    To to;
    static_cast<CellOptions&>(to) = options;
    if constexpr (std::derived_from<To, BalanceSource>) static_cast<BalanceSource&>(to) = options;
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
    Report(std::string title, const std::string& lead) : html_(title, lead), text_(cat(title, '\n', lead, "\n\n")) {}

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
    report.table(table_of(parts.envelope, "tiers"), "Regions and tiers", 100);
    report.heading("Food-security thresholds");
    report.table(table_of(parts.thresholds, "thresholds"), "Losses of world supply", 20);
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

}  // namespace

Outputs bundle(Run& run, const BundleOptions& options) {
    Parts parts;
    ComputeOptions envelope = as<ComputeOptions>(options);
    envelope.grid = options.grid;
    parts.envelope = compute(run, envelope);
    EventsOptions events_options = as<EventsOptions>(options);
    events_options.events = options.events;
    parts.events = events(run, events_options);
    NationsOptions nations_options = as<NationsOptions>(options);
    nations_options.tiers = options.tiers;
    parts.national = nations(run, nations_options);
    if (has_balances(parse_crop_set(options.crop))) parts.thresholds = supply_thresholds(run, options, options);
    parts.check = check_documents(run, as<CheckOptions>(options));
    FiguresOptions figure_options = as<FiguresOptions>(options);
    figure_options.country.clear();
    figure_options.events = options.events;
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
    all.bytes("reports/report_text", "text/plain", report.text());
    apply_strict(run, options);
    return all;
}

}  // namespace hone::envelope
