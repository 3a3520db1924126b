#include "hone/apps/eyemap/import_task.h"

#include <set>
#include <string>

#include "hone/apps/eyemap/import_merge.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

struct ImportOptions {
    std::vector<Path> maps;
    std::string type;
    std::string side;
};

/// Documents that are held at once.
constexpr std::uint64_t kMapsOfRound = 64;

Outputs import_maps(Run& run, const ImportOptions& options) {
    const ImportHints hints{options.type, options.side};
    std::vector<ImportedFile> files;
    Reservation held(run.budget(), 0);
    std::uint64_t bytes = 0;
    for (std::size_t begin = 0; begin < options.maps.size(); begin += kMapsOfRound) {
        const std::size_t count = std::min<std::size_t>(kMapsOfRound, options.maps.size() - begin);
        auto maps = run.map_or_issue<ImportedFile>("import", count, [&](Run& item, std::size_t i) {
            const Input& input = item.input("map", begin + i);
            const std::string path = input.path.string();
            try {
                return ImportedFile{path, read_map_svg(item.read(input), hints)};
            } catch (const Error& error) {
                throw error.fault() == Fault::Input ? error.within(path).with_id("eyemap.import-unreadable") : error;
            }
        });
        for (auto& map : maps) {
            if (!map) continue;
            bytes += map->map.memory_bytes();
            files.push_back(std::move(*map));
        }
        held.resize(2 * bytes);  // the tables come beside them
        run.progress("maps", begin + count, options.maps.size());
    }
    if (files.empty()) fail(Fault::Input, "none of the maps could be read");
    const std::size_t read = files.size();
    std::set<std::string> types;
    for (const ImportedFile& file : files)
        types.insert(file.map.type);
    ImportedTables tables = merge_imported(files, run.issues());
    Outputs outputs;
    outputs.summary().set("maps", options.maps.size()).set("read", read).set("types", types.size());
    outputs.summary().set("columns", tables.columns.rows()).set("universe", tables.universe.rows());
    outputs.table("columns", std::move(tables.columns));
    outputs.table("universe", std::move(tables.universe));
    return outputs;
}

}  // namespace

Task import_task() {
    Params<ImportOptions> params;
    params(&ImportOptions::maps, "map", "Maps as SVG files, of any types, regions and sides")
        .file()
        .positional()
        .required();
    params(&ImportOptions::type, "type", "Cell type of the maps, for files that do not tell it").value("NAME");
    params(&ImportOptions::side, "side", "Side of the maps, for files that do not tell it").one_of({"L", "R"});
    return make_task("import", "Read the maps of a published catalogue back into tables of columns", 1, params,
                     &import_maps)
        .uncached();
}

std::vector<Notice> import_notices() {
    return {
        {"eyemap.import-unreadable",
         "A file is no map whose hexagons tell their column, or its texts contradict each other; the message says "
         "where. "
         "The other files were read. Compact maps keep their numbers in a block of data: take the tables or the JSON "
         "document that the catalogue was made from."},
        {"eyemap.import-twice",
         "Two files hold the same map (type, region, side and metric). The first one in the order given is taken."},
        {"eyemap.import-universe",
         "Maps of the same region and side disagree on which columns exist: some grey hexagons of one are in the "
         "region "
         "in another. Maps from different data releases differ in this way; such columns are taken to exist."},
    };
}

}  // namespace hone::eyemap
