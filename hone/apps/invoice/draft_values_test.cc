#include "hone/apps/invoice/draft_values.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/check_digits.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

// The number whose first digit comes first in the text, as "raw value".
std::string number_in(std::string_view text, char decimal = ',') {
    const std::optional<PrintedNumber> number = scan_number(text, text.find_first_of("0123456789"));
    if (!number) return "none";
    return cat(number->place.of(text), " ", value_of(text, *number, decimal));
}

TEST(DraftValues, LastSeparatorIsTheDecimalOne) {
    EXPECT_EQ(number_in("1.234,56"), "1.234,56 1234.56");
    EXPECT_EQ(number_in("1,234.56"), "1,234.56 1234.56");
    EXPECT_EQ(number_in("1 234,56"), "1 234,56 1234.56");
    EXPECT_EQ(number_in("1\xC2\xA0"
                        "234\xE2\x80\xAF"
                        "567,89 EUR"),
              "1\xC2\xA0"
              "234\xE2\x80\xAF"
              "567,89 1234567.89");
    EXPECT_EQ(number_in("1'234.50"), "1'234.50 1234.5");
    EXPECT_EQ(number_in("12,34,567.80"), "12,34,567.80 1234567.8");
    EXPECT_EQ(number_in("12"), "12 12");
    EXPECT_EQ(number_in("1.234.567"), "1.234.567 1234567");
    EXPECT_EQ(number_in("1,234", ','), "1,234 1.234");
    EXPECT_EQ(number_in("1,234", '.'), "1,234 1234");
}

TEST(DraftValues, SignsAndCurrenciesOfNumbers) {
    EXPECT_EQ(number_in("-12,50"), "-12,50 -12.5");
    EXPECT_EQ(number_in("\xE2\x88\x92"
                        "12,50"),
              "\xE2\x88\x92"
              "12,50 -12.5");
    EXPECT_EQ(number_in("12,50-"), "12,50- -12.5");
    EXPECT_EQ(number_in("(12,50)"), "(12,50) -12.5");
    EXPECT_EQ(number_in("A-12,50"), "12,50 12.5");
    EXPECT_EQ(number_in("EUR12,50"), "12,50 12.5");
    EXPECT_EQ(number_in("12,50EUR"), "12,50 12.5");
    EXPECT_EQ(number_in("12,50kg"), "none");
    EXPECT_EQ(number_in("20%"), "none");
    EXPECT_EQ(number_in("20 %"), "none");
    EXPECT_EQ(number_in("1.2.3"), "none");
    EXPECT_EQ(number_in("2 150 3"), "2 2");  // a quantity and more
    EXPECT_EQ(currency_at("12 \xE2\x82\xAC", 2)->code, "EUR");
    EXPECT_EQ(currency_before("US$ 12", 4)->code, "USD");
    EXPECT_FALSE(currency_at(" EURO", 0));
}

/// An amount printed with random separators is read as what it is.
TEST(DraftValues, PrintedAmountsAreReadBack) {
    Random random(testing::test_seed());
    const std::string groups[] = {"", ",", ".", "'", " ", "\xC2\xA0"};
    for (int round = 0; round < 3000 * testing::test_scale(); ++round) {
        const auto cents = static_cast<std::int64_t>(random.below(std::uint64_t{1} << random.between(3, 36)));
        const std::string& group = groups[random.below(6)];
        const char decimal = group == "." ? ',' : group == "," ? '.' : random.below(2) == 0 ? '.' : ',';
        std::string whole = cat(cents / 100);
        for (std::size_t at = whole.size(); at > 3; at -= 3)
            whole.insert(at - 3, group);
        const std::string printed = cat(whole, decimal, cents % 100 / 10, cents % 10);
        const std::optional<PrintedNumber> number = scan_number(printed, 0);
        ASSERT_TRUE(number) << printed;
        EXPECT_EQ(number->place, (TextSpan{0, printed.size()})) << printed;
        EXPECT_DOUBLE_EQ(value_of(printed, *number, decimal), static_cast<double>(cents) / 100) << printed;
    }
}

std::string date_in(std::string_view text, std::size_t at = 0) {
    return std::string(text.substr(at, scan_date(text, at) - (scan_date(text, at) == 0 ? 0 : at)));
}

TEST(DraftValues, DatesOfManyForms) {
    for (const char* date : {"31.12.2024", "3.2.24", "2024-01-31", "13/02/2024", "02/13/2024", "3 March 2024",
                             "3. März 2024", "1er mai 2023", "10 mars 2025", "9 décembre 2025", "June 28, 2025",
                             "June 3rd, 2025", "3-Sep-21", "03 Sept. 2021", "12 de marzo de 2024", "2 août 2024"})
        EXPECT_EQ(date_in(cat(date, " x")), date);
    for (const char* none : {"13.13.2024", "1.2.3.2024", "32/01/2024", "12 Stück 2024", "2024", "1.234,56",
                             "10 Lampen 2024", "May be 12, 2024x"})
        EXPECT_EQ(scan_date(none, 0), 0U) << none;
    EXPECT_EQ(scan_date("1.12.11.2024", 2), 0U);  // part of something longer
}

TEST(DraftValues, IdentifiersAreChecked) {
    const auto iban = [](std::string_view text) { return std::string(text.substr(0, scan_iban(text, 0))); };
    EXPECT_EQ(iban("DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX"), "DE89 3704 0044 0532 0130 00");
    EXPECT_EQ(iban("DE89370400440532013000"), "DE89370400440532013000");
    EXPECT_EQ(iban("DE88 3704 0044 0532 0130 00"), "");
    EXPECT_EQ(iban("XX89 3704 0044 0532 0130 00"), "");
    const auto vat = [](std::string_view text) { return std::string(text.substr(0, scan_vat(text, 0))); };
    EXPECT_EQ(vat("NL123456789B01"), "NL123456789B01");
    EXPECT_EQ(vat("BE 0123.456.789 Brussel"), "BE 0123.456.789");
    EXPECT_EQ(vat("ATU12345678"), "ATU12345678");
    EXPECT_EQ(vat("BE 2123.456.789"), "");
    EXPECT_EQ(vat("DE12345678"), "");
    const auto bic = [](std::string_view text) { return std::string(text.substr(0, scan_bic(text, 0))); };
    EXPECT_EQ(bic("COBADEFFXXX"), "COBADEFFXXX");
    EXPECT_EQ(bic("INGBNL2A,"), "INGBNL2A");
    EXPECT_EQ(bic("INVOICES"), "");  // no country "IC"
    EXPECT_EQ(bic("COBADEFFX"), "");
    EXPECT_EQ(scan_registration("123 456 789 00012 Paris", 0), 17U);
    EXPECT_EQ(scan_registration("1234", 0), 0U);
    const auto number = [](std::string_view text) {
        return std::string(text.substr(0, scan_document_number(text, 0)));
    };
    EXPECT_EQ(number("INV-2024/001-A. Thank you"), "INV-2024/001-A");
    EXPECT_EQ(number("7"), "7");
    EXPECT_EQ(number("Date"), "");
    EXPECT_EQ(number("12.03.2024"), "");
    EXPECT_EQ(number("119.00"), "");
}

/// Any IBAN with right check digits is found, however it is grouped; one with another digit is not.
TEST(DraftValues, RandomIbans) {
    Random random(testing::test_seed());
    for (int round = 0; round < 500 * testing::test_scale(); ++round) {
        std::string bban;
        for (int i = 0; i < 18; ++i)
            bban += static_cast<char>('0' + random.below(10));
        const int check = iban_check_digits("DE", bban);
        std::string text = cat("DE", check < 10 ? "0" : "", check, bban);
        std::string wrong = text;
        wrong[10] = static_cast<char>('0' + (wrong[10] - '0' + 1 + static_cast<int>(random.below(9))) % 10);
        if (random.below(2) == 0)
            for (std::size_t at = 20; at > 0; at -= 4)
                text.insert(at, 1, ' ');
        EXPECT_EQ(scan_iban(text + ",", 0), text.size()) << text;
        EXPECT_EQ(scan_iban(wrong, 0), 0U) << wrong;
    }
}

}  // namespace
}  // namespace hone::invoice
