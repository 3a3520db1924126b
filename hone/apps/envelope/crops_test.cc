#include "hone/apps/envelope/crops.h"

#include <gtest/gtest.h>

#include <set>

#include "hone/base/error.h"

namespace hone::envelope {
namespace {

std::string usage_message(std::string_view text) {
    try {
        parse_crop_set(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        return error.message();
    }
    return "no error";
}

TEST(Crops, AreFortySixInAlphabeticalOrder) {
    std::set<std::string_view> codes;
    for (const CropInfo& info : crops())
        codes.insert(info.code);
    EXPECT_EQ(codes.size(), 46U);
    for (std::size_t i = 1; i < kCropCount; ++i)
        EXPECT_LT(crops()[i - 1].code, crops()[i].code);
}

TEST(Crops, FindsColumnsOfBothEditions) {
    const Crop wheat = *find_crop("WHEA");
    EXPECT_EQ(crop_of_column("WHEA_A"), wheat);
    EXPECT_EQ(crop_of_column("whea_a"), wheat);
    EXPECT_EQ(crop_of_column("whea"), wheat);
    EXPECT_EQ(crop_of_column("whea_i"), std::nullopt);
    EXPECT_EQ(crop_of_column("grid_code"), std::nullopt);
    EXPECT_EQ(crop_of_column("sesa_a"), find_crop("SESE"));
    EXPECT_EQ(crop_of_column("acof"), find_crop("COFF"));
    EXPECT_EQ(crop_of_column("smil_a"), find_crop("MILL"));
    EXPECT_EQ(crop_column(wheat), "WHEA_A");
}

TEST(CropSets, AreCanonical) {
    EXPECT_EQ(parse_crop_set("Wheat"), parse_crop_set("WHEA"));
    EXPECT_EQ(parse_crop_set("WHEA").name, "wheat");
    EXPECT_EQ(parse_crop_set("whea+barl").name, "BARL+WHEA");
    EXPECT_EQ(parse_crop_set("allgrain").crops().size(), 8U);
    EXPECT_EQ(parse_crop_set("OCER+SORG+PMIL+MILL+BARL+MAIZ+RICE+WHEA+WHEA").name, "allgrain");
}

TEST(CropSets, RefuseTheUnknownWithASuggestion) {
    EXPECT_NE(usage_message("weat").find("did you mean wheat?"), std::string::npos);
    EXPECT_NE(usage_message("WHEA+BARK").find("did you mean BARL?"), std::string::npos);
    EXPECT_NE(usage_message("WHEA+BARK").find("SOYB"), std::string::npos);
    EXPECT_NE(usage_message(""), "no error");
    EXPECT_NE(usage_message("WHEA++BARL"), "no error");
}

TEST(EnergyTables, HoldExactContents) {
    const auto value = [](std::string_view table, std::string_view crop) {
        return parse_energy_table(table).kcal_per_tenth_tonne[*find_crop(crop)];
    };
    EXPECT_EQ(value("standard", "WHEA"), 334'000);
    EXPECT_EQ(value("standard", "WHEA") * 123, 41'082'000);
    EXPECT_EQ(value("standard", "RICE"), 360'000);
    EXPECT_EQ(value("paddy", "RICE"), 280'000);
    EXPECT_EQ(value("paddy", "MAIZ"), 356'000);
    EXPECT_EQ(value("fao", "OCER"), 347'000);
    EXPECT_EQ(value("fao", "CITR"), value("fao", "TROF"));
    EXPECT_EQ(value("standard", "SOYB"), 0);
    EXPECT_THROW(parse_energy_table("standart"), Error);
}

TEST(EnergyTables, RefuseCropsWithoutAValue) {
    require_energy(parse_energy_table("standard"), parse_crop_set("allgrain"));
    require_energy(parse_energy_table("fao"), parse_crop_set("SOYB+WHEA"));
    EXPECT_THROW(require_energy(parse_energy_table("standard"), parse_crop_set("SOYB+WHEA")), Error);
    EXPECT_THROW(require_energy(parse_energy_table("fao"), parse_crop_set("RUBB")), Error);
}

TEST(EnergyTables, KnowBalanceCommodities) {
    EXPECT_EQ(commodity_content("Allgrain"), 345'000);
    EXPECT_EQ(commodity_content("Rye"), 319'000);
    EXPECT_EQ(commodity_content("Soybeans"), std::nullopt);
}

}  // namespace
}  // namespace hone::envelope
