#pragma once
#include <string>
#include <vector>

#include "hone/engine/engine.h"

namespace hone {

/// One way of running a task and whether it gave the bytes of plain execution.
struct VerifyRow {
    std::string way;  ///< "plain", "2 threads, cold", "warm disk after restart", ...
    bool is_equal = true;
    std::string digest;  ///< of the whole result
    std::string origin;
    double wall_seconds = 0;
    double cpu_seconds = 0;
    std::string difference;  ///< which part differs, or the error; empty if equal
};

/// Where and with what a task is verified.
struct VerifySetting {
    Path scratch;    ///< folder for caches and work files
    Path docworker;  ///< what reads documents; may be empty
    Cancel cancel = {};
};

/// Runs a task plainly and in every optimised way (threads 1, 2, 8; cold, warm memory, warm disk after restart; small
/// pieces; small budget; a cache folder that fails) and compares the bytes of the results. Uses a cache folder of its
/// own below the scratch folder. Throws what plain execution throws.
std::vector<VerifyRow> verify(const App& app, std::string_view task, std::shared_ptr<const void> options,
                              const VerifySetting& setting);

}  // namespace hone
