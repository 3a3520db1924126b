#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "hone/memory/buffer.h"

namespace hone::eyemap {

/// Numbers body ids from 0 in the order in which they come, and keeps what is known of each. 24 to 32 bytes per body,
/// charged to the budget. Not thread-safe.
class Bodies {
public:
    static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t kMostBodies = std::uint32_t{1} << 28;

    struct Body {
        std::uint64_t id = 0;
        std::uint32_t type = kUnknown;
        std::uint8_t side = 0;  ///< 0: unknown; else 1 + Population
        bool is_reported = false;
    };

    /// `make_room` is called before growing where the budget has no room, to give back what others hold.
    explicit Bodies(Budget& budget, std::function<void()> make_room = {})
        : budget_(&budget), make_room_(std::move(make_room)), bodies_(budget), slots_(budget) {}

    /// The number of a body, new or known; Fault::Limit above kMostBodies.
    std::uint32_t number(std::uint64_t id) {
        if (slots_.size() / 2 <= bodies_.size()) grow();
        std::size_t at = place(id);
        while (slots_[at] != kUnknown) {
            if (bodies_[slots_[at]].id == id) return slots_[at];
            at = (at + 1) & (slots_.size() - 1);
        }
        slots_[at] = static_cast<std::uint32_t>(bodies_.size());
        if (bodies_.size() == bodies_.capacity()) [[unlikely]]
            widen();
        bodies_.push_back({.id = id});
        return slots_[at];
    }
    Body& operator[](std::uint32_t number) { return bodies_[number]; }
    std::size_t size() const { return bodies_.size(); }

private:
    std::size_t place(std::uint64_t id) const {
        return static_cast<std::size_t>(id * 0x9E3779B97F4A7C15U >> 32) & (slots_.size() - 1);
    }
    void grow();
    void widen();
    void want_room(std::uint64_t bytes) const;

    Budget* budget_;
    std::function<void()> make_room_;
    BudgetVector<Body> bodies_;
    BudgetVector<std::uint32_t> slots_;  ///< open addressing, at most half full
};

}  // namespace hone::eyemap
