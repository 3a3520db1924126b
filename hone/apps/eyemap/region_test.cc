#include "hone/apps/eyemap/region.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

template <class F>
Fault fault_of(F&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.fault();
    }
    return Fault::Bug;
}

TEST(Side, OfAColumnIsExactlyOneLetter) {
    EXPECT_EQ(parse_column_side("L"), Side::Left);
    EXPECT_EQ(parse_column_side("R"), Side::Right);
    for (const char* text : {"", "l", "r", " R", "R ", "right", "LR", "M"})
        EXPECT_FALSE(parse_column_side(text)) << text;
    EXPECT_EQ(side_letter(Side::Left), 'L');
    EXPECT_EQ(side_word(Side::Right), "right");
}

TEST(Side, OfARequestHasManyWords) {
    for (const char* text : {"l", "left", " Left\t", "LEFT"})
        EXPECT_EQ(parse_side_choice(text), SideChoice::Left) << text;
    for (const char* text : {"R", "right"})
        EXPECT_EQ(parse_side_choice(text), SideChoice::Right) << text;
    for (const char* text : {"combined", "both", "bilateral", "all", "*", " ALL "})
        EXPECT_EQ(parse_side_choice(text), SideChoice::Both) << text;
    EXPECT_TRUE(includes(SideChoice::Both, Side::Left) && includes(SideChoice::Left, Side::Left));
    EXPECT_FALSE(includes(SideChoice::Right, Side::Left));
    for (const SideChoice choice : {SideChoice::Left, SideChoice::Right, SideChoice::Both})
        EXPECT_EQ(parse_side_choice(side_choice_name(choice)), choice);
}

TEST(Side, RefusesOtherWordsAndListsTheRightOnes) {
    for (const char* text : {"", " ", "middle", "lr", "rigth"}) {
        try {
            parse_side_choice(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage);
            EXPECT_NE(error.message().find("bilateral"), std::string::npos);
        }
    }
}

TEST(Population, KnowsTheMiddle) {
    for (const char* text : {"m", "Middle", "center", "centre"})
        EXPECT_EQ(parse_population(text), Population::Middle) << text;
    EXPECT_EQ(parse_population("*"), Population::All);
    for (const Population one : {Population::All, Population::Left, Population::Right, Population::Middle})
        EXPECT_EQ(parse_population(population_name(one)), one);
    EXPECT_EQ(fault_of([] { parse_population(""); }), Fault::Usage);
}

TEST(Regions, BuiltInOnesHaveTheirLayers) {
    const Regions regions = Regions::builtin();
    ASSERT_EQ(regions.names(), "ME, LO, LOP");
    EXPECT_EQ(regions[0].layers.size(), 10U);
    EXPECT_EQ(regions[0].layers.back(), "ME10");
    EXPECT_EQ(regions[1].layers, (std::vector<std::string>{"LO1", "LO2", "LO3", "LO4", "LO5A", "LO5B", "LO6"}));
    EXPECT_EQ(regions[2].layers, (std::vector<std::string>{"LOP1", "LOP2", "LOP3", "LOP4"}));
    EXPECT_EQ(regions.find("LO"), 1U);
    EXPECT_FALSE(regions.find("lo"));
}

TEST(Regions, MayBeAddedAndReplaced) {
    Regions regions = Regions::builtin();
    regions.add("AME", 2, {"inner"});
    regions.add("ME", 1);
    EXPECT_EQ(regions.names(), "ME, LO, LOP, AME");
    EXPECT_EQ(regions[3].layers, (std::vector<std::string>{"inner", "AME2"}));
    EXPECT_EQ(regions[0].layers, (std::vector<std::string>{"ME1"}));
    for (const char* name : {"", "1A", "A_B", "A B", "<"})
        EXPECT_EQ(fault_of([&] { regions.add(name, 1); }), Fault::Input) << name;
    EXPECT_EQ(fault_of([&] { regions.add("X", 1000); }), Fault::Input);
    EXPECT_EQ(fault_of([&] { regions.add("X", 1, {"a", "b"}); }), Fault::Input);
}

TEST(Regions, ReadBackAndRefuseDamage) {
    Regions regions = Regions::builtin();
    regions.add("GRID", 64);
    const std::string bytes = encode_value(regions);
    EXPECT_EQ(decode_value<Regions>(bytes), regions);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(fault_of([&] { decode_value<Regions>(bytes.substr(0, size)); }), Fault::Input);
}

}  // namespace
}  // namespace hone::eyemap
