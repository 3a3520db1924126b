#include "hone/memory/budget.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone {
namespace {

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

struct Budget::Children {
    std::mutex mutex;
    std::vector<const Budget*> list;  // guarded by mutex; in order of construction
};

Budget::Budget(std::string name, std::uint64_t limit_bytes, Budget* parent)
    : name_(std::move(name)),
      limit_(std::min(limit_bytes, kUnlimited)),
      parent_(parent),
      children_(std::make_unique<Children>()) {
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

void Budget::charge(std::uint64_t bytes) {
    const Budget* refuser = charge_or_refuser(bytes);
    if (refuser == nullptr) return;
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

std::uint64_t Budget::available() const {
    std::uint64_t least = kUnlimited;
    for (const Budget* budget = this; budget != nullptr; budget = budget->parent_)
        least = std::min(least, budget->limit_ - std::min(budget->limit_, budget->used()));
    return least;
}

std::string Budget::describe() const {
    if (limit_ == kUnlimited && parent_ != nullptr) return parent_->describe();
    const std::string limit = limit_ == kUnlimited ? "unlimited" : binary_bytes(limit_);
    std::string text = cat(name_, ' ', limit, ": ", binary_bytes(used()), " used");
    const std::lock_guard lock(children_->mutex);
    if (children_->list.empty()) return text;
    const char* separator = " (";
    for (const Budget* child : children_->list) {
        text += cat(separator, child->name_, ' ', binary_bytes(child->used()));
        separator = ", ";
    }
    return text + ")";
}

Reservation::Reservation(Budget& budget, std::uint64_t bytes) : budget_(&budget), bytes_(bytes) {
    budget.charge(bytes);
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
    bytes_ = bytes;
}

void Reservation::reset() {
    if (bytes_ > 0) budget_->release(bytes_);
    bytes_ = 0;
}

}  // namespace hone
