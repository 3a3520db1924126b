#include "hone/apps/envelope/event_list.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct Read {
    std::vector<Event> events;
    std::vector<Issue> issues;
};

Read read(std::string_view csv) {
    const CountryCodes codes;
    EventReader maker(codes);
    IssueList issues;
    maker.take(text_table(csv, "mine.csv"), issues);
    return {std::move(maker).finish(), issues.kept()};
}

TEST(EventReader, ReadsTheFullForm) {
    const Read made = read(
        "event,iso3,scope,state,loss_ppm,label,type,year_start,year_end\n"
        "One,USA,state, Iowa,500000,First one,Severe drought,2012,2013\n"
        "One,USA,state,Kansas,500000,,,,\n"
        "One,USA,state,Texas,,,,,\n"
        "Two,tmp,country,,,,war,1999,ongoing\n");
    ASSERT_EQ(made.issues.size(), 0U);
    ASSERT_EQ(made.events.size(), 2U);
    const Event& one = made.events[0];
    EXPECT_EQ(one.label, "First one");
    EXPECT_EQ(one.kind, EventClass::Climate);
    EXPECT_EQ(one.year_end, 2013);
    ASSERT_EQ(one.entries.size(), 2U) << "states of one share are one entry";
    EXPECT_EQ(one.entries[0].states, (std::vector<std::string>{"Iowa", "Kansas"}));
    EXPECT_EQ(one.entries[0].loss_ppm, 500'000);
    EXPECT_EQ(one.entries[1].loss_ppm, kWholeLoss);
    const Event& two = made.events[1];
    EXPECT_EQ(Registry::builtin().country(two.entries[0].country).iso3, "TLS");
    EXPECT_TRUE(two.is_ongoing);
    EXPECT_EQ(two.kind, EventClass::Conflict);
    EXPECT_EQ(two.label, "Two");
}

TEST(EventReader, ReadsTheShortFormAndOtherSpellings) {
    const Read made = read(
        "ISO3,Subdivision,Event,extra\n"
        "FRA,,A,x\n"
        "USA,Iowa,A,x\n");
    ASSERT_EQ(made.issues.size(), 0U);
    ASSERT_EQ(made.events[0].entries.size(), 2U);
    EXPECT_TRUE(made.events[0].entries[0].is_whole);
    EXPECT_FALSE(made.events[0].entries[1].is_whole);
}

TEST(EventReader, AStateRowWithoutAStateIsNotTheCountry) {
    const Read made = read("event,iso3,scope,state\nA,USA,state,\n");
    ASSERT_EQ(made.events[0].entries.size(), 1U);
    EXPECT_FALSE(made.events[0].entries[0].is_whole);
    EXPECT_TRUE(made.events[0].entries[0].states.empty());
}

TEST(EventReader, RowsThatMakeNoSenseAreFindings) {
    const Read made = read(
        "event,iso3,scope,state,loss_ppm,class,year_start\n"
        ",USA,country,,,,\n"
        "A,XYZ,country,,,,\n"
        "A,USA,county,Iowa,,,\n"
        "A,USA,country,,1000001,,\n"
        "A,USA,country,,half,,\n"
        "A,USA,country,,,Q,soon\n"
        "A,USA\n");
    std::vector<std::string> columns;
    for (const Issue& issue : made.issues) {
        EXPECT_EQ(issue.id, "envelope.bad-event");
        EXPECT_EQ(issue.file, "mine.csv");
        EXPECT_EQ(issue.severity, Severity::Error);
        columns.push_back(cat(issue.row, ':', issue.column));
    }
    EXPECT_EQ(columns, (std::vector<std::string>{"2:event", "3:iso3", "4:scope", "5:loss_ppm", "6:loss_ppm", "7:class",
                                                 "7:year_start", "8:"}));
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_EQ(made.events[0].entries.size(), 1U) << "the row whose class and year are unknown still counts";
}

TEST(EventReader, NeedsEventAndCountry) {
    EXPECT_THROW(read("event,country\nA,USA\n"), Error);
    EXPECT_THROW(read("iso3,scope\nUSA,country\n"), Error);
}

TEST(EventReader, TakesTheSheetsOfAWorkbook) {
    const Sheet sheet{"list", {{" Event ", "", "ISO3", "State"}, {"A", "", "USA", " Kansas"}, {}, {"A", "x", "XYZ"}}};
    const CountryCodes codes;
    EventReader maker(codes);
    IssueList issues;
    const TextTable table = text_table(sheet, "mine.xlsx");
    EXPECT_TRUE(EventReader::fits(table));
    maker.take(table, issues);
    const std::vector<Event> events = std::move(maker).finish();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].entries[0].keys, std::vector<std::string>{"kansas"});
    ASSERT_EQ(issues.kept().size(), 1U);
    EXPECT_EQ(issues.kept()[0].row, 4) << "empty rows count";
    EXPECT_EQ(issues.kept()[0].column, "list!C4");
}

TEST(DescribeEvents, SetsTypesAndYears) {
    std::vector<Event> events = read("event,iso3,label\nA,USA,First event\nB,FRA,\nC,DEU,\n").events;
    IssueList issues;
    describe_events(text_table("event_name,event_type,primary_cause,year_start,year_end,region,notes,key_references\n"
                               "first  EVENT,Pest outbreak,x,1900,1902,y,\"a, b\",z\n"
                               "B,Civil unrest,x,2011,ongoing,y,,\n"
                               "D,Drought,x,1,2,y,,\n",
                               "facts.csv"),
                    events, issues);
    EXPECT_EQ(events[0].kind, EventClass::Disease);
    EXPECT_EQ(events[0].year_start, 1900);
    EXPECT_EQ(events[0].year_end, 1902);
    EXPECT_EQ(events[1].kind, EventClass::Conflict);
    EXPECT_TRUE(events[1].is_ongoing);
    EXPECT_FALSE(events[1].year_end);
    EXPECT_EQ(events[2].kind, EventClass::Other);
    ASSERT_EQ(issues.kept().size(), 1U);
    EXPECT_EQ(issues.kept()[0].id, "envelope.event-facts-unused");
    EXPECT_EQ(issues.kept()[0].row, 4);
    EXPECT_THROW(describe_events(text_table("event,type\nA,x\n", "facts.csv"), events, issues), Error);
}

}  // namespace
}  // namespace hone::envelope
