#include "hone/apps/envelope/notices.h"

#include <algorithm>
#include <iterator>

#include "hone/apps/envelope/check_task.h"

namespace hone::envelope {
namespace {

/// Of cell tables.
std::vector<Notice> load_notices() {
    return {
        {"envelope.field-count",
         "A row has more or fewer fields than the header. It is dropped; above 1 % of the rows the file is refused. "
         "Look for stray quotes or commas at the line named."},
        {"envelope.off-grid",
         "The coordinates of a row are not the centre of a cell of the 5-arc-minute grid (more than 0.05 cell off), or "
         "no numbers. The row is dropped. Finer grids need --refinement."},
        {"envelope.duplicate-identical", "A cell comes again with the same country and values. One row is kept."},
        {"envelope.duplicate-conflict",
         "A cell comes again with the same country and other values. The first row is kept; check which is right. An "
         "error with --strict."},
        {"envelope.unmatched-row",
         "A cell with a positive value has no row in the other file. It takes no part in the envelope."},
        {"envelope.join-gap",
         "More than 5 % of a file's rows have no partner in the other file: are both of one edition? An error with "
         "--strict."},
        {"envelope.missing-value",
         "A production or area value is empty or marked as missing (NaN, NA, -9999, ...). The crop is left out of that "
         "cell."},
        {"envelope.bad-value", "A production or area value is no number. The crop is left out of that cell."},
        {"envelope.negative-value",
         "A production or area value is negative. The crop is left out of that cell. An error with --strict."},
        {"envelope.country-by-name", "The country code of a row is unknown; the country was found by its name."},
        {"envelope.unknown-country",
         "Neither code nor name of a row's country is known. The cell counts for the world and for no country."},
        {"envelope.contradictory-country",
         "Code and name of a row's country belong to different countries. The code decides."},
        {"envelope.missing-column",
         "A needed column is absent. Columns are found by name (SPAM 2020 or 2010), in any order and case."},
        {"envelope.mismatched-grids",
         "No cell occurs in both files. They are of different grids or editions, or one is no cell table."},
        {"envelope.wrong-table", "The file's rec_type says that it is the other table."},
    };
}

/// Of regions, tiers and events.
std::vector<Notice> result_notices() {
    return {
        {"envelope.empty-region",
         "A country asked for has no cells with both production and area (after the filter). It has no rows in the "
         "tables."},
        {"envelope.empty-tier",
         "A tier's range holds no cell of a region, for instance in a region with very few cells."},
        {"envelope.empty-selection",
         "Nothing is left to compute: no cell has both production and area, in any region asked for."},
        {"envelope.low-sample", "A region has fewer than 30 cells; its envelope is coarse."},
        {"envelope.beyond-total",
         "An area or a loss asked for is larger than the whole of a region's tier; the answer is left empty."},
        {"envelope.check-failed",
         "An identity of the envelope does not hold. This is a defect of hone: please report it with the files."},
        {"envelope.bad-event",
         "A row of an events file makes no sense: an unknown country code, a scope other than country or state, a "
         "share "
         "outside of 0 to 1000000. The row is left out, so the event may be too small: mend the file."},
        {"envelope.bad-cell",
         "A cell of a workbook holds an error such as #N/A, or is damaged. It counts as empty: mend the formula, or "
         "save "
         "its value."},
        {"envelope.unused-state",
         "A workbook lists a state of a country that the event does not list, or lists as a whole. It is not used."},
        {"envelope.event-facts-unused", "A row of --event-facts is about an event that is not in the list of events."},
        {"envelope.code-conflict",
         "A table of country codes gives a code or name to another country than the built-in registry, or to two. The "
         "meaning that came first stays."},
        {"envelope.unknown-code",
         "A row of a table of country codes is about no country of the built-in registry. It adds nothing."},
        {"envelope.coverage",
         "A country has fewer cells of the crops than a complete table of it would have, or fewer than 1,000; its "
         "figures rest on little."},
        {"envelope.one-edition", "A region has cells in one of the two editions only; all of it is gain or loss."},
        {"envelope.few-common-cells",
         "Fewer than half of a region's cells are in both editions. Look whether they are of the same grid and crops."},
        {"envelope.moved-cell",
         "Cells belong to another country in the second edition, after a change of borders or of codes. They change "
         "the "
         "sums of both countries without any change on the land."},
        {"envelope.renamed-crop",
         "A column has another name than in SPAM 2020 and counts as the crop named, such as smil_a (2010) as MILL."},
        {"envelope.not-connected",
         "No land of a region that hangs together over neighbouring cells is as large as the area asked for; the "
         "answer "
         "is left empty."},
        {"envelope.event-no-match",
         "None of the states that an event names in a country has cells of the crops, so that this part of the event "
         "costs nothing. It never becomes the whole country. An error with --strict."},
        {"envelope.event-state-missing",
         "A state that an event names has no cells of the crops, or is spelt in another way; its other states count."},
        {"envelope.event-no-cells", "A country that an event names has no cells of the crops."},
        {"envelope.event-magnitude",
         "The area of an event is smaller than 100 km2 or larger than 10,000,000 km2; check the list of areas."},
    };
}

/// Of stock balances, thresholds and risk.
std::vector<Notice> balance_notices() {
    return {
        {"envelope.balance-format",
         "A file is no stock balance that is known: narrow, wide, long (PSD export) or tidy CSV, told by its header."},
        {"envelope.balance-unit",
         "Amounts of a stock balance need a unit: 1000 t, t or kcal in its unit column, or --unit. As a note: the "
         "narrow "
         "format has no such column and is 1000 t by definition."},
        {"envelope.balance-value",
         "A market year or an amount of a stock balance is no number, negative or beyond belief. It is left out. An "
         "error "
         "with --strict."},
        {"envelope.balance-duplicate",
         "A grain, flow and year comes again in a stock balance with the same value. An error with --strict."},
        {"envelope.balance-conflict",
         "A grain, flow and year comes again with another value, in the same file or another. The first is kept; check "
         "which is right. An error with --strict."},
        {"envelope.balance-overlap",
         "A union of countries (European Union, USSR, ...) and its members both report. The members count where they "
         "report at least half of the union's amount, else the union counts, so that nothing counts twice."},
        {"envelope.balance-gap",
         "Beginning stocks, production, consumption and ending stocks do not balance: more than 5 % of consumption is "
         "left over. Look for a file of another edition, or of one country."},
        {"envelope.balance-total",
         "The row Allgrain is more than 5 % off the sum of the nine grains. Look for a row with the wrong label."},
        {"envelope.balance-band",
         "World production is outside its usual range. Look for a region that is missing (the European Union), and at "
         "the unit. Synthetic balances of the sample may be outside, too."},
        {"envelope.balance-years",
         "Balances lack years that were asked for, or have no consumption in one. Ask for other --years, or give files "
         "that have them."},
        {"envelope.no-static-set",
         "Fixed thresholds exist for allgrain, wheat and rice only; the old values for maize cannot be derived from "
         "balances. Use another --set."},
        {"envelope.threshold-exhausted",
         "A threshold is zero or below: median stocks are no more than the percentile leaves. Any loss reaches it."},
        {"envelope.risk-series",
         "A risk curve needs three or more years of production that vary about a trend above zero."},
    };
}

}  // namespace

std::vector<Notice> notices() {
    std::vector<Notice> all = load_notices();
    for (std::vector<Notice> more : {result_notices(), balance_notices(), check_notices()})
        std::ranges::move(more, std::back_inserter(all));
    return all;
}

}  // namespace hone::envelope
