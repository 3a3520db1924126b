#include "hone/cache/disk_shelf.h"

#include <algorithm>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"
#include "hone/cache/disk_entry.h"

namespace hone {
namespace {

constexpr std::uint64_t kPutsPerWrite = 256;
constexpr std::uint64_t kSharesPerWrite = 2;  // of large_bytes, so half of what the folder may hold
constexpr std::int64_t kLeftoverNs = 3600LL * 1'000'000'000;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kUseMark = 777'000'000;  // nanoseconds of a modification time that tells uses
constexpr std::size_t kSmallestSample = 64;
constexpr double kWorthNothing = -1;

struct Statistics {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    AgeingClock ageing;
};

std::string encode(const Statistics& statistics) {
    Encoder out;
    out.u64(statistics.entries);
    out.u64(statistics.bytes);
    out.text(statistics.ageing.encode());
    out.u64(hash64(out.bytes()));
    return out.take();
}

/// Nothing for bytes that are damaged or of another version.
std::optional<Statistics> decode(std::string_view bytes) {
    if (bytes.size() < 2 * sizeof(std::uint64_t)) return std::nullopt;
    const std::string_view hashed = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
    if (Decoder(bytes.substr(hashed.size())).u64() != hash64(hashed)) return std::nullopt;
    try {
        Decoder in(hashed);
        Statistics statistics;
        statistics.entries = in.u64();
        statistics.bytes = in.u64();
        statistics.ageing = AgeingClock::decode(in.text());
        in.finish();
        return statistics;
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        return std::nullopt;
    }
}

std::int64_t whole_seconds(std::int64_t ns) {
    const std::int64_t rest = ns % kNsPerSecond;
    return ns - (rest < 0 ? rest + kNsPerSecond : rest);
}

bool is_leftover(const FolderEntry& entry, std::int64_t now_ns) {
    const bool is_temporary = entry.name.ends_with(".tmp") && !is_entry_name(entry.name) && !entry.is_folder;
    return is_temporary && (entry.mtime_ns < now_ns - kLeftoverNs || entry.mtime_ns > now_ns + kLeftoverNs);
}

/// Takes away `amount`, or what there is if that is less, and returns how much that was: counts drift when several
/// processes work on a folder, but never below zero.
std::uint64_t subtract(std::atomic<std::uint64_t>& from, std::uint64_t amount) {
    std::uint64_t before = from.load(std::memory_order_relaxed);
    while (!from.compare_exchange_weak(before, before - std::min(before, amount), std::memory_order_relaxed)) {
    }
    return std::min(before, amount);
}

}  // namespace

bool is_entry_name(std::string_view name) {
    return !name.starts_with('.');
}

std::int64_t use_stamp(std::int64_t wall_ns, unsigned uses) {
    return whole_seconds(wall_ns) + kUseMark + std::min(uses, kMostUses);
}

unsigned uses_of(std::int64_t mtime_ns) {
    const std::int64_t told = mtime_ns - whole_seconds(mtime_ns) - kUseMark;
    return told >= 1 && told <= kMostUses ? static_cast<unsigned>(told) : 1;
}

void sweep_leftovers(Files& files, const Clock& clock, const Path& folder, std::span<const std::string_view> of) {
    const std::int64_t now = clock.wall_ns();
    for (const FolderEntry& entry : files.list(folder)) {
        const bool is_ours = of.empty() || std::ranges::any_of(of, [&](std::string_view name) {
                                 return entry.name.starts_with(cat('.', name, '.'));
                             });
        if (is_ours && is_leftover(entry, now)) files.remove(folder / entry.name);
    }
}

/// Adds to the bytes of this folder and of all; several threads and processes may make them drift, never below zero.
void DiskShelf::change_bytes(std::uint64_t more, std::uint64_t less) {
    if (more > 0) {
        bytes_.fetch_add(more, std::memory_order_relaxed);
        total_bytes_.fetch_add(more, std::memory_order_relaxed);
    }
    if (less > 0) subtract(total_bytes_, subtract(bytes_, less));
}

std::uint64_t DiskShelf::weight_of(std::uint64_t bytes) const {
    return std::min(bytes, large_bytes_);
}

/// Lists the entries, sets the counts by them and sweeps leftovers. Requires: the lock is held.
std::vector<FolderEntry> DiskShelf::count() {
    std::vector<FolderEntry> found = files_.list(folder_);
    const std::int64_t now = clock_.wall_ns();
    for (const FolderEntry& entry : found) {
        if (is_leftover(entry, now)) files_.remove(folder_ / entry.name);
    }
    std::erase_if(found, [](const FolderEntry& entry) { return entry.is_folder || !is_entry_name(entry.name); });
    std::uint64_t bytes = 0, weight = 0;
    for (const FolderEntry& entry : found) {
        bytes += entry.size;
        weight += weight_of(entry.size);
    }
    entries_ = found.size();
    change_bytes(bytes, bytes_);
    weight_ = weight;
    puts_since_count_ = 0;
    return found;
}

void DiskShelf::load() {
    const std::lock_guard lock(mutex_);
    if (is_open_) return;
    const Path path = folder_ / ".stats";
    const auto identity = files_.identity(path);
    const auto found = identity ? decode(read_file(files_, path)) : std::nullopt;
    if (!found) {
        count();
        return;
    }
    statistics_ = identity;
    ageing_ = found->ageing;
    entries_ = found->entries;
    change_bytes(found->bytes, bytes_);
    weight_ = found->bytes;
}

void DiskShelf::open() {
    if (is_open_.load(std::memory_order_acquire)) return;
    const std::lock_guard lock(mutex_);
    if (is_open_) return;
    files_.make_folders(folder_, true);
    count();
    const Path path = folder_ / ".stats";
    statistics_ = files_.identity(path);
    if (statistics_) {
        if (const auto found = decode(read_file(files_, path))) ageing_ = found->ageing;
    }
    is_open_.store(true, std::memory_order_release);
}

void DiskShelf::note_put(std::uint64_t bytes, std::optional<std::uint64_t> replaced_bytes) {
    if (replaced_bytes) note_removed(*replaced_bytes);
    entries_.fetch_add(1, std::memory_order_relaxed);
    change_bytes(bytes, 0);
    weight_.fetch_add(weight_of(bytes), std::memory_order_relaxed);
    is_changed_ = true;
    puts_since_count_.fetch_add(1, std::memory_order_relaxed);
    const std::uint64_t unwritten = unwritten_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    const std::uint64_t puts = puts_since_write_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (puts >= kPutsPerWrite || unwritten >= kSharesPerWrite * large_bytes_) write_statistics();
}

void DiskShelf::note_removed(std::uint64_t bytes) {
    subtract(entries_, 1);
    change_bytes(0, bytes);
    subtract(weight_, weight_of(bytes));
    is_changed_ = true;
}

void DiskShelf::write_statistics() {
    const std::lock_guard lock(mutex_);
    if (!is_changed_.exchange(false)) return;
    puts_since_write_ = 0;
    unwritten_bytes_ = 0;
    const Path path = folder_ / ".stats";
    const bool others_wrote = files_.identity(path) != statistics_;
    if (others_wrote) {
        const auto theirs = files_.identity(path) ? decode(read_file(files_, path)) : std::nullopt;
        if (theirs && theirs->ageing.level() > ageing_.level()) ageing_ = theirs->ageing;
    }
    if (others_wrote || puts_since_count_ >= std::max(kPutsPerWrite, entries())) count();
    write_file(files_, path, encode({entries(), bytes(), ageing_}));
    statistics_ = files_.identity(path);
}

/// An entry that is damaged, of another version or over is worth nothing.
double DiskShelf::price_of(const FolderEntry& entry) {
    std::optional<DiskEntryHeader> header;
    try {
        const auto file = files_.open(folder_ / entry.name);
        header = read_disk_header(*file, file->identity().size);
    } catch (const Error& error) {
        if (error.fault() != Fault::Input && error.fault() != Fault::NotFound) throw;
    }
    if (!header) return kWorthNothing;
    const std::int64_t end_ns = header->facts.expires_wall_ns;
    if (end_ns != 0 && end_ns <= clock_.wall_ns()) return kWorthNothing;
    const double cost_ns = static_cast<double>(std::max<std::int64_t>(1, header->facts.cost_ns));
    const double bytes = static_cast<double>(std::max<std::uint64_t>(1, entry.size));
    return ageing_.level_at(entry.mtime_ns) + uses_of(entry.mtime_ns) * cost_ns / bytes;
}

/// Fills candidates_ with the cheapest of a sample, so that few headers are read for each entry dropped. Names are
/// digests, so neighbours are as good as drawn by lot. Requires: the lock is held.
void DiskShelf::find_candidates() {
    candidates_.clear();
    const std::vector<FolderEntry> entries = count();
    const std::size_t sample = std::min(entries.size(), std::max(kSmallestSample, entries.size() / 2));
    for (std::size_t i = 0; i < sample; ++i) {
        const FolderEntry& entry = entries[(sampled_ + i) % entries.size()];
        candidates_.push_back({entry.name, price_of(entry), entry.mtime_ns});
    }
    sampled_ = entries.empty() ? 0 : (sampled_ + sample) % entries.size();
    std::ranges::sort(candidates_, [](const Candidate& a, const Candidate& b) {
        if (a.price != b.price) return a.price > b.price;
        return a.mtime_ns != b.mtime_ns ? a.mtime_ns > b.mtime_ns : a.name > b.name;
    });
    // Of few, half: where a dear entry lies with the one just put, another folder has something cheaper to drop.
    const std::size_t size = candidates_.size();
    const std::size_t kept = size <= 8 ? (size + 1) / 2 : std::max<std::size_t>(4, size / 4);
    candidates_.erase(candidates_.begin(), candidates_.end() - static_cast<std::ptrdiff_t>(kept));
}

std::optional<std::string> DiskShelf::drop_cheapest(std::string_view keep) {
    const std::lock_guard lock(mutex_);
    for (int fill = 0; fill < 2; ++fill) {
        while (!candidates_.empty()) {
            Candidate candidate = std::move(candidates_.back());
            candidates_.pop_back();
            if (candidate.name == keep) continue;
            const Path path = folder_ / candidate.name;
            const auto identity = files_.identity(path);
            const bool is_as_seen = identity && identity->mtime_ns == candidate.mtime_ns;  // not used or replaced since
            if (!is_as_seen || !files_.remove(path)) continue;
            note_removed(identity->size);
            ageing_.raise(candidate.price, clock_.wall_ns());
            return std::move(candidate.name);
        }
        if (fill == 0) find_candidates();
    }
    return std::nullopt;
}

}  // namespace hone
