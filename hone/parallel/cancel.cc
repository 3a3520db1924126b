#include "hone/parallel/cancel.h"

namespace hone {

struct Cancel::State {
    std::atomic<bool> is_requested = false;
    std::int64_t deadline_ns = 0;  // 0: none
    const Clock* clock = nullptr;  // set if there is a deadline
    std::shared_ptr<State> parent;

    bool is_late() const { return deadline_ns != 0 && clock->monotonic_ns() >= deadline_ns; }
};

Cancel::Cancel() : state_(std::make_shared<State>()) {}

Cancel Cancel::child(std::int64_t deadline_ns, Clock& clock) const {
    auto state = std::make_shared<State>();
    state->deadline_ns = deadline_ns;
    state->clock = &clock;
    state->parent = state_;
    return Cancel(std::move(state));
}

void Cancel::request() const {
    state_->is_requested.store(true, std::memory_order_release);
}

bool Cancel::requested() const {
    for (const State* state = state_.get(); state != nullptr; state = state->parent.get()) {
        if (state->is_requested.load(std::memory_order_acquire) || state->is_late()) return true;
    }
    return false;
}

void Cancel::check() const {
    if (!requested()) [[likely]]
        return;
    for (const State* state = state_.get(); state != nullptr; state = state->parent.get()) {
        if (state->is_requested.load(std::memory_order_acquire)) fail(Fault::Cancelled, "cancelled");
    }
    fail(Fault::Limit, "deadline passed");
}

std::atomic<bool>& Cancel::flag() const {
    return state_->is_requested;
}

}  // namespace hone
