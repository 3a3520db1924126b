#pragma once
#include <string>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/issue.h"
#include "hone/engine/param.h"
#include "hone/engine/run.h"

namespace hone {

/// What a path that may be a folder stands for.
struct FoundFiles {
    std::vector<std::string> files;  ///< sorted by path; not opened yet
    std::vector<std::pair<LostInput, Error>> lost;
    std::vector<Issue> notes;  ///< `input.skipped`: how many files of a folder were left out, by their endings
};

/// The files that `given`, a path of `param`, stands for: itself, or those below it whose names have one of the
/// endings. Names that start with a dot are left out, silently unless they have such an ending. A folder that is met
/// again by way of links is not entered again. Never throws for what lies on the disk: what cannot be looked at is
/// lost, and so is a folder without such a file.
FoundFiles find_files(Files& files, const Param& param, const std::string& given);

/// True for errors of one file that say nothing about others: absent, unreadable, not of a form to be read.
bool is_of_file(const Error& error);

}  // namespace hone
