#pragma once
#include <cstdint>

namespace hone {

/// Gives the numbers of thread_number(), from 1.
std::uint64_t next_thread_number();

/// Number of the calling thread: 1, 2, 3, ... in the order in which threads first ask; never given again. For picking
/// one of several counters or locks, and for naming threads in a trace. Takes about a nanosecond.
inline std::uint64_t thread_number() {
    static constinit thread_local std::uint64_t number = 0;
    if (number == 0) number = next_thread_number();
    return number;
}

}  // namespace hone
