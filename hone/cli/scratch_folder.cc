#include "hone/cli/scratch_folder.h"

#include <unistd.h>

#include "hone/base/text.h"

namespace hone::cli {

ScratchFolder::ScratchFolder(const Path& parent)
    : path_(parent.empty() ? Path() : std::filesystem::absolute(parent) / cat(".hone-", ::getpid())) {}

ScratchFolder::~ScratchFolder() {
    if (path_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace hone::cli
