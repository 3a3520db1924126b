#pragma once
#include "hone/table/csv_reader.h"
#include "hone/table/table.h"

namespace hone {

/// A whole CSV file as a Table. Missing cells are missing; bad cells and misshapen rows become Issues with ids
/// "<prefix>.bad-value" and "<prefix>.field-count" and are missing or dropped. More than 1 % misshapen rows:
/// Fault::Input.
Table read_csv(Files& files, const Path& path, std::span<const CsvColumn> wanted, const Exec& exec, Budget& budget,
               IssueList& issues, std::string_view prefix, CsvOptions options = {});

}  // namespace hone
