#include "hone/apps/envelope/event_sheets.h"

#include <gtest/gtest.h>

#include "hone/base/text.h"
#include "hone/formats/workbook_writer.h"
#include "hone/testing/office_files.h"

namespace hone::envelope {
namespace {

using Rows = std::vector<std::vector<std::u16string>>;
using Sheets = std::vector<std::pair<std::string, Rows>>;

/// The two formats of the same sheets; numbers are cells of numbers.
std::string xls(const Sheets& sheets) {
    testing::XlsBuilder builder;
    for (const auto& [name, rows] : sheets) {
        builder.sheet(name);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            for (std::size_t column = 0; column < rows[row].size(); ++column) {
                const std::u16string& text = rows[row][column];
                const int r = static_cast<int>(row), c = static_cast<int>(column);
                if (text.empty())
                    builder.blank(r, c);
                else if (text.find_first_not_of(u"0123456789") == std::u16string::npos)
                    builder.number(r, c, std::stoi(std::string(text.begin(), text.end())));
                else
                    builder.text(r, c, text);
            }
        }
    }
    return builder.bytes();
}

std::vector<TextTable> tables(std::string_view bytes, const std::string& label) {
    Budget budget("test");
    const Workbook workbook = read_workbook(bytes, budget, Cancel());
    std::vector<TextTable> result;
    for (const Sheet& sheet : workbook.sheets)
        result.push_back(text_table(sheet, label));
    return result;
}

struct Read {
    std::vector<Event> events;
    IssueList issues;

    /// "A: FRA USA(Iowa,Texas)" for each event.
    std::string shown() const {
        std::string text;
        for (const Event& event : events) {
            text += cat(event.id, ':');
            for (const EventEntry& entry : event.entries) {
                text += cat(' ', Registry::builtin().country(entry.country).iso3);
                if (!entry.is_whole) text += cat('(', join(entry.states, ","), ')');
            }
            text += '\n';
        }
        return text;
    }
    std::vector<std::string> findings() const {
        std::vector<std::string> found;
        for (const Issue& issue : issues.kept())
            found.push_back(cat(issue.id, ' ', issue.file, ' ', issue.column));
        return found;
    }
};

Read read(const Sheets& countries, const Sheets& states = {}) {
    Read made;
    const CountryCodes codes;
    made.events = read_event_sheets(tables(xls(countries), "countries"),
                                    states.empty() ? std::vector<TextTable>() : tables(xls(states), "states"), codes,
                                    made.issues);
    return made;
}

const std::vector<std::u16string> kHeader = {u"Country", u"Some title", u"State flag"};
const std::vector<std::u16string> kStates = {u"Code", u"GDAM code", u"State"};

TEST(EventSheets, TakeTheFirstCountryToo) {
    const Read made = read({{"Famine", {kHeader, {u"Belgium", u"22", u"0"}, {u"China ", u"48", u"0"}}}});
    EXPECT_EQ(made.shown(), "Famine: BEL CHN\n");
    EXPECT_EQ(made.events[0].label, "Some title");
    EXPECT_TRUE(made.issues.empty());
}

TEST(EventSheets, GiveStatesToTheirOwnCountry) {
    const Read made = read(
        {{"One", {kHeader, {u"United States", u"240", u"1"}, {u"Brazil", u"32", u"1"}, {u"Panam\u00E1", u"173", u"0"}}},
         {"Two", {kHeader, {u"United States", u"240", u"1"}}}},
        {{"One",
          {kStates,
           {u"US.KS", u"240", u" Kansas"},
           {u"US.MO", u"240", u" Montana"},
           {u"BR.PA", u"32", u"Para"},
           {u"", u"32", u"Amazonas"}}},
         {"Two", {{u"x", u"another", u"header"}}}});
    EXPECT_EQ(made.shown(), "One: USA(Kansas,Montana) BRA(Para,Amazonas) PAN\nTwo: USA()\n");
    EXPECT_TRUE(made.issues.empty()) << join(made.findings(), "; ");
    const EventEntry& usa = made.events[0].entries[0];
    EXPECT_EQ(usa.keys, (std::vector<std::string>{"kansas", "montana"}));
}

/// Kansas is not in Arkansas, Para not in Parana and Paraiba, and Amazonas of Brazil is not that of Peru.
TEST(EventSheets, HitStatesByTheirWholeName) {
    const Read made =
        read({{"One", {kHeader, {u"United States", u"240", u"1"}, {u"Brazil", u"32", u"1"}}}},
             {{"One", {kStates, {u"US.KS", u"240", u" Kansas"}, {u"", u"32", u"Para"}, {u"", u"32", u" Amazonas "}}}});
    Budget budget("test");
    PlaceIndex index;
    Cells cells(budget);
    std::uint32_t id = 0;
    std::int64_t energy = 1;
    for (const auto& [iso3, state] : std::vector<std::pair<std::string, std::string>>{{"USA", " Kansas"},
                                                                                      {"USA", "Arkansas"},
                                                                                      {"BRA", "Par\xC3\xA1"},
                                                                                      {"BRA", "Paran\xC3\xA1"},
                                                                                      {"BRA", "Para\xC3\xAD\x62\x61"},
                                                                                      {"BRA", "Amazonas"},
                                                                                      {"PER", "Amazonas"}}) {
        cells.add(id++, index.place(*Registry::builtin().by_iso3(iso3), state, {}), {10}, {energy});
        energy *= 10;
    }
    auto [all, renumbered] = index.finish();
    for (Place& place : cells.place)
        place = renumbered[place];
    cells.places = std::move(all);
    const EventResult result = evaluate(made.events.at(0), sums_by_place(Base(std::move(cells)), 0));
    EXPECT_EQ(result.loss.kcal, 100'101) << "one digit for each state";
    EXPECT_EQ(result.status, EventStatus::Ok);
}

TEST(EventSheets, ReportWhatMakesNoSense) {
    const Read made =
        read({{"One",
               {kHeader,
                {u"France", u"22", u"0"},
                {u"Italy", u"999", u"0"},
                {u"Atlantis", u"", u"0"},
                {u"Spain", u"213", u"2"},
                {u"Spain", u"213"},
                {u"United States", u"240", u"0"}}},
              {"empty", {kHeader}},
              {"NoHeader", {{u"Belgium", u"22", u"0"}, {u"France", u"79", u"0"}}}},
             {{"One", {kStates, {u"", u"240", u"Iowa"}, {u"", u"998", u"Iowa"}, {u"US.IA", u"240", u" "}}}});
    EXPECT_EQ(made.shown(), "One: BEL ITA USA\nNoHeader: FRA\n");
    EXPECT_EQ(
        made.findings(),
        (std::vector<std::string>{"envelope.bad-event countries NoHeader!B1", "envelope.bad-event countries One!B4",
                                  "envelope.bad-event countries One!C5", "envelope.bad-event countries One!C6",
                                  "envelope.bad-event states One!B3", "envelope.bad-event states One!C4",
                                  "envelope.contradictory-country countries One!A2",
                                  "envelope.country-by-name countries One!B3", "envelope.unused-state states One!C2"}));
}

TEST(EventSheets, KnowTheBuiltInEvents) {
    const Read made = read({{"dustbowl", {{u"Country", u"", u""}, {u"United States", u"240", u"0"}}}});
    EXPECT_EQ(made.events[0].kind, EventClass::Climate);
    EXPECT_EQ(made.events[0].year_start, 1930);
    EXPECT_EQ(made.events[0].label, "dustbowl");
}

/// The same sheets as .xlsx give the same events.
TEST(EventSheets, AreEqualInBothFormats) {
    const std::vector<SheetToWrite> sheets = {{"One",
                                               {{"Country"}, {"Some title"}, {"State flag"}},
                                               {{"Belgium", 22.0, 0.0}, {"United States", 240.0, 1.0}}}};
    const CountryCodes codes;
    IssueList issues;
    const std::vector<Event> events = read_event_sheets(tables(write_workbook(sheets), "countries"), {}, codes, issues);
    EXPECT_EQ((Read{events, {}}.shown()), "One: BEL USA()\n");
    EXPECT_TRUE(issues.empty());
}

}  // namespace
}  // namespace hone::envelope
