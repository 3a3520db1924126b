#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hone/base/files.h"
#include "hone/parallel/cancel.h"

namespace hone::cli {

/// What one finished process cost, by the operating system's account.
struct ChildCost {
    int exit_code = 0;
    double wall_seconds = 0;
    double cpu_seconds = 0;  ///< user and system
    std::uint64_t peak_bytes = 0;
};

/// Runs a program with the arguments given; its output goes to `log` (appended). Ends the child if `cancel` is
/// requested. Fault::System if it cannot be started.
ChildCost run_program(const Path& program, const std::vector<std::string>& arguments, const Path& log,
                      const Cancel& cancel);
/// run_program() of this executable.
ChildCost run_self(const std::vector<std::string>& arguments, const Path& log, const Cancel& cancel);

}  // namespace hone::cli
