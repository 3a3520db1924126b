#pragma once
#include <string>

#include "hone/apps/envelope/selection.h"

namespace hone::envelope {

struct CellsOptions : CellOptions {
    std::string area;             ///< km2; empty: all land
    std::string bound = "upper";  ///< or "lower"
    std::string tier = "comprehensive";
};

/// The cells behind a bound: the best (upper) or worst (lower) land of the area asked for, in the order in which it is
/// taken; without an area the whole sequence. Table "cells".
Outputs cell_list(Run& run, const CellsOptions& options);

}  // namespace hone::envelope
