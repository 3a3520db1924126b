#include "hone/apps/invoice/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/sample_layout.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

std::string text_of(const Value<Decimal>& value) {
    return value ? decimal_text(*value.value) : "nothing";
}

/// What `pdftotext -layout` prints of a PDF.
std::string layout_text(const std::string& pdf) {
    const testing::TemporaryFolder folder;
    const std::string path = folder.path() / "sample.pdf";
    std::ofstream(path, std::ios::binary) << pdf;
    FILE* pipe = ::popen(cat("pdftotext -layout ", path, " - 2>/dev/null").c_str(), "r");
    std::string text;
    std::array<char, 65536> buffer{};
    for (std::size_t got = 0; (got = ::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        text.append(buffer.data(), got);
    ::pclose(pipe);
    return text;
}

TEST(InvoiceSample, SourceIsSplitMix) {
    SampleSource source(1);
    std::vector<std::uint64_t> picks;
    for (int i = 0; i < 6; ++i)
        picks.push_back(source.pick(100));
    EXPECT_EQ(picks, (std::vector<std::uint64_t>{56, 74, 97, 44, 44, 76}));
}

TEST(InvoiceSample, KindAIsAsDefined) {
    const Document document = sample_goods('A', 3, 7);
    EXPECT_EQ(document.number.value, "CS004508467");
    EXPECT_EQ(slash_date(*document.order_date.value), "1/13/2024");
    EXPECT_EQ(document.customer_po.value, "PO9106");
    const Line& first = document.lines.at(0);
    EXPECT_EQ(first.product_code.value, "XS5071A");
    EXPECT_EQ(first.upc.value, "191009328070");
    EXPECT_EQ(first.description.value, "16 oz. Mango Wood Candle Holder, Set of 2");
    EXPECT_EQ(text_of(first.ordered), "24");
    EXPECT_EQ(text_of(first.shipped), "24");
    EXPECT_EQ(first.unit.value, "dozen");
    EXPECT_EQ(comma_money(*first.list_price.value), "1,250.00");
    EXPECT_EQ(comma_money(*first.unit_price.value), "1,000.00");
    EXPECT_EQ(comma_money(*first.extended.value), "24,000.00");
    const Line& third = document.lines.at(2);
    EXPECT_EQ(third.product_code.value, "DL2894A");
    EXPECT_EQ(text_of(third.unit_price), "36");
    EXPECT_EQ(text_of(third.extended), "576");
    EXPECT_EQ(comma_money(*document.total.value), "24,883.20");
}

TEST(InvoiceSample, KindBIsAsDefined) {
    const Document document = sample_goods('B', 3, 7);
    EXPECT_EQ(document.number.value, "CI004508467");
    const Line& first = document.lines.at(0);
    EXPECT_EQ(first.product_code.value, "DF5211");
    EXPECT_EQ(text_of(first.shipped), "39");
    EXPECT_EQ(text_of(first.backordered), "6");
    EXPECT_EQ(comma_money(*first.unit_price.value), "60.00");
    EXPECT_EQ(comma_money(*first.extended.value), "2,340.00");
    ASSERT_EQ(first.surcharges.size(), 1U);
    EXPECT_EQ(comma_money(first.surcharges[0].amount), "351.00");
    EXPECT_EQ(comma_money(*document.subtotal.value), "2,580.00");
    EXPECT_EQ(comma_money(*document.surcharge.value), "387.00");
    EXPECT_EQ(comma_money(*document.freight.value), "32.12");
    EXPECT_EQ(comma_money(*document.total.value), "2,999.12");
}

TEST(InvoiceSample, PagesAsDefined) {
    EXPECT_EQ(make_sample('A', 135, 1, {}).pages.size(), 15U);
    EXPECT_EQ(make_sample('A', 136, 1, {}).pages.size(), 16U);
    EXPECT_EQ(make_sample('B', 50, 1, {}).pages.size(), 3U);
    const std::size_t bytes = sample_pdf(make_sample('A', 135, 1, {}), {}).size();
    EXPECT_GT(bytes, 15'000U);
    EXPECT_LT(bytes, 25'000U);
    EXPECT_EQ(make_sample('A', 1800, 1, {}).pages.size(), 200U);
}

/// The text of each value stands on the pages that poppler reads.
TEST(InvoiceSample, PopplerFindsTheText) {
    for (const std::string kind : {"A", "B", "R", "H", "K", "G"}) {
        const Sample sample = make_sample(kind[0], 45, 3, {});
        const std::string text = layout_text(sample_pdf(sample, {}));
        EXPECT_NE(text.find(*sample.truth.number.value), std::string::npos) << kind;
        for (const Line& line : sample.truth.lines) {
            EXPECT_NE(text.find(*line.product_code.value), std::string::npos) << kind << *line.product_code.value;
            if (line.upc) {
                EXPECT_NE(text.find(*line.upc.value), std::string::npos) << kind << *line.upc.value;
            }
            EXPECT_NE(text.find(*line.description.value), std::string::npos) << kind << *line.description.value;
        }
        const std::size_t feeds = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\f'));
        EXPECT_EQ(feeds, sample.pages.size()) << kind;
        EXPECT_NE(text.find(cat("Page 1 of ", sample.pages.size())), std::string::npos) << kind;
    }
}

TEST(InvoiceSample, DamageOfTheFileKeepsWhatItSays) {
    SampleDamage damage;
    damage.broken_xref = true;
    const Sample sample = make_sample('A', 20, 3, damage);
    const std::string whole = sample_pdf(sample, {}), broken = sample_pdf(sample, damage);
    EXPECT_NE(whole, broken);
    EXPECT_EQ(layout_text(whole), layout_text(broken));
    damage = {};
    damage.truncated = true;
    EXPECT_LT(sample_pdf(sample, damage).size(), whole.size() * 7 / 10);
}

TEST(InvoiceSample, DamageOfValuesIsPartOfTheTruth) {
    SampleDamage damage;
    damage.missing_upc = damage.wrong_check_digit = damage.duplicate_code = true;
    const Sample sample = make_sample('A', 100, 5, damage);
    int missing = 0, wrong = 0;
    std::set<std::string> codes;
    for (const Line& line : sample.truth.lines) {
        codes.insert(*line.product_code.value);
        missing += !line.upc;
        wrong += line.upc && !is_gtin(*line.upc.value);
    }
    EXPECT_GT(missing, 3);
    EXPECT_GT(wrong, 3);
    EXPECT_LT(codes.size(), 98U);
    EXPECT_EQ(sample.truth.total.value, make_sample('A', 100, 5, {}).truth.total.value);
}

TEST(InvoiceSample, WritesTruthAndTemplates) {
    std::map<std::string, std::string> files;
    SampleOptions options;
    options.kind = "G";
    options.count = 3;
    const std::size_t pages = write_sample(
        options, [&](const std::string& name, std::string_view, std::string_view bytes) { files[name] = bytes; });
    EXPECT_EQ(pages, 3U);
    ASSERT_EQ(files.size(), 9U);
    const Json truth = Json::parse(files.at("G-2.json"));
    EXPECT_EQ(truth.at("lines").items().size(), 20U);
    EXPECT_NE(files.at("G-2.yml").find(truth.at("vendor").text()), std::string::npos);
    for (std::uint64_t start = 0; start < 50; ++start)
        EXPECT_TRUE(is_iban(sample_european(1, start).iban)) << start;
}

TEST(InvoiceSample, UnknownDamageIsAMistake) {
    EXPECT_THROW(sample_damage(std::vector<std::string>{"melted"}), Error);
}

TEST(InvoiceCheckDigits, WorkedExamples) {
    EXPECT_EQ(gtin_check_digit("19100912345"), '3');
    EXPECT_TRUE(is_gtin("0191009123453"));
    EXPECT_EQ(gtin_check_digit("978000000001"), '9');
    EXPECT_TRUE(is_isbn("9780000000019"));
    EXPECT_FALSE(is_isbn("9780000000018"));
    EXPECT_FALSE(is_gtin("191009123454"));
    EXPECT_FALSE(is_gtin("19100912345x"));
    EXPECT_TRUE(is_iban("DE89370400440532013000"));
    EXPECT_TRUE(is_iban("GB82WEST12345698765432"));
    EXPECT_FALSE(is_iban("DE88370400440532013000"));
    EXPECT_FALSE(is_iban("DE"));
}

}  // namespace
}  // namespace hone::invoice
