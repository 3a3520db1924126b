#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "hone/base/files.h"
#include "hone/cache/key.h"
#include "hone/cache/value.h"
#include "hone/parallel/cancel.h"
#include "hone/watch/trace.h"

namespace hone {

class LockFile;

/// What a computation holds while it runs: the right to be the only one that computes its key. Thread-safe.
class Lease {
public:
    /// `lock` may be null: then nobody else can take over.
    explicit Lease(LockFile* lock) : lock_(lock) {}

    /// Higher for later leases of a key: to be stored as EntryFacts::fence, so that a holder that was taken over does
    /// not overwrite what came after it. 0: a lease inside the process only.
    std::uint64_t number() const;
    /// Tells the other processes that the computation goes on; to be called now and then by what takes minutes. Costs a
    /// look at the clock as a rule. False if another may have taken over: whoever goes on works for himself. A lock
    /// that cannot be written counts as held.
    bool extend();

private:
    mutable std::mutex mutex_;
    LockFile* lock_;
};

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
    /// An Error is given to those who wait at that moment and is forgotten then.
    CachedValue run(const Key& key, const Cancel& cancel, const std::function<std::optional<CachedValue>()>& look,
                    const std::function<CachedValue(Lease&)>& compute);
    /// The same for computations that are over long before a lease is.
    CachedValue run(const Key& key, const Cancel& cancel, const std::function<std::optional<CachedValue>()>& look,
                    const std::function<CachedValue()>& compute);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
