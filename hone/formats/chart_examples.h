#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hone/formats/chart.h"

namespace hone::testing {

/// Charts that show what the module can do and what it must survive; the golden files are their pictures.
std::vector<std::pair<std::string, std::string>> example_figures();

/// The figure of a paper: harvests and areas of four crops as eight maps, made up; the pictures are `columns` wide.
std::string maps_figure(std::uint32_t columns);

/// Charts of the kinds that papers on food security hold; made up.
std::vector<std::pair<std::string, std::string>> paper_figures();

/// The first of them: log axes, a band between two lines, three rules, twenty labelled events in clusters.
Chart envelope_chart();

}  // namespace hone::testing
