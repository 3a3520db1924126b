#pragma once
#include <string>
#include <vector>

#include "hone/apps/eyemap/picture.h"
#include "hone/apps/eyemap/selection.h"
#include "hone/apps/eyemap/source_options.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Parameters of `hone eyemap catalogue` and `page`.
struct CatalogueOptions : SourceOptions, SelectionOptions, PictureOptions {
    CatalogueOptions() { profile = "compact"; }
    std::string title = "Eyemap catalogue";
};

/// The site: an index, a page and the maps of each type.
Outputs catalogue(Run& run, const CatalogueOptions& options);
Task catalogue_task();

}  // namespace hone::eyemap
