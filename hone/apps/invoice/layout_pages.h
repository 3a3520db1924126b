#pragma once
#include <string_view>
#include <vector>

#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// Size of a character's place in pages that are made from text, points.
inline constexpr float kTextColumn = 6, kTextRow = 12;

/// Pages of a text in fixed columns; a form feed ends a page. Words stand in a grid of kTextColumn by kTextRow points,
/// so that two blanks part what one blank joins. Bytes that are no UTF-8 become U+FFFD; a byte order mark is dropped;
/// lines end in "\n" alone. The layouts of the pages, one after the other, are that text.
std::vector<DocumentPage> layout_pages(std::string_view text);

}  // namespace hone::invoice
