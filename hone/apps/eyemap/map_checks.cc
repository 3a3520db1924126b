#include "hone/apps/eyemap/map_checks.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "hone/apps/eyemap/statistics.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

class MapChecks {
public:
    MapChecks(const CellType& type, const Regions& regions, const Universe& universe, const Metric& metric)
        : type_(type), regions_(regions), universe_(universe), metric_(metric) {}

    std::vector<Found> run() {
        for (std::size_t region = 0; region < regions_.size(); ++region) {
            for (const Side side : kSides)
                check_map(region, side);
            check_eyes(region);
        }
        return std::move(findings_);
    }

private:
    const Mask& mask(std::size_t region, Side side) const {
        static const Mask none;
        const auto at = universe_.find({region, side});
        return at == universe_.end() ? none : at->second;
    }

    const ColumnSet* set(std::size_t region, Side side) const {
        const ColumnSet* const found_set = type_.find(region, side);
        return found_set == nullptr || !found_set->failure.empty() ? nullptr : found_set;
    }

    void tell(Finding finding, std::size_t region, std::optional<Side> side, std::string_view text) {
        std::string key = cat(type_.name, " in ", regions_[region].name);
        if (side) key += cat(" (", side_letter(*side), ')');
        findings_.push_back(found(finding, {}, {}, cat(key, ", ", metric_name(metric_), ": ", text)));
    }

    static std::string column(Hex hex) { return cat("column ", hex.hex1, ',', hex.hex2); }

    void check_map(std::size_t region, Side side) {
        const ColumnSet* const columns = set(region, side);
        if (columns == nullptr) return;
        const Mask& all = mask(region, side);
        const MapStatistics statistics = map_statistics(columns, all, metric_);
        if (statistics.coverage.occupied == 0) tell(Finding::EmptyMap, region, side, "no column has data");
        if (statistics.values && statistics.values->least == statistics.values->greatest)
            tell(Finding::ConstantMap, region, side,
                 cat("every column with data has the value ", shortest(statistics.values->least)));
        for (const Hex hex : statistics.coverage.holes)
            tell(Finding::Hole, region, side, cat(column(hex), " has no data, its six neighbours have"));
        for (const Outlier& outlier : outliers_of(*columns, all, metric_))
            tell(Finding::Outlier, region, side,
                 cat(column(outlier.hex), " has ", shortest(outlier.value), ", its neighbours about ",
                     shortest(outlier.expected)));
        tell_missing(*columns, region, side);
    }

    void tell_missing(const ColumnSet& columns, std::size_t region, Side side) {
        const std::vector<double> values = metric_values(columns, metric_);
        const auto missing = std::ranges::count_if(values, [](double value) { return std::isnan(value); });
        if (missing == 0) return;
        tell(Finding::MissingField, region, side, cat(missing, " columns have no value"));
        findings_.back().severity = Severity::Note;
    }

    /// Columns of both eyes with data in one. A type that is in one eye only is not a finding for each column.
    void check_eyes(std::size_t region) {
        const ColumnSet* const left = set(region, Side::Left);
        const ColumnSet* const right = set(region, Side::Right);
        if (left == nullptr || right == nullptr) return;
        const LeftRight both = left_right(left, mask(region, Side::Left), right, mask(region, Side::Right), metric_);
        for (const Hex hex : both.left_only)
            tell(Finding::OneEye, region, Side::Left, cat(column(hex), " has data in this eye only"));
        for (const Hex hex : both.right_only)
            tell(Finding::OneEye, region, Side::Right, cat(column(hex), " has data in this eye only"));
    }

    const CellType& type_;
    const Regions& regions_;
    const Universe& universe_;
    const Metric& metric_;
    std::vector<Found> findings_;
};

}  // namespace

std::vector<Found> check_maps(const CellType& type, const Regions& regions, const Universe& universe,
                              const Metric& metric) {
    return MapChecks(type, regions, universe, metric).run();
}

}  // namespace hone::eyemap
