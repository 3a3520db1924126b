#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "hone/parallel/cancel.h"
#include "hone/parallel/pool.h"

namespace hone {

/// Jobs that nobody waits for, such as sweeps of a cache and prefetch: they run in the order of their coming, one or a
/// few at a time, on the background lane of a pool, whenever no loop of a higher lane wants its workers (and now and
/// then if one always does). On a pool without workers they wait for drain(). Thread-safe. The pool must live longer.
class Background {
public:
    /// Hears of jobs that failed by throwing anything but Fault::Cancelled, on the thread of the job: its name and what
    /// went wrong. Must not throw; what it throws is dropped.
    using Report = std::function<void(std::string_view job, std::string_view error)>;
    struct Options {
        std::size_t most_waiting = 256;  ///< jobs beyond these are refused
        unsigned at_once = 1;            ///< jobs that run at the same time
        Report report;                   ///< may be empty
    };
    Background(Pool& pool, Options options);
    /// Drops the jobs that wait, requests the Cancel of those that run, and waits until they have ended.
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// Takes the job unless too many wait already or this is about to end, which it says by false. The job should look
    /// at its Cancel at least every few milliseconds; Fault::Cancelled out of it counts as cancelled and is
    /// not reported; anything else that it throws, of whatever type, counts as failed.
    bool submit(std::string name, std::function<void(const Cancel&)> job);
    /// Returns when no job waits or runs: those that wait are run by this thread too, from the oldest on. Must not be
    /// called by a job. Throws what `cancel` asks for; the jobs that wait stay.
    void drain(const Cancel& cancel);

    struct Counts {
        std::uint64_t waiting = 0, running = 0;
        std::uint64_t done = 0, failed = 0, refused = 0;  ///< so far, each job in one of them
        std::uint64_t cancelled = 0;                      ///< ended by Fault::Cancelled, or dropped by the end of this
    };
    Counts counts() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with what was handed to the pool
};

}  // namespace hone
