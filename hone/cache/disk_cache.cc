#include "hone/cache/disk_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <deque>
#include <map>
#include <mutex>

#include "hone/base/error.h"
#include "hone/cache/disk_shelf.h"
#include "hone/cache/fallback_marks.h"
#include "hone/cache/tag_generations.h"

namespace hone {
namespace {

constexpr std::size_t kShelves = 256;
constexpr int kRemovalsPerPut = 64;
constexpr std::uint64_t kPutsPerRefresh = 4096;
constexpr std::uint64_t kPutsWithoutCounts = 64;
constexpr std::uint64_t kUsualLimit = std::uint64_t{4} << 30;
constexpr std::size_t kWrittenAtOnce = 64 * 1024;
constexpr std::int64_t kNsPerMinute = 60LL * 1'000'000'000;

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kCacheTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Results that hone can compute again. Backups may leave this folder out.\n";

Path shelf_name(std::size_t number) {
    return {std::string{kHex[number / 16], kHex[number % 16]}};
}

std::optional<std::size_t> shelf_number(std::string_view name) {
    if (name.size() != 2) return std::nullopt;
    const std::size_t high = kHex.find(name[0]), low = kHex.find(name[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    return 16 * high + low;
}

/// 4 GiB or a tenth of the free disk, whichever is less.
std::uint64_t usual_limit(Files& files, const Path& folder, FallbackMarks& marks) {
    try {
        Path there = folder;
        while (there.has_relative_path() && !files.identity(there))
            there = there.parent_path();
        return std::min(kUsualLimit, files.free_bytes(there.empty() ? Path(".") : there) / 10);
    } catch (const Error& error) {
        marks.failed("choose the limit", error);
        return kUsualLimit;
    }
}

/// True if trying again at once would fail in the same way. A file where a folder should be is EEXIST or ENOTDIR.
bool is_lasting(const Error& error) {
    constexpr std::array kErrors = {EROFS, EACCES, EPERM, ENOSPC, EDQUOT, EEXIST, ENOTDIR, ELOOP, ENAMETOOLONG};
    return std::ranges::any_of(kErrors, [&](int number) { return is_caused_by(error, number); });
}

struct Counters {
    std::atomic<std::uint64_t> hits = 0, misses = 0, puts = 0, refused = 0, evictions = 0, damaged = 0, saved_ns = 0;
};

void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount = 1) {
    counter.fetch_add(amount, std::memory_order_relaxed);
}

}  // namespace

struct DiskCache::State {
    explicit State(const Options& options);

    struct Place {
        DiskShelf& shelf;
        std::string name;
        Path path;
    };
    Place place_of(const Digest& digest);

    /// False and a mark if `call` throws.
    template <class Call>
    bool attempt(std::string_view doing, Call call);

    std::optional<DiskEntry> load(const Key& key);
    void note_use(const Path& path, const FileIdentity& identity);
    void discard(const Place& place, std::uint64_t bytes);
    bool store(const Key& key, std::string_view bytes, const EntryFacts& facts);
    void write(const Path& path, const std::string& header, std::string_view bytes);
    void open();
    void load_counts();
    std::uint64_t total_bytes() const;
    void keep_within_limit(const Place& just_put, std::uint64_t puts);
    void evict(const Place& just_put);
    void walk_shelf(const DiskShelf& shelf, Walk& walk,
                    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>& by_app);

    Files& files;
    Clock& clock;
    const Path folder, root;
    FallbackMarks marks;
    const std::uint64_t limit_bytes;
    TagGenerations tags;
    std::deque<DiskShelf> shelves;
    Counters counters;
    std::atomic<std::int64_t> unusable_until_ns = 0;  // monotonic

    std::mutex opening;
    std::atomic<bool> is_open = false;     // the folder is made
    std::atomic<bool> has_counts = false;  // the statistics of all folders were read
    std::mutex evicting;
};

DiskCache::State::State(const Options& options)
    : files(options.files != nullptr ? *options.files : real_files()),
      clock(options.clock != nullptr ? *options.clock : real_clock()),
      folder(options.folder),
      root(options.folder / "v1"),
      marks(options.trace, "disk cache"),
      limit_bytes(options.limit_bytes != 0 ? options.limit_bytes : usual_limit(files, folder, marks)),
      tags(files, clock, root / "tags") {
    const std::uint64_t share = limit_bytes / kShelves;
    for (std::size_t i = 0; i < kShelves; ++i)
        shelves.emplace_back(files, clock, root / shelf_name(i), std::max<std::uint64_t>(1, share / 4));
}

DiskCache::State::Place DiskCache::State::place_of(const Digest& digest) {
    const std::string hex = digest.hex();
    DiskShelf& shelf = shelves[digest.high >> 56];
    std::string name = hex.substr(2);
    Path path = shelf.folder() / name;
    return {shelf, std::move(name), std::move(path)};
}

template <class Call>
bool DiskCache::State::attempt(std::string_view doing, Call call) {
    try {
        call();
        return true;
    } catch (const Error& error) {
        marks.failed(doing, error);
        return false;
    }
}

std::optional<DiskEntry> DiskCache::State::load(const Key& key) {
    const Place place = place_of(key.digest);
    std::unique_ptr<InputFile> file;
    try {
        file = files.open(place.path);
    } catch (const Error& error) {
        if (error.fault() != Fault::NotFound) throw;
        return std::nullopt;
    }
    const FileIdentity identity = file->identity();
    StoredDiskEntry stored;
    try {
        stored = read_disk_entry(*file, identity.size, key.digest);
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        add(counters.damaged);
        marks.mark("damaged", cat("an entry is removed: ", error.message()));
        discard(place, identity.size);
        return std::nullopt;
    }
    if (tags.of(stored.entry.facts.tags) != stored.generations) {
        discard(place, identity.size);
        return std::nullopt;
    }
    note_use(place.path, identity);
    return std::move(stored.entry);
}

/// Dates the file if it was last dated more than a minute ago, or in the future.
void DiskCache::State::note_use(const Path& path, const FileIdentity& identity) {
    const std::int64_t now = clock.wall_ns();
    const bool is_recent = identity.mtime_ns > now - kNsPerMinute && identity.mtime_ns < now + kNsPerMinute;
    if (!is_recent && !files.touch(path, now)) marks.mark("touch", "the last use of an entry cannot be noted");
}

void DiskCache::State::discard(const Place& place, std::uint64_t bytes) {
    attempt("remove an entry", [&] {
        if (files.remove(place.path)) place.shelf.note_removed(bytes);
    });
}

/// Makes the folder at the first put; it costs nothing before.
void DiskCache::State::open() {
    if (is_open.load(std::memory_order_acquire)) return;
    const std::lock_guard lock(opening);
    if (is_open) return;
    files.make_folders(root, true);
    const Path tag = folder / "CACHEDIR.TAG";
    if (!files.identity(tag)) write_file(files, tag, kCacheTag);
    is_open.store(true, std::memory_order_release);
}

/// Reads the statistics of all folders that this object has not put to.
void DiskCache::State::load_counts() {
    for (const FolderEntry& entry : files.list(root)) {
        if (const auto number = shelf_number(entry.name)) shelves[*number].load();
    }
    has_counts = true;
}

bool DiskCache::State::store(const Key& key, std::string_view bytes, const EntryFacts& facts) {
    open();
    DiskEntryHeader parts{key.digest, key.app, key.task, facts, tags.of(facts.tags), bytes.size(), hash64(bytes)};
    const std::string header = encode_disk_header(parts);
    const std::uint64_t size = header.size() + bytes.size();
    if (header.size() > DiskEntryHeader::kMaxBytes || size > limit_bytes / 4) {
        marks.mark("too large", cat("an entry of ", size, " bytes is above a quarter of the limit of ", limit_bytes));
        return false;
    }
    const Place place = place_of(key.digest);
    place.shelf.open();
    const auto before = files.identity(place.path);
    try {
        write(place.path, header, bytes);
    } catch (const Error& error) {
        if (error.fault() != Fault::NotFound) throw;
        place.shelf.close();  // someone removed the folder
        place.shelf.open();
        write(place.path, header, bytes);
    }
    attempt("write statistics",
            [&] { place.shelf.note_put(size, before ? std::optional(before->size) : std::nullopt); });
    return true;
}

void DiskCache::State::write(const Path& path, const std::string& header, std::string_view bytes) {
    const Path beside = temporary_beside(path);
    const auto file = files.create(beside, true);
    try {
        if (bytes.size() < kWrittenAtOnce) {
            file->append(as_bytes(cat(header, bytes)));
        } else {
            file->append(as_bytes(header));
            file->append(as_bytes(bytes));
        }
        file->finish();
        files.rename(beside, path);
    } catch (const Error&) {
        attempt("remove a file that was not finished", [&] { files.remove(beside); });
        throw;
    }
}

std::uint64_t DiskCache::State::total_bytes() const {
    std::uint64_t total = 0;
    for (const DiskShelf& shelf : shelves)
        total += shelf.bytes();
    return total;
}

/// Reading all statistics takes milliseconds, too much for a process that puts a single entry. Keys are spread evenly,
/// so the folder of this entry tells whether the limit is near.
void DiskCache::State::keep_within_limit(const Place& just_put, std::uint64_t puts) {
    const bool is_near = just_put.shelf.bytes() > limit_bytes / kShelves / 2;
    if (!has_counts ? is_near || puts >= kPutsWithoutCounts : puts % kPutsPerRefresh == 0) load_counts();
    evict(just_put);
}

/// Drops entries until the cache is within its limit, but not the one that was just put.
void DiskCache::State::evict(const Place& just_put) {
    if (total_bytes() <= limit_bytes) return;
    const std::unique_lock lock(evicting, std::try_to_lock);
    if (!lock) return;  // another thread is at it
    std::array<bool, kShelves> has_nothing{};
    for (int removals = 0; removals < kRemovalsPerPut && total_bytes() > limit_bytes;) {
        std::size_t heaviest = kShelves;
        for (std::size_t i = 0; i < kShelves; ++i) {
            if (has_nothing[i] || shelves[i].weight() == 0) continue;
            if (heaviest == kShelves || shelves[i].weight() > shelves[heaviest].weight()) heaviest = i;
        }
        if (heaviest == kShelves) return;
        DiskShelf& shelf = shelves[heaviest];
        if (shelf.drop_cheapest(&shelf == &just_put.shelf ? just_put.name : std::string_view())) {
            ++removals;
            add(counters.evictions);
        } else {
            has_nothing[heaviest] = true;
        }
    }
}

DiskCache::DiskCache(const Options& options) : state_(std::make_unique<State>(options)) {}

DiskCache::~DiskCache() {
    for (DiskShelf& shelf : state_->shelves)
        state_->attempt("write statistics", [&] { shelf.write_statistics(); });
}

std::optional<DiskEntry> DiskCache::find(const Key& key) {
    std::optional<DiskEntry> entry;
    state_->attempt("find", [&] { entry = state_->load(key); });
    add(entry ? state_->counters.hits : state_->counters.misses);
    if (entry)
        add(state_->counters.saved_ns, static_cast<std::uint64_t>(std::max<std::int64_t>(0, entry->facts.cost_ns)));
    return entry;
}

bool DiskCache::put(const Key& key, std::string_view bytes, const EntryFacts& facts) {
    bool is_stored = false;
    if (usable()) {
        try {
            is_stored = state_->store(key, bytes, facts);
        } catch (const Error& error) {
            if (is_lasting(error)) state_->unusable_until_ns = state_->clock.monotonic_ns() + kNsPerMinute;
            state_->marks.failed("put", error);
        }
    }
    if (!is_stored) {
        add(state_->counters.refused);
        return false;
    }
    const std::uint64_t puts = state_->counters.puts.fetch_add(1, std::memory_order_relaxed) + 1;
    state_->attempt("keep within the limit", [&] { state_->keep_within_limit(state_->place_of(key.digest), puts); });
    return true;
}

bool DiskCache::remove(const Key& key) {
    bool is_removed = false;
    state_->attempt("remove an entry", [&] {
        const State::Place place = state_->place_of(key.digest);
        const auto identity = state_->files.identity(place.path);
        is_removed = identity && state_->files.remove(place.path);
        if (is_removed) place.shelf.note_removed(identity->size);
    });
    return is_removed;
}

bool DiskCache::invalidate(std::string_view tag) {
    return state_->attempt("invalidate", [&] {
        state_->open();
        state_->tags.advance(tag);
    });
}

std::uint64_t DiskCache::clear() {
    std::uint64_t removed = 0;
    for (DiskShelf& shelf : state_->shelves) {
        state_->attempt("clear", [&] {
            for (const FolderEntry& entry : state_->files.list(shelf.folder())) {
                if (entry.is_folder || !is_entry_name(entry.name)) continue;
                if (!state_->files.remove(shelf.folder() / entry.name)) continue;
                shelf.note_removed(entry.size);
                ++removed;
            }
        });
    }
    return removed;
}

void DiskCache::State::walk_shelf(const DiskShelf& shelf, Walk& walk,
                                  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>& by_app) {
    for (const FolderEntry& entry : files.list(shelf.folder())) {
        if (entry.is_folder || !is_entry_name(entry.name)) continue;
        try {
            const auto file = files.open(shelf.folder() / entry.name);
            const std::uint64_t size = file->identity().size;
            const DiskEntryHeader header = read_disk_header(*file, size);
            ++walk.entries;
            walk.bytes += size;
            auto& [its_entries, its_bytes] = by_app[header.app];
            ++its_entries;
            its_bytes += size;
        } catch (const Error& error) {
            if (error.fault() == Fault::NotFound) continue;  // removed meanwhile
            if (error.fault() != Fault::Input) throw;
            ++walk.damaged;
        }
    }
}

DiskCache::Walk DiskCache::walk() {
    Walk walk;
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> by_app;
    for (const DiskShelf& shelf : state_->shelves)
        state_->attempt("walk", [&] { state_->walk_shelf(shelf, walk, by_app); });
    walk.by_app.assign(by_app.begin(), by_app.end());
    return walk;
}

TierStats DiskCache::stats() {
    if (!state_->has_counts) state_->attempt("read statistics", [&] { state_->load_counts(); });
    const Counters& counters = state_->counters;
    TierStats stats;
    for (const DiskShelf& shelf : state_->shelves) {
        stats.entries += shelf.entries();
        stats.bytes += shelf.bytes();
    }
    stats.limit_bytes = state_->limit_bytes;
    stats.hits = counters.hits;
    stats.misses = counters.misses;
    stats.puts = counters.puts;
    stats.refused = counters.refused;
    stats.evictions = counters.evictions;
    stats.damaged = counters.damaged;
    stats.saved_ns = counters.saved_ns;
    return stats;
}

const Path& DiskCache::folder() const {
    return state_->folder;
}
std::uint64_t DiskCache::limit_bytes() const {
    return state_->limit_bytes;
}
bool DiskCache::usable() const {
    return state_->clock.monotonic_ns() >= state_->unusable_until_ns;
}

}  // namespace hone
