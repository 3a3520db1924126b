#include "hone/apps/envelope/energy_file.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/crops.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

std::string with(std::string_view energy, std::string_view csv) {
    return energy_with(energy, text_table(csv, "mine.csv"));
}

std::string failure(std::string_view csv) {
    try {
        with("standard", csv);
    } catch (const Error& error) {
        return error.message();
    }
    return "";
}

TEST(EnergyFile, PutsItsContentsOverThoseOfTheNamedTable) {
    EXPECT_EQ(with("standard", "crop,kcal_per_g,source\nPOTA,0.7,x\nrice,2.80000,y\nCASS,-,\nWHEA,,\n"),
              "standard+POTA=0.7+RICE=2.8");
    EXPECT_EQ(with("paddy", "crop,kcal_per_g\nRICE,2.8\n"), "paddy") << "the same contents are the same table";
    EXPECT_EQ(with("standard+RICE=3", "crop,kcal_per_g\nPOTA,0.7\n"), "standard+POTA=0.7+RICE=3");
    const EnergyTable table = parse_energy_table(with("fao", "kcal_per_g,crop\n0.00001,BANA\n"));
    EXPECT_EQ(table.kcal_per_tenth_tonne[*find_crop("BANA")], 1);
    EXPECT_EQ(table.kcal_per_tenth_tonne[*find_crop("WHEA")], 334'000);
}

TEST(EnergyFile, SaysWhatIsWrong) {
    EXPECT_EQ(failure("crop,value\nRICE,1\n"), "no column kcal_per_g in mine.csv");
    EXPECT_EQ(failure("crop,kcal_per_g\n"), "no energy content in mine.csv");
    EXPECT_EQ(failure("crop,kcal_per_g\nRICE,1\nrice,2\n"), "mine.csv, row 3: a crop that came before: 'rice'");
    EXPECT_EQ(failure("crop,kcal_per_g\nWHEAT,1\n"), "mine.csv, row 2: no crop has the code 'WHEAT'");
    for (const std::string_view value : {"0", "-1", "10.1", "3.341234", "x", "inf"})
        EXPECT_EQ(
            failure(cat("crop,kcal_per_g\nRICE,", value, "\n")),
            cat("mine.csv, row 2: expected 0.00001 to 10 kcal/g with at most five decimals, found '", value, "'"));
    EXPECT_EQ(failure("crop,kcal_per_g\nRICE\n"), "mine.csv, row 2: expected 2 fields, found 1");
}

TEST(EnergyTables, AreChangedByCrop) {
    const EnergyTable table = parse_energy_table(" Standard+rice=2.80+BARL=3.32001");
    EXPECT_EQ(table.name, "standard+BARL=3.32001+RICE=2.8");
    EXPECT_EQ(parse_energy_table(table.name), table);
    EXPECT_EQ(table.kcal_per_tenth_tonne[*find_crop("RICE")], 280'000);
    EXPECT_EQ(table.kcal_per_tenth_tonne[*find_crop("WHEA")], 334'000);
    for (const std::string_view wrong : {"standard+", "standard+RICE", "standard+RICE=", "standard+RICE=0",
                                         "standard+RICE=11", "standard+RICE=1+rice=2", "standard+RYCE=1", "+RICE=1"})
        EXPECT_THROW(parse_energy_table(wrong), Error) << wrong;
}

}  // namespace
}  // namespace hone::envelope
