#include "hone/table/sums.h"

#include <limits>
#include <vector>

#include "hone/base/error.h"
#include "hone/table/exact_real.h"

namespace hone {
namespace {

constexpr std::size_t kSumBlock = std::size_t{1} << 16;

}  // namespace

std::int64_t sum_to_int64(Int128 sum, const Column& column) {
    if (sum < std::numeric_limits<std::int64_t>::min() || sum > std::numeric_limits<std::int64_t>::max())
        fail(Fault::Limit, "the sum of a column leaves the range of 64 bits: ", column.name());
    return static_cast<std::int64_t>(sum);
}

std::int64_t exact_sum(const Column& column, const Exec& exec) {
    const std::vector<std::int64_t>& values = column.int64s();
    const auto partial = [&](std::size_t begin, std::size_t end) {
        Int128 sum = 0;
        for (std::size_t row = begin; row < end; ++row)
            if (column.is_valid(row)) sum += values[row];
        return sum;
    };
    return sum_to_int64(exec.reduce("table.sum", values.size(), kSumBlock, Int128{0}, partial,
                                    [](Int128 a, Int128 b) { return a + b; }),
                        column);
}

double exact_sum_real(const Column& column, const Exec& exec) {
    const std::vector<double>& values = column.reals();
    const auto partial = [&](std::size_t begin, std::size_t end) {
        ExactReal sum;
        for (std::size_t row = begin; row < end; ++row)
            if (column.is_valid(row)) sum.add(values[row]);
        return sum;
    };
    const auto combine = [](ExactReal sum, const ExactReal& more) {
        sum.add(more);
        return sum;
    };
    return exec.reduce("table.sum-real", values.size(), kSumBlock, ExactReal(), partial, combine).rounded();
}

}  // namespace hone
