#include "hone/cache/disk_shelf.h"

#include <algorithm>
#include <cmath>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/cache/disk_entry.h"

namespace hone {
namespace {

constexpr std::uint64_t kPutsPerWrite = 64;
constexpr std::int64_t kLeftoverNs = 3600LL * 1'000'000'000;
constexpr double kNsPerDay = 86400e9;

struct Counts {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
};

std::string encode(const Counts& counts) {
    Encoder out;
    out.u64(counts.entries);
    out.u64(counts.bytes);
    out.u64(hash64(out.bytes()));
    return out.take();
}

std::optional<Counts> decode(std::string_view bytes) {
    if (bytes.size() != 3 * sizeof(std::uint64_t)) return std::nullopt;
    Decoder in(bytes);
    Counts counts;
    counts.entries = in.u64();
    counts.bytes = in.u64();
    if (encode(counts) != bytes) return std::nullopt;
    return counts;
}

/// Counts drift when several processes work on a folder, but never below zero.
void subtract(std::atomic<std::uint64_t>& from, std::uint64_t amount) {
    std::uint64_t before = from.load(std::memory_order_relaxed);
    while (!from.compare_exchange_weak(before, before - std::min(before, amount), std::memory_order_relaxed)) {
    }
}

}  // namespace

bool is_entry_name(std::string_view name) {
    return !name.starts_with('.');
}

std::uint64_t DiskShelf::weight_of(std::uint64_t bytes) const {
    return std::min(bytes, large_bytes_);
}

/// Lists the entries, sets the counts by them and sweeps leftovers. Requires: the lock is held.
std::vector<FolderEntry> DiskShelf::count() {
    std::vector<FolderEntry> found = files_.list(folder_);
    const std::int64_t now = clock_.wall_ns();
    for (const FolderEntry& entry : found) {
        const bool is_leftover = entry.name.ends_with(".tmp") && !is_entry_name(entry.name);
        if (is_leftover && entry.mtime_ns < now - kLeftoverNs) files_.remove(folder_ / entry.name);
    }
    std::erase_if(found, [](const FolderEntry& entry) { return entry.is_folder || !is_entry_name(entry.name); });
    std::uint64_t bytes = 0, weight = 0;
    for (const FolderEntry& entry : found) {
        bytes += entry.size;
        weight += weight_of(entry.size);
    }
    entries_ = found.size();
    bytes_ = bytes;
    weight_ = weight;
    puts_since_count_ = 0;
    return found;
}

void DiskShelf::load() {
    const std::lock_guard lock(mutex_);
    if (is_open_) return;
    const Path path = folder_ / ".stats";
    const auto identity = files_.identity(path);
    const auto counts = identity ? decode(read_file(files_, path)) : std::nullopt;
    if (!counts) {
        count();
        return;
    }
    statistics_ = identity;
    entries_ = counts->entries;
    bytes_ = counts->bytes;
    weight_ = counts->bytes;
}

void DiskShelf::open() {
    if (is_open_.load(std::memory_order_acquire)) return;
    const std::lock_guard lock(mutex_);
    if (is_open_) return;
    files_.make_folders(folder_, true);
    count();
    statistics_ = files_.identity(folder_ / ".stats");
    is_open_.store(true, std::memory_order_release);
}

void DiskShelf::note_put(std::uint64_t bytes, std::optional<std::uint64_t> replaced_bytes) {
    if (replaced_bytes) note_removed(*replaced_bytes);
    entries_.fetch_add(1, std::memory_order_relaxed);
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
    weight_.fetch_add(weight_of(bytes), std::memory_order_relaxed);
    is_changed_ = true;
    puts_since_count_.fetch_add(1, std::memory_order_relaxed);
    if (puts_since_write_.fetch_add(1, std::memory_order_relaxed) + 1 >= kPutsPerWrite) write_statistics();
}

void DiskShelf::note_removed(std::uint64_t bytes) {
    subtract(entries_, 1);
    subtract(bytes_, bytes);
    subtract(weight_, weight_of(bytes));
    is_changed_ = true;
}

void DiskShelf::write_statistics() {
    const std::lock_guard lock(mutex_);
    if (!is_changed_.exchange(false)) return;
    puts_since_write_ = 0;
    const Path path = folder_ / ".stats";
    const bool others_wrote = files_.identity(path) != statistics_;
    if (others_wrote || puts_since_count_ >= std::max(kPutsPerWrite, entries())) count();
    write_file(files_, path, encode({entries(), bytes()}));
    statistics_ = files_.identity(path);
}

/// A damaged entry is worth nothing.
double DiskShelf::price_of(const FolderEntry& entry) {
    double cost_ns = 0;
    try {
        const auto file = files_.open(folder_ / entry.name);
        cost_ns = static_cast<double>(read_disk_header(*file, file->identity().size).facts.cost_ns);
    } catch (const Error& error) {
        if (error.fault() != Fault::Input && error.fault() != Fault::NotFound) throw;
    }
    const double bytes = static_cast<double>(std::max<std::uint64_t>(1, entry.size));
    const double age_ns = std::max(0.0, static_cast<double>(clock_.wall_ns()) - static_cast<double>(entry.mtime_ns));
    return std::log2(std::max(1.0, cost_ns) / bytes) - age_ns / kNsPerDay;
}

/// Fills candidates_ with the cheaper half, so that few headers are read for each entry dropped.
/// Requires: the lock is held.
void DiskShelf::find_candidates() {
    candidates_.clear();
    for (const FolderEntry& entry : count())
        candidates_.push_back({entry.name, price_of(entry), entry.mtime_ns});
    std::ranges::sort(candidates_, [](const Candidate& a, const Candidate& b) {
        if (a.price != b.price) return a.price > b.price;
        return a.mtime_ns != b.mtime_ns ? a.mtime_ns > b.mtime_ns : a.name > b.name;
    });
    candidates_.erase(candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(candidates_.size() / 2));
}

bool DiskShelf::drop_cheapest(std::string_view keep) {
    const std::lock_guard lock(mutex_);
    for (int fill = 0; fill < 2; ++fill) {
        while (!candidates_.empty()) {
            const Candidate candidate = std::move(candidates_.back());
            candidates_.pop_back();
            if (candidate.name == keep) continue;
            const Path path = folder_ / candidate.name;
            const auto identity = files_.identity(path);
            const bool is_as_seen = identity && identity->mtime_ns == candidate.mtime_ns;  // not used or replaced since
            if (!is_as_seen || !files_.remove(path)) continue;
            note_removed(identity->size);
            return true;
        }
        if (fill == 0) find_candidates();
    }
    return false;
}

}  // namespace hone
