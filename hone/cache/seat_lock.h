#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "hone/cache/miss_reason.h"
#include "hone/parallel/spin.h"

namespace hone {

inline constexpr std::size_t kSeats = 4;

/// A lock for reading and changing in which readers do not disturb each other: each thread reads from one of kSeats
/// seats with a lock of its own on a cache line of its own, and who changes takes all.
class SeatLock {
public:
    struct alignas(64) Seat {
        std::mutex lock;
        std::uint64_t hits = 0;  // this and the rest: guarded by lock
        std::uint64_t saved_ns = 0;
        std::array<std::uint64_t, kMissReasons> misses = {};
    };
    Seat& seat(std::size_t i) { return seats_[i]; }
    void lock() {
        for (Seat& seat : seats_)
            lock_soon(seat.lock).release();
    }
    void unlock() {
        for (Seat& seat : seats_)
            seat.lock.unlock();
    }

private:
    std::array<Seat, kSeats> seats_;
};

}  // namespace hone
