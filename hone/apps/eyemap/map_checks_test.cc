#include "hone/apps/eyemap/map_checks.h"

#include <gtest/gtest.h>

#include "hone/apps/eyemap/lattice.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

using Lines = std::vector<std::string>;

/// A set of one region whose columns have the counts given.
ColumnSet set_of_counts(std::size_t region, Side side, const std::vector<std::pair<Hex, std::int64_t>>& counts) {
    ColumnSet set;
    set.region = region;
    set.side = side;
    for (const auto& [hex, count] : counts) {
        set.hexes.push_back(hex);
        set.synapses.push_back(count);
        set.cells.push_back(1);
        set.pre.push_back(0);
        set.post.push_back(0);
    }
    return set;
}

Lines checked(const CellType& type) {
    const Universe universe = {{{0, Side::Left}, builtin_mask("ME")}, {{0, Side::Right}, builtin_mask("ME")}};
    Lines lines;
    for (const Found& one : check_maps(type, Regions::builtin(), universe, {}))
        lines.push_back(cat(finding_number(one.finding), ' ', severity_name(one.severity), ' ', one.message));
    return lines;
}

TEST(MapChecks, FindTheHoleBetweenSixNeighbours) {
    std::vector<std::pair<Hex, std::int64_t>> counts;
    for (const Hex step : kNeighbours)
        counts.emplace_back(moved({15, 15}, step), 5 + step.hex1);
    std::ranges::sort(counts);
    EXPECT_EQ(checked({"T", {set_of_counts(0, Side::Right, counts)}}),
              Lines{"EM18 note T in ME (R), synapse_density: column 15,15 has no data, its six neighbours have"});
}

TEST(MapChecks, TellConstantEmptyAndMissing) {
    EXPECT_EQ(checked({"T", {set_of_counts(0, Side::Right, {{{5, 5}, 7}, {{5, 7}, 7}, {{5, 9}, kMissingCount}})}}),
              (Lines{"EM23 note T in ME (R), synapse_density: every column with data has the value 7",
                     "EM02 note T in ME (R), synapse_density: 1 columns have no value"}));
    EXPECT_EQ(checked({"T", {set_of_counts(0, Side::Left, {{{5, 5}, 0}})}}),
              Lines{"EM24 note T in ME (L), synapse_density: no column has data"});
}

TEST(MapChecks, CompareTheEyesUnlessAMapFailed) {
    CellType type{"T",
                  {set_of_counts(0, Side::Left, {{{5, 5}, 7}, {{5, 7}, 8}}),
                   set_of_counts(0, Side::Right, {{{5, 5}, 7}, {{9, 9}, 8}})}};
    EXPECT_EQ(checked(type), (Lines{"EM21 note T in ME (L), synapse_density: column 5,7 has data in this eye only",
                                    "EM21 note T in ME (R), synapse_density: column 9,9 has data in this eye only"}));
    type.sets[0].failure = "bad";
    EXPECT_TRUE(checked(type).empty());
}

TEST(MapChecks, FindTheOutlier) {
    std::vector<std::pair<Hex, std::int64_t>> counts;
    for (const Hex hex : builtin_mask("ME"))
        counts.emplace_back(hex, hex == Hex{18, 19} ? 5000 : 100 + (hex.hex1 * 7 + hex.hex2 * 3) % 11);
    EXPECT_EQ(checked({"T", {set_of_counts(0, Side::Right, counts)}}).size(), 1U);
    EXPECT_EQ(checked({"T", {set_of_counts(0, Side::Right, counts)}})[0].substr(0, 66),
              "EM20 note T in ME (R), synapse_density: column 18,19 has 5000, its");
}

}  // namespace
}  // namespace hone::eyemap
