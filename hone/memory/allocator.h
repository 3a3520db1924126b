#pragma once
#include <cstdint>
#include <optional>

namespace hone {

/// What the allocator says about the heap of this process. Memory mapped directly, as large Buffers are, is not in it.
struct AllocatorCounters {
    std::uint64_t used_bytes = 0;  ///< handed out to the program
    std::uint64_t free_bytes = 0;  ///< held by the allocator for later
};

/// The counters of glibc (mallinfo2); nothing when another allocator, or a sanitizer, stands in its place. Leaks are
/// judged by these and never by the resident size, which allocators keep jagged. Less than a microsecond for a small
/// heap, with the locks of the allocator. Thread-safe.
std::optional<AllocatorCounters> allocator_counters();

/// Returns free heap to the system where the allocator can (malloc_trim); true if something was returned. Takes
/// milliseconds on large heaps. Thread-safe.
bool give_back_free_heap();

}  // namespace hone
