#pragma once
#include <string_view>

#include "hone/base/files.h"

namespace hone {

/// Writes a file that a person named: as write_file() does, but to what the name stands for. A link keeps standing and
/// the file behind it is replaced (or made); a device, a pipe, or what /dev/stdout and the like stand for, takes the
/// bytes as they come, after what is there. Works on the machine's files. Throws Fault::System, also for a full device
/// and for a pipe that nobody reads: it waits for no reader to come, and ten seconds for one to go on.
void write_through(const Path& path, std::string_view bytes);

}  // namespace hone
