#include "hone/apps/eyemap/type_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>

#include "hone/apps/eyemap/index_page.h"
#include "hone/apps/eyemap/page_examples.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/testing/png_check.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kHostile = "Zé<7>&\"q\" 'x'/α</script><!--";

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

std::string page_of(const std::vector<MapModel>& maps, const TypePageOptions& options = {}) {
    return type_page(maps, PageExample::names_of(maps), options);
}

Json data_of(const std::string& page) {
    const std::string start = "<script type=\"application/json\" id=\"data\">";
    const std::size_t from = page.find(start) + start.size();
    return Json::parse(std::string_view(page).substr(from, page.find("</script>", from) - from));
}

TEST(TypePage, HoldsEveryMapWithItsNumbers) {
    const auto maps = PageExample("Tm3").maps();
    ASSERT_EQ(maps.size(), 12U);
    const std::string page = page_of(maps);
    EXPECT_EQ(page, page_of(maps));
    EXPECT_EQ(count_of(page, "<svg "), 12U);
    EXPECT_EQ(count_of(page, "<use "), 12U * 892);
    EXPECT_NE(page.find("<h2>Population spatial coverage</h2>"), std::string::npos);
    const Json data = data_of(page);
    EXPECT_EQ(data.at("frames").items().size(), 1U) << "all maps draw the same columns";
    EXPECT_EQ(parse_mask(data.at("frames").items()[0].text()), builtin_mask("ME"));
    for (const Json& entry : data.at("maps").items()) {
        const auto at = static_cast<std::size_t>(std::stoul(entry.at("id").text().substr(1)));
        const MapModel& map = maps[at];
        EXPECT_EQ(entry.at("states").text().size(), map.columns.size());
        std::string values, depth;
        for (std::size_t i = 0; i < map.columns.size(); ++i) {
            if (map.columns[i].state != ColumnState::HasData) continue;
            values += cat(values.empty() ? "" : " ", map.columns[i].value);
            std::string layers;
            for (std::size_t k = 0; k < map.layer_count; ++k) {
                const std::int64_t value = map.layer_values[i * map.layer_count + k];
                layers += cat(k == 0 ? "" : ",", value == 0 ? "" : cat(value));
            }
            while (layers.ends_with(','))
                layers.pop_back();
            depth += cat(depth.empty() ? "" : ";", layers);
        }
        EXPECT_EQ(entry.at("values").text(), values);
        EXPECT_EQ(entry.at("depth").text(), depth);
    }
}

TEST(TypePage, OrdersRowsBySidesAsTheCatalogueDoes) {
    const auto order_of = [](const std::vector<MapModel>& maps) {
        std::string order;
        const std::string page = page_of(maps);
        const std::regex figure("<div class=\"row\">|data-map=\"m([0-9]+)\"");
        for (std::sregex_iterator at(page.begin(), page.end(), figure), end; at != end; ++at) {
            if (!(*at)[1].matched) {
                order += "| ";
                continue;
            }
            const MapModel& map = maps[std::stoul((*at)[1])];
            order += cat(map.region.name, side_letter(map.side), map.metric.kind == Metric::Kind::Cells ? "c " : " ");
        }
        return order;
    };
    EXPECT_EQ(order_of(PageExample("a", {Side::Right}).maps()), "| MER LOR LOPR | MERc LORc LOPRc ");
    EXPECT_EQ(order_of(PageExample("a").maps()),
              "| MER MEL | LOR LOL | LOPR LOPL | MERc MELc | LORc LOLc | LOPRc LOPLc ");
}

TEST(TypePage, KeepsNamesText) {
    PageExample example{std::string(kHostile)};
    example.universe.erase({2, Side::Left});
    auto maps = example.maps();
    maps[1].failure = "row 7: <b>bad</b> & \"worse\"";
    TypePageOptions options{.index_href = "../index.html", .previous = {"a\"b.html", "<i>"}, .notes = {"<u>"}};
    const std::string page = page_of(maps, options);
    for (const char* tag : {"<b>", "<i>", "<u>", "<7>", "<!--"})
        EXPECT_EQ(page.find(tag), std::string::npos) << tag;
    EXPECT_EQ(count_of(page, "</script>"), 2U);
    EXPECT_EQ(count_of(page, "<script"), 2U);
    EXPECT_EQ(data_of(page).at("type").text(), kHostile);
    EXPECT_NE(page.find("a&quot;b.html"), std::string::npos);
    EXPECT_EQ(count_of(page, "data-state=\"failed\""), 1U);
    EXPECT_EQ(page.find("http"), page.find("http-equiv")) << "no address of a network";
}

TEST(TypePage, DrawsMissingValuesAndDifferences) {
    PageExample example("a", {Side::Right});
    std::vector<double> values;
    for (std::size_t i = 0; i < example.type.sets[0].size(); ++i)
        values.push_back(i % 9 == 0 ? std::nan("") : static_cast<double>(i) - 300);
    example.type.sets[0].values.emplace_back("balance", values);
    const std::vector<MapModel> maps = {example.map(0, Side::Right, {Metric::Kind::Value, "balance"})};
    const std::string page = page_of(maps);
    EXPECT_EQ(count_of(page, "class=\"m\""), maps[0].count(ColumnState::Missing));
    EXPECT_NE(page.find("class=\"c6\""), std::string::npos);
    EXPECT_NE(page.find(".pm0 .c6{fill:"), std::string::npos);
    EXPECT_EQ(data_of(page).at("maps").items()[0].at("base").at("method").text(), "difference");
}

TEST(TypePage, RefusesMapsOfDifferentTypes) {
    auto maps = PageExample("a").maps();
    maps[1].type = "b";
    EXPECT_THROW(page_of(maps), Error);
    EXPECT_THROW(page_of({}), Error);
}

TEST(Thumbnail, ShowsEachColumnAsTwoPixels) {
    const MapModel map = PageExample("a").map(2, Side::Left, {Metric::Kind::Synapses, {}});
    const std::string bytes = thumbnail_png(map);
    const testing::ReadPng png = testing::read_png(bytes);
    ASSERT_EQ(png.mistake, "");
    EXPECT_EQ(png.width, 36U) << "h1 - h2 from -19 to 16";
    EXPECT_EQ(png.height, 67U) << "h1 + h2 from 7 to 72, and one";
    EXPECT_LT(bytes.size(), 1500U);
    std::size_t painted = 0;
    for (std::size_t i = 3; i < png.rgba.size(); i += 4)
        painted += png.rgba[i] == 255 ? 1 : 0;
    EXPECT_EQ(painted, 2 * map.columns.size());
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        const Hex hex = map.layout->columns[i];
        const auto x = static_cast<std::uint32_t>(16 - (hex.hex1 - hex.hex2));  // the left eye is turned over
        const auto y = static_cast<std::uint32_t>(72 - (hex.hex1 + hex.hex2));
        ASSERT_EQ(png.at(x, y), on_page(map.columns[i].color) << 8 | 0xff) << hex.hex1 << ' ' << hex.hex2;
        ASSERT_EQ(png.at(x, y + 1), png.at(x, y));
    }
    EXPECT_EQ(thumbnail_png(MapModel{}), "");
}

std::vector<IndexEntry> entries() {
    std::vector<IndexEntry> list;
    for (const std::string& name :
         {std::string(kHostile), std::string("Tm4"), std::string("T4a"), std::string("T10")}) {
        const PageExample example(name, name == "Tm4" ? std::vector{Side::Left} : std::vector{Side::Right, Side::Left});
        IndexEntry entry{.type = name, .href = "types/page.html"};
        for (const MapModel& map : example.maps()) {
            if (map.metric.kind != Metric::Kind::Synapses) continue;
            entry.maps.push_back({map.region.name, map.side, std::string(map.state()), thumbnail_png(map)});
            entry.columns += map.count(ColumnState::HasData);
        }
        entry.cells = 12345 + list.size();
        entry.synapses = 100 * (list.size() + 1);
        list.push_back(std::move(entry));
    }
    list[2].href = "";
    list[2].maps[0] = {"ME", Side::Right, "failed", ""};
    return list;
}

TEST(IndexPage, ListsTypesAndTotals) {
    const std::string page = index_page(entries(), {.provenance = {"<Data>", "1", "free"}, .notes = {"<u>"}});
    EXPECT_EQ(count_of(page, "<li data-name="), 4U);
    EXPECT_EQ(count_of(page, "src=\"data:image/png;base64,"), 20U);
    EXPECT_NE(page.find("4 types, 21 maps (1 could not be drawn)"), std::string::npos);
    EXPECT_NE(page.find("12\u202f345 cells"), std::string::npos);
    for (const char* tag : {"<Data>", "<u>", "<7>", "<!--"})
        EXPECT_EQ(page.find(tag), std::string::npos) << tag;
    EXPECT_EQ(count_of(page, "</script>"), 2U);
    EXPECT_EQ(page, index_page(entries(), {.provenance = {"<Data>", "1", "free"}, .notes = {"<u>"}}));
    EXPECT_NE(index_page({}, {}).find("0 types, 0 maps"), std::string::npos);
}

/// The pages that the browser test looks at are written where it asks for them.
TEST(TypePage, WritesExamplesWhereTheyAreWanted) {
    const char* folder = std::getenv("HONE_PAGE_FOLDER");
    if (folder == nullptr) GTEST_SKIP() << "HONE_PAGE_FOLDER says where";
    const auto write = [&](std::string_view name, const std::string& bytes) {
        std::ofstream(cat(folder, "/", name), std::ios::binary) << bytes;
    };
    const TypePageOptions options{.index_href = "index.html", .next = {"hostile.html", "Next"}, .notes = {"A note."}};
    write("example.html", page_of(PageExample("Tm3").maps(), options));
    write("single.html", page_of(PageExample("Tm3", {Side::Right}).maps()));
    auto maps = PageExample{std::string(kHostile)}.maps();
    maps[1].failure = "row 7: <b>bad</b>";
    write("hostile.html", page_of(maps));
    write("index.html", index_page(entries(), {.provenance = {"Sample", "1", "free"}}));
}

}  // namespace
}  // namespace hone::eyemap
