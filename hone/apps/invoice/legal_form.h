#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// True for a word that ends the name of a company or goes on with its legal form: "GmbH", "B.V.", "Ltd.", "&", "Co."
/// (with a capital: "as" is a word).
bool is_legal_form(std::string_view word);

/// Widest blank before a legal form, in sizes of its font: it may be set apart, and scans stretch blanks.
inline constexpr float kBeforeLegalForm = 3;

/// How many words, from the first on, are one name: those with at most `together` sizes between them, and behind wider
/// blanks (1.5 sizes; 3 before the form itself) also those up to the legal form of the name, with at most two others
/// before it. Requires: words from left
/// to right.
std::size_t name_length(std::span<const WordBox* const> words, float together);

}  // namespace hone::invoice
