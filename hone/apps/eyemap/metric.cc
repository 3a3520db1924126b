#include "hone/apps/eyemap/metric.h"

#include <array>
#include <limits>

#include "hone/apps/eyemap/file_name.h"
#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kValuePrefix = "value:";
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// The fixed texts of a metric.
struct MetricTexts {
    Metric::Kind kind;
    std::string_view name, title, legend, word;
};

constexpr std::array<MetricTexts, 5> kTexts = {{
    {Metric::Kind::Synapses, "synapse_density", "Synapses", "Total Synapses", "Synapse count"},
    {Metric::Kind::Cells, "cell_count", "Cell Count", "Cell Count", "Cell count"},
    {Metric::Kind::Pre, "pre", "Presynapses", "Presynapses", "Presynapses"},
    {Metric::Kind::Post, "post", "Postsynapses", "Postsynapses", "Postsynapses"},
    {Metric::Kind::SynapsesPerCell, "synapses_per_cell", "Synapses per Cell", "Synapses per Cell", "Synapses per cell"},
}};

/// The fixed texts, or nothing for Kind::Value.
const MetricTexts* texts_of(const Metric& metric) {
    for (const MetricTexts& texts : kTexts)
        if (texts.kind == metric.kind) return &texts;
    return nullptr;
}

std::vector<double> from_counts(const std::vector<std::int64_t>& counts) {
    std::vector<double> values(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i)
        values[i] = counts[i] < 0 ? kMissing : static_cast<double>(counts[i]);
    return values;
}

std::vector<double> quotients(const ColumnSet& set) {
    std::vector<double> values(set.size(), kMissing);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (set.synapses[i] >= 0 && set.cells[i] > 0)
            values[i] = static_cast<double>(set.synapses[i]) / static_cast<double>(set.cells[i]);
    return values;
}

const std::vector<std::int64_t>* counts_of(const ColumnSet& set, Metric::Kind kind) {
    switch (kind) {
        case Metric::Kind::Synapses:
            return &set.synapses;
        case Metric::Kind::Cells:
            return &set.cells;
        case Metric::Kind::Pre:
            return &set.pre;
        case Metric::Kind::Post:
            return &set.post;
        default:
            return nullptr;
    }
}

}  // namespace

Metric parse_metric(std::string_view text) {
    for (const MetricTexts& texts : kTexts)
        if (texts.name == text) return {texts.kind, {}};
    if (text.size() > kValuePrefix.size() && text.starts_with(kValuePrefix))
        return {Metric::Kind::Value, std::string(text.substr(kValuePrefix.size()))};
    fail(Fault::Usage, "a metric is one of synapse_density, cell_count, pre, post, synapses_per_cell, value:NAME: \"",
         text, "\"");
}

std::string metric_name(const Metric& metric) {
    const MetricTexts* texts = texts_of(metric);
    return texts ? std::string(texts->name) : cat(kValuePrefix, metric.value);
}

std::string metric_file_part(const Metric& metric) {
    const MetricTexts* texts = texts_of(metric);
    return texts ? std::string(texts->name) : cat("value_", safe_name(metric.value));
}

std::string metric_title(const Metric& metric, std::string_view region_or_layer) {
    const MetricTexts* texts = texts_of(metric);
    return cat(region_or_layer, " ", texts ? texts->title : std::string_view(metric.value), " (All Columns)");
}

std::string metric_legend(const Metric& metric) {
    const MetricTexts* texts = texts_of(metric);
    return texts ? std::string(texts->legend) : metric.value;
}

std::string metric_word(const Metric& metric) {
    const MetricTexts* texts = texts_of(metric);
    return texts ? std::string(texts->word) : metric.value;
}

std::vector<double> metric_values(const ColumnSet& set, const Metric& metric) {
    if (const auto* counts = counts_of(set, metric.kind)) return from_counts(*counts);
    if (metric.kind == Metric::Kind::SynapsesPerCell) return quotients(set);
    for (const auto& [name, values] : set.values)
        if (name == metric.value) return values;
    return std::vector<double>(set.size(), kMissing);
}

std::vector<std::int64_t> layer_values(const ColumnSet& set, const Metric& metric) {
    if (!metric.has_layers()) return {};
    std::vector<std::int64_t> values = metric.kind == Metric::Kind::Synapses ? set.layer_synapses : set.layer_cells;
    for (std::int64_t& value : values)
        if (value < 0) value = 0;
    return values;
}

}  // namespace hone::eyemap
