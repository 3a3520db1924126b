#pragma once
#include "hone/base/files.h"

namespace hone {

/// Cores this process may use: the least of the affinity mask and the cgroup quota (v1 or v2), at least 1.
unsigned usable_cores();

/// CPU quota of this process' control group and the groups above it, in whole cores rounded up; 0 if there is none.
/// Reads /proc/self/cgroup and /sys/fs/cgroup through `files`.
unsigned quota_cores(Files& files);

}  // namespace hone
