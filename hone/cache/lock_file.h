#pragma once
#include <cstdint>
#include <string>

#include "hone/base/clock.h"
#include "hone/base/files.h"

namespace hone {

/// A lock between the processes of one machine: a file with the process that holds it and a deadline. A lock whose
/// process is gone, or whose deadline has passed, or that cannot be read, is taken over. In the rare races of a
/// take-over two may hold it: it saves work, it does not protect data. Not thread-safe; the destructor releases.
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
    /// Removes the file if it still is ours.
    void release();

private:
    bool create();
    bool is_over(const std::string& content) const;
    void take_away(const std::string& content);
    Files& files_;
    Clock& clock_;
    Path path_;
    std::string ours_;  // what we wrote; empty: not held
};

}  // namespace hone
