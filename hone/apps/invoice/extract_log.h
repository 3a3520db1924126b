#pragma once
#include <vector>

#include "hone/apps/invoice/document_text.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/template_extract.h"
#include "hone/engine/run.h"

namespace hone::invoice {

/// What an item says about its file.
struct FileInHand {
    const Input& input;
    double read_seconds = 0;  ///< that were needed for its text
};

/// Gives all that `item` says the number of its file, from 1.
void number_log(Run& item, std::size_t index);

/// Says how a file went: a record for each document in it, a warning for one that failed; each page at level debug, and
/// as a warning if it failed. Call last: the seconds are those since the item began, and of reading.
void log_documents(const Run& item, const FileInHand& file, const std::vector<LadderResult>& results);
/// The same for what a template found.
void log_extraction(const Run& item, const FileInHand& file, const DocumentText& text,
                    const TemplateExtraction& extraction);

}  // namespace hone::invoice
