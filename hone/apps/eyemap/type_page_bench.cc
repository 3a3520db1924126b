// Pages of a catalogue: a type with twelve maps, thumbnails, an index.
#include <cmath>

#include "hone/apps/eyemap/index_page.h"
#include "hone/apps/eyemap/page_examples.h"
#include "hone/apps/eyemap/type_page.h"
#include "hone/base/error.h"
#include "hone/watch/bench.h"

namespace hone::eyemap {
namespace {

constexpr std::size_t kTypes = 425;

double milliseconds(double ns) {
    return std::round(ns / 1e4) / 1e2;
}

}  // namespace
}  // namespace hone::eyemap

namespace hone {

void bench_type_page(Bench& bench) {
    using namespace eyemap;
    const std::vector<MapModel> maps = PageExample("Tm3").maps();
    const std::vector<std::string> names = PageExample::names_of(maps);
    const std::string page = type_page(maps, names, {});
    check(page == type_page(maps, names, {}) && page.ends_with("</html>\n"), "a page is made alike each time");
    bench.report.at_most("eyemap", "page of 12 maps",
                         milliseconds(best_ns(5, 1, [&] { keep(type_page(maps, names, {})); })), "ms", 8);
    bench.report.figure("eyemap", "the page", std::round(static_cast<double>(page.size()) / 1e3), "kB");
    bench.report.figure("eyemap", "a thumbnail", milliseconds(best_ns(5, 10, [&] { keep(thumbnail_png(maps[0])); })),
                        "ms");
    IndexEntry entry{.type = "Tm3", .href = "types/Tm3_C.html", .columns = 1700, .cells = 1800, .synapses = 123456};
    for (const MapModel& map : maps)
        if (map.metric.kind == Metric::Kind::Synapses)
            entry.maps.push_back({map.region.name, map.side, std::string(map.state()), thumbnail_png(map)});
    const std::vector<IndexEntry> entries(kTypes, entry);
    check(index_page(entries, {}).find("425 types, 2\u202f550 maps") != std::string::npos, "an index counts its types");
    bench.report.figure("eyemap", "index of 425 types with 2,550 thumbnails",
                        milliseconds(best_ns(3, 1, [&] { keep(index_page(entries, {})); })), "ms");
}

}  // namespace hone
