#include "hone/apps/invoice/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

TEST(TemplateNumber, WorkedExamplesWithPoint) {
    EXPECT_EQ(parse_number("1,5", "."), 15.0);
    EXPECT_EQ(parse_number("1'234.50", "."), 1234.5);
    EXPECT_EQ(parse_number("1 234", "."), std::nullopt);
    EXPECT_EQ(parse_number("1 234.00", "."), 1234.0);
    EXPECT_EQ(parse_number("1\u00A0234.00", "."), 1234.0);
    EXPECT_EQ(parse_number("1_000", "."), 1000.0);
    EXPECT_EQ(parse_number("12-", "."), std::nullopt);
    EXPECT_EQ(parse_number("1.234.567,0", "."), std::nullopt);
    EXPECT_EQ(parse_number("$12.00", "."), std::nullopt);
}

TEST(TemplateNumber, WorkedExamplesWithComma) {
    EXPECT_EQ(parse_number("1.234,56", ","), 1234.56);
    EXPECT_EQ(parse_number("12.5", ","), 125.0);
    EXPECT_EQ(first_number("ca. 12.123 Stk."), "12.123");
    EXPECT_EQ(parse_number("12.123", ","), 12123.0);
}

TEST(TemplateNumber, PythonFloatSyntax) {
    EXPECT_EQ(python_float_of(" 12 "), 12.0);
    EXPECT_EQ(python_float_of("+1e3"), 1000.0);
    EXPECT_EQ(python_float_of("1e+3"), 1000.0);
    EXPECT_EQ(python_float_of("-.5"), -0.5);
    EXPECT_EQ(python_float_of("5."), 5.0);
    EXPECT_EQ(python_float_of("1e-400"), 0.0);
    EXPECT_TRUE(std::isinf(*python_float_of("1e400")));
    EXPECT_TRUE(std::isinf(*python_float_of("-Infinity")));
    EXPECT_TRUE(std::isnan(*python_float_of("NaN")));
    EXPECT_EQ(python_float_of("\u0661\u0662"), 12.0);  // Arabic-Indic digits
    for (const char* wrong : {"", ".", "1__0", "_1", "1_", "1e", "0x10", "1e5.0", "--1", "1 2", "1_.0", "e5"})
        EXPECT_EQ(python_float_of(wrong), std::nullopt) << wrong;
}

TEST(TemplateNumber, GroupedTextsReadAsTheNumberTheyWereMadeOf) {
    std::mt19937_64 random(testing::test_seed());
    for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
        const std::string whole = std::to_string(random() % 1'000'000'000);
        const std::string cents = std::to_string(random() % 90 + 10);
        const bool has_comma = random() % 2 == 0;
        const std::string separators[] = {has_comma ? "." : ",", "'", " ", "\u202F"};
        const std::string& thousands = separators[random() % 4];
        std::string shown;
        for (std::size_t k = 0; k < whole.size(); ++k) {
            if (k > 0 && (whole.size() - k) % 3 == 0) shown += thousands;
            shown += whole[k];
        }
        shown += (has_comma ? "," : ".") + cents;
        const double expected = std::strtod((whole + "." + cents).c_str(), nullptr);
        ASSERT_EQ(parse_number(shown, has_comma ? "," : "."), expected) << shown;
        ASSERT_EQ(first_number(cat("about ", shown, " EUR")), shown);
    }
}

// The fewest digits that read back, as Python's repr() promises.
std::string plain_digits(double value) {
    char buffer[64];
    for (int precision = 0; precision < 17; ++precision) {
        std::snprintf(buffer, sizeof buffer, "%.*e", precision, value);
        if (std::strtod(buffer, nullptr) == value) break;
    }
    std::string digits;
    for (const char* c = buffer; *c != '\0' && *c != 'e'; ++c)
        if (*c >= '0' && *c <= '9') digits += *c;
    while (digits.size() > 1 && digits.back() == '0')
        digits.pop_back();
    return digits;
}

TEST(TemplateNumber, PrintsAsPythonDoes) {
    EXPECT_EQ(python_float(1939), "1939.0");
    EXPECT_EQ(python_float(0), "0.0");
    EXPECT_EQ(python_float(-0.5), "-0.5");
    EXPECT_EQ(python_float(1e16), "1e+16");
    EXPECT_EQ(python_float(1e15), "1000000000000000.0");
    EXPECT_EQ(python_float(0.0001), "0.0001");
    EXPECT_EQ(python_float(0.00001), "1e-05");
    EXPECT_EQ(python_float(1.5e300), "1.5e+300");
    EXPECT_EQ(python_float(5.199999999999999), "5.199999999999999");
    std::mt19937_64 random(testing::test_seed());
    for (int i = 0; i < 5'000 * testing::test_scale(); ++i) {
        const double value = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 200) - 150);
        const std::string shown = python_float(value);
        ASSERT_EQ(std::strtod(shown.c_str(), nullptr), value) << shown;
        std::string digits;
        for (const char c : shown.substr(0, shown.find('e')))
            if (c >= '0' && c <= '9') digits += c;
        digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
        while (digits.size() > 1 && digits.back() == '0')
            digits.pop_back();
        if (value != 0) {
            ASSERT_EQ(digits, plain_digits(value)) << shown;
        }
    }
}

TEST(TemplateNumber, RoundsTheBinaryValue) {
    EXPECT_EQ(round_to_cents(2.675), 2.67);
    EXPECT_EQ(round_to_cents(19.99 * 7 / 100), 1.4);
    EXPECT_EQ(round_to_cents(0.125), 0.12);
    EXPECT_EQ(round_to_cents(-1.005), -1.0);
    EXPECT_EQ(round_to_cents(1e300), 1e300);
}

TEST(TemplateNumber, FirstNumberTakesItsSign) {
    EXPECT_EQ(first_number("x -12,50 y 3"), "-12,50");
    EXPECT_EQ(first_number("no"), std::nullopt);
    EXPECT_EQ(first_number("1 234.5."), "1 234.5");
    EXPECT_EQ(first_number("7."), "7");
}

}  // namespace
}  // namespace hone::invoice
