#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hone {

class Reservation;

/// A limit on memory, in a tree: what is charged to a child is charged to every parent. Thread-safe; a charge is one
/// atomic operation per level. A child must not outlive its parent; a Budget must outlive its Reservations.
class Budget {
public:
    static constexpr std::uint64_t kUnlimited = ~std::uint64_t{0} / 2;

    explicit Budget(std::string name, std::uint64_t limit_bytes = kUnlimited, Budget* parent = nullptr);
    ~Budget();
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    /// Charges `bytes`; Fault::Limit, saying who holds what, if this budget or a parent would be exceeded.
    Reservation reserve(std::uint64_t bytes);
    /// Charges `bytes` and returns true, or changes nothing and returns false.
    bool try_charge(std::uint64_t bytes);
    /// Like try_charge() but throws Fault::Limit.
    void charge(std::uint64_t bytes);
    /// Gives back what was charged. Requires: bytes <= used().
    void release(std::uint64_t bytes);

    const std::string& name() const { return name_; }
    std::uint64_t limit() const { return limit_; }
    std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
    std::uint64_t peak() const { return peak_.load(std::memory_order_relaxed); }
    /// What may still be charged here, parents considered.
    std::uint64_t available() const;
    /// Starts counting the peak anew.
    void reset_peak() { peak_.store(used(), std::memory_order_relaxed); }
    /// "hone 64 MiB: 60.1 MiB used (cache 12 MiB, run 48.1 MiB)"; without a limit of its own, what the parent says.
    std::string describe() const;

private:
    struct Children;
    /// Charges and returns nullptr, or changes nothing and returns the budget that has no room.
    Budget* charge_or_refuser(std::uint64_t bytes);
    std::string name_;
    std::uint64_t limit_;
    Budget* parent_;
    std::atomic<std::uint64_t> used_ = 0;
    std::atomic<std::uint64_t> peak_ = 0;
    std::unique_ptr<Children> children_;
};

/// A charge that is given back at the end of its scope. Movable. Not thread-safe.
class Reservation {
public:
    Reservation() = default;
    Reservation(Budget& budget, std::uint64_t bytes);
    ~Reservation();
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&& other) noexcept;

    std::uint64_t bytes() const { return bytes_; }
    /// Changes the charge to `bytes`; Fault::Limit (and no change) if it grows beyond what is left.
    void resize(std::uint64_t bytes);
    /// Gives everything back now; resize() may charge the same budget again.
    void reset();

private:
    Budget* budget_ = nullptr;
    std::uint64_t bytes_ = 0;
};

}  // namespace hone
