#include "hone/apps/eyemap/place_name.h"

#include <gtest/gtest.h>

#include "hone/apps/eyemap/lattice.h"
#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

TEST(PlaceName, IsCutIntoItsParts) {
    const auto place = split_place_name("ME_R_col_34_30");
    ASSERT_TRUE(place);
    EXPECT_EQ(place->region, "ME");
    EXPECT_EQ(place->side, Side::Right);
    EXPECT_EQ(place->hex1, "34");
    EXPECT_EQ(place->hex2, "30");
    EXPECT_FALSE(place->has_letter());
    EXPECT_TRUE(split_place_name("LO_L_col_1A_0F")->has_letter());
    EXPECT_EQ(split_place_name("LOP2_L_col_1_2")->side, Side::Left);
}

TEST(PlaceName, OtherNamesAreNoColumns) {
    for (const char* name : {"", "ME(R)", "ME_R", "ME_R_col_34", "ME_R_col_34_", "ME_R_col__30", "ME_R_col_34_30_1",
                             "ME_r_col_34_30", "_R_col_34_30", "2ME_R_col_3_4", "ME_R_COL_3_4", "ME_R_layer_3",
                             "ME_R_col_3G_4", "ME_R_col_-3_4", "ME_R_col_3_4 ", "M-E_R_col_3_4", "ME_M_col_3_4"})
        EXPECT_FALSE(split_place_name(name)) << name;
}

TEST(PlaceName, NumbersAreReadByTheBaseOfTheFile) {
    EXPECT_EQ(place_number("34", ColumnBase::Decimal), 34);
    EXPECT_EQ(place_number("34", ColumnBase::Hex), 52);
    EXPECT_EQ(place_number("30", ColumnBase::Hex), 48);
    EXPECT_EQ(place_number("1A", ColumnBase::Decimal), std::nullopt);
    EXPECT_EQ(place_number("1A", ColumnBase::Hex), 26);
    EXPECT_EQ(place_number("0f", ColumnBase::Hex), 15);
    EXPECT_EQ(place_number("10", ColumnBase::PerField), 10);
    EXPECT_EQ(place_number("1A", ColumnBase::PerField), 26);
    EXPECT_EQ(place_number("32767", ColumnBase::Decimal), kMostHex);
    EXPECT_EQ(place_number("99999999999999999999", ColumnBase::Decimal), kMostHex + 1);
    EXPECT_EQ(place_number("FFFFFFFFFFFFFFFFFFFFF", ColumnBase::Hex), kMostHex + 1);
    EXPECT_EQ(place_number("", ColumnBase::Hex), std::nullopt);
}

TEST(PlaceName, ARegionMayCarryItsSide) {
    const auto place = split_region_of_side("LOP(L)");
    ASSERT_TRUE(place);
    EXPECT_EQ(place->region, "LOP");
    EXPECT_EQ(place->side, Side::Left);
    for (const char* text : {"LOP", "(L)", "LOP(l)", "LOP(L", "LOPL)", "LO P(L)", "LOP(LR)"})
        EXPECT_FALSE(split_region_of_side(text)) << text;
}

}  // namespace
}  // namespace hone::eyemap
