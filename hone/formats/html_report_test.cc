#include "hone/formats/html_report.h"

#include <gtest/gtest.h>

#include "hone/formats/chart.h"
#include "hone/formats/xml_check.h"

namespace hone {
namespace {

using testing::count;

Table small_table() {
    return Table({Column::text("name", std::vector<std::string>{"<b>", "two", "three"}),
                  Column::int64("count", {1, 2, 3}), Column::decimal("price", 2, {100, 250, 5}, {true, true, false})});
}

/// The body as XML: what stands between the tags of main.
std::string body_of(const std::string& page) {
    const std::size_t begin = page.find("<main>");
    return page.substr(begin, page.find("</main>") + 7 - begin);
}

TEST(HtmlReport, IsOnePageWithoutScriptsOrReferences) {
    HtmlReport report("A & B <script>", "lead");
    report.heading("Part \"one\"");
    report.paragraph("Text with <tags>.");
    report.code("if (a < b)\n\tgo();");
    report.table(small_table(), "caption");
    report.figure(render_svg(Chart{.title = "t"}), "figure");
    const std::string page = report.finish();
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_EQ(count(page, "<script"), 0);
    EXPECT_EQ(count(page, "http"), 1) << "only the name of SVG";
    EXPECT_EQ(count(page, "src="), 0);
    EXPECT_EQ(count(page, "<link"), 0);
    EXPECT_EQ(testing::xml_mistake(body_of(page)), "");
    EXPECT_NE(page.find("if (a &lt; b)\n\tgo();"), std::string::npos);
}

TEST(HtmlReport, AlignsNumbersAndLeavesMissingEmpty) {
    HtmlReport report("t", "");
    report.table(small_table(), "");
    const std::string page = report.finish();
    EXPECT_NE(page.find("<th scope=\"col\">name</th><th scope=\"col\" class=\"n\">count</th>"), std::string::npos);
    EXPECT_NE(page.find("<tr><td>&lt;b&gt;</td><td class=\"n\">1</td>"), std::string::npos);
    EXPECT_NE(page.find("<td class=\"n\">3</td><td class=\"n\"></td></tr>"), std::string::npos);
}

TEST(HtmlReport, SaysHowManyRowsAreLeftOut) {
    HtmlReport report("t", "");
    report.table(small_table(), "cut", 1);
    report.table(small_table(), "whole", 3);
    report.table(Table(), "none");
    const std::string page = report.finish();
    EXPECT_EQ(count(page, "2 more rows are not shown."), 1);
    EXPECT_EQ(count(page, "not shown"), 1);
    EXPECT_EQ(count(page, "No rows."), 1);
}

TEST(HtmlReport, KeepsIdsOfFiguresApart) {
    const std::string svg = render_svg(Chart{.series = {{.x = {1, 2}, .y = {1, 2}}}});
    HtmlReport report("t", "");
    report.figure("<?xml version=\"1.0\"?>\n" + svg, "");
    report.figure(svg, "");
    const std::string page = report.finish();
    EXPECT_EQ(count(page, "<?xml"), 0);
    for (const char* id :
         {"id=\"figure1-plot1\"", "id=\"figure2-plot1\"", "url(#figure1-plot1)", "url(#figure2-plot1)"})
        EXPECT_EQ(count(page, id), 1) << id;
}

TEST(HtmlReport, ListsContentsOfLongPages) {
    HtmlReport brief("t", "");
    brief.heading("one");
    EXPECT_EQ(count(brief.finish(), "<nav"), 0);
    HtmlReport longer("t", "");
    for (const char* part : {"one", "two", "three & four"})
        longer.heading(part);
    const std::string page = longer.finish();
    EXPECT_EQ(count(page, "<a href=\"#part3\">three &amp; four</a>"), 1);
    EXPECT_EQ(count(page, "<h2 id=\"part3\">"), 1);
}

}  // namespace
}  // namespace hone
