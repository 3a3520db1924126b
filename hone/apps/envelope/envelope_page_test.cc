#include "hone/apps/envelope/envelope_page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>

#include "hone/apps/envelope/example_bases.h"
#include "hone/apps/envelope/page_examples.h"
#include "hone/base/base64.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

constexpr std::string_view kDataStart = "<script type=\"application/json\" id=\"data\">";

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

Json data_of(const std::string& html) {
    const std::size_t begin = html.find(kDataStart) + kDataStart.size();
    return Json::parse(std::string_view(html).substr(begin, html.find("</script>", begin) - begin));
}

/// The plain meaning of differences in base 36.
std::vector<std::int64_t> unpacked(const std::string& text) {
    std::vector<std::int64_t> values;
    Int128 sum = 0;
    for (const std::string& word : split(text, ' ')) {
        Int128 step = 0;
        for (const char digit : word)
            step = step * 36 + (digit <= '9' ? digit - '0' : digit - 'a' + 10);
        sum += step;
        values.push_back(static_cast<std::int64_t>(sum));
    }
    return values;
}

PageTier small_tier(std::string name) {
    return {.name = std::move(name),
            .range = "0-100",
            .from = {},
            .total_area = {5000},
            .total_energy = {5'010'000'000},
            .points = {{{1}, {334'000}, {1'670'000}},
                       {{1000}, {334'000'000}, {1'670'000'000}},
                       {{5000}, {5'010'000'000}, {5'010'000'000}}}};
}

EnvelopePage small_page() {
    EnvelopePage page{.title = "Small", .crop = "wheat", .filter = "none"};
    page.regions = {{.name = "World", .tiers = {small_tier("comprehensive")}}};
    return page;
}

/// Everything that a user may name, named badly.
EnvelopePage hostile_page() {
    const std::string name = "</script><script>alert(1)</script><!--<b>\"'&amp; \xff\n\u2028";
    EnvelopePage page{.title = name, .crop = name, .filter = name, .provenance = {name}};
    page.regions = {{.name = name, .tiers = {small_tier(name)}}, {.name = "=1+1,\"x\"", .tiers = {small_tier("b")}}};
    page.regions[0].events = {{.label = name,
                               .years = name,
                               .kind = EventClass::Disease,
                               .area = {1000},
                               .loss = {500'000'000},
                               .lower = {334'000'000},
                               .upper = {1'670'000'000}}};
    page.regions[0].thresholds = {{.name = name, .phase = 3, .energy = {1'000'000'000}, .least = Area{599}}};
    return page;
}

TEST(EnvelopePage, EscapesWhateverAUserNames) {
    const std::string html = envelope_page(hostile_page());
    EXPECT_EQ(count_of(html, "<script"), 2U);
    EXPECT_EQ(count_of(html, "</script>"), 2U);
    EXPECT_EQ(count_of(html, "<!--"), 0U);
    EXPECT_EQ(count_of(html, "<b>"), 0U);
    EXPECT_TRUE(is_utf8(html));
    const Json data = data_of(html);
    const std::string seen = "</script><script>alert(1)</script><!--<b>\"'&amp; \uFFFD\n\u2028";
    const Json& region = data.at("regions").items()[0];
    EXPECT_EQ(region.at("name").text(), seen);
    EXPECT_EQ(region.at("tiers").items()[0].at("name").text(), seen);
    EXPECT_EQ(region.at("events").items()[0].at("label").text(), seen);
    EXPECT_EQ(region.at("thresholds").items()[0].at("name").text(), seen);
    EXPECT_EQ(region.at("thresholds").items()[0].at("color").text(), "phase3");
}

TEST(EnvelopePage, KeepsEveryNumberExactly) {
    Random random(testing::test_seed());
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (int round = 0; round < 50 * testing::test_scale(); ++round) {
        EnvelopePage page = small_page();
        PageTier& tier = page.regions[0].tiers[0];
        tier.total_area = {kMost};
        tier.total_energy = {kMost};
        tier.points.clear();
        Bounds last;
        const std::int64_t most = std::int64_t{1} << random.between(1, 57);
        for (int i = 0; i < 30; ++i) {
            last.area.u += random.between(1, most);
            last.upper.kcal += random.between(0, most);
            last.lower.kcal = random.between(last.lower.kcal, last.upper.kcal);
            tier.points.push_back(last);
        }
        tier.points.push_back({{kMost}, {kMost}, {kMost}});
        const Json data = data_of(envelope_page(page));
        const Json& json = data.at("regions").items()[0].at("tiers").items()[0];
        EXPECT_EQ(json.at("energy").text(), "9223372036854775807");
        const auto areas = unpacked(json.at("areas").text());
        const auto lower = unpacked(json.at("lower").text()), upper = unpacked(json.at("upper").text());
        ASSERT_EQ(areas.size(), tier.points.size());
        for (std::size_t i = 0; i < areas.size(); ++i)
            ASSERT_EQ((Bounds{{areas[i]}, {lower[i]}, {upper[i]}}), tier.points[i]) << i;
    }
}

TEST(EnvelopePage, KeepsEventsThresholdsAndMaps) {
    Budget budget("test");
    const EnvelopePage page = example_page(budget, 3000);
    ASSERT_EQ(page.regions.size(), 5U);
    const Json data = data_of(envelope_page(page));
    for (std::size_t i = 0; i < page.regions.size(); ++i) {
        const PageRegion& region = page.regions[i];
        const Json& json = data.at("regions").items()[i];
        ASSERT_EQ(json.at("events").items().size(), region.events.size());
        for (std::size_t k = 0; k < region.events.size(); ++k) {
            const Json& event = json.at("events").items()[k];
            EXPECT_EQ(event.at("label").text(), region.events[k].label);
            EXPECT_EQ(event.at("area").text(), cat(region.events[k].area.u));
            EXPECT_EQ(event.at("loss").text(), cat(region.events[k].loss.kcal));
            EXPECT_LE(region.events[k].lower, region.events[k].loss);
            EXPECT_LE(region.events[k].loss, region.events[k].upper);
        }
        ASSERT_EQ(json.at("thresholds").items().size(), 3U);
        EXPECT_EQ(json.at("thresholds").items()[0].at("color").text(), "month1");
        const Json& map = json.at("map");
        EXPECT_EQ(unpacked(map.at("borders").text()).back(), region.tiers[0].total_area.u);
        const auto packed = from_base64(map.at("pixels").text());
        ASSERT_TRUE(packed.has_value());
        EXPECT_EQ(*packed, pack_pixels(*region.map));
    }
}

TEST(EnvelopePage, StaysSmall) {
    EnvelopePage page = small_page();
    page.regions.clear();
    for (int region = 0; region < 12; ++region) {
        page.regions.push_back({.name = cat("Region ", region)});
        for (int tier = 0; tier < 4; ++tier) {
            PageTier part{
                .name = cat("tier", tier), .total_area = {7'228'916'553}, .total_energy = {10'346'995'192'454'000}};
            for (std::int64_t i = 1; i <= 1000; ++i) {  // equally spaced: the worst case for differences
                const std::int64_t area = 7'228'916 * i;
                part.points.push_back({{area}, {10'346'995'192'453 * i - 3}, {10'346'995'192'454 * i}});
            }
            page.regions.back().tiers.push_back(std::move(part));
        }
    }
    EXPECT_LT(envelope_page(page).size(), 1'500'000U);
}

TEST(EnvelopePage, AsksNoNetworkAndIsTheSameEachTime) {
    Budget budget("test");
    const EnvelopePage page = example_page(budget, 2000);
    const std::string html = envelope_page(page);
    EXPECT_EQ(html, envelope_page(page));
    EXPECT_EQ(count_of(html, "http"), count_of(html, "http://www.w3.org/2000/svg") + 1)
        << "the name of SVG, http-equiv";
    EXPECT_EQ(count_of(html, " src="), 0U);
    EXPECT_EQ(count_of(html, "@import") + count_of(html, "import("), 0U);
    EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(count_of(html, "innerHTML"), 0U);
}

TEST(EnvelopePage, ShowsFigureAndNumbersWithoutScripts) {
    EnvelopePage page = small_page();
    auto& points = page.regions[0].tiers[0].points;
    points.insert(points.begin() + 2, Bounds{{2000}, {1'000'000'000}, {3'000'000'000}});
    page.is_synthetic = true;
    const std::string html = envelope_page(page);
    const std::string still = html.substr(html.find("<section id=\"still\">"));
    EXPECT_NE(still.find("<svg"), std::string::npos);
    EXPECT_NE(still.find("<td class=\"n\">1</td><td class=\"n\">0</td><td class=\"n\">334000000</td>"
                         "<td class=\"n\">1670000000</td>"),
              std::string::npos);
    EXPECT_NE(still.find("<td class=\"n\">5010000000</td>"), std::string::npos) << "all land";
    EXPECT_EQ(still.find("3000000000</td>"), std::string::npos) << "no whole magnitude";
    EXPECT_EQ(count_of(html, "Synthetic sample data"), 2U) << "page and figure";
}

TEST(EnvelopePage, RefusesWhatIsNoEnvelope) {
    const auto refuses = [](auto change) {
        EnvelopePage page = small_page();
        change(page);
        try {
            envelope_page(page);
        } catch (const Error& error) {
            return error.fault() == Fault::Usage;
        }
        return false;
    };
    using Page = EnvelopePage;
    EXPECT_FALSE(refuses([](Page&) {}));
    EXPECT_TRUE(refuses([](Page& page) { page.regions.clear(); }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers.clear(); }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions.push_back(page.regions[0]); }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers.push_back(small_tier("comprehensive")); }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers[0].points.clear(); }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers[0].points[1].area.u = 1; }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers[0].points[2].area.u = 5001; }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers[0].points[1].lower.kcal = 3; }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers[0].points[1].upper.kcal = 333'999'999; }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].tiers[0].total_energy.kcal = 5'009'999'999; }));
    EXPECT_TRUE(refuses([](Page& page) { page.regions[0].map = PageMap{}; }));
    EXPECT_TRUE(refuses([](Page& page) {
        page.regions[0].map = PageMap{.width = 1, .height = 1, .borders = map_borders({5000}), .pixels = {250}};
    }));
}

TEST(PageParts, TakeWhatCurvesAndEventsSay) {
    Budget budget("test");
    const Base base(example_cells(budget, five_cells()));
    const Tier commercial = parse_tier("commercial");
    const Curve curve = *tier_curve(base, commercial);
    const std::vector<Area> areas = {{1000}, {4000}, {4001}};
    const PageTier tier = page_tier(commercial, curve, areas);
    EXPECT_EQ(tier.range, "20-100");
    EXPECT_EQ(tier.from.u, 1000);
    EXPECT_EQ(tier.points, (std::vector<Bounds>{{{1000}, {668'000'000}, {1'670'000'000}},
                                                {{4000}, {4'676'000'000}, {4'676'000'000}}}));
    ThresholdSet set;
    set.thresholds = {{.name = "a", .energy = {1'000'000'000}},
                      {.name = "b", .energy = {5'010'000'001}},
                      {.name = "c", .energy = {-1}}};
    const auto thresholds = page_thresholds(set, Curve(base));
    EXPECT_EQ(thresholds[0].least, Area{599});
    EXPECT_EQ(thresholds[1].least, std::nullopt);
    EXPECT_EQ(thresholds[2].least, std::nullopt);
    Event event{.label = "x", .kind = EventClass::Conflict, .year_start = 2011, .is_ongoing = true};
    EXPECT_EQ(page_event(event, {.area = {500}, .loss = {300'000'000}}, Curve(base)).years, "2011–ongoing");
    event.is_ongoing = false;
    event.year_end = 2011;
    const PageEvent part = page_event(event, {.area = {500}, .loss = {300'000'000}}, Curve(base));
    EXPECT_EQ(part.years, "2011");
    EXPECT_EQ(part.lower.kcal, 167'000'000);
    EXPECT_EQ(part.upper.kcal, 835'000'000);
}

/// Pages for tests/page_test.py, which opens them in a browser.
TEST(EnvelopePage, WritesExamplesWhereTheyAreWanted) {
    const char* folder = std::getenv("HONE_PAGE_FOLDER");
    if (folder == nullptr) GTEST_SKIP() << "HONE_PAGE_FOLDER is not set";
    const char* cells = std::getenv("HONE_PAGE_CELLS");
    Budget budget("test");
    const auto write = [&](std::string_view name, const EnvelopePage& page) {
        std::ofstream(cat(folder, "/", name), std::ios::binary) << envelope_page(page);
    };
    write("example.html", example_page(budget, parse_int64(cells != nullptr ? cells : "").value_or(20'000)));
    write("hostile.html", hostile_page());
    EnvelopePage large = small_page();
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    large.regions[0].tiers[0].total_energy = {kMost};
    large.regions[0].tiers[0].points = {
        {{1}, {1}, {(1LL << 60) + 1}}, {{1000}, {(1LL << 53) + 1}, {kMost - 2}}, {{5000}, {kMost}, {kMost}}};
    write("large.html", large);
}

}  // namespace
}  // namespace hone::envelope
