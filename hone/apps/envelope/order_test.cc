#include "hone/apps/envelope/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "hone/apps/envelope/example_bases.h"
#include "hone/base/error.h"
#include "hone/parallel/pool.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

struct Plain {
    std::uint32_t id = 0;
    Country country = 0;
    std::int64_t area = 0;
    std::int64_t energy = 0;
    bool operator==(const Plain&) const = default;
};

/// The definition: exact comparison, ties by id.
std::vector<Plain> plainly_sorted(const Cells& cells) {
    std::vector<Plain> list;
    for (std::size_t i = 0; i < cells.size(); ++i)
        list.push_back({cells.id[i], cells.place[i], cells.area_u[i], cells.energy_kcal[i]});
    std::sort(list.begin(), list.end(), [](const Plain& a, const Plain& b) {
        const Int128 left = Int128{a.energy} * b.area;
        const Int128 right = Int128{b.energy} * a.area;
        return left != right ? left < right : a.id < b.id;
    });
    return list;
}

std::vector<Plain> ranked(const Base& base) {
    std::vector<Plain> list;
    for (std::size_t rank = 0; rank < base.size(); ++rank)
        list.push_back({base.id(rank), base.country(rank), base.cell_area(rank).u, base.cell_energy(rank).kcal});
    return list;
}

Cells copy_of(const Cells& cells) {
    Cells copy(cells.id.budget());
    for (std::size_t i = 0; i < cells.size(); ++i)
        copy.add(cells.id[i], cells.place[i], {cells.area_u[i]}, {cells.energy_kcal[i]});
    return copy;
}

enum class Shape { Uniform, FewYields, OneYield, Wide, NearlyEqual, Outlier };

Cells shaped_cells(Budget& budget, Shape shape, std::size_t count, Random& random) {
    Cells cells(budget);
    for (std::size_t i = 0; i < count; ++i) {
        std::int64_t area = random.between(1, 160'000);
        std::int64_t energy = area * random.between(1'000, 3'000'000);
        if (shape == Shape::FewYields) energy = area * random.between(1, 5);
        if (shape == Shape::OneYield) energy = area * 7;
        if (shape == Shape::Wide) {
            area = std::int64_t{1} << random.between(0, 52);
            energy = std::int64_t{1} << random.between(0, 52);
        }
        if (shape == Shape::NearlyEqual) {  // yields that differ by less than a double can tell
            area = (std::int64_t{1} << 52) + random.between(0, 3);
            energy = (std::int64_t{1} << 52) + random.between(0, 3);
        }
        if (shape == Shape::Outlier) energy = i == 0 ? std::int64_t{1} << 52 : area * 1'000'000 + random.between(0, 9);
        cells.add(static_cast<std::uint32_t>(i * 7919 % 1'000'003), static_cast<Country>(random.below(150)), {area},
                  {energy});
    }
    return cells;
}

TEST(Base, OrdersLikeThePlainSort) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (const Shape shape :
         {Shape::Uniform, Shape::FewYields, Shape::OneYield, Shape::Wide, Shape::NearlyEqual, Shape::Outlier}) {
        for (const std::size_t count : {1, 2, 3, 24, 25, 100, 1000, 20'000, 70'000}) {
            if (shape == Shape::NearlyEqual && count > 1000) continue;  // the sums would leave 64 bits
            if (shape == Shape::Wide && count > 1000) continue;
            Cells cells = shaped_cells(budget, shape, count, random);
            const std::vector<Plain> expected = plainly_sorted(cells);
            const Base base(std::move(cells));
            ASSERT_EQ(ranked(base), expected) << static_cast<int>(shape) << " " << count;
        }
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(Base, AddsUpExactly) {
    Budget budget("test");
    Random random(testing::test_seed() + 1);
    const Base base(shaped_cells(budget, Shape::Uniform, 5000, random));
    std::int64_t area = 0;
    std::int64_t energy = 0;
    Int128 integral = 0;
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        ASSERT_EQ(base.area_before(rank).u, area);
        ASSERT_EQ(base.energy_before(rank).kcal, energy);
        ASSERT_TRUE(base.twice_integral_before(rank) == integral) << rank;
        integral += base.cell_area(rank).u * (2 * Int128{energy} + base.cell_energy(rank).kcal);
        area += base.cell_area(rank).u;
        energy += base.cell_energy(rank).kcal;
    }
    EXPECT_EQ(base.total_area().u, area);
    EXPECT_EQ(base.total_energy().kcal, energy);
    EXPECT_TRUE(base.twice_integral_before(base.size()) == integral);
}

TEST(Base, DoesNotDependOnThreadsOrRowOrder) {
    Budget budget("test");
    Random random(testing::test_seed() + 2);
    Cells cells = shaped_cells(budget, Shape::Uniform, 50'000, random);
    Cells reversed(budget);
    for (std::size_t i = cells.size(); i-- > 0;)
        reversed.add(cells.id[i], cells.place[i], {cells.area_u[i]}, {cells.energy_kcal[i]});
    Pool pool(4);
    const Exec parallel({.pool = &pool}, Cancel());
    const std::vector<Plain> expected = ranked(Base(copy_of(cells)));
    EXPECT_EQ(ranked(Base(copy_of(cells), parallel)), expected);
    EXPECT_EQ(ranked(Base(std::move(reversed), parallel)), expected);
}

TEST(Base, SortsWithinItsMemory) {
    Budget budget("test");
    Random random(testing::test_seed() + 3);
    constexpr std::size_t kCells = 200'000;
    Cells cells(budget);
    cells.reserve(kCells);
    for (std::size_t i = 0; i < kCells; ++i)
        cells.add(static_cast<std::uint32_t>(i), 1, {random.between(1, 160'000)}, {random.between(1, 1'000'000'000)});
    const std::uint64_t before = budget.used();
    budget.reset_peak();
    const Base base(std::move(cells));
    EXPECT_LE(budget.peak(), before + 26 * kCells);
    EXPECT_LE(budget.used(), 23 * kCells);
}

TEST(Base, SelectsAStableSubsequence) {
    Budget budget("test");
    Random random(testing::test_seed() + 4);
    const Base base(shaped_cells(budget, Shape::FewYields, 3000, random));
    const auto is_odd = [](const CellSlice& cells, std::size_t i) { return cells.ids[i] % 2 == 1; };
    std::vector<Plain> expected = ranked(base);
    std::erase_if(expected, [](const Plain& cell) { return cell.id % 2 == 0; });
    const Base odd = base.select(is_odd);
    EXPECT_EQ(ranked(odd), expected);
    EXPECT_EQ(ranked(base.select([](const CellSlice&, std::size_t) { return true; })), ranked(base));
    EXPECT_TRUE(base.select([](const CellSlice&, std::size_t) { return false; }).empty());
}

TEST(Base, SplitsByCountryLikeSelect) {
    Budget budget("test");
    Random random(testing::test_seed() + 5);
    const Base base(shaped_cells(budget, Shape::Uniform, 4000, random));
    std::size_t cells = 0;
    Country last = 0;
    for (const auto& [country, part] : base.split_by_country()) {
        EXPECT_TRUE(cells == 0 || country > last);
        last = country;
        cells += part.size();
        const Base same = base.select([&, wanted = country](const CellSlice& slice, std::size_t i) {
            return base.places()->country(slice.places[i]) == wanted;
        });
        EXPECT_EQ(ranked(part), ranked(same));
        EXPECT_TRUE(part.twice_integral_before(part.size()) == same.twice_integral_before(same.size()));
    }
    EXPECT_EQ(cells, base.size());
}

TEST(Base, RestoresWhatItGave) {
    Budget budget("test");
    const Base base(example_cells(budget, ten_cells()));
    const Base::Parts parts = base.parts();
    const Base again = Base::restore(budget, parts, base.places());
    EXPECT_EQ(ranked(again), ranked(base));
    std::vector<std::int64_t> sums(parts.area_sums.begin(), parts.area_sums.end());
    std::swap(sums[3], sums[4]);
    const auto is_refused = [&](Base::Parts damaged) {
        EXPECT_THROW(Base::restore(budget, damaged, base.places()), Error);
    };
    is_refused({parts.ids, parts.places, sums, parts.energy_sums});
    is_refused({parts.ids, parts.places, parts.energy_sums, parts.area_sums});
    is_refused({parts.ids, parts.places, parts.area_sums, {}});
    is_refused({parts.ids, {}, parts.area_sums, parts.energy_sums});
    const std::vector<Place> nowhere(parts.places.size(), 60'000);
    is_refused({parts.ids, nowhere, parts.area_sums, parts.energy_sums});
}

TEST(Base, RefusesWhatCannotBeExact) {
    Budget budget("test");
    EXPECT_THROW(Base(example_cells(budget, {{std::int64_t{1} << 53, 1}})), Error);
    EXPECT_THROW(Base(example_cells(budget, {{1, std::int64_t{1} << 53}})), Error);
    EXPECT_THROW(Base(example_cells(budget, {{0, 1}})), Error);
    EXPECT_THROW(Base(example_cells(budget, {{1, 0}})), Error);
    EXPECT_THROW(Base(example_cells(budget, std::vector<ExampleCell>(1025, {(std::int64_t{1} << 53) - 1, 1}))), Error);
}

TEST(Base, MayBeEmpty) {
    Budget budget("test");
    const Base base{Cells(budget)};
    EXPECT_TRUE(base.empty());
    EXPECT_EQ(base.total_area().u, 0);
    EXPECT_TRUE(base.split_by_country().empty());
    EXPECT_TRUE(base.twice_integral_before(0) == 0);
}

TEST(Base, OrdersTheTiesOfTheWorkedExample) {
    Budget budget("test");
    const Base base(example_cells(budget, {{2'338'000, 3}, {3'340'000, 7}, {6'680'000, 14}, {334'000, 1}}));
    EXPECT_EQ(std::vector<std::uint32_t>(base.parts().ids.begin(), base.parts().ids.end()),
              (std::vector<std::uint32_t>{3, 1, 2, 0}));
    EXPECT_EQ(std::vector<std::int64_t>(base.area_sums().begin(), base.area_sums().end()),
              (std::vector<std::int64_t>{0, 1, 8, 22, 25}));
    EXPECT_TRUE(base.equal_yield(1, 2));
    EXPECT_FALSE(base.equal_yield(0, 1));
}

}  // namespace
}  // namespace hone::envelope
