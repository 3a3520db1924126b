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

/// A line of merchandise.
struct Line {
    Value<std::string> product_code, upc, description, unit;
    Value<Decimal> ordered, allocated, shipped, backordered;
    Value<Decimal> list_price, unit_price, extended, tax_percent;
    std::vector<Surcharge> surcharges;
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
    std::vector<Check> checks;
    std::vector<PageState> pages;
    std::vector<std::string> ladder;  ///< each step of extraction with its reason
    std::string method;               ///< "xml", "template", "profile", "generic"
    std::string profile;              ///< vendor profile or template that won
    Json fields = Json::object();     ///< output of a template, as invoice2data gives it
    Status status = Status::NoData;
    double confidence = 0;
    std::string failure_code, failure;
};

}  // namespace hone::invoice
