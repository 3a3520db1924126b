#include "hone/apps/envelope/stocks_table.h"

#include <utility>

#include "hone/apps/envelope/latex.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

const std::vector<std::string> kPaperCountries = {"USA", "CHN", "IND", "BRA", "FRA", "EGY", "AUS", "ARG"};

std::vector<std::string> notes_of(const TablesOptions& options, const LoadedBase& loaded,
                                  const LoadedBalances& balances) {
    std::vector<std::string> notes;
    notes.push_back(cat("Stocks: ", balances.source, ", market years ", options.years,
                        ", world thresholds scaled by the energy of production; energy contents: ", options.energy,
                        "; filter: ", options.filter, "."));
    if (loaded.is_synthetic || balances.is_synthetic) notes.emplace_back("Synthetic sample data, not observations.");
    BalanceOptions asked;
    asked.crop = options.crop;
    asked.balance = options.balance;
    asked.energy = options.energy;
    for (const std::string& note : balance_notes(asked, true))
        notes.push_back(note);
    return notes;
}

}  // namespace

std::vector<CountryStocks> country_stocks(std::span<const Region> countries, const ThresholdSet& supply, Energy world) {
    check(supply.kind == ThresholdSetKind::Supply && supply.thresholds.size() == 3, "stocks need the supply set");
    std::vector<CountryStocks> rows;
    for (const Region& region : countries) {
        const Energy energy = region.base->total_energy();
        const ThresholdSet own = scaled(supply, energy, world);
        const Country country = Registry::builtin().resolve(region.name);
        rows.push_back({region.name, Registry::builtin().country(country).name, energy, region.base->total_area(),
                        own.thresholds[0].energy, own.thresholds[1].energy, own.thresholds[2].energy});
    }
    return rows;
}

Table stocks_table(std::span<const CountryStocks> rows) {
    std::vector<std::string> iso3, name;
    std::vector<std::int64_t> production, area, one, three, stocks;
    for (const CountryStocks& row : rows) {
        iso3.push_back(row.iso3);
        name.push_back(row.name);
        production.push_back(row.production.kcal);
        area.push_back(row.area.u);
        one.push_back(row.one_month.kcal);
        three.push_back(row.three_months.kcal);
        stocks.push_back(row.stocks.kcal);
    }
    return Table({Column::text("iso3", iso3), Column::text("country", name),
                  Column::int64("production_kcal", std::move(production)),
                  Column::decimal("area_km2", 3, std::move(area)), Column::int64("one_month_kcal", std::move(one)),
                  Column::int64("three_months_kcal", std::move(three)),
                  Column::int64("stocks_kcal", std::move(stocks))});
}

std::string stocks_latex(std::span<const CountryStocks> rows, std::string_view crop_set,
                         const std::vector<std::string>& notes) {
    LatexTable table;
    table.caption = cat("Production, harvested area and scaled stocks of countries, ", crop_set);
    table.label = "tab:country-stocks";
    table.header = {"Country",        "Production (kcal)", "Area (km$^2$)",
                    "1 month (kcal)", "3 months (kcal)",   "Stocks (kcal)"};
    table.notes = notes;
    for (const CountryStocks& row : rows) {
        // Whole km2, rounded half to even by the same digits.
        const std::int64_t area_km2 = round_to_int64(static_cast<long double>(row.area.u) / 1000.0L);
        table.rows.push_back({latex_text(row.name), latex_scientific(row.production.kcal), latex_scientific(area_km2),
                              latex_scientific(row.one_month.kcal), latex_scientific(row.three_months.kcal),
                              latex_scientific(row.stocks.kcal)});
    }
    return latex_table(table);
}

Outputs paper_tables(Run& run, const TablesOptions& options) {
    const CropSet set = parse_crop_set(options.crop);
    const AllGrains mode = parse_all_grains(options.balance);
    (void)balance_parts(set, mode);  // before anything is read
    const LoadedBalances balances = load_balances(run, options);
    const ThresholdSet supply =
        thresholds_of(ThresholdSetKind::Supply, set, *balances.balances, parse_years(options.years), mode);
    const auto loaded = load(run, options);
    TablesOptions everywhere = options;
    everywhere.country.clear();
    TablesOptions wanted = options;
    if (wanted.country.empty()) wanted.country = kPaperCountries;
    const std::vector<Region> world = regions_of(run, everywhere, loaded);
    const std::vector<Region> countries = regions_of(run, wanted, loaded);
    const auto rows = country_stocks(countries, supply, world.front().base->total_energy());

    Outputs outputs;
    describe(outputs, options, *loaded);
    outputs.summary().set("years", options.years).set("balance", options.balance).set("balances", balances.json);
    outputs.table("country_stocks", stocks_table(rows));
    outputs.bytes("tableS1", "text/x-tex", stocks_latex(rows, set.name, notes_of(options, *loaded, balances)));
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
