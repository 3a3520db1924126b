#pragma once
#include <string>

namespace hone {

/// Id of this start of the machine (boot_id of random(4)): another after each start; empty if the system gives none.
/// Read once, then free. Thread-safe.
const std::string& boot_id();

}  // namespace hone
