#pragma once
#include <atomic>
#include <cstdint>
#include <string>

#include "hone/memory/budget.h"
#include "hone/memory/reclaimer.h"

namespace hone {

/// Memory that cannot be given back from any thread at any time, but by its owner before long: chunks that a loop reads
/// ahead, working memory of threads, rows that can go to disk. When memory is short its owner is told, and looks at
/// is_wanted() between two pieces of work. Registered with the budget as long as it lives.
class PromisedMemory : private Reclaimer {
public:
    PromisedMemory(Budget& budget, std::string name, ReclaimStep step);

    /// What would be given back from now on; 0: nothing, and nobody asks. The owner's.
    void hold(std::uint64_t bytes) { bytes_.store(bytes, std::memory_order_relaxed); }
    /// True if it was asked for; stays so until fulfil(). One load.
    bool is_wanted() const { return is_wanted_.load(std::memory_order_relaxed); }
    /// Says that it was given back: it holds nothing until hold(), and may be asked for again.
    void fulfil();

private:
    double cheapest_price() const override;
    /// Promises all that is held, once.
    std::uint64_t shed(std::uint64_t bytes) override;

    std::atomic<std::uint64_t> bytes_ = 0;
    std::atomic<bool> is_wanted_ = false;
    Reclaiming reclaiming_;
};

}  // namespace hone
