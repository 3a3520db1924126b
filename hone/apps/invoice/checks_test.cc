#include "hone/apps/invoice/checks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

Document checked(const Sample& sample) {
    Document document = read_document(example_pages(sample), vendor_profiles());
    check_document({.today = Day{2026, 1, 1}}, document);
    return document;
}

std::vector<std::string> failures(const Document& document) {
    std::vector<std::string> names;
    for (const Check& check : document.checks)
        if (!check.passed) names.push_back(check.name);
    return names;
}

bool has_flag(const Line& line, std::string_view flag) {
    return std::find(line.flags.begin(), line.flags.end(), flag) != line.flags.end();
}

TEST(InvoiceChecks, CleanDocumentsPass) {
    for (const char kind : {'A', 'B', 'R', 'H', 'K', 'G'}) {
        const Document document = checked(make_sample(kind, 40, 11, {}));
        EXPECT_EQ(failures(document), std::vector<std::string>()) << kind;
        EXPECT_EQ(document.status, Status::Ok) << kind;
        for (const Line& line : document.lines) {
            EXPECT_EQ(line.flags, std::vector<std::string>()) << kind;
            EXPECT_GE(line.confidence, kind == 'K' ? 0.70 : 0.75) << kind;
        }
    }
}

TEST(InvoiceChecks, ConfidenceFollowsFromChecks) {
    Sample sample = make_sample('A', 5, 11, {});
    Document document = checked(sample);
    EXPECT_DOUBLE_EQ(document.lines[2].extended.confidence, 0.95);
    EXPECT_DOUBLE_EQ(document.lines[2].description.confidence, 0.80);
    EXPECT_DOUBLE_EQ(document.total.confidence, 0.95);
    document = read_document(example_pages(sample), vendor_profiles());
    document.lines[2].extended.value->ten_thousandths += 100'000;
    check_document({}, document);
    EXPECT_EQ(failures(document), (std::vector<std::string>{"extended", "subtotal"}));
    EXPECT_TRUE(has_flag(document.lines[2], "extended-differs"));
    EXPECT_DOUBLE_EQ(document.lines[2].extended.confidence, 0.50);
    EXPECT_DOUBLE_EQ(document.lines[2].confidence, 0.50);
    EXPECT_EQ(document.status, Status::Partial);
}

TEST(InvoiceChecks, FlagsOfLines) {
    SampleDamage damage;
    damage.missing_upc = damage.wrong_check_digit = damage.duplicate_code = true;
    const Sample sample = make_sample('A', 60, 11, damage);
    const Document document = checked(sample);
    ASSERT_EQ(document.lines.size(), 60U);
    EXPECT_EQ(document.status, Status::Ok);
    int upc = 0, none = 0, twice = 0;
    for (const Line& line : document.lines) {
        upc += has_flag(line, "upc-check-digit");
        none += has_flag(line, "no-upc");
        twice += has_flag(line, "duplicate-code");
        EXPECT_EQ(has_flag(line, "no-upc"), !line.upc);
    }
    EXPECT_GT(upc, 0);
    EXPECT_GT(none, 0);
    EXPECT_GT(twice, 0);
}

TEST(InvoiceChecks, DatesAndQuantities) {
    Document document;
    document.lines.resize(1);
    document.lines[0].ordered = known_count(5);
    document.lines[0].allocated = known_count(6);
    document.lines[0].shipped = known_count(4);
    document.lines[0].backordered = known_count(2);
    document.invoice_date = known(Day{2030, 1, 1});
    document.due_date = known(Day{2029, 1, 1});
    check_document({.today = Day{2026, 1, 1}}, document);
    EXPECT_EQ(failures(document),
              (std::vector<std::string>{"cancelled", "allocated", "date", "date", "due", "number"}));
    EXPECT_TRUE(has_flag(document.lines[0], "no-price"));
}

TEST(InvoiceChecks, ALineThatLacksOnlyItsPriceIsTold) {
    Document document = checked(make_sample('B', 4, 11, {}));
    ASSERT_EQ(failures(document), std::vector<std::string>());
    document.checks.clear();
    const auto take = [](Value<Decimal>& price, std::string raw) {
        price = {};
        price.raw = std::move(raw);
    };
    take(document.lines[0].unit_price, "");
    take(document.lines[1].unit_price, "N/A");
    take(document.lines[2].unit_price, "");
    document.lines[2].unit_price.value = Decimal{50'000};
    document.lines[2].unit_price.rule = "computed: extended / quantity";
    check_document({}, document);
    std::vector<std::string> details;
    for (const Check& check : document.checks)
        if (check.name == "price") details.push_back(cat(check.line, ": ", check.detail));
    EXPECT_EQ(details, (std::vector<std::string>{"1: the line has no price", "2: the price reads N/A",
                                                 "3: the line has no price; 5 is computed: extended / quantity"}));
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(has_flag(document.lines[i], "no-price"), i < 3) << i;
    EXPECT_EQ(document.lines[2].unit_price.value, Decimal{50'000}) << "it stays, marked as computed";
    EXPECT_EQ(document.status, Status::Ok);
    // No line has one: none belongs there.
    document = checked(make_sample('B', 4, 11, {}));
    document.checks.clear();
    for (Line& line : document.lines)
        take(line.unit_price, "");
    check_document({}, document);
    EXPECT_EQ(failures(document), std::vector<std::string>());
}

TEST(InvoiceChecks, WhatIsAbsentLowersConfidence) {
    Document document;
    document.number = known<std::string>("12345");
    document.number.confidence = 0.95;
    document.invoice_date = known(Day{2025, 1, 1});
    check_document({}, document);
    EXPECT_EQ(document.status, Status::NoData);
    EXPECT_EQ(document.confidence, 0);
    Document total;
    total.total = known_cents(500);
    check_document({}, total);
    EXPECT_EQ(failures(total), std::vector<std::string>{"number"});
    EXPECT_EQ(total.status, Status::Partial);
    EXPECT_LT(total.confidence, 0.5);
}

TEST(InvoiceChecks, StatusOfNothingAndFailure) {
    Document document;
    check_document({}, document);
    EXPECT_EQ(document.status, Status::NoData);
    document.failure_code = "encrypted";
    check_document({}, document);
    EXPECT_EQ(document.status, Status::Failed);
    document = checked(make_sample('B', 5, 1, {}));
    document.pages[0].failure = "limit";
    check_document({}, document);
    EXPECT_EQ(document.status, Status::Partial);
}

TEST(InvoiceChecks, HugeNumbersAreNoMistakeOfOurs) {
    Document document;
    document.lines.resize(2);
    for (Line& line : document.lines) {
        line.ordered = known(Decimal{900'000'000'000'000'000});
        line.unit_price = line.extended = line.ordered;
    }
    EXPECT_NO_THROW(check_document({}, document));
}

}  // namespace
}  // namespace hone::invoice
