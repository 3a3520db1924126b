#include "hone/apps/envelope/cell_change.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

struct PlainCell {
    std::uint32_t id = 0;
    Country country = 0;
    std::int64_t area = 0, energy = 0;
};

Base base_of(Budget& budget, const std::vector<PlainCell>& list) {
    Cells cells(budget);
    for (const PlainCell& cell : list)
        cells.add(cell.id, cell.country, {cell.area}, {cell.energy});
    return Base(std::move(cells));
}

/// Cells of few places; each place has one to three countries.
std::vector<PlainCell> random_list(Random& random) {
    std::vector<PlainCell> list;
    for (std::uint32_t id = 0; id < 20; ++id) {
        if (random.below(3) == 0) continue;
        for (Country country = 1; country <= 3; ++country)
            if (random.below(country == 1 ? 2 : 6) == 0)
                list.push_back({id, country, random.between(1, 9), random.between(1, 6)});
    }
    return list;
}

/// The changes by definition: cells of one place are the same if each edition has one, else by country.
std::vector<std::int64_t> plain_changes(const std::vector<PlainCell>& a, const std::vector<PlainCell>& b) {
    std::vector<std::int64_t> changes;
    const auto at = [](const std::vector<PlainCell>& list, std::uint32_t id) {
        return std::ranges::count(list, id, &PlainCell::id);
    };
    const auto partner = [&](const std::vector<PlainCell>& list, const PlainCell& cell, bool by_country) {
        return std::ranges::find_if(list, [&](const PlainCell& other) {
            return other.id == cell.id && (!by_country || other.country == cell.country);
        });
    };
    for (const PlainCell& cell : a) {
        const auto other = partner(b, cell, at(a, cell.id) > 1 || at(b, cell.id) > 1);
        changes.push_back((other == b.end() ? 0 : other->energy) - cell.energy);
    }
    for (const PlainCell& cell : b)
        if (partner(a, cell, at(a, cell.id) > 1 || at(b, cell.id) > 1) == a.end()) changes.push_back(cell.energy);
    return changes;
}

TEST(CellChange, EqualsThePlainDefinition) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 5000 * testing::test_scale(); ++round) {
        const std::vector<PlainCell> list_a = random_list(random);
        const std::vector<PlainCell> list_b = random_list(random);
        const Base a = base_of(budget, list_a);
        const Base b = base_of(budget, list_b);
        const std::size_t most = random.below(6);
        const CellChanges changes = compare_cells(a, b, most);
        std::vector<std::int64_t> all = plain_changes(list_a, list_b);
        ASSERT_EQ(changes.both + changes.only_a + changes.only_b, static_cast<std::int64_t>(all.size()));
        ASSERT_EQ(changes.both + changes.only_a, static_cast<std::int64_t>(a.size()));
        ASSERT_EQ(changes.both + changes.only_b, static_cast<std::int64_t>(b.size()));
        ASSERT_EQ(changes.gaining, std::ranges::count_if(all, [](std::int64_t change) { return change > 0; }));
        ASSERT_EQ(changes.losing, std::ranges::count_if(all, [](std::int64_t change) { return change < 0; }));
        ASSERT_EQ((b.total_energy() - a.total_energy()).kcal,
                  changes.energy_only_b.kcal - changes.energy_only_a.kcal + changes.energy_change.kcal);
        ASSERT_EQ((b.total_area() - a.total_area()).u,
                  changes.area_only_b.u - changes.area_only_a.u + changes.area_change.u);
        std::ranges::sort(all);
        ASSERT_EQ(changes.gains.size(), std::min<std::size_t>(most, static_cast<std::size_t>(changes.gaining)));
        ASSERT_EQ(changes.losses.size(), std::min<std::size_t>(most, static_cast<std::size_t>(changes.losing)));
        for (std::size_t i = 0; i < changes.losses.size(); ++i)
            ASSERT_EQ(changes.losses[i].change.kcal, all[i]) << "round " << round;
        for (std::size_t i = 0; i < changes.gains.size(); ++i)
            ASSERT_EQ(changes.gains[i].change.kcal, all[all.size() - 1 - i]) << "round " << round;
    }
}

TEST(CellChange, OrdersTiesByCellWhateverTheLimit) {
    Budget budget("test");
    std::vector<PlainCell> list;
    for (std::uint32_t id = 0; id < 50; ++id)
        list.push_back({49 - id, 1, 2, 3});
    const Base none = base_of(budget, {});
    const Base all = base_of(budget, list);
    const CellChanges changes = compare_cells(none, all, 7);
    ASSERT_EQ(changes.gains.size(), 7U);
    for (std::uint32_t i = 0; i < 7; ++i)
        EXPECT_EQ(changes.gains[i].cell, i);
    EXPECT_EQ(compare_cells(all, none, 7).losses.size(), 7U);
    EXPECT_TRUE(compare_cells(all, all, 7).gains.empty());
}

TEST(CellChange, CountsCellsThatChangeTheirCountry) {
    Budget budget("test");
    const Base a = base_of(budget, {{1, 1, 5, 5}, {2, 1, 5, 5}, {3, 2, 5, 5}});
    const Base b = base_of(budget, {{1, 1, 5, 5}, {2, 2, 5, 9}, {3, 1, 5, 5}});
    const CellChanges changes = compare_cells(a, b, 10);
    EXPECT_EQ(changes.both, 3);
    ASSERT_EQ(changes.moved.size(), 2U);
    EXPECT_EQ((changes.moved.at({1, 2})), 1);
    EXPECT_EQ((changes.moved.at({2, 1})), 1);
    ASSERT_EQ(changes.gains.size(), 1U);
    EXPECT_EQ(changes.gains[0].country, 2);
}

}  // namespace
}  // namespace hone::envelope
