#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

struct ColumnWord {
    std::string_view text;  ///< words of a heading in lower case without punctuation: "qty ord"
    Column column;
};

/// How the rows of a vendor stand on the page.
enum class RowLayout : std::uint8_t {
    Columns,  ///< below headings
    Paired,   ///< lines of descriptions, then one line with code, UPC, price, quantity and total of each
};

struct NumberKind {
    std::string_view shape;  ///< of the number of the document
    std::string_view kind;
};

/// What is known of the documents of a vendor: labels, headings and shapes, never products or single documents.
///
/// Shapes: `A` a capital, `9` a digit, `#` a capital or digit, `~` a letter, digit or one of - / . _, `\x` the letter
/// x, any other letter itself; `?` makes the one before optional, `+` lets it repeat.
struct VendorProfile {
    std::string_view name;
    std::string_view vendor;                 ///< empty: taken from the document
    std::vector<std::string_view> any_text;  ///< in lower case; one of them on the pages detects the vendor
    std::vector<std::string_view> code_shapes;
    std::vector<std::string_view> number_labels, number_shapes, date_labels, po_labels, po_shapes;
    std::vector<NumberKind> kinds;  ///< the first that fits; else `kind`
    std::string_view kind = "invoice";
    std::vector<ColumnWord> columns;  ///< before the general ones
    RowLayout layout = RowLayout::Columns;
    std::vector<std::string_view> surcharge_shapes;
    /// Shapes of codes that, in two rows with a UPC, detect the vendor as well, if a word has the shape of one of its
    /// kinds of numbers.
    std::vector<std::string_view> detecting_shapes;
    bool adds_ordered = false;        ///< ordered = shipped + backordered if it is not printed
    bool computes_price = false;      ///< a unit price that is not printed is extended / quantity
    bool has_discount_lines = false;  ///< "Discount: n% OFF" below a row lowers its list price
};

/// The built-in profiles; the last is the general one.
std::span<const VendorProfile> vendor_profiles();
/// Headings of all vendors and languages.
std::span<const ColumnWord> general_columns();

/// True if the whole text has the shape.
bool has_shape(std::string_view text, std::string_view shape);
bool has_any_shape(std::string_view text, std::span<const std::string_view> shapes);

}  // namespace hone::invoice
