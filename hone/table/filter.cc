#include "hone/table/filter.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace hone {
namespace {

constexpr std::size_t kFilterBlock = std::size_t{1} << 12;

}  // namespace

Table filter(const Table& table, const std::function<bool(std::size_t)>& keep, const Exec& exec) {
    using Rows = std::vector<std::uint32_t>;
    std::vector<Rows> kept((table.rows() + kFilterBlock - 1) / kFilterBlock);
    exec.for_each("table.filter", kept.size(), [&](std::size_t block) {
        for (std::size_t row = block * kFilterBlock; row < std::min(table.rows(), (block + 1) * kFilterBlock); ++row)
            if (keep(row)) kept[block].push_back(static_cast<std::uint32_t>(row));
    });
    std::size_t size = 0;
    for (const Rows& rows : kept)
        size += rows.size();
    Rows all;
    all.reserve(size);
    for (const Rows& rows : kept) {
        exec.cancel().check();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return table.take(all, exec.cancel());
}

}  // namespace hone
