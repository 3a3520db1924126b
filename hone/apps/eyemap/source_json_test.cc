// Places, neuPrint answers, JSON documents, and which columns exist.
#include <gtest/gtest.h>

#include "hone/apps/eyemap/source_examples.h"

namespace hone::eyemap {
namespace {

using Lines = std::vector<std::string>;

template <class F>
Error error_of(F&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

constexpr std::string_view kRois =
    "type,body_id,roi,pre,post\nT,1,ME_R_col_34_30,3,4\nT,1,ME(R),9,9\nT,2,ME_R_col_34_30,0,5\nT,2,LO_L_col_20_10,0,0\n"
    "T,2,LO_L_col_20_12,1,\n";

TEST(SourceRois, PlacesAreColumnsWithoutLayers) {
    const Loaded loaded = load_text(kRois);
    EXPECT_EQ(shown(*loaded.set), "T\n  ME R\n    34,30 s12 c2 p3/9\n  LO L\n    20,12 s1 c1 p1/0\n");
    EXPECT_EQ(loaded.findings(),
              Lines{"missing-field note input.csv:0 : 1 rows name a place that is no column; they are left out"});
}

TEST(SourceRois, TheBaseIsOneForTheFile) {
    SourceOptions options;
    options.column_base = "hex";
    EXPECT_EQ(load_text(kRois, options).set->types[0].sets[0].hexes[0], (Hex{52, 48}));
    options.column_base = "auto";
    const Loaded decimal = load_text(kRois, options);
    EXPECT_EQ(decimal.set->types[0].sets[0].hexes[0], (Hex{34, 30}));
    EXPECT_EQ(decimal.findings()[0], "hex-letter note input.csv:0 : numbers of place names are read as decimal");
    const std::string with_letter = cat(kRois, "T,2,ME_R_col_1A_0F,1,0\n");
    const Loaded hex = load_text(with_letter, options);
    EXPECT_EQ(hex.set->types[0].sets[0].hexes, (Mask{{26, 15}, {52, 48}}));
    options.column_base = "decimal";
    const Loaded refused = load_text(with_letter, options);
    EXPECT_EQ(refused.findings()[0],
              "hex-letter error input.csv:7 roi: T in ME (R): expected decimal numbers in ME_R_col_1A_0F");
    EXPECT_NE(refused.set->types[0].sets[0].failure, "");
    options.legacy = {"name-base-per-field"};
    EXPECT_EQ(load_text(with_letter, options).set->types[0].sets[0].hexes, (Mask{{26, 15}, {34, 30}}));
}

TEST(SourceRois, GiveTheUniverseWhereSynapsesGiveTheNumbers) {
    SourceFiles files;
    files.add("synapses.csv", "type,body_id,region,side,hex1,hex2,layer,n\nT,1,ME,R,5,5,1,3\n");
    files.add("rois.csv", "body_id,roi,post\n7,ME_R_col_5_5,1\n8,ME_R_col_5_6,2\n8,ME_R_col_9_9,0\n");
    SourceOptions options;
    options.complete = true;
    const Loaded loaded = files.load(options);
    EXPECT_EQ(shown(*loaded.set), "T\n  ME R\n    5,5 s3 c1 p0/0 [3/1]\n");
    EXPECT_EQ(loaded.set->universe, (Universe{{{0, Side::Right}, {{5, 5}, {5, 6}}}}));
    EXPECT_EQ(loaded.findings(),
              Lines{"small-universe warning synapses.csv:0 : ME (R): the data have 2 columns, the built-in list 892"});
}

constexpr std::string_view kInfo = R"json({"ME_R_col_5_6":{"pre":3,"post":8,"mito":1},"ME(R)":{"pre":3},)json"
                                   R"json("LO_R_col_9_9":{"post":2},"LO_L_col_9_9":{}})json";

TEST(SourceAnswers, NeuronRowsAreTakenApart) {
    const std::string answer =
        cat("\xEF\xBB\xBF{\"columns\": [\"n.type\", \"n.bodyId\", \"n.somaSide\", \"n.roiInfo\"],\n \"data\": [[\"T\", "
            "18446744073709551615, \"R\", ",
            kInfo,
            "], [\"T\", 2, null, \"{\\\"ME_R_col_5_6\\\":{\\\"pre\\\":1}}\"], [\"T\", 3, null, null],\n [\"T\", 4]]}");
    const Loaded loaded = load_text(answer, {}, "answer.json");
    EXPECT_EQ(shown(*loaded.set), "T\n  ME R\n    5,6 s12 c2 p4/8\n  LO R\n    9,9 s2 c1 p0/2\n");
    EXPECT_EQ(loaded.findings(),
              (Lines{"missing-field note answer.json:0 : 1 rows name a place that is no column; they are left out",
                     "missing-field error answer.json:4 : expected 4 fields as in the header, found 2"}));
    std::string quoted;
    for (const char letter : kInfo)
        quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    const Loaded csv = load_text(cat("bodyId,type,roiInfo\n1,T,\"", quoted, "\"\n2,T,oops\n"));
    EXPECT_EQ(shown(*csv.set), "T\n  ME R\n    5,6 s11 c1 p3/8\n  LO R\n    9,9 s2 c1 p0/2\n");
    EXPECT_EQ(csv.count("bad-text"), 1U);
}

TEST(SourceAnswers, RowsAreReadAsThoseOfATable) {
    const Loaded loaded = load_text(
        R"({"data":[["T",1,"ME","R",5,5.0,1,"18"],["T",2,"ME","R",5,5,null,7],["T",2,"ME","R",5,5,1,true]],
            "columns":["type","bodyId","region","side","hex1","hex2","layer","weight"]})",
        {}, "answer.json");
    EXPECT_EQ(loaded.set->types[0].sets[0].synapses[0], 25);
    EXPECT_EQ(loaded.findings()[0],
              "bad-number error answer.json:3 weight: T in ME (R): expected a whole number from 0 "
              "to 9007199254740992, found true");
    const std::string many = [] {
        std::string text = R"({"columns":["type","region","side","hex1","hex2","total_synapses"],"data":[)";
        for (int i = 0; i < 10'000; ++i)
            text += cat(i > 0 ? "," : "", "[\"T\",\"ME\",\"R\",", i / 200, ',', i % 200, ',', i, "]");
        return text + "]}";
    }();
    const Loaded large = load_text(many, {}, "answer.json");
    EXPECT_EQ(large.set->types[0].sets[0].size(), 10'000U);
    EXPECT_EQ(large.set->types[0].sets[0].synapses[9'999], 9'999);
}

constexpr std::string_view kDocument = R"({"format":"hone-eyemap","version":1,
 "dataset":{"name":"demo","version":"v1","licence":"CC BY 4.0","complete":true},
 "regions":[{"name":"ME","layers":10},{"name":"GRID","layers":2}],
 "universe":{"ME_R":"1:7-10;2:5-13", "LO_R":[[1,7],[1,9]]},
 "types":[{"name":"ColA","columns":[
   {"region":"ME","side":"R","hex1":1,"hex2":8,"total_synapses":75,"neuron_count":1,"pre":23,"post":52,
    "layers":[{"layer":1,"synapses":75,"cells":1}],"values":{"coverage":0.8},"meta":{"note":"x"}},
   {"region":"GRID","side":"L","hex1":0,"hex2":-8,"synapses_by_layer":[1,2],"cells_by_layer":[1]}]},
  {"name":"Empty"}]})";

TEST(SourceDocument, IsReadWhole) {
    const Loaded loaded = load_text(kDocument, {}, "document.json");
    EXPECT_EQ(shown(*loaded.set),
              "ColA\n  ME R\n    1,8 s75 c1 p23/52 [75/1] coverage=0.8\n  GRID L\n    0,-8 s3 c-1 p0/0 [1/1 2/0]\n"
              "Empty\n");
    EXPECT_EQ(loaded.set->provenance, (Provenance{"demo", "v1", "CC BY 4.0"}));
    EXPECT_EQ(loaded.set->regions.names(), "ME, LO, LOP, GRID");
    EXPECT_EQ(loaded.set->regions[0].layers[9], "ME10");
    EXPECT_EQ(loaded.set->universe.at({0, Side::Right}).size(), 13U);
    EXPECT_EQ(loaded.set->universe.at({1, Side::Right}), (Mask{{1, 7}, {1, 9}}));
    EXPECT_EQ(loaded.set->universe.at({3, Side::Left}), (Mask{{0, -8}})) << "the data set is complete";
    EXPECT_TRUE(loaded.findings().empty());
}

/// The document with one text replaced.
std::string with(std::string_view from, std::string_view to) {
    std::string text(kDocument);
    const std::size_t at = text.find(from);
    check(at != std::string::npos, "the text to replace is there");
    return text.replace(at, from.size(), to);
}

TEST(SourceDocument, BadColumnsAreTypePositionAndField) {
    const auto first = [](std::string_view from, std::string_view to) {
        const Loaded loaded = load_text(with(from, to), {}, "document.json");
        const Lines lines = loaded.findings();
        // What follows from the change besides comes first.
        return lines.empty() ? std::string("nothing") : lines.back();
    };
    EXPECT_EQ(
        first("\"hex1\":1,", "\"hex1\":1.5,"),
        "bad-number error document.json:6 hex1: ColA in ME (R), columns[0].hex1: expected a whole number, found 1.5");
    EXPECT_EQ(first("\"hex1\":0,", ""),
              "missing-field error document.json:8 hex1: ColA in GRID (L), columns[1].hex1: hex1 is not there");
    EXPECT_EQ(
        first("\"pre\":23", "\"pre\":-1"),
        "negative-count error document.json:6 pre: ColA in ME (R), columns[0].pre: expected a whole number from 0 "
        "to 2^53, found -1");
    EXPECT_EQ(first("\"side\":\"L\"", "\"side\":\"left\""),
              "bad-side error document.json:8 side: ColA, columns[1].side: expected L or R, found left");
    EXPECT_EQ(
        first("\"region\":\"GRID\"", "\"region\":\"X\""),
        "unknown-region error document.json:8 region: ColA, columns[1].region: expected one of ME, LO, LOP, GRID, "
        "found X");
    EXPECT_EQ(first("{\"layer\":1,", "{\"layer\":0,"),
              "unknown-layer warning document.json:6 layers[0]: ColA in ME (R), columns[0].layers[0]: no layer has the "
              "number 0; it is left out");
    EXPECT_EQ(
        first("[1,2]", "[1,2,3]"),
        "unknown-layer warning document.json:8 layers: ColA in GRID (L), columns[1]: layer 3 is beyond the 2 of the "
        "region");
    EXPECT_EQ(
        first("0.8", "\"much\""),
        "bad-number error document.json:6 values.coverage: ColA in ME (R), columns[0].values.coverage: expected a "
        "number, found \"much\"");
    EXPECT_EQ(first("\"name\":\"Empty\"", "\"nome\":\"Empty\""),
              "missing-field error document.json:9 name: a type without a name");
    EXPECT_EQ(first("\"pre\":23", "\"prae\":23"),
              "missing-field note document.json:6 : members that mean nothing here are not read: prae");
    EXPECT_EQ(
        first("ME_R", "ME_r"),
        "unknown-region error document.json:0 universe: expected the columns of a known region and side, as ME_R, "
        "found ME_r");
}

TEST(SourceDocument, WhatCannotBeUnderstoodIsRefused) {
    const std::pair<std::string_view, std::string_view> changes[] = {
        {"hone-eyemap", "other"},
        {"\"version\":1", "\"version\":2"},
        {"\"pre\":23", "\"pre\":23,\"pre\":23"},
        {"\"name\":\"demo\"", "\"name\":\"demo\",\"name\":\"d\""},
        {"1:7-10", "1:7-10,9"},
        {"[1,9]", "[1,7]"},
        {"[1,9]", "[1,\"9\"]"},
        {"\"layers\":10", "\"layers\":1000"},
        {"ColA", "Col\xE9"},
        {"}]}", "}]"},
        {"\"hex2\":8", "\"hex2\":8,,"},
        {"\"complete\":true", "\"complete\":1"}};
    for (const auto& change : changes)
        EXPECT_EQ(error_of([&] { load_text(with(change.first, change.second), {}, "document.json"); }).fault(),
                  Fault::Input)
            << change.second;
}

TEST(SourceUniverse, ListsThenDataThenBuiltin) {
    const std::string columns = "type,region,side,hex1,hex2,total_synapses\nT,ME,R,5,5,3\nT,ME,R,5,6,0\nT,LO,L,9,9,1\n";
    const auto sizes = [](const Loaded& loaded) {
        Lines lines;
        for (const auto& [key, mask] : loaded.set->universe)
            lines.push_back(cat(key.first, side_letter(key.second), mask.size()));
        return join(lines, " ");
    };
    SourceFiles files;
    files.add("columns.csv", columns);
    EXPECT_EQ(sizes(files.load()), "0L892 0R892 1L875 1R875 2L817 2R817");
    SourceOptions data;
    data.universe = "data";
    const Loaded by_data = files.load(data);
    EXPECT_EQ(sizes(by_data), "0R1 1L1");
    EXPECT_EQ(by_data.count("small-universe"), 2U);
    EXPECT_EQ(by_data.count("outside-universe"), 1U) << "5,6 has no synapses";
    files.add("universe.csv", "region,side,hex1,hex2\nME,R,5,5\nME,R,5,6\nME,R,5,7\nME,R,5,5\n");
    EXPECT_EQ(sizes(files.load()), "0L892 0R3 1L875 1R875 2L817 2R817");
    EXPECT_EQ(sizes(files.load(data)), "0R3 1L1");
    data.universe = "builtin";
    data.complete = true;
    EXPECT_EQ(sizes(files.load(data)), "0L892 0R3 1L875 1R875 2L817 2R817");
}

TEST(SourceUniverse, ARegionWithoutAnyListHasTheColumnsWithData) {
    SourceOptions options;
    options.add_region = {"GRID:4"};
    const Loaded loaded =
        load_text("type,region,side,hex1,hex2,total_synapses,syn_4\nT,GRID,R,1,5,3,3\nU,GRID,R,2,6,1,1\n", options);
    EXPECT_EQ(loaded.set->universe.at({3, Side::Right}), (Mask{{1, 5}, {2, 6}}));
    EXPECT_EQ(
        loaded.findings(),
        Lines{"small-universe note input.csv:0 : nothing lists the columns of GRID (R): the 2 with data are taken"});
    options.add_region = {"GRID"};
    EXPECT_EQ(error_of([&] { load_text("x", options); }).fault(), Fault::Usage);
}

}  // namespace
}  // namespace hone::eyemap
