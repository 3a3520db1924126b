#include "hone/apps/eyemap/column_set.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

ColumnSet some_set(std::size_t region, Side side) {
    ColumnSet set;
    set.region = region;
    set.side = side;
    set.hexes = {{-3, 2}, {1, 7}, {1, 8}};
    set.synapses = {0, 18, kMissingCount};
    set.cells = {1, 2, 3};
    set.pre = {1, 1, 1};
    set.post = {2, kMissingCount, kMostCount};
    set.layer_count = 2;
    set.layer_synapses = {1, 2, 3, 4, 5, 6};
    set.layer_cells = {1, 1, 1, 1, 1, 1};
    set.values = {{"coverage", {0.5, 0.25, 0}}, {"x", {1, 2, 3}}};
    return set;
}

DataSet some_data() {
    DataSet data;
    data.provenance = {"demo", "v1", "CC BY 4.0"};
    data.regions = Regions::builtin();
    data.universe[{0, Side::Right}] = builtin_mask("LOP");
    data.universe[{1, Side::Left}] = {{1, 7}};
    data.types = {{"A", {some_set(0, Side::Left), some_set(0, Side::Right)}}, {"B", {some_set(2, Side::Right)}}};
    data.types[1].sets[0].failure = "row 7: bad";
    return data;
}

void expect_equal(const DataSet& a, const DataSet& b) {
    EXPECT_EQ(a.provenance, b.provenance);
    EXPECT_EQ(a.regions, b.regions);
    EXPECT_EQ(a.universe, b.universe);
    EXPECT_EQ(a.types, b.types);
}

void expect_refused(const DataSet& data) {
    try {
        decode_value<DataSet>(encode_value(data));
        ADD_FAILURE() << "damage was not found";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Input);
    }
}

TEST(ColumnSet, FindsColumnsTypesAndSets) {
    const DataSet data = some_data();
    EXPECT_EQ(data.find("C"), nullptr);
    const CellType* type = data.find("B");
    ASSERT_NE(type, nullptr);
    EXPECT_EQ(type->find(2, Side::Left), nullptr);
    const ColumnSet* set = type->find(2, Side::Right);
    ASSERT_NE(set, nullptr);
    EXPECT_EQ(set->find({1, 8}), 2U);
    EXPECT_EQ(set->find({1, 9}), 3U);
    EXPECT_EQ(set->find({-4, 0}), 3U);
}

TEST(ColumnSet, MemoryGrowsWithContent) {
    DataSet data = some_data();
    const std::uint64_t before = data.memory_bytes();
    data.types[0].sets[0].layer_cells.resize(1000);
    EXPECT_GE(data.memory_bytes(), before + 7900);
}

TEST(ColumnSet, ReadsBack) {
    expect_equal(decode_value<DataSet>(encode_value(some_data())), some_data());
    expect_equal(decode_value<DataSet>(encode_value(DataSet{})), DataSet{});
    const CellType type = some_data().types[0];
    EXPECT_EQ(decode_value<CellType>(encode_value(type)), type);
}

TEST(ColumnSet, RefusesWhatWouldDrawAWrongMap) {
    using Damage = void (*)(DataSet&);
    const Damage damages[] = {
        [](DataSet& data) {
            data.types[0].sets[0].hexes[2] = {1, 7};
        },
        [](DataSet& data) { std::swap(data.types[0].sets[0].hexes[0], data.types[0].sets[0].hexes[1]); },
        [](DataSet& data) {
            data.types[0].sets[0].hexes[2] = {2'000'000'000, 0};
        },
        [](DataSet& data) { data.types[0].sets[0].hexes[0].hex1 = std::numeric_limits<std::int32_t>::min(); },
        [](DataSet& data) { data.types[0].sets[0].cells.pop_back(); },
        [](DataSet& data) { data.types[0].sets[0].pre[1] = -2; },
        [](DataSet& data) { data.types[0].sets[0].layer_count = 3; },
        [](DataSet& data) { data.types[0].sets[0].layer_count = std::size_t{1} << 62; },
        [](DataSet& data) { data.types[0].sets[0].values[0].second.push_back(1); },
        [](DataSet& data) { data.types[0].sets[0].region = 3; },
        [](DataSet& data) { data.types[0].sets[0].side = Side::Right; },
        [](DataSet& data) { data.types[1].name = "A"; },
        [](DataSet& data) {
            data.universe[{9, Side::Left}] = {{1, 1}};
        },
        [](DataSet& data) {
            data.universe.begin()->second = {{2, 2}, {1, 1}};
        },
    };
    for (const Damage damage : damages) {
        DataSet data = some_data();
        damage(data);
        expect_refused(data);
    }
}

TEST(ColumnSet, DamageNeverCrashes) {
    const std::string bytes = encode_value(some_data());
    for (std::size_t size = 0; size < 600; ++size)
        EXPECT_THROW(decode_value<DataSet>(bytes.substr(0, size)), Error);
    Random random(testing::test_seed());
    for (int i = 0; i < 5'000 * testing::test_scale(); ++i) {
        std::string damaged = bytes;
        for (std::uint64_t k = 1 + random.below(3); k > 0; --k)
            damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        try {
            decode_value<DataSet>(damaged);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
        }
    }
}

}  // namespace
}  // namespace hone::eyemap
