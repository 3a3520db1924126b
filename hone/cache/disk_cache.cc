#include "hone/cache/disk_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>

#include "hone/base/error.h"
#include "hone/cache/disk_shelves.h"
#include "hone/cache/entry_lifetime.h"
#include "hone/cache/fallback_marks.h"
#include "hone/cache/key_parts.h"
#include "hone/cache/tag_generations.h"

namespace hone {
namespace {

constexpr std::uint64_t kUsualLimit = std::uint64_t{4} << 30;
constexpr std::size_t kWrittenAtOnce = 64 * 1024;
constexpr std::size_t kUsualHeader = 256;  // besides the parts of the key
constexpr std::int64_t kNsPerMinute = 60LL * 1'000'000'000;

constexpr std::string_view kCacheTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Results that hone can compute again. Backups may leave this folder out.\n";

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
        Path path;
    };
    Place place_of(const Digest& digest);

    /// False and a mark if `call` throws.
    template <class Call>
    bool attempt(std::string_view doing, Call call);

    Answer load(const Key& key);
    std::optional<Answer> refusal_of(const StoredDiskEntry& stored);
    Answer dropped(const Key& key, const Place& place, std::uint64_t bytes, Answer answer);
    void note_use(const Path& path, const FileIdentity& identity);
    bool store(const Key& key, std::string_view bytes, const EntryFacts& facts);
    bool has_later_one(const Place& place, const Digest& key, std::uint64_t fence);
    void note_evicted(const Digest& key);
    void write(const Path& path, const std::string& header, std::string_view bytes);
    void open();
    void save_record();
    void walk_shelf(const DiskShelf& shelf, Walk& walk,
                    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>& by_app);

    Files& files;
    Clock& clock;
    Budget* const budget;
    const Path folder, root;
    const std::uint64_t boot;
    FallbackMarks marks;
    const std::uint64_t limit_bytes;
    TagGenerations tags;
    DiskShelves shelves;
    KeyRecord record;
    Counters counters;
    std::atomic<std::int64_t> unusable_until_ns = 0;  // monotonic

    std::mutex opening;
    std::atomic<bool> is_open = false;  // the folder is made
};

DiskCache::State::State(const Options& options)
    : files(options.files != nullptr ? *options.files : real_files()),
      clock(options.clock != nullptr ? *options.clock : real_clock()),
      budget(options.budget),
      folder(options.folder),
      root(options.folder / "v1"),
      boot(options.boot != 0 ? options.boot : this_boot()),
      marks(options.trace, "disk cache"),
      limit_bytes(options.limit_bytes != 0 ? options.limit_bytes : usual_limit(files, folder, marks)),
      tags(files, clock, root / "tags"),
      shelves(files, clock, root, limit_bytes),
      record(files, clock, folder / "asked") {}

DiskCache::State::Place DiskCache::State::place_of(const Digest& digest) {
    DiskShelf& shelf = shelves.of(digest);
    return {shelf, shelf.folder() / name_in_shelf(digest)};
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

/// Why a whole entry of the right key is not given out; nothing: it is.
std::optional<DiskCache::Answer> DiskCache::State::refusal_of(const StoredDiskEntry& stored) {
    const EntryFacts& facts = stored.entry.facts;
    const std::vector<std::uint64_t> generations = tags.of(facts.tags);
    const auto differs = std::ranges::mismatch(generations, stored.generations);
    if (differs.in1 != generations.end())
        return Answer{{}, Miss::Invalidated, facts.tags[static_cast<std::size_t>(differs.in1 - generations.begin())]};
    if (is_expired(facts, stored.stored, time_now(clock, boot))) return Answer{{}, Miss::Expired, {}};
    return std::nullopt;
}

DiskCache::Answer DiskCache::State::load(const Key& key) {
    const Place place = place_of(key.digest);
    std::unique_ptr<InputFile> file;
    try {
        file = files.open(place.path);
    } catch (const Error& error) {
        if (error.fault() != Fault::NotFound) throw;
        record.note_asked(key);
        return {};
    }
    const FileIdentity identity = file->identity();
    std::optional<StoredDiskEntry> stored;
    try {
        stored = read_disk_entry(*file, identity.size, key.digest, budget);
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        add(counters.damaged);
        marks.mark("damaged", cat("an entry is removed: ", error.message()));
        return dropped(key, place, identity.size, {{}, Miss::Damaged, error.message()});
    }
    if (!stored) return dropped(key, place, identity.size, {{}, Miss::OtherVersion, {}});
    if (auto refusal = refusal_of(*stored)) return dropped(key, place, identity.size, *std::move(refusal));
    note_use(place.path, identity);
    return {std::move(stored->entry), {}, {}};
}

/// Removes an entry that is of no use, and notes why.
DiskCache::Answer DiskCache::State::dropped(const Key& key, const Place& place, std::uint64_t bytes, Answer answer) {
    record.note(key, *answer.miss, answer.detail);
    attempt("remove an entry", [&] {
        if (files.remove(place.path)) place.shelf.note_removed(bytes);
    });
    return answer;
}

/// Dates the file if it was last dated more than a minute ago, or in the future.
void DiskCache::State::note_use(const Path& path, const FileIdentity& identity) {
    const std::int64_t now = clock.wall_ns();
    const bool is_recent = identity.mtime_ns > now - kNsPerMinute && identity.mtime_ns < now + kNsPerMinute;
    if (is_recent) return;
    if (!files.touch(path, use_stamp(now, uses_of(identity.mtime_ns) + 1)))
        marks.mark("touch", "the last use of an entry cannot be noted");
}

/// Makes the folder at the first put, and sweeps what killed processes left beside the entries; it costs nothing
/// before.
void DiskCache::State::open() {
    if (is_open.load(std::memory_order_acquire)) return;
    const std::lock_guard lock(opening);
    if (is_open) return;
    files.make_folders(root, true);
    const Path tag = folder / "CACHEDIR.TAG";
    if (!files.identity(tag)) write_file(files, tag, kCacheTag);
    // The folder is the user's: only what is named after our own files is swept there.
    constexpr std::array<std::string_view, 3> kOurs = {"CACHEDIR.TAG", "history", "asked"};
    sweep_leftovers(files, clock, folder, kOurs);
    if (files.identity(root / "tags")) sweep_leftovers(files, clock, root / "tags");
    is_open.store(true, std::memory_order_release);
}

/// True if a lease after `fence` stored an entry that still holds. Equal keys have equal bytes, so leaving that one is
/// never wrong; an old one that has been invalidated since must not hide it.
bool DiskCache::State::has_later_one(const Place& place, const Digest& key, std::uint64_t fence) {
    try {
        const auto file = files.open(place.path);
        const auto stored = read_disk_entry(*file, file->identity().size, key, budget);
        return stored && stored->entry.facts.fence > fence && !refusal_of(*stored);
    } catch (const Error& error) {
        if (error.fault() != Fault::Input && error.fault() != Fault::NotFound) throw;
        return false;
    }
}

bool DiskCache::State::store(const Key& key, std::string_view bytes, const EntryFacts& facts) {
    open();
    DiskEntryHeader header{.key = key.digest,
                           .app = key.app,
                           .task = key.task,
                           .facts = facts,
                           .generations = tags.of(facts.tags),
                           .stored = time_now(clock, boot),
                           .key_parts = encode_key_parts(key.parts)};
    const CompressedValue packed = compress_if_worth(bytes, facts.cost_ns, kUsualHeader + header.key_parts.size());
    const std::string_view payload = packed.codec == ValueCodec::Raw ? bytes : std::string_view(packed.bytes);
    header.codec = packed.codec;
    header.raw_bytes = bytes.size();
    header.payload_bytes = payload.size();
    header.payload_hash = hash64(payload);
    const std::string start = encode_disk_header(header);
    const std::uint64_t size = start.size() + payload.size();
    if (start.size() > DiskEntryHeader::kMaxBytes || size > limit_bytes / 4) {
        const std::string reason = cat("an entry of ", size, " bytes is above a quarter of the limit of ", limit_bytes);
        marks.mark("too large", reason);
        record.note(key, Miss::Refused, reason);
        return false;
    }
    if (!shelves.make_room(key.digest, size, [this](const Digest& digest) { note_evicted(digest); })) {
        marks.mark("full", "puts wait until entries of less price are removed");
        record.note(key, Miss::Refused, "the cache was full");
        return false;
    }
    const Place place = place_of(key.digest);
    place.shelf.open();
    const auto before = files.identity(place.path);
    if (before && facts.fence != 0 && has_later_one(place, key.digest, facts.fence)) return true;
    try {
        write(place.path, start, payload);
    } catch (const Error& error) {
        if (error.fault() != Fault::NotFound) throw;
        place.shelf.close();  // someone removed the folder, or swept the file after a step of the clock
        place.shelf.open();
        write(place.path, start, payload);
    }
    record.note_stored(key);
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

void DiskCache::State::note_evicted(const Digest& key) {
    add(counters.evictions);
    record.note(key, Miss::Evicted);
}

/// Where nothing was ever stored there is nothing to explain either.
void DiskCache::State::save_record() {
    if (!record.has_news()) return;
    attempt("write the record of keys", [&] {
        if (files.identity(folder)) record.save();
    });
}

DiskCache::DiskCache(const Options& options) : state_(std::make_unique<State>(options)) {}

DiskCache::~DiskCache() {
    for (DiskShelf& shelf : state_->shelves.all())
        state_->attempt("write statistics", [&] { shelf.write_statistics(); });
    state_->save_record();
}

DiskCache::Answer DiskCache::look_up(const Key& key) {
    Answer answer;
    try {
        answer = state_->load(key);
    } catch (const Error& error) {
        state_->marks.failed("find", error);
        answer = {{}, Miss::Unusable, error.message()};
        state_->record.note(key, Miss::Unusable, error.message());
    }
    add(answer.entry ? state_->counters.hits : state_->counters.misses);
    if (answer.entry) {
        const std::int64_t cost_ns = std::max<std::int64_t>(0, answer.entry->facts.cost_ns);
        add(state_->counters.saved_ns, static_cast<std::uint64_t>(cost_ns));
    }
    return answer;
}

bool DiskCache::put(const Key& key, std::string_view bytes, const EntryFacts& facts) {
    bool is_stored = false;
    if (usable()) {
        try {
            is_stored = state_->store(key, bytes, facts);
        } catch (const Error& error) {
            if (is_lasting(error)) state_->unusable_until_ns = state_->clock.monotonic_ns() + kNsPerMinute;
            state_->record.note(key, Miss::Unusable, error.message());
            state_->marks.failed("put", error);
        }
    } else {
        state_->record.note(key, Miss::Unusable, "it could not be written less than a minute before");
    }
    if (!is_stored) {
        add(state_->counters.refused);
        return false;
    }
    const std::uint64_t puts = state_->counters.puts.fetch_add(1, std::memory_order_relaxed) + 1;
    state_->attempt("keep within the limit", [&] {
        state_->shelves.keep_within_limit(key.digest, puts,
                                          [this](const Digest& digest) { state_->note_evicted(digest); });
    });
    return true;
}

bool DiskCache::remove(const Key& key) {
    bool is_removed = false;
    state_->attempt("remove an entry", [&] {
        const State::Place place = state_->place_of(key.digest);
        const auto identity = state_->files.identity(place.path);
        is_removed = identity && state_->files.remove(place.path);
        if (!is_removed) return;
        place.shelf.note_removed(identity->size);
        state_->record.note(key, Miss::Removed);
    });
    return is_removed;
}

void DiskCache::note_refused(const Key& key, std::string_view reason) {
    state_->record.note(key, Miss::Refused, reason);
}

bool DiskCache::invalidate(std::string_view tag) {
    return state_->attempt("invalidate", [&] {
        state_->open();
        state_->tags.advance(tag);
    });
}

std::uint64_t DiskCache::clear() {
    std::uint64_t removed = 0;
    for (std::size_t i = 0; i < DiskShelves::kShelves; ++i) {
        DiskShelf& shelf = state_->shelves.all()[i];
        state_->attempt("clear", [&] {
            for (const FolderEntry& entry : state_->files.list(shelf.folder())) {
                if (entry.is_folder || !is_entry_name(entry.name)) continue;
                if (!state_->files.remove(shelf.folder() / entry.name)) continue;
                shelf.note_removed(entry.size);
                ++removed;
                if (const auto digest = digest_in_shelf(i, entry.name))
                    state_->record.note(*digest, Miss::Removed, "the cache was cleared");
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
            const auto header = read_disk_header(*file, size);
            ++walk.entries;
            walk.bytes += size;
            walk.raw_bytes += header ? header->raw_bytes : size;
            auto& [its_entries, its_bytes] = by_app[header ? header->app : "(another version)"];
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
    for (const DiskShelf& shelf : state_->shelves.all())
        state_->attempt("walk", [&] { state_->walk_shelf(shelf, walk, by_app); });
    walk.by_app.assign(by_app.begin(), by_app.end());
    return walk;
}

KeyReport DiskCache::explain(std::string_view prefix) {
    KeyReporter reporter(state_->files, state_->root, state_->tags, state_->record.all(),
                         time_now(state_->clock, state_->boot));
    return reporter.report(reporter.key_of(prefix));
}

TierStats DiskCache::stats() {
    if (!state_->shelves.has_counts()) state_->attempt("read statistics", [&] { state_->shelves.load_counts(); });
    const Counters& counters = state_->counters;
    TierStats stats;
    stats.entries = state_->shelves.entries();
    stats.bytes = state_->shelves.bytes();
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
