#include "hone/apps/eyemap/column_pages.h"

#include <bit>
#include <utility>
#include <vector>

namespace hone::eyemap {

void ColumnPages::turn_to(std::uint64_t page) {
    constexpr std::uint64_t kPageBytes = sizeof(Page) + 64;
    auto at = pages_.find(page);
    if (at == pages_.end()) {
        held_.resize(held_.bytes() + kPageBytes);
        at = pages_.emplace(page, std::make_unique<Page>()).first;
    }
    last_page_ = page;
    last_ = at->second.get();
}

std::uint64_t ColumnPages::size() const {
    std::uint64_t columns = 0;
    for (const auto& [page, bits] : pages_)
        for (const std::uint64_t word : *bits)
            columns += static_cast<std::uint64_t>(std::popcount(word));
    return columns;
}

Universe ColumnPages::masks() const {
    std::map<SetNumber, std::vector<Hex>> columns;
    for (const auto& [page, bits] : pages_) {
        const ColumnKey first = page >> 10 << 22 | (page & 1023) << 6;
        for (std::uint64_t row = 0; row < bits->size(); ++row)
            for (std::uint64_t word = (*bits)[row]; word != 0; word &= word - 1)
                columns[eyemap::set_of(first)].push_back(
                    hex_of(first | row << 16 | static_cast<std::uint64_t>(std::countr_zero(word))));
    }
    Universe universe;
    for (auto& [set, list] : columns)
        universe[{region_of(set), side_of(set)}] = make_mask(std::move(list));
    return universe;
}

}  // namespace hone::eyemap
