// Pool::run(): blocks with numbers, over Pool::share().
#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <utility>

#include "hone/parallel/pool.h"

namespace hone {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Hands out blocks in order and keeps the error of the lowest one that failed.
class Blocks {
public:
    Blocks(std::size_t count, const Cancel& cancel, FunctionRef<void(std::size_t)> body)
        : count_(count), cancel_(cancel), body_(body) {}

    /// Runs blocks until none is left or the turn is over.
    bool work(Pool::Turn& turn) {
        do {
            const std::size_t block = next_.fetch_add(1, std::memory_order_relaxed);
            if (block >= count_ || block > lowest_failed_.load(std::memory_order_relaxed)) return true;
            if (block + 1 == count_) turn.close();
            run(block);
        } while (!turn.is_over());
        return false;
    }

    void rethrow() const {
        if (error_) std::rethrow_exception(error_);
    }

private:
    void run(std::size_t block) {
        std::exception_ptr failure;
        try {
            cancel_.check();
            body_(block);
            return;
        } catch (...) {
            failure = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        next_.store(count_, std::memory_order_relaxed);  // lower blocks have been handed out already
        if (block >= lowest_failed_.load(std::memory_order_relaxed)) return;
        lowest_failed_.store(block, std::memory_order_relaxed);
        error_ = std::move(failure);
    }

    const std::size_t count_;
    const Cancel& cancel_;
    const FunctionRef<void(std::size_t)> body_;
    alignas(64) std::atomic<std::size_t> next_ = 0;
    alignas(64) std::atomic<std::size_t> lowest_failed_ = kNone;
    std::mutex mutex_;
    std::exception_ptr error_;  // guarded by mutex_ while blocks run; that of lowest_failed_
};

}  // namespace

void Pool::run(std::size_t blocks, unsigned helpers, const Cancel& cancel, FunctionRef<void(std::size_t)> body,
               Lane lane) {
    if (helpers == 0 || blocks <= 1 || threads() == 1) {
        for (std::size_t block = 0; block < blocks; ++block) {
            cancel.check();
            body(block);
        }
        return;
    }
    Blocks work(blocks, cancel, body);
    share(static_cast<unsigned>(std::min<std::size_t>(helpers, blocks - 1)), lane,
          [&work](Turn& turn) { return work.work(turn); });
    work.rethrow();
}

}  // namespace hone
