#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "hone/base/json.h"
#include "hone/parallel/cancel.h"
#include "hone/table/table.h"

namespace hone {

/// RFC 4180 with a header and LF line ends. Numbers shortest-exact, missing values empty. Throws when `cancel` asks.
std::string to_csv(const Table& table, const Cancel& cancel = {});
/// Appends a text as one field of CSV, in quotes where RFC 4180 wants them.
void append_csv_text(std::string& out, std::string_view text);
/// One JSON object per row; missing values null; integers in full. `to_json_rows` is an array of them.
std::string to_ndjson(const Table& table, const Cancel& cancel = {});
std::string to_json_rows(const Table& table, int indent = 0, const Cancel& cancel = {});

struct TerminalOptions {
    std::size_t width = 100;     ///< columns of the terminal
    std::size_t most_rows = 40;  ///< more are cut in the middle, with a line that says so
};
/// The table for a person: aligned columns, numbers right, header underlined; columns without room are left out and
/// named. Throws when `cancel` asks.
std::string to_terminal(const Table& table, const TerminalOptions& options, const Cancel& cancel = {});

}  // namespace hone
