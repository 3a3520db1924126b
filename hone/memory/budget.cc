#include "hone/memory/budget.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/memory/reclaim.h"

namespace hone {
namespace {

constexpr std::uint64_t kLarge = std::uint64_t{1} << 20;  // reservations from here on are remembered one by one
constexpr std::size_t kChildrenNamed = 8;
constexpr std::size_t kReservationsNamed = 3;
constexpr int kMostRounds = 64;  // others may take what was reclaimed

/// Bytes in powers of 1024 with at most one decimal: "60.1 MiB".
std::string binary_bytes(std::uint64_t bytes) {
    constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return cat(bytes, " B");
    int unit = 0;
    std::uint64_t size = 1024;
    while (unit < 3 && bytes / size >= 1024) {
        size *= 1024;
        ++unit;
    }
    const std::uint64_t whole = bytes / size;
    const std::uint64_t tenths = bytes % size * 10 / size;
    return cat(decimal_text(narrow<std::int64_t>(whole * 10 + tenths), 1), ' ', kUnits[unit]);
}

void raise(std::atomic<std::uint64_t>& peak, std::uint64_t value) {
    std::uint64_t seen = peak.load(std::memory_order_relaxed);
    while (seen < value && !peak.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
    }
}

}  // namespace

/// Children, and sizes of large reservations. Locks are taken from the top of the tree downwards.
struct Budget::Children {
    std::mutex mutex;
    std::vector<const Budget*> list;               // guarded by mutex; in order of construction
    std::map<std::uint64_t, std::uint64_t> large;  // guarded by mutex; size -> how many reservations of it
};

/// A large reservation and whose it is.
struct Budget::Large {
    std::uint64_t bytes = 0;
    std::string owner;
};

Budget::Budget(std::string name, std::uint64_t limit_bytes, Budget* parent)
    : name_(std::move(name)),
      limit_(std::min(limit_bytes, kUnlimited)),
      parent_(parent),
      children_(std::make_unique<Children>()),
      reclaimers_(parent != nullptr ? parent->reclaimers_ : std::make_shared<ReclaimRegistry>()) {
    if (parent_ == nullptr) return;
    const std::lock_guard lock(parent_->children_->mutex);
    parent_->children_->list.push_back(this);
}

Budget::~Budget() {
    if (parent_ == nullptr) return;
    const std::lock_guard lock(parent_->children_->mutex);
    std::erase(parent_->children_->list, this);
}

Budget* Budget::charge_or_refuser(std::uint64_t bytes) {
    std::uint64_t before = used_.load(std::memory_order_relaxed);
    do {
        if (bytes > limit_ || before > limit_ - bytes) return this;
    } while (!used_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
    Budget* refuser = parent_ != nullptr ? parent_->charge_or_refuser(bytes) : nullptr;
    if (refuser != nullptr)
        used_.fetch_sub(bytes, std::memory_order_relaxed);
    else
        raise(peak_, before + bytes);
    return refuser;
}

bool Budget::try_charge(std::uint64_t bytes) {
    return charge_or_refuser(bytes) == nullptr;
}

Budget* Budget::charge_asking_or_refuser(std::uint64_t bytes) {
    for (int round = 0;; ++round) {
        Budget* refuser = charge_or_refuser(bytes);
        if (refuser == nullptr || round == kMostRounds || reclaimers_->is_empty()) return refuser;
        const std::uint64_t limit = refuser->limit_;
        const std::uint64_t used = refuser->used();
        if (bytes > limit) return refuser;
        if (used <= limit - bytes) continue;  // others gave back meanwhile
        const std::uint64_t missing = used - (limit - bytes);
        if (reclaimers_->most(*refuser) < missing) return refuser;  // emptying everything would not help
        if (reclaimers_->ask(*refuser, missing) == 0) return charge_or_refuser(bytes);
    }
}

bool Budget::try_charge_asking(std::uint64_t bytes) {
    return charge_asking_or_refuser(bytes) == nullptr;
}

void Budget::charge(std::uint64_t bytes) {
    const Budget* refuser = charge_asking_or_refuser(bytes);
    if (refuser == nullptr) return;
    const std::uint64_t most = refuser->limit_ - std::min(refuser->limit_, bytes);
    if (bytes <= refuser->limit_ && refuser->used() > most) reclaimers_->tell(*refuser, refuser->used() - most);
    fail(Fault::Limit, "memory budget ", refuser->name_, " is full: ", binary_bytes(bytes), " more were asked for by ",
         name_, "; ", refuser->describe());
}

void Budget::release(std::uint64_t bytes) {
    for (Budget* budget = this; budget != nullptr; budget = budget->parent_) {
        const std::uint64_t before = budget->used_.fetch_sub(bytes, std::memory_order_relaxed);
        check(before >= bytes, "a budget gives back no more than was charged");
    }
}

Reservation Budget::reserve(std::uint64_t bytes) {
    return {*this, bytes};
}

std::optional<Reservation> Budget::try_reserve(std::uint64_t bytes) {
    if (!try_charge_asking(bytes)) return std::nullopt;
    Reservation charged;
    charged.budget_ = this;
    charged.bytes_ = bytes;
    note_reservation(0, bytes);
    return charged;
}

Reclaiming Budget::reclaim_from(Reclaimer& reclaimer, std::string name, ReclaimStep step, ReclaimWhen when) {
    auto slot = std::make_shared<ReclaimSlot>();
    slot->registry = reclaimers_;
    slot->budget = this;
    slot->reclaimer = &reclaimer;
    slot->name = std::move(name);
    slot->step = step;
    slot->when = when;
    reclaimers_->add(slot);
    return Reclaiming(std::move(slot));
}

std::uint64_t Budget::shed(std::uint64_t bytes) {
    return reclaimers_->ask(*this, bytes);
}

void Budget::note_reservation(std::uint64_t before, std::uint64_t after) {
    if (before < kLarge && after < kLarge) return;
    const std::lock_guard lock(children_->mutex);
    auto& large = children_->large;
    const auto at = before >= kLarge ? large.find(before) : large.end();
    if (at != large.end() && --at->second == 0) large.erase(at);
    if (after >= kLarge) ++large[after];
}

std::uint64_t Budget::available() const {
    std::uint64_t least = kUnlimited;
    for (const Budget* budget = this; budget != nullptr; budget = budget->parent_)
        least = std::min(least, budget->limit_ - std::min(budget->limit_, budget->used()));
    return least;
}

std::uint64_t Budget::attainable() const {
    std::uint64_t least = kUnlimited;
    for (const Budget* budget = this; budget != nullptr; budget = budget->parent_) {
        const std::uint64_t used = budget->used();
        const std::uint64_t kept = used - std::min(used, reclaimers_->most(*budget));
        least = std::min(least, budget->limit_ - std::min(budget->limit_, kept));
    }
    return least;
}

/// Appends " (cache 12 MiB, run 48.1 MiB)", fuller children first where not all are named.
void Budget::append_children(std::string& text) const {
    const std::lock_guard lock(children_->mutex);
    std::vector<std::pair<std::uint64_t, const Budget*>> named;
    for (const Budget* child : children_->list)
        named.emplace_back(child->used(), child);
    if (named.empty()) return;
    if (named.size() > kChildrenNamed)
        std::ranges::stable_sort(named, std::greater<>(), &std::pair<std::uint64_t, const Budget*>::first);
    const char* separator = " (";
    for (std::size_t i = 0; i < std::min(named.size(), kChildrenNamed); ++i) {
        text += cat(separator, named[i].second->name_, ' ', binary_bytes(named[i].first));
        named[i].second->append_children(text);
        separator = ", ";
    }
    if (named.size() > kChildrenNamed) text += cat(", and ", named.size() - kChildrenNamed, " more");
    text += ')';
}

void Budget::append_large(std::vector<Large>& large) const {
    const std::lock_guard lock(children_->mutex);
    for (const auto& [bytes, times] : children_->large)
        large.insert(large.end(), std::min<std::uint64_t>(times, kReservationsNamed), {bytes, name_});
    for (const Budget* child : children_->list)
        child->append_large(large);
}

std::string Budget::describe() const {
    if (limit_ == kUnlimited && parent_ != nullptr) return parent_->describe();
    const std::string limit = limit_ == kUnlimited ? "unlimited" : binary_bytes(limit_);
    std::string text = cat(name_, ' ', limit, ": ", binary_bytes(used()), " used");
    append_children(text);
    std::vector<Large> large;
    append_large(large);
    std::ranges::stable_sort(large, std::greater<>(), &Large::bytes);
    const char* separator = "; largest reservations: ";
    for (std::size_t i = 0; i < std::min(large.size(), kReservationsNamed); ++i) {
        text += cat(separator, large[i].owner, ' ', binary_bytes(large[i].bytes));
        separator = ", ";
    }
    return text;
}

void Budget::append_reports(const std::string& above, std::vector<BudgetReport>& reports) const {
    const std::string path = above.empty() ? name_ : cat(above, '/', name_);
    reports.push_back({path, limit_, used(), peak(), reclaimers_->has_reclaimer(*this)});
    const std::lock_guard lock(children_->mutex);
    for (const Budget* child : children_->list)
        child->append_reports(path, reports);
}

std::vector<BudgetReport> Budget::reports() const {
    std::vector<BudgetReport> reports;
    append_reports({}, reports);
    return reports;
}

std::vector<ReclaimReport> Budget::reclaim_reports() const {
    return reclaimers_->reports();
}

// Delegates, so that the destructor gives back what was charged if noting it fails.
Reservation::Reservation(Budget& budget, std::uint64_t bytes) : Reservation() {
    budget_ = &budget;
    resize(bytes);
}

Reservation::~Reservation() {
    reset();
}

Reservation::Reservation(Reservation&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Reservation& Reservation::operator=(Reservation&& other) noexcept {
    if (this == &other) return *this;
    reset();
    budget_ = std::exchange(other.budget_, nullptr);
    bytes_ = std::exchange(other.bytes_, 0);
    return *this;
}

void Reservation::resize(std::uint64_t bytes) {
    if (bytes == bytes_) return;
    check(budget_ != nullptr, "a reservation that grows has a budget");
    if (bytes > bytes_)
        budget_->charge(bytes - bytes_);
    else
        budget_->release(bytes_ - bytes);
    budget_->note_reservation(std::exchange(bytes_, bytes), bytes);
}

void Reservation::reset() {
    if (bytes_ > 0) {
        budget_->note_reservation(bytes_, 0);
        budget_->release(bytes_);
    }
    bytes_ = 0;
}

}  // namespace hone
