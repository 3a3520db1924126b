#include "hone/parallel/pool.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace hone {
namespace {

constexpr std::int64_t kSpinNs = 20'000;         // idle workers stay awake so long for the next loop
constexpr std::int64_t kLongestDelay = 200'000;  // a longer one says that the machine was busy, not how it wakes
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

void pause_cpu() {
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
std::unique_lock<std::mutex> lock_soon(std::mutex& mutex) {
    std::unique_lock lock(mutex, std::try_to_lock);
    for (int i = 0; i < 100 && !lock.owns_lock(); ++i) {
        pause_cpu();
        if (lock.try_lock()) break;
    }
    if (!lock.owns_lock()) lock.lock();
    return lock;
}

/// Whether workers were awake when a job was handed out.
enum class Idle { None, Asleep, Awake };

/// One run(), on the stack of its caller. It is in the list of the pool while it wants helpers; who takes it from the
/// list raises `inside` under the lock, so the caller, who takes it off the list and waits for `inside` to fall to
/// zero, never leaves before a helper.
struct Job {
    std::size_t blocks;
    const Cancel& cancel;
    FunctionRef<void(std::size_t)> body;
    const Job* parent;  // the job in one of whose blocks this one was started

    bool is_listed = false;          // guarded by State::mutex
    unsigned slots = 0;              // helpers that may still join; guarded by State::mutex
    Idle idle = Idle::None;          // guarded by State::mutex; None also after the first helper
    std::int64_t handed_out_ns = 0;  // guarded by State::mutex

    alignas(64) std::atomic<std::size_t> next = 0;
    alignas(64) std::atomic<unsigned> inside = 0;
    std::atomic<std::size_t> lowest_failed = kNone;
    std::mutex error_mutex;
    std::exception_ptr error;  // guarded by error_mutex; that of lowest_failed

    bool is_used_up() const { return next.load(std::memory_order_relaxed) >= blocks; }

    void record_failure(std::size_t block, std::exception_ptr failure) {
        const std::lock_guard lock(error_mutex);
        next.store(blocks, std::memory_order_relaxed);  // lower blocks have been handed out already
        if (block >= lowest_failed.load(std::memory_order_relaxed)) return;
        lowest_failed.store(block, std::memory_order_relaxed);
        error = std::move(failure);
    }
};

thread_local const Job* current_job = nullptr;  // the innermost one whose block this thread runs

/// Runs blocks of the job as long as there are some.
void work_on(Job& job) {
    const Job* const outer = std::exchange(current_job, &job);
    for (;;) {
        const std::size_t block = job.next.fetch_add(1, std::memory_order_relaxed);
        if (block >= job.blocks || block > job.lowest_failed.load(std::memory_order_relaxed)) break;
        std::exception_ptr failure;
        try {
            job.cancel.check();
            job.body(block);
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure) job.record_failure(block, std::move(failure));
    }
    current_job = outer;
}

bool is_nested_in(const Job& job, const Job& ancestor) {
    for (const Job* at = job.parent; at != nullptr; at = at->parent) {
        if (at == &ancestor) return true;
    }
    return false;
}

}  // namespace

struct Pool::State {
    explicit State(unsigned threads_wanted)
        : wanted(threads_wanted), threads(threads_wanted), spin_ns(threads_wanted <= usable_cores() ? kSpinNs : 0) {}

    void start_workers();
    void work();
    Job* pick(const Job* ancestor);
    void unlist(std::size_t place);
    void note_delay(Job& job);
    void leave(Job& job);
    void hand_out(Job& job, unsigned helpers);
    void take_back(Job& job);

    const unsigned wanted;
    std::atomic<unsigned> threads;  // what can be had
    const std::int64_t spin_ns;     // no spinning where threads must share cores

    std::mutex mutex;
    std::condition_variable work_came;                 // parked workers wait for it
    std::condition_variable job_moved;                 // callers who wait for helpers: one left, or a job came
    std::vector<Job*> jobs;                            // guarded by mutex; those that want helpers, newest last
    std::vector<std::thread> workers;                  // guarded by mutex
    unsigned asleep = 0;                               // guarded by mutex; parked workers
    std::atomic<unsigned> awake = 0;                   // workers that spin; changed under mutex
    std::atomic<std::size_t> listed = 0;               // jobs.size() for those who spin; changed under mutex
    std::atomic<unsigned> waiting = 0;                 // callers parked until a job moves; changed under mutex
    std::atomic<bool> is_ending = false;               // changed under mutex
    std::atomic<std::int64_t> delay_awake_ns = 2'000;  // changed under mutex
    std::atomic<std::int64_t> delay_asleep_ns = 30'000;
};

/// Starts all workers at once, with signals left to the other threads. Requires: mutex is held.
void Pool::State::start_workers() {
    if (!workers.empty() || threads.load(std::memory_order_relaxed) <= 1) return;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigdelset(&all, SIGPROF);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    workers.reserve(wanted - 1);
    try {
        while (workers.size() + 1 < wanted)
            workers.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // too many threads in the system: threads() tells how many there are
        threads.store(static_cast<unsigned>(workers.size()) + 1, std::memory_order_relaxed);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// What a worker does: help, else spin for a while, else park.
void Pool::State::work() {
    std::unique_lock lock(mutex);
    while (!is_ending.load(std::memory_order_relaxed)) {
        if (Job* job = pick(nullptr)) {
            lock.unlock();
            work_on(*job);
            leave(*job);
            lock = lock_soon(mutex);
            continue;
        }
        awake.fetch_add(1, std::memory_order_relaxed);
        lock.unlock();
        const auto has_news = [this] {
            return listed.load(std::memory_order_relaxed) > 0 || is_ending.load(std::memory_order_relaxed);
        };
        spin_until(spin_ns, has_news);
        lock = lock_soon(mutex);
        awake.fetch_sub(1, std::memory_order_relaxed);
        if (has_news()) continue;
        ++asleep;
        work_came.wait(lock, has_news);
        --asleep;
    }
}

/// Joins the newest job that wants help (and is nested in `ancestor`, if given). Requires: mutex is held.
Job* Pool::State::pick(const Job* ancestor) {
    for (std::size_t place = jobs.size(); place-- > 0;) {
        Job& job = *jobs[place];
        if (job.is_used_up()) {
            unlist(place);
            continue;
        }
        if (ancestor != nullptr && !is_nested_in(job, *ancestor)) continue;
        job.inside.fetch_add(1, std::memory_order_relaxed);
        note_delay(job);
        if (--job.slots == 0) unlist(place);
        if (!jobs.empty() && asleep > 0) work_came.notify_one();
        return &job;
    }
    return nullptr;
}

/// Requires: mutex is held.
void Pool::State::unlist(std::size_t place) {
    jobs[place]->is_listed = false;
    jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(place));
    listed.store(jobs.size(), std::memory_order_relaxed);
}

/// Learns from the first helper how long helpers take to come. Requires: mutex is held.
void Pool::State::note_delay(Job& job) {
    const Idle idle = std::exchange(job.idle, Idle::None);
    if (idle == Idle::None) return;
    std::atomic<std::int64_t>& delay = idle == Idle::Awake ? delay_awake_ns : delay_asleep_ns;
    const std::int64_t measured = std::min(kLongestDelay, real_clock().monotonic_ns() - job.handed_out_ns);
    const std::int64_t known = delay.load(std::memory_order_relaxed);
    delay.store(known + (measured - known) / 8, std::memory_order_relaxed);
}

/// Ends a helper's part in the job, which may be gone from then on.
void Pool::State::leave(Job& job) {
    if (job.inside.fetch_sub(1) != 1 || waiting.load() == 0) return;
    { const auto lock = lock_soon(mutex); }  // whoever saw a helper inside is parked by now
    job_moved.notify_all();
}

void Pool::State::hand_out(Job& job, unsigned helpers) {
    unsigned to_wake = 0;
    bool has_waiting = false;
    {
        const auto lock = lock_soon(mutex);
        start_workers();
        const unsigned spinning = awake.load(std::memory_order_relaxed);
        if (spinning + asleep > 0) job.idle = spinning > 0 ? Idle::Awake : Idle::Asleep;
        if (job.idle != Idle::None) job.handed_out_ns = real_clock().monotonic_ns();
        job.slots = helpers;
        job.is_listed = true;
        jobs.push_back(&job);
        listed.store(jobs.size(), std::memory_order_relaxed);
        to_wake = std::min(asleep, helpers - std::min(helpers, spinning));
        has_waiting = waiting.load(std::memory_order_relaxed) > 0;
    }
    for (; to_wake > 0; --to_wake)
        work_came.notify_one();
    if (has_waiting) job_moved.notify_all();
}

/// Takes the job off the list and waits until its helpers have left, helping with jobs nested in it.
void Pool::State::take_back(Job& job) {
    {
        const auto lock = lock_soon(mutex);
        if (job.is_listed) unlist(static_cast<std::size_t>(std::find(jobs.begin(), jobs.end(), &job) - jobs.begin()));
    }
    const auto is_left = [&job] { return job.inside.load() == 0; };
    spin_until(spin_ns, [&] { return is_left() || listed.load(std::memory_order_relaxed) > 0; });
    if (is_left()) return;
    auto lock = lock_soon(mutex);
    while (!is_left()) {
        if (Job* nested = pick(&job)) {
            lock.unlock();
            work_on(*nested);
            leave(*nested);
            lock = lock_soon(mutex);
            continue;
        }
        waiting.fetch_add(1);
        if (!is_left()) job_moved.wait(lock);
        waiting.fetch_sub(1);
    }
}

Pool::Pool(unsigned threads) : state_(std::make_unique<State>(threads == 0 ? usable_cores() : threads)) {}

Pool::~Pool() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_ending.store(true, std::memory_order_relaxed);
    }
    state_->work_came.notify_all();
    for (std::thread& worker : state_->workers)
        worker.join();
}

unsigned Pool::threads() const {
    return state_->threads.load(std::memory_order_relaxed);
}

std::int64_t Pool::helper_delay_ns() const {
    const bool has_awake = state_->awake.load(std::memory_order_relaxed) > 0;
    return (has_awake ? state_->delay_awake_ns : state_->delay_asleep_ns).load(std::memory_order_relaxed);
}

void Pool::run(std::size_t blocks, unsigned helpers, const Cancel& cancel, FunctionRef<void(std::size_t)> body) {
    helpers = std::min(helpers, threads() - 1);
    if (helpers == 0 || blocks <= 1) {
        for (std::size_t block = 0; block < blocks; ++block) {
            cancel.check();
            body(block);
        }
        return;
    }
    Job job{blocks, cancel, body, current_job};
    state_->hand_out(job, static_cast<unsigned>(std::min<std::size_t>(helpers, blocks - 1)));
    work_on(job);
    state_->take_back(job);
    if (job.error) std::rethrow_exception(job.error);
}

}  // namespace hone
