// What the document worker makes of samples that are scans, locked, broken or hostile.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hone/apps/invoice/field_tally.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sample.h"
#include "hone/base/text.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {
namespace {

#ifdef HONE_DOCWORKER
constexpr const char* kWorker = HONE_DOCWORKER;
#else
constexpr const char* kWorker = "";
#endif

struct Reading {
    std::string failure;
    DocumentInfo info;
    std::vector<DocumentPage> pages;

    std::string layout() const {
        std::string text;
        for (const DocumentPage& page : pages)
            text += page.layout;
        return text;
    }
};

class InvoiceDamage : public ::testing::Test {
protected:
    void SetUp() override {
        if (std::string_view(kWorker).empty()) GTEST_SKIP() << "hone-docworker is not built";
        reader_ = make_document_reader(kWorker, 2);
    }

    Reading read(const std::string& pdf, const std::string& password = "") {
        Reading reading;
        DocumentRequest request{pdf};
        request.password = password;
        request.ocr = OcrMode::Never;
        const auto take = [&](DocumentPage&& page) { reading.pages.push_back(std::move(page)); };
        const auto failure = reader_->read(request, reading.info, take, Cancel());
        if (failure) reading.failure = failure->code;
        return reading;
    }
    Reading read(char kind, std::size_t lines, const SampleDamage& damage) {
        return read(sample_pdf(make_sample(kind, lines, 3, damage), damage));
    }
    /// All fields right, read from the text of the document.
    void expect_right(const Sample& sample, const Reading& reading) {
        EXPECT_EQ(reading.failure, "");
        const FieldTally tally = FieldComparison().of(sample.truth, read_document(reading.pages, vendor_profiles()));
        EXPECT_TRUE(tally.wrong.empty()) << tally.wrong.size() << " wrong, first " << tally.wrong.front();
        EXPECT_GT(tally.fields, 50);
    }

    std::unique_ptr<DocumentReader> reader_;
};

TEST(InvoiceSampleDamage, LeavesTheTruthAlone) {
    const std::vector<std::string> values = {"missing-upc", "wrong-check-digit", "duplicate-code"};
    const std::string truth = document_json(make_sample('B', 30, 9, {}).truth, JsonDetail::Values).dump();
    for (const std::string& name : sample_damage_names()) {
        const SampleDamage damage = sample_damage(std::vector<std::string>{name});
        const bool changes = std::find(values.begin(), values.end(), name) != values.end();
        const Sample sample = make_sample('B', 30, 9, damage);
        EXPECT_EQ(document_json(sample.truth, JsonDetail::Values).dump() == truth, !changes) << name;
    }
}

TEST(InvoiceSampleDamage, IsTheSameEachTime) {
    for (const char* name : {"scan-150", "drawn-font", "password", "page-loop", "attachment-bomb", "two-invoices"}) {
        const SampleDamage damage = sample_damage(std::vector<std::string>{name});
        const std::string once = sample_pdf(make_sample('G', 5, 9, damage), damage);
        EXPECT_TRUE(once == sample_pdf(make_sample('G', 5, 9, damage), damage)) << name;
        EXPECT_FALSE(once == sample_pdf(make_sample('G', 5, 9, {}), {})) << name;
    }
}

TEST_F(InvoiceDamage, ScansHoldNoText) {
    const std::pair<bool SampleDamage::*, const char*> scans[] = {{&SampleDamage::scan_150, "/Width 1275/Height 1650"},
                                                                  {&SampleDamage::scan_200, "/Width 1700/Height 2200"},
                                                                  {&SampleDamage::scan_300, "/Width 2550/Height 3300"},
                                                                  {&SampleDamage::skewed, "/Width 2550/Height 3300"}};
    for (const auto& [member, size] : scans) {
        SampleDamage damage;
        damage.*member = true;
        const std::string pdf = sample_pdf(make_sample('B', 20, 3, damage), damage);
        EXPECT_NE(pdf.find(size), std::string::npos);
        const Reading reading = read(pdf);
        ASSERT_EQ(reading.pages.size(), 1U) << size << reading.failure;
        EXPECT_TRUE(reading.pages[0].words.empty());
        EXPECT_TRUE(reading.pages[0].has_image);
        EXPECT_EQ(reading.pages[0].source, PageSource::None);
    }
}

TEST_F(InvoiceDamage, MixedDocumentsKeepTheTextOfTheOtherPages) {
    SampleDamage damage;
    damage.every_other_scan = damage.scan_150 = true;
    const Reading reading = read('A', 27, damage);
    ASSERT_EQ(reading.pages.size(), 3U);
    EXPECT_EQ(reading.pages[0].source, PageSource::Text);
    EXPECT_EQ(reading.pages[1].source, PageSource::None);
    EXPECT_EQ(reading.pages[2].source, PageSource::Text);
}

TEST_F(InvoiceDamage, HiddenTextIsTakenFromUnderTheImage) {
    SampleDamage damage;
    damage.text_under_image = damage.scan_150 = true;
    const Sample sample = make_sample('B', 20, 3, damage);
    const Reading reading = read(sample_pdf(sample, damage));
    ASSERT_EQ(reading.pages.size(), 1U);
    EXPECT_EQ(reading.pages[0].source, PageSource::EmbeddedOcr);
    expect_right(sample, reading);
}

TEST_F(InvoiceDamage, DrawnFontsAreReadIfTheySayWhatTheyMean) {
    SampleDamage damage;
    damage.drawn_font = true;
    for (const char kind : {'A', 'B', 'H', 'G'}) {
        const Sample sample = make_sample(kind, 20, 3, damage);
        expect_right(sample, read(sample_pdf(sample, damage)));
    }
    damage = {};
    damage.unknown_font = true;
    const Reading reading = read('B', 20, damage);
    ASSERT_EQ(reading.pages.size(), 1U);
    EXPECT_FALSE(reading.pages[0].is_usable);
    EXPECT_GT(reading.pages[0].glyphs, 1000U);
    EXPECT_LT(reading.pages[0].assigned_glyphs * 10, reading.pages[0].glyphs);
}

TEST_F(InvoiceDamage, PagesOnTheirSideAreReadAsText) {
    for (const char kind : {'A', 'B', 'R', 'H', 'K', 'G'}) {
        for (const int rotation : {90, 180, 270}) {
            SCOPED_TRACE(cat("kind ", kind, " turned by ", rotation));
            Sample sample = make_sample(kind, 24, 77, {});
            for (PdfPage& page : sample.pages)
                page.rotation = rotation;
            const Reading reading = read(sample_pdf(sample, {}));
            ASSERT_EQ(reading.pages.size(), sample.pages.size());
            EXPECT_EQ(reading.pages[0].source, PageSource::Text);
            expect_right(sample, reading);
        }
    }
}

TEST_F(InvoiceDamage, LockedFilesOpenWithTheirPassword) {
    SampleDamage damage;
    damage.encrypted = damage.attachment_bomb = true;
    const Sample sample = make_sample('B', 20, 3, damage);
    const Reading open = read(sample_pdf(sample, damage));
    EXPECT_TRUE(open.info.is_encrypted);
    expect_right(sample, open);
    ASSERT_FALSE(open.info.attachments.empty()) << open.info.attachments_failure;
    EXPECT_TRUE(open.info.attachments[0].name.starts_with("note-"));
    EXPECT_EQ(open.info.attachments[0].bytes, "one of many");

    damage.password = true;
    const std::string locked = sample_pdf(sample, damage);
    EXPECT_EQ(read(locked).failure, "encrypted");
    EXPECT_EQ(read(locked, "wrong").failure, "encrypted");
    expect_right(sample, read(locked, std::string(kSamplePassword)));
    EXPECT_EQ(locked.find("note-1"), std::string::npos);
}

TEST_F(InvoiceDamage, BrokenFilesAreReadOrRefused) {
    SampleDamage damage;
    damage.broken_xref = true;
    const Sample sample = make_sample('B', 20, 3, damage);
    expect_right(sample, read(sample_pdf(sample, damage)));
    damage = {};
    damage.no_pages = true;
    EXPECT_NE(read('B', 20, damage).failure, "");
    damage = {};
    damage.truncated = true;
    const Reading part = read('A', 135, damage);
    EXPECT_TRUE(part.failure == "damaged" || part.failure == "empty" || part.pages.size() < 15) << part.failure;
    damage = {};
    damage.page_loop = true;
    const Reading loop = read('B', 20, damage);
    EXPECT_TRUE(!loop.failure.empty() || !loop.pages.empty());
}

TEST_F(InvoiceDamage, BombsCostTheirPageOnly) {
    SampleDamage damage;
    damage.deflate_bomb = true;
    const Sample sample = make_sample('B', 20, 3, damage);
    const std::string pdf = sample_pdf(sample, damage);
    EXPECT_LT(pdf.size(), 20'000U);
    Reading reading = read(pdf);
    ASSERT_EQ(reading.pages.size(), 2U) << reading.failure;
    expect_right(sample, reading);
    damage = {};
    damage.attachment_bomb = true;
    reading = read(sample_pdf(sample, damage));
    expect_right(sample, reading);
    EXPECT_LE(reading.info.attachments.size(), 32U);
    for (const DocumentAttachment& file : reading.info.attachments)
        EXPECT_LT(file.bytes.size(), 11U << 20U);
}

TEST_F(InvoiceDamage, ThereMayBeTwoThousandPages) {
    SampleDamage damage;
    damage.many_pages = true;
    Sample sample = make_sample('B', 20, 3, damage);
    ASSERT_EQ(sample.pages.size(), 2000U);
    EXPECT_EQ(read(sample_pdf(sample, damage)).pages.size(), 2000U);
    sample.pages.emplace_back();
    EXPECT_EQ(read(sample_pdf(sample, damage)).failure, "too_many_pages");
}

TEST_F(InvoiceDamage, TwoInvoicesFollowEachOther) {
    SampleDamage damage;
    damage.two_invoices = true;
    const Sample sample = make_sample('B', 30, 3, damage);
    ASSERT_TRUE(sample.second);
    EXPECT_NE(sample.second->number.value, sample.truth.number.value);
    const Reading reading = read(sample_pdf(sample, damage));
    ASSERT_EQ(reading.pages.size(), 4U);
    for (const Document* one : {&sample.truth, &*sample.second})
        for (const Line& line : one->lines)
            EXPECT_NE(reading.layout().find(*line.upc.value), std::string::npos);
}

}  // namespace
}  // namespace hone::invoice
