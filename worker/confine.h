#pragma once
#include <cstdint>
#include <string>

namespace hone::worker {

/// Limits of one child.
struct ChildLimits {
    std::uint64_t address_bytes = 600ULL << 20U;
    unsigned cpu_seconds = 10;
};

/// Prepares what all children share: the folders that stay readable (fonts, fontconfig, tables of poppler). Returns
/// what the kernel offers, for people: "no_new_privs, rlimits, seccomp, landlock".
std::string prepare_confinement();

/// Gives up for good, in this process, everything but computing, reading fonts, and reading and writing what is open.
/// False if the kernel refused a part that it was expected to have. Call once, in the child, before it looks at the
/// document.
bool confine(const ChildLimits& limits);

/// Confines this process, tries what a hostile document might, and prints one line "what: refused" or "what: POSSIBLE"
/// for each. Returns an exit code: 0 if all was refused.
int probe_confinement();

}  // namespace hone::worker
