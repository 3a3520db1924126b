#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "hone/base/function_ref.h"
#include "hone/parallel/cancel.h"
#include "hone/parallel/cores.h"

namespace hone {

/// Order in which work that waits gets the pool's workers; never changes a result.
enum class Lane : std::uint8_t {
    Background,   ///< nobody waits for it: sweeps, prefetch
    Normal,       ///< runs
    Interactive,  ///< a person waits at a screen
};

/// Worker threads of hone, the only place that starts any. Threads start with the first parallel call and park when
/// idle. A thread that waits for its loop helps with loops nested in it meanwhile, so nested calls use free workers
/// and cannot deadlock. It never takes up an unrelated loop, whose bodies might wait for what this thread holds.
///
/// Free workers serve the highest lane that waits, the newest loop of it first, and leave a loop at its next block when
/// a higher lane waits. Lower lanes are not starved: a worker that has run 16 blocks while a lower lane waited gives
/// that one a block; and the caller of a loop always works on it. A nested loop runs on the lane of the outer one.
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
    void run(std::size_t blocks, unsigned helpers, const Cancel& cancel, FunctionRef<void(std::size_t)> body,
             Lane lane = Lane::Normal);

    /// A thread's stay in a loop of share().
    class Turn;
    /// The general form, for loops that cut their work themselves: calls part(turn) in the caller and, over and over
    /// until one call has returned true ("nothing is left to take up"), in at most `helpers` workers at a time;
    /// returns when all calls have ended. A part returns false only where turn.is_over() told it to leave, which never
    /// happens to the caller's. An exception out of a part counts as true; the first one is thrown.
    void share(unsigned helpers, Lane lane, FunctionRef<bool(Turn&)> part);

    /// Hands a job to the workers and returns at once; false if this pool has none. The job must not throw. Jobs that
    /// no worker has begun are dropped with the pool.
    bool post(Lane lane, std::function<void()> job);

    /// Tells the pool that this thread is about to wait for something that is not the pool's: a file, a process, a
    /// library that takes its time. While such scopes live, replacements run in the place of their threads, one each
    /// and at most kMostSpare together. Counts inside a loop or job of this pool, elsewhere it does nothing; scopes
    /// within one another count once. A lock and perhaps the start of a thread: for waits of 100 us and more.
    class Blocking {
    public:
        explicit Blocking(Pool& pool);
        ~Blocking();
        Blocking(const Blocking&) = delete;
        Blocking& operator=(const Blocking&) = delete;

    private:
        Pool* pool_;              // nullptr: does nothing
        void* lender_ = nullptr;  // the loop that may have one more helper meanwhile
    };
    static constexpr unsigned kMostSpare = 16;

    /// Time from run() until the first helper takes part, as measured so far; less while workers are still awake.
    std::int64_t helper_delay_ns() const;
    /// Time that the caller of a loop spends on handing it out and taking it back, as measured so far.
    std::int64_t hand_out_ns() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

class Pool::Turn {
public:
    /// True if this worker should leave after the piece that it has just run; ask once after each piece.
    bool is_over();
    /// Tells the pool that nothing is left to take up, before the part itself ends: nobody is called any more.
    void close();

private:
    friend class Pool;
    friend struct Pool::State;
    State* state_ = nullptr;           // nullptr: a caller, who stays
    unsigned* passed_over_ = nullptr;  // of the worker
    void* job_ = nullptr;              // nullptr: without helpers
};

}  // namespace hone
