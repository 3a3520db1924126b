#include "hone/memory/allocator.h"

#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#if __GLIBC_PREREQ(2, 33)
#define HONE_HAS_MALLINFO2 1
#endif
#endif

namespace hone {

#if defined(HONE_HAS_MALLINFO2)
namespace {

AllocatorCounters read_counters() {
    const struct mallinfo2 info = ::mallinfo2();
    return {info.uordblks + info.hblkhd, info.fordblks};
}

/// True if the counters follow an allocation: a replaced allocator leaves those of glibc standing.
bool do_counters_move() {
    constexpr std::size_t kProbe = std::size_t{4} << 20;
    const std::uint64_t before = read_counters().used_bytes;
    void* volatile block = std::malloc(kProbe);
    const std::uint64_t after = read_counters().used_bytes;
    std::free(block);
    return after >= before + kProbe / 2;
}

}  // namespace

std::optional<AllocatorCounters> allocator_counters() {
    static const bool are_sound = do_counters_move();
    if (!are_sound) return std::nullopt;
    return read_counters();
}

bool give_back_free_heap() {
    return ::malloc_trim(0) != 0;
}
#else
std::optional<AllocatorCounters> allocator_counters() {
    return std::nullopt;
}

bool give_back_free_heap() {
    return false;
}
#endif

}  // namespace hone
