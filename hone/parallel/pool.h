#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "hone/base/function_ref.h"
#include "hone/parallel/cancel.h"
#include "hone/parallel/cores.h"

namespace hone {

/// Worker threads of hone, the only place that starts any. Threads start with the first parallel call and park when
/// idle. A thread that waits for its loop helps with loops nested in it meanwhile, so nested calls use free workers
/// and cannot deadlock. It never takes up an unrelated loop, whose bodies might wait for what this thread holds.
/// Thread-safe.
class Pool {
public:
    /// `threads` counts the caller: 1 means no worker is ever started. 0 means usable_cores().
    explicit Pool(unsigned threads = 0);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Threads that can work on one loop; fewer than asked for once the system has refused to start more.
    unsigned threads() const;

    /// Runs body(block) for every block in 0..blocks-1, each once, by the caller and at most `helpers` workers, and
    /// returns when all have ended. Blocks are handed out in order. `cancel` is looked at before each block. If bodies
    /// throw, the error of the lowest block that threw is thrown; blocks above a failed one may be skipped, blocks
    /// below it are run. A request to stop counts as an error of the block before which it was seen.
    void run(std::size_t blocks, unsigned helpers, const Cancel& cancel, FunctionRef<void(std::size_t)> body);

    /// Time from run() until the first helper takes part, as measured so far; less while workers are still awake.
    std::int64_t helper_delay_ns() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
