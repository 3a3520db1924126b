#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/map_model.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/base/codec.h"
#include "hone/engine/param.h"

namespace hone::eyemap {

/// How maps look: parameters of every task that draws.
struct PictureOptions {
    std::string orientation = "catalogue";
    std::string vertical = "up";
    double hex_size = 6;
    double spacing = 1.1;
    double margin = 10;
    std::string palette = "reds5";
    std::string scale = "type";
    std::string method = "linear";
    std::string range;  ///< "LO,HI" or empty
    std::string degenerate = "lowest";
    bool continuous = false;
    std::string profile = "full";
    std::string theme = "clear";
    bool keyboard = false;
    bool axes = false;
    bool operator==(const PictureOptions&) const = default;
};

/// The same, read. Fault::Usage names the parameter that is wrong.
struct Picture {
    LayoutOptions layout;
    ColorOptions colors;
    SvgOptions svg;
};
Picture parse_picture(const PictureOptions& options);
/// "LO,HI": two finite numbers, LO <= HI; Fault::Usage.
std::pair<double, double> parse_range(std::string_view text);

/// A canonical form that is the text itself, once `parse` accepts it.
template <class Parse>
auto accepted_by(Parse parse) {
    return [parse](std::string_view text) {
        (void)parse(text);
        return std::string(text);
    };
}

template <class Options>
void declare_colors(Params<Options>& params) {
    params(&Options::palette, "palette", "Colours from least to greatest: a name, or 5 or 7 colours #rrggbb")
        .suggest(palette_names())
        .value("NAME|COLOURS")
        .canonical(accepted_by(parse_palette));
    params(&Options::scale, "scale", "Whose values share a scale of colours")
        .one_of({"type", "region", "map", "catalogue"});
    params(&Options::method, "method", "How a scale is cut into five classes")
        .one_of({"linear", "quantile", "log", "paper"});
    params(&Options::range, "range", "Ends of the scale of columns, instead of --scale and --method")
        .value("LO,HI")
        .canonical(accepted_by(parse_range));
    params(&Options::degenerate, "degenerate", "Class of layers that all have one value").one_of({"lowest", "middle"});
    params(&Options::continuous, "continuous", "Blend colours instead of five classes");
}

template <class Options>
void declare_picture(Params<Options>& params) {
    declare_colors(params);
    params(&Options::orientation, "orientation",
           "Which way hex1 - hex2 grows: as in catalogues (left eye mirrored), as in papers, or to the right")
        .one_of({"catalogue", "paper", "lattice"});
    params(&Options::vertical, "vertical", "Whether larger hex1 + hex2 is up or down").one_of({"up", "down"});
    params(&Options::hex_size, "hex-size", "Radius of a hexagon in px, 1 to 50");
    params(&Options::spacing, "spacing", "Distance of neighbours in hexagons that touch, 1 to 3");
    params(&Options::margin, "margin", "Margin in px, 0 to 200");
    params(&Options::profile, "svg", "What an SVG holds: everything, the same in few bytes, or no script")
        .one_of({"full", "compact", "static"});
    params(&Options::theme, "theme", "Colours of titles and of empty columns").one_of({"clear", "catalogue"});
    params(&Options::keyboard, "keyboard", "Hexagons can be reached by the tab key");
    params(&Options::axes, "axes", "Draw a cross with the p, q and v axes");
}

}  // namespace hone::eyemap

namespace hone {

template <>
struct Codec<eyemap::PictureOptions> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::PictureOptions& value);
    static eyemap::PictureOptions decode(Decoder& in);
};

}  // namespace hone
