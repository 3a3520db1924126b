#include "hone/apps/invoice/trade_ids.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/unit_code.h"
#include "hone/apps/invoice/xml_text.h"

namespace hone::invoice {
namespace {

TEST(TradeIds, ShapesOfVatIdentifiers) {
    for (const char* id :
         {"ATU12345678",    "BE0123456789", "BE1123456789",  "BG123456789",   "BG1234567890",  "CY12345678X",
          "CZ12345678",     "CZ1234567890", "DE123456789",   "EE123456789",   "EL123456789",   "PT123456789",
          "DK12345678",     "FI12345678",   "HU12345678",    "LU12345678",    "MT12345678",    "SI12345678",
          "ESX1234567X",    "ES12345678Z",  "FRXX123456789", "FR12345678901", "HR12345678901", "IT12345678901",
          "LV12345678901",  "IE1234567A",   "IE1234567AB",   "IE1A23456B",    "LT123456789",   "LT123456789012",
          "NL123456789B01", "PL1234567890", "SK1234567890",  "RO12",          "RO1234567890",  "SE123456789012"})
        EXPECT_EQ(has_vat_shape(id), true) << id;
    for (const char* id : {"ATX12345678",
                           "AT12345678",
                           "BE2123456789",
                           "BE012345678",
                           "CY123456789",
                           "CZ1234567",
                           "CZ12345678901",
                           "DE12345678",
                           "DE1234567890",
                           "DE12345678A",
                           "FR1234567890",
                           "IE12345678",
                           "LT1234567890",
                           "NL123456789A01",
                           "NL123456789B0",
                           "RO1",
                           "RO12345678901",
                           "SE1234567890",
                           "DE",
                           "EL12345678"})
        EXPECT_EQ(has_vat_shape(id), false) << id;
    for (const char* id : {"", "D", "GB123456789", "CHE123456789", "US1", "123456789"})
        EXPECT_EQ(has_vat_shape(id), std::nullopt) << id;
}

TEST(TradeIds, CompactFormAndBic) {
    EXPECT_EQ(compact_id(" be 0123.456-789 "), "BE0123456789");
    EXPECT_TRUE(is_iban(compact_id("DE89 3704 0044 0532 0130 00")));
    EXPECT_FALSE(is_iban(compact_id("DE98 3704 0044 0532 0130 00")));
    for (const char* bic : {"COBADEFF", "COBADEFFXXX", "NWBKGB2L", "DEUTDEDB110"})
        EXPECT_TRUE(is_bic(bic)) << bic;
    for (const char* bic : {"", "COBADEF", "COBADEFFX", "COBADEFFXX", "COBADEFFXXXX", "C0BADEFF", "cobadeff"})
        EXPECT_FALSE(is_bic(bic)) << bic;
}

TEST(TradeIds, UnitCodes) {
    EXPECT_EQ(unit_code("Stk."), "H87");
    EXPECT_EQ(unit_code(" EACH "), "H87");
    EXPECT_EQ(unit_code("kgm"), "KGM");
    EXPECT_EQ(unit_code("pair"), "");
    EXPECT_EQ(unit_code(""), "");
}

TEST(XmlText, Escapes) {
    EXPECT_EQ(xml_text("a < b & \"c\" > d"), "a &lt; b &amp; &quot;c&quot; &gt; d");
    EXPECT_EQ(xml_text("\x01\xFF\xEF\xBF\xBE"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(xml_text("ä€𝄞\t\n"), "ä€𝄞\t\n");
}

}  // namespace
}  // namespace hone::invoice
