#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>

#include "hone/apps/eyemap/mask.h"
#include "hone/apps/eyemap/packed_rows.h"
#include "hone/memory/budget.h"

namespace hone::eyemap {

/// A set of columns of all regions and sides: a bit per column in pages of 64 x 64. Charged to the budget. Not
/// thread-safe.
class ColumnPages {
public:
    explicit ColumnPages(Budget& budget) : held_(budget, 0) {}

    void add(ColumnKey column) {
        const std::uint64_t page = page_of(column);
        if (page != last_page_ || last_ == nullptr) turn_to(page);
        (*last_)[column >> 16 & 63] |= std::uint64_t{1} << (column & 63);
    }
    bool empty() const { return pages_.empty(); }
    std::uint64_t size() const;  ///< number of columns. Cost: that of looking at every page
    /// The columns by region and side.
    Universe masks() const;

private:
    using Page = std::array<std::uint64_t, 64>;  ///< by hex1; bits by hex2
    static std::uint64_t page_of(ColumnKey column) { return column >> 22 << 10 | (column >> 6 & 1023); }
    void turn_to(std::uint64_t page);

    Reservation held_;
    std::map<std::uint64_t, std::unique_ptr<Page>> pages_;
    std::uint64_t last_page_ = 0;
    Page* last_ = nullptr;
};

}  // namespace hone::eyemap
