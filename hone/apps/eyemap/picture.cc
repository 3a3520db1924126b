#include "hone/apps/eyemap/picture.h"

#include <cmath>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// Calls `visit` with every member: the one list for both directions of the codec.
template <class Options, class Visit>
void visit_members(Options& options, Visit visit) {
    for (auto* text : {&options.orientation, &options.vertical, &options.palette, &options.scale, &options.method,
                       &options.range, &options.degenerate, &options.profile, &options.theme})
        visit(*text);
    for (auto* number : {&options.hex_size, &options.spacing, &options.margin})
        visit(*number);
    for (auto* flag : {&options.continuous, &options.keyboard, &options.axes})
        visit(*flag);
}

}  // namespace

std::pair<double, double> parse_range(std::string_view text) {
    const std::vector<std::string> parts = split(text, ',');
    if (parts.size() == 2) {
        const auto low = parse_double(trim(parts[0]));
        const auto high = parse_double(trim(parts[1]));
        if (low && high && std::isfinite(*low) && std::isfinite(*high) && *low <= *high) return {*low, *high};
    }
    fail(Fault::Usage, "--range: expected LO,HI with LO not above HI, found '", text, "'");
}

Picture parse_picture(const PictureOptions& options) {
    Picture picture;
    picture.layout.orientation = parse_orientation(options.orientation);
    picture.layout.is_down = options.vertical == "down";
    picture.layout.hex_size = options.hex_size;
    picture.layout.spacing = options.spacing;
    picture.layout.margin = options.margin;
    check_layout(picture.layout);
    picture.colors.palette = parse_palette(options.palette);
    picture.colors.scope = parse_scale_scope(options.scale);
    picture.colors.method = parse_scale_method(options.method);
    if (!options.range.empty()) picture.colors.range = parse_range(options.range);
    picture.colors.degenerate_middle = options.degenerate == "middle";
    picture.colors.is_continuous = options.continuous;
    picture.svg.profile = parse_profile(options.profile);
    picture.svg.theme = parse_theme(options.theme);
    picture.svg.keyboard = options.keyboard;
    picture.svg.show_axes = options.axes;
    return picture;
}

}  // namespace hone::eyemap

namespace hone {

void Codec<eyemap::PictureOptions>::encode(Encoder& out, const eyemap::PictureOptions& value) {
    eyemap::visit_members(
        value, [&](const auto& member) { Codec<std::remove_cvref_t<decltype(member)>>::encode(out, member); });
}

eyemap::PictureOptions Codec<eyemap::PictureOptions>::decode(Decoder& in) {
    eyemap::PictureOptions value;
    eyemap::visit_members(value,
                          [&](auto& member) { member = Codec<std::remove_cvref_t<decltype(member)>>::decode(in); });
    return value;
}

}  // namespace hone
