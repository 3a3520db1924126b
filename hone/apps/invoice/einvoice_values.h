#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/einvoice_tree.h"
#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// A decimal as XML Schema writes it ("-12.50", "+.5"), rounded half to even to four places; nothing for anything else
/// or from 10^14 on.
struct XmlDecimal {
    Decimal value;
    bool is_rounded = false;
};
std::optional<XmlDecimal> parse_xml_decimal(std::string_view text);

/// Makes values of the model from elements. A value's rule is "xml TERM" ("computed xml TERM" if it was rounded or
/// divided with a rest), its confidence 1 (computed: 0.9), its place nowhere. What stands there but does not have the
/// form of its type is left absent and recorded as the failed check "form".
class TermReader {
public:
    /// Appends to `checks`, which must outlive the reader.
    explicit TermReader(std::vector<Check>& checks) : checks_(checks) {}

    std::uint32_t line = 0;  ///< of the document, from 1, for checks; 0 = the document

    Value<std::string> text(const XmlElement& from, std::string_view path, std::string_view term);
    Value<Decimal> amount(const XmlElement& from, std::string_view path, std::string_view term);
    /// A day as "20240113" in an element DateTimeString of format 102 (or none) below `path`.
    Value<Day> cii_day(const XmlElement& from, std::string_view path, std::string_view term);
    /// A day as "2024-01-13", perhaps with a zone behind it.
    Value<Day> iso_day(const XmlElement& from, std::string_view path, std::string_view term);
    /// An amount for one unit: the element `amount` divided by the element `quantity` (absent = 1).
    Value<Decimal> unit_price(const XmlElement* amount, const XmlElement* quantity, std::string_view term);
    /// A GTIN of 8, 12, 13 or 14 digits; 13 of which the first is 0 lose that. Nothing for codes of other schemes.
    Value<std::string> trade_number(const XmlElement* element, std::string_view term);
    /// An attribute as a value.
    Value<std::string> attribute(const XmlElement& from, std::string_view name, std::string_view term);

private:
    void wrong_form(std::string_view term, std::string_view expected, std::string_view found);
    Value<Day> day(const XmlElement* element, std::string_view digits, std::string_view term);

    std::vector<Check>& checks_;
};

}  // namespace hone::invoice
