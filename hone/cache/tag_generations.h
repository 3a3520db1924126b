#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"

namespace hone {

/// A number per tag that changes with every invalidation, in one small checksummed file per tag, shared by processes.
/// While nothing was ever invalidated the folder does not exist, and asking costs one look at it. Thread-safe.
/// Everything throws Error if the file system refuses.
class TagGenerations {
public:
    TagGenerations(Files& files, Clock& clock, Path folder)
        : files_(files), clock_(clock), folder_(std::move(folder)) {}

    /// The generations of these tags now; 0 for a tag that was never invalidated. A damaged file counts as an
    /// invalidation.
    std::vector<std::uint64_t> of(const std::vector<std::string>& tags);
    /// Gives the tag a generation that it never had, and returns it.
    std::uint64_t advance(std::string_view tag);

private:
    Path path_of(std::string_view tag) const;
    Files& files_;
    Clock& clock_;
    Path folder_;
};

}  // namespace hone
