#include "hone/apps/eyemap/source.h"

#include <gtest/gtest.h>

#include "hone/apps/eyemap/source_examples.h"

namespace hone::eyemap {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kRawHeader = "type,body_id,soma_side,region,side,hex1,hex2,layer,synapses,pre,post\n";

template <class F>
Error error_of(F&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

Loaded load_raw(std::string_view rows, const SourceOptions& options = {}) {
    return load_text(cat(kRawHeader, rows), options);
}

/// The failure of the right map of ME of the only type.
std::string failure_of(const Loaded& loaded) {
    const ColumnSet* const set = loaded.set->types.at(0).find(0, Side::Right);
    return set == nullptr ? "no map" : set->failure;
}

constexpr std::string_view kGood = "T,1,R,ME,R,5,5,1,10,3,7\nT,1,R,ME,L,5,5,1,10,3,7\n";
constexpr std::string_view kGoodText =
    "T\n  ME L\n    5,5 s10 c1 p3/7 [10/1]\n  ME R failed\n    5,5 s10 c1 p3/7 [10/1]\n";

// Faults of a row: one finding with its line, the row's map fails, the other is drawn.
struct RowFault {
    std::string_view name;
    std::string_view row;
    std::string_view finding;
};
class RowFaults : public ::testing::TestWithParam<RowFault> {};

TEST_P(RowFaults, FailTheMapOfTheRowOnly) {
    const RowFault& fault = GetParam();
    const Loaded loaded = load_raw(cat(kGood, fault.row, '\n'));
    EXPECT_EQ(loaded.findings(), Lines{std::string(fault.finding)});
    EXPECT_EQ(loaded.issues.count(Severity::Error), 1U);
    EXPECT_EQ(shown(*loaded.set), kGoodText);
}

INSTANTIATE_TEST_SUITE_P(
    All, RowFaults,
    ::testing::Values(
        RowFault{"nan", "T,1,R,ME,R,5,6,1,nan,0,0",
                 "not-finite error input.csv:4 synapses: T in ME (R): expected a whole number from 0 to "
                 "9007199254740992, found nan"},
        RowFault{"fraction", "T,1,R,ME,R,5,6,1,18.5,0,0",
                 "bad-number error input.csv:4 synapses: T in ME (R): expected a whole number from 0 to "
                 "9007199254740992, found 18.5"},
        RowFault{"negative", "T,1,R,ME,R,5,6,1,-3,0,0",
                 "negative-count error input.csv:4 synapses: T in ME (R): expected a whole number from 0 to "
                 "9007199254740992, found -3"},
        RowFault{"large", "T,1,R,ME,R,5,6,1,9007199254740993,0,0",
                 "bad-number error input.csv:4 synapses: T in ME (R): expected a whole number from 0 to "
                 "9007199254740992, found 9007199254740993"},
        RowFault{"empty", "T,1,R,ME,R,5,6,1,,0,0",
                 "missing-field error input.csv:4 synapses: T in ME (R): synapses is empty"},
        RowFault{"coordinate", "T,1,R,ME,R,5,40000,1,3,0,0",
                 "coordinate-range error input.csv:4 hex2: T in ME (R): expected a whole number from -32768 to 32767, "
                 "found 40000"},
        RowFault{"no_hex", "T,1,R,ME,R,,6,1,3,0,0", "missing-field error input.csv:4 hex1: T in ME (R): hex1 is empty"},
        RowFault{"layer_0", "T,1,R,ME,R,5,6,0,3,0,0",
                 "unknown-layer error input.csv:4 layer: T in ME (R): expected a whole number from 1 to 999, found 0"},
        RowFault{"body", "T,x,R,ME,R,5,6,1,3,0,0",
                 "bad-number error input.csv:4 body_id: T in ME (R): expected a body id, found x"}),
    [](const auto& test) { return std::string(test.param.name); });

// Faults that hide type, region or side: counted, no map fails.
class HiddenFaults : public ::testing::TestWithParam<RowFault> {};

TEST_P(HiddenFaults, AreCounted) {
    const RowFault& fault = GetParam();
    const Loaded loaded = load_raw(cat(kGood, fault.row, '\n'));
    EXPECT_EQ(loaded.findings(), Lines{std::string(fault.finding)});
    EXPECT_EQ(failure_of(loaded), "");
    EXPECT_EQ(loaded.set->types.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    All, HiddenFaults,
    ::testing::Values(RowFault{"bad_side", "T,1,R,ME,r,5,6,1,3,0,0",
                               "bad-side error input.csv:4 side: T: expected L or R, found r"},
                      RowFault{"contradiction", "T,1,R,ME(L),R,5,6,1,3,0,0",
                               "bad-side error input.csv:4 side: T: side R contradicts the region ME(L)"},
                      RowFault{"unknown_region", "T,1,R,AME,R,5,6,1,3,0,0",
                               "unknown-region error input.csv:4 region: T: expected one of ME, LO, LOP, found AME"},
                      RowFault{"no_type", ",1,R,ME,R,5,6,1,3,0,0",
                               "missing-field error input.csv:4 type: row in ME (R): the type is empty"},
                      RowFault{"truncated", "T,1,R,ME,R,5,6",
                               "missing-field error input.csv:4 : expected 11 fields as in the header, found 7"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Source, NumbersMayBeWrittenInAnyWay) {
    EXPECT_EQ(shown(*load_raw("T,18446744073709551615,R,ME,R,5.0,0.6e1,1e0,18.0,1.8e1,0\n").set),
              "T\n  ME R\n    5,6 s18 c1 p18/0 [18/1]\n");
}

TEST(Source, LayersBeyondTheRegionAreListedAndTold) {
    const Loaded loaded = load_raw("T,1,R,LOP,R,5,8,5,3,0,0\n");
    EXPECT_EQ(loaded.findings(), Lines{"unknown-layer warning input.csv:2 layer: T in LOP (R), column 5,8: layer 5 is "
                                       "beyond the 4 of the region"});
    EXPECT_EQ(shown(*loaded.set), "T\n  LOP R\n    5,8 s3 c1 p0/0 [0/0 0/0 0/0 0/0 3/1]\n");
    EXPECT_EQ(load_raw("T,1,R,ME,R,5,8,99,3,0,0\n").count("unknown-layer"), 1U);
}

TEST(Source, LayersMayCountFromZero) {
    SourceOptions options;
    options.legacy = {"layers-from-zero"};
    EXPECT_EQ(shown(*load_raw("T,1,R,ME,R,5,8,0,3,0,0\nT,1,R,ME,R,5,8,1,4,0,0\n", options).set),
              "T\n  ME R\n    5,8 s7 c1 p0/0 [3/1 4/1]\n");
    EXPECT_EQ(load_raw("T,1,R,ME,R,5,8,-1,3,0,0\n", options).count("unknown-layer"), 1U);
}

TEST(Source, UnknownRegionsMayBeSkipped) {
    SourceOptions options;
    options.unknown_region = "skip";
    const Loaded loaded = load_raw("T,1,R,AME,R,5,8,1,3,0,0\nT,1,R,ME,R,5,8,1,3,0,0\n", options);
    EXPECT_EQ(loaded.findings(), Lines{"unknown-region note input.csv:0 : 1 rows are of regions that are not known; "
                                       "they are left out"});
    EXPECT_EQ(shown(*loaded.set), "T\n  ME R\n    5,8 s3 c1 p0/0 [3/1]\n");
}

TEST(Source, FarCoordinatesAreAWarning) {
    const Loaded loaded = load_raw("T,1,R,ME,R,-1001,8,1,3,0,0\n");
    EXPECT_EQ(loaded.count("coordinate-range"), 1U);
    EXPECT_EQ(loaded.issues.count(Severity::Error), 0U);
    EXPECT_EQ(loaded.set->types[0].sets[0].hexes[0], (Hex{-1001, 8}));
}

TEST(Source, ColumnsOutsideTheUniverseAreAddedDroppedOrRefused) {
    const std::string_view rows = "T,1,R,ME,R,5,5,1,3,0,0\nT,1,R,ME,R,1,1,1,4,0,0\n";
    const Loaded added = load_raw(rows);
    EXPECT_EQ(added.findings(), Lines{"outside-universe warning input.csv:3 : T in ME (R), column 1,1 is outside the "
                                      "universe; it is added to the map"});
    EXPECT_EQ(added.set->types[0].sets[0].size(), 2U);
    EXPECT_EQ(added.set->universe.at({0, Side::Right}).size(), 892U) << "one type does not change the universe";
    const auto wider = widened(added.set->universe, added.set->types[0]);
    ASSERT_TRUE(wider);
    EXPECT_EQ(wider->at({0, Side::Right}).size(), 893U);
    SourceOptions options;
    options.outside = "drop";
    const Loaded dropped = load_raw(rows, options);
    EXPECT_EQ(shown(*dropped.set), "T\n  ME R\n    5,5 s3 c1 p0/0 [3/1]\n");
    EXPECT_FALSE(widened(dropped.set->universe, dropped.set->types[0]));
    options.outside = "error";
    EXPECT_EQ(failure_of(load_raw(rows, options)), "T in ME (R), column 1,1 is outside the universe");
}

TEST(Source, WarningsAreErrorsWhenStrict) {
    SourceOptions options;
    options.strict = true;
    const Loaded loaded = load_raw("T,1,R,ME,R,5,5,1,3,0,0\nT,1,R,ME,R,1,1,1,4,0,0\nT,1,R,ME,L,5,5,1,4,0,0\n", options);
    EXPECT_EQ(loaded.issues.count(Severity::Error), 1U);
    EXPECT_NE(failure_of(loaded), "");
    EXPECT_EQ(loaded.set->types[0].find(0, Side::Left)->failure, "");
}

TEST(Source, MoreThanAHundredErrorsOfAFileEndTheRun) {
    std::string rows;
    for (int i = 0; i < 100; ++i)
        rows += "T,1,R,ME,R,5,5,1,x,0,0\n";
    EXPECT_EQ(load_raw(rows).issues.count(Severity::Error), 100U);
    const Error error = error_of([&] { load_raw(rows + "T,1,R,ME,R,5,5,1,x,0,0\n"); });
    EXPECT_EQ(error.fault(), Fault::Input);
    EXPECT_EQ(error.id(), "eyemap.bad-number");
    SourceFiles two;
    two.add("a.csv", cat(kRawHeader, rows));
    two.add("b.csv", cat(kRawHeader, rows));
    EXPECT_EQ(two.load().issues.count(Severity::Error), 200U) << "each file has its own count";
}

TEST(Source, ABodyWithTwoSidesOrTypesIsTold) {
    const Loaded loaded = load_raw(
        "T,1,R,ME,R,5,5,1,3,0,0\nT,1,L,ME,R,5,6,1,3,0,0\nT,1,R,ME,R,5,7,1,3,0,0\nU,2,R,ME,R,5,5,1,3,0,0\n"
        "T,2,R,ME,R,5,7,2,3,0,0\n");
    EXPECT_EQ(loaded.findings(),
              (Lines{"body-conflict warning input.csv:3 body_id: body 1 comes with two sides",
                     "body-conflict warning input.csv:6 body_id: body 2 comes with the types U and T"}));
}

TEST(Source, NamesThatAreOddAreCleanedAndTold) {
    const Loaded loaded = load_raw(
        "T\xE9,1,R,ME,R,5,5,1,3,0,0\nT\x01,2,R,ME,R,5,5,1,3,0,0\n../x,3,R,ME,R,5,5,1,3,0,0\n"
        "T\xC3\xA9,4,R,ME,R,5,5,1,3,0,0\n");
    EXPECT_EQ(loaded.count("bad-text"), 1U) << "both become T\xEF\xBF\xBD, told once";
    Lines names;
    for (const CellType& type : loaded.set->types)
        names.push_back(type.name);
    EXPECT_EQ(names, (Lines{"../x", "T\xC3\xA9", "T\xEF\xBF\xBD"}));
}

TEST(Source, NamesThatAreOneFileNameAreTold) {
    const Loaded loaded = load_raw("Tm4,1,R,ME,R,5,5,1,3,0,0\ntm4,2,R,ME,R,5,5,1,3,0,0\nT4 (x),3,R,ME,R,5,5,1,3,0,0\n");
    EXPECT_EQ(
        loaded.findings(),
        (Lines{"name-collision note input.csv:0 : the file name of Tm4 is that of another type, or differs in case "
               "only; it is Tm4-4da52131",
               "name-collision note input.csv:0 : the file name of tm4 is that of another type, or differs in case "
               "only; it is tm4-434b73b8"}));
}

TEST(Source, PopulationNeedsCellsAndTheirSides) {
    SourceOptions options;
    options.population = "left";
    EXPECT_EQ(error_of([&] { load_text("type,region,side,hex1,hex2\nT,ME,R,5,5\n", options); }).fault(), Fault::Usage);
    EXPECT_EQ(
        error_of([&] { load_text("type,body_id,region,side,hex1,hex2,layer,n\nT,1,ME,R,5,5,1,1\n", options); }).fault(),
        Fault::Input);
}

TEST(Source, PlaceFlagsStandForRegionAndSide) {
    const Loaded loaded = load_text(
        "type,body_id,LO(R),ME(L),ME(R),hex1,hex2,layer,n\n"
        "T,1,True,False,False,5,6,1,3\nT,1,1,true,0,5,6,1,4\nT,1,,,,5,6,1,4\n");
    EXPECT_EQ(shown(*loaded.set), "T\n  ME L\n    5,6 s4 c1 p0/0 [4/1]\n  LO R\n    5,6 s3 c1 p0/0 [3/1]\n");
    EXPECT_EQ(loaded.findings(),
              Lines{"missing-field note input.csv:0 : 1 rows have no place flag set; they are left out"});
}

TEST(Source, ColumnTablesKeepMissingApartFromZero) {
    const Loaded loaded = load_text(
        "cell_type,region,side,hex1,hex2,total_synapses,neuron_count,pre,syn_1,cells_1,syn_9,value:Cover\n"
        "T,ME,R,5,5,,1,,7,1,,0.5\nT,ME,R,5,6,0,0,0,0,0,0,\nT,LO,R,5,6,3,,1,3,,0,-2\n");
    EXPECT_EQ(shown(*loaded.set),
              "T\n  ME R\n"
              "    5,5 s7 c1 p-1/0 [7/1 0/0 0/0 0/0 0/0 0/0 0/0 0/0 -1/0] Cover=0.5\n"
              "    5,6 s0 c0 p0/0 [0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0 0/0] Cover=nan\n"
              "  LO R\n    5,6 s3 c-1 p1/0 [3/-1] Cover=-2\n");
    EXPECT_TRUE(loaded.findings().empty());
}

TEST(Source, ColumnTablesAreCheckedForSense) {
    const Loaded loaded = load_text(
        "type,region,side,hex1,hex2,total_synapses,neuron_count,syn_1,cells_1\n"
        "T,ME,R,5,5,8,1,7,1\nT,ME,R,5,6,7,1,7,2\nT,ME,R,5,7,7,0,7,0\nT,ME,R,5,8,0,2,0,0\n");
    EXPECT_EQ(
        loaded.findings(),
        (Lines{"cells-without-synapses warning input.csv:4 : T in ME (R), column 5,7: 7 synapses without cells",
               "cells-without-synapses warning input.csv:5 : T in ME (R), column 5,8: 2 cells without synapses",
               "layer-cells warning input.csv:3 : T in ME (R), column 5,6: a layer has 2 cells, the column 1",
               "layer-sum warning input.csv:2 : T in ME (R), column 5,5: the layers have 7 synapses, the column 8"}));
}

TEST(Source, LayerRowsJoinTheirColumns) {
    SourceFiles files;
    files.add("layers.csv",
              "type,region,side,hex1,hex2,layer_index,synapse_count,cells\nT,ME,R,5,5,2,4,1\nT,ME,R,5,5,1,3,1\nT,ME,R,"
              "5,6,1,9,1\n");
    files.add("columns.csv", "type,region,side,hex1,hex2,total_synapses,neuron_count\nT,ME,R,5,5,7,2\n");
    EXPECT_EQ(shown(*files.load().set), "T\n  ME R\n    5,5 s7 c2 p0/0 [3/1 4/1]\n    5,6 s9 c-1 p0/0 [9/1 0/0]\n");
    files.add("again.csv", "type,region,side,hex1,hex2,layer,synapses\nT,ME,R,5,5,2,4\n");
    const Loaded twice = files.load();
    EXPECT_EQ(twice.findings(), Lines{"duplicate-column error again.csv:2 : T in ME (R), column 5,5, layer 2: came in "
                                      "line 2 already"});
    EXPECT_NE(failure_of(twice), "");
}

TEST(Source, AssignedCellsCountWithoutSynapses) {
    const Loaded loaded =
        load_text("type,bodyId,assigned_hex1,assigned_hex2\nT,1,5,5\nT,2,5,5\nT,2,5,5\nT,3,,\nT,4,6,\n");
    EXPECT_EQ(loaded.set->types[0].sets[0].cells[0], 2);
    EXPECT_EQ(loaded.findings(),
              (Lines{"duplicate-column warning input.csv:4 : T in ME (R), column 5,5: the same row stands in line 3; "
                     "they are added",
                     "missing-field note input.csv:0 : 1 cells are assigned to no column",
                     "missing-field error input.csv:6 assigned_hex2: T in ME (R): assigned_hex2 is empty"}));
}

TEST(Source, KindsThatDoNotGoTogetherAreRefused) {
    SourceFiles files;
    files.add("a.csv", "type,region,side,hex1,hex2\nT,ME,R,5,5\n");
    files.add("b.csv", cat(kRawHeader, kGood));
    EXPECT_EQ(error_of([&] { files.load(); }).fault(), Fault::Input);
}

TEST(Source, TablesThatAreNoneOfTheKindsSayWhatTheyHave) {
    const Error unknown = error_of([] { load_text("a,b\n1,2\n"); });
    EXPECT_EQ(unknown.fault(), Fault::Input);
    EXPECT_NE(unknown.message().find("a, b"), std::string::npos);
    SourceOptions options;
    options.kind = {"layers"};
    EXPECT_NE(error_of([&] { load_text("type,region,side,hex1,hex2\nT,ME,R,5,5\n", options); })
                  .message()
                  .find("no column layer"),
              std::string::npos);
    EXPECT_NE(error_of([] { load_text("type,cell_type,region,side,hex1,hex2\nT,U,ME,R,5,5\n"); })
                  .message()
                  .find("mean the same"),
              std::string::npos);
    EXPECT_EQ(error_of([] { load_text(""); }).fault(), Fault::Input);
}

TEST(Source, ATypeIsThereEvenIfItsPopulationIsNot) {
    SourceOptions options;
    options.population = "middle";
    EXPECT_EQ(shown(*load_raw(kGood, options).set), "T\n");
}

}  // namespace
}  // namespace hone::eyemap
