#include "hone/cache/single_flight.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "hone/base/error.h"
#include "hone/cache/disk_shelf.h"
#include "hone/cache/fallback_marks.h"
#include "hone/cache/lock_file.h"

namespace hone {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kSlice{5};         // between looks at a Cancel
constexpr milliseconds kLongestPoll{20};  // between looks at the lock of another process

enum class Outcome { Flying, Landed, Failed, Abandoned };

/// One computation and those who wait for it. The members are guarded by the mutex of the SingleFlight.
struct Flight {
    Outcome outcome = Outcome::Flying;
    CachedValue value;
    std::optional<Error> error;
    std::condition_variable ended;
};

void sleep_for(milliseconds time, const Cancel& cancel) {
    for (milliseconds slept{0}; slept < time; slept += kSlice) {
        cancel.check();
        std::this_thread::sleep_for(std::min(kSlice, time - slept));
    }
    cancel.check();
}

}  // namespace

std::uint64_t Lease::number() const {
    const std::lock_guard lock(mutex_);
    return lock_ == nullptr ? 0 : lock_->number();
}

bool Lease::extend() {
    const std::lock_guard lock(mutex_);
    if (lock_ == nullptr || lock_->number() == 0) return true;
    try {
        return lock_->extend();
    } catch (const Error& error) {
        if (error.fault() == Fault::Bug) throw;
        return true;  // the lock lasts until its deadline; the next call tries again
    }
}

struct SingleFlight::State {
    using Look = std::function<std::optional<CachedValue>()>;
    using Compute = std::function<CachedValue(Lease&)>;

    explicit State(Options options)
        : files(options.files != nullptr ? *options.files : real_files()),
          clock(options.clock != nullptr ? *options.clock : real_clock()),
          folder(std::move(options.folder)),
          marks(options.trace, "single flight") {}

    class Landing;

    /// The flight of a key, and whether the caller is the one to compute.
    std::pair<std::shared_ptr<Flight>, bool> join(const Digest& key);
    CachedValue fly(const Key& key, Flight& flight, const Cancel& cancel, const Look& look, const Compute& compute);
    std::optional<CachedValue> wait(Flight& flight, const Cancel& cancel);
    std::optional<CachedValue> wait_for_others(LockFile& lock, const Cancel& cancel, const Look& look);
    void sweep();

    Files& files;
    Clock& clock;
    const Path folder;
    FallbackMarks marks;
    std::once_flag swept;
    std::mutex mutex;
    std::unordered_map<Digest, std::shared_ptr<Flight>, DigestHash> flights;  // guarded by mutex
};

/// Ends a flight when its computer leaves, by whatever way.
class SingleFlight::State::Landing {
public:
    Landing(State& state, const Digest& key, Flight& flight) : state_(state), key_(key), flight_(flight) {}
    ~Landing() { end(Outcome::Abandoned); }
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;

    void succeed(const CachedValue& value) { end(Outcome::Landed, &value); }
    void fail_with(const Error& error) { end(Outcome::Failed, nullptr, &error); }

private:
    void end(Outcome outcome, const CachedValue* value = nullptr, const Error* error = nullptr) {
        const std::lock_guard lock(state_.mutex);
        if (flight_.outcome != Outcome::Flying) return;
        if (value != nullptr) flight_.value = *value;
        if (error != nullptr) flight_.error = *error;
        flight_.outcome = outcome;
        state_.flights.erase(key_);
        flight_.ended.notify_all();
    }
    State& state_;
    const Digest& key_;
    Flight& flight_;
};

std::pair<std::shared_ptr<Flight>, bool> SingleFlight::State::join(const Digest& key) {
    const std::lock_guard lock(mutex);
    std::shared_ptr<Flight>& flight = flights[key];
    const bool is_first = flight == nullptr;
    if (is_first) flight = std::make_shared<Flight>();
    return {flight, is_first};
}

/// Removes what processes left that were killed while they took over a lock.
void SingleFlight::State::sweep() {
    try {
        sweep_leftovers(files, clock, folder);
    } catch (const Error& error) {
        marks.failed("sweep", error);
    }
}

/// Waits until we hold the lock (nothing) or `look` finds the value, which the one who held the lock before us may have
/// stored. Locks that cannot be had are done without.
std::optional<CachedValue> SingleFlight::State::wait_for_others(LockFile& lock, const Cancel& cancel,
                                                                const Look& look) {
    const auto is_ours = [&] {
        try {
            return lock.try_acquire();
        } catch (const Error& error) {
            marks.failed("lock", error);
            return true;
        }
    };
    if (is_ours()) return std::nullopt;
    for (milliseconds pause{1};; pause = std::min(2 * pause, kLongestPoll)) {
        sleep_for(pause, cancel);
        const bool is_last = is_ours();
        auto value = look();
        if (value || is_last) return value;
    }
}

CachedValue SingleFlight::State::fly(const Key& key, Flight& flight, const Cancel& cancel, const Look& look,
                                     const Compute& compute) {
    Landing landing(*this, key.digest, flight);
    try {
        LockFile lock(files, clock, folder / (key.digest.hex() + ".lock"));
        std::optional<CachedValue> value;
        if (!folder.empty()) std::call_once(swept, [this] { sweep(); });
        if (!folder.empty()) value = wait_for_others(lock, cancel, look);
        // Another flight may have landed since the caller looked.
        if (!value) value = look();
        Lease lease(folder.empty() ? nullptr : &lock);
        if (!value) value = compute(lease);
        landing.succeed(*value);
        return *std::move(value);
    } catch (const Error& error) {
        // What ended because this caller gave up says nothing to the others.
        if (error.fault() != Fault::Cancelled && !cancel.requested()) landing.fail_with(error);
        throw;
    }
}

/// The value, or nothing if the computer gave up.
std::optional<CachedValue> SingleFlight::State::wait(Flight& flight, const Cancel& cancel) {
    std::unique_lock lock(mutex);
    while (flight.outcome == Outcome::Flying) {
        flight.ended.wait_for(lock, kSlice);
        if (cancel.requested()) cancel.check();
    }
    if (flight.outcome == Outcome::Failed) throw Error(*flight.error);
    if (flight.outcome == Outcome::Abandoned) return std::nullopt;
    return flight.value;
}

SingleFlight::SingleFlight(Options options) : state_(std::make_unique<State>(std::move(options))) {}
SingleFlight::~SingleFlight() = default;

CachedValue SingleFlight::run(const Key& key, const Cancel& cancel,
                              const std::function<std::optional<CachedValue>()>& look,
                              const std::function<CachedValue()>& compute) {
    return run(key, cancel, look, [&compute](Lease&) { return compute(); });
}

CachedValue SingleFlight::run(const Key& key, const Cancel& cancel,
                              const std::function<std::optional<CachedValue>()>& look,
                              const std::function<CachedValue(Lease&)>& compute) {
    while (true) {
        cancel.check();
        const auto [flight, is_first] = state_->join(key.digest);
        if (is_first) return state_->fly(key, *flight, cancel, look, compute);
        if (auto value = state_->wait(*flight, cancel)) return *std::move(value);
    }
}

}  // namespace hone
