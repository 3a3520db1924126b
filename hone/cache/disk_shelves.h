#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/cache/disk_shelf.h"

namespace hone {

/// The 256 folders of a disk cache and their common bound. Thread-safe. Everything throws Error if the file system
/// refuses.
///
/// Invariant: as far as this process knows, the folders hold at most a fifth more than the limit: above the limit each
/// put drops entries, and one that would go far above it is refused by make_room(). Removals are slow on some file
/// systems, so a put removes at most 64; beyond a few of them it draws on an allowance that refills with time.
class DiskShelves {
public:
    static constexpr std::size_t kShelves = 256;

    DiskShelves(Files& files, Clock& clock, Path root, std::uint64_t limit_bytes);

    /// The folder of a digest; an entry's name in it is name_in_shelf().
    DiskShelf& of(const Digest& digest) { return shelves_[digest.high >> 56]; }
    const std::deque<DiskShelf>& all() const { return shelves_; }
    std::deque<DiskShelf>& all() { return shelves_; }

    std::uint64_t entries() const;
    /// Known bytes: those of folders that were put to or whose statistics were read. One load.
    std::uint64_t bytes() const { return total_bytes_.load(std::memory_order_relaxed); }
    /// Reads the statistics of all folders that exist and that this process has not put to.
    void load_counts();
    bool has_counts() const { return has_counts_; }
    /// Is told each entry that was dropped.
    using Dropped = std::function<void(const Digest&)>;
    /// To be called before a put of `more` bytes: false if that would be above six fifths of the limit, though entries
    /// were dropped.
    bool make_room(const Digest& put_next, std::uint64_t more, const Dropped& dropped);
    /// To be called after a put, the `puts`th of this process. Drops entries, but not the one just put. Does nothing
    /// while another thread is at it.
    void keep_within_limit(const Digest& just_put, std::uint64_t puts, const Dropped& dropped);

private:
    std::optional<std::size_t> heaviest(const std::vector<bool>& has_nothing) const;
    bool may_remove(int removals);
    void drop_until(std::uint64_t most_bytes, const Digest& keep, const Dropped& dropped);

    Files& files_;
    Clock& clock_;
    const Path root_;
    const std::uint64_t limit_bytes_;
    std::atomic<std::uint64_t> total_bytes_ = 0;
    std::deque<DiskShelf> shelves_;
    std::atomic<bool> has_counts_ = false;
    std::mutex evicting_;
    double allowance_;                // guarded by evicting_; removals beyond the few of each put
    std::int64_t allowed_at_ns_ = 0;  // guarded by evicting_; monotonic
};

/// The name of an entry in its folder: its digest without the first two letters.
std::string name_in_shelf(const Digest& digest);
/// The digest of an entry by the number of its folder and its name; nothing if it is no such name.
std::optional<Digest> digest_in_shelf(std::size_t shelf, std::string_view name);
/// "00" to "ff".
std::string shelf_name(std::size_t number);

}  // namespace hone
