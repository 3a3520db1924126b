#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"
#include "hone/cache/disk_entry.h"
#include "hone/cache/key.h"
#include "hone/cache/key_record.h"
#include "hone/cache/key_report.h"
#include "hone/cache/value.h"
#include "hone/watch/trace.h"

namespace hone {

/// Results on disk: one checksummed file per entry in 256 folders, written beside and renamed, so several processes,
/// kill -9 and damaged files cost at most an entry, never a wrong value. Values are compressed where that pays
/// (compress_if_worth()). Bounded by `limit_bytes`: each folder keeps a small statistics file, and the folder that is
/// over its share drops its entries of least price (DiskShelf). If the folder cannot be used, every look-up is a miss
/// and every put is refused, with a mark in the trace; nothing but explain() throws, except Fault::Cancelled and Bug.
/// Why keys were missed is kept for other processes (KeyRecord): written once, at the end, if the folder exists.
/// Thread-safe.
class DiskCache {
public:
    struct Options {
        Path folder;
        std::uint64_t limit_bytes = 0;  ///< 0: min(4 GiB, 10 % of the free disk)
        Files* files = nullptr;         ///< nullptr: real_files()
        Clock* clock = nullptr;         ///< nullptr: real_clock()
        Trace* trace = nullptr;         ///< receives reasons; may be null
        std::uint64_t boot = 0;         ///< tells starts of the machine apart; 0: this_boot()
        Budget* budget = nullptr;       ///< charged for an entry that is read until it is destroyed; nullptr: nobody is
    };
    explicit DiskCache(const Options& options);
    ~DiskCache();
    DiskCache(const DiskCache&) = delete;
    DiskCache& operator=(const DiskCache&) = delete;

    /// An entry, or why there is none.
    struct Answer {
        std::optional<DiskEntry> entry;
        std::optional<Miss> miss;  ///< nothing for a hit, and for a miss of which only explain() may know the reason
        std::string detail;        ///< the tag that was invalidated, what is damaged
    };
    /// The entry of a key. One that is damaged, invalidated, expired or of another format version is a miss and
    /// removed; one for which the budget has no room is a miss and stays.
    Answer look_up(const Key& key);
    /// The entry of look_up().
    std::optional<DiskEntry> find(const Key& key) { return look_up(key).entry; }
    /// Stores bytes under the key; false if that was not possible. Bytes computed under a lease (facts.fence) do not
    /// replace those of a later one: then true, and the later ones stay.
    bool put(const Key& key, std::string_view bytes, const EntryFacts& facts);
    bool remove(const Key& key);
    /// Notes why a value that was computed is not put, for explain().
    void note_refused(const Key& key, std::string_view reason);

    /// Makes every entry that carries `tag` and was stored before now a miss, for all processes. O(1): a generation
    /// per tag in one small file; entries compare the generation that they saw.
    bool invalidate(std::string_view tag);
    /// Removes all entries (not the folder); returns how many.
    std::uint64_t clear();
    /// Counts entries and bytes by walking the folders.
    struct Walk {
        std::uint64_t entries = 0, bytes = 0, damaged = 0;
        std::uint64_t raw_bytes = 0;  ///< of the values before compression
        std::vector<std::pair<std::string, std::pair<std::uint64_t, std::uint64_t>>>
            by_app;  ///< app -> (entries, bytes)
    };
    Walk walk();
    /// What is known of the key whose hexadecimal digest starts with `prefix`. Throws Error as KeyReporter does, and if
    /// the folder cannot be read.
    KeyReport explain(std::string_view prefix);
    /// Counts since this object was opened; entries, bytes from the statistics files.
    TierStats stats();
    const Path& folder() const;
    std::uint64_t limit_bytes() const;
    /// False for a minute after the folder could not be written to (read-only, no permission, full): puts are refused
    /// at once, look-ups go on.
    bool usable() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
