#include "hone/apps/eyemap/data_document.h"

#include <cmath>
#include <string>

#include "hone/base/json.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

Json header_of(const DataSet& data) {
    Json document = Json::object();
    document.set("format", "hone-eyemap").set("version", 1);
    Json set = Json::object();
    set.set("name", data.provenance.name).set("version", data.provenance.version);
    set.set("licence", data.provenance.licence);
    document.set("dataset", std::move(set));
    Json regions = Json::array();
    for (std::size_t i = 0; i < data.regions.size(); ++i) {
        Json region = Json::object();
        region.set("name", data.regions[i].name)
            .set("layers", static_cast<std::int64_t>(data.regions[i].layers.size()));
        regions.push(std::move(region));
    }
    document.set("regions", std::move(regions));
    Json universe = Json::object();
    for (const auto& [place, mask] : data.universe)
        universe.set(cat(data.regions[place.first].name, "_", side_letter(place.second)), mask_text(mask));
    document.set("universe", std::move(universe));
    return document;
}

Json layers_of(const ColumnSet& set, std::size_t at) {
    Json layers = Json::array();
    for (std::size_t k = 0; k < set.layer_count; ++k) {
        const std::size_t index = at * set.layer_count + k;
        const std::int64_t synapses = index < set.layer_synapses.size() ? set.layer_synapses[index] : kMissingCount;
        const std::int64_t cells = index < set.layer_cells.size() ? set.layer_cells[index] : kMissingCount;
        if (synapses <= 0 && cells <= 0) continue;
        Json layer = Json::object();
        layer.set("layer", static_cast<std::int64_t>(k + 1));
        if (synapses != kMissingCount) layer.set("synapses", synapses);
        if (cells != kMissingCount) layer.set("cells", cells);
        layers.push(std::move(layer));
    }
    return layers;
}

Json column_of(const DataSet& data, const ColumnSet& set, std::size_t at) {
    Json column = Json::object();
    column.set("region", data.regions[set.region].name).set("side", std::string(1, side_letter(set.side)));
    column.set("hex1", set.hexes[at].hex1).set("hex2", set.hexes[at].hex2);
    const auto count = [&](const char* name, const std::vector<std::int64_t>& counts) {
        if (at < counts.size() && counts[at] != kMissingCount) column.set(name, counts[at]);
    };
    count("total_synapses", set.synapses);
    count("neuron_count", set.cells);
    count("pre", set.pre);
    count("post", set.post);
    if (set.layer_count > 0) column.set("layers", layers_of(set, at));
    Json values = Json::object();
    for (const auto& [name, numbers] : set.values)
        if (at < numbers.size() && !std::isnan(numbers[at])) values.set(name, numbers[at]);
    if (!values.members().empty()) column.set("values", std::move(values));
    return column;
}

void write_type(const DataSet& data, const CellType& type, FunctionRef<void(std::string_view)> sink) {
    sink(cat("{\"name\":", Json(type.name).dump(0), ",\"columns\":["));
    std::string_view separator = "\n";
    for (const ColumnSet& set : type.sets)
        for (std::size_t at = 0; at < set.size(); ++at) {
            sink(cat(separator, column_of(data, set, at).dump(0)));
            separator = ",\n";
        }
    sink("]}");
}

}  // namespace

void write_document(const DataSet& data, FunctionRef<void(std::string_view)> sink) {
    std::string head = header_of(data).dump(0);
    head.pop_back();  // the closing brace: types follow
    sink(cat(head, ",\n\"types\":["));
    std::string_view separator = "\n";
    for (const CellType& type : data.types) {
        sink(separator);
        write_type(data, type, sink);
        separator = ",\n";
    }
    sink("]}\n");
}

}  // namespace hone::eyemap
