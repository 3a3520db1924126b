#include "hone/apps/eyemap/source_options.h"

#include <gtest/gtest.h>

namespace hone::eyemap {
namespace {

/// The options after a parameter was given as texts; throws what the parameter refuses.
SourceOptions with(std::string_view name, const std::vector<std::string>& texts) {
    Params<SourceOptions> params;
    declare_source(params);
    const ParamSet set = params.build();
    SourceOptions options;
    const Param* const param = set.find(name);
    check(param != nullptr, "the parameter is declared");
    param->set(*param, &options, texts);
    return options;
}

TEST(SourceOptions, DefaultsAreRules) {
    const ReadRules rules = read_rules({});
    EXPECT_EQ(rules.population, Population::All);
    EXPECT_EQ(rules.duplicates, Duplicates::Error);
    EXPECT_EQ(rules.outside, Outside::Add);
    EXPECT_EQ(rules.universe, UniverseRule::Auto);
    EXPECT_EQ(rules.column_base, ColumnBase::Decimal);
    EXPECT_FALSE(rules.drops_unlayered || rules.skips_unknown_regions || rules.is_complete || rules.is_strict);
    EXPECT_EQ(rules.legacy, Legacy{});
}

TEST(SourceOptions, PublishedIsSixDefinitionsAndTheTheme) {
    const ReadRules rules = read_rules(with("legacy", {"published"}));
    EXPECT_TRUE(rules.legacy.unlayered_drop && rules.legacy.zero_is_data && rules.legacy.split_population &&
                rules.legacy.linear_bins && rules.legacy.name_base_per_field && rules.legacy.last_wins &&
                rules.legacy.catalogue_theme);
    EXPECT_FALSE(rules.legacy.combined_unflipped || rules.legacy.grey_2025 || rules.legacy.layers_from_zero);
    EXPECT_TRUE(rules.drops_unlayered);
    EXPECT_EQ(rules.duplicates, Duplicates::Last);
    EXPECT_EQ(rules.column_base, ColumnBase::PerField);
    const Legacy two = parse_legacy(with("legacy", {"grey-2025,layers-from-zero"}).legacy);
    EXPECT_TRUE(two.grey_2025 && two.layers_from_zero && !two.catalogue_theme);
}

TEST(SourceOptions, WordsThatAreNotKnownAreRefused) {
    for (const char* name : {"kind", "population", "duplicates", "outside", "universe", "column-base", "unlayered",
                             "unknown-region", "legacy"})
        EXPECT_THROW(with(name, {"nothing"}), Error) << name;
    EXPECT_EQ(with("population", {" Centre "}).population, "middle");
    SourceOptions wrong;
    wrong.outside = "in";
    EXPECT_THROW(read_rules(wrong), Error);
}

TEST(SourceOptions, RegionsAreAddedBehindTheBuiltinOnes) {
    SourceOptions options = with("add-region", {"GRID:4,LO:9"});
    const Regions regions = declared_regions(options);
    EXPECT_EQ(regions.names(), "ME, LO, LOP, GRID");
    EXPECT_EQ(regions[1].layers.size(), 9U);
    for (const char* text : {"GRID", "GRID:x", ":4", "GRID:-1", "GRID:1000", "a b:3"}) {
        options.add_region = {text};
        EXPECT_THROW(declared_regions(options), Error) << text;
    }
}

}  // namespace
}  // namespace hone::eyemap
