#include "hone/cli/scratch_folder.h"

#include <unistd.h>

#include "hone/base/clock.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::cli {
namespace {

constexpr std::string_view kPrefix = ".hone-";

/// Removes the folders of processes that were killed.
void remove_abandoned(const Path& parent) {
    for (const FolderEntry& entry : real_files().list(parent)) {
        if (!entry.is_folder || !entry.name.starts_with(kPrefix)) continue;
        const std::string_view rest = std::string_view(entry.name).substr(kPrefix.size());
        const auto process = parse_int64(rest.substr(0, rest.find('-')));
        std::error_code ignored;
        if (process && *process > 0 && !is_process_alive(*process))
            std::filesystem::remove_all(parent / entry.name, ignored);
    }
}

}  // namespace

ScratchFolder::ScratchFolder(const Path& parent) {
    if (parent.empty()) return;
    path_ = std::filesystem::absolute(parent) / cat(kPrefix, ::getpid(), '-', real_clock().wall_ns());
    remove_abandoned(path_.parent_path());
}

ScratchFolder::~ScratchFolder() {
    if (path_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace hone::cli
