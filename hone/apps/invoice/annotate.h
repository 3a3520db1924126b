#pragma once
#include <string>
#include <vector>

#include "hone/apps/invoice/document_text.h"
#include "hone/apps/invoice/model.h"
#include "hone/engine/run.h"

namespace hone::invoice {

/// Which pictures of pages are made.
struct Annotation {
    bool has_html = false;  ///< pages/NAME.html: one page for each document
    bool has_png = false;   ///< pages/NAME-PAGE.png
    bool is_wanted() const { return has_html || has_png; }
};

/// A file that was read.
struct ReadFile {
    const Input& input;
    const DocumentText& text;
    const std::string& password;
};

/// Writes the pages of a document as pictures with a box around each value, as artifacts of `run`. A page that cannot
/// be drawn is said so. Text files and e-invoices have no pages to draw. Memory: one page.
void annotate(Run& run, const ReadFile& file, const Document& document, const std::string& name,
              const Annotation& wanted);

/// A file name for each file of the input `parameter`: that of the file without folder and ending; where it comes
/// again, with a number.
std::vector<std::string> artifact_names(Run& run, std::string_view parameter);

}  // namespace hone::invoice
