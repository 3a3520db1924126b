#include "hone/apps/invoice/read_document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

template <class T>
bool same(const Value<T>& a, const Value<T>& b) {
    return a.value == b.value;
}

bool same_line(const Line& a, const Line& b) {
    if (a.surcharges.size() != b.surcharges.size()) return false;
    for (std::size_t i = 0; i < a.surcharges.size(); ++i)
        if (a.surcharges[i].code != b.surcharges[i].code || a.surcharges[i].amount != b.surcharges[i].amount)
            return false;
    return same(a.product_code, b.product_code) && same(a.upc, b.upc) && same(a.description, b.description) &&
           same(a.unit, b.unit) && same(a.ordered, b.ordered) && same(a.allocated, b.allocated) &&
           same(a.shipped, b.shipped) && same(a.backordered, b.backordered) && same(a.list_price, b.list_price) &&
           same(a.unit_price, b.unit_price) && same(a.extended, b.extended) && same(a.tax_percent, b.tax_percent);
}

/// How many lines of the truth were read with every column right; -1 if another number of lines was read.
int right_lines(const Document& truth, const Document& read) {
    if (truth.lines.size() != read.lines.size()) return -1;
    int right = 0;
    for (std::size_t i = 0; i < truth.lines.size(); ++i)
        right += same_line(truth.lines[i], read.lines[i]);
    return right;
}

/// What differs first, for messages.
std::string first_difference(const Document& truth, const Document& read) {
    Document a = truth, b = read;
    for (std::size_t i = 0; i < std::max(a.lines.size(), b.lines.size()); ++i) {
        if (i < a.lines.size() && i < b.lines.size() && same_line(a.lines[i], b.lines[i])) continue;
        Document one, other;
        if (i < a.lines.size()) one.lines = {a.lines[i]};
        if (i < b.lines.size()) other.lines = {b.lines[i]};
        return cat("line ", i + 1, " of ", a.lines.size(), " (", b.lines.size(), " read)\n",
                   document_json(one, JsonDetail::Values).at("lines").dump(0), "\n",
                   document_json(other, JsonDetail::Values).at("lines").dump(0));
    }
    return "";
}

/// The members of the head that the truth knows.
void expect_same_head(const Document& truth, const Document& read) {
    EXPECT_EQ(truth.number.value, read.number.value);
    EXPECT_EQ(truth.vendor.value, read.vendor.value);
    EXPECT_EQ(truth.kind.value, read.kind.value);
    EXPECT_EQ(truth.customer_po.value, read.customer_po.value);
    EXPECT_TRUE(same(truth.order_date, read.order_date));
    EXPECT_TRUE(same(truth.invoice_date, read.invoice_date));
    EXPECT_TRUE(same(truth.subtotal, read.subtotal));
    EXPECT_TRUE(same(truth.surcharge, read.surcharge));
    EXPECT_TRUE(same(truth.freight, read.freight));
    EXPECT_TRUE(same(truth.tax, read.tax));
    EXPECT_TRUE(same(truth.total, read.total));
}

void expect_read(char kind, std::size_t lines, std::uint64_t start, const SampleDamage& damage) {
    SCOPED_TRACE(cat("kind ", kind, ", start ", start));
    const Sample sample = make_sample(kind, lines, start, damage);
    const Document read = read_document(example_pages(sample), vendor_profiles());
    EXPECT_EQ(right_lines(sample.truth, read), static_cast<int>(lines)) << first_difference(sample.truth, read);
    expect_same_head(sample.truth, read);
}

/// Start values of a campaign; the first is printed with a failure by SCOPED_TRACE.
int campaign(int usual) {
    const char* const scale = std::getenv("HONE_TEST_SCALE");
    return usual * (scale == nullptr ? 1 : std::max(1, std::atoi(scale)));
}

TEST(InvoiceRead, KindAOfFifteenPages) {
    expect_read('A', 135, 1, {});
}
TEST(InvoiceRead, KindBOfThreePages) {
    expect_read('B', 50, 1, {});
}

TEST(InvoiceRead, AnyStart) {
    for (int i = 0; i < campaign(40); ++i)
        for (const char kind : {'A', 'B', 'R', 'H', 'K', 'G'})
            expect_read(kind, 1 + static_cast<std::size_t>(i * 7 % 60), 1000 + static_cast<std::uint64_t>(i), {});
}

TEST(InvoiceRead, DamageThatKeepsTheText) {
    bool SampleDamage::*const damages[] = {
        &SampleDamage::right_aligned, &SampleDamage::description_below, &SampleDamage::wrapped,
        &SampleDamage::split,         &SampleDamage::headings_once,     &SampleDamage::stray_word,
        &SampleDamage::missing_upc,   &SampleDamage::wrong_check_digit, &SampleDamage::duplicate_code};
    for (int i = 0; i < campaign(4); ++i) {
        SampleDamage all;
        for (bool SampleDamage::*const one : damages) {
            SampleDamage damage;
            damage.*one = all.*one = true;
            for (const char kind : {'A', 'B', 'R', 'H', 'K', 'G'})
                expect_read(kind, 70, 5000 + static_cast<std::uint64_t>(i), damage);
        }
        for (const char kind : {'A', 'B'})
            expect_read(kind, 70, 6000 + static_cast<std::uint64_t>(i), all);
    }
}

TEST(InvoiceRead, TellsHowAndWhere) {
    const Sample sample = make_sample('A', 30, 7, {});
    const Document read = read_document(example_pages(sample), vendor_profiles());
    EXPECT_EQ(read.profile, "creative-coop");
    EXPECT_EQ(read.method, "profile");
    ASSERT_EQ(read.ladder.size(), 1U);
    EXPECT_EQ(read.ladder[0], "profile creative-coop: the pages say \"creative co-op\"");
    ASSERT_EQ(read.lines.size(), 30U);
    const Line& line = read.lines[10];
    EXPECT_EQ(line.page, 2U);
    EXPECT_EQ(line.row, 2U);
    EXPECT_EQ(line.unit_price.rule, "column price");
    EXPECT_EQ(line.unit_price.place.page, 2U);
    EXPECT_NEAR(line.unit_price.place.x0, 475, 0.01);
    EXPECT_NEAR(line.unit_price.place.y1, 792 - 658 + 8 * 0.225, 0.01);
    EXPECT_DOUBLE_EQ(line.unit_price.confidence, 0.80);
    ASSERT_EQ(read.pages.size(), 4U);
    EXPECT_EQ(read.pages[3].rows, 3U);
    ASSERT_EQ(read.checks.size(), 1U);
    EXPECT_EQ(read.checks[0].name, "pages");
    EXPECT_TRUE(read.checks[0].passed);
}

TEST(InvoiceRead, MissesAPage) {
    std::vector<DocumentPage> pages = example_pages(make_sample('A', 30, 7, {}));
    pages.erase(pages.begin() + 1);
    const Document read = read_document(pages, vendor_profiles());
    ASSERT_EQ(read.checks.size(), 1U);
    EXPECT_FALSE(read.checks[0].passed);
    EXPECT_EQ(read.lines.size(), 21U);
}

TEST(InvoiceRead, ProfilesAreChosenByTextThenRows) {
    std::vector<DocumentPage> pages = example_pages(make_sample('A', 9, 7, {}));
    for (WordBox& word : pages[0].words)
        if (word.text == "Co-Op") word.text = "Corp";
    EXPECT_EQ(read_document(pages, vendor_profiles()).profile, "creative-coop");
    EXPECT_EQ(read_document(pages, vendor_profiles()).ladder[0],
              "profile creative-coop: 9 rows have its codes and a UPC, and a word is a number of its kind");
    EXPECT_EQ(read_document(pages, vendor_profiles(), "generic").profile, "generic");
    EXPECT_THROW(read_document(pages, vendor_profiles(), "nobody"), Error);
}

TEST(InvoiceRead, NothingIsInvented) {
    const Document empty = read_document({}, vendor_profiles());
    EXPECT_TRUE(empty.lines.empty());
    EXPECT_FALSE(empty.number);
    std::vector<DocumentPage> pages = example_pages(make_sample('A', 1, 7, {}));
    for (WordBox& word : pages[0].words)
        if (word.text == "1,000.00") word.text = "N/A";
    const Document read = read_document(pages, vendor_profiles());
    ASSERT_EQ(read.lines.size(), 1U);
    EXPECT_FALSE(read.lines[0].unit_price);
    EXPECT_EQ(read.lines[0].unit_price.raw, "N/A");
    pages[0].words.resize(pages[0].words.size() / 2);
    EXPECT_NO_THROW(read_document(pages, vendor_profiles()));
}

TEST(InvoiceProfiles, Shapes) {
    const VendorProfile& profile = vendor_profiles().front();
    for (const char* code : {"DF5211", "DF5211A", "XS5071A", "XS12", "CD1234", "WT9999"})
        EXPECT_TRUE(has_any_shape(code, profile.code_shapes)) << code;
    for (const char* code : {"", "PO91066", "D5211", "df5211", "XS", "DF5211AB", "191009328070"})
        EXPECT_FALSE(has_any_shape(code, profile.code_shapes)) << code;
    EXPECT_TRUE(has_shape("TRF-CCOI", R"(\T\R\F-A+)"));
    EXPECT_FALSE(has_shape("TRF-", R"(\T\R\F-A+)"));
    EXPECT_TRUE(has_shape("", "A?"));
}

}  // namespace
}  // namespace hone::invoice
