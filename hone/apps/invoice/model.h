#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/json.h"

namespace hone::invoice {

/// A decimal number in ten-thousandths: prices and amounts without rounding of their own.
struct Decimal {
    std::int64_t ten_thousandths = 0;
    auto operator<=>(const Decimal&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};
/// Shortest text with at least `least_decimals`: "12.5", "1000.00".
std::string decimal_text(Decimal value, int least_decimals = 0);
/// "1,250.00", "$12.50", "12" with '.' as decimal point and ',' between thousands; nothing for what is no such number.
std::optional<Decimal> parse_money(std::string_view text);

/// A day of the proleptic Gregorian calendar.
struct Day {
    std::int32_t year = 0;
    std::uint8_t month = 0, day = 0;
    auto operator<=>(const Day&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};
std::string iso_text(Day day);  ///< "2024-01-13"

/// Where a value stands on a page, in points from the top left; page 0 = nowhere (computed, or from XML).
struct Place {
    std::uint32_t page = 0;
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

/// A value with where and how it was found. Confidence 0..1 follows from checks (see README), never from constants of
/// a document.
template <class T>
struct Value {
    std::optional<T> value;
    std::string raw;  ///< as it is printed
    Place place;
    std::string rule;  ///< what found it: "label ORDER NO", "column price", "xml BT-1", "template x.yml amount"
    double confidence = 0;

    explicit operator bool() const { return value.has_value(); }
};

struct Surcharge {
    std::string code;
    Decimal amount;
};

/// What is taken off (an allowance) or added (a charge) to a line or a document of an electronic invoice.
struct Adjustment {
    bool is_charge = false;
    Value<Decimal> amount;
    Value<std::string> reason;
    Value<std::string> tax_category;  ///< of a document's; a line's has that of the line
    Value<Decimal> tax_percent;
};

/// A row of the VAT breakdown of an electronic invoice (EN 16931 BG-23).
struct TaxRow {
    Value<Decimal> basis, amount, percent;
    Value<std::string> category;   ///< S, Z, E, AE, K, G, O, L or M
    Value<std::string> exemption;  ///< why no tax is due
};

/// What an electronic invoice says beyond a printed page. The comments give the terms of EN 16931.
struct ElectronicTerms {
    std::string syntax;            ///< "cii", "zugferd1", "ubl" or "order-x"
    std::string guideline;         ///< BT-24
    bool lines_absent = false;     ///< the guideline (minimum, basicwl) has no lines: look for them on the pages
    Value<std::string> type_code;  ///< BT-3
    Value<std::string> seller_vat, seller_country;       ///< BT-31, BT-40
    Value<std::string> seller_id, seller_registration;   ///< BT-29, BT-30
    Value<std::string> seller_tax_number;                ///< BT-32: with the tax office, where there is no BT-31
    Value<std::string> buyer, buyer_vat, buyer_country;  ///< BT-44, BT-48, BT-55
    Value<std::string> payment_means, iban, bic;         ///< BT-81, BT-84, BT-86
    Value<Decimal> line_total, allowances, charges;      ///< BT-106 to BT-108
    Value<Decimal> tax_basis, tax_total, grand_total;    ///< BT-109, BT-110, BT-112
    Value<Decimal> prepaid, rounding, payable;           ///< BT-113 to BT-115
    std::vector<Adjustment> adjustments;                 ///< of the document
    std::vector<TaxRow> tax_rows;
};

/// A line of merchandise.
struct Line {
    Value<std::string> product_code, upc, description, unit;
    Value<Decimal> ordered, allocated, shipped, backordered;
    Value<Decimal> list_price, unit_price, extended, tax_percent;
    std::vector<Surcharge> surcharges;
    Value<std::string> tax_category;      ///< of an electronic invoice, as in TaxRow
    std::vector<Adjustment> adjustments;  ///< of an electronic invoice, part of `extended`
    std::uint32_t page = 0;
    std::uint32_t row = 0;           ///< number on its page, from 1
    std::vector<std::string> flags;  ///< "upc-check-digit", "extended-differs", ...
    double confidence = 0;
};

/// A check of arithmetic or of form.
struct Check {
    std::string name;  ///< "extended", "subtotal", "total", "upc", ...
    bool passed = false;
    std::string detail;      ///< what was expected and found, if it failed
    std::uint32_t line = 0;  ///< of the document, from 1; 0 = the document
};

/// How a page went.
struct PageState {
    std::uint32_t number = 0;
    std::string method;  ///< "text", "embedded_ocr", "ocr", "none"
    std::uint32_t rows = 0;
    std::string failure;
};

enum class Status : std::uint8_t { Ok, Partial, NoData, Failed };
std::string_view status_name(Status status);  ///< "ok", "partial", "no_data", "failed"

/// Which of the four quantities of a line a row for spreadsheets shows.
enum class QuantityPolicy : std::uint8_t {
    Shipped,
    ShippedElseOrdered,  ///< shipped; else ordered if something is on backorder; else what is allocated
    Ordered,
};

/// What was read of one document (of one of several invoices in a file).
struct Document {
    std::string file;  ///< as given
    std::string sha256;
    Value<std::string> vendor, kind;  ///< kind: invoice, credit_note, acknowledgement, order
    Value<std::string> number, customer_po, terms, currency, ship_to, bill_to;
    Value<Day> order_date, invoice_date, due_date, ship_date;
    Value<Decimal> subtotal, surcharge, freight, discount, tax, total;
    std::vector<std::pair<Value<Decimal>, Value<Decimal>>> tax_lines;  ///< rate in per cent, amount
    std::vector<Line> lines;
    std::optional<ElectronicTerms> electronic;  ///< nothing unless read from XML
    std::vector<Check> checks;
    std::vector<PageState> pages;
    std::vector<std::string> ladder;         ///< each step of extraction with its reason
    std::string method;                      ///< "xml", "template", "profile", "generic"
    std::string profile;                     ///< vendor profile or template that won
    std::optional<QuantityPolicy> quantity;  ///< what its profile says of rows for spreadsheets
    Json fields = Json::object();            ///< output of a template, as invoice2data gives it
    Status status = Status::NoData;
    double confidence = 0;
    std::string failure_code, failure;
};

/// Bytes that a document holds, roughly: values and their texts.
std::uint64_t memory_bytes(const Document& document);

}  // namespace hone::invoice
