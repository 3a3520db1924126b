#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/draft_candidates.h"
#include "hone/apps/invoice/template_data.h"
#include "hone/apps/invoice/template_date.h"
#include "hone/apps/invoice/template_extract.h"

namespace hone::invoice {

/// A document that a template is drafted from.
struct DraftDocument {
    std::string file;  ///< as Issues name it
    std::string name;  ///< of the file, without its folder
    std::string text;  ///< layout text, UTF-8
    TemplateReader reader = TemplateReader::Layout;
    DraftScan scan;  ///< of the text

    std::string_view issuer() const { return scan.issuer.of(text); }
};

/// How the documents of one issuer write numbers and days.
struct DraftStyle {
    char decimal = '.';
    DateOrder order = DateOrder::MonthDayYear;
    bool is_order_known = false;
    std::vector<std::string> languages;  ///< that labels and names of months are in
};
/// The style that most of the documents show. The order of days in numbers is `order` if given, else as a day shows
/// that fits in one way only, else that of the language, else month first beside dollars and day first beside other
/// currencies; else month first and not known.
DraftStyle draft_style(std::span<const DraftDocument* const> documents, std::optional<DateOrder> order);

/// The strptime format that a printed date has; nothing for one with "th" or "de" in it.
std::optional<std::string> date_format_of(std::string_view printed, const DraftStyle& style);
/// The day of a printed date, as a template of that style reads it.
std::optional<Moment> printed_moment(std::string_view printed, const DraftStyle& style);
/// True for a day in numbers with / or - that is another one month first than day first.
bool is_doubtful_date(std::string_view printed);

/// What a field of a document is, and why.
struct DraftPick {
    const DraftCandidate* candidate = nullptr;  ///< nullptr: nothing was found
    Data value;
    std::string reason;
    explicit operator bool() const { return candidate != nullptr; }
};
using DraftPicks = std::array<DraftPick, kDraftFields.size()>;

/// The fields of one document: a value behind a label, the longest label first; without one the first valid IBAN, VAT
/// identifier, BIC (beside an IBAN of its country, or with a digit) and the latest date for date_due. The date is
/// always the earliest one that no label calls due (a labelled one, if no words stand in front of that), and the amount
/// the largest one; labels only say which of equal ones.
DraftPicks pick_values(const DraftDocument& document, const DraftStyle& style);

/// The value that a candidate has as its field: amounts as numbers, dates as moments, identifiers without blanks.
Data value_of(const DraftCandidate& candidate, std::string_view text, const DraftStyle& style);

}  // namespace hone::invoice
