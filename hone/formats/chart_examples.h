#pragma once
#include <string>
#include <utility>
#include <vector>

#include "hone/formats/chart.h"

namespace hone::testing {

/// Charts that show what the module can do and what it must survive; the golden files are their pictures.
std::vector<std::pair<std::string, std::string>> example_figures();

/// The first of them: log axes, a band between two lines, three rules, twenty labelled events in clusters.
Chart envelope_chart();

}  // namespace hone::testing
