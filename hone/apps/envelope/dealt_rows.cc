#include "hone/apps/envelope/dealt_rows.h"

#include <algorithm>
#include <cstring>

#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kShareBytes = std::size_t{32} << 10;

/// Even however the ids are spread: a finer grid may have cells in even columns only.
std::size_t part_of(std::uint32_t cell, std::size_t parts) {
    const std::uint64_t mixed = cell * std::uint64_t{0x9E3779B97F4A7C15};  // 2^64 / golden ratio
    return static_cast<std::size_t>((mixed >> 32) * parts >> 32);
}

}  // namespace

DealtRows::DealtRows(const Spill& spill, Size size)
    : budget_(spill.budget),
      crops_(size.crops),
      share_bytes_(kShareBytes / row_bytes(size.crops) * row_bytes(size.crops)),
      file_(spill, "rows") {
    static_assert(sizeof(Row) == 16, "values after a row are aligned");
    check(size.parts > 0 && share_bytes_ > 0, "rows are dealt into at least one part");
    const std::size_t extents = size.expected_rows / size.parts * row_bytes(crops_) / share_bytes_;
    for (std::size_t part = 0; part < size.parts; ++part) {
        parts_.push_back({0, 0, BudgetVector<Extent>(*budget_)});
        parts_.back().extents.reserve(extents + extents / 4 + 4);
    }
    pending_ = Buffer(*budget_, size.parts * share_bytes_);
}

std::span<std::byte> DealtRows::share(std::size_t part) {
    return pending_.bytes().subspan(part * share_bytes_, share_bytes_);
}

void DealtRows::add(const Row& row, std::span<const std::int64_t> values) {
    const std::size_t part = part_of(row.cell, parts_.size());
    Part& to = parts_[part];
    std::byte* const at = share(part).data() + to.pending;
    std::memcpy(at, &row, sizeof(Row));
    std::memcpy(at + sizeof(Row), values.data(), values.size_bytes());
    to.pending += row_bytes(crops_);
    ++to.rows;
    if (to.pending == share_bytes_) flush(part);
}

void DealtRows::flush(std::size_t part) {
    Part& from = parts_[part];
    if (from.pending == 0) return;
    const std::span<const std::byte> bytes = share(part).first(from.pending);
    from.extents.push_back({file_.append(bytes), bytes.size(), hash64(bytes)});
    from.pending = 0;
}

void DealtRows::finish() {
    for (std::size_t part = 0; part < parts_.size(); ++part)
        flush(part);
    pending_ = Buffer();
}

void DealtRows::read(std::size_t part, FunctionRef<void(const Piece& rows)> take) const {
    Buffer buffer(*budget_, share_bytes_);
    for (const Extent& extent : parts_[part].extents) {
        const std::span<std::byte> bytes = buffer.bytes().first(static_cast<std::size_t>(extent.size));
        file_.read(extent.offset, bytes);
        require_hash(bytes, extent.hash);
        take(Piece(bytes, crops_));
    }
}

}  // namespace hone::envelope
