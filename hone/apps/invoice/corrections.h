#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/base/issue.h"
#include "hone/table/csv_reader.h"
#include "hone/table/table.h"

namespace hone::invoice {

/// What a field holds.
enum class FieldForm : std::uint8_t { Text, Number, Day };
/// Of a field by its name in documents.json; nothing for a word that is none.
std::optional<FieldForm> field_form(std::string_view field);
/// True for fields of lines: "unit_price".
bool is_line_field(std::string_view field);

/// What a person says a field should be.
struct Correction {
    std::int64_t row = 0;  ///< of the file of corrections, from 1
    std::string file;
    std::uint32_t page = 0, line = 0;  ///< 0: not said; a line counts within the document
    std::string field;
    std::string value;  ///< as field_text() writes it
    FieldForm form = FieldForm::Text;
};

/// A field in one way of writing: decimals without needless zeros, days as 2024-01-31, texts with single blanks;
/// nothing where it is absent.
std::optional<std::string> field_text(const Document& document, std::string_view field);
std::optional<std::string> field_text(const Line& line, std::string_view field);

/// The columns of corrections that a file with these column names has: those of review.csv that are needed, and
/// `corrected`, whatever their case. Fault::Input if one of file, field and corrected is absent.
std::vector<CsvColumn> correction_columns(const std::vector<std::string>& names);
/// The rows whose `corrected` is not empty; columns of documents.csv and lines.csv (date, code, ordered, ...) are
/// fields too. Unknown fields, values that are not of their form, and rows that contradict each other become Issues
/// (invoice.correction-skipped) of `file`.
std::vector<Correction> corrections_of(const Table& table, const std::string& file, std::vector<Issue>& issues);

/// True for the two days of which a document has the one that its kind asks for.
bool is_day_of_document(std::string_view field);

}  // namespace hone::invoice
