#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/memory/budget.h"

namespace hone {

/// What small blobs may keep in memory together, in bytes; shared with them, since they may outlive who made it.
/// Thread-safe.
class BlobRoom {
public:
    explicit BlobRoom(std::uint64_t bytes) : left_(static_cast<std::int64_t>(bytes)) {}
    /// Takes a share, or nothing if there is not as much.
    bool take(std::uint64_t bytes);
    void give(std::uint64_t bytes) { left_.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> left_;
};

/// Immutable bytes of an artifact: small ones in memory, large ones in a file of the work folder. Shared by pointer.
class Blob {
public:
    /// Bytes in memory.
    static std::shared_ptr<const Blob> of(std::string bytes);
    /// Bytes that `load` fetches each time they are wanted (an entry of the disk tier).
    static std::shared_ptr<const Blob> lazy(std::uint64_t size, Digest digest, std::function<std::string()> load);
    ~Blob();
    Blob(const Blob&) = delete;
    Blob& operator=(const Blob&) = delete;

    std::uint64_t size() const { return size_; }
    const Digest& digest() const { return digest_; }
    /// Hands over all bytes in pieces, in order. Fault::System if they are in a file that was moved to its place and
    /// has other bytes since.
    void read(const std::function<void(std::span<const std::byte>)>& piece) const;
    /// All bytes at once.
    std::string bytes() const;
    /// True if a file holds the bytes, not the memory.
    bool is_in_file() const { return files_ != nullptr; }
    /// The file that holds the bytes, or an empty path.
    Path file() const;
    /// Gives its file away, as `path`: nothing is copied, and whoever changes that file later changes no result,
    /// because reads compare what they find with the digest. False if the bytes are in no file, were given away
    /// already, or the file could not be renamed. Thread-safe.
    bool move_to(const Path& path) const;

    /// Set when the disk tier has taken the bytes under their digest, so that they are not offered twice. Thread-safe.
    void note_stored() const { is_stored_.store(true, std::memory_order_relaxed); }
    bool is_stored() const { return is_stored_.load(std::memory_order_relaxed); }

private:
    friend class BlobWriter;
    Blob() = default;
    void read_file(const Path& path, bool is_checked,
                   const std::function<void(std::span<const std::byte>)>& piece) const;
    std::uint64_t size_ = 0;
    Digest digest_;
    std::string bytes_;
    Files* files_ = nullptr;
    mutable std::mutex mutex_;
    mutable Path file_;  // removed with the blob unless it was given away
    mutable bool is_given_away_ = false;
    mutable std::atomic<bool> is_stored_ = false;
    std::function<std::string()> load_;
    std::shared_ptr<BlobRoom> room_;  // holds a share of size_
};

/// A sink that streams an artifact: hashed while written, in memory up to 256 KiB, then in a file of `folder`; there
/// too if `room` (none: without end) has no place for it. Memory: one buffer of 256 KiB, charged to the budget. Dropped
/// without finish(), everything is removed.
class BlobWriter {
public:
    static constexpr std::size_t kInMemory = std::size_t{256} << 10;

    BlobWriter(Files& files, Path folder, Budget& budget, std::shared_ptr<BlobRoom> room = {});
    ~BlobWriter();
    BlobWriter(const BlobWriter&) = delete;
    BlobWriter& operator=(const BlobWriter&) = delete;

    void write(std::string_view text);
    std::shared_ptr<const Blob> finish();

private:
    void append_to_file(std::string_view bytes);
    void spill();
    Files& files_;
    Path folder_;
    Reservation reservation_;
    std::shared_ptr<BlobRoom> room_;
    Hasher hasher_;
    std::string buffer_;
    std::uint64_t size_ = 0;
    Path path_;
    std::unique_ptr<OutputFile> file_;
};

}  // namespace hone
