#include "hone/cache/lock_file.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "hone/base/boot_id.h"
#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/cache/fallback_marks.h"

namespace hone {
namespace {

constexpr std::string_view kMagic = "HONELOCK";
constexpr std::int64_t kWritingNs = 2LL * 1'000'000'000;  // more than enough to write a lock after creating it
constexpr int kAttempts = 3;

struct Owner {
    std::uint64_t process = 0;
    std::uint64_t start = 0;  ///< of the process, in ticks since the machine started; 0: unknown
    std::string boot;         ///< id of that start of the machine
    std::int64_t deadline_wall_ns = 0;
    std::uint64_t number = 0;  ///< of the lease; tells locks of one process apart
};

std::string encode(const Owner& owner) {
    Encoder out;
    out.raw(kMagic.data(), kMagic.size());
    out.u64(owner.process);
    out.u64(owner.start);
    out.text(owner.boot);
    out.i64(owner.deadline_wall_ns);
    out.u64(owner.number);
    out.u64(hash64(out.bytes()));
    return out.take();
}

/// The owner; nothing if the content is not whole.
std::optional<Owner> decode(std::string_view content) {
    if (!content.starts_with(kMagic)) return std::nullopt;
    try {
        Decoder in(content.substr(kMagic.size()));
        Owner owner;
        owner.process = in.u64();
        owner.start = in.u64();
        owner.boot = in.text();
        owner.deadline_wall_ns = in.i64();
        owner.number = in.u64();
        if (encode(owner) != content) return std::nullopt;
        return owner;
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        return std::nullopt;
    }
}

/// The state of a process, as /proc/<number>/stat gives it; empty if there is none.
std::string stat_of(std::uint64_t process) {
    try {
        return read_file(real_files(), Path("/proc") / cat(process) / "stat");
    } catch (const Error& error) {
        if (error.fault() == Fault::Bug) throw;
        return {};
    }
}

/// Start of a living process; nothing if there is none of this number.
std::optional<std::uint64_t> start_of(std::uint64_t process) {
    const std::string stat = stat_of(process);
    const std::size_t name_end = stat.rfind(')');  // the name before may hold anything
    if (name_end == std::string::npos) return std::nullopt;
    const std::vector<std::string> fields = split(trim(std::string_view(stat).substr(name_end + 1)), ' ');
    constexpr std::size_t kState = 0, kStart = 19;  // fields 3 and 22 of proc(5)
    if (fields.size() <= kStart || fields[kState] == "Z" || fields[kState] == "X") return std::nullopt;
    std::uint64_t start = 0;
    for (const char digit : fields[kStart])
        start = start * 10 + static_cast<std::uint64_t>(digit - '0');
    return start;
}

Owner this_process() {
    Owner owner;
    owner.process = static_cast<std::uint64_t>(::getpid());
    owner.start = start_of(owner.process).value_or(0);
    owner.boot = boot_id();
    return owner;
}

/// A number that this process has not had, at least `least` and as a rule the time, so that processes agree on which
/// of two is later.
std::uint64_t next_number(std::int64_t wall_ns, std::uint64_t least) {
    static std::atomic<std::uint64_t> last = 0;
    const std::uint64_t wanted =
        std::max({std::uint64_t{1}, least, static_cast<std::uint64_t>(std::max<std::int64_t>(0, wall_ns))});
    std::uint64_t before = last.load();
    while (!last.compare_exchange_weak(before, std::max(before + 1, wanted))) {
    }
    return std::max(before + 1, wanted);
}

bool is_gone(const Owner& owner) {
    const Owner us = this_process();
    if (us.start == 0) return false;  // no /proc: cannot be told
    return owner.boot != us.boot || start_of(owner.process) != owner.start;
}

/// Content of a file; nothing if it is absent.
std::optional<std::string> content_of(Files& files, const Path& path) {
    try {
        return read_file(files, path);
    } catch (const Error& error) {
        if (error.fault() != Fault::NotFound) throw;
        return std::nullopt;
    }
}

/// A file that was not there; nothing if it exists, or if its folder does not.
std::unique_ptr<OutputFile> create_new(Files& files, const Path& path) {
    try {
        return files.create(path, true);
    } catch (const Error& error) {
        if (!is_caused_by(error, EEXIST) && error.fault() != Fault::NotFound) throw;
        return nullptr;
    }
}

}  // namespace

LockFile::~LockFile() {
    try {
        release();
    } catch (const Error&) {
        // The lock ends with this process or with its deadline.
    }
}

bool LockFile::try_acquire() {
    check(ours_.empty(), "a lock is acquired once");
    std::uint64_t least_number = 0;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (create(least_number)) return true;
        const auto content = content_of(files_, path_);
        if (!content) continue;  // released meanwhile
        if (!is_over(*content)) return false;
        if (const auto owner = decode(*content)) least_number = std::max(least_number, owner->number + 1);
        take_away(*content);
    }
    return false;
}

/// False if the file exists.
bool LockFile::create(std::uint64_t least_number) {
    const std::int64_t now = clock_.wall_ns();
    Owner owner = this_process();
    owner.deadline_wall_ns = now + kLifeNs;
    owner.number = next_number(now, least_number);
    const std::string content = encode(owner);
    std::unique_ptr<OutputFile> file = create_new(files_, path_);
    if (!file && !files_.identity(path_.parent_path())) {
        files_.make_folders(path_.parent_path(), true);
        file = create_new(files_, path_);
    }
    if (!file) return false;
    try {
        file->append(as_bytes(content));
        file->finish();
    } catch (const Error&) {
        files_.remove(path_);
        throw;
    }
    ours_ = content;
    number_ = owner.number;
    deadline_wall_ns_ = owner.deadline_wall_ns;
    return true;
}

bool LockFile::extend() {
    if (ours_.empty()) return false;
    const std::int64_t now = clock_.wall_ns();
    const std::int64_t left = deadline_wall_ns_ - now;
    if (left >= kLifeNs / 2 && left <= kLifeNs) return true;
    if (left < 0 || content_of(files_, path_) != ours_) {
        ours_.clear();
        return false;
    }
    Owner owner = decode(ours_).value();
    owner.deadline_wall_ns = now + kLifeNs;
    std::string content = encode(owner);
    write_file(files_, path_, content);
    ours_ = std::move(content);
    deadline_wall_ns_ = owner.deadline_wall_ns;
    return true;
}

bool LockFile::is_over(const std::string& content) const {
    const std::int64_t now = clock_.wall_ns();
    if (const auto owner = decode(content)) {
        // A deadline too far away is one from before the clock was set back.
        const bool is_late = now > owner->deadline_wall_ns || owner->deadline_wall_ns > now + 2 * kLifeNs;
        return is_late || is_gone(*owner);
    }
    const auto identity = files_.identity(path_);
    if (!identity) return false;
    return identity->mtime_ns < now - kWritingNs || identity->mtime_ns > now + kWritingNs;
}

/// Moves the lock away, if it still is the one with this content, so that of several who want to take over one creates
/// the next.
void LockFile::take_away(const std::string& content) {
    const Path beside = temporary_beside(path_);
    try {
        files_.rename(path_, beside);
    } catch (const Error& error) {
        if (error.fault() != Fault::NotFound) throw;
        return;  // another was faster
    }
    if (content_of(files_, beside) == content)
        files_.remove(beside);
    else
        files_.rename(beside, path_);
}

void LockFile::release() {
    const std::string ours = std::exchange(ours_, {});
    if (!ours.empty() && content_of(files_, path_) == ours) files_.remove(path_);
}

}  // namespace hone
