#include "hone/apps/envelope/provenance.h"

#include <utility>

#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::string_view kSpam2020 =
    "International Food Policy Research Institute (IFPRI), 2024: Global Spatially-Disaggregated Crop Production "
    "Statistics Data for 2020 Version 2.0. Harvard Dataverse, https://doi.org/10.7910/DVN/SWPENT";
constexpr std::string_view kSpam2010 =
    "International Food Policy Research Institute (IFPRI), 2019: Global Spatially-Disaggregated Crop Production "
    "Statistics Data for 2010 Version 2.0. Harvard Dataverse, https://doi.org/10.7910/DVN/PRFF8V";

SourceFile source_of(std::string role, const Input& input, const FileCounts& counts) {
    return {std::move(role), input.digest.digest.hex(), input.size_bytes(), counts.layout, counts.year_data};
}

Json list_json(const std::vector<std::string>& texts) {
    Json json = Json::array();
    for (const std::string& text : texts)
        json.push(text);
    return json;
}

Json parameters_json(const CellOptions& options) {
    const CropSet set = parse_crop_set(options.crop);
    const EnergyTable energy = parse_energy_table(options.energy);
    Json contents = Json::object();
    for (const Crop crop : set.crops())
        contents.set(std::string(crop_code(crop)), static_cast<double>(energy.kcal_per_tenth_tonne[crop]) / 100'000.0);
    Json json = Json::object();
    json.set("crop_set", set.name).set("energy_table", energy.name).set("kcal_per_g", std::move(contents));
    json.set("filter", options.filter).set("countries", list_json(options.country));
    json.set("states", list_json(options.state)).set("boxes", list_json(options.box));
    json.set("polygons", !options.polygons.empty()).set("strict", options.strict);
    return json.set("refinement", options.refinement);
}

Json attribution_json(const LoadedBase& loaded) {
    Json json = Json::array();
    if (loaded.is_synthetic) return json.push("synthetic sample data of hone, no observations");
    json.push(loaded.production.layout == "SPAM 2010" ? kSpam2010 : kSpam2020);
    if (loaded.harvest.layout != loaded.production.layout)
        json.push(loaded.harvest.layout == "SPAM 2010" ? kSpam2010 : kSpam2020);
    return json;
}

}  // namespace

std::vector<SourceFile> sources_of(const Input& production, const Input& harvest, const LoadedBase& loaded) {
    return {source_of("production", production, loaded.production), source_of("harvest", harvest, loaded.harvest)};
}

Json provenance(std::span<const SourceFile> sources, const CellOptions& options, const LoadedBase& loaded) {
    Json files = Json::array();
    for (const SourceFile& source : sources) {
        Json file = Json::object();
        file.set("file", source.role).set("digest", source.digest).set("bytes", source.bytes);
        files.push(file.set("edition", source.edition).set("year_data", source.year_data));
    }
    Json json = Json::object();
    json.set("synthetic", loaded.is_synthetic).set("sources", std::move(files));
    json.set("attribution", attribution_json(loaded)).set("parameters", parameters_json(options));
    json.set("revisions", Json::object().set("base", kBaseRevision));
    json.set("method", "fractional knapsack on exact integers: 0.1 ha, 0.1 t, 1 kcal; bounds rounded outwards");
    return json.set("borders", "present borders and cropping");
}

}  // namespace hone::envelope
