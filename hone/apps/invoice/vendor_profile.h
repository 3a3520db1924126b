#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/template_date.h"

namespace hone::invoice {

/// What a column of a table holds.
enum class Column : std::uint8_t {
    Item,  ///< code, UPC and description, told apart by their shapes
    Code,
    Upc,
    Description,
    Unit,
    Ordered,
    Allocated,
    Shipped,
    Backordered,
    List,
    Price,
    Extended,
    Discount,
    Tax,
    Ignored,  ///< is there, but nothing is read from it
};
/// True for quantities, prices and rates.
bool is_number_column(Column column);
/// The name in rules: "price".
std::string_view column_name(Column column);
/// The name in profiles: "list_price"; nothing for a word that is none.
std::optional<Column> column_of_key(std::string_view key);
std::string_view column_key(Column column);

struct ColumnWord {
    std::string text;  ///< words of a heading in lower case without punctuation: "qty ord"
    Column column;
};

/// A label of a sum below the table.
struct TotalWord {
    std::string text;  ///< in lower case without punctuation
    Value<Decimal> Document::*member;
};

/// How the rows of a vendor stand on the page.
enum class RowLayout : std::uint8_t {
    Columns,  ///< below headings
    Paired,   ///< lines of descriptions, then one line with code, UPC, price, quantity and total of each
};

/// A kind of document of a vendor, told by its number or by the label in front of that.
struct NumberKind {
    std::string kind;
    std::vector<std::string> shapes, labels;
    std::optional<QuantityPolicy> quantity;  ///< of the rows for spreadsheets; nothing: as usual for the kind
};

/// What is known of the documents of a vendor: labels, headings and shapes, never products or single documents.
///
/// Shapes: `A` a capital, `9` a digit, `#` a capital or digit, `~` a letter, digit or one of - / . _, `\x` the letter
/// x, any other letter itself; `?` makes the one before optional, `+` lets it repeat.
struct VendorProfile {
    std::string name;
    std::string file;                   ///< in which it stands; empty of one that is built in
    std::string extends;                ///< the name of the one that it extends, or empty
    std::string vendor;                 ///< empty: taken from the document
    std::vector<std::string> any_text;  ///< in lower case; one of them on the pages detects the vendor
    std::vector<std::string> domains;   ///< "acme.com": likewise, where no letter or digit touches it
    std::vector<std::string> code_shapes;
    std::vector<std::string> number_labels, number_shapes, date_labels, po_labels, po_shapes;
    std::optional<DateOrder> date_order;  ///< of days in numbers; nothing: as the document shows
    std::vector<NumberKind> kinds;        ///< the first that fits; else `kind`
    std::string kind = "invoice";
    std::vector<ColumnWord> columns;  ///< its own, then the general ones
    std::vector<TotalWord> totals;    ///< besides the general ones
    RowLayout layout = RowLayout::Columns;
    std::vector<std::string> surcharge_shapes;
    std::vector<std::string> exclude;  ///< in lower case; rows that begin with one of them are no goods
    /// Shapes of codes that, in `detecting_rows` rows with a UPC, detect the vendor as well, if a word has the shape of
    /// one of its kinds of numbers.
    std::vector<std::string> detecting_shapes;
    std::size_t detecting_rows = 2;
    bool continues_below = true;      ///< text below a row goes on with its description
    bool adds_ordered = false;        ///< ordered = shipped + backordered if it is not printed
    bool computes_price = false;      ///< a unit price that is not printed is extended / quantity
    bool has_discount_lines = false;  ///< "Discount: n% OFF" below a row lowers its list price
};

/// True if the whole text has the shape. Cost: their lengths multiplied. Requires: shape_error() is empty.
bool has_shape(std::string_view text, std::string_view shape);
bool has_any_shape(std::string_view text, std::span<const std::string> shapes);
/// Why a text is no shape; empty if it is one. At most 63 letters, marks not counted.
std::string shape_error(std::string_view shape);

}  // namespace hone::invoice
