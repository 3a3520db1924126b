#include "hone/apps/envelope/area_mask.h"

#include <algorithm>
#include <optional>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

using Ring = std::vector<std::pair<double, double>>;

Ring read_ring(const Json& json) {
    Ring ring;
    for (const Json& point : json.items()) {
        if (point.items().size() < 2) fail(Fault::Input, "GeoJSON: a position needs a longitude and a latitude");
        const double longitude = point.items()[0].number();
        const double latitude = point.items()[1].number();
        if (!(longitude >= -360 && longitude <= 360 && latitude >= -90 && latitude <= 90))
            fail(Fault::Input, "GeoJSON: a position is no longitude and latitude in degrees (WGS 84): ", longitude,
                 ", ", latitude);
        ring.emplace_back(longitude, latitude);
    }
    if (ring.size() < 3) fail(Fault::Input, "GeoJSON: a ring needs at least three positions");
    return ring;
}

void add_geometry(const Json& geometry, std::vector<Ring>& rings) {
    const std::string& type = geometry.at("type").text();
    if (type == "Polygon") {
        for (const Json& ring : geometry.at("coordinates").items())
            rings.push_back(read_ring(ring));
    } else if (type == "MultiPolygon") {
        for (const Json& polygon : geometry.at("coordinates").items())
            for (const Json& ring : polygon.items())
                rings.push_back(read_ring(ring));
    } else if (type == "GeometryCollection") {
        for (const Json& part : geometry.at("geometries").items())
            add_geometry(part, rings);
    } else {
        fail(Fault::Input, "GeoJSON: regions are Polygon or MultiPolygon, found ", type);
    }
}

std::optional<std::string> name_of(const Json& feature) {
    const Json* const properties = feature.find("properties");
    for (const Json* const holder : {properties, &feature}) {
        for (const std::string_view key : {"name", "NAME", "Name", "iso3", "ISO3", "id"}) {
            const Json* const value = holder != nullptr ? holder->find(key) : nullptr;
            if (value == nullptr) continue;
            if (value->is_text() && !value->text().empty()) return value->text();
            if (value->is_integer()) return cat(value->integer());
        }
    }
    return std::nullopt;
}

void add_feature(const Json& feature, std::vector<Polygons>& all) {
    const Json* const geometry = feature.find("geometry");
    if (geometry == nullptr || geometry->is_null()) return;
    Polygons polygons;
    const std::string base = name_of(feature).value_or(cat("polygon ", all.size() + 1));
    polygons.name = base;
    for (int i = 2; std::ranges::find(all, polygons.name, &Polygons::name) != all.end(); ++i)
        polygons.name = cat(base, ' ', i);
    add_geometry(*geometry, polygons.rings);
    all.push_back(std::move(polygons));
}

}  // namespace

Box parse_box(std::string_view text) {
    Box box;
    box.name = text;
    std::string_view edges = text;
    if (const std::size_t equals = text.find('='); equals != std::string_view::npos) {
        box.name = text.substr(0, equals);
        edges = text.substr(equals + 1);
    }
    const std::vector<std::string> parts = split(edges, '/');
    std::vector<double> numbers;
    for (const std::string& part : parts) {
        const auto number = parse_double(trim(part));
        if (number) numbers.push_back(*number);
    }
    const bool is_box = parts.size() == 4 && numbers.size() == 4 && numbers[0] >= -180 && numbers[0] <= 180 &&
                        numbers[2] >= -180 && numbers[2] <= 180 && numbers[1] >= -90 && numbers[1] <= numbers[3] &&
                        numbers[3] <= 90 && !box.name.empty();
    if (!is_box) fail(Fault::Usage, "expected a box WEST/SOUTH/EAST/NORTH in degrees, found '", text, "'");
    box.west = numbers[0];
    box.south = numbers[1];
    box.east = numbers[2];
    box.north = numbers[3];
    return box;
}

std::vector<Polygons> read_geojson(std::string_view text) {
    const Json json = Json::parse(text);
    std::vector<Polygons> all;
    const std::string& type = json.at("type").text();
    if (type == "FeatureCollection") {
        for (const Json& feature : json.at("features").items())
            add_feature(feature, all);
    } else if (type == "Feature") {
        add_feature(json, all);
    } else {
        Polygons polygons{"polygon 1", {}};
        add_geometry(json, polygons.rings);
        all.push_back(std::move(polygons));
    }
    if (all.empty()) fail(Fault::Input, "GeoJSON: there is no polygon");
    return all;
}

PolygonMask::PolygonMask(const Polygons& polygons, const Grid& grid)
    : polygons_(polygons), grid_(grid), rows_(static_cast<std::size_t>(grid.rows())) {}

bool PolygonMask::holds(std::uint32_t cell) {
    Row& row = rows_[static_cast<std::size_t>(grid_.row(cell))];
    if (!row.is_made) make(row, grid_.y(cell));
    const auto inside = [&](double longitude) {
        const auto after = std::ranges::upper_bound(row.crossings, longitude);
        return (after - row.crossings.begin()) % 2 == 1;
    };
    const double longitude = grid_.x(cell);
    // Rings across 180 degrees may be written with longitudes beyond it.
    return inside(longitude) || inside(longitude + 360) || inside(longitude - 360);
}

/// An edge crosses the row if one end lies at or south of it and the other north of it.
void PolygonMask::make(Row& row, double latitude) const {
    for (const auto& ring : polygons_.rings) {
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const auto& [x0, y0] = ring[i];
            const auto& [x1, y1] = ring[(i + 1) % ring.size()];
            if ((y0 <= latitude) == (y1 <= latitude)) continue;
            row.crossings.push_back(x0 + (latitude - y0) / (y1 - y0) * (x1 - x0));
        }
    }
    std::ranges::sort(row.crossings);
    row.is_made = true;
}

}  // namespace hone::envelope
