#pragma once
#include "hone/base/files.h"

namespace hone::cli {

/// A folder of this process below `parent`, made by whoever writes there first, and removed with all it holds at the
/// end of the scope. An empty parent gives an empty path.
class ScratchFolder {
public:
    explicit ScratchFolder(const Path& parent = std::filesystem::temp_directory_path());
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const Path& path() const { return path_; }

private:
    Path path_;
};

}  // namespace hone::cli
