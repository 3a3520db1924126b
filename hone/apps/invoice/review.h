#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/table/table.h"

namespace hone::invoice {

/// A value, a line or a document that a person should look at.
struct ReviewRow {
    std::string file;
    Place place;             ///< page 0 = nowhere
    std::uint32_t line = 0;  ///< of the document, from 1; 0 = the document
    std::string field;       ///< as the document's JSON names it; "line", "document" or the name of a check otherwise
    std::string raw, value;
    double confidence = 0;
    std::string rule;
    std::string reason;     ///< what failed or is missing, "; " between
    std::string proposed;   ///< what `raw` would be with letters that look like digits taken for digits; mostly empty
    bool is_wrong = false;  ///< a check failed, a form is not met or something is missing: more than little confidence
};

/// Values with less confidence are looked at.
inline constexpr double kReviewBelow = 0.75;

/// The review queue of checked documents: values below kReviewBelow and values that a failed check involves; checks
/// that failed without a value of their own; lines and documents that failed as a whole. Computed ordered quantities
/// count only if a check failed. Documents stay in their order; within one what fails a check or a form, could not be
/// read or is missing comes before what is only little sure (as all that was recognised); then the least sure first,
/// then by page, line and place.
///
/// `proposed` is filled where a value could not be read, its text holds letters that look like digits (O, l, I, S, B),
/// and with digits in their place a check holds: the check digit of a UPC or ISBN, quantity x price = extended of the
/// line, or the sum of the totals; and for recognised codes and numbers that look-alikes keep from the form of their
/// vendor. Nothing is changed.
std::vector<ReviewRow> review_rows(std::span<const Document> documents);

/// `text` with digits for the letters that look like them: O 0, l and I 1, S 5, B 8.
std::string with_digits(std::string_view text);

/// The rows as the table `review`; its last column, `corrected`, is empty: there a person writes what is right
/// (corrections.h).
Table review_table(std::span<const ReviewRow> rows);

}  // namespace hone::invoice
