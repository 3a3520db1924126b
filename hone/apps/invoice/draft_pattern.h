#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/invoice/draft_candidates.h"

namespace hone::invoice {

/// How exactly a pattern says where its value stands: as the label, a separator and the value; the label at the
/// beginning of a word; all on one line; at the beginning of a line or behind a wide gap; with what stands before the
/// label.
enum class LeadForm : std::uint8_t { Usual, WordStart, SameLine, LineStart, WithContext };
inline constexpr std::array kLeadForms = {LeadForm::Usual, LeadForm::WordStart, LeadForm::SameLine, LeadForm::LineStart,
                                          LeadForm::WithContext};

/// Printed words as a pattern: what means something in patterns escaped, `\s+` for blanks.
std::string words_pattern(std::string_view printed);

/// The pattern in front of the group of a value: the label, `\s*[:.#=\-]?\s*`, and the currency if one is printed.
/// Empty where the form says nothing new.
std::string lead_pattern(std::string_view text, const DraftLead& lead, LeadForm form);

/// The group of a value, `(...)`, wide enough for all that were printed. Requires: at least one.
std::string value_pattern(DraftField field, std::span<const std::string> printed);

}  // namespace hone::invoice
