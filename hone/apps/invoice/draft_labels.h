#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hone::invoice {

/// A field that drafting looks for, in the order in which labels claim their place.
enum class DraftField : std::uint8_t { Iban, Bic, Vat, PartnerCoc, InvoiceNumber, DateDue, Date, Amount };
inline constexpr std::array kDraftFields = {DraftField::Iban,       DraftField::Bic,           DraftField::Vat,
                                            DraftField::PartnerCoc, DraftField::InvoiceNumber, DraftField::DateDue,
                                            DraftField::Date,       DraftField::Amount};
/// Its name in templates: "iban", "invoice_number", ...
std::string_view draft_field_name(DraftField field);

/// A label in a text.
struct DraftLabel {
    DraftField field = DraftField::Date;
    std::size_t begin = 0, end = 0;  ///< bytes of the text
    std::size_t weight = 0;          ///< length of the phrase: the longer, the surer
    bool is_second_choice = false;   ///< "Order No" for the number: counts where no label of an invoice number does
    std::string_view language;       ///< two letters; empty for what is written so everywhere
};

/// Looks for labels between `begin` and `end`, which hold one line, whatever their case and accents: field by field,
/// the longest first. Each that is found, and whose place no other has claimed, is handed to `takes`, which says
/// whether it has a value; if so it claims its place. Linear in the line.
void find_labels(std::string_view text, std::size_t begin, std::size_t end,
                 const std::function<bool(const DraftLabel&)>& takes);

/// Text in lower case without accents, with typographic apostrophes as ' and blanks of all kinds as ' '; [i] of
/// `places` is where in `text` byte i of it comes from, and one more for the end.
std::string folded_line(std::string_view text, std::vector<std::uint32_t>& places);

}  // namespace hone::invoice
