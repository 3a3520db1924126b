#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/import_svg.h"
#include "hone/base/issue.h"
#include "hone/table/table.h"

namespace hone::eyemap {

/// A map and the name of the file that it came from.
struct ImportedFile {
    std::string label;
    ImportedMap map;
};

/// The tables `columns` (a row for each column in which some map of the type shows more than nothing; empty cells where
/// no map tells) and `universe` (the columns that maps call identified).
struct ImportedTables {
    Table columns;
    Table universe;
};

/// Puts maps of equal type, region and side together. Of two maps with the same numbers the first in order of files is
/// taken: an error `eyemap.import-twice`. Maps that disagree on which columns exist give a warning
/// `eyemap.import-universe`, and the columns of either count.
ImportedTables merge_imported(const std::vector<ImportedFile>& files, IssueList& issues);

}  // namespace hone::eyemap
