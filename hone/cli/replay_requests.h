#pragma once
#include "hone/cli/command.h"

namespace hone::cli {

/// `hone bench cache REQUESTS --capacity N[,N...]`: replays recorded requests through every cache policy from an empty
/// cache and prints one JSON array of hit ratios. Requires: the first word is the file.
int replay_requests(const Path& requests, const Arguments& arguments);

}  // namespace hone::cli
