#pragma once
#include <cstdint>
#include <string>

#include "hone/base/clock.h"
#include "hone/base/files.h"

namespace hone {

/// A lease between the processes of one machine: a file with the process that holds it, a deadline and a number. A lock
/// whose process is gone, or whose deadline has passed, or that cannot be read, is taken over under a higher number. In
/// the rare races of a take-over two may hold it: it saves work, it does not protect data; what must not be written by
/// a late holder compares numbers. Not thread-safe; the destructor releases.
class LockFile {
public:
    static constexpr std::int64_t kLifeNs = 600LL * 1'000'000'000;

    LockFile(Files& files, Clock& clock, Path path) : files_(files), clock_(clock), path_(std::move(path)) {}
    ~LockFile();
    LockFile(const LockFile&) = delete;
    LockFile& operator=(const LockFile&) = delete;

    /// True if the lock is ours now, false if someone else holds it. Makes the folder if needed.
    /// Throws Error if the file system refuses.
    bool try_acquire();
    /// Gives the lock its whole life again if less than half of it is left; otherwise it costs one look at the clock.
    /// False if the lock is not ours: never acquired, taken over, or its deadline has passed. Throws as try_acquire().
    bool extend();
    /// Removes the file if it still is ours.
    void release();
    /// Number under which it was acquired last: higher than that of every lock that was taken over for it, and than
    /// those of this process before. 0: never acquired.
    std::uint64_t number() const { return number_; }

private:
    bool create(std::uint64_t least_number);
    bool is_over(const std::string& content) const;
    void take_away(const std::string& content);
    Files& files_;
    Clock& clock_;
    Path path_;
    std::string ours_;  // what we wrote; empty: not held
    std::uint64_t number_ = 0;
    std::int64_t deadline_wall_ns_ = 0;
};

}  // namespace hone
