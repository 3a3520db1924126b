#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"
#include "hone/memory/budget.h"
#include "hone/table/chunk_source.h"
#include "hone/table/read_ahead.h"

namespace hone {

/// What an operation on inputs larger than memory may take, and where it puts what does not fit.
struct Spill {
    Budget* budget = nullptr;  ///< everything is charged to it; required
    Files* files = nullptr;    ///< nullptr: nothing is spilled, and what does not fit is Fault::Limit
    /// Of temporary files; made if absent. Files are removed when they are no longer needed, also after an error; those
    /// of a killed process go with remove_leftovers().
    Path folder;
    ReadAhead read_ahead = ReadAhead::WhereItPays;  ///< of the loops over chunks
};

/// True if so many bytes can be charged now. Asks what gives memory back at once, so that it is not only promised.
bool can_have(Budget& budget, std::uint64_t bytes);

/// Chunks in a temporary file, which is removed with it. Movable.
class SpilledRun {
public:
    struct Frame {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint64_t hash = 0;
        std::uint64_t memory_bytes = 0;  ///< of the table in memory, and 8 bytes a row for what merges it
    };

    SpilledRun(Files& files, Path path) : files_(&files), path_(std::move(path)) {}
    ~SpilledRun() { remove(); }
    SpilledRun(SpilledRun&& other) noexcept;
    SpilledRun& operator=(SpilledRun&& other) noexcept;

    Files& files() const { return *files_; }
    const Path& path() const { return path_; }
    const std::vector<Frame>& frames() const { return frames_; }
    void add(const Frame& frame) { frames_.push_back(frame); }
    /// Memory that reading a chunk takes at most: its bytes and what is decoded from them.
    std::uint64_t largest_chunk_bytes() const;

private:
    void remove() noexcept;
    Files* files_;
    Path path_;  // empty: moved from
    std::vector<Frame> frames_;
};

/// Writes chunks to a temporary file, each encoded by Codec<Table> and with a checksum. Dropped without finish(), the
/// file is removed.
class SpillWriter {
public:
    /// `what` names the file: "sort", "join". Fault::Limit, saying who holds what, if there is no place to spill to.
    SpillWriter(const Spill& spill, std::string_view what);
    /// Memory: as much as the table takes, charged. Fault::System if the disk is full or fails.
    void append(const Table& table);
    SpilledRun finish();

private:
    Budget& budget_;
    SpilledRun run_;
    std::unique_ptr<OutputFile> file_;
    std::uint64_t size_ = 0;
};

/// Reads the chunks back in order; Fault::System if a checksum is wrong.
class SpilledChunks : public ChunkSource {
public:
    SpilledChunks(SpilledRun run, Budget& budget);
    std::optional<Chunk> next(const Exec& exec) override;

private:
    SpilledRun run_;
    Budget& budget_;
    std::unique_ptr<InputFile> file_;
    std::size_t at_ = 0;
};

}  // namespace hone
