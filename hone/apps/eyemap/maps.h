#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/map_model.h"
#include "hone/apps/eyemap/picture.h"
#include "hone/base/codec.h"
#include "hone/base/json.h"
#include "hone/engine/run.h"
#include "hone/table/table.h"

namespace hone::eyemap {

/// Which maps of a type are asked for: every combination.
struct Selection {
    std::vector<std::size_t> regions;  ///< in registry order
    std::vector<Side> sides;           ///< left before right
    std::vector<Metric> metrics;       ///< in the order asked for
};

/// What all types of a data set share when they are drawn.
struct Frame {
    Provenance provenance;
    Regions regions;
    Universe universe;
    Selection selection;
    std::vector<Scale> catalogue_scales;  ///< per metric of the selection; empty unless the scope is the catalogue
    PictureOptions picture;
    std::vector<std::pair<std::string, std::string>> facts;  ///< for the metadata of files
    bool zero_is_data = false;
    bool linear_bins = false;
    bool is_grey_2025 = false;
    bool is_combined = false;  ///< see LayoutOptions
    double png_scale = 0;      ///< 0 = no PNG
    bool draws_pdf = false;
    bool lists_columns = false;
};

/// What is known of a map that was drawn.
struct MapFacts {
    std::string type, region;
    Side side = Side::Right;
    std::string metric;
    std::string state, reason;              ///< ok, empty, failed
    std::int64_t columns = 0;               ///< of the region on this side
    std::array<std::int64_t, 4> counts{};   ///< by ColumnState
    std::optional<double> least, greatest;  ///< of the columns with data
    std::array<double, 6> cuts{};
    std::string file;  ///< below the output folder
    std::int64_t bytes = 0;
    std::string digest;  ///< SHA-256 of the file

    std::int64_t occupied() const { return counts[static_cast<std::size_t>(ColumnState::HasData)]; }
};

/// All maps of one type.
struct TypeMaps {
    std::vector<MapFacts> maps;
    std::string columns_csv;  ///< rows of columns.csv without the header; empty unless asked for

    std::uint64_t memory_bytes() const;
};

/// The models of all maps that the frame asks for, regions first, then sides, then metrics.
std::vector<MapModel> model_maps(const CellType& type, const Frame& frame);

/// Draws a type's maps as artifacts "eyemaps/<REGION>_<name>_<S>_<metric>".
TypeMaps draw_type(Run& run, const CellType& type, const std::string& name, const Frame& frame);

/// The colours of a request, with the older definitions that it asks for.
ColorOptions frame_colors(const Frame& frame);

/// How a request places columns, likewise.
LayoutOptions frame_layout(const Frame& frame);

/// What is known of a map before its file is written.
MapFacts facts_of(const MapModel& map);
/// Adds the columns of a part to the facts of a map that is drawn part by part.
void add_part(MapFacts& facts, const MapModel& part);

/// Draws one map as an artifact of this name, in the forms that the frame asks for.
MapFacts draw_map(Run& run, const MapModel& map, const std::string& file, const Frame& frame);

/// Name of a map's file without ending: "eyemaps/ME_Tm3_R_synapse_density".
std::string map_file(const MapModel& map, std::string_view name);

/// Collects the values of all types for a scale that the whole catalogue shares.
class CatalogueValues {
public:
    explicit CatalogueValues(const Frame& frame);
    /// True if the frame's scope asks for it.
    bool is_wanted() const { return is_wanted_; }
    void add(const CellType& type);
    /// One scale for each metric of the frame.
    std::vector<Scale> scales() &&;

private:
    std::vector<Metric> metrics_;
    ScaleMethod method_ = ScaleMethod::Linear;
    bool is_wanted_ = false;
    std::vector<std::vector<double>> values_;
};

/// maps.csv: one row per map.
Table maps_table(const std::vector<MapFacts>& maps);
/// The result object of the specification: states, reasons, counts and scales of every map.
Json maps_document(const std::vector<MapFacts>& maps);

/// The header of columns.csv, with numbers of all layers that a region has.
std::string columns_header(const Regions& regions);
/// Rows of columns.csv: exactly what the map draws.
void append_columns(std::string& csv, const MapModel& map, const ColumnSet* set, std::size_t layers);

}  // namespace hone::eyemap

namespace hone {

template <>
struct Codec<eyemap::Frame> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::Frame& value);
};
template <>
struct Codec<eyemap::TypeMaps> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::TypeMaps& value);
    static eyemap::TypeMaps decode(Decoder& in);
};

}  // namespace hone
