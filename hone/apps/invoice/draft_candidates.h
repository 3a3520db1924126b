#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/draft_labels.h"
#include "hone/apps/invoice/draft_values.h"

namespace hone::invoice {

/// What stands in front of a value, as parts of the text.
struct DraftLead {
    TextSpan label;                  ///< empty: nothing does
    TextSpan note;                   ///< in parentheses behind the label
    TextSpan currency;               ///< in front of an amount
    TextSpan headings;               ///< further headings behind the label, when the value stands below them
    std::size_t columns_before = 0;  ///< words in front of the value in its line, with headings
    bool has_sign = false;           ///< a hyphen in front of the value is its sign, no separator
};

/// A value that a field may have.
struct DraftCandidate {
    DraftField field = DraftField::Date;  ///< Date for every date and Amount for every amount without a label
    TextSpan place;
    DraftLead lead;
    PrintedNumber number;    ///< of amounts
    std::size_t weight = 0;  ///< of the label; 0: there is none, and what stands in front is its context
    bool is_second_choice = false;
    std::string_view currency;       ///< ISO code beside an amount; empty if none is
    std::string check;               ///< "iban ok", "vat shape NL", ...
    std::size_t page = 1, line = 1;  ///< from 1; the line within its page
};

/// What drafting sees in one text. Places are bytes of that text.
struct DraftScan {
    TextSpan issuer;                     ///< first line that is no title, up to a wide gap; empty if there is none
    std::vector<DraftCandidate> found;   ///< by place
    std::vector<std::string> languages;  ///< of the labels with a value, one for each
    std::size_t points = 0, commas = 0;  ///< amounts whose two decimals stand behind "." and ","
    std::size_t day_first = 0, month_first = 0;  ///< dates such as 13/02/2024 and 02/13/2024
    std::vector<std::string> domains;            ///< of web and mail addresses, each once
    std::size_t left_out = 0;                    ///< amounts and dates beyond those kept

    std::uint64_t memory_bytes() const;
};

/// Finds dates, amounts, IBANs (modulo 97), VAT identifiers (by shape), BICs, registration and document numbers in a
/// text, with the labels in front of them, beside them, at the end of the line above, or above them as headings of
/// columns. What one takes no other takes: no amount lies in a date, no VAT identifier in an IBAN. Of amounts without
/// a label the 32 largest are kept, of labels 256 for each field. Linear in the text; pure. Requires: UTF-8.
DraftScan scan_draft(std::string_view text);

}  // namespace hone::invoice
