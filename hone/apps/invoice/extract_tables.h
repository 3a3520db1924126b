#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/sheet_rows.h"
#include "hone/engine/outputs.h"
#include "hone/table/column.h"

namespace hone::invoice {

/// What is wrong with a document in few words: its failure, else failed checks with their number: "upc x3; total".
std::string issues_text(const Document& document);

/// Gathers documents into the tables `documents`, `lines` and `rows`, one row for each document, line and sheet row.
class ExtractTables {
public:
    explicit ExtractTables(SheetOptions sheet) : sheet_(sheet) {}
    void add(const Document& document);
    /// Adds a word to the issues of a document, by its number from 0.
    void note_issue(std::size_t document, std::string_view word);
    /// Puts the tables into `outputs` and empties this.
    void finish(Outputs& outputs);
    std::uint64_t memory_bytes() const;

    std::size_t documents() const { return file_.size(); }
    std::size_t lines() const { return line_file_.size(); }

private:
    /// Numbers in ten-thousandths, some of which are missing.
    struct Numbers {
        std::vector<std::int64_t> values;
        std::vector<bool> valid;
        void push(const Value<Decimal>& value);
        /// With as few decimals as all values need, but at least `least`.
        Column column(std::string name, int least);
    };
    void add_line(const Document& document, const Line& line, std::size_t number);

    SheetOptions sheet_;
    TextData file_, sha256_, vendor_, kind_, number_, date_, currency_, status_;
    std::vector<std::string> issues_;
    Numbers total_;
    std::vector<std::int64_t> pages_;
    std::vector<double> confidence_;
    TextData line_file_, code_, upc_, description_;
    Numbers ordered_, shipped_, backordered_, unit_price_, extended_;
    std::vector<std::int64_t> line_page_, line_number_;
    std::vector<double> line_confidence_;
    std::vector<TextData> rows_ = std::vector<TextData>(kSheetColumns.size());
};

}  // namespace hone::invoice
