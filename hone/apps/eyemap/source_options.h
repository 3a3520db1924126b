#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/place_name.h"
#include "hone/apps/eyemap/region.h"
#include "hone/base/codec.h"
#include "hone/engine/param.h"

namespace hone::eyemap {

/// What to do with rows of one key.
enum class Duplicates : std::uint8_t { Error, Sum, First, Last, Mean };
/// What to do with columns outside the universe.
enum class Outside : std::uint8_t { Add, Drop, Error };
/// Where the universe comes from besides lists given as inputs.
enum class UniverseRule : std::uint8_t { Auto, Data, Builtin };

/// The older definitions that --legacy asks for.
struct Legacy {
    bool unlayered_drop = false;
    bool zero_is_data = false;
    bool split_population = false;
    bool linear_bins = false;
    bool combined_unflipped = false;
    bool name_base_per_field = false;
    bool last_wins = false;
    bool grey_2025 = false;
    bool layers_from_zero = false;
    bool catalogue_theme = false;  ///< of "published"
    bool operator==(const Legacy&) const = default;
};
/// Names of older definitions; "published" stands for six of them and the theme. Fault::Usage for others.
Legacy parse_legacy(const std::vector<std::string>& names);
const std::vector<std::string>& legacy_names();

/// Parameters of every task that reads a data set; a base of its options.
struct SourceOptions {
    std::vector<Path> input;
    std::vector<std::string> kind;  ///< none: found from each header; one for all, or one per input
    std::string population = "all";
    std::string duplicates = "error";
    std::string outside = "add";
    std::string universe = "auto";
    std::string column_base = "decimal";
    std::string unlayered = "keep";
    std::string unknown_region = "error";
    std::vector<std::string> add_region;  ///< "GRID:10"
    std::vector<std::string> legacy;
    bool complete = false;
    bool strict = false;
};

/// The same as values of types, checked.
struct ReadRules {
    Population population = Population::All;
    Duplicates duplicates = Duplicates::Error;
    Outside outside = Outside::Add;
    UniverseRule universe = UniverseRule::Auto;
    ColumnBase column_base = ColumnBase::Decimal;
    bool drops_unlayered = false;
    bool skips_unknown_regions = false;
    bool is_complete = false;
    bool is_strict = false;
    Legacy legacy;
};
/// Fault::Usage for a value that is not known.
ReadRules read_rules(const SourceOptions& options);
/// The built-in regions and those of --add-region; Fault::Usage if one cannot be read.
Regions declared_regions(const SourceOptions& options);

/// Declares the parameters of a data set: the inputs are positional, and wanted.
template <class Options>
void declare_source(Params<Options>& params) {
    params(&SourceOptions::input, "input", "Data set: CSV tables, neuPrint answers, JSON documents")
        .file()
        .positional()
        .required();
    params(&SourceOptions::kind, "kind",
           "What a row of the inputs is (found from the header): one word for all inputs or one for each")
        .one_of({"columns", "layers", "synapses", "rois", "universe", "assigned"});
    params(&SourceOptions::population, "population", "Cells that are counted, by the side of their body")
        .canonical([](std::string_view text) { return std::string(population_name(parse_population(text))); })
        .value("all|left|right|middle");
    params(&SourceOptions::duplicates, "duplicates", "Rows with the key of an earlier row")
        .one_of({"error", "sum", "first", "last", "mean"});
    params(&SourceOptions::outside, "outside", "Columns that are not in the universe of their region")
        .one_of({"add", "drop", "error"});
    params(&SourceOptions::universe, "universe",
           "Which columns exist unless an input lists them: the built-in lists, or those with data if the data set is "
           "complete (auto); those with data; the built-in lists")
        .one_of({"auto", "data", "builtin"});
    params(&SourceOptions::complete, "complete", "The inputs are a whole data set: columns without data do not exist");
    params(&SourceOptions::column_base, "column-base",
           "Numbers in place names such as ME_R_col_34_30; auto decides for each file")
        .one_of({"decimal", "hex", "auto"});
    params(&SourceOptions::unlayered, "unlayered", "Rows without a layer").one_of({"keep", "drop"});
    params(&SourceOptions::unknown_region, "unknown-region", "Rows of a region that is not known")
        .one_of({"error", "skip"});
    params(&SourceOptions::add_region, "add-region", "A further region and its number of layers").value("NAME:LAYERS");
    params(&SourceOptions::legacy, "legacy", "Older definitions, to reproduce published numbers")
        .one_of(legacy_names());
    params(&SourceOptions::strict, "strict", "Warnings about the data are errors");
}

}  // namespace hone::eyemap
