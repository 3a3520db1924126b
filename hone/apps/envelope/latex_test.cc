#include "hone/apps/envelope/latex.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <limits>

#include "hone/apps/envelope/example_bases.h"
#include "hone/apps/envelope/stocks_table.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(LatexText, EscapesWhatIsSpecial) {
    EXPECT_EQ(latex_text("50 % of A&B_c #1 {x} $2"), "50 \\% of A\\&B\\_c \\#1 \\{x\\} \\$2");
    EXPECT_EQ(latex_text("~^\\"), "\\textasciitilde{}\\textasciicircum{}\\textbackslash{}");
    EXPECT_EQ(latex_text("Côte d'Ivoire\nx"), "Côte d'Ivoire x");
}

TEST(LatexScientific, RoundsHalfToEven) {
    EXPECT_EQ(latex_scientific(0), "0");
    EXPECT_EQ(latex_scientific(7), "$7.00 \\times 10^{0}$");
    EXPECT_EQ(latex_scientific(1'234'567), "$1.23 \\times 10^{6}$");
    EXPECT_EQ(latex_scientific(1'225), "$1.22 \\times 10^{3}$");
    EXPECT_EQ(latex_scientific(1'235), "$1.24 \\times 10^{3}$");
    EXPECT_EQ(latex_scientific(9'995), "$1.00 \\times 10^{4}$");
    EXPECT_EQ(latex_scientific(-9'994), "$-9.99 \\times 10^{3}$");
    EXPECT_EQ(latex_scientific(std::numeric_limits<std::int64_t>::max()), "$9.22 \\times 10^{18}$");
    EXPECT_EQ(latex_scientific(std::numeric_limits<std::int64_t>::min()), "$-9.22 \\times 10^{18}$");
}

TEST(LatexScientific, AgreesWithTheCLibraryBelowTwoToThe53) {
    Random random(testing::test_seed());
    for (int round = 0; round < 3000 * testing::test_scale(); ++round) {
        const std::int64_t value = random.between(1, std::int64_t{1} << random.between(1, 52));
        std::array<char, 40> buffer{};
        std::snprintf(buffer.data(), buffer.size(), "%.2e", static_cast<double>(value));
        const std::string text(buffer.data());
        const std::string expected =
            cat("$", text.substr(0, 4), " \\times 10^{", std::stoi(text.substr(text.find('e') + 1)), "}$");
        ASSERT_EQ(latex_scientific(value), expected) << value;
    }
}

TEST(StocksTable, ScalesTheWorldsThresholds) {
    Budget budget("test");
    const auto base = std::make_shared<const Base>(Base(example_cells(budget, five_cells())));  // 5.01e9 kcal, 5 km2
    ThresholdSet supply;
    for (const std::int64_t kcal : {12'000, 36'000, 50'001})
        supply.thresholds.push_back({"any", std::nullopt, std::nullopt, Energy{kcal}});
    const std::vector<Region> regions = {{"CIV", base, {}}};
    const auto rows = country_stocks(regions, supply, Energy{4 * 5'010'000'000});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].production.kcal, 5'010'000'000);
    EXPECT_EQ(rows[0].area.u, 5000);
    EXPECT_EQ(rows[0].one_month.kcal, 3000);
    EXPECT_EQ(rows[0].three_months.kcal, 9000);
    EXPECT_EQ(rows[0].stocks.kcal, 12'500) << "12500.25";
    const std::string text = stocks_latex(rows, "wheat", {"100 % synthetic"});
    EXPECT_NE(text.find("\\begin{tabular}{lrrrrr}\n\\toprule\n"), std::string::npos) << text;
    EXPECT_NE(text.find(cat(latex_text(rows[0].name),
                            " & $5.01 \\times 10^{9}$ & $5.00 \\times 10^{0}$ & $3.00 \\times 10^{3}$ & $9.00 \\times "
                            "10^{3}$ & $1.25 \\times 10^{4}$ \\\\\n\\bottomrule")),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("100 \\% synthetic"), std::string::npos);
}

}  // namespace
}  // namespace hone::envelope
