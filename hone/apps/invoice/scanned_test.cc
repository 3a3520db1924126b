// Fields read from scans and pictures by recognition, against the truth of the samples.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/field_tally.h"
#include "hone/apps/invoice/picture_examples.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sample.h"
#include "hone/base/text.h"
#include "hone/formats/document_reader.h"
#include "hone/testing/temporary_folder.h"

#ifdef HONE_HAS_OCR
namespace hone::invoice {
namespace {

DocumentReader& reader() {
    static const std::unique_ptr<DocumentReader> kReader = make_document_reader(HONE_DOCWORKER, 2);
    return *kReader;
}

std::vector<DocumentPage> recognised(std::string_view bytes) {
    std::vector<DocumentPage> pages;
    DocumentInfo info;
    const auto failure = reader().read(
        DocumentRequest{bytes}, info, [&](DocumentPage&& page) { pages.push_back(std::move(page)); }, Cancel());
    EXPECT_FALSE(failure) << failure->code << " " << failure->message;
    return pages;
}

Document read(std::span<const DocumentPage> pages) {
    Document document = read_document(pages, vendor_profiles());
    check_document({}, document);
    return document;
}

std::string listed(const std::vector<std::string>& all) {
    return join(all, "\n");
}

/// Scans of clean samples of a kind: at least `least` per cent of the fields are right, and the wrong ones say so.
void expect_fields(char kind, std::size_t lines, const SampleDamage& damage, int least) {
    FieldTally all;
    for (int i = 0; i < testing::test_scale(); ++i) {
        const Sample sample = make_sample(kind, lines, 100 + static_cast<std::uint64_t>(i), damage);
        const std::vector<DocumentPage> pages = recognised(sample_pdf(sample, damage));
        for (const DocumentPage& page : pages)
            EXPECT_EQ(page.source, PageSource::Ocr);
        all.add(FieldComparison().of(sample.truth, read(pages)));
    }
    EXPECT_GE(100 * all.right, least * all.fields) << all.right << " of " << all.fields << " right\n"
                                                   << listed(all.wrong);
    EXPECT_TRUE(all.silent.empty()) << listed(all.silent);
    EXPECT_EQ(all.right + all.flagged, all.fields);
}

SampleDamage scan() {
    SampleDamage damage;
    damage.scan_300 = true;
    return damage;
}

TEST(InvoiceScanned, AcknowledgementsOfHomeDecor) {
    expect_fields('A', 18, scan(), 97);
}
TEST(InvoiceScanned, InvoicesOfHomeDecor) {
    expect_fields('B', 20, scan(), 97);
}
TEST(InvoiceScanned, OrdersOfSeasonalGoods) {
    expect_fields('H', 25, scan(), 97);
}
TEST(InvoiceScanned, EuropeanInvoices) {
    expect_fields('G', 25, scan(), 97);
}

TEST(InvoiceScanned, LeaningPages) {
    SampleDamage damage = scan();
    damage.skewed = true;
    expect_fields('H', 25, damage, 97);
}

TEST(InvoiceScanned, DirtyPages) {
    SampleDamage damage = scan();
    damage.noisy = true;
    expect_fields('H', 25, damage, 85);
}

TEST(InvoiceScanned, FontsWithoutMeaningAreRecognisedFromTheirLook) {
    SampleDamage damage;
    damage.unknown_font = true;
    expect_fields('H', 12, damage, 97);
}

/// Boxes lie on the ink of the page as it was given, leaning or on its side.
TEST(InvoiceScanned, PlacesAreThoseOfThePicture) {
    SampleDamage damage;
    damage.scan_150 = true;
    Sample sample = make_sample('H', 6, 4, damage);
    PdfPage printed = sample.pages[0];
    sample.pages[0].picture = [printed] { return paint_page(printed, {150, 1.5, {}}); };
    sample.pages[0].rotation = 90;  // the picture lies on its side
    const std::vector<DocumentPage> pages = recognised(sample_pdf(sample, damage));
    ASSERT_EQ(pages.size(), 1U);
    EXPECT_EQ(pages[0].turned, 270);
    EXPECT_NEAR(pages[0].lean, -1.5, 0.15);
    EXPECT_NEAR(pages[0].width, 612, 1);
    EXPECT_NEAR(pages[0].height, 792, 1);
    const Document document = read(pages);
    const FieldTally tally = FieldComparison().of(sample.truth, document);
    EXPECT_GE(100 * tally.right, 90 * tally.fields) << listed(tally.wrong);
    ASSERT_TRUE(document.number);
    const Place& place = document.number.place;
    const GrayPicture picture = paint_page(printed, {72, 1.5, {}});
    int dark = 0;
    for (auto y = static_cast<std::size_t>(place.y0); y < static_cast<std::size_t>(place.y1 + 1); ++y)
        for (auto x = static_cast<std::size_t>(place.x0); x < static_cast<std::size_t>(place.x1 + 1); ++x)
            dark += static_cast<unsigned char>(picture.gray[y * picture.width + x]) < 160 ? 1 : 0;
    EXPECT_GT(dark, 60) << place.x0 << " " << place.y0 << " " << place.x1 << " " << place.y1;
}

TEST(InvoiceScanned, PicturesAreRecognisedToo) {
    const Sample sample = make_sample('H', 5, 4, {});
    const GrayPicture picture = paint_page(sample.pages[0], {150, 0, {}});
    for (const std::string& file : {gray_png(picture, 150), JpegWriter::bytes(picture, 150)}) {
        const std::vector<DocumentPage> pages = recognised(file);
        ASSERT_EQ(pages.size(), 1U);
        EXPECT_NEAR(pages[0].width, 612, 1);
        EXPECT_NEAR(pages[0].height, 792, 1);
        const FieldTally tally = FieldComparison().of(sample.truth, read(pages));
        EXPECT_GE(100 * tally.right, 95 * tally.fields) << listed(tally.wrong);
    }
}

TEST(InvoiceScanned, PicturesOfSeveralPages) {
    const Sample sample = make_sample('A', 20, 4, {});
    std::vector<GrayPicture> pictures;
    for (const PdfPage& page : sample.pages)
        pictures.push_back(paint_page(page, {150, 0, {}}));
    const std::string file = gray_tiff(pictures, 150);
    const std::vector<DocumentPage> pages = recognised(file);
    ASSERT_EQ(pages.size(), sample.pages.size());
    for (std::size_t i = 0; i < pages.size(); ++i)
        EXPECT_EQ(pages[i].number, i + 1);
    const FieldTally tally = FieldComparison().of(sample.truth, read(pages));
    EXPECT_GE(100 * tally.right, 95 * tally.fields) << listed(tally.wrong);
    // They can be drawn too, at their own resolution or a whole part of it.
    DocumentReader::Raster raster;
    ASSERT_FALSE(reader().raster(DocumentRequest{file}, 2, 150, raster, Cancel()));
    EXPECT_TRUE(raster.gray == pictures[1].gray);
    ASSERT_FALSE(reader().raster(DocumentRequest{file}, 1, 70, raster, Cancel()));
    EXPECT_EQ(raster.width, pictures[0].width / 2);
    EXPECT_EQ(reader().raster(DocumentRequest{file}, 9, 70, raster, Cancel())->code, "damaged");
}

}  // namespace
}  // namespace hone::invoice
#endif
