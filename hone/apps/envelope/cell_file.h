#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "hone/apps/envelope/place.h"
#include "hone/apps/envelope/scratch_file.h"
#include "hone/apps/envelope/units.h"
#include "hone/base/function_ref.h"
#include "hone/base/number.h"
#include "hone/memory/buffer.h"

namespace hone::envelope {

/// Cells that follow each other in the order by yield, as parallel arrays. A view.
struct CellSlice {
    std::size_t first_rank = 0;
    std::span<const std::uint32_t> ids;
    std::span<const Place> places;
    std::span<const std::int64_t> area_sums;    ///< C before the first cell, and after each
    std::span<const std::int64_t> energy_sums;  ///< Q likewise

    std::size_t size() const { return ids.size(); }
    Area area(std::size_t i) const { return {area_sums[i + 1] - area_sums[i]}; }
    Energy energy(std::size_t i) const { return {energy_sums[i + 1] - energy_sums[i]}; }
};

/// A block of a CellFile as it stands in a CellStore.
struct CellBlock {
    std::int64_t area_before = 0;    ///< C at its first rank
    std::int64_t energy_before = 0;  ///< Q at its first rank
    Int128 twice_integral = 0;       ///< Base::twice_integral_before() at its first rank
    std::uint64_t offset = 0;
    std::uint64_t hash = 0;
};

/// The temporary file behind any number of CellFiles, with the blocks that were looked at last held in memory (0.7
/// MiB). Blocks are appended by one thread at a time; reading is thread-safe.
class CellStore {
public:
    static constexpr std::size_t kBlockCells = 1024;
    static constexpr std::size_t kBlockBytes = 16 * (kBlockCells + 1) + 6 * kBlockCells;

    explicit CellStore(const Spill& spill);

    /// Writes a block's bytes and notes where they are.
    void append(std::span<const std::byte> bytes, CellBlock& block);
    /// Reads a block's bytes; Fault::System if they are damaged.
    void read(const CellBlock& block, std::span<std::byte> into) const;
    /// Calls `use` with the bytes of a block, which is read if it is not in memory. One caller at a time.
    void look(const CellBlock& block, FunctionRef<void(std::span<const std::byte> bytes)> use);
    Budget& budget() const { return *budget_; }

private:
    static constexpr std::uint64_t kNothing = ~std::uint64_t{0};
    struct Slot {
        std::uint64_t offset = kNothing;
        std::uint64_t last_use = 0;
        Buffer bytes;
    };
    Slot& slot_with(const CellBlock& block);

    Budget* budget_;
    ScratchFile file_;
    std::mutex mutex_;  // guards what follows
    std::array<Slot, 32> slots_;
    std::size_t latest_ = 0;
    std::uint64_t uses_ = 0;
};

/// Cells in the order by yield with the sums before each, in blocks of a CellStore: what a Base holds when memory is
/// too small. In memory are 48 bytes for each 1,024 cells. Built by push() and finish() in one thread; thereafter
/// immutable and thread-safe. A look at a rank costs some 50 ns in the blocks looked at last and some 10 microseconds
/// elsewhere; scans read each block once.
class CellFile {
public:
    explicit CellFile(std::shared_ptr<CellStore> store);

    /// Adds the next cell of the order. Fault::Limit if a sum leaves int64.
    void push(std::uint32_t id, Place place, Area area, Energy energy);
    /// Call once, after the last push().
    void finish();

    struct Cell {
        std::uint32_t id = 0;
        Place place = 0;
        Area before, area;
        Energy energy_before, energy;
    };
    /// Requires: rank < size().
    Cell cell(std::size_t rank) const;
    /// C_rank and Q_rank; rank = size() gives the totals.
    Area area_before(std::size_t rank) const { return rank == size_ ? area_ : cell(rank).before; }
    Energy energy_before(std::size_t rank) const { return rank == size_ ? energy_ : cell(rank).energy_before; }
    Int128 twice_integral_before(std::size_t rank) const;
    /// Largest k with C_k <= area; Q_k <= energy. Requires: nothing below zero.
    std::size_t rank_at(Area area) const;
    std::size_t rank_at(Energy energy) const;

    std::size_t size() const { return size_; }
    Area total_area() const { return area_; }
    Energy total_energy() const { return energy_; }
    const std::shared_ptr<CellStore>& store() const { return store_; }

    /// Reads the cells from the first to the last rank through a block of memory of its own.
    class Reader {
    public:
        /// The file must outlive the reader.
        explicit Reader(const CellFile& file);
        /// The next cells; valid until the call after. Nothing after the last.
        std::optional<CellSlice> next();

    private:
        const CellFile* file_;
        std::size_t block_ = 0;
        Buffer bytes_;
    };

private:
    std::size_t cells_in(std::size_t block) const;
    CellSlice slice(std::size_t block, std::span<const std::byte> bytes) const;
    void look(std::size_t block, FunctionRef<void(const CellSlice&)> use) const;
    void flush();

    std::shared_ptr<CellStore> store_;
    BudgetVector<CellBlock> blocks_;
    std::size_t size_ = 0;
    Area area_;
    Energy energy_;
    Int128 twice_integral_ = 0;
    Buffer pending_;  // the block being filled
};

}  // namespace hone::envelope
