#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hone/base/function_ref.h"
#include "hone/memory/buffer.h"
#include "hone/table/spill.h"

namespace hone::eyemap {

/// Byte streams, one per cell type, that grow in any order and are read back one by one: how the rows of a file that is
/// in no order are gathered by type. Streams are held in blocks of 256 bytes to 64 KiB, charged to the budget; when
/// they hold half of what there is, all are moved to a temporary file, which costs one write and one read of each byte.
/// Appending is not thread-safe; reading is, once no more is appended.
class TypeStreams {
public:
    /// `most_held_bytes` goes to disk sooner than the budget asks for.
    explicit TypeStreams(const Spill& spill, std::uint64_t most_held_bytes = Budget::kUnlimited);
    ~TypeStreams();
    TypeStreams(const TypeStreams&) = delete;
    TypeStreams& operator=(const TypeStreams&) = delete;

    /// Adds an empty stream; they are numbered from 0.
    void add();
    std::size_t size() const { return streams_.size(); }
    /// Appends a few bytes to a stream.
    void append(std::size_t stream, std::span<const std::uint8_t> bytes) {
        Stream& to = streams_[stream];
        if (static_cast<std::size_t>(to.end - to.at) < bytes.size()) [[unlikely]]
            return append_slowly(stream, bytes);
        std::copy(bytes.begin(), bytes.end(), to.at);
        to.at += bytes.size();
    }
    /// The end of a stream, where so many bytes may be written; nullptr if its block has no room for them: then
    /// append().
    std::uint8_t* end_with_room(std::size_t stream, std::size_t bytes) {
        const Stream& to = streams_[stream];
        return static_cast<std::size_t>(to.end - to.at) < bytes ? nullptr : to.at;
    }
    /// Makes a stream end behind what was written there.
    void move_end(std::size_t stream, std::uint8_t* end) { streams_[stream].at = end; }
    /// Bytes of a stream.
    std::uint64_t bytes(std::size_t stream) const;
    /// All bytes of a stream, charged to the budget. Fault::System if a temporary file is damaged.
    Buffer read(std::size_t stream) const;
    /// The bytes of a stream in pieces that hold whole appends, in their order; each lives during the call. Memory: one
    /// block.
    void for_each_block(std::size_t stream, FunctionRef<void(std::span<const std::uint8_t>)> take) const;
    /// Moves all that is held to disk, if there is a place.
    void give_up_memory();
    std::uint64_t spilled_bytes() const { return spilled_bytes_; }

private:
    static constexpr std::size_t kLeastBlock = 256;
    static constexpr std::size_t kMostBlock = std::size_t{64} << 10;
    struct Block {
        std::unique_ptr<std::uint8_t[]> data;
        std::size_t filled = 0;
        std::size_t capacity = 0;
    };
    /// A block on disk.
    struct Segment {
        std::uint32_t file = 0;
        std::uint32_t size = 0;
        std::uint64_t offset = 0;
        std::uint64_t hash = 0;
    };
    struct Stream {
        std::uint8_t* at = nullptr;  ///< in the last block
        std::uint8_t* end = nullptr;
        std::vector<Block> blocks;
        std::vector<Segment> segments;

        /// Stores how far the last block is filled.
        void close() {
            if (!blocks.empty()) blocks.back().filled = static_cast<std::size_t>(at - blocks.back().data.get());
        }
    };
    struct SpillFile {
        Path path;
        std::unique_ptr<InputFile> file;
    };

    void read_segment(const Segment& segment, std::span<std::byte> into) const;
    void append_slowly(std::size_t stream, std::span<const std::uint8_t> bytes);
    void spill_all();

    Spill spill_;
    std::uint64_t most_held_bytes_;
    Reservation held_;
    std::vector<Stream> streams_;
    std::vector<SpillFile> files_;
    std::uint64_t spilled_bytes_ = 0;
};

}  // namespace hone::eyemap
