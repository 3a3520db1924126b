#pragma once
#include <span>
#include <vector>

#include "hone/apps/invoice/table_model.h"

namespace hone::invoice {

/// The headings of words that stand together where some have no blank between them ("QtyPrice", "QuantitéPrix
/// unitaire"): text from a heading of `known` to the end of another, each with its share of the box by letters; words
/// that hold no heading are left out. Nothing if no word parts into whole headings. The longest heading of
/// `known` wins, then the first. Words with a sign between letters ("Price/Unit") say one thing and are not parted.
std::vector<Heading> glued_headings(std::span<const WordBox* const> words, std::span<const ColumnWord> known);

}  // namespace hone::invoice
