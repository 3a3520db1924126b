#include "hone/base/thread_number.h"

#include <atomic>

namespace hone {

std::uint64_t next_thread_number() {
    static std::atomic<std::uint64_t> threads_seen = 0;
    return threads_seen.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace hone
