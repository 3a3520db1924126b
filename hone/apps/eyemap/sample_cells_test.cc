#include "hone/apps/eyemap/sample_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "hone/apps/eyemap/sample_numbers.h"

namespace hone::eyemap {
namespace {

std::vector<SampleRow> all_rows(const SampleCells& cells) {
    std::vector<SampleRow> rows;
    cells.append_rows(0, cells.size(), 0, rows);
    return rows;
}

TEST(SampleNumbers, AreThoseOfTheDefinition) {
    SampleStream numbers(1);
    EXPECT_EQ(numbers.next(), 0x910a2dec89025cc1U);
    EXPECT_EQ(numbers.next(), 0xbeeb8da1658eec67U);
    EXPECT_EQ(numbers.next(), 0xf893a2eefb32555eU);
    EXPECT_EQ(SampleStream(1).unit(), 0.5665615751722809);
    EXPECT_EQ(SampleStream(1).normal(), 1.4243480905156511);
    SampleStream counts(1);
    std::vector<std::int64_t> drawn(8);
    for (std::int64_t& count : drawn)
        count = counts.poisson(3);
    EXPECT_EQ(drawn, (std::vector<std::int64_t>{7, 4, 2, 4, 1, 1, 0, 2}));
    EXPECT_EQ(sample_sub(1, 1001), 0x14e59eaed656c47bU);
}

TEST(SampleNumbers, PoissonHasItsMeanAndVariance) {
    for (const double mean : {0.3, 4.0, 29.0, 31.0, 800.0}) {
        SampleStream stream(7);
        constexpr int kCount = 20'000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < kCount; ++i) {
            const auto value = static_cast<double>(stream.poisson(mean));
            sum += value;
            squares += value * value;
        }
        const double found = sum / kCount;
        EXPECT_NEAR(found, mean, 5 * std::sqrt(mean / kCount));
        EXPECT_NEAR(squares / kCount - found * found, mean, mean * 0.06);
    }
    EXPECT_EQ(SampleStream(1).poisson(0), 0);
    EXPECT_NEAR(sample_exp_minus(2.75), std::exp(-2.75), 1e-16);
}

TEST(SampleLattice, DiscIsTheNearestPoints) {
    for (const std::int64_t count : {1, 2, 7, 19, 100, 892, 5001}) {
        const Mask disc = sample_disc(count);
        ASSERT_EQ(disc.size(), static_cast<std::size_t>(count));
        std::vector<Hex> all;  // plain: sort a square
        for (std::int32_t a = -90; a <= 90; ++a)
            for (std::int32_t b = -90; b <= 90; ++b)
                all.push_back({a, b});
        std::sort(all.begin(), all.end(), [](Hex x, Hex y) {
            return std::pair(squared_distance(x, {}), x) < std::pair(squared_distance(y, {}), y);
        });
        all.resize(static_cast<std::size_t>(count));
        Hex least = all[0];
        for (const Hex hex : all)
            least = {std::min(least.hex1, hex.hex1), std::min(least.hex2, hex.hex2)};
        for (Hex& hex : all)
            hex = {hex.hex1 - least.hex1 + 1, hex.hex2 - least.hex2 + 1};
        EXPECT_EQ(disc, make_mask(all)) << count;
    }
    const Mask large = sample_disc(10'000);
    EXPECT_EQ(large.back().hex1, 121);
}

TEST(SampleLattice, FindsColumnsAndPlaces) {
    const SampleLattice fly = SampleLattice::fly();
    for (std::int32_t a = -2; a <= 45; ++a)
        for (std::int32_t b = -2; b <= 45; ++b) {
            const std::int64_t at = fly.number({a, b});
            EXPECT_EQ(at >= 0, contains(fly.columns(), {a, b})) << a << ' ' << b;
            if (at >= 0) {
                EXPECT_EQ(fly.columns()[static_cast<std::size_t>(at)], (Hex{a, b}));
            }
        }
    for (const SampleRegion& region : fly.regions())
        for (std::size_t i = 0; i < fly.columns().size(); ++i) {
            const Hex hex = fly.columns()[i];
            using Place = SampleRegion::Place;
            const Place expected = !contains(region.mask, hex)            ? Place::Outside
                                   : neighbours_in(region.mask, hex) == 6 ? Place::Inside
                                                                          : Place::Rim;
            EXPECT_EQ(region.places[i], expected) << region.name << ' ' << hex.hex1 << ',' << hex.hex2;
        }
}

TEST(SampleCells, FirstRowsAreThoseOfTheDefinition) {
    const SampleLattice fly = SampleLattice::fly();
    const SampleType type = sample_types()[0];
    const std::vector<SampleRow> rows = all_rows(SampleCells(fly, type, Side::Right, 1));
    ASSERT_GE(rows.size(), 9U);
    const std::vector<std::pair<int, std::int64_t>> expected = {{1, 75}, {2, 27}, {3, 31},  {4, 8},
                                                                {5, 65}, {6, 6},  {9, 275}, {10, 355}};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(rows[i].body, 10'000'000U);
        EXPECT_EQ(rows[i].soma, Side::Left);
        EXPECT_EQ(rows[i].side, Side::Right);
        EXPECT_EQ(rows[i].region, 0);
        EXPECT_EQ(rows[i].hex, (Hex{1, 7}));
        EXPECT_EQ(rows[i].layer, expected[i].first);
        EXPECT_EQ(rows[i].synapses, expected[i].second);
    }
    EXPECT_EQ(rows[8].body, 10'000'001U);
    EXPECT_EQ(rows[8].soma, Side::Right);
    EXPECT_EQ(rows[8].hex, (Hex{1, 8}));
    EXPECT_EQ(rows[8].layer, 1);
    EXPECT_EQ(rows[8].synapses, 62);
}

TEST(SampleCells, KeyOneHas156031Rows) {
    const SampleLattice fly = SampleLattice::fly();
    std::size_t count = 0;
    for (const SampleType& type : sample_types())
        for (const Side side : {Side::Right, Side::Left})
            count += all_rows(SampleCells(fly, type, side, 1)).size();
    EXPECT_EQ(count, 156'031U);
}

TEST(SampleCells, PiecesGiveWhatTheWholeGives) {
    const SampleLattice disc = SampleLattice::disc(5001, 4);
    const SampleType grid = sample_disc_type(4);
    const SampleLattice fly = SampleLattice::fly();
    const std::vector<SampleType> types = sample_types();
    const std::vector<std::pair<const SampleLattice*, const SampleType*>> cases = {
        {&disc, &grid}, {&fly, &types[6]}, {&fly, &types[3]}};
    for (const auto& [lattice, type] : cases) {
        const SampleCells cells(*lattice, *type, Side::Left, 5);
        const std::vector<SampleRow> whole = all_rows(cells);
        for (const std::size_t size : {1U, 7U, 100U}) {
            std::vector<SampleRow> rows;
            std::uint64_t first = 0;
            for (std::size_t low = 0; low < cells.size(); low += size) {
                const std::size_t high = std::min(low + size, cells.size());
                cells.append_rows(low, high, first, rows);
                first += cells.count_cells(low, high);
            }
            EXPECT_EQ(rows, whole) << type->name << ' ' << size;
        }
    }
}

TEST(SampleCells, LooksAsDefined) {
    const SampleLattice fly = SampleLattice::fly();
    const std::vector<SampleType> types = sample_types();
    const auto columns_of = [&](std::size_t type) {
        std::set<Hex> columns;
        for (const SampleRow& row : all_rows(SampleCells(fly, types[type], Side::Right, 1)))
            if (row.region == 0) columns.insert(row.hex);
        return columns;
    };
    for (const Hex hex : columns_of(5)) {
        EXPECT_GE(hex.hex1 + hex.hex2, 50);
        EXPECT_LT(neighbours_in(fly.columns(), hex), 6);
    }
    EXPECT_LE(columns_of(8).size(), 19U);
    EXPECT_GE(columns_of(8).size(), 15U);
    const std::size_t missing = fly.columns().size() - columns_of(2).size();
    EXPECT_GT(missing, 30U);
    EXPECT_LT(missing, 100U);
    std::map<std::uint64_t, std::set<Hex>> wide;
    for (const SampleRow& row : all_rows(SampleCells(fly, types[3], Side::Right, 1)))
        wide[row.body].insert(row.hex);
    EXPECT_EQ(wide.size(), 133U);
    for (const auto& [body, columns] : wide)
        EXPECT_LE(columns.size(), 20U);
}

TEST(SampleTypes, CatalogueScalesItsArchetypes) {
    const SampleType first = sample_catalogue_type(1, 1);
    EXPECT_EQ(first.name, "T00001");
    EXPECT_EQ(first.number, 1U);
    EXPECT_EQ(first.loose_cells, 20'000);
    const double scale = 0.25 + SampleStream(sample_sub(1, 50'001)).unit();
    EXPECT_EQ(first.arbors[0].base, 2400 * scale);
    EXPECT_TRUE(sample_catalogue_type(1, 12).is_wide());
    EXPECT_EQ(sample_catalogue_type(1, 425).arbors.size(), sample_types()[0].arbors.size());
    EXPECT_TRUE(sample_catalogue_type(1, 426).arbors.empty());
    EXPECT_EQ(sample_catalogue_type(1, 11'732).name, "T11732");
    EXPECT_EQ(sample_catalogue_type(1, 11'732).loose_cells, 1);
}

}  // namespace
}  // namespace hone::eyemap
