#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hone/apps/envelope/order.h"
#include "hone/apps/envelope/units.h"

namespace hone::envelope {

/// Which outliers to leave out.
struct FilterRule {
    std::string name = "none";
    bool is_active = false;
    Area least_area;                     ///< smaller cells go
    std::int64_t factor_millionths = 0;  ///< cells above this multiple of the 99th percentile of yield go
};

/// What a filter did. Yields in kcal per ha; 0 where there were no cells.
struct FilterReport {
    std::string rule = "none";
    std::size_t valid = 0;  ///< cells of the base before the filter
    std::size_t removed_by_area = 0;
    std::size_t removed_by_yield = 0;
    std::size_t left = 0;
    double percentile_99 = 0;  ///< of the cells that were large enough
    double yield_limit = 0;    ///< factor times percentile_99
    double largest_yield = 0;  ///< among the cells left
};

struct Filtered {
    std::shared_ptr<const Base> base;  ///< the one given if nothing was asked for
    FilterReport report;
};

/// Reads "none", "conservative", "standard", "aggressive" or "MIN_HA:FACTOR": the least area of a cell in ha, with one
/// decimal, and the multiple of the 99th percentile of yield, with up to six (0 is legal for both). The rule's name is
/// the text in canonical form. Fault::Usage with what is known.
FilterRule parse_filter(std::string_view text);
/// Leaves out the outliers; linear.
Filtered filter(const std::shared_ptr<const Base>& base, const FilterRule& rule);

}  // namespace hone::envelope
