#include "hone/apps/envelope/growth.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <tuple>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/example_bases.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

bool touch(const Grid& grid, std::uint32_t a, std::uint32_t b) {
    const std::int64_t rows = std::abs(grid.row(a) - grid.row(b));
    const std::int64_t columns = std::abs(grid.column(a) - grid.column(b));
    return rows <= 1 && (columns <= 1 || columns == grid.columns() - 1);
}

/// Growth by its meaning: of all cells that touch the land, the next is the first in turn.
std::optional<Growth::Land> plain_growth(const Base& base, const Grid& grid, Growth::Next next, std::uint32_t seed,
                                         Area area) {
    std::set<std::uint32_t> land;
    std::int64_t left = area.u;
    std::int64_t energy = 0;
    std::uint32_t taken = seed;
    while (taken != Growth::kNone) {
        const std::int64_t cell_area = base.cell_area(taken).u;
        const std::int64_t cell_energy = base.cell_energy(taken).kcal;
        land.insert(taken);
        if (cell_area >= left)
            return Growth::Land{{energy + left * cell_energy / cell_area},
                                {energy + (left * cell_energy + cell_area - 1) / cell_area},
                                land.size()};
        left -= cell_area;
        energy += cell_energy;
        taken = Growth::kNone;
        for (std::uint32_t rank = 0; rank < base.size(); ++rank) {
            const bool is_border = !land.contains(rank) && std::ranges::any_of(land, [&](std::uint32_t other) {
                return touch(grid, base.id(rank), base.id(other));
            });
            if (is_border && (taken == Growth::kNone || next == Growth::Next::Greatest)) taken = rank;
        }
    }
    return std::nullopt;
}

/// Cells in a box around the date line and on the poles' rows, some places twice.
Base random_land(Budget& budget, Random& random, const Grid& grid) {
    const std::int64_t height = random.between(1, 9);
    const std::int64_t width = random.between(1, 12);
    const std::int64_t rows[] = {0, 1000, grid.rows() - height};
    const std::int64_t top = rows[random.below(3)];
    const std::int64_t density = random.between(30, 100);
    const std::int64_t yields = random.between(1, 9);
    Cells cells(budget);
    for (std::int64_t row = top; row < top + height; ++row) {
        for (std::int64_t column = 0; column < width; ++column) {
            const std::int64_t wrapped = (grid.columns() - width / 2 + column) % grid.columns();
            const auto id = static_cast<std::uint32_t>(row * grid.columns() + wrapped);
            for (int copies = random.between(0, 9) == 0 ? 2 : 1; copies > 0; --copies) {
                if (random.between(1, 100) > density) continue;
                const std::int64_t area = random.between(1, 9);
                cells.add(id, static_cast<Place>(copies), {area}, {area * random.between(1, yields) + copies});
            }
        }
    }
    return Base(std::move(cells));
}

TEST(Neighbours, AreThoseOfThePlainDefinition) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 1000 * testing::test_scale(); ++round) {
        const Grid grid(static_cast<int>(random.between(1, 3)));
        const Base base = random_land(budget, random, grid);
        const Neighbours neighbours(base, grid);
        for (std::uint32_t rank = 0; rank < base.size(); ++rank) {
            std::vector<std::uint32_t> found;
            neighbours.append(rank, found);
            std::ranges::sort(found);
            std::vector<std::uint32_t> expected;
            for (std::uint32_t other = 0; other < base.size(); ++other)
                if (other != rank && touch(grid, base.id(rank), base.id(other))) expected.push_back(other);
            ASSERT_EQ(found, expected) << "round " << round << " rank " << rank;
        }
    }
}

TEST(Growth, EqualsPlainGrowthFromEachSeed) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 1000 * testing::test_scale(); ++round) {
        const Grid grid;
        const Base base = random_land(budget, random, grid);
        if (base.empty()) continue;
        const Curve curve(base);
        const Neighbours neighbours(base, grid);
        const Growth::Next next = random.below(2) == 0 ? Growth::Next::Greatest : Growth::Next::Least;
        const Growth growth(neighbours, next);
        const Area area{random.between(1, curve.total_area().u)};
        const std::size_t most = random.below(2) == 0 ? base.size() : 3;
        std::size_t seeds = 0;
        std::vector<Growth::Land> expected;
        for (std::size_t turn = 0; turn < base.size() && seeds < most; ++turn) {
            const std::size_t rank = next == Growth::Next::Greatest ? base.size() - 1 - turn : turn;
            const auto land = plain_growth(base, grid, next, static_cast<std::uint32_t>(rank), area);
            if (!land) continue;
            ++seeds;
            expected.push_back(*land);
        }
        const auto starts = growth.starts(area, most);
        ASSERT_EQ(starts.empty(), expected.empty()) << "round " << round;
        ASSERT_EQ(starts.empty(), area > growth.largest_part());
        // Seeds that share a start share the land, so the sets of results are equal.
        using Result = std::tuple<std::int64_t, std::int64_t, std::size_t>;
        const auto result = [](const Growth::Land& land) {
            return Result(land.rounded_down.kcal, land.rounded_up.kcal, land.cells);
        };
        std::set<Result> plain, fast;
        for (const Growth::Land& land : expected)
            plain.insert(result(land));
        for (const Growth::Start& start : starts) {
            const Growth::Land land = growth.grow(start, area);
            fast.insert(result(land));
            ASSERT_EQ(result(land), result(*plain_growth(base, grid, next, start.seed, area))) << "round " << round;
            ASSERT_LE(curve.lower(area), land.rounded_down);
            ASSERT_LE(land.rounded_up, curve.upper(area));
        }
        ASSERT_EQ(plain, fast) << "round " << round;
    }
}

TEST(Growth, CountsTheParts) {
    Budget budget("test");
    const Grid grid;
    const auto id = [&](std::int64_t row, std::int64_t column) {
        return static_cast<std::uint32_t>(row * grid.columns() + column);
    };
    Cells cells(budget);
    cells.add(id(7, 0), 1, {10}, {10});
    cells.add(id(8, 4319), 1, {5}, {20});  // touches the first across 180 degrees
    cells.add(id(8, 4317), 1, {7}, {70});
    const Base base(std::move(cells));
    const Neighbours neighbours(base, grid);
    const Growth growth(neighbours, Growth::Next::Greatest);
    EXPECT_EQ(growth.parts(), 2U);
    EXPECT_EQ(growth.largest_part().u, 15);
    EXPECT_TRUE(growth.starts({16}, 200).empty());
    const auto starts = growth.starts({12}, 200);
    ASSERT_FALSE(starts.empty());
    const Growth::Land land = growth.grow(starts.front(), {12});
    EXPECT_EQ(base.id(starts.front().seed), id(8, 4319));
    EXPECT_EQ(land.rounded_down.kcal, 27);
    EXPECT_EQ(land.rounded_up.kcal, 27);
    EXPECT_EQ(land.cells, 2U);
}

}  // namespace
}  // namespace hone::envelope
