#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hone/apps/eyemap/feed.h"
#include "hone/apps/eyemap/picture.h"
#include "hone/apps/eyemap/selection.h"
#include "hone/apps/eyemap/source.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Parameters of `hone eyemap render`.
struct RenderOptions : SourceOptions, SelectionOptions, PictureOptions {
    std::string type;  ///< one type by its exact name
    double png = 0;    ///< scale of PNG files; 0 = none
    bool pdf = false;
    bool columns_csv = false;
};

/// Draws maps as SVG, and lists them.
Outputs render(Run& run, const RenderOptions& options);
Task render_task();

/// Frame of a request: what all its types share.
Frame make_frame(Run& run, const TypeFeed& feed, const SourceOptions& source, const SelectionOptions& selection,
                 const PictureOptions& picture);

/// Finds the scale that all types share, if the frame asks for one.
void share_catalogue_scale(Run& run, const SourceOptions& source, Frame& frame);

/// Draws types side by side, each remembered by its content; adds the artifacts to the run. In the order of `types`.
std::vector<TypeMaps> draw_types(Run& run, const std::vector<const CellType*>& types,
                                 const std::map<std::string, std::string, std::less<>>& names, const Frame& frame);

/// Turns failed maps into Issues (id eyemap.map-failed), so that the run ends with exit 1.
void report_failures(Run& run, const std::vector<MapFacts>& maps);

/// Numbers of maps by state, and their bytes.
void summarize_maps(Outputs& outputs, const std::vector<MapFacts>& maps);

}  // namespace hone::eyemap
