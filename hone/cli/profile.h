#pragma once
#include <string>

#include "hone/engine/execution.h"

namespace hone::cli {

/// Where time and bytes of a run went, in plain words: what `--profile` says.
std::string profile_text(const Execution& execution);

}  // namespace hone::cli
