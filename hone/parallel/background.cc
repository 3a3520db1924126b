#include "hone/parallel/background.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::chrono::milliseconds kSlice{2};  // between looks at a Cancel

struct NamedJob {
    std::string name;
    std::function<void(const Cancel&)> run;
};

}  // namespace

/// `tickets` are calls of run_one() that the pool has been asked for and that have not begun. They may outlive the
/// Background, and then find nothing to do.
struct Background::State : std::enable_shared_from_this<State> {
    State(Pool& given, Options chosen) : pool(&given), options(std::move(chosen)) {}

    void ask_for_workers();
    void run_one();
    bool run_next(std::unique_lock<std::mutex>& lock);
    std::uint64_t Counts::*outcome_of(const NamedJob& job) const;
    void report(const NamedJob& job, std::string_view error) const;

    Pool* pool;
    const Options options;
    const Cancel cancel;
    mutable std::mutex mutex;
    std::condition_variable ended;  // a job has ended
    std::deque<NamedJob> waiting;   // guarded by mutex
    Counts counts;                  // guarded by mutex; but for `waiting`
    unsigned tickets = 0;           // guarded by mutex
    bool is_ending = false;         // guarded by mutex
};

/// Requires: mutex is held.
void Background::State::ask_for_workers() {
    while (!is_ending && tickets < waiting.size() && tickets + counts.running < options.at_once) {
        if (!pool->post(Lane::Background, [self = shared_from_this()] { self->run_one(); })) return;
        ++tickets;
    }
}

/// What a worker does with a ticket.
void Background::State::run_one() {
    std::unique_lock lock(mutex);
    --tickets;
    if (is_ending) return;
    run_next(lock);
    ask_for_workers();
}

/// Tells of a job that failed. That is for people to read: an error on the way to them must not undo the count.
void Background::State::report(const NamedJob& job, std::string_view error) const {
    if (!options.report) return;
    try {
        options.report(job.name, error);
    } catch (...) {  // the job is counted as failed all the same
    }
}

/// Runs the job and reports its failure; the count in which it belongs. Nothing comes out.
std::uint64_t Background::Counts::*Background::State::outcome_of(const NamedJob& job) const {
    try {
        job.run(cancel);
        return &Counts::done;
    } catch (const Error& error) {
        if (error.fault() == Fault::Cancelled) return &Counts::cancelled;
        report(job, error.message());
    } catch (const std::exception& error) {
        report(job, error.what());
    } catch (...) {
        report(job, "something was thrown that is no std::exception");
    }
    return &Counts::failed;
}

/// Runs the oldest job without the lock; false if there is none. Requires: `lock` holds the mutex.
bool Background::State::run_next(std::unique_lock<std::mutex>& lock) {
    if (waiting.empty()) return false;
    std::optional<NamedJob> job = std::move(waiting.front());
    waiting.pop_front();
    ++counts.running;
    lock.unlock();
    const auto outcome = outcome_of(*job);
    job.reset();  // what it holds is gone before anybody hears that it has ended
    lock.lock();
    --counts.running;
    ++(counts.*outcome);
    ended.notify_all();
    return true;
}

Background::Background(Pool& pool, Options options) : state_(std::make_shared<State>(pool, std::move(options))) {}

Background::~Background() {
    std::deque<NamedJob> dropped;
    std::unique_lock lock(state_->mutex);
    state_->is_ending = true;
    dropped.swap(state_->waiting);
    state_->counts.cancelled += dropped.size();
    state_->cancel.request();  // after that, lest a job that ends makes room for the next
    state_->ended.wait(lock, [this] { return state_->counts.running == 0; });
}

bool Background::submit(std::string name, std::function<void(const Cancel&)> job) {
    const std::lock_guard lock(state_->mutex);
    if (state_->is_ending || state_->waiting.size() >= state_->options.most_waiting) {
        ++state_->counts.refused;
        return false;
    }
    state_->waiting.push_back({std::move(name), std::move(job)});
    state_->ask_for_workers();
    return true;
}

void Background::drain(const Cancel& cancel) {
    std::unique_lock lock(state_->mutex);
    while (!state_->waiting.empty() || state_->counts.running > 0) {
        cancel.check();
        if (!state_->run_next(lock)) state_->ended.wait_for(lock, kSlice);
    }
}

Background::Counts Background::counts() const {
    const std::lock_guard lock(state_->mutex);
    Counts counts = state_->counts;
    counts.waiting = state_->waiting.size();
    return counts;
}

}  // namespace hone
