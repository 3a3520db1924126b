#include "hone/memory/reclaim.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace hone {
namespace {

// Reclaimers are asked in slices, so that several of one step give back what is cheapest in all of them.
constexpr std::uint64_t kLeastSlice = std::uint64_t{64} << 10;
constexpr std::uint64_t kSlices = 8;

thread_local bool is_inside_reclaimer = false;

/// Marks this thread as being inside a reclaimer.
class Inside {
public:
    Inside() { is_inside_reclaimer = true; }
    ~Inside() { is_inside_reclaimer = false; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
};

bool is_at_or_below(const Budget* budget, const Budget* above) {
    for (; budget != nullptr; budget = budget->parent())
        if (budget == above) return true;
    return false;
}

/// What `call` gives, or `otherwise` if it throws. A reclaimer must not, but one that does must not keep the charge of
/// somebody else from going on: it is counted, and its registration can end.
template <class Call, class Value>
Value guarded(ReclaimSlot& slot, Value otherwise, const Call& call) {
    try {
        return call(*slot.reclaimer);
    } catch (...) {
        slot.failures.fetch_add(1, std::memory_order_relaxed);
        return otherwise;
    }
}

std::uint64_t shed_from(ReclaimSlot& slot, std::uint64_t bytes) {
    const std::uint64_t got =
        guarded(slot, std::uint64_t{0}, [bytes](Reclaimer& reclaimer) { return reclaimer.shed(bytes); });
    slot.times.fetch_add(1, std::memory_order_relaxed);
    slot.freed_bytes.fetch_add(got, std::memory_order_relaxed);
    return got;
}

/// The slot whose turn it is: least step, then least price.
std::shared_ptr<ReclaimSlot> next_of(const std::vector<std::shared_ptr<ReclaimSlot>>& slots) {
    if (slots.size() == 1) return slots.front();
    std::shared_ptr<ReclaimSlot> best;
    double best_price = 0;
    for (const auto& slot : slots) {
        if (best && slot->step > best->step) continue;
        const double price = guarded(*slot, std::numeric_limits<double>::infinity(),
                                     [](const Reclaimer& reclaimer) { return reclaimer.cheapest_price(); });
        if (best && std::tie(best->step, best_price) <= std::tie(slot->step, price)) continue;
        best = slot;
        best_price = price;
    }
    return best;
}

}  // namespace

Reclaiming::Reclaiming(std::shared_ptr<ReclaimSlot> slot) : slot_(std::move(slot)) {}

Reclaiming::~Reclaiming() {
    reset();
}

Reclaiming& Reclaiming::operator=(Reclaiming&& other) noexcept {
    if (this == &other) return *this;
    reset();
    slot_ = std::move(other.slot_);
    return *this;
}

void Reclaiming::reset() {
    if (!slot_) return;
    slot_->registry->remove(slot_);
    slot_ = nullptr;
}

void ReclaimRegistry::add(std::shared_ptr<ReclaimSlot> slot) {
    const std::lock_guard lock(mutex_);
    slots_.push_back(std::move(slot));
    count_.store(slots_.size(), std::memory_order_release);
}

void ReclaimRegistry::remove(const std::shared_ptr<ReclaimSlot>& slot) {
    std::unique_lock lock(mutex_);
    std::erase(slots_, slot);
    count_.store(slots_.size(), std::memory_order_release);
    left_.wait(lock, [&] { return slot->users == 0; });
}

ReclaimRegistry::Slots ReclaimRegistry::enter(const Budget& below, const Slots& exhausted, Whom whom) {
    const std::lock_guard lock(mutex_);
    Slots entered;
    for (const auto& slot : slots_) {
        if (!is_at_or_below(slot->budget, &below) || std::ranges::find(exhausted, slot) != exhausted.end()) continue;
        if (whom == Whom::Later && slot->when != ReclaimWhen::Later) continue;
        ++slot->users;
        entered.push_back(slot);
    }
    return entered;
}

void ReclaimRegistry::leave(const Slots& slots) {
    {
        const std::lock_guard lock(mutex_);
        for (const auto& slot : slots)
            --slot->users;
    }
    left_.notify_all();
}

/// The slots of one round of asking; left again however the round ends.
class ReclaimRegistry::Entered {
public:
    Entered(ReclaimRegistry& registry, const Budget& below, const Slots& exhausted, Whom whom)
        : registry_(registry), slots_(registry.enter(below, exhausted, whom)) {}
    ~Entered() { registry_.leave(slots_); }
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    const Slots& slots() const { return slots_; }

private:
    ReclaimRegistry& registry_;
    const Slots slots_;
};

std::uint64_t ReclaimRegistry::ask(const Budget& below, std::uint64_t bytes, Whom whom) {
    if (is_inside_reclaimer || is_empty()) return 0;
    const Inside inside;
    const std::uint64_t slice = std::max(kLeastSlice, bytes / kSlices);
    std::uint64_t freed = 0;
    Slots exhausted;
    while (freed < bytes) {
        const Entered entered(*this, below, exhausted, whom);
        if (entered.slots().empty()) break;
        const auto slot = next_of(entered.slots());
        const std::uint64_t got = shed_from(*slot, std::min(bytes - freed, slice));
        if (got == 0) exhausted.push_back(slot);
        freed += got;
    }
    return freed;
}

std::uint64_t ReclaimRegistry::most(const Budget& below) const {
    const std::lock_guard lock(mutex_);
    std::vector<const Budget*> counted;
    for (const auto& slot : slots_)
        if (slot->when == ReclaimWhen::AtOnce && is_at_or_below(slot->budget, &below) &&
            std::ranges::find(counted, slot->budget) == counted.end())
            counted.push_back(slot->budget);
    std::uint64_t bytes = 0;
    for (const Budget* budget : counted) {
        const bool is_counted_above = std::ranges::any_of(
            counted, [budget](const Budget* other) { return other != budget && is_at_or_below(budget, other); });
        if (!is_counted_above) bytes += budget->used();
    }
    return bytes;
}

std::vector<ReclaimReport> ReclaimRegistry::reports() const {
    const std::lock_guard lock(mutex_);
    std::vector<ReclaimReport> reports;
    for (const auto& slot : slots_)
        reports.push_back({slot->name, slot->step, slot->times.load(std::memory_order_relaxed),
                           slot->freed_bytes.load(std::memory_order_relaxed),
                           slot->failures.load(std::memory_order_relaxed)});
    return reports;
}

bool ReclaimRegistry::has_reclaimer(const Budget& budget) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(
        slots_, [&budget](const auto& slot) { return slot->budget == &budget && slot->when == ReclaimWhen::AtOnce; });
}

}  // namespace hone
