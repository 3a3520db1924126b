#include "hone/apps/eyemap/comparison.h"

#include <cmath>
#include <limits>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// The values of an operand in each drawn column: 0 without a record, NaN if missing.
std::vector<double> values_of(const Operand& operand, const Metric& metric, const Mask& drawn) {
    std::vector<double> values(drawn.size());
    if (!operand.set) return values;
    const std::vector<double> of_set = metric_values(*operand.set, metric);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        const std::size_t record = operand.set->find(drawn[i]);
        if (record < operand.set->size()) values[i] = of_set[record];
    }
    return values;
}

std::string operand_text(const Operand& operand, double value) {
    return cat(operand.name, ": ", std::isnan(value) ? "missing" : shortest(value));
}

std::string failure_of(const ComparisonInput& input) {
    for (const Operand* operand : {&input.a, &input.b})
        if (operand->set && !operand->set->failure.empty()) return cat(operand->name, ": ", operand->set->failure);
    if (input.layout->columns.empty()) return cat("no columns are known for ", input.region.name);
    return {};
}

}  // namespace

ComparisonKind parse_comparison_kind(std::string_view text) {
    if (text == "difference") return ComparisonKind::Difference;
    if (text == "ratio") return ComparisonKind::Ratio;
    fail(Fault::Usage, "a comparison is difference or ratio: \"", text, "\"");
}

std::string_view comparison_kind_name(ComparisonKind kind) {
    return kind == ComparisonKind::Difference ? "difference" : "ratio";
}

double compared(double a, double b, ComparisonKind kind) {
    if (kind == ComparisonKind::Difference) return a - b;
    return a > -1 && b > -1 ? round12(std::log2((a + 1) / (b + 1))) : kMissing;
}

MapModel make_comparison(const ComparisonInput& input) {
    const bool is_ratio = input.kind == ComparisonKind::Ratio;
    MapModel map;
    map.type = cat(input.a.name, is_ratio ? " / " : " - ", input.b.name);
    map.heading = map.type;
    map.region = input.region;
    map.side = input.side;
    map.metric = {Metric::Kind::Value, cat(metric_word(input.metric), is_ratio ? " log2 ratio" : " difference")};
    map.layout = input.layout;
    map.provenance = input.provenance;
    map.facts = input.facts;
    map.colors.not_in_region = input.not_in_region;
    map.colors.palette = fitted_palette(input.palette, 7);
    map.failure = failure_of(input);
    if (!map.failure.empty()) return map;

    const Mask& drawn = map.layout->columns;
    const std::vector<double> a = values_of(input.a, input.metric, drawn);
    const std::vector<double> b = values_of(input.b, input.metric, drawn);
    map.columns.resize(drawn.size());
    std::vector<double> known;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        MapColumn& column = map.columns[i];
        map.operands.push_back(cat(operand_text(input.a, a[i]), "\n", operand_text(input.b, b[i])));
        if (!contains(*input.a.region, drawn[i]) || !contains(*input.b.region, drawn[i])) {
            column = {ColumnState::NotInRegion, 0, -1, input.not_in_region};
            continue;
        }
        column.value = compared(a[i], b[i], input.kind);
        column.state = std::isfinite(column.value) ? ColumnState::HasData : ColumnState::Missing;
        if (column.state == ColumnState::HasData) known.push_back(column.value);
    }
    map.base = input.range ? difference_scale_to(*input.range) : difference_scale(std::move(known));
    for (MapColumn& column : map.columns) {
        if (column.state != ColumnState::HasData) continue;
        column.bin = map.base.bin(column.value);
        column.color = map.colors.palette.colors[static_cast<std::size_t>(column.bin)];
    }
    return map;
}

}  // namespace hone::eyemap
