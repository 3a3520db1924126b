#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hone/base/files.h"

namespace hone {

/// Memory of the whole computer.
struct SystemMemory {
    std::uint64_t total_bytes = 0;      ///< 0 = unknown
    std::uint64_t available_bytes = 0;  ///< what can be had without swapping; 0 = unknown
};

/// What the system call sysinfo says; free memory stands for available memory, which it does not know.
SystemMemory sysinfo_memory();

/// Content of /proc/meminfo: MemTotal and MemAvailable (older kernels: free, buffers and cached). Unknown figures are
/// 0.
SystemMemory parse_meminfo(std::string_view text);

/// A number of a control group's file; nothing if it is "max", no number, or so large that it means no limit (v1 writes
/// 9223372036854771712).
std::optional<std::uint64_t> parse_group_bytes(std::string_view text);

/// A figure of memory.stat ("inactive_file 4096"); nothing if it is absent.
std::optional<std::uint64_t> parse_stat_figure(std::string_view text, std::string_view name);

/// How much memory this process may use, and how much of that is left.
struct MemoryLimits {
    std::uint64_t limit_bytes = 0;    ///< least of installed memory and all limits of control groups; 0 = unknown
    std::string limit_source;         ///< "installed memory", or the file that holds the least limit
    std::uint64_t room_bytes = 0;     ///< least that is left anywhere: below a group's limit, or available
    std::uint64_t room_of_bytes = 0;  ///< the limit that the room belongs to
    std::string room_source;          ///< where the room is least: "MemAvailable", or a group's file
    std::uint64_t used_bytes = 0;     ///< in use at that place, files that can be dropped not counted
    Path pressure_file;  ///< memory.pressure of the innermost group that has one, or of the system, or empty
};

/// Looks at the control groups of this process and those above it, v2 (memory.max, memory.high) and v1
/// (memory.limit_in_bytes), also where both are mounted, and at /proc/meminfo, else `fallback`. A group's pages of
/// files that were not used lately count as free. What cannot be read is passed over; never fails. Opens some ten
/// files.
MemoryLimits look_at_memory(Files& files, const SystemMemory& fallback = sysinfo_memory());

}  // namespace hone
