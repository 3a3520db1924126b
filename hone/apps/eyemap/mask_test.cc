#include "hone/apps/eyemap/mask.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

Mask random_mask(Random& random, std::int32_t side) {
    Mask columns;
    for (std::int32_t h1 = 0; h1 < side; ++h1)
        for (std::int32_t h2 = 0; h2 < side; ++h2)
            if (random.below(3) > 0) columns.push_back({h1 - side / 2, h2 - side / 2});
    return columns;
}

Mask plain_rim(const Mask& mask) {
    Mask rim;
    for (const Hex hex : mask)
        if (neighbours_in(mask, hex) < 6) rim.push_back(hex);
    return rim;
}

struct Extent {
    std::int32_t low1, high1, low2, high2, low_difference, high_difference, low_sum, high_sum;
    bool operator==(const Extent&) const = default;
};

Extent extent_of(const Mask& mask) {
    const auto range = [&](auto&& number) {
        const auto less = [&](Hex a, Hex b) { return number(a) < number(b); };
        const auto [low, high] = std::minmax_element(mask.begin(), mask.end(), less);
        return std::pair(number(*low), number(*high));
    };
    const auto [l1, h1] = range([](Hex h) { return h.hex1; });
    const auto [l2, h2] = range([](Hex h) { return h.hex2; });
    const auto [ld, hd] = range([](Hex h) { return h.hex1 - h.hex2; });
    const auto [ls, hs] = range([](Hex h) { return h.hex1 + h.hex2; });
    return {l1, h1, l2, h2, ld, hd, ls, hs};
}

TEST(BuiltinMask, HasThePublishedDigestsAndShape) {
    const Mask& me = builtin_mask("ME");
    const Mask& lo = builtin_mask("LO");
    const Mask& lop = builtin_mask("LOP");
    EXPECT_EQ(me.size(), 892U);
    EXPECT_EQ(lo.size(), 875U);
    EXPECT_EQ(lop.size(), 817U);
    EXPECT_EQ(mask_digest(me), "fbc86fa4e3779b1c");
    EXPECT_EQ(mask_digest(lo), "4b6947ca23f34505");
    EXPECT_EQ(mask_digest(lop), "2fd8832d95d386a3");
    EXPECT_EQ(me.size() - rim_of(me).size(), 783U);
    EXPECT_EQ(lo.size() - rim_of(lo).size(), 767U);
    EXPECT_EQ(lop.size() - rim_of(lop).size(), 694U);
    EXPECT_EQ(extent_of(me), (Extent{1, 36, 1, 39, -19, 16, 7, 72}));
    EXPECT_EQ(extent_of(lo), (Extent{1, 36, 1, 39, -19, 15, 8, 71}));
    EXPECT_EQ(extent_of(lop), (Extent{1, 36, 1, 39, -18, 15, 7, 72}));
    EXPECT_FALSE(contains(me, {1, 9}));
    EXPECT_TRUE(builtin_mask("me").empty());
}

TEST(Lattice, NeighboursAndDistances) {
    EXPECT_EQ(squared_distance({5, 5}, {6, 6}), 1);
    EXPECT_EQ(step_distance({5, 5}, {6, 6}), 1);
    EXPECT_EQ(squared_distance({5, 5}, {6, 4}), 3);
    EXPECT_EQ(step_distance({5, 5}, {6, 4}), 2);
    const Mask pair = make_mask({{5, 5}, {6, 4}, {6, 6}});
    EXPECT_EQ(neighbours_in(pair, {5, 5}), 1);
    for (const Hex step : kNeighbours)
        EXPECT_EQ(squared_distance({0, 0}, step), 1);
}

TEST(Mask, RimIsThePlainRim) {
    Random random(testing::test_seed());
    for (int round = 0; round < 100; ++round) {
        const Mask mask = random_mask(random, static_cast<std::int32_t>(random.below(14)));
        EXPECT_EQ(rim_of(mask), plain_rim(mask));
    }
    EXPECT_EQ(rim_of({{0, 0}}), (Mask{{0, 0}}));
}

TEST(Mask, MadeAndUnitedLikeSets) {
    Random random(testing::test_seed());
    for (int round = 0; round < 100; ++round) {
        Mask a = random_mask(random, 8);
        const Mask b = random_mask(random, 9);
        std::set<Hex> both(a.begin(), a.end());
        both.insert(b.begin(), b.end());
        EXPECT_EQ(united(a, b), Mask(both.begin(), both.end()));
        std::vector<Hex> shuffled = a;
        shuffled.insert(shuffled.end(), b.begin(), b.end());
        for (std::size_t i = shuffled.size(); i > 1; --i)
            std::swap(shuffled[i - 1], shuffled[random.below(i)]);
        EXPECT_EQ(make_mask(shuffled), Mask(both.begin(), both.end()));
    }
}

TEST(MaskText, ReadsRunsAndSpans) {
    EXPECT_EQ(parse_mask("1:7-8, 10 ; 2 : 5"), (Mask{{1, 7}, {1, 8}, {1, 10}, {2, 5}}));
    EXPECT_EQ(parse_mask("2:5;1:7"), (Mask{{1, 7}, {2, 5}}));
    EXPECT_EQ(parse_mask("-3:-2--1,1"), (Mask{{-3, -2}, {-3, -1}, {-3, 1}}));
    EXPECT_EQ(parse_mask(""), Mask{});
    EXPECT_EQ(parse_mask(" \n"), Mask{});
}

TEST(MaskText, ReadsBack) {
    EXPECT_EQ(mask_text({{1, 7}, {1, 8}, {1, 10}, {2, 5}}), "1:7-8,10;2:5");
    EXPECT_EQ(mask_text({}), "");
    EXPECT_EQ(parse_mask(mask_text(builtin_mask("LOP"))), builtin_mask("LOP"));
    Random random(testing::test_seed());
    for (int round = 0; round < 100; ++round) {
        const Mask mask = random_mask(random, 10);
        EXPECT_EQ(parse_mask(mask_text(mask)), mask);
    }
}

TEST(MaskText, RefusesWithThePlace) {
    for (const char* text : {"1", "1:", ":1", "1:2;", "1:2,", "1:2-", "1:3-2", "1:2,2", "1:1-3,3-4", "1:2;1:2", "a:1",
                             "1:2 3", "1:2.5", "32768:1", "1:99999999999999999999", "1:+", "--1:2", ";", "1:1;;2:2"}) {
        try {
            parse_mask(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input) << text;
        }
    }
    try {
        parse_mask("1:2;x");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_NE(error.message().find("letter 5"), std::string::npos) << error.message();
    }
}

TEST(MaskText, FewLettersCannotFillTheMemory) {
    std::string text = "0:-32767-32767";
    for (int run = 1; run < 400; ++run)
        text += cat(";", run, ":-32767-32767");
    try {
        parse_mask(text);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Limit);
    }
}

}  // namespace
}  // namespace hone::eyemap
