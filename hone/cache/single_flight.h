#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "hone/base/files.h"
#include "hone/cache/key.h"
#include "hone/cache/value.h"
#include "hone/parallel/cancel.h"
#include "hone/watch/trace.h"

namespace hone {

/// Lets one caller compute what several want at the same time: in this process by a map of flights, between processes
/// by lock files with owner and deadline in a folder. Thread-safe.
class SingleFlight {
public:
    struct Options {
        Path folder;             ///< for lock files; empty: only inside the process
        Files* files = nullptr;  ///< nullptr: real_files()
        Clock* clock = nullptr;  ///< nullptr: real_clock()
        Trace* trace = nullptr;
    };
    explicit SingleFlight(Options options);
    ~SingleFlight();

    /// Returns what `look` finds, or compute(), run by one of the callers that are inside at the same time for this
    /// key; the others wait and get the same value or the same Error. If another process holds the lock, waits for it:
    /// after each wait `look` is asked whether the value can be had now (from the disk tier); when the holder is gone
    /// or late, we compute. A caller whose `cancel` is requested leaves alone; if it was the one computing and others
    /// wait, one of them computes instead.
    CachedValue run(const Key& key, const Cancel& cancel, const std::function<std::optional<CachedValue>()>& look,
                    const std::function<CachedValue()>& compute);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
