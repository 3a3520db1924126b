#include "hone/apps/envelope/curve.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/envelope/example_bases.h"
#include "hone/base/error.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

/// Bounds by their meaning: fill the area with the worst (best) land first, exactly, rounding outward at the end.
class Oracle {
public:
    explicit Oracle(std::vector<ExampleCell> cells) : cells_(std::move(cells)) {
        std::stable_sort(cells_.begin(), cells_.end(), [](const ExampleCell& a, const ExampleCell& b) {
            return Int128{a.energy_kcal} * b.area_u < Int128{b.energy_kcal} * a.area_u;
        });
    }
    std::int64_t lower(std::int64_t area) const {
        std::int64_t energy = 0;
        for (const ExampleCell& cell : cells_) {
            const std::int64_t part = std::min(area, cell.area_u);
            energy += part * cell.energy_kcal / cell.area_u;
            area -= part;
        }
        return energy;
    }
    std::int64_t upper(std::int64_t area) const {
        std::int64_t energy = 0;
        for (auto cell = cells_.rbegin(); cell != cells_.rend(); ++cell) {
            const std::int64_t part = std::min(area, cell->area_u);
            energy += (part * cell->energy_kcal + cell->area_u - 1) / cell->area_u;
            area -= part;
        }
        return energy;
    }
    std::int64_t total_area() const {
        std::int64_t sum = 0;
        for (const ExampleCell& cell : cells_)
            sum += cell.area_u;
        return sum;
    }

private:
    std::vector<ExampleCell> cells_;
};

Base base_of(Budget& budget, const std::vector<ExampleCell>& cells) {
    return Base(example_cells(budget, cells));
}

/// Least energy of any whole-u choice of land, times the product of all areas; by trying all choices.
Int128 least_by_trying(const std::vector<ExampleCell>& cells, std::size_t from, std::int64_t area, Int128 product) {
    if (from == cells.size()) return area == 0 ? Int128{0} : Int128{1} << 100;
    Int128 least = Int128{1} << 100;
    for (std::int64_t part = 0; part <= std::min(area, cells[from].area_u); ++part) {
        const Int128 here = product / cells[from].area_u * part * cells[from].energy_kcal;
        least = std::min(least, here + least_by_trying(cells, from + 1, area - part, product));
    }
    return least;
}

void expect_identities(const Curve& curve) {
    const std::int64_t total = curve.total_area().u;
    const std::int64_t energy = curve.total_energy().kcal;
    const auto lower = [&](std::int64_t u) { return curve.lower(Area{u}).kcal; };
    const auto upper = [&](std::int64_t u) { return curve.upper(Area{u}).kcal; };
    ASSERT_EQ(lower(0), 0);
    ASSERT_EQ(upper(0), 0);
    ASSERT_EQ(lower(total), energy);
    ASSERT_EQ(upper(total), energy);
    for (std::int64_t u = 0; u <= total; ++u) {
        ASSERT_EQ(upper(u) + lower(total - u), energy);
        ASSERT_LE(lower(u), upper(u));
        ASSERT_LE(lower(u) * total, u * energy);
        ASSERT_GE(upper(u) * total, u * energy);
        if (u == 0) continue;
        ASSERT_LE(lower(u - 1), lower(u));
        ASSERT_LE(upper(u - 1), upper(u));
        if (u == total) continue;
        ASSERT_LE(2 * lower(u), lower(u - 1) + lower(u + 1) + 1);
        ASSERT_GE(2 * upper(u) + 1, upper(u - 1) + upper(u + 1));
    }
}

void expect_inverses(const Curve& curve) {
    const std::int64_t total = curve.total_area().u;
    const std::int64_t energy = curve.total_energy().kcal;
    std::int64_t within = 0;
    std::int64_t needed = 0;
    for (std::int64_t z = 0; z <= energy; ++z) {
        while (within < total && curve.lower(Area{within + 1}).kcal <= z)
            ++within;
        while (curve.upper(Area{needed}).kcal < z)
            ++needed;
        ASSERT_EQ(curve.largest_area_within({z}).u, within) << z;
        ASSERT_EQ(curve.smallest_area_for({z}).u, needed) << z;
    }
    ASSERT_EQ(curve.largest_area_within({energy + 1}).u, total);
}

TEST(Curve, EqualsTheOracleOnSmallBasesEverywhere) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 3000 * testing::test_scale(); ++round) {
        const std::vector<ExampleCell> cells = random_cells(random, 8, 12);
        const Oracle oracle(cells);
        const Base base = base_of(budget, cells);
        const Curve curve(base);
        ASSERT_EQ(curve.total_area().u, oracle.total_area());
        std::vector<Area> areas;
        for (std::int64_t u = 0; u <= oracle.total_area(); ++u) {
            areas.push_back({u});
            ASSERT_EQ(curve.lower(Area{u}).kcal, oracle.lower(u)) << "round " << round << " area " << u;
            ASSERT_EQ(curve.upper(Area{u}).kcal, oracle.upper(u)) << "round " << round << " area " << u;
        }
        std::vector<Bounds> bulk(areas.size());
        curve.bounds(areas, bulk);
        for (const Bounds& bounds : bulk)
            ASSERT_EQ(bounds, curve.bounds(bounds.area));
        expect_identities(curve);
        expect_inverses(curve);
    }
}

TEST(Curve, NoChoiceOfLandIsOutside) {
    Budget budget("test");
    Random random(testing::test_seed() + 1);
    for (int round = 0; round < 300; ++round) {
        const std::vector<ExampleCell> cells = random_cells(random, 4, 5);
        const Base base = base_of(budget, cells);
        const Curve curve(base);
        Int128 product = 1;
        for (const ExampleCell& cell : cells)
            product *= cell.area_u;
        for (std::int64_t u = 0; u <= curve.total_area().u; ++u)
            ASSERT_TRUE(curve.lower(Area{u}).kcal == least_by_trying(cells, 0, u, product) / product);
    }
}

TEST(Curve, OfAPartSatisfiesTheIdentities) {
    Budget budget("test");
    Random random(testing::test_seed() + 2);
    for (int round = 0; round < 1000 * testing::test_scale(); ++round) {
        const Base base = base_of(budget, random_cells(random, 8, 12));
        const std::int64_t a = random.between(0, base.total_area().u);
        const std::int64_t b = random.between(0, base.total_area().u);
        const Curve part(base, Area{std::min(a, b)}, Area{std::max(a, b)});
        const Curve all(base);
        const std::int64_t total = part.total_area().u;
        for (std::int64_t u = 0; u <= total; ++u) {
            const Bounds bounds = part.bounds(Area{u});
            ASSERT_EQ(bounds.lower, all.lower(part.from() + Area{u}) - all.lower(part.from()));
            ASSERT_EQ(bounds.upper + part.lower(Area{total - u}), part.total_energy());
            ASSERT_LE(bounds.lower.kcal, bounds.upper.kcal + 1) << "cut cells round within 1 kcal";
            ASSERT_GE(bounds.lower.kcal + 1, all.lower(Area{u}).kcal);
            ASSERT_LE(bounds.upper.kcal - 1, all.upper(Area{u}).kcal);
            if (part.to() == all.to()) {
                ASSERT_EQ(bounds.upper, all.upper(Area{u}));
            }
        }
        expect_inverses(part);
    }
}

TEST(Curve, DoesNotChangeWhenEqualYieldsMergeOrRowsMove) {
    Budget budget("test");
    Random random(testing::test_seed() + 3);
    for (int round = 0; round < 500; ++round) {
        std::vector<ExampleCell> cells = random_cells(random, 6, 12);
        const Base base = base_of(budget, cells);
        std::reverse(cells.begin(), cells.end());
        const std::int64_t pieces = random.between(2, 4);
        const ExampleCell split = cells.back();
        cells.back() = {split.energy_kcal * pieces, split.area_u * pieces};
        const Base merged = base_of(budget, cells);
        cells.pop_back();
        for (std::int64_t i = 0; i < pieces; ++i)
            cells.push_back(split);
        const Base separate = base_of(budget, cells);
        for (std::int64_t u = 0; u <= merged.total_area().u; ++u)
            ASSERT_EQ(Curve(merged).bounds(Area{u}), Curve(separate).bounds(Area{u}));
        std::reverse(cells.begin(), cells.end());
        const Base moved = base_of(budget, cells);
        for (std::int64_t u = 0; u <= merged.total_area().u; ++u)
            ASSERT_EQ(Curve(moved).bounds(Area{u}), Curve(separate).bounds(Area{u}));
    }
}

TEST(Curve, WorkedExampleOfFiveCells) {
    Budget budget("test");
    const Base base = base_of(budget, five_cells());
    const Curve curve(base);
    EXPECT_EQ(curve.total_area().u, 5000);
    EXPECT_EQ(curve.total_energy().kcal, 5'010'000'000);
    EXPECT_EQ(curve.bounds(Area{500}), (Bounds{{500}, {167'000'000}, {835'000'000}}));
    EXPECT_EQ(curve.bounds(Area{1000}), (Bounds{{1000}, {334'000'000}, {1'670'000'000}}));
    EXPECT_EQ(curve.bounds(Area{3010}), (Bounds{{3010}, {2'017'360'000}, {4'014'680'000}}));
    EXPECT_EQ(curve.smallest_area_for({1'000'000'000}).u, 599);
    EXPECT_EQ(curve.largest_area_within({1'000'000'000}).u, 1997);
}

TEST(Curve, WorkedExampleOfRoundingAndTies) {
    Budget budget("test");
    for (const bool merged : {false, true}) {
        std::vector<ExampleCell> cells = {{2'338'000, 3}, {3'340'000, 7}, {6'680'000, 14}, {334'000, 1}};
        if (merged) cells = {{2'338'000, 3}, {10'020'000, 21}, {334'000, 1}};
        const Base base = base_of(budget, cells);
        const Curve curve(base);
        EXPECT_EQ(curve.bounds(Area{2}), (Bounds{{2}, {811'142}, {1'558'667}}));
        EXPECT_EQ(curve.bounds(Area{3}), (Bounds{{3}, {1'288'285}, {2'338'000}}));
        EXPECT_EQ(curve.bounds(Area{9}), (Bounds{{9}, {4'151'142}, {5'200'858}}));
        EXPECT_EQ(curve.bounds(Area{23}), (Bounds{{23}, {11'133'333}, {11'880'858}}));
        EXPECT_EQ(curve.largest_area_within({334'000}).u, 1);
        EXPECT_EQ(curve.largest_area_within({333'999}).u, 0);
        EXPECT_EQ(curve.smallest_area_for({779'334}).u, 1);
    }
}

TEST(Curve, WorkedExampleOfTenCells) {
    Budget budget("test");
    const Base base = base_of(budget, ten_cells());
    const Curve curve(base);
    EXPECT_EQ(curve.total_area().u, 171'000);
    EXPECT_EQ(curve.total_energy().kcal, 167'000'000'000);
    EXPECT_EQ(curve.bounds(Area{6000}), (Bounds{{6000}, {1'002'000'000}, {16'032'000'000}}));
    EXPECT_EQ(curve.bounds(Area{100'000}), (Bounds{{100'000}, {60'120'000'000}, {132'097'000'000}}));
}

TEST(Curve, RefusesAreasAndEnergiesOutside) {
    Budget budget("test");
    const Base base = base_of(budget, five_cells());
    const Curve curve(base);
    const auto fault_of = [](auto call) {
        try {
            call();
        } catch (const Error& error) {
            return error.fault();
        }
        return Fault::Bug;
    };
    EXPECT_EQ(fault_of([&] { curve.lower(Area{5001}); }), Fault::Usage);
    EXPECT_EQ(fault_of([&] { curve.upper(Area{-1}); }), Fault::Usage);
    EXPECT_EQ(fault_of([&] { curve.smallest_area_for({5'010'000'001}); }), Fault::Usage);
    EXPECT_EQ(fault_of([&] { curve.smallest_area_for({-1}); }), Fault::Usage);
    EXPECT_EQ(fault_of([&] { curve.largest_area_within({-1}); }), Fault::Usage);
}

TEST(Curve, OfNothingIsZero) {
    Budget budget("test");
    const Base base(budget);
    const Curve curve(base);
    EXPECT_EQ(curve.bounds(Area{0}), (Bounds{}));
    EXPECT_EQ(curve.cells(), 0U);
    EXPECT_EQ(curve.largest_area_within({0}).u, 0);
    EXPECT_EQ(curve.smallest_area_for({0}).u, 0);
}

}  // namespace
}  // namespace hone::envelope
