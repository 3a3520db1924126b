#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"

namespace hone {

/// One of the 256 folders of a disk cache: how much it holds, as far as known, and which entry to drop first.
///
/// The counts live in memory and are written to `.stats` now and then; a folder is counted anew when it is first put
/// to, when another process has written its statistics meanwhile, and after as many puts as it has entries. So what
/// other processes do, and what was lost when one was killed, is noticed late but always. Thread-safe. Everything
/// throws Error if the file system refuses.
class DiskShelf {
public:
    /// Entries above `large_bytes` count as so many in weight().
    DiskShelf(Files& files, Clock& clock, Path folder, std::uint64_t large_bytes)
        : files_(files), clock_(clock), folder_(std::move(folder)), large_bytes_(large_bytes) {}

    const Path& folder() const { return folder_; }
    std::uint64_t entries() const { return entries_.load(std::memory_order_relaxed); }
    std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
    /// Bytes, but no single value counts for much: what decides which folder has to drop an entry. A large value so
    /// leaves when it is the cheapest per byte of its folder, not because it made the folder large.
    std::uint64_t weight() const { return weight_.load(std::memory_order_relaxed); }

    /// Takes the counts from the statistics, or counts if they are absent or damaged. Does nothing once open.
    void load();
    /// Makes the folder, removes what killed writers left an hour ago, counts. Cheap after the first call.
    void open();
    /// The folder went away: open() makes it again.
    void close() { is_open_ = false; }

    /// An entry of `bytes` was stored in place of one of `replaced_bytes` (nothing: there was none).
    void note_put(std::uint64_t bytes, std::optional<std::uint64_t> replaced_bytes);
    void note_removed(std::uint64_t bytes);
    /// Removes the entry that is cheapest to lose: least cost per byte, halved for each day since its last use, the
    /// oldest among equals. Never the one called `keep`. False if there is none.
    bool drop_cheapest(std::string_view keep);
    /// Writes the statistics if they changed.
    void write_statistics();

private:
    struct Candidate {
        std::string name;
        double price = 0;  ///< log2 of cost per byte, less one for each day unused
        std::int64_t mtime_ns = 0;
    };
    std::vector<FolderEntry> count();
    void find_candidates();
    double price_of(const FolderEntry& entry);
    std::uint64_t weight_of(std::uint64_t bytes) const;

    Files& files_;
    Clock& clock_;
    const Path folder_;
    const std::uint64_t large_bytes_;
    std::atomic<std::uint64_t> entries_ = 0, bytes_ = 0, weight_ = 0;
    std::atomic<bool> is_open_ = false, is_changed_ = false;
    std::atomic<std::uint64_t> puts_since_count_ = 0, puts_since_write_ = 0;

    std::mutex mutex_;                        // held while the folder is listed or its statistics are written
    std::vector<Candidate> candidates_;       // guarded by mutex_; the cheapest last
    std::optional<FileIdentity> statistics_;  // guarded by mutex_; the file as we last read or wrote it
};

/// True for names of entries, false for statistics and files being written.
bool is_entry_name(std::string_view name);

}  // namespace hone
