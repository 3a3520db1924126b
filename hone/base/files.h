#pragma once
#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

using Path = std::filesystem::path;

/// What tells one state of a file from another without reading it.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    auto operator<=>(const FileIdentity&) const = default;
};

/// An open file for reading at any place. Thread-safe.
class InputFile {
public:
    virtual ~InputFile() = default;
    /// Reads up to into.size() bytes from `offset`; fewer only at the end of the file.
    virtual std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
    virtual FileIdentity identity() const = 0;
};

/// A new file being written from the start. Not thread-safe. Dropped without finish(), it may be incomplete.
class OutputFile {
public:
    virtual ~OutputFile() = default;
    virtual void append(std::span<const std::byte> bytes) = 0;
    /// Makes everything visible to other processes. Call once, last.
    virtual void finish() = 0;
};

struct FolderEntry {
    std::string name;
    bool is_folder = false;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
};

/// The file system as hone sees it; a seam with a real one, one in memory and one that fails on demand.
/// All calls throw Error (NotFound or System, with the path) unless they say otherwise. Thread-safe.
class Files {
public:
    virtual ~Files() = default;
    virtual std::unique_ptr<InputFile> open(const Path& path) = 0;
    /// Creates or truncates; with `exclusive` it fails if the file exists (errno EEXIST in the message).
    virtual std::unique_ptr<OutputFile> create(const Path& path, bool exclusive = false) = 0;
    /// Identity of a file or folder; nothing if it is absent.
    virtual std::optional<FileIdentity> identity(const Path& path) = 0;
    virtual bool is_folder(const Path& path) = 0;
    /// Replaces `to` atomically.
    virtual void rename(const Path& from, const Path& to) = 0;
    /// Removes a file or an empty folder; false if it was absent.
    virtual bool remove(const Path& path) = 0;
    /// Creates the folder and its parents, mode 0700 for new ones when `is_private`.
    virtual void make_folders(const Path& path, bool is_private = false) = 0;
    /// Entries sorted by name; empty if the folder is absent.
    virtual std::vector<FolderEntry> list(const Path& path) = 0;
    /// Sets the modification time to `wall_ns`; false if that was not possible.
    virtual bool touch(const Path& path, std::int64_t wall_ns) = 0;
    /// Bytes that an ordinary user may still write to the file system of `path`.
    virtual std::uint64_t free_bytes(const Path& path) = 0;
};

/// The machine's file system.
Files& real_files();

/// Whole content of a file.
std::string read_file(Files& files, const Path& path);
/// Writes beside `path` under a unique name, then renames: readers see the old or the new file, never a part.
void write_file(Files& files, const Path& path, std::string_view bytes);
/// A name beside `path` that no other process or thread uses: `.<name>.<pid>.<counter>.tmp`.
Path temporary_beside(const Path& path);
/// Removes files in `folder` that temporary_beside() named for processes that have ended (killed ones leave some).
/// Requires: only processes of this machine write there.
void remove_leftovers(Files& files, const Path& folder);
/// True if a process of this number lives on this machine.
bool is_process_alive(std::int64_t process);

/// A file system in memory for tests: paths, errors and identities behave as those of real_files(). Its clock starts
/// where FakeClock starts and moves one nanosecond with each change. Must outlive the files that it opened.
class MemoryFiles : public Files {
public:
    std::unique_ptr<InputFile> open(const Path& path) override;
    std::unique_ptr<OutputFile> create(const Path& path, bool exclusive = false) override;
    std::optional<FileIdentity> identity(const Path& path) override;
    bool is_folder(const Path& path) override;
    void rename(const Path& from, const Path& to) override;
    bool remove(const Path& path) override;
    void make_folders(const Path& path, bool is_private = false) override;
    std::vector<FolderEntry> list(const Path& path) override;
    bool touch(const Path& path, std::int64_t wall_ns) override;
    std::uint64_t free_bytes(const Path& path) override;

    /// Content of one file, shared by its name and by those who have it open.
    struct Node {
        std::string bytes;
        FileIdentity identity;
        std::mutex mutex;
    };

private:
    FileIdentity new_identity();
    bool holds_folder(const std::string& key) const;
    bool has_entries(const std::string& folder) const;
    void require_parent(const std::string& key, std::string_view doing) const;
    void move_folder(const std::string& from, const std::string& to);

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Node>> nodes_;
    std::map<std::string, FileIdentity> folders_;
    std::uint64_t next_inode_ = 1;
    std::atomic<std::int64_t> tick_ns_ = 1'600'000'000'000'000'000;
};

/// Passes calls on to `inner` and fails those that `fails` picks, with the errno that it returns (0 = go on).
/// Operation names: open, read, create, append, finish, rename, remove, make_folders, list, touch.
class FailingFiles : public Files {
public:
    using Decide = std::function<int(std::string_view operation, const Path& path)>;
    FailingFiles(Files& inner, Decide fails) : inner_(inner), fails_(std::move(fails)) {}

    std::unique_ptr<InputFile> open(const Path& path) override;
    std::unique_ptr<OutputFile> create(const Path& path, bool exclusive = false) override;
    std::optional<FileIdentity> identity(const Path& path) override;
    bool is_folder(const Path& path) override;
    void rename(const Path& from, const Path& to) override;
    bool remove(const Path& path) override;
    void make_folders(const Path& path, bool is_private = false) override;
    std::vector<FolderEntry> list(const Path& path) override;
    bool touch(const Path& path, std::int64_t wall_ns) override;
    std::uint64_t free_bytes(const Path& path) override;

private:
    void decide(std::string_view operation, std::string_view doing, const Path& path);
    Files& inner_;
    Decide fails_;
};

}  // namespace hone
