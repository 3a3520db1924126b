#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"
#include "hone/cache/ageing_clock.h"

namespace hone {

/// One of the 256 folders of a disk cache: how much it holds, as far as known, and which entry to drop first.
///
/// The counts live in memory and are written to `.stats` now and then; a folder is counted anew when it is first put
/// to, when another process has written its statistics meanwhile, and after as many puts as it has entries. So what
/// other processes do, and what was lost when one was killed, is noticed late but always. Thread-safe. Everything
/// throws Error if the file system refuses.
///
/// What leaves first is what has the least price: the level of the ageing clock when the entry was last used, plus its
/// uses times its cost per byte as stored (GreedyDual-Size-Frequency). Costs stand in the entries; the last use is the
/// modification time of the file, and the uses are hidden in its nanoseconds (see use_stamp()).
class DiskShelf {
public:
    /// Entries above `large_bytes` count as so many in weight(). Changes of bytes() are added to `total_bytes`.
    DiskShelf(Files& files, Clock& clock, Path folder, std::uint64_t large_bytes,
              std::atomic<std::uint64_t>& total_bytes)
        : files_(files),
          clock_(clock),
          folder_(std::move(folder)),
          large_bytes_(large_bytes),
          total_bytes_(total_bytes) {}

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
    /// Removes the entry of least price, the oldest among equals, and returns its name. Of many entries a sample of
    /// half is priced, and its cheapest quarter leaves in the course of later calls, unless used meanwhile. Never the
    /// one called `keep`. Nothing if there is none.
    std::optional<std::string> drop_cheapest(std::string_view keep);
    /// Writes the statistics if they changed.
    void write_statistics();

private:
    struct Candidate {
        std::string name;
        double price = 0;
        std::int64_t mtime_ns = 0;
    };
    std::vector<FolderEntry> count();
    void find_candidates();
    double price_of(const FolderEntry& entry);
    std::uint64_t weight_of(std::uint64_t bytes) const;
    void change_bytes(std::uint64_t more, std::uint64_t less);

    Files& files_;
    Clock& clock_;
    const Path folder_;
    const std::uint64_t large_bytes_;
    std::atomic<std::uint64_t>& total_bytes_;
    std::atomic<std::uint64_t> entries_ = 0, bytes_ = 0, weight_ = 0;
    std::atomic<bool> is_open_ = false, is_changed_ = false;
    std::atomic<std::uint64_t> puts_since_count_ = 0, puts_since_write_ = 0, unwritten_bytes_ = 0;

    std::mutex mutex_;                        // held while the folder is listed or its statistics are written
    std::vector<Candidate> candidates_;       // guarded by mutex_; the cheapest last
    std::size_t sampled_ = 0;                 // guarded by mutex_; where the next sample starts
    AgeingClock ageing_;                      // guarded by mutex_
    std::optional<FileIdentity> statistics_;  // guarded by mutex_; the file as we last read or wrote it
};

/// True for names of entries, false for statistics and files being written.
bool is_entry_name(std::string_view name);

/// Removes files in `folder` that were being written an hour ago, and those dated more than an hour ahead, from before
/// the clock was set back. A writer that loses its file to this, since the clock was stepped meanwhile, writes again.
/// With `of` only those of files of these names. Throws Error if the file system refuses.
void sweep_leftovers(Files& files, const Clock& clock, const Path& folder, std::span<const std::string_view> of = {});

/// The modification time that says "used `uses` times, last at `wall_ns`": whole seconds, and nanoseconds that no file
/// gets by chance. More than kMostUses count as so many.
std::int64_t use_stamp(std::int64_t wall_ns, unsigned uses);
/// Uses that a modification time tells; 1 for a file that was only written.
unsigned uses_of(std::int64_t mtime_ns);
constexpr unsigned kMostUses = 63;

}  // namespace hone
