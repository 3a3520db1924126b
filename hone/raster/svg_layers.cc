#include "hone/raster/svg_layers.h"

#include <optional>
#include <utility>

#include "hone/base/base64.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::string_view kPixelated = " image-rendering=\"pixelated\"";

/// The value of an attribute of a start tag; nothing if it is not there.
std::optional<std::string_view> attribute(std::string_view tag, std::string_view name) {
    const std::string start = cat(' ', name, "=\"");
    const std::size_t at = tag.find(start);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view rest = tag.substr(at + start.size());
    return rest.substr(0, rest.find('"'));
}

double number(std::string_view tag, std::string_view name) {
    return parse_double(attribute(tag, name).value_or("")).value_or(0);
}

bool is_named(std::string_view tag, std::string_view name) {
    return tag.substr(1).starts_with(name) && (tag.size() == name.size() + 2 || tag[name.size() + 1] == ' ');
}

/// True if px of the document are px of the page.
bool has_plain_size(std::string_view root) {
    const auto width = attribute(root, "width");
    const auto height = attribute(root, "height");
    return width && height && attribute(root, "viewBox") == cat("0 0 ", *width, ' ', *height);
}

/// The image of a tag if it can be drawn apart.
std::optional<SvgLayer> sharp_image(std::string_view tag) {
    constexpr std::string_view kStart = "data:image/png;base64,";
    if (!is_named(tag, "image") || !tag.ends_with("/>") || tag.find(kPixelated) == std::string_view::npos) return {};
    if (attribute(tag, "preserveAspectRatio") != "none" || attribute(tag, "transform") || attribute(tag, "clip-path"))
        return {};
    const std::string_view href = attribute(tag, "href").value_or("");
    if (!href.starts_with(kStart)) return {};
    auto png = from_base64(href.substr(kStart.size()));
    SvgLayer layer{{}, true, number(tag, "x"), number(tag, "y"), number(tag, "width"), number(tag, "height")};
    if (!png || !(layer.width > 0 && layer.height > 0)) return {};
    layer.bytes = std::move(*png);
    return layer;
}

class Cutter {
public:
    explicit Cutter(std::string_view svg) : svg_(svg) {}

    std::vector<SvgLayer> cut() {
        for (std::size_t at = svg_.find('<'); at != std::string_view::npos; at = svg_.find('<', at + 1)) {
            const std::size_t end = svg_.find('>', at);
            if (end == std::string_view::npos) return whole();
            const std::string_view tag = svg_.substr(at, end + 1 - at);
            if (!take(tag, at)) return whole();
            at = end;
        }
        if (!open_.empty()) return whole();
        close_layer(svg_.size());
        return std::move(layers_);
    }

private:
    std::vector<SvgLayer> whole() const { return {{std::string(svg_)}}; }

    /// False for what SvgWriter does not write.
    bool take(std::string_view tag, std::size_t at) {
        if (tag.starts_with("<!") || tag.starts_with("<?") || is_named(tag, "use") || is_named(tag, "style"))
            return false;
        if (tag.starts_with("</")) {
            if (open_.empty()) return false;
            if (is_named(open_.back(), "clipPath"))
                definitions_ += svg_.substr(definition_start_, at + tag.size() - definition_start_);
            open_.pop_back();
            return true;
        }
        if (open_.empty() && !(is_named(tag, "svg") && has_plain_size(tag))) return false;
        if (is_named(tag, "clipPath")) definition_start_ = at;
        if (!tag.ends_with("/>")) {
            open_.push_back(tag);
            return true;
        }
        if (!stands_free()) return true;
        if (auto image = sharp_image(tag)) {
            close_layer(at);
            layers_.push_back(std::move(*image));
            start_ = at + tag.size();
            for (std::size_t i = 0; i < open_.size(); ++i) {
                head_ += open_[i];
                if (i == 0) head_ += definitions_;
            }
        }
        return true;
    }

    /// True if nothing around the present place clips, moves or fades.
    bool stands_free() const {
        for (std::size_t i = 1; i < open_.size(); ++i) {
            const auto id = attribute(open_[i], "id");
            if (open_[i] != "<g>" && !(id && open_[i] == cat("<g id=\"", *id, "\">"))) return false;
        }
        return true;
    }

    /// Ends the layer that is under way before `end`.
    void close_layer(std::size_t end) {
        SvgLayer layer{std::exchange(head_, {})};
        layer.bytes += svg_.substr(start_, end - start_);
        for (std::size_t i = open_.size(); i-- > 0;)
            layer.bytes += i == 0 ? "</svg>" : "</g>";
        layers_.push_back(std::move(layer));
    }

    std::string_view svg_;
    std::vector<std::string_view> open_;  // start tags around the present place
    std::string head_;                    // what the layer under way begins with
    std::size_t start_ = 0;               // where its part of the document begins
    std::size_t definition_start_ = 0;
    std::string definitions_;
    std::vector<SvgLayer> layers_;
};

}  // namespace

std::vector<SvgLayer> svg_layers(std::string_view svg) {
    if (svg.find(kPixelated) == std::string_view::npos) return {{std::string(svg)}};
    return Cutter(svg).cut();
}

}  // namespace hone
