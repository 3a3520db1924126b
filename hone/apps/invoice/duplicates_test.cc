#include "hone/apps/invoice/duplicates.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

Document document_of(const char* file, const char* vendor, const char* number, std::int64_t cents) {
    Document document;
    document.file = file;
    document.vendor = known<std::string>(vendor);
    document.kind = known<std::string>("invoice");
    document.number = known<std::string>(number);
    document.total = known_cents(cents);
    return document;
}

std::string checks_text(const Document& document) {
    std::string out;
    for (const Check& check : document.checks)
        out += cat(check.name, check.passed ? " passed " : " failed ", check.detail, "\n");
    return out;
}

TEST(InvoiceDuplicates, SameVendorNumberAndTotal) {
    std::vector<Document> documents = {
        document_of("b.pdf", "Creative Co-Op", "CI 1", 100), document_of("c.pdf", "CREATIVE CO OP", "#ci1", 100),
        document_of("a.pdf", "Creative Co-Op", "CI1", 101), document_of("d.pdf", "Rifle", "CI1", 100),
        document_of("e.pdf", "Creative Co-Op", "CI1", 100)};
    documents[4].kind = known<std::string>("credit_note");
    const std::vector<Duplicate> found = find_duplicates(documents);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].document, 1U);
    EXPECT_EQ(found[0].first, 0U);
    flag_duplicates(found, documents);
    EXPECT_EQ(checks_text(documents[0]), "duplicate-document failed same vendor, number and total as c.pdf\n");
    EXPECT_EQ(checks_text(documents[1]), "duplicate-document failed same vendor, number and total as b.pdf\n");
    EXPECT_EQ(checks_text(documents[2]), "");
}

TEST(InvoiceDuplicates, TheFirstOneCountsByFileOrAsGiven) {
    const std::vector<Document> documents = {document_of("z.pdf", "V", "1", 100), document_of("a.pdf", "V", "1", 100)};
    EXPECT_EQ(find_duplicates(documents).at(0).document, 0U);
    const std::vector<Duplicate> found = find_duplicates(documents, {}, FirstOne::AsGiven);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].document, 1U);
    EXPECT_EQ(found[0].first, 0U);
}

TEST(InvoiceDuplicates, WhatIsNotKnownIsNotEqual) {
    std::vector<Document> documents(4);
    documents[2] = document_of("a", "V", "1", 100);
    documents[3] = document_of("b", "V", "1", 100);
    documents[2].total = documents[3].total = {};
    EXPECT_TRUE(find_duplicates(documents).empty());
    const std::vector<std::string> texts = {"", "x", "", "x"};
    const std::vector<Duplicate> found = find_duplicates(documents, texts);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].reason, "same text");
}

TEST(InvoiceDuplicates, FingerprintIgnoresCaseAndBlanks) {
    const std::string text = "Invoice 12345\n  Total   $ 1,250.00 thank you\f";
    EXPECT_EQ(text_fingerprint(text), text_fingerprint("INVOICE 12345 total $ 1,250.00\nthank\xC2\xA0you"));
    EXPECT_NE(text_fingerprint(text), text_fingerprint("Invoice 12346 Total $ 1,250.00 thank you"));
    EXPECT_EQ(text_fingerprint("Invoice 1"), "");
    const Sample sample = make_sample('A', 5, 3, {}), other = make_sample('A', 5, 4, {});
    EXPECT_EQ(text_fingerprint(example_pages(sample)), text_fingerprint(example_pages(sample)));
    EXPECT_NE(text_fingerprint(example_pages(sample)), text_fingerprint(example_pages(other)));
}

TEST(InvoiceDuplicates, ManyAreNamedShortly) {
    std::vector<Document> documents;
    for (const char* file : {"a", "b", "c", "d", "e", "f"})
        documents.push_back(document_of(file, "V", "1", 100));
    flag_duplicates(find_duplicates(documents), documents);
    EXPECT_EQ(documents[0].checks.at(0).detail, "same vendor, number and total as b, c, d and 2 more");
    EXPECT_EQ(documents[5].checks.at(0).detail, "same vendor, number and total as a");
}

/// Every document that repeats one by the plain comparison of all pairs is found, and the first file counts, in any
/// order.
TEST(InvoiceDuplicates, AreThoseOfThePlainComparison) {
    Random random(testing::test_seed());
    for (int round = 0; round < 50 * testing::test_scale(); ++round) {
        std::vector<Document> documents;
        for (std::uint64_t i = 0; i < 12; ++i)
            documents.push_back(document_of(cat("f", 10 + i).c_str(), "V", cat(random.below(3)).c_str(),
                                            static_cast<std::int64_t>(random.below(2))));
        std::map<std::string, std::string> expected;
        for (const Document& one : documents)
            for (const Document& other : documents)
                if (other.file < one.file && *other.number.value == *one.number.value &&
                    *other.total.value == *one.total.value) {
                    expected[one.file] = other.file;
                    break;  // files are in order
                }
        for (std::size_t i = documents.size(); i > 1; --i)
            std::swap(documents[i - 1], documents[random.below(i)]);
        std::map<std::string, std::string> found;
        for (const Duplicate& one : find_duplicates(documents))
            found[documents[one.document].file] = documents[one.first].file;
        EXPECT_EQ(found, expected);
    }
}

}  // namespace
}  // namespace hone::invoice
