#pragma once
// Tables, threads and cells for tests of the operations; no other code uses it.
#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/parallel/exec.h"
#include "hone/table/table.h"

namespace hone::testing {

/// The error that `body` throws; Fault::Bug if it throws none.
inline Error error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

/// A clock by which everything takes long, so that each loop goes parallel.
class SlowClock : public Clock {
public:
    std::int64_t monotonic_ns() const override { return now_ns_ += 1'000'000; }
    std::int64_t wall_ns() const override { return now_ns_; }

private:
    mutable std::atomic<std::int64_t> now_ns_ = 1;
};

/// Calls `body` plainly, with 2 and with 4 threads.
inline void with_any_threads(const std::function<void(const Exec&)>& body) {
    body(Exec());
    SlowClock clock;
    for (const unsigned threads : {2U, 4U}) {
        Pool pool(threads);
        body(Exec({.pool = &pool, .clock = &clock}, Cancel()));
    }
}

/// Tables with few distinct values, all types, nan, both zeros, infinities and missing values: n, d (tenths), r, t, and
/// the row number.
inline Table random_table(Random& random, std::size_t rows) {
    constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kReals[] = {0.25,       -0.0,     0.0, -3.5, 1e10, std::numeric_limits<double>::quiet_NaN(),
                                 -kInfinity, kInfinity};
    const Column texts = Column::text("", {"", "a", "b", "same long text 1", "same long text 2", "\xC3\xA9", "a\x01"});
    const std::int64_t integers[] = {0, -1, 5, kLargest / 1'000'000, kSmallest / 1'000'000};
    std::vector<std::int64_t> n(rows);
    std::vector<std::int64_t> d(rows);
    std::vector<double> r(rows);
    std::vector<std::string> t(rows);
    std::vector<bool> valid[4];
    for (std::size_t row = 0; row < rows; ++row) {
        n[row] = integers[random.below(5)];
        d[row] = random.between(-3, 3);
        r[row] = kReals[random.below(8)];
        t[row] = texts.texts()[random.below(7)];
        for (auto& marks : valid)
            marks.push_back(random.below(6) > 0);
    }
    std::vector<std::int64_t> number(rows);
    std::iota(number.begin(), number.end(), 0);
    return Table({Column::int64("n", std::move(n), valid[0]), Column::decimal("d", 1, std::move(d), valid[1]),
                  Column::real("r", std::move(r), valid[2]), Column::text("t", t, valid[3]),
                  Column::int64("row", std::move(number))});
}

/// A value in an order of its own: numbers and texts, then nan, then what is missing.
using Cell = std::tuple<int, std::int64_t, double, std::string>;

inline Cell missing_cell() {
    return {2, 0, 0, ""};
}

inline Cell cell_of(const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return missing_cell();
    if (column.type() == ColumnType::Text) return {0, 0, 0, std::string(column.texts()[row])};
    if (column.type() != ColumnType::Double) return {0, column.int64s()[row], 0, ""};
    const double value = column.reals()[row];
    return std::isnan(value) ? Cell{1, 0, 0, ""} : Cell{0, 0, value + 0.0, ""};
}

inline std::vector<Cell> cells_of(const Table& table, const std::vector<std::string>& columns, std::size_t row) {
    std::vector<Cell> cells;
    cells.reserve(columns.size());
    for (const std::string& name : columns)
        cells.push_back(cell_of(table.column(name), row));
    return cells;
}

}  // namespace hone::testing
