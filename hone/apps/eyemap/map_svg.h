#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "hone/apps/eyemap/map_model.h"
#include "hone/base/function_ref.h"

namespace hone::eyemap {

/// How much a file holds. Full: attributes that existing scripts read, about 700 bytes per hexagon. Compact: the same
/// picture and behaviour at 60 to 100 bytes per hexagon. Static: no script, no controls.
enum class Profile : std::uint8_t { Full, Compact, Static };
Profile parse_profile(std::string_view text);  ///< "full", "compact", "static"; Fault::Usage
std::string_view profile_name(Profile profile);

enum class Theme : std::uint8_t { Clear, Catalogue };
Theme parse_theme(std::string_view text);  ///< "clear", "catalogue"; Fault::Usage
std::string_view theme_name(Theme theme);

struct SvgOptions {
    Profile profile = Profile::Full;
    Theme theme = Theme::Clear;
    bool keyboard = false;   ///< every hexagon can be reached by the tab key
    std::string id_prefix;   ///< set when several maps stand in one page
    bool show_axes = false;  ///< a cross with p, q and v arrows
    bool operator==(const SvgOptions&) const = default;
};

/// Streams the SVG document of a map (a placeholder with the reason if it failed). Equal maps and options give equal
/// bytes. Memory: one buffer of 64 KiB, whatever the number of hexagons.
void write_svg(const MapModel& map, const SvgOptions& options, FunctionRef<void(std::string_view)> sink);
/// The same as one text.
std::string svg_text(const MapModel& map, const SvgOptions& options);

}  // namespace hone::eyemap
