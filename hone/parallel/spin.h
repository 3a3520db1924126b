#pragma once
#include <cstdint>
#include <mutex>
#include <thread>

#include "hone/base/clock.h"

namespace hone {

/// Tells the core that this thread only waits for another.
inline void pause_cpu() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
}

/// Waits until `holds`, for `limit_ns` at most. The core is offered to others from time to time: who is awaited may
/// have been put on this one.
template <class Condition>
void spin_until(std::int64_t limit_ns, const Condition& holds) {
    if (limit_ns == 0 || holds()) return;
    const std::int64_t end = real_clock().monotonic_ns() + limit_ns;
    do {
        for (int i = 0; i < 16; ++i) {
            if (holds()) return;
            pause_cpu();
        }
        std::this_thread::yield();
    } while (real_clock().monotonic_ns() < end);
}

/// Locks without sleeping if the lock is free soon: critical sections here are shorter than a system call.
inline std::unique_lock<std::mutex> lock_soon(std::mutex& mutex) {
    std::unique_lock lock(mutex, std::try_to_lock);
    for (int i = 0; i < 100 && !lock.owns_lock(); ++i) {
        pause_cpu();
        if (lock.try_lock()) break;
    }
    if (!lock.owns_lock()) lock.lock();
    return lock;
}

}  // namespace hone
