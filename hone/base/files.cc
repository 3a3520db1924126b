#include "hone/base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <limits>
#include <system_error>
#include <utility>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

std::int64_t ns(const timespec& time) {
    return time.tv_sec * kNsPerSecond + time.tv_nsec;
}

FileIdentity identity_of(const struct stat& status) {
    return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size), ns(status.st_mtim),
            ns(status.st_ctim)};
}

bool means_absent(int error_number) {
    return error_number == ENOENT || error_number == ENOTDIR;
}

/// Status of `path`; nothing if it is absent.
std::optional<struct stat> status_of(const Path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return status;
    if (means_absent(errno)) return std::nullopt;
    fail_system(errno, "look at", path.string());
}

/// An open file descriptor, closed at the end.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    /// Returns false with errno if the system reports an error. Linux closes the descriptor even then.
    bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }
    int number() const { return number_; }

private:
    int number_;
};

int open_or_fail(const Path& path, int flags, std::string_view doing) {
    constexpr mode_t kMode = 0644;
    while (true) {
        const int number = ::open(path.c_str(), flags | O_CLOEXEC, kMode);
        if (number >= 0) return number;
        if (errno != EINTR) fail_system(errno, doing, path.string());
    }
}

class RealInputFile : public InputFile {
public:
    explicit RealInputFile(const Path& path) : path_(path), file_(open_or_fail(path, O_RDONLY | O_NONBLOCK, "open")) {
        const mode_t mode = status().st_mode;
        if (S_ISDIR(mode)) fail_system(EISDIR, "open", path.string());
        // Pipes and devices have no size and no places to read at; opening a pipe would wait for a writer.
        if (!S_ISREG(mode)) fail(Fault::Input, "expected a file, found a pipe, device or socket: ", path.string());
    }

    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto place = static_cast<off_t>(offset + done);
            const ssize_t got = ::pread(file_.number(), into.data() + done, into.size() - done, place);
            if (got == 0) break;
            if (got > 0)
                done += static_cast<std::size_t>(got);
            else if (errno != EINTR)
                fail_system(errno, "read", path_.string());
        }
        return done;
    }

    FileIdentity identity() const override { return identity_of(status()); }

private:
    struct stat status() const {
        struct stat status {};
        if (::fstat(file_.number(), &status) != 0) fail_system(errno, "look at", path_.string());
        return status;
    }

    Path path_;
    Descriptor file_;
};

class RealOutputFile : public OutputFile {
public:
    RealOutputFile(const Path& path, int flags) : path_(path), file_(open_or_fail(path, flags, "create")) {}

    void append(std::span<const std::byte> bytes) override {
        check(file_.number() >= 0, "nothing is appended to a finished file");
        while (!bytes.empty()) {
            const ssize_t written = ::write(file_.number(), bytes.data(), bytes.size());
            if (written >= 0)
                bytes = bytes.subspan(static_cast<std::size_t>(written));
            else if (errno != EINTR)
                fail_system(errno, "write", path_.string());
        }
    }

    void finish() override {
        check(file_.number() >= 0, "a file is finished once");
        if (!file_.close() && errno != EINTR) fail_system(errno, "write", path_.string());
    }

private:
    Path path_;
    Descriptor file_;
};

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// The entry, or nothing if it went away since its name was read.
std::optional<FolderEntry> entry_of(DIR* folder, const Path& path, const char* name) {
    struct stat status {};
    int failed = ::fstatat(::dirfd(folder), name, &status, 0);
    // A link to nothing, to itself or to where nobody may look is an entry of its own.
    if (failed != 0) failed = ::fstatat(::dirfd(folder), name, &status, AT_SYMLINK_NOFOLLOW);
    if (failed != 0 && errno == ENOENT) return std::nullopt;
    if (failed != 0) fail_system(errno, "look at", (path / name).string());
    return FolderEntry{name, S_ISDIR(status.st_mode), static_cast<std::uint64_t>(status.st_size), ns(status.st_mtim)};
}

class RealFiles : public Files {
public:
    std::unique_ptr<InputFile> open(const Path& path) override { return std::make_unique<RealInputFile>(path); }

    std::unique_ptr<OutputFile> create(const Path& path, bool exclusive) override {
        const int flags = O_WRONLY | O_CREAT | (exclusive ? O_EXCL : O_TRUNC);
        return std::make_unique<RealOutputFile>(path, flags);
    }

    std::optional<FileIdentity> identity(const Path& path) override {
        const auto status = status_of(path);
        if (!status) return std::nullopt;
        return identity_of(*status);
    }

    bool is_folder(const Path& path) override {
        const auto status = status_of(path);
        return status && S_ISDIR(status->st_mode);
    }

    void rename(const Path& from, const Path& to) override {
        if (std::rename(from.c_str(), to.c_str()) != 0)
            fail_system(errno, "rename", cat(from.string(), " to ", to.string()));
    }

    bool remove(const Path& path) override {
        if (std::remove(path.c_str()) == 0) return true;
        if (means_absent(errno)) return false;
        fail_system(errno, "remove", path.string());
    }

    void make_folders(const Path& path, bool is_private) override {
        if (path.empty() || is_folder(path)) return;
        const Path parent = path.parent_path();
        if (parent != path) make_folders(parent, is_private);
        // Another process may have made it in between.
        if (::mkdir(path.c_str(), is_private ? 0700 : 0755) == 0) return;
        const int error_number = errno;
        if (error_number == EEXIST && is_folder(path)) return;
        // ENOENT says here that the file system does not take folders, not that something was looked for.
        fail(Fault::System, "cannot make folder ", path.string(), ": ", std::generic_category().message(error_number));
    }

    std::vector<FolderEntry> list(const Path& path) override {
        std::vector<FolderEntry> entries;
        const Folder folder(::opendir(path.empty() ? "." : path.c_str()));
        if (!folder && errno == ENOENT) return entries;
        if (!folder) fail_system(errno, "list", path.string());
        errno = 0;
        while (const dirent* found = ::readdir(folder.get())) {
            const std::string_view name = found->d_name;
            if (name == "." || name == "..") continue;
            if (auto entry = entry_of(folder.get(), path, found->d_name)) entries.push_back(*std::move(entry));
            errno = 0;
        }
        if (errno != 0) fail_system(errno, "list", path.string());
        std::ranges::sort(entries, {}, &FolderEntry::name);
        return entries;
    }

    bool touch(const Path& path, std::int64_t wall_ns) override {
        std::int64_t seconds = wall_ns / kNsPerSecond;
        if (wall_ns % kNsPerSecond < 0) --seconds;
        const timespec keep_access{0, UTIME_OMIT};
        const timespec modified{seconds, static_cast<long>(wall_ns - seconds * kNsPerSecond)};
        const std::array<timespec, 2> times = {keep_access, modified};
        return ::utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0;
    }

    std::uint64_t free_bytes(const Path& path) override {
        struct statvfs status {};
        if (::statvfs(path.c_str(), &status) != 0) fail_system(errno, "measure the free space of", path.string());
        return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
    }
};

/// A file that goes away again unless it was renamed to its place.
class TemporaryFile {
public:
    TemporaryFile(Files& files, Path path) : files_(files), path_(std::move(path)) {}
    ~TemporaryFile() {
        if (is_kept_) return;
        try {
            files_.remove(path_);
        } catch (const Error&) {
            // The failure that made this file useless is already on its way to the caller.
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void rename_to(const Path& path) {
        files_.rename(path_, path);
        is_kept_ = true;
    }

private:
    Files& files_;
    Path path_;
    bool is_kept_ = false;
};

}  // namespace

Files& real_files() {
    static RealFiles files;
    return files;
}

std::string read_file(Files& files, const Path& path) {
    const auto file = files.open(path);
    constexpr std::uint64_t kMore = 4096;  // files of /proc say that they are empty
    std::string bytes;
    std::size_t done = 0;
    std::uint64_t room = file->identity().size + 1;
    while (true) {
        bytes.resize(done + room);
        const std::span<std::byte> into(reinterpret_cast<std::byte*>(bytes.data()) + done, room);
        const std::size_t got = file->read_at(done, into);
        done += got;
        if (got < room) break;
        room = done + kMore;
    }
    bytes.resize(done);
    return bytes;
}

void write_file(Files& files, const Path& path, std::string_view bytes) {
    const Path beside = temporary_beside(path);
    const auto file = files.create(beside, true);
    TemporaryFile temporary(files, beside);
    file->append(as_bytes(bytes));
    file->finish();
    temporary.rename_to(path);
}

namespace {

/// Counting from the time keeps names apart that processes of one number make, as in containers.
std::int64_t first_temporary_number() {
    static const std::int64_t first = real_clock().wall_ns();
    return first;
}

}  // namespace

Path temporary_beside(const Path& path) {
    static std::atomic<std::int64_t> counter = first_temporary_number();
    const Path name = path.has_filename() ? path.filename() : path.parent_path().filename();
    const Path folder = path.has_filename() ? path.parent_path() : path.parent_path().parent_path();
    return folder / cat('.', name.string(), '.', ::getpid(), '.', ++counter, ".tmp");
}

bool is_process_alive(std::int64_t process) {
    return ::kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH;
}

void remove_leftovers(Files& files, const Path& folder) {
    for (const FolderEntry& entry : files.list(folder)) {
        const std::vector<std::string> parts = split(entry.name, '.');  // "", name..., process, counter, "tmp"
        if (entry.is_folder || parts.size() < 5 || !parts.front().empty() || parts.back() != "tmp") continue;
        const auto process = parse_int64(parts[parts.size() - 3]);
        if (!process || *process <= 0 || *process > std::numeric_limits<pid_t>::max()) continue;
        const auto number = parse_int64(parts[parts.size() - 2]);
        if (!number) continue;
        const bool is_gone = *process == ::getpid() ? *number < first_temporary_number() : !is_process_alive(*process);
        if (is_gone) files.remove(folder / entry.name);
    }
}

}  // namespace hone
