#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hone/apps/envelope/place.h"
#include "hone/apps/envelope/scratch_file.h"
#include "hone/base/function_ref.h"
#include "hone/memory/buffer.h"

namespace hone::envelope {

/// Rows of a cell table in a temporary file, dealt into parts by their cell so that one part at a time fits the memory.
/// All rows of a cell are in one part, in the order in which they were added. 16 bytes and 8 for each crop a row on
/// disk; in memory 32 KiB for each part while rows are added. Not thread-safe.
class DealtRows {
public:
    struct Row {
        std::uint32_t cell = 0;
        std::uint32_t line = 0;
        Country country = kUnknownCountry;
        Place place = 0;
        std::uint32_t unused = 0;
    };
    /// Some rows of a part that follow each other. A view.
    class Piece {
    public:
        Piece(std::span<const std::byte> bytes, std::size_t crops) : bytes_(bytes), crops_(crops) {}
        std::size_t size() const { return bytes_.size() / row_bytes(crops_); }
        const Row& row(std::size_t i) const {
            return *reinterpret_cast<const Row*>(bytes_.data() + i * row_bytes(crops_));
        }
        /// Of each crop.
        std::span<const std::int64_t> values(std::size_t i) const {
            return {reinterpret_cast<const std::int64_t*>(&row(i) + 1), crops_};
        }

    private:
        std::span<const std::byte> bytes_;
        std::size_t crops_;
    };

    struct Size {
        std::size_t parts = 1;
        std::size_t crops = 1;
        std::size_t expected_rows = 0;  ///< takes the memory that so many rows need at once
    };
    DealtRows(const Spill& spill, Size size);

    /// Requires: a value for each crop.
    void add(const Row& row, std::span<const std::int64_t> values);
    /// Call once, after the last add().
    void finish();

    std::size_t parts() const { return parts_.size(); }
    std::size_t rows(std::size_t part) const { return parts_[part].rows; }
    /// Calls `take` with all rows of a part. Fault::System if the file is damaged.
    void read(std::size_t part, FunctionRef<void(const Piece& rows)> take) const;

    bool is_synthetic = false;  ///< what the table says of itself

private:
    static constexpr std::size_t row_bytes(std::size_t crops) { return sizeof(Row) + 8 * crops; }
    struct Extent {
        std::uint64_t offset = 0, size = 0, hash = 0;
    };
    struct Part {
        std::size_t rows = 0;
        std::size_t pending = 0;  ///< bytes in its share of pending_
        BudgetVector<Extent> extents;
    };
    std::span<std::byte> share(std::size_t part);
    void flush(std::size_t part);

    Budget* budget_;
    std::size_t crops_;
    std::size_t share_bytes_;
    ScratchFile file_;
    std::vector<Part> parts_;
    Buffer pending_;
};

}  // namespace hone::envelope
