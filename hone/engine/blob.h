#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
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
    /// Hands over all bytes in pieces, in order.
    void read(const std::function<void(std::span<const std::byte>)>& piece) const;
    /// All bytes at once.
    std::string bytes() const;
    /// The file that holds the bytes, or an empty path.
    const Path& file() const { return file_; }

private:
    friend class BlobWriter;
    Blob() = default;
    std::uint64_t size_ = 0;
    Digest digest_;
    std::string bytes_;
    Path file_;  // removed with the blob
    Files* files_ = nullptr;
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
