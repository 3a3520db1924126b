#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "hone/base/clock.h"
#include "hone/base/error.h"

namespace hone {

/// A request to stop, shared by copies: handed down into every wait and long loop. Thread-safe; asking costs one load
/// (and a clock call when a deadline is set).
class Cancel {
public:
    Cancel();
    /// A token that is also cancelled when `parent` is, or when `deadline_ns` (monotonic) has passed; 0 = none.
    Cancel child(std::int64_t deadline_ns = 0, Clock& clock = real_clock()) const;

    void request() const;
    bool requested() const;
    /// Throws Fault::Cancelled, or Fault::Limit "deadline passed", if stopping was requested.
    void check() const;
    /// check() for every 4096th `count`: for loops over rows that take well below a microsecond each.
    void check_every(std::size_t count) const {
        if (count % 4096 == 0) [[unlikely]]
            check();
    }
    /// Address of the flag of this very token, for a signal handler: storing true requests cancellation.
    std::atomic<bool>& flag() const;

private:
    struct State;
    explicit Cancel(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

}  // namespace hone
