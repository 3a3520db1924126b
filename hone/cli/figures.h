#pragma once
#include <vector>

#include "hone/cli/settings.h"
#include "hone/engine/deliver.h"
#include "hone/memory/budget.h"

namespace hone::cli {

/// The forms of figures besides SVG that --figures asks for, drawn with --dpi, and those that drawings ask for; nothing
/// is opened before the first figure. What is drawn is charged to `budget`, which must outlive the answer. Fault::Usage
/// names the setting that is wrong.
std::vector<Rendition> figure_forms(const Settings& settings, Budget& budget);

/// Versions of what draws PNG and PDF; throws Error (System) saying what is missing.
std::string figure_versions(const Settings& settings);

}  // namespace hone::cli
