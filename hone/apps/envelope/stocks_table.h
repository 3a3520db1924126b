#pragma once
#include <span>
#include <string>
#include <vector>

#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/selection.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/table/table.h"

namespace hone::envelope {

/// What a country produces, and the world's supply thresholds scaled by its part of the energy.
struct CountryStocks {
    std::string iso3;
    std::string name;
    Energy production;
    Area area;
    Energy one_month, three_months, stocks;
};
/// Of each region that is a country. Requires: a supply set, a world with energy.
std::vector<CountryStocks> country_stocks(std::span<const Region> countries, const ThresholdSet& supply, Energy world);
/// country_stocks.csv: integers in full.
Table stocks_table(std::span<const CountryStocks> rows);
/// tableS1.tex: three digits in scientific form, rules of booktabs; `notes` are plain texts.
std::string stocks_latex(std::span<const CountryStocks> rows, std::string_view crop_set,
                         const std::vector<std::string>& notes);

struct TablesOptions : CellOptions, BalanceSource {
    std::string years = "2019:2021";
};
/// Tables for papers: table "country_stocks" and artifact "tableS1". Without --country USA, China, India, Brazil,
/// France, Egypt, Australia and Argentina. Fault::Usage for crops without balances.
Outputs paper_tables(Run& run, const TablesOptions& options);

}  // namespace hone::envelope
