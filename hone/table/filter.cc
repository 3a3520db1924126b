#include "hone/table/filter.h"

#include <cstdint>
#include <vector>

namespace hone {
namespace {

constexpr std::size_t kFilterBlock = std::size_t{1} << 12;

}  // namespace

Table filter(const Table& table, const std::function<bool(std::size_t)>& keep, const Exec& exec) {
    using Rows = std::vector<std::uint32_t>;
    const auto kept = [&](std::size_t begin, std::size_t end) {
        Rows rows;
        for (std::size_t row = begin; row < end; ++row)
            if (keep(row)) rows.push_back(static_cast<std::uint32_t>(row));
        return rows;
    };
    const auto append = [](Rows all, const Rows& more) {
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    return table.take(exec.reduce("table.filter", table.rows(), kFilterBlock, Rows(), kept, append));
}

}  // namespace hone
