#include "hone/formats/chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/formats/chart_examples.h"
#include "hone/formats/chart_panel.h"
#include "hone/formats/xml_check.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::count;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Series line(std::vector<double> x, std::vector<double> y) {
    Series series;
    series.x = std::move(x);
    series.y = std::move(y);
    return series;
}

Fault fault_of(const Chart& chart) {
    try {
        render_svg(chart);
    } catch (const Error& error) {
        return error.fault();
    }
    return Fault::Bug;
}

TEST(Chart, LooksAsReviewed) {
    const bool is_update = std::getenv("HONE_UPDATE_GOLDEN") != nullptr;
    for (const auto& [name, svg] : testing::example_figures()) {
        const Path path = Path(HONE_TEST_FOLDER) / "golden" / cat(name, ".svg");
        if (is_update) write_file(real_files(), path, svg);
        EXPECT_TRUE(read_file(real_files(), path) == svg)
            << name << " changed: look at it, then renew it with HONE_UPDATE_GOLDEN=1";
    }
}

TEST(Chart, IsWellFormedAndTheSameEachTime) {
    const auto figures = testing::example_figures();
    const auto again = testing::example_figures();
    EXPECT_EQ(figures, again);
    for (const auto& [name, svg] : figures) {
        EXPECT_EQ(testing::xml_mistake(svg), "") << name;
        EXPECT_EQ(count(svg, "nan"), count(svg, "nance")) << name;
        EXPECT_EQ(count(svg, "http"), 1) << name << " refers to nothing but the name of SVG";
    }
}

TEST(Chart, RefusesWhatItCannotDraw) {
    EXPECT_EQ(fault_of({.series = {line({1, 2}, {1})}}), Fault::Usage);
    Series band = line({1, 2}, {1, 2});
    band.kind = Series::Kind::Band;
    EXPECT_EQ(fault_of({.series = {band}}), Fault::Usage);
    Series labelled = line({1, 2}, {1, 2});
    labelled.labels = {"one"};
    EXPECT_EQ(fault_of({.series = {labelled}}), Fault::Usage);
    EXPECT_EQ(fault_of({.x = {.low = 2, .high = 1}}), Fault::Usage);
    EXPECT_EQ(fault_of({.x = {.low = kNan}}), Fault::Usage);
    EXPECT_EQ(fault_of({.y = {.scale = Scale::Log, .low = 0}}), Fault::Usage);
    EXPECT_EQ(fault_of({.width = kNan}), Fault::Usage);
    EXPECT_EQ(fault_of({.height = 1e9}), Fault::Usage);
    EXPECT_THROW(render_svg(std::vector<Chart>{}, 1, ""), Error);
    EXPECT_THROW(render_svg(std::vector<Chart>(2), 0, ""), Error);
}

TEST(Chart, LeavesGapsWhereTheAxisCannotShow) {
    EXPECT_EQ(count(render_svg(Chart{.series = {line({1, 2, 3, 4, 5}, {1, 2, kNan, 4, 5})}}), "<polyline"), 2);
    const Chart log{.y = {.scale = Scale::Log}, .series = {line({1, 2, 3, 4, 5}, {1, 2, 0, -4, 5})}};
    const std::string svg = render_svg(log);
    EXPECT_EQ(count(svg, "<polyline"), 1);
    EXPECT_EQ(count(svg, "<circle"), 1) << "a lonely point is a dot";
}

TEST(Chart, DrawsRulesInsideTheAxisOnly) {
    Chart chart{.series = {line({0, 1}, {0, 10})}};
    chart.rules = {{.at = 5, .label = "inside"}, {.at = 50, .label = "outside"}, {.at = kNan, .label = "nowhere"}};
    const std::string svg = render_svg(chart);
    EXPECT_EQ(count(svg, "stroke-dasharray=\"5 4\""), 1);
    EXPECT_EQ(count(svg, "outside") + count(svg, "nowhere"), 0);
    EXPECT_GT(count(svg, "inside"), 0);
}

TEST(Chart, PlacesLabelsApart) {
    Random random(testing::test_seed());
    for (int round = 0; round < 30 * testing::test_scale(); ++round) {
        Chart chart;
        Series series;
        series.kind = Series::Kind::Scatter;
        series.name = "events";
        const std::uint64_t points = 1 + random.below(60);
        for (std::uint64_t i = 0; i < points; ++i) {
            series.x.push_back(random.unit());
            series.y.push_back(random.unit() * random.unit());
            series.labels.push_back(std::string(1 + random.below(18), 'm'));
        }
        chart.series = {series};
        chart.x.low = chart.y.low = 0;
        chart.x.high = chart.y.high = 1;  // both rules are inside
        chart.rules = {{.at = 0.3, .label = "rule"},
                       {.direction = Rule::Direction::Vertical, .at = 0.5, .label = "other rule"}};
        chart.is_turned = random.below(2) == 0;
        if (random.below(2) == 0) chart.note = {"a box", "of two lines"};
        const Panel panel = plan_panel(chart, {0, 0, chart.width, chart.height}, "", true);
        EXPECT_EQ(panel.labels.size() + panel.left_out, points + 2);
        for (std::size_t i = 0; i < panel.labels.size(); ++i) {
            const Box& box = panel.labels[i].place.box;
            ASSERT_TRUE(panel.plot.grown(1.01).encloses(box));
            for (std::size_t j = 0; j < i; ++j)
                ASSERT_FALSE(box.overlaps(panel.labels[j].place.box));
            for (const auto& [x, y] : panel.shapes[0].marks)
                ASSERT_FALSE(box.overlaps(Box{x, y, x, y}.grown(panel.shapes[0].radius)));
            if (panel.legend.place == Legend::Place::Inside) {
                ASSERT_FALSE(box.overlaps(panel.legend.box));
            }
            ASSERT_FALSE(panel.note.width() > 0 && box.overlaps(panel.note));
        }
    }
}

TEST(Chart, TurnedIsTheSameChartMirrored) {
    Chart chart;
    chart.width = chart.height = 500;
    chart.x = {.low = 0, .high = 10};
    chart.y = {.scale = Scale::Log, .low = 1, .high = 1000};
    Series step = line({1, 4, 9}, {10, 100, 2});
    step.kind = Series::Kind::Step;
    Series bar = line({2, 3}, {50, 500});
    bar.kind = Series::Kind::Bar;
    Series mark = line({5}, {30});
    mark.kind = Series::Kind::Scatter;
    chart.series = {step, bar, mark};
    Chart turned = chart;
    turned.is_turned = true;
    const Panel one = plan_panel(chart, {0, 0, 500, 500}, "", false);
    const Panel other = plan_panel(turned, {0, 0, 500, 500}, "", false);
    // x runs right in one and down in the other, y up and right.
    const auto mirrored = [&](double x, double y) {
        return PlotPoint(other.plot.left + (one.plot.bottom - y) / one.plot.height() * other.plot.width(),
                         other.plot.top + (x - one.plot.left) / one.plot.width() * other.plot.height());
    };
    const auto expect_near = [](const PlotPoint& a, const PlotPoint& b) {
        EXPECT_NEAR(a.first, b.first, 0.01);
        EXPECT_NEAR(a.second, b.second, 0.01);
    };
    ASSERT_EQ(one.shapes[0].lines.size(), 1U);
    ASSERT_EQ(one.shapes[0].lines[0].size(), other.shapes[0].lines[0].size());
    for (std::size_t i = 0; i < one.shapes[0].lines[0].size(); ++i) {
        const auto& [x, y] = one.shapes[0].lines[0][i];
        expect_near(other.shapes[0].lines[0][i], mirrored(x, y));
    }
    ASSERT_EQ(other.shapes[1].bars.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const Box& bar_up = one.shapes[1].bars[i];
        const Box& bar_lying = other.shapes[1].bars[i];
        expect_near({bar_lying.left, bar_lying.top}, mirrored(bar_up.left, bar_up.bottom));
        expect_near({bar_lying.right, bar_lying.bottom}, mirrored(bar_up.right, bar_up.top));
    }
    expect_near(other.shapes[2].marks[0], mirrored(one.shapes[2].marks[0].first, one.shapes[2].marks[0].second));
}

TEST(Chart, HasASecondReadingOfItsAxisAtTheRight) {
    Chart chart{.y = {.scale = Scale::Log, .low = 0.001, .high = 1}, .series = {line({1, 2}, {0.01, 0.1})}};
    const Panel without = plan_panel(chart, {0, 0, 760, 480}, "", false);
    chart.right = {"Return period (years)", reciprocal_ticks(0.001, 1)};
    const Panel with = plan_panel(chart, {0, 0, 760, 480}, "", false);
    EXPECT_LT(with.plot.right, without.plot.right - 40) << "labels and title have room";
    EXPECT_EQ(with.right_ticks,
              (std::vector<std::pair<double, std::string>>{{1, "1"}, {0.1, "10"}, {0.01, "100"}, {0.001, "1,000"}}));
    EXPECT_EQ(count(render_svg(chart), ">Return period (years)<"), 1);
    chart.is_turned = true;
    EXPECT_EQ(fault_of(chart), Fault::Usage);
    EXPECT_TRUE(reciprocal_ticks(0, 1).empty());
    EXPECT_TRUE(reciprocal_ticks(1, 0.5).empty());
}

TEST(Chart, PutsTheNoteWhereItHidesLeast) {
    Chart chart{.series = {line({0, 10}, {0, 10})}, .note = {"first line", "second line"}};
    const Panel panel = plan_panel(chart, {0, 0, 760, 480}, "", true);
    EXPECT_TRUE(panel.plot.encloses(panel.note));
    EXPECT_DOUBLE_EQ(shade_of(panel).under(panel.note), 0);
    EXPECT_EQ(count(render_svg(chart), ">second line<"), 1);
    chart.series[0].name = "in the legend";
    const Panel both = plan_panel(chart, {0, 0, 760, 480}, "", true);
    EXPECT_FALSE(both.note.overlaps(both.legend.box));
    chart.note = {std::string(400, 'm')};
    const Panel narrow = plan_panel(chart, {0, 0, 760, 480}, "", true);
    EXPECT_EQ(narrow.note.width(), 0);
    EXPECT_GT(narrow.left_out, 0U) << "a note without room is counted, not dropped in silence";
}

TEST(Chart, CountsLabelsWithoutRoom) {
    Series series;
    series.kind = Series::Kind::Scatter;
    for (int i = 0; i < 40; ++i) {
        series.x.push_back(1 + i * 1e-6);
        series.y.push_back(1);
        series.labels.emplace_back("a label of some length");
    }
    Chart chart{.x = {.low = 0, .high = 2}, .series = {series}};
    EXPECT_GT(count(render_svg(chart), "left out for want of room."), 0);
}

TEST(Chart, PutsTheLegendWhereItHidesNothing) {
    Random random(1);
    Chart chart;
    for (int i = 0; i < 3; ++i) {
        Series series;
        series.name = cat("series ", i);
        for (int j = 0; j < 400; ++j) {
            series.x.push_back(j);
            series.y.push_back(random.unit());
        }
        chart.series.push_back(std::move(series));
    }
    const Panel full = plan_panel(chart, {0, 0, 760, 480}, "", true);
    EXPECT_EQ(full.legend.place, Legend::Place::Below);
    EXPECT_FALSE(full.legend.box.overlaps(full.plot));
    EXPECT_TRUE(full.area.encloses(full.legend.box));
    const Chart diagonal = testing::envelope_chart();
    const Panel corner = plan_panel(diagonal, {0, 0, 760, 480}, "", true);
    EXPECT_EQ(corner.legend.place, Legend::Place::Inside);
    EXPECT_DOUBLE_EQ(shade_of(corner).under(corner.legend.box), 0);
    chart.legend = false;
    EXPECT_EQ(count(render_svg(chart), "series 1"), 0);
}

TEST(Chart, DrawsASharedLegendOnce) {
    Chart chart;
    Series series = line({1, 2}, {1, 2});
    series.name = "shared";
    chart.series = {series};
    EXPECT_EQ(count(render_svg({chart, chart, chart}, 2, "Three"), ">shared<"), 1);
    Chart other = chart;
    other.series[0].name = "own";
    const std::string svg = render_svg({chart, other}, 2, "Two");
    EXPECT_EQ(count(svg, ">shared<"), 1);
    EXPECT_EQ(count(svg, ">own<"), 1);
    EXPECT_EQ(count(svg, "<clipPath"), 2);
}

TEST(Chart, KeepsManyPointsSmall) {
    Series series;
    Random random(2);
    for (int i = 0; i < 100000; ++i) {
        series.x.push_back(i);
        series.y.push_back(random.unit());
    }
    EXPECT_LT(render_svg(Chart{.series = {series}}).size(), 100000U);
    for (double& y : series.y)
        y = 3;
    EXPECT_LT(render_svg(Chart{.series = {series}}).size(), 6000U);
}

TEST(Chart, SurvivesHostileInput) {
    constexpr double kMost = std::numeric_limits<double>::max();
    const std::vector<double> values = {
        kNan, std::numeric_limits<double>::infinity(), -kMost, kMost, 0, -0.0, 5e-324, 1e-300, 1, -1};
    const std::string hostile = "<\"&'>\x02\xff";
    Random random(testing::test_seed());
    for (int round = 0; round < 400 * testing::test_scale(); ++round) {
        Chart chart{.title = hostile, .subtitle = hostile, .footer = hostile};
        chart.x = {.title = hostile, .scale = static_cast<Scale>(random.below(3))};
        chart.y = {.title = hostile, .scale = static_cast<Scale>(random.below(3))};
        chart.width = 50 + 700 * random.unit();
        chart.height = 50 + 400 * random.unit();
        for (std::uint64_t i = random.below(5); i > 0; --i) {
            Series series{.kind = static_cast<Series::Kind>(random.below(5)), .name = hostile};
            for (std::uint64_t j = random.below(12); j > 0; --j) {
                series.x.push_back(values[random.below(values.size())]);
                series.y.push_back(values[random.below(values.size())]);
                series.y2.push_back(values[random.below(values.size())]);
                series.labels.push_back(hostile);
            }
            chart.series.push_back(std::move(series));
        }
        if (random.below(3) == 0) chart.categories = {hostile, "b", std::string(300, 'x')};
        if (random.below(3) == 0) chart.x.ticks = {{kNan, "n"}, {1, hostile}, {1e300, "far"}};
        chart.rules = {{.at = values[random.below(values.size())], .label = hostile}};
        chart.is_turned = random.below(2) == 0;
        if (random.below(2) == 0) chart.note = {hostile, "", std::string(random.below(80), 'm')};
        if (!chart.is_turned) chart.right = {hostile, {{kNan, "n"}, {1, hostile}, {0, ""}, {1e300, "far"}}};
        ASSERT_EQ(testing::xml_mistake(render_svg(chart)), "");
    }
}

TEST(ReadableOnWhite, DarkensBrightColours) {
    EXPECT_EQ(readable_on_white("#000000"), "#000000");
    EXPECT_NE(readable_on_white("#FFD700"), "#FFD700");
    EXPECT_EQ(readable_on_white("gold"), "gold");
    EXPECT_EQ(readable_on_white("#12-45z"), "#12-45z");
}

TEST(Fitted, CutsBetweenLetters) {
    EXPECT_EQ(fitted("short", 12, 100), "short");
    const std::string cut = fitted("ééééééééééééééééééé", 12, 50);
    EXPECT_TRUE(is_utf8(cut));
    EXPECT_LE(text_width(cut, 12), 50);
    EXPECT_EQ(fitted("anything", 12, 0), "…");
}

TEST(Wrapped, BreaksAtBlanks) {
    EXPECT_EQ(wrapped("one two  three", 12, text_width("one two", 12) + 1),
              (std::vector<std::string>{"one two", "three"}));
    EXPECT_TRUE(wrapped("  ", 12, 100).empty());
}

}  // namespace
}  // namespace hone
