#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/cache/fallback_marks.h"
#include "hone/parallel/exec.h"
#include "hone/watch/trace.h"

namespace hone {

/// Digest of a file: a hash over the digests of its fixed 4 MiB blocks, and those.
struct FileDigest {
    static constexpr std::uint64_t kBlockBytes = std::uint64_t{4} << 20;
    Digest digest;
    std::uint64_t size = 0;
    std::vector<Digest> blocks;

    /// The digest of a file with these blocks.
    static Digest combine(std::uint64_t size, const std::vector<Digest>& blocks);
};

/// Digests of files, remembered by device, inode, size, mtime and ctime so that an unchanged file is not read again.
/// A file touched within the last two seconds is always read, as is every file with `trust_nothing`.
/// Remembers in `folder` (one small checksummed file per input); an unusable folder only costs time. Thread-safe.
class DigestStore {
public:
    struct Options {
        Path folder;  ///< empty: remembers nothing
        bool trust_nothing = false;
        Files* files = nullptr;  ///< nullptr: real_files()
        Clock* clock = nullptr;  ///< nullptr: real_clock()
        Trace* trace = nullptr;
    };
    explicit DigestStore(Options options);

    struct Answer {
        FileDigest digest;
        FileIdentity identity;
        bool remembered = false;  ///< true if the file was not read
    };
    /// The digest of a file; blocks are read and hashed in parallel with at most exec.threads() buffers of
    /// `buffer_bytes` (a divisor of 4 MiB). Fault::Input "changed while read" if the file changes meanwhile.
    Answer digest(const Path& file, const Exec& exec, std::size_t buffer_bytes = std::size_t{1} << 20);

private:
    std::optional<Answer> recall(const Path& record, const FileIdentity& identity);
    void remember(const Path& record, const Answer& answer, std::int64_t wall_ns);
    Files& files_;
    Clock& clock_;
    Path folder_;
    bool trust_nothing_;
    std::unique_ptr<FallbackMarks> marks_;
};

}  // namespace hone
