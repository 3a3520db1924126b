#include "hone/cache/disk_shelves.h"

#include <algorithm>
#include <vector>

#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint64_t kPutsPerRefresh = 4096;
constexpr std::uint64_t kPutsWithoutCounts = 64;
constexpr int kRemovalsPerPut = 64;
constexpr int kFreeRemovals = 4;  // per put, without drawing on the allowance
constexpr double kMostAllowed = 512;
constexpr double kAllowedPerNs = 2000 / 1e9;
constexpr std::string_view kHex = "0123456789abcdef";

std::optional<std::size_t> shelf_number(std::string_view name) {
    if (name.size() != 2) return std::nullopt;
    const std::size_t high = kHex.find(name[0]), low = kHex.find(name[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    return 16 * high + low;
}

}  // namespace

std::string shelf_name(std::size_t number) {
    return {kHex[number / 16], kHex[number % 16]};
}

std::string name_in_shelf(const Digest& digest) {
    return digest.hex().substr(2);
}

std::optional<Digest> digest_in_shelf(std::size_t shelf, std::string_view name) {
    return Digest::from_hex(cat(shelf_name(shelf), name));
}

DiskShelves::DiskShelves(Files& files, Clock& clock, Path root, std::uint64_t limit_bytes)
    : files_(files), clock_(clock), root_(std::move(root)), limit_bytes_(limit_bytes), allowance_(kMostAllowed) {
    const std::uint64_t large_bytes = std::max<std::uint64_t>(1, limit_bytes / kShelves / 4);
    for (std::size_t i = 0; i < kShelves; ++i)
        shelves_.emplace_back(files, clock, root_ / shelf_name(i), large_bytes, total_bytes_);
}

std::uint64_t DiskShelves::entries() const {
    std::uint64_t entries = 0;
    for (const DiskShelf& shelf : shelves_)
        entries += shelf.entries();
    return entries;
}

void DiskShelves::load_counts() {
    for (const FolderEntry& entry : files_.list(root_)) {
        if (const auto number = shelf_number(entry.name)) shelves_[*number].load();
    }
    has_counts_ = true;
}

/// The folder that has most to drop; nothing if none has.
std::optional<std::size_t> DiskShelves::heaviest(const std::vector<bool>& has_nothing) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < kShelves; ++i) {
        if (has_nothing[i] || shelves_[i].weight() == 0) continue;
        if (!found || shelves_[i].weight() > shelves_[*found].weight()) found = i;
    }
    return found;
}

/// True if this put may remove another entry after so many. Requires: evicting_ is held.
bool DiskShelves::may_remove(int removals) {
    if (removals < kFreeRemovals) return true;
    if (removals >= kRemovalsPerPut) return false;
    const std::int64_t now = clock_.monotonic_ns();
    allowance_ = std::min(kMostAllowed, allowance_ + kAllowedPerNs * static_cast<double>(now - allowed_at_ns_));
    allowed_at_ns_ = now;
    if (allowance_ < 1) return false;
    allowance_ -= 1;
    return true;
}

/// Drops entries until so many bytes are left, or this put may not remove more. Requires: evicting_ is held.
void DiskShelves::drop_until(std::uint64_t most_bytes, const Digest& keep, const Dropped& dropped) {
    const DiskShelf& own = of(keep);
    const std::string name_to_keep = name_in_shelf(keep);
    std::vector<bool> has_nothing(kShelves, false);
    for (int removals = 0; bytes() > most_bytes && may_remove(removals);) {
        const auto number = heaviest(has_nothing);
        if (!number) return;
        DiskShelf& shelf = shelves_[*number];
        const auto name = shelf.drop_cheapest(&shelf == &own ? std::string_view(name_to_keep) : std::string_view());
        if (!name) {
            has_nothing[*number] = true;
            continue;
        }
        ++removals;
        if (const auto digest = digest_in_shelf(*number, *name)) dropped(*digest);
    }
}

bool DiskShelves::make_room(const Digest& put_next, std::uint64_t more, const Dropped& dropped) {
    const std::uint64_t most = limit_bytes_ + limit_bytes_ / 5;
    if (bytes() + more <= most) return true;
    const std::lock_guard lock(evicting_);
    drop_until(most - std::min(more, most), put_next, dropped);
    return bytes() + more <= most;
}

/// Reading all statistics takes milliseconds, too much for a process that puts a single entry. Keys are spread evenly,
/// so the folder of this entry tells whether the limit is near.
void DiskShelves::keep_within_limit(const Digest& just_put, std::uint64_t puts, const Dropped& dropped) {
    const bool is_near = of(just_put).bytes() > limit_bytes_ / kShelves / 2;
    if (!has_counts_ ? is_near || puts >= kPutsWithoutCounts : puts % kPutsPerRefresh == 0) load_counts();
    if (bytes() <= limit_bytes_) return;
    const std::unique_lock lock(evicting_, std::try_to_lock);
    if (lock) drop_until(limit_bytes_, just_put, dropped);
}

}  // namespace hone
