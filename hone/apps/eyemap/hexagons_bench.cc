// Places, colours and models of maps, without files.
#include <array>
#include <cmath>
#include <memory>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/apps/eyemap/map_model.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/apps/eyemap/markup.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/watch/bench.h"

namespace hone::eyemap {
namespace {

Mask rectangle(std::int32_t width, std::int32_t height) {
    Mask mask;
    for (std::int32_t hex1 = 1; hex1 <= width; ++hex1)
        for (std::int32_t hex2 = 1; hex2 <= height; ++hex2)
            mask.push_back({hex1, hex2});
    return mask;
}

double milliseconds(double ns) {
    return std::round(ns / 1e2) / 1e4;
}

void bench_places(Bench& bench) {
    const Mask mask = rectangle(50, 100);
    const Layout layout = make_layout(mask, Side::Right, 10, {});
    check(layout.places.size() == 5000, "every column has a place");
    for (std::size_t i = 0; i < mask.size(); ++i) {
        const double x = 1.5 * 6 * 1.1 * (mask[i].hex1 - mask[i].hex2 + 99) + 16;
        check(std::abs(layout.places[i].x - x * 100 - 1000) <= 0.5001, "places are those of the formula");
    }
    const double ns = best_ns(5, 20, [&] { keep(make_layout(mask, Side::Right, 10, {}).places.data()); });
    bench.report.at_most("hexagons", "places of 5,000 columns", milliseconds(ns), "ms", 0.05);
}

void bench_colors(Bench& bench) {
    Random random(1);
    std::vector<double> values(10'000);
    for (double& value : values)
        value = static_cast<double>(random.between(1, 5000));
    const Palette palette = parse_palette("reds5");
    const Scale scale = base_scale(values, ScaleMethod::Linear);
    std::vector<Color> colors(values.size());
    const auto color_all = [&] {
        for (std::size_t i = 0; i < values.size(); ++i)
            colors[i] = palette.colors[static_cast<std::size_t>(scale.bin(values[i]))];
        keep(colors.data());
    };
    color_all();
    for (std::size_t i = 0; i < values.size(); ++i) {
        int bin = 0;
        while (bin < 4 && 5 * (values[i] - scale.cuts[0]) > (bin + 1) * (scale.cuts[5] - scale.cuts[0]))
            ++bin;
        check(colors[i] == palette.colors[static_cast<std::size_t>(bin)], "colours are those of whole numbers");
    }
    bench.report.at_most("hexagons", "colours of 10,000 values", milliseconds(best_ns(5, 20, color_all)), "ms", 0.05);
}

void bench_models(Bench& bench) {
    const DataSet data = example_data();
    const MapModel map = example_map(data, 0, Side::Right);
    check(map.count(ColumnState::HasData) > 700, "most columns have data");
    const double ns = best_ns(5, 10, [&] { keep(example_map(data, 0, Side::Right).columns.data()); });
    bench.report.figure("hexagons", "layout, scales and model of 892 columns", milliseconds(ns), "ms");
}

/// A square lattice of columns, most with data in ten layers.
DataSet square_data(std::int32_t side) {
    DataSet data;
    data.regions = Regions::builtin();
    const Mask mask = rectangle(side, side);
    data.universe[{0, Side::Right}] = mask;
    Random random(3);
    data.types = {{"Tm3", {example_set(mask, 0, Side::Right, 10, random)}}};
    return data;
}

void check_svg(const MapModel& map, std::string_view text) {
    std::size_t hexagons = 0;
    for (std::size_t at = text.find("base-title="); at != std::string_view::npos;
         at = text.find("base-title=", at + 1)) {
        check(text.substr(at + 12).starts_with(markup_json(map.tooltip(hexagons))), "hexagons say what the map holds");
        ++hexagons;
    }
    check(hexagons == map.columns.size(), "every column has its hexagon");
}

void bench_svg(Bench& bench, const MapModel& map, const std::string& what, double most_ms) {
    const std::string text = svg_text(map, {});
    check_svg(map, text);
    const auto write = [&](Profile profile) {
        std::size_t bytes = 0;
        write_svg(map, {.profile = profile}, [&](std::string_view piece) { bytes += piece.size(); });
        keep(bytes);
    };
    const double full = best_ns(5, 5, [&] { write(Profile::Full); });
    const double compact = best_ns(5, 5, [&] { write(Profile::Compact); });
    bench.report.at_most("hexagons", "SVG full, " + what, milliseconds(full), "ms", most_ms);
    bench.report.figure("hexagons", "size of SVG full, " + what, std::round(static_cast<double>(text.size()) / 1e3),
                        "kB");
    bench.report.figure("hexagons", "SVG compact, " + what, milliseconds(compact), "ms");
    bench.report.figure("hexagons", "size of SVG compact, " + what,
                        std::round(static_cast<double>(svg_text(map, {.profile = Profile::Compact}).size()) / 1e3),
                        "kB");
}

/// A hundred parts of 10,000 columns.
void bench_stream(Bench& bench) {
    const MapModel part = example_map(square_data(100), 0, Side::Right);
    const std::size_t whole_size = svg_text(part, {}).size();
    std::size_t bytes = 0;
    const auto write = [&] {
        bytes = 0;
        const auto sink = [&](std::string_view piece) { bytes += piece.size(); };
        SvgStream stream(part, {}, {.has_data = true}, sink);
        for (int i = 0; i < 100; ++i)
            stream.add(part);
        stream.finish();
    };
    write();
    check(bytes > 99 * (whole_size - 20'000) && bytes < 100 * whole_size, "each part is written");
    bench.report.at_most("hexagons", "SVG full in parts, 1,000,000 columns", milliseconds(best_ns(2, 1, write)), "ms",
                         500);
}

}  // namespace
}  // namespace hone::eyemap

namespace hone {

void bench_hexagons(Bench& bench) {
    eyemap::bench_places(bench);
    eyemap::bench_colors(bench);
    eyemap::bench_models(bench);
    eyemap::bench_svg(bench, eyemap::example_map(eyemap::example_data(), 0, eyemap::Side::Right), "892 columns", 0.5);
    eyemap::bench_svg(bench, eyemap::example_map(eyemap::square_data(100), 0, eyemap::Side::Right), "10,000 columns",
                      4);
    eyemap::bench_stream(bench);
}

}  // namespace hone
