#pragma once
#include <memory>

#include "hone/base/files.h"

namespace hone {

/// Opens a file to add to, created if it is absent. What append() is given goes to the end in one piece, also when
/// other processes add to the file. Throws Error (NotFound or System, with the path).
std::unique_ptr<OutputFile> open_log_file(const Path& path);

/// The standard error stream of this process; finish() leaves it open for others. Throws Fault::System if it is closed.
std::unique_ptr<OutputFile> standard_error();

}  // namespace hone
