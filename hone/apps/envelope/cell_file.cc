#include "hone/apps/envelope/cell_file.h"

#include <algorithm>
#include <cstring>

#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kBlockCells = CellStore::kBlockCells;
constexpr std::size_t kBlockBytes = CellStore::kBlockBytes;

/// Where the arrays of a block begin, the widest first so that each is aligned.
constexpr std::size_t kAreaSums = 0;
constexpr std::size_t kEnergySums = kAreaSums + 8 * (kBlockCells + 1);
constexpr std::size_t kIds = kEnergySums + 8 * (kBlockCells + 1);
constexpr std::size_t kPlaces = kIds + 4 * kBlockCells;
static_assert(kPlaces + 2 * kBlockCells == kBlockBytes);

template <class T>
T* array_at(std::byte* block, std::size_t offset) {
    return reinterpret_cast<T*>(block + offset);
}
template <class T>
std::span<const T> array_at(std::span<const std::byte> block, std::size_t offset, std::size_t count) {
    return {reinterpret_cast<const T*>(block.data() + offset), count};
}

}  // namespace

CellStore::CellStore(const Spill& spill) : budget_(spill.budget), file_(spill, "cells") {}

void CellStore::append(std::span<const std::byte> bytes, CellBlock& block) {
    check(bytes.size() == kBlockBytes, "blocks of cells are equally large");
    block.hash = hash64(bytes);
    block.offset = file_.append(bytes);
}

void CellStore::read(const CellBlock& block, std::span<std::byte> into) const {
    file_.read(block.offset, into);
    require_hash(into, block.hash);
}

void CellStore::look(const CellBlock& block, FunctionRef<void(std::span<const std::byte> bytes)> use) {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_[latest_].offset == block.offset ? slots_[latest_] : slot_with(block);
    use(slot.bytes.bytes());
}

CellStore::Slot& CellStore::slot_with(const CellBlock& block) {
    auto slot = std::ranges::find(slots_, block.offset, &Slot::offset);
    if (slot == slots_.end()) {
        slot = std::ranges::min_element(slots_, {}, &Slot::last_use);
        slot->offset = kNothing;  // until it has been read whole
        if (slot->bytes.size() == 0) slot->bytes = Buffer(*budget_, kBlockBytes);
        read(block, slot->bytes.bytes());
        slot->offset = block.offset;
    }
    slot->last_use = ++uses_;
    latest_ = static_cast<std::size_t>(slot - slots_.begin());
    return *slot;
}

CellFile::CellFile(std::shared_ptr<CellStore> store) : store_(std::move(store)), blocks_(store_->budget()) {}

void CellFile::push(std::uint32_t id, Place place, Area area, Energy energy) {
    const std::size_t at = size_ % kBlockCells;
    if (at == 0) {
        if (pending_.size() == 0) pending_ = Buffer(store_->budget(), kBlockBytes);
        flush();
        std::memset(pending_.data(), 0, pending_.size());
        blocks_.push_back({area_.u, energy_.kcal, twice_integral_, 0, 0});
        *array_at<std::int64_t>(pending_.data(), kAreaSums) = area_.u;
        *array_at<std::int64_t>(pending_.data(), kEnergySums) = energy_.kcal;
    }
    const Energy before = energy_;
    if (__builtin_add_overflow(area_.u, area.u, &area_.u) ||
        __builtin_add_overflow(energy_.kcal, energy.kcal, &energy_.kcal))
        fail(Fault::Limit, "the sum of areas or energies exceeds 64 bits at rank ", size_);
    twice_integral_ += area.u * (Int128{before.kcal} + energy_.kcal);
    array_at<std::int64_t>(pending_.data(), kAreaSums)[at + 1] = area_.u;
    array_at<std::int64_t>(pending_.data(), kEnergySums)[at + 1] = energy_.kcal;
    array_at<std::uint32_t>(pending_.data(), kIds)[at] = id;
    array_at<Place>(pending_.data(), kPlaces)[at] = place;
    ++size_;
}

/// Writes the block that is full or the last.
void CellFile::flush() {
    if (!blocks_.empty()) store_->append(pending_.bytes(), blocks_[blocks_.size() - 1]);
}

void CellFile::finish() {
    flush();
    pending_ = Buffer();
}

std::size_t CellFile::cells_in(std::size_t block) const {
    return std::min(kBlockCells, size_ - block * kBlockCells);
}

CellSlice CellFile::slice(std::size_t block, std::span<const std::byte> bytes) const {
    const std::size_t cells = cells_in(block);
    return {block * kBlockCells, array_at<std::uint32_t>(bytes, kIds, cells), array_at<Place>(bytes, kPlaces, cells),
            array_at<std::int64_t>(bytes, kAreaSums, cells + 1), array_at<std::int64_t>(bytes, kEnergySums, cells + 1)};
}

void CellFile::look(std::size_t block, FunctionRef<void(const CellSlice&)> use) const {
    store_->look(blocks_[block], [&](std::span<const std::byte> bytes) { use(slice(block, bytes)); });
}

CellFile::Cell CellFile::cell(std::size_t rank) const {
    Cell cell;
    const std::size_t i = rank % kBlockCells;
    look(rank / kBlockCells, [&](const CellSlice& cells) {
        cell = {cells.ids[i],  cells.places[i],        {cells.area_sums[i]},
                cells.area(i), {cells.energy_sums[i]}, cells.energy(i)};
    });
    return cell;
}

Int128 CellFile::twice_integral_before(std::size_t rank) const {
    if (rank == size_) return twice_integral_;
    Int128 sum = blocks_[rank / kBlockCells].twice_integral;
    look(rank / kBlockCells, [&](const CellSlice& cells) {
        for (std::size_t i = 0; i < rank % kBlockCells; ++i)
            sum += cells.area(i).u * (Int128{cells.energy_sums[i]} + cells.energy_sums[i + 1]);
    });
    return sum;
}

std::size_t CellFile::rank_at(Area area) const {
    if (area >= area_) return size_;
    const auto after = std::ranges::upper_bound(blocks_, area.u, {}, &CellBlock::area_before);
    std::size_t rank = 0;
    look(static_cast<std::size_t>(after - blocks_.begin()) - 1, [&](const CellSlice& cells) {
        const auto sum = std::ranges::upper_bound(cells.area_sums, area.u);
        rank = cells.first_rank + static_cast<std::size_t>(sum - cells.area_sums.begin()) - 1;
    });
    return rank;
}

std::size_t CellFile::rank_at(Energy energy) const {
    if (energy >= energy_) return size_;
    const auto after = std::ranges::upper_bound(blocks_, energy.kcal, {}, &CellBlock::energy_before);
    std::size_t rank = 0;
    look(static_cast<std::size_t>(after - blocks_.begin()) - 1, [&](const CellSlice& cells) {
        const auto sum = std::ranges::upper_bound(cells.energy_sums, energy.kcal);
        rank = cells.first_rank + static_cast<std::size_t>(sum - cells.energy_sums.begin()) - 1;
    });
    return rank;
}

CellFile::Reader::Reader(const CellFile& file) : file_(&file) {
    if (file.size() > 0) bytes_ = Buffer(file.store_->budget(), kBlockBytes);
}

std::optional<CellSlice> CellFile::Reader::next() {
    if (block_ == file_->blocks_.size()) return std::nullopt;
    file_->store_->read(file_->blocks_[block_], bytes_.bytes());
    return file_->slice(block_++, bytes_.bytes());
}

}  // namespace hone::envelope
