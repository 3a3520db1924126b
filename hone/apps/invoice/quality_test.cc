#include "hone/apps/invoice/quality.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

std::vector<Document> documents_of(std::uint64_t start) {
    std::vector<Document> documents;
    for (const char kind : {'A', 'B', 'R', 'G', 'A'}) {
        documents.push_back(read_document(example_pages(make_sample(kind, 10, start++, {})), vendor_profiles()));
        check_document({}, documents.back());
    }
    documents.emplace_back();
    documents.back().failure_code = "damaged";
    documents.back().status = Status::Failed;
    documents.emplace_back();
    documents.back().method = "template";
    documents.back().profile = "x.yml";
    documents.back().status = Status::Partial;
    documents.back().confidence = 0.5;
    documents.back().checks = {{"total", false, "", 0}};
    return documents;
}

const GroupQuality* group(const QualityReport& report, std::string_view kind, std::string_view name) {
    for (const GroupQuality& one : report.groups)
        if (one.group == kind && one.name == name) return &one;
    return nullptr;
}

TEST(InvoiceQuality, CountsDocumentsAndChecks) {
    const std::vector<Document> documents = documents_of(1);
    const QualityReport report = quality_of(documents);
    const GroupQuality* all = group(report, "all", "");
    ASSERT_NE(all, nullptr);
    EXPECT_EQ(all->documents, 7);
    EXPECT_EQ(all->ok, 5);
    EXPECT_EQ(all->partial, 1);
    EXPECT_EQ(all->failed, 1);
    EXPECT_EQ(all->lines, 50);
    ASSERT_NE(group(report, "vendor", "Creative Co-Op"), nullptr);
    EXPECT_EQ(group(report, "vendor", "Creative Co-Op")->documents, 3);
    ASSERT_NE(group(report, "template", "x.yml"), nullptr);
    EXPECT_EQ(group(report, "template", "x.yml")->confidence, (Decimal{5000}));
    ASSERT_NE(group(report, "profile", "creative-coop"), nullptr);
    EXPECT_EQ(group(report, "profile", "creative-coop")->lines, 30);
    std::int64_t passed = 0, failed = 0;
    for (const CheckQuality& one : report.checks) {
        passed += one.passed;
        failed += one.failed;
    }
    EXPECT_EQ(passed, all->checks_passed);
    EXPECT_EQ(failed, all->checks_failed);
    EXPECT_EQ(failed, 1);
    EXPECT_EQ(quality_table(report).rows(), report.checks.size() + report.groups.size());
}

TEST(InvoiceQuality, DoesNotDependOnTheOrder) {
    Random random(testing::test_seed());
    std::vector<Document> documents = documents_of(random.next() >> 1);
    for (Document& document : documents)
        document.confidence = random.unit();
    const QualityReport report = quality_of(documents);
    for (int round = 0; round < 10; ++round) {
        for (std::size_t i = documents.size(); i > 1; --i)
            std::swap(documents[i - 1], documents[random.below(i)]);
        EXPECT_EQ(quality_table(quality_of(documents)), quality_table(report));
        EXPECT_EQ(quality_text(quality_of(documents)), quality_text(report));
    }
}

TEST(InvoiceQuality, PlainText) {
    Document document;
    document.status = Status::Ok;
    document.confidence = 0.875;
    document.vendor = known<std::string>("V");
    document.method = "generic";
    document.checks = {{"total", true, "", 0}, {"upc", true, "", 1}, {"upc", true, "", 2}, {"upc", false, "", 3}};
    EXPECT_EQ(quality_text(quality_of(std::span(&document, 1))),
              "check  passed  failed     share\n"
              "-----  ------  ------  --------\n"
              "total       1       0  100.00 %\n"
              "upc         2       1   66.67 %\n"
              "\n"
              "group   name     documents  ok  partial  no data  failed  lines  confidence\n"
              "------  -------  ---------  --  -------  -------  ------  -----  ----------\n"
              "all                      1   1        0        0       0      0       0.875\n"
              "vendor  V                1   1        0        0       0      0       0.875\n"
              "method  generic          1   1        0        0       0      0       0.875\n");
    EXPECT_EQ(quality_text(quality_of({})).substr(0, 5), "check");
}

TEST(InvoiceQuality, SharesAreRounded) {
    EXPECT_EQ(*share_of(2, 3), (Decimal{6667}));
    EXPECT_EQ(*share_of(1, 3), (Decimal{3333}));
    EXPECT_EQ(*share_of(1, 8), (Decimal{1250}));
    EXPECT_EQ(*share_of(3, 3), (Decimal{10'000}));
    EXPECT_FALSE(share_of(0, 0));
    EXPECT_EQ(share_decimal(0.7500000000000001), (Decimal{7500}));
}

}  // namespace
}  // namespace hone::invoice
