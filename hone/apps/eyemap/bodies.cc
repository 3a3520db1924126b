#include "hone/apps/eyemap/bodies.h"

#include <algorithm>

#include "hone/base/error.h"

namespace hone::eyemap {

void Bodies::grow() {
    if (bodies_.size() >= kMostBodies) fail(Fault::Limit, "more than ", kMostBodies, " bodies");
    const std::size_t size = std::max<std::size_t>(64, slots_.size() * 2);
    slots_.reset();
    want_room(size * sizeof(std::uint32_t));
    slots_.reserve(size);
    slots_.resize(size);
    std::fill(slots_.begin(), slots_.end(), kUnknown);
    for (std::uint32_t number = 0; number < bodies_.size(); ++number) {
        std::size_t at = place(bodies_[number].id);
        while (slots_[at] != kUnknown)
            at = (at + 1) & (size - 1);
        slots_[at] = number;
    }
}

void Bodies::widen() {
    const std::size_t capacity = bodies_.size() + bodies_.size() / 2 + 64;
    want_room(capacity * sizeof(Body));
    bodies_.reserve(capacity);
}

void Bodies::want_room(std::uint64_t bytes) const {
    if (make_room_ && budget_->available() < bytes) make_room_();
}

}  // namespace hone::eyemap
