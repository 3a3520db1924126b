#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hone/memory/reclaimer.h"

namespace hone {

class ReclaimRegistry;
class Reservation;

/// One budget of a tree as it stood at a moment.
struct BudgetReport {
    std::string path;  ///< names from the top, "hone/runs"
    std::uint64_t limit_bytes = 0;
    std::uint64_t used_bytes = 0;
    std::uint64_t peak_bytes = 0;
    bool is_reclaimable = false;  ///< a reclaimer is registered with it: what it holds can be given back
};

/// What a reclaimer has given back so far.
struct ReclaimReport {
    std::string name;
    ReclaimStep step = ReclaimStep::Entries;
    std::uint64_t times = 0;
    std::uint64_t freed_bytes = 0;
    std::uint64_t failures = 0;  ///< calls out of which an exception came: a bug of the reclaimer
};

/// A limit on memory, in a tree: what is charged to a child is charged to every parent. Thread-safe; a charge is one
/// atomic operation per level. A child must not outlive its parent; a Budget must outlive its Reservations and the
/// registrations of its reclaimers.
///
/// A charge that finds no room asks the reclaimers registered at or below the budget that is full (reclaimer.h says in
/// which order, and the rule for locks) and is refused only when they cannot make room. Before charge() and reserve()
/// throw they tell those that give back later, so that the next one finds room. try_charge() asks nobody:
/// it is for the reclaimers themselves and for code that would rather do with less.
class Budget {
public:
    static constexpr std::uint64_t kUnlimited = ~std::uint64_t{0} / 2;

    explicit Budget(std::string name, std::uint64_t limit_bytes = kUnlimited, Budget* parent = nullptr);
    ~Budget();
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    /// Charges `bytes`, reclaiming if need be; Fault::Limit, saying who holds what, if there is no room.
    Reservation reserve(std::uint64_t bytes);
    /// The same, but nothing instead of Fault::Limit.
    std::optional<Reservation> try_reserve(std::uint64_t bytes);
    /// Charges `bytes` and returns true, or changes nothing and returns false. Asks no reclaimer.
    bool try_charge(std::uint64_t bytes);
    /// Like try_charge(), but asks reclaimers before it gives up.
    bool try_charge_asking(std::uint64_t bytes);
    /// Like try_charge_asking() but throws Fault::Limit.
    void charge(std::uint64_t bytes);
    /// Gives back what was charged. Requires: bytes <= used().
    void release(std::uint64_t bytes);

    /// From now on `reclaimer` is asked when this budget or one above it is full. What it gives back must be charged to
    /// this budget or below. Both must outlive the registration.
    [[nodiscard]] Reclaiming reclaim_from(Reclaimer& reclaimer, std::string name,
                                          ReclaimStep step = ReclaimStep::Entries,
                                          ReclaimWhen when = ReclaimWhen::AtOnce);
    /// Asks the reclaimers at and below this budget for `bytes`, in the order of ReclaimStep and price; returns bytes
    /// freed or promised. The way of memory pressure.
    std::uint64_t shed(std::uint64_t bytes);

    const std::string& name() const { return name_; }
    std::uint64_t limit() const { return limit_; }
    std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
    std::uint64_t peak() const { return peak_.load(std::memory_order_relaxed); }
    /// What may still be charged here, parents considered.
    std::uint64_t available() const;
    /// The same, if all reclaimers that give back at once gave back what they hold.
    std::uint64_t attainable() const;
    /// Starts counting the peak anew.
    void reset_peak() { peak_.store(used(), std::memory_order_relaxed); }
    /// "hone 64 MiB: 60.1 MiB used (cache 12 MiB, run 48.1 MiB); largest reservations: run 40 MiB"; without a limit of
    /// its own, what the parent says. Names the eight fullest children and the three largest reservations of a MiB and
    /// more. Figures of one text may differ by what is charged meanwhile.
    std::string describe() const;
    /// This budget and all below, parents before children.
    std::vector<BudgetReport> reports() const;
    /// The reclaimers of the whole tree.
    std::vector<ReclaimReport> reclaim_reports() const;
    /// The budget above; nullptr at the top.
    const Budget* parent() const { return parent_; }

private:
    friend class Reservation;
    struct Children;
    struct Large;
    /// Charges and returns nullptr, or changes nothing and returns the budget that has no room.
    Budget* charge_or_refuser(std::uint64_t bytes);
    /// The same, but reclaims before it gives up.
    Budget* charge_asking_or_refuser(std::uint64_t bytes);
    /// Remembers that a reservation changed its size; cheap unless one of the two is large.
    void note_reservation(std::uint64_t before, std::uint64_t after);
    void append_children(std::string& text) const;
    void append_large(std::vector<Large>& large) const;
    void append_reports(const std::string& above, std::vector<BudgetReport>& reports) const;
    std::string name_;
    std::uint64_t limit_;
    Budget* parent_;
    std::atomic<std::uint64_t> used_ = 0;
    std::atomic<std::uint64_t> peak_ = 0;
    std::unique_ptr<Children> children_;
    std::shared_ptr<ReclaimRegistry> reclaimers_;  // of the whole tree
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
    /// Changes the charge to `bytes`, reclaiming if need be; Fault::Limit (and no change) if there is no room.
    void resize(std::uint64_t bytes);
    /// Gives everything back now; resize() may charge the same budget again.
    void reset();

private:
    friend class Budget;
    Budget* budget_ = nullptr;
    std::uint64_t bytes_ = 0;
};

}  // namespace hone
