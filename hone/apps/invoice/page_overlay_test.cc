#include "hone/apps/invoice/page_overlay.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/page_painter.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/base64.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/testing/png_check.h"

namespace hone::invoice {
namespace {

MarkedValue marked(double confidence, const Place& place) {
    return {"line 1 unit price", "unit price", "6.4", "column price", confidence, place};
}

PagePicture white_page(std::uint32_t width, std::uint32_t height) {
    PagePicture page;
    page.number = 1;
    page.width = static_cast<float>(width);
    page.height = static_cast<float>(height);
    page.raster = {width, height, std::string(std::size_t{width} * height, '\xFF')};
    return page;
}

TEST(InvoiceOverlay, TrustHasThreeSteps) {
    EXPECT_EQ(trust_of(0.9), Trust::Sure);
    EXPECT_EQ(trust_of(0.8999), Trust::Fair);
    EXPECT_EQ(trust_of(0.75), Trust::Fair);
    EXPECT_EQ(trust_of(0.7499), Trust::Doubtful);
}

TEST(InvoiceOverlay, BoxesHaveTheColourOfTheirTrust) {
    const MarkedValue values[] = {marked(0.95, {1, 20, 20, 60, 30}), marked(0.8, {1, 20, 60, 60, 70}),
                                  marked(0.3, {1, 20, 100, 60, 110})};
    const testing::ReadPng png = testing::read_png(overlay_png(white_page(200, 150), values));
    ASSERT_EQ(png.mistake, "");
    ASSERT_EQ(png.width, 200U);
    ASSERT_EQ(png.height, 150U);
    const auto count = [&](std::uint32_t colour, std::uint32_t from, std::uint32_t to) {
        int pixels = 0;
        for (std::uint32_t y = from; y < to; ++y)
            for (std::uint32_t x = 0; x < 200; ++x)
                pixels += png.at(x, y) == colour ? 1 : 0;
        return pixels;
    };
    EXPECT_GT(count(0x1a7f37ff, 0, 45), 90);
    EXPECT_GT(count(0xb26a00ff, 45, 85), 50);
    EXPECT_GT(count(0xc62828ff, 85, 150), 90);
    EXPECT_EQ(count(0x1a7f37ff, 45, 150) + count(0xc62828ff, 0, 85), 0);
    for (const MarkedValue& value : values)
        EXPECT_EQ(png.at(40, static_cast<std::uint32_t>(value.place.y0 + 5)), 0xffffffffU) << "boxes are not filled";
}

/// Pixels that are neither gray nor white above a box: its label.
int coloured(const testing::ReadPng& png, std::uint32_t y0, std::uint32_t y1) {
    int pixels = 0;
    for (std::uint32_t y = y0; y < y1; ++y) {
        for (std::uint32_t x = 0; x < png.width; ++x) {
            const std::uint32_t colour = png.at(x, y);
            pixels += (colour >> 24U) != (colour >> 16U & 0xFFU) ? 1 : 0;
        }
    }
    return pixels;
}

TEST(InvoiceOverlay, LabelsStandWhereNothingElseStands) {
    PagePicture page = white_page(200, 60);
    const MarkedValue values[] = {marked(0.95, {1, 60, 30, 120, 40})};
    EXPECT_GT(coloured(testing::read_png(overlay_png(page, values)), 0, 29), 30);
    // Print above, below and beside leaves no room.
    for (std::size_t y = 0; y < 60; ++y)
        for (std::size_t x = 0; x < 200; ++x)
            if (x % 3 == 0) page.raster.gray[y * 200 + x] = '\0';
    const testing::ReadPng png = testing::read_png(overlay_png(page, values));
    EXPECT_EQ(coloured(png, 0, 28) + coloured(png, 43, 60), 0);
    EXPECT_GT(coloured(png, 28, 43), 60);
}

TEST(InvoiceOverlay, PlacesOutsideThePageDoNoHarm) {
    const MarkedValue values[] = {marked(0.5, {1, -500, -20, 900, 700}), marked(0.5, {1, 1e6F, 1e6F, 1e6F, 1e6F}),
                                  marked(0.5, {1, 50, 50, 10, 10})};
    EXPECT_EQ(testing::read_png(overlay_png(white_page(100, 100), values)).mistake, "");
    PagePicture broken = white_page(10, 10);
    broken.raster.gray.pop_back();
    EXPECT_THROW(overlay_png(broken, {}), Error);
    EXPECT_THROW(overlay_png(PagePicture(), {}), Error);
}

TEST(InvoiceOverlay, PicturesAreTurnedUpright) {
    const DocumentReader::Raster raster = {3, 2, "abcdef"};
    EXPECT_EQ(upright(raster, 0).gray, "abcdef");
    EXPECT_EQ(upright(raster, 90).gray, "daebfc");
    EXPECT_EQ(upright(raster, 90).width, 2U);
    EXPECT_EQ(upright(raster, 180).gray, "fedcba");
    EXPECT_EQ(upright(raster, 270).gray, "cfbead");
    EXPECT_EQ(upright(upright(raster, 90), 270).gray, raster.gray);
}

Document read_sample(const Sample& sample) {
    Document document = read_document(example_pages(sample), vendor_profiles());
    check_document({}, document);
    document.file = "scans/B&W <7>.pdf";
    return document;
}

TEST(InvoiceOverlay, EveryPrintedValueIsMarkedOnItsPage) {
    const Sample sample = make_sample('B', 30, 7, {});
    const Document document = read_sample(sample);
    const std::vector<MarkedValue> first = values_on_page(document, 1), last = values_on_page(document, 2);
    const auto has = [](const std::vector<MarkedValue>& values, std::string_view field) {
        return std::any_of(values.begin(), values.end(), [&](const MarkedValue& one) { return one.field == field; });
    };
    EXPECT_TRUE(has(first, "number") && has(first, "invoice date") && has(first, "line 1 unit price"));
    EXPECT_FALSE(has(first, "total"));
    EXPECT_TRUE(has(last, "total") && has(last, "line 30 extended"));
    EXPECT_FALSE(has(first, "line 1 ordered")) << "computed: stands nowhere";
    EXPECT_TRUE(values_on_page(document, 0).empty());
}

std::size_t occurrences(std::string_view text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

TEST(InvoiceOverlay, HtmlHoldsPicturesBoxesAndFailedChecks) {
    SampleDamage damage;
    damage.wrong_check_digit = true;
    const Sample sample = make_sample('B', 20, 7, damage);
    const Document document = read_sample(sample);
    std::string html;
    OverlayHtml writer(document, [&](std::string_view bytes) { html += bytes; });
    PagePicture page;
    page.number = 1;
    page.width = 612;
    page.height = 792;
    page.raster = paint_page(sample.pages[0], {72, 0, {}});
    writer.page(page);
    writer.page_without_picture(2, "limit & more");
    writer.finish();
    EXPECT_EQ(occurrences(html, "class=\"v "), values_on_page(document, 1).size());
    EXPECT_NE(html.find("scans/B&amp;W &lt;7&gt;.pdf"), std::string::npos);
    EXPECT_NE(html.find("limit &amp; more"), std::string::npos);
    EXPECT_NE(html.find("has a wrong check digit"), std::string::npos);
    EXPECT_NE(html.find("title=\"line 1 unit price: "), std::string::npos);
    EXPECT_NE(html.find("class=\"v d\""), std::string::npos);
    for (const char* outside : {"http", "<script", "onclick", "url("})
        EXPECT_EQ(html.find(outside), std::string::npos) << outside;
    const std::size_t start = html.find("base64,") + 7;
    const auto png = from_base64(html.substr(start, html.find('"', start) - start));
    ASSERT_TRUE(png);
    EXPECT_EQ(testing::read_png(*png).width, 612U);
}

}  // namespace
}  // namespace hone::invoice
