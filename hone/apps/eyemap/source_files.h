#pragma once
#include <optional>
#include <string>
#include <vector>

#include "hone/apps/eyemap/document_reader.h"
#include "hone/apps/eyemap/intake.h"
#include "hone/apps/eyemap/row_layout.h"
#include "hone/apps/eyemap/table_rows.h"

namespace hone::eyemap {

/// What an input is, as its first bytes, or the head of a document, say.
struct SourceFile {
    enum class Form : std::uint8_t { Csv, Answer, Document };
    Form form = Form::Csv;
    RowLayout layout;  ///< unless it is a document
    std::size_t fields = 0;
    DocumentHead head;  ///< of a document
};

/// Looks at an input without reading its rows. Fault::Input, with the path, if it cannot be understood.
SourceFile open_source_file(Run& run, const Input& input, std::optional<TableKind> kind, const ReadRules& rules);
/// Reads the rows of input `index`.
void read_source_file(Run& run, const Input& input, const SourceFile& file, std::uint16_t index, CellUse use,
                      Intake& intake);

}  // namespace hone::eyemap
