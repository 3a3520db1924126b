#include "hone/apps/invoice/einvoice_terms.h"

#include <gtest/gtest.h>

namespace hone::invoice {
namespace {

Document document_of(const char* fields) {
    Document document;
    document.method = "template";
    document.profile = "acme.yml";
    document.fields = Json::parse(fields);
    return document;
}

TEST(ElectronicTerms, ComeFromTheFieldsOfATemplate) {
    Document document = document_of(
        R"({"vat": "DE 123 456 789", "country_code": "DE", "company_name": "Shop Ltd", "company_vat": "ATU12345678",
            "company_country_code": "AT", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX",
            "payment_unece_code": "58", "partner_coc": "HRB 1", "payment_terms": "30 days"})");
    add_template_terms(document);
    const ElectronicTerms& terms = *document.electronic;
    EXPECT_EQ(terms.seller_vat.value, "DE123456789");
    EXPECT_EQ(terms.seller_vat.raw, "DE 123 456 789");
    EXPECT_EQ(terms.seller_vat.rule, "template acme.yml vat");
    EXPECT_EQ(terms.seller_registration.value, "HRB 1");
    EXPECT_EQ(terms.seller_country.value, "DE");
    EXPECT_EQ(terms.buyer.value, "Shop Ltd");
    EXPECT_EQ(terms.buyer_vat.value, "ATU12345678");
    EXPECT_EQ(terms.buyer_country.value, "AT");
    EXPECT_EQ(terms.iban.value, "DE89370400440532013000");
    EXPECT_EQ(terms.bic.value, "COBADEFFXXX");
    EXPECT_EQ(document.terms.value, "30 days");
}

TEST(ElectronicTerms, AnAccountWithoutAMeansOfPaymentIsLeftOut) {
    Document document = document_of(R"({"iban": "DE89370400440532013000", "bic": "COBADEFFXXX"})");
    add_template_terms(document);
    EXPECT_FALSE(document.electronic->iban);
    EXPECT_FALSE(document.electronic->bic);
}

TEST(ElectronicTerms, ThoseThatAreThereStay) {
    Document document = document_of(R"({"vat": "DE1", "country_code": 7})");
    document.electronic.emplace().seller_vat.value = "DE2";
    add_template_terms(document);
    EXPECT_EQ(document.electronic->seller_vat.value, "DE2");
    EXPECT_FALSE(document.electronic->seller_country) << "no text";
}

TEST(ElectronicTerms, ARefusalTellsWhatGivesThem) {
    EXPECT_EQ(sources_of_terms("BT-5 currency is absent; BT-31 seller VAT identifier is absent"),
              "options: currency, vat, tax_number");
    EXPECT_EQ(sources_of_terms("BT-112 total with VAT is 1.00, the parts give 2.00"), "");
}

}  // namespace
}  // namespace hone::invoice
