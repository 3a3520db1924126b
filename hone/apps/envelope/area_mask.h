#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/envelope/grid.h"

namespace hone::envelope {

/// A rectangle of longitudes and latitudes in degrees. Edges belong to it; west > east crosses 180 degrees.
struct Box {
    std::string name;  ///< as given, or the text of the edges
    double west = -180, south = -90, east = 180, north = 90;

    bool holds(double longitude, double latitude) const {
        const bool is_between =
            west <= east ? west <= longitude && longitude <= east : longitude >= west || longitude <= east;
        return is_between && south <= latitude && latitude <= north;
    }
};
/// Reads "W/S/E/N" or "NAME=W/S/E/N". Fault::Usage if it is no box.
Box parse_box(std::string_view text);

/// Areas of one name, each a ring with holes, by the even-odd rule. Longitudes and latitudes in degrees.
struct Polygons {
    std::string name;
    std::vector<std::vector<std::pair<double, double>>> rings;  ///< of all polygons; closed or not
};
/// The features of a GeoJSON document (FeatureCollection, Feature, Polygon, MultiPolygon, GeometryCollection), in its
/// order; a name is the property name, NAME, iso3 or id, else "polygon N", made different by numbers. Fault::Input for
/// anything else.
std::vector<Polygons> read_geojson(std::string_view text);

/// Which cells of a grid have their centre in polygons. Made once per row that is asked for; not thread-safe.
class PolygonMask {
public:
    PolygonMask(const Polygons& polygons, const Grid& grid);
    bool holds(std::uint32_t cell);

private:
    struct Row {
        bool is_made = false;
        std::vector<double> crossings;  ///< longitudes where the row of centres enters or leaves, ascending
    };
    void make(Row& row, double latitude) const;

    const Polygons& polygons_;
    Grid grid_;
    std::vector<Row> rows_;
};

}  // namespace hone::envelope
