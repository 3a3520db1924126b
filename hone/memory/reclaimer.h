#pragma once
#include <cstdint>
#include <memory>

namespace hone {

/// In which order memory is given back when there is no room: what costs least first. After the last step a charge is
/// refused with Fault::Limit.
enum class ReclaimStep {
    Entries,      ///< remembered values: expired ones first, then by price
    ReadAhead,    ///< buffers filled before they are asked for
    Parallelism,  ///< working memory of threads that a loop can do without
    Spill,        ///< working data that can go to disk
};

/// When a reclaimer gives back what it is asked for.
enum class ReclaimWhen {
    AtOnce,  ///< shed() does; what its budget holds counts as attainable
    Later    ///< its owner does at the next chance: shed() returns what was promised, and nothing counts as attainable
};

/// Something that holds memory of a budget and can give it back; a seam. Both functions may be called from any thread
/// at any time between the beginning and the end of the registration.
///
/// The rule that keeps this free of deadlocks: shed() runs on whatever thread finds a budget full, with the locks that
/// this thread holds, so it takes only locks under which nobody calls Budget::charge(), reserve(), try_charge_asking()
/// or Reservation::resize() of the same tree. Under such a lock use try_charge(), which asks nobody. No lock of a
/// budget is held during the call. Charges made inside shed() ask nobody: a reclaimer never meets itself.
class Reclaimer {
public:
    virtual ~Reclaimer() = default;
    /// Seconds saved per byte by the cheapest thing held: 0 when something held is expired, infinity when nothing is
    /// held. Cheap to ask; must not throw.
    virtual double cheapest_price() const = 0;
    /// Gives back about `bytes` (more when things are large, less when there are no more), the cheapest first, and
    /// returns how many bytes were released to the budget; 0 means that there is nothing more. Must not throw: what
    /// does is counted in ReclaimReport::failures and taken for 0.
    virtual std::uint64_t shed(std::uint64_t bytes) = 0;
};

struct ReclaimSlot;

/// The registration of a Reclaimer with a budget; at its end the reclaimer is no longer asked, and a shed() under way
/// on another thread has ended. Movable. Must not end inside shed(), nor under a lock that shed() takes.
class Reclaiming {
public:
    Reclaiming() = default;
    explicit Reclaiming(std::shared_ptr<ReclaimSlot> slot);
    ~Reclaiming();
    Reclaiming(Reclaiming&& other) noexcept = default;
    Reclaiming& operator=(Reclaiming&& other) noexcept;
    /// Ends the registration now.
    void reset();

private:
    std::shared_ptr<ReclaimSlot> slot_;
};

}  // namespace hone
