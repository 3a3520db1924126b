#pragma once
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"
#include "hone/cache/key.h"

namespace hone {

/// Why a key has no entry on disk. The numbers stand in files: never give one another meaning.
enum class Miss : std::uint8_t {
    NeverStored = 0,   ///< it was asked for; nothing was ever put
    Evicted = 1,       ///< it had to make room
    Expired = 2,       ///< its lifetime ended, or the clock was stepped so that this cannot be told
    Invalidated = 3,   ///< a tag that it carries was invalidated
    Damaged = 4,       ///< a checksum was wrong
    Refused = 5,       ///< it was not taken, or not worth being put
    OtherVersion = 6,  ///< another version of hone wrote it
    Unusable = 7,      ///< the folder could not be used
    Removed = 8,       ///< it was stored and went away: cleared, or removed by hand
};
/// In words: "never stored", "evicted", ...
std::string_view miss_name(Miss miss);

/// What is remembered of a key that was asked for.
struct KeyNote {
    Digest key;
    std::string app, task;     ///< empty as long as only the name of a file was known
    std::string parts;         ///< encode_key_parts()
    std::int64_t wall_ns = 0;  ///< when it was last asked for, put, or went
    Miss miss = Miss::NeverStored;
    std::string detail;  ///< the tag, the reason for a refusal, ...
};

/// The newest keys that were missed, refused, put or dropped, shared by the processes of a cache folder in one
/// checksummed file, so that a person can ask another process why something was computed again. What a process notes
/// stays in its memory until save(), which merges and replaces the file. Thread-safe. Notes cost about a microsecond.
class KeyRecord {
public:
    static constexpr std::size_t kMost = 1000;  ///< keys that are remembered

    /// `file` need not exist.
    KeyRecord(Files& files, Clock& clock, Path file) : files_(files), clock_(clock), file_(std::move(file)) {}

    /// The key was looked up in vain for an unknown reason: keeps a reason that is known from before.
    void note_asked(const Key& key);
    void note(const Key& key, Miss miss, std::string_view detail = {});
    /// The same where only the digest is known.
    void note(const Digest& key, Miss miss, std::string_view detail = {});
    /// The key has an entry now. Kept only if the key was noted before, so that storing stays cheap.
    void note_stored(const Key& key);

    /// True if something was noted since the last save().
    bool has_news() const;
    /// Merges what was noted into the file. Throws Error if the file system refuses; a damaged file is begun anew.
    void save();
    /// What the file and this object know, the newest first. Throws Error as save() does.
    std::vector<KeyNote> all() const;

private:
    using Order = std::list<KeyNote>;
    KeyNote& touch(const Digest& key);
    std::vector<KeyNote> merged_with_file() const;

    Files& files_;
    Clock& clock_;
    const Path file_;
    mutable std::mutex mutex_;
    Order order_;                                                     // guarded by mutex_; the newest first
    std::unordered_map<Digest, Order::iterator, DigestHash> by_key_;  // guarded by mutex_
    bool has_news_ = false;                                           // guarded by mutex_
};

}  // namespace hone
