#include "hone/memory/promised_memory.h"

#include <limits>
#include <utility>

namespace hone {

PromisedMemory::PromisedMemory(Budget& budget, std::string name, ReclaimStep step)
    : reclaiming_(budget.reclaim_from(*this, std::move(name), step, ReclaimWhen::Later)) {}

void PromisedMemory::fulfil() {
    bytes_.store(0, std::memory_order_relaxed);
    is_wanted_.store(false, std::memory_order_relaxed);
}

double PromisedMemory::cheapest_price() const {
    return bytes_.load(std::memory_order_relaxed) > 0 ? 0 : std::numeric_limits<double>::infinity();
}

std::uint64_t PromisedMemory::shed(std::uint64_t) {
    const std::uint64_t bytes = bytes_.load(std::memory_order_relaxed);
    if (bytes == 0 || is_wanted_.exchange(true, std::memory_order_relaxed)) return 0;
    return bytes;
}

}  // namespace hone
