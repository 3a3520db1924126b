#include "hone/apps/eyemap/catalogue.h"

#include <algorithm>
#include <optional>

#include "hone/apps/eyemap/feed.h"
#include "hone/apps/eyemap/file_name.h"
#include "hone/apps/eyemap/index_page.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/apps/eyemap/maps.h"
#include "hone/apps/eyemap/render.h"
#include "hone/apps/eyemap/type_page.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// A type's part of the site, as it is remembered.
struct SiteType {
    TypeMaps drawn;
    IndexEntry entry;

    std::uint64_t memory_bytes() const {
        std::uint64_t bytes = sizeof *this + drawn.memory_bytes();
        for (const IndexMap& map : entry.maps)
            bytes += sizeof map + map.thumbnail.capacity();
        return bytes;
    }
};

/// What a page says and links to besides its maps.
struct PagePlace {
    std::string name;  ///< safe name of the type
    std::string title;
    std::vector<std::string> notes;
};

std::string page_address(std::string_view name, const Selection& selection) {
    const std::string_view sides = selection.sides.size() > 1 ? "C" : selection.sides.front() == Side::Left ? "L" : "R";
    return cat("types/", name, "_", sides);
}

std::int64_t sum_of(const std::vector<std::int64_t>& counts) {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts)
        if (count != kMissingCount) sum = checked_add(sum, count);
    return sum;
}

IndexEntry entry_of(const CellType& type, const std::vector<MapModel>& maps) {
    IndexEntry entry;
    entry.type = type.name;
    for (const ColumnSet& set : type.sets) {
        entry.cells += static_cast<std::uint64_t>(sum_of(set.cells));
        entry.synapses += static_cast<std::uint64_t>(sum_of(set.synapses));
    }
    for (const MapModel& map : maps) {
        if (!(map.metric == maps.front().metric)) continue;
        entry.columns += map.count(ColumnState::HasData);
        entry.maps.push_back({map.region.name, map.side, std::string(map.state()), thumbnail_png(map)});
    }
    return entry;
}

SiteType draw_site_type(Run& run, const CellType& type, const PagePlace& place, const Frame& frame) {
    SiteType site;
    const std::vector<MapModel> maps = model_maps(type, frame);
    std::vector<std::string> names;
    for (const MapModel& map : maps) {
        run.cancel().check();
        site.drawn.maps.push_back(draw_map(run, map, map_file(map, place.name), frame));
        const std::string file = map_file(map, place.name);
        names.push_back(file.substr(file.find('/') + 1));
    }
    site.entry = entry_of(type, maps);
    site.entry.href = page_address(place.name, frame.selection) + ".html";
    TypePageOptions page;
    page.index_href = "../index.html";
    page.notes = place.notes;
    auto sink = run.artifact(page_address(place.name, frame.selection), "text/html");
    sink.write(type_page(maps, names, page));
    sink.finish();
    return site;
}

std::vector<std::string> notes_of(const Frame& frame) {
    std::vector<std::string> notes;
    const Provenance& of = frame.provenance;
    if (!of.name.empty()) notes.push_back(cat("Data: ", of.name, of.version.empty() ? "" : " ", of.version));
    if (!of.licence.empty()) notes.push_back(cat("Licence: ", of.licence));
    notes.push_back(cat("Colours: ", frame.picture.palette, ", scale by ",
                        frame.picture.range.empty() ? frame.picture.scale : "range " + frame.picture.range, ", ",
                        frame.picture.method));
    for (const auto& [name, text] : frame.facts)
        notes.push_back(cat(name, ": ", text));
    return notes;
}

Json manifest_of(const std::vector<MapFacts>& maps) {
    Json list = Json::array();
    for (const MapFacts& map : maps) {
        Json one = Json::object();
        one.set("file", map.file).set("digest", map.digest).set("bytes", map.bytes).set("type", map.type);
        one.set("region", map.region).set("side", std::string(1, side_letter(map.side))).set("metric", map.metric);
        one.set("state", map.state);
        list.push(std::move(one));
    }
    return list;
}

}  // namespace
}  // namespace hone::eyemap

namespace hone {

template <>
struct Codec<eyemap::PagePlace> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::PagePlace& value) {
        out.text(value.name);
        out.text(value.title);
        Codec<std::vector<std::string>>::encode(out, value.notes);
    }
};

template <>
struct Codec<eyemap::SiteType> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::SiteType& value) {
        Codec<eyemap::TypeMaps>::encode(out, value.drawn);
        const eyemap::IndexEntry& entry = value.entry;
        out.text(entry.type);
        out.text(entry.href);
        out.u64(entry.columns);
        out.u64(entry.cells);
        out.u64(entry.synapses);
        out.u64(entry.maps.size());
        for (const eyemap::IndexMap& map : entry.maps) {
            out.text(map.region);
            out.u8(static_cast<std::uint8_t>(map.side));
            out.text(map.state);
            out.text(map.thumbnail);
        }
    }
    static eyemap::SiteType decode(Decoder& in) {
        eyemap::SiteType value;
        value.drawn = Codec<eyemap::TypeMaps>::decode(in);
        eyemap::IndexEntry& entry = value.entry;
        entry.type = std::string(in.text());
        entry.href = std::string(in.text());
        entry.columns = in.u64();
        entry.cells = in.u64();
        entry.synapses = in.u64();
        entry.maps.resize(in.count(25));
        for (eyemap::IndexMap& map : entry.maps) {
            map.region = std::string(in.text());
            map.side = in.flag() ? eyemap::Side::Right : eyemap::Side::Left;
            map.state = std::string(in.text());
            map.thumbnail = std::string(in.text());
        }
        return value;
    }
};

}  // namespace hone

namespace hone::eyemap {

Outputs catalogue(Run& run, const CatalogueOptions& options) {
    const bool shares_scale = options.scale == "catalogue" && options.range.empty();
    TypeFeed feed(run, options, shares_scale);
    const std::vector<std::string> wanted =
        choose_types(feed.names(), options.types.empty() ? std::vector<std::string>{"all"} : options.types, {});
    const auto names = safe_names(feed.names());
    Frame frame = make_frame(run, feed, options, options, options);
    share_catalogue_scale(run, options, frame);
    const std::vector<std::string> notes = notes_of(frame);
    std::vector<MapFacts> maps;
    std::vector<IndexEntry> entries;
    feed.for_each_group(wanted, [&](const std::vector<const CellType*>& types) {
        auto drawn = run.map<std::shared_ptr<const SiteType>>("types", types.size(), [&](Run& item, std::size_t i) {
            const PagePlace place{names.at(types[i]->name), options.title, notes};
            return item.memo<SiteType>("site", 1, &draw_site_type, *types[i], place, frame);
        });
        for (const auto& site : drawn) {
            maps.insert(maps.end(), site->drawn.maps.begin(), site->drawn.maps.end());
            entries.push_back(site->entry);
        }
        run.progress("types", entries.size(), wanted.size());
    });
    feed.tell_rest();
    report_failures(run, maps);
    Outputs outputs;
    outputs.table("maps", maps_table(maps));
    IndexPageOptions index;
    index.title = options.title;
    index.provenance = frame.provenance;
    index.notes = notes;
    outputs.bytes("index", "text/html", index_page(entries, index));
    outputs.bytes("eyemaps/manifest", "application/json", manifest_of(maps).dump());
    outputs.summary().set("types", static_cast<std::int64_t>(wanted.size()));
    summarize_maps(outputs, maps);
    return outputs;
}

Task catalogue_task() {
    Params<CatalogueOptions> params;
    declare_source(params);
    declare_selection(params);
    declare_picture(params);
    params(&CatalogueOptions::title, "title", "Heading of the index");
    return make_task("catalogue", "A site of all types: an index, a page and the maps of each", 1, params, &catalogue);
}

}  // namespace hone::eyemap
