#pragma once
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "hone/base/error.h"
#include "hone/watch/trace.h"

namespace hone {

/// Says in a trace why a cache does without something: one mark of category "fallback" for each kind of reason, so that
/// a broken disk does not flood it. Thread-safe.
class FallbackMarks {
public:
    /// `trace` may be null; `name` is what falls back: "disk cache".
    FallbackMarks(Trace* trace, std::string name) : trace_(trace), name_(std::move(name)) {}

    /// Marks `reason` unless one of this `kind` was marked before.
    void mark(std::string_view kind, std::string_view reason);
    /// Marks that `doing` failed; the kind is `doing` with the system's words for the error.
    /// Throws the error on if it is Bug or Cancelled: nothing falls back from those.
    void failed(std::string_view doing, const Error& error);

private:
    Trace* trace_;
    std::string name_;
    std::mutex mutex_;
    std::set<std::string, std::less<>> marked_;  // guarded by mutex_
};

/// True if `error` was made by fail_system() from this errno.
bool is_caused_by(const Error& error, int error_number);

}  // namespace hone
