#include "hone/parallel/pool.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "hone/parallel/learnt_time.h"
#include "hone/parallel/spin.h"

namespace hone {
namespace {

constexpr std::int64_t kSpinNs = 20'000;         // idle workers stay awake so long for the next loop
constexpr std::int64_t kLongestDelay = 200'000;  // a longer one says that the machine was busy, not how it wakes
constexpr std::int64_t kLongestHandOut = 20'000;
constexpr unsigned kPatience = 16;  // blocks that a worker runs while a lower lane waits
constexpr int kNoLane = -1;

/// Whether workers were awake when a job was handed out.
enum class Idle { None, Asleep, Awake };

/// One share(), on the stack of its caller, or one post(). It is in the list of the pool while it wants helpers; who
/// takes it from the list raises `inside` under the lock, so the caller, who takes it off the list and waits for
/// `inside` to fall to zero, never leaves before a helper.
struct Job {
    FunctionRef<bool(Pool::Turn&)> part;
    const void* pool;  // the State that it belongs to
    Job* parent;       // the job in one of whose parts this one was started
    Lane lane;

    bool is_listed = false;                   // guarded by State::mutex
    bool is_closed = false;                   // guarded by State::mutex; the caller has taken it back
    unsigned slots = 0;                       // helpers that may still join; guarded by State::mutex
    Idle idle = Idle::None;                   // guarded by State::mutex; None also after the first helper
    std::int64_t handed_out_ns = 0;           // guarded by State::mutex
    std::atomic<unsigned> surplus = 0;        // helpers that should leave: who lent their place is back; under mutex
    std::function<bool(Pool::Turn&)> posted;  // what `part` calls in a post()

    alignas(64) std::atomic<bool> is_used_up = false;  // nothing is left to take up
    std::atomic<unsigned> inside = 0;
    std::mutex error_mutex;
    std::exception_ptr error;  // guarded by error_mutex; the first

    void fail_with(std::exception_ptr failure) {
        is_used_up.store(true, std::memory_order_relaxed);
        const std::lock_guard lock(error_mutex);
        if (!error) error = std::move(failure);
    }
};

thread_local Job* current_job = nullptr;  // the innermost one in which this thread takes part
thread_local bool is_blocking = false;    // in a scope of Pool::Blocking

void work_on(Job& job, Pool::Turn& turn) {
    Job* const outer = std::exchange(current_job, &job);
    std::exception_ptr failure;
    try {
        if (job.part(turn)) job.is_used_up.store(true, std::memory_order_relaxed);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) job.fail_with(std::move(failure));
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
    ~State();

    bool start_thread();
    void start_workers();
    void call_spare();
    void work();
    void rest(std::unique_lock<std::mutex>& lock);
    void park_spare(std::unique_lock<std::mutex>& lock);

    Job* pick(unsigned& passed_over);
    Job* pick_nested(const Job& ancestor);
    Job* join(std::size_t place);
    void list(Job& job);
    void unlist(std::size_t place);
    void unlist(Job& job);
    void note_lanes();
    void note_crowd();

    void help(Job& job, Turn& turn);
    void step_out(Job& job);
    void leave(Job& job);
    bool should_leave(const Job& job, unsigned& passed_over) const;
    void hand_out(Job& job, unsigned helpers);
    void note_absence(Job& job);
    void take_back(Job& job);
    bool post(Lane lane, std::function<void()> function);
    Job* begin_blocking(Job& inner);
    void end_blocking(Job* lender);

    /// Workers that may run at once. Requires: mutex is held.
    unsigned allowed() const { return base + std::min(blocked, kMostSpare); }

    const unsigned wanted;
    std::atomic<unsigned> threads;  // what can be had
    const std::int64_t spin_ns;     // no spinning where threads must share cores

    std::mutex mutex;
    std::condition_variable work_came;     // parked workers wait for it
    std::condition_variable spare_wanted;  // parked replacements wait for it
    std::condition_variable job_moved;     // callers who wait for helpers: one left, or a nested job came
    std::vector<Job*> jobs;                // guarded by mutex; those that want helpers, newest last
    std::vector<std::thread> workers;      // guarded by mutex
    unsigned base = 0;                     // guarded by mutex; workers without replacements
    unsigned active = 0;                   // guarded by mutex; workers that are not parked as replacements
    unsigned blocked = 0;                  // guarded by mutex; scopes of Blocking
    unsigned spare = 0;                    // guarded by mutex; parked replacements
    unsigned asleep = 0;                   // guarded by mutex; parked workers
    LearntTime delay_awake{2'000, kLongestDelay};
    LearntTime delay_asleep{30'000, kLongestDelay};
    LearntTime hand_out_awake{500, kLongestHandOut};
    LearntTime hand_out_asleep{5'000, kLongestHandOut};

    // For those who do not hold the mutex; changed under it.
    std::atomic<unsigned> awake = 0;          // workers that spin
    std::atomic<std::size_t> listed = 0;      // jobs.size()
    std::atomic<std::size_t> nested = 0;      // those of jobs that have a parent
    std::atomic<int> highest_lane = kNoLane;  // of jobs
    std::atomic<int> lowest_lane = kNoLane;   // of jobs
    std::atomic<bool> is_crowded = false;     // active > allowed()
    std::atomic<unsigned> waiting = 0;        // callers parked until a job moves
    std::atomic<bool> is_ending = false;
};

Pool::State::~State() {
    {
        const std::lock_guard lock(mutex);
        is_ending.store(true, std::memory_order_relaxed);
    }
    work_came.notify_all();
    spare_wanted.notify_all();
    for (std::thread& worker : workers)
        worker.join();
    for (Job* job : jobs)
        delete job;  // posted and never begun; loops have ended, as their callers have
}

/// Starts a worker, with signals left to the other threads; false if the system has too many threads. Requires: mutex
/// is held.
bool Pool::State::start_thread() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigdelset(&all, SIGPROF);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool is_started = true;
    try {
        workers.emplace_back([this] { work(); });
        ++active;
    } catch (const std::system_error&) {  // threads() tells how many there are
        is_started = false;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return is_started;
}

/// Starts all workers at once. Requires: mutex is held.
void Pool::State::start_workers() {
    if (!workers.empty() || threads.load(std::memory_order_relaxed) <= 1) return;
    workers.reserve(wanted - 1 + kMostSpare);
    while (workers.size() + 1 < wanted && start_thread())
        ++base;
    threads.store(base + 1, std::memory_order_relaxed);
}

/// Gets a replacement for a blocked thread, if there is work and nobody idle. Requires: mutex is held.
void Pool::State::call_spare() {
    const auto has_work = [](const Job* job) { return !job->is_used_up.load(std::memory_order_relaxed); };
    if (std::ranges::none_of(jobs, has_work) || asleep + awake.load(std::memory_order_relaxed) > 0 ||
        active >= allowed())
        return;
    if (spare > 0)
        spare_wanted.notify_one();
    else if (!is_ending.load(std::memory_order_relaxed) && workers.size() < base + kMostSpare)
        start_thread();
}

/// What a worker does: help, else rest.
void Pool::State::work() {
    unsigned passed_over = 0;
    std::unique_lock lock(mutex);
    while (!is_ending.load(std::memory_order_relaxed)) {
        if (active > allowed()) {
            park_spare(lock);
        } else if (Job* job = pick(passed_over)) {
            lock.unlock();
            Turn turn;
            turn.state_ = this;
            turn.job_ = job;
            turn.passed_over_ = &passed_over;
            help(*job, turn);
            lock = lock_soon(mutex);
        } else {
            rest(lock);
        }
    }
}

/// Spins for a while, then parks, until there is work.
void Pool::State::rest(std::unique_lock<std::mutex>& lock) {
    awake.fetch_add(1, std::memory_order_relaxed);
    lock.unlock();
    const auto has_news = [this] {
        return listed.load(std::memory_order_relaxed) > 0 || is_ending.load(std::memory_order_relaxed);
    };
    spin_until(spin_ns, has_news);
    lock = lock_soon(mutex);
    awake.fetch_sub(1, std::memory_order_relaxed);
    if (has_news()) return;
    ++asleep;
    work_came.wait(lock, has_news);
    --asleep;
}

void Pool::State::park_spare(std::unique_lock<std::mutex>& lock) {
    --active;
    ++spare;
    note_crowd();
    spare_wanted.wait(lock, [this] { return active < allowed() || is_ending.load(std::memory_order_relaxed); });
    --spare;
    ++active;
    note_crowd();
}

/// Joins the newest job of the highest lane; after some patience, the oldest one of the lower lanes. Requires: mutex is
/// held.
Job* Pool::State::pick(unsigned& passed_over) {
    for (std::size_t place = jobs.size(); place-- > 0;)
        if (jobs[place]->is_used_up.load(std::memory_order_relaxed)) unlist(place);
    if (jobs.empty()) return nullptr;
    const int highest = highest_lane.load(std::memory_order_relaxed);
    const auto is_high = [highest](const Job* job) { return static_cast<int>(job->lane) == highest; };
    const bool has_lower = lowest_lane.load(std::memory_order_relaxed) < highest;
    if (has_lower && passed_over >= kPatience) {
        passed_over = 0;
        return join(static_cast<std::size_t>(std::ranges::find_if_not(jobs, is_high) - jobs.begin()));
    }
    passed_over = has_lower ? passed_over + 1 : 0;
    std::size_t place = jobs.size() - 1;
    while (!is_high(jobs[place]))
        --place;
    return join(place);
}

/// Joins the newest job that is nested in `ancestor`. Requires: mutex is held.
Job* Pool::State::pick_nested(const Job& ancestor) {
    for (std::size_t place = jobs.size(); place-- > 0;) {
        const Job& job = *jobs[place];
        if (!job.is_used_up.load(std::memory_order_relaxed) && is_nested_in(job, ancestor)) return join(place);
    }
    return nullptr;
}

/// Takes one of the places in a job. Requires: mutex is held.
Job* Pool::State::join(std::size_t place) {
    Job& job = *jobs[place];
    job.inside.fetch_add(1, std::memory_order_relaxed);
    const Idle idle = std::exchange(job.idle, Idle::None);
    if (idle != Idle::None)
        (idle == Idle::Awake ? delay_awake : delay_asleep).take(real_clock().monotonic_ns() - job.handed_out_ns);
    if (--job.slots == 0) unlist(place);
    if (!jobs.empty() && asleep > 0) work_came.notify_one();
    if (blocked > 0) call_spare();
    return &job;
}

/// Requires: mutex is held.
void Pool::State::list(Job& job) {
    if (job.is_listed) return;
    job.is_listed = true;
    jobs.push_back(&job);
    note_lanes();
}

/// Requires: mutex is held.
void Pool::State::unlist(std::size_t place) {
    jobs[place]->is_listed = false;
    jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(place));
    note_lanes();
}

/// Requires: mutex is held.
void Pool::State::unlist(Job& job) {
    if (job.is_listed) unlist(static_cast<std::size_t>(std::ranges::find(jobs, &job) - jobs.begin()));
}

/// Requires: mutex is held.
void Pool::State::note_lanes() {
    int highest = kNoLane;
    int lowest = kNoLane;
    std::size_t with_parent = 0;
    for (const Job* job : jobs) {
        const int lane = static_cast<int>(job->lane);
        highest = std::max(highest, lane);
        lowest = lowest == kNoLane ? lane : std::min(lowest, lane);
        with_parent += job->parent != nullptr ? 1 : 0;
    }
    highest_lane.store(highest, std::memory_order_relaxed);
    lowest_lane.store(lowest, std::memory_order_relaxed);
    nested.store(with_parent, std::memory_order_relaxed);
    listed.store(jobs.size(), std::memory_order_relaxed);
}

/// Requires: mutex is held.
void Pool::State::note_crowd() {
    is_crowded.store(active > allowed(), std::memory_order_relaxed);
}

/// A worker's stay in a job, which may be gone afterwards.
void Pool::State::help(Job& job, Turn& turn) {
    if (job.posted) {
        work_on(job, turn);
        delete &job;
        return;
    }
    work_on(job, turn);
    if (!job.is_used_up.load(std::memory_order_relaxed)) step_out(job);
    leave(job);
}

/// Gives the place in a job back that is not done yet.
void Pool::State::step_out(Job& job) {
    const auto lock = lock_soon(mutex);
    if (job.is_closed) return;
    if (job.surplus.load(std::memory_order_relaxed) > 0) {
        job.surplus.fetch_sub(1, std::memory_order_relaxed);
        return;
    }
    ++job.slots;
    list(job);
    if (asleep > 0) work_came.notify_one();
    if (job.parent != nullptr && waiting.load(std::memory_order_relaxed) > 0) job_moved.notify_all();
}

/// Ends a helper's part in the job, which may be gone from then on.
void Pool::State::leave(Job& job) {
    if (job.inside.fetch_sub(1) != 1 || waiting.load() == 0) return;
    { const auto lock = lock_soon(mutex); }  // whoever saw a helper inside is parked by now
    job_moved.notify_all();
}

bool Pool::State::should_leave(const Job& job, unsigned& passed_over) const {
    if (job.surplus.load(std::memory_order_relaxed) > 0 || is_crowded.load(std::memory_order_relaxed)) return true;
    const int lane = static_cast<int>(job.lane);
    if (highest_lane.load(std::memory_order_relaxed) > lane) return true;
    const int lowest = lowest_lane.load(std::memory_order_relaxed);
    return lowest != kNoLane && lowest < lane && ++passed_over >= kPatience;
}

void Pool::State::hand_out(Job& job, unsigned helpers) {
    const std::int64_t start_ns = real_clock().monotonic_ns();
    unsigned to_wake = 0;
    bool has_waiting = false;
    Idle idle = Idle::None;
    {
        const auto lock = lock_soon(mutex);
        start_workers();
        const unsigned spinning = awake.load(std::memory_order_relaxed);
        if (spinning + asleep > 0) idle = spinning > 0 ? Idle::Awake : Idle::Asleep;
        job.idle = idle;
        job.handed_out_ns = start_ns;
        job.slots = helpers;
        list(job);
        if (blocked > 0) call_spare();
        to_wake = std::min(asleep, helpers - std::min(helpers, spinning));
        has_waiting = job.parent != nullptr && waiting.load(std::memory_order_relaxed) > 0;
    }
    for (; to_wake > 0; --to_wake)
        work_came.notify_one();
    if (has_waiting) job_moved.notify_all();
    if (idle != Idle::None)
        (idle == Idle::Awake ? hand_out_awake : hand_out_asleep).take(real_clock().monotonic_ns() - start_ns);
}

/// Learns from a job that no helper has come to, though some were idle, that they take longer than it did. Requires:
/// mutex is held.
void Pool::State::note_absence(Job& job) {
    if (job.idle == Idle::None) return;
    LearntTime& delay = job.idle == Idle::Awake ? delay_awake : delay_asleep;
    const std::int64_t waited = real_clock().monotonic_ns() - job.handed_out_ns;
    if (waited > delay.ns()) delay.take(2 * waited);
}

/// Takes the job off the list and waits until its helpers have left, helping with jobs nested in it.
void Pool::State::take_back(Job& job) {
    {
        const auto lock = lock_soon(mutex);
        job.is_closed = true;
        unlist(job);
        note_absence(job);
    }
    const auto is_left = [&job] { return job.inside.load() == 0; };
    spin_until(spin_ns, [&] { return is_left() || nested.load(std::memory_order_relaxed) > 0; });
    if (is_left()) return;
    auto lock = lock_soon(mutex);
    while (!is_left()) {
        if (Job* inner = pick_nested(job)) {
            lock.unlock();
            Turn turn;
            turn.job_ = inner;
            work_on(*inner, turn);
            leave(*inner);
            lock = lock_soon(mutex);
            continue;
        }
        waiting.fetch_add(1);
        if (!is_left()) job_moved.wait(lock);
        waiting.fetch_sub(1);
    }
}

bool Pool::State::post(Lane lane, std::function<void()> function) {
    auto runs = [call = std::move(function)](Turn&) noexcept {
        call();
        return true;
    };
    auto job = std::unique_ptr<Job>(new Job{runs, this, nullptr, lane});
    job->posted = std::move(runs);
    job->part = job->posted;
    {
        const auto lock = lock_soon(mutex);
        start_workers();
        if (base == 0) return false;
        job->slots = 1;
        list(*job.release());
        if (blocked > 0) call_spare();
    }
    work_came.notify_one();
    return true;
}

/// Lets a replacement run, in the innermost loop that has work left. Returns that loop.
Job* Pool::State::begin_blocking(Job& inner) {
    const auto lock = lock_soon(mutex);
    ++blocked;
    note_crowd();
    const auto wants_help = [this](const Job& job) {
        return job.pool == this && !job.posted && !job.is_closed && !job.is_used_up.load(std::memory_order_relaxed);
    };
    Job* lender = &inner;
    while (lender != nullptr && !wants_help(*lender))
        lender = lender->parent;
    if (lender != nullptr) {
        ++lender->slots;
        list(*lender);
        if (asleep > 0) work_came.notify_one();
    }
    call_spare();
    return lender;
}

void Pool::State::end_blocking(Job* lender) {
    const auto lock = lock_soon(mutex);
    --blocked;
    note_crowd();
    if (lender == nullptr || lender->is_closed) return;
    if (lender->slots == 0)
        lender->surplus.fetch_add(1, std::memory_order_relaxed);
    else if (--lender->slots == 0)
        unlist(*lender);
}

bool Pool::Turn::is_over() {
    return state_ != nullptr && state_->should_leave(*static_cast<const Job*>(job_), *passed_over_);
}

void Pool::Turn::close() {
    if (job_ != nullptr) static_cast<Job*>(job_)->is_used_up.store(true, std::memory_order_relaxed);
}

Pool::Pool(unsigned threads) : state_(std::make_unique<State>(threads == 0 ? usable_cores() : threads)) {}
Pool::~Pool() = default;

unsigned Pool::threads() const {
    return state_->threads.load(std::memory_order_relaxed);
}

std::int64_t Pool::helper_delay_ns() const {
    const bool has_awake = state_->awake.load(std::memory_order_relaxed) > 0;
    return (has_awake ? state_->delay_awake : state_->delay_asleep).ns();
}

std::int64_t Pool::hand_out_ns() const {
    const bool has_awake = state_->awake.load(std::memory_order_relaxed) > 0;
    return (has_awake ? state_->hand_out_awake : state_->hand_out_asleep).ns();
}

void Pool::share(unsigned helpers, Lane lane, FunctionRef<bool(Turn&)> part) {
    Turn turn;
    helpers = std::min(helpers, threads() - 1);
    if (helpers == 0) {
        part(turn);
        return;
    }
    Job job{part, state_.get(), current_job, current_job != nullptr ? current_job->lane : lane};
    turn.job_ = &job;
    state_->hand_out(job, helpers);
    work_on(job, turn);
    state_->take_back(job);
    if (job.error) std::rethrow_exception(job.error);
}

bool Pool::post(Lane lane, std::function<void()> job) {
    return threads() > 1 && state_->post(lane, std::move(job));
}

Pool::Blocking::Blocking(Pool& pool) : pool_(nullptr) {
    if (is_blocking || current_job == nullptr || current_job->pool != pool.state_.get()) return;
    pool_ = &pool;
    lender_ = pool.state_->begin_blocking(*current_job);
    is_blocking = true;
}

Pool::Blocking::~Blocking() {
    if (pool_ == nullptr) return;
    is_blocking = false;
    pool_->state_->end_blocking(static_cast<Job*>(lender_));
}

}  // namespace hone
