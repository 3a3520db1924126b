#pragma once
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "hone/base/text.h"

namespace hone {

/// Says why a job could not continue; decides the exit code and, later, the HTTP status.
enum class Fault { Usage, Input, NotFound, Limit, Cancelled, System, Bug };

/// Name of a fault in lower case, as `hone help` takes it: "usage", "input", "not-found", ...
std::string_view fault_name(Fault fault);

/// Exit code of a command that ended with `fault`.
int exit_code(Fault fault);

/// The only exception type of hone. Copyable, so that one failure can be handed to several waiters.
class Error : public std::exception {
public:
    /// `message` says what was expected, what was found and where: fixed words first, values at the end.
    Error(Fault fault, std::string message) : fault_(fault), message_(std::move(message)) {}

    Fault fault() const { return fault_; }
    const std::string& message() const { return message_; }
    const char* what() const noexcept override { return message_.c_str(); }

    /// Names the entry of the catalogue that `hone help ID` explains; empty means the page of the fault.
    const std::string& id() const { return id_; }
    /// One sentence on how to mend it; may be empty.
    const std::string& mend() const { return mend_; }

    /// Returns this error with a catalogue id, for instance "envelope.missing-column".
    Error with_id(std::string id) const;
    /// Returns this error with a sentence on how to mend it.
    Error with_mend(std::string sentence) const;
    /// Returns this error with `context` and a colon before its message.
    Error within(std::string_view context) const;

private:
    Fault fault_;
    std::string message_;
    std::string id_;
    std::string mend_;
};

/// Throws Error with the pieces put together: fail(Fault::Input, "file has no rows: ", path).
template <class... Pieces>
[[noreturn]] void fail(Fault fault, const Pieces&... pieces) {
    throw Error(fault, cat(pieces...));
}

/// Throws Error for a failed system call: `doing` and the words of `error_number` (errno).
/// ENOENT becomes NotFound; everything else System.
[[noreturn]] void fail_system(int error_number, std::string_view doing, std::string_view path);

[[noreturn]] void check_failed(std::string_view what);

/// Guards against our own mistakes: throws Fault::Bug unless `holds`.
inline void check(bool holds, std::string_view what_must_hold) {
    if (!holds) [[unlikely]]
        check_failed(what_must_hold);
}

}  // namespace hone
