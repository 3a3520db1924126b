#include "hone/apps/eyemap/import_svg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/apps/eyemap/import_merge.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// A hexagon as published catalogues write it.
std::string hexagon(std::string_view title, std::string_view tips) {
    std::string shown(title);
    for (std::size_t at = shown.find("\\n"); at != std::string::npos; at = shown.find("\\n"))
        shown.replace(at, 2, "\n");
    return cat(
        "<g transform=\"translate(10.0,20.0)\">\n<path d=\"M6,0 Z\" fill=\"#fee5d9\" default-fill=\"#fee5d9\" "
        "layer-colors='[]' tooltip-layers='",
        tips, "' base-title='\"", title, "\"' stroke=\"none\"\n>\n<title>", shown, "</title>\n</path>\n</g>");
}

std::string document(std::string_view hexagons, std::string_view subtitle = "Tm3 (R)") {
    return cat(
        "<svg width=\"1\" height=\"1\" xmlns=\"http://www.w3.org/2000/svg\"><defs><style>.a{}</style></defs>",
        "<script>//<![CDATA[\nif (a < b && c) {}\n//]]></script><text x=\"5\">\n ME Synapses (All Columns)</text>",
        "<text>", subtitle, "</text><g id=\"layerControls-ME\"><text>5A</text></g><g id=\"hexplot-ME\">", hexagons,
        "</g><g id=\"legend-ME\"><rect><title>1\xE2\x80\xA6"
        "2</title></rect></g></svg>");
}

std::string usual_hexagons() {
    return hexagon(R"(Column: 5, 6\nSynapse count: 20\nROI: ME (right))", R"(["10\nROI: ME1", "0\nROI: ME2"])") +
           hexagon(R"(Column: 5, 5\nSynapse count: 0\nROI: ME (right))", "[]") +
           hexagon(R"(Column: 4, 5\nColumn not identified in ME (right))", "{}");
}

Error error_of(std::string_view svg, const ImportHints& hints = {}) {
    try {
        read_map_svg(svg, hints);
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {Fault::Bug, ""};
}

TEST(ImportSvg, ReadsHexagonsOfPublishedMaps) {
    const ImportedMap map = read_map_svg(document(usual_hexagons()));
    EXPECT_EQ(map.type, "Tm3");
    EXPECT_EQ(map.region, "ME");
    EXPECT_EQ(map.side, Side::Right);
    EXPECT_EQ(map.metric, "total_synapses");
    ASSERT_EQ(map.columns.size(), 3U);
    EXPECT_EQ(map.columns[0].hex, (Hex{4, 5}));
    EXPECT_FALSE(map.columns[0].is_in_region);
    EXPECT_EQ(map.columns[1].value, 0);
    EXPECT_EQ(map.columns[2].hex, (Hex{5, 6}));
    EXPECT_EQ(map.columns[2].value, 20);
    EXPECT_EQ(map.columns[2].layers, (std::vector<std::int64_t>{10, 0}));
}

TEST(ImportSvg, ReadsVariants) {
    // Only titles, no attributes.
    const ImportedMap titles = read_map_svg(
        document("<path d=\"M0,0\"><title>Column: -1, 12\nCell count: 3\nROI: LO (L)</title></path>", "a &lt; b (L)"));
    EXPECT_EQ(titles.type, "a < b");
    EXPECT_EQ(titles.region, "LO");
    EXPECT_EQ(titles.side, Side::Left);
    EXPECT_EQ(titles.metric, "neuron_count");
    EXPECT_EQ(titles.columns[0].hex, (Hex{-1, 12}));
    // No region in the texts: it is that of the plot.
    EXPECT_EQ(read_map_svg(document(hexagon(R"(Column: 1, 2\nSynapse count: 4\nROI:  (left))", "[]"))).region, "ME");
    // Both eyes in one name: the caller knows.
    const std::string both =
        document(hexagon(R"(Column: 1, 2\nSynapse count: 4\nROI: ME (combined))", "[]"), "Tm3 (C)");
    EXPECT_NE(error_of(both).message().find("--side"), std::string::npos);
    EXPECT_EQ(read_map_svg(both, {"", "L"}).side, Side::Left);
    EXPECT_EQ(read_map_svg(both, {"Other", "L"}).type, "Other");
}

TEST(ImportSvg, NamesWhatIsWrong) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"<svg><a></svg>", "line 1"},
        {"<html/>", "<html>"},
        {"", "XML"},
        {document(""), "no hexagon"},
        {document("<use class=\"c1\"/>"), "compact"},
        {document(hexagon(R"(Column: 1\nSynapse count: 1\nROI: ME (right))", "[]")), "Column: 5, 6"},
        {document(hexagon(R"(Column: 1, 99999\nSynapse count: 1\nROI: ME (right))", "[]")), "Column: 5, 6"},
        {document(hexagon(R"(Column: 1, 2\nSynapse count: x\nROI: ME (right))", "[]")), "number"},
        {document(hexagon(R"(Column: 1, 2\nSynapse count: 1.5\nROI: ME (right))", "[]")), "number"},
        {document(hexagon(R"(Column: 1, 2\nSynapse count: -1\nROI: ME (right))", "[]")), "number"},
        {document(hexagon(R"(Column: 1, 2\nSynapse count: 1\nROI: ME (right))", "[\"x\"]")), "layer"},
        {document(hexagon(R"(Column: 1, 2\nSynapse count: 1\nROI: ME (right))", "[1")), ""},
        {document(usual_hexagons() + hexagon(R"(Column: 5, 6\nSynapse count: 1\nROI: ME (right))", "[]")), "twice"},
        {document(usual_hexagons() + hexagon(R"(Column: 8, 6\nSynapse count: 1\nROI: LO (right))", "[]")),
         "two regions"},
        {document(usual_hexagons() + hexagon(R"(Column: 8, 6\nSynapse count: 1\nROI: ME (left))", "[]")), "two sides"},
        {document(usual_hexagons() + hexagon(R"(Column: 8, 6\nCell count: 1\nROI: ME (right))", "[]")), "both"},
        {"<!DOCTYPE svg [<!ENTITY a \"aa\">]><svg>&a;</svg>", "entity"},
    };
    for (const auto& [svg, words] : cases) {
        const Error error = error_of(svg);
        EXPECT_EQ(error.fault(), Fault::Input) << svg;
        EXPECT_NE(error.message().find(words), std::string::npos) << error.message() << "\n" << svg;
    }
    std::string deep;
    for (int i = 0; i < 300; ++i)
        deep += "<g>";
    EXPECT_NE(error_of("<svg>" + deep).message().find("deeply"), std::string::npos);
}

/// What we draw comes back as it was.
TEST(ImportSvg, OurOwnMapsComeBack) {
    const DataSet data = example_data("Z\xC3\xA9<7>&\"q\" 'x'");
    for (const Metric& metric : {Metric{Metric::Kind::Synapses, ""}, Metric{Metric::Kind::Cells, ""},
                                 Metric{Metric::Kind::Pre, ""}, Metric{Metric::Kind::Value, "tilt"}})
        for (const std::size_t region : {0U, 1U})
            for (const Side side : kSides) {
                const MapModel model = example_map(data, region, side, metric);
                const ImportedMap map = read_map_svg(svg_text(model, {}));
                EXPECT_EQ(map.type, data.types[0].name);
                EXPECT_EQ(map.region, data.regions[region].name);
                EXPECT_EQ(map.side, side);
                ASSERT_EQ(map.columns.size(), model.columns.size());
                for (std::size_t i = 0; i < map.columns.size(); ++i) {
                    const ImportedColumn& column = map.columns[i];
                    EXPECT_EQ(column.hex, model.layout->columns[i]);
                    const ColumnState state = model.columns[i].state;
                    EXPECT_EQ(column.is_in_region, state != ColumnState::NotInRegion);
                    if (state == ColumnState::HasData) {
                        EXPECT_EQ(column.value, model.columns[i].value) << metric_name(metric);
                    }
                    if (state == ColumnState::HasData && model.layer_count > 0) {
                        ASSERT_EQ(column.layers.size(), model.layer_count);
                        EXPECT_EQ(column.layers[2], model.layer_values[i * model.layer_count + 2]);
                    }
                    if (state == ColumnState::Missing) {
                        EXPECT_FALSE(column.value);
                    }
                }
            }
}

ImportedFile file_of(std::string label, std::string_view hexagons, std::string_view subtitle = "Tm3 (R)") {
    return {std::move(label), read_map_svg(document(hexagons, subtitle))};
}

TEST(ImportMerge, PutsMapsOfATypeTogether) {
    IssueList issues;
    std::vector<ImportedFile> files;
    files.push_back(file_of("a", usual_hexagons()));
    files.push_back(file_of("b", hexagon(R"(Column: 5, 6\nCell count: 2\nROI: ME (right))", R"(["1\nROI: ME1"])") +
                                     hexagon(R"(Column: 5, 5\nCell count: 0\nROI: ME (right))", "[]")));
    files.push_back(file_of("c", hexagon(R"(Column: 1, 1\nCell count: 7\nROI: ME (right))", "[]"), "Aa (R)"));
    files.push_back(file_of("d", usual_hexagons()));
    const ImportedTables tables = merge_imported(files, issues);
    ASSERT_EQ(tables.columns.rows(), 2U);
    std::string line;
    for (std::size_t row = 0; row < 2; ++row) {
        for (std::size_t i = 0; i < tables.columns.columns(); ++i) {
            tables.columns.column(i).append_text(line, row);
            line += i + 1 < tables.columns.columns() ? ',' : '\n';
        }
    }
    EXPECT_EQ(line, "Aa,ME,R,1,1,,7,,,\nTm3,ME,R,5,6,20,2,10,0,1\n");
    EXPECT_EQ(tables.columns.column(9).name(), "cells_1");
    EXPECT_EQ(tables.universe.rows(), 3U);
    EXPECT_EQ(issues.count("eyemap.import-twice"), 1U);
    EXPECT_EQ(issues.count("eyemap.import-universe"), 0U);
}

TEST(ImportMerge, ReportsMapsThatDisagreeOnColumns) {
    IssueList issues;
    std::vector<ImportedFile> files;
    files.push_back(file_of("a", usual_hexagons()));
    files.push_back(file_of("b", hexagon(R"(Column: 4, 5\nSynapse count: 2\nROI: ME (right))", "[]"), "Aa (R)"));
    EXPECT_EQ(merge_imported(files, issues).universe.rows(), 3U);
    EXPECT_EQ(issues.count("eyemap.import-universe"), 1U);
}

}  // namespace
}  // namespace hone::eyemap
