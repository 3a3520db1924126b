#pragma once
// How a tree of budgets asks its reclaimers; private to the module.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "hone/memory/budget.h"
#include "hone/memory/reclaimer.h"

namespace hone {

class ReclaimRegistry;

/// One registered reclaimer.
struct ReclaimSlot {
    std::shared_ptr<ReclaimRegistry> registry;
    const Budget* budget = nullptr;
    Reclaimer* reclaimer = nullptr;
    std::string name;
    ReclaimStep step = ReclaimStep::Entries;
    ReclaimWhen when = ReclaimWhen::AtOnce;
    int users = 0;  ///< threads that are calling the reclaimer; guarded by the registry's mutex
    std::atomic<std::uint64_t> times = 0;
    std::atomic<std::uint64_t> freed_bytes = 0;
    std::atomic<std::uint64_t> failures = 0;
};

/// The reclaimers of one tree of budgets. Thread-safe; its lock is never held while a reclaimer is called.
class ReclaimRegistry {
public:
    void add(std::shared_ptr<ReclaimSlot> slot);
    /// Returns when no thread calls the reclaimer any more.
    void remove(const std::shared_ptr<ReclaimSlot>& slot);
    bool is_empty() const { return count_.load(std::memory_order_acquire) == 0; }

    /// Asks the reclaimers at and below `below` for `bytes`, step by step, within a step the cheapest first; returns
    /// bytes freed or promised. 0 at once when this thread is inside a reclaimer. One that throws
    /// is counted and not asked again in this call.
    std::uint64_t ask(const Budget& below, std::uint64_t bytes) { return ask(below, bytes, Whom::All); }
    /// Asks only those that give back later: for a charge that is refused whatever the others give.
    void tell(const Budget& below, std::uint64_t bytes) { ask(below, bytes, Whom::Later); }
    /// The most that they could give back at once: what their budgets hold.
    std::uint64_t most(const Budget& below) const;
    std::vector<ReclaimReport> reports() const;
    /// True if a reclaimer is registered with `budget` itself.
    bool has_reclaimer(const Budget& budget) const;

private:
    using Slots = std::vector<std::shared_ptr<ReclaimSlot>>;
    enum class Whom { All, Later };
    class Entered;
    std::uint64_t ask(const Budget& below, std::uint64_t bytes, Whom whom);
    Slots enter(const Budget& below, const Slots& exhausted, Whom whom);
    void leave(const Slots& slots);

    mutable std::mutex mutex_;
    std::condition_variable left_;
    Slots slots_;  // guarded by mutex_
    std::atomic<std::size_t> count_ = 0;
};

}  // namespace hone
