#pragma once
#include <span>
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
/// be drawn is said so. Text files and e-invoices have no pages to draw, which is said. Memory: one page.
void annotate(Run& run, const ReadFile& file, const Document& document, const std::string& name,
              const Annotation& wanted);

/// A name for files that are made of a document's file: its own without folder and ending, as UTF-8, without letters
/// that mean something to file systems; above 160 bytes cut, with the beginning of a digest.
std::string artifact_stem(const Path& path);
/// Such a name for each file; where one comes again, with a number.
std::vector<std::string> artifact_names(std::span<const Path> paths);
/// The same for the files of the input `parameter`.
std::vector<std::string> artifact_names(Run& run, std::string_view parameter);

}  // namespace hone::invoice
