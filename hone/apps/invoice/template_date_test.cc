#include "hone/apps/invoice/template_date.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "hone/apps/invoice/month_names.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

// Date as "2024-01-13", with the time if there is one; "" for none.
std::string read(std::string_view text, const std::vector<std::string>& formats = {},
                 const std::vector<std::string>& languages = {}, DateOrder order = DateOrder::MonthDayYear) {
    const auto found = parse_template_date(text, {formats, languages, order});
    if (!found) return "";
    return format_moment(*found, found->hour + found->minute + found->second > 0 ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d");
}

TEST(TemplateDate, WorkedExamples) {
    EXPECT_EQ(read("01/08/2024"), "2024-01-08");
    EXPECT_EQ(read("13/08/2024"), "2024-08-13");
    EXPECT_EQ(read("10.11.12"), "2012-10-11");
    EXPECT_EQ(read("3-Sep-21"), "2021-09-03");
    EXPECT_EQ(read("2021/13/02"), "2021-02-13");
    EXPECT_EQ(read("2 août 2024"), "2024-08-02");
    EXPECT_EQ(read("1er mai 2023"), "2023-05-01");
    EXPECT_EQ(read("19 april"), "");
    EXPECT_EQ(read("240108"), "2008-01-24");
    EXPECT_EQ(read("991231"), "1999-12-31");
    EXPECT_EQ(read("120131"), "2031-12-01");
}

TEST(TemplateDate, EnglishForms) {
    EXPECT_EQ(read("20240113"), "2024-01-13");
    EXPECT_EQ(read("20240113101112"), "2024-01-13 10:11:12");
    EXPECT_EQ(read("2024-01-13T10:11:12Z"), "2024-01-13 10:11:12");
    EXPECT_EQ(read("2024-01-13 10:11"), "2024-01-13 10:11:00");
    EXPECT_EQ(read("January 13th, 2024"), "2024-01-13");
    EXPECT_EQ(read("Sat, 13 Jan 2024 1:30 PM"), "2024-01-13 13:30:00");
    EXPECT_EQ(read("the 13th of Jan 2024"), "");
    EXPECT_EQ(read("13th of Sept. 2024"), "2024-09-13");
    EXPECT_EQ(read("2024 Jan 5"), "2024-01-05");
    EXPECT_EQ(read("45 Jan 5"), "2045-01-05");
    EXPECT_EQ(read("01-02-69"), "1969-01-02");
    EXPECT_EQ(read("01-02-68"), "2068-01-02");
    for (const char* wrong : {"", "12", "Jan 2024", "30/30/2024", "29.02.2023", "1/2/345", "1/2/3/4", "12:61 1/2/2024",
                              "0/1/2024", "13 Jan 2024 14:00 PM", "2024", "123456789"})
        EXPECT_EQ(read(wrong), "") << wrong;
}

TEST(TemplateDate, WordsAndZonesThatSayNothing) {
    EXPECT_EQ(read("Fri, 01 Mar 2024 10:00:00 GMT"), "2024-03-01 10:00:00");
    EXPECT_EQ(read("5 Jan 2024 10:00 CEST"), "2024-01-05 10:00:00");
    EXPECT_EQ(read("10:30 MAY 5 2024"), "2024-05-05 10:30:00") << "a month is no zone";
    EXPECT_EQ(read("10:30 SAT 5 Jan 2024"), "2024-01-05 10:30:00");
    EXPECT_EQ(read("5 Jan 2024 10:00 nowhere"), "");
    EXPECT_EQ(read("(5 Jan 2024)"), "2024-01-05");
    EXPECT_EQ(read("Feb 5th, 2024 at 10:15"), "2024-02-05 10:15:00");
    EXPECT_EQ(read("2024-01-05Z"), "2024-01-05");
    EXPECT_EQ(read("3 2022 Jan"), "2022-01-03");
    EXPECT_EQ(read("22 3 Jan"), "2022-01-03");
}

TEST(TemplateDate, OrderOfTheRun) {
    EXPECT_EQ(read("01/08/2024", {}, {}, DateOrder::DayMonthYear), "2024-08-01");
    EXPECT_EQ(read("01/18/2024", {}, {}, DateOrder::DayMonthYear), "2024-01-18");
    EXPECT_EQ(read("10.11.12", {}, {}, DateOrder::YearMonthDay), "2010-11-12");
}

TEST(TemplateDate, LocalNames) {
    EXPECT_EQ(read("12. März 2024"), "2024-03-12");
    EXPECT_EQ(read("Jänner 5, 2024", {}, {"de"}), "2024-01-05");
    EXPECT_EQ(read("3 de setiembre de 2022"), "2022-09-03");
    EXPECT_EQ(read("vendredi 5 janv. 2024"), "2024-01-05");
    EXPECT_EQ(read("7 września 2024 r."), "2024-09-07");
    EXPECT_EQ(read("31 mrt 2020"), "2020-03-31");
    EXPECT_EQ(read("1º gennaio 2024"), "2024-01-01");
    EXPECT_EQ(read("5 de septembro de 2024", {}, {"pt"}), "2024-09-05") << "as it was spelt before";
    EXPECT_EQ(read("5 jui 2024", {}, {"fr"}), "");   // juin or juillet
    EXPECT_EQ(read("5 août 2024", {}, {"de"}), "");  // only the template's languages
}

TEST(TemplateDate, FormatsComeFirst) {
    EXPECT_EQ(read("01/08/2024", {"%d/%m/%Y"}), "2024-08-01");
    EXPECT_EQ(read("8 2024", {"%m %Y"}), "2024-08-01");
    EXPECT_EQ(read("14-feb-99", {"%d-%b-%y"}), "1999-02-14");
    EXPECT_EQ(read("112024", {"%d%m%Y"}), "2024-01-01");
    EXPECT_EQ(read("2024  060", {"%Y %j"}), "2024-02-29");
    EXPECT_EQ(read("2023 366", {"%Y %j"}), "");
    EXPECT_EQ(read("1.2.2024 12:05 am", {"%d.%m.%Y %I:%M %p"}), "2024-02-01 00:05:00");
    EXPECT_EQ(read("2024-01-13 x", {"%Y-%m-%d"}), "");
    EXPECT_EQ(read("x1", {"%q"}), "");
    EXPECT_EQ(parse_formatted_date("10.5", "%S.%f")->microsecond, 500'000U);
}

TEST(TemplateDate, EveryDayReadsAsItWasWritten) {
    using namespace std::chrono;
    for (sys_days day = 2019y / January / 1; day < 2025y / January / 1; day += days(1)) {
        const year_month_day date(day);
        const Moment moment{{static_cast<int>(date.year()), static_cast<std::uint8_t>(unsigned(date.month())),
                             static_cast<std::uint8_t>(unsigned(date.day()))}};
        for (const char* format : {"%Y-%m-%d", "%d %B %Y", "%b %d, %Y", "%A, %d %b %y", "%Y%m%d", "%m/%d/%Y"}) {
            const std::string text = format_moment(moment, format);
            ASSERT_EQ(parse_english_date(text, DateOrder::MonthDayYear), moment) << text;
            ASSERT_EQ(parse_formatted_date(text, format), moment) << text;
        }
        ASSERT_EQ(parse_formatted_date(format_moment(moment, "%Y %j"), "%Y %j"), moment);
    }
}

TEST(TemplateDate, ThreeNumbersFollowTheRule) {
    std::mt19937_64 random(testing::test_seed());
    for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
        const int a = static_cast<int>(random() % 40), b = static_cast<int>(random() % 33),
                  c = static_cast<int>(random() % 40);
        int year = c, month = a, day = b;
        if (a > 31)
            year = a, month = b > 12 ? c : b, day = b > 12 ? b : c;
        else if (a > 12)
            day = a, month = b;
        const Day expected{2000 + year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
        const auto found = parse_english_date(cat(a, "/", b, "/", c), DateOrder::MonthDayYear);
        ASSERT_EQ(found.has_value(), is_day(expected)) << a << "/" << b << "/" << c;
        if (found) {
            ASSERT_EQ(found->day, expected) << a << "/" << b << "/" << c;
        }
    }
}

}  // namespace
}  // namespace hone::invoice
