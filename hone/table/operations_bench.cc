// Operations on a million rows, each against the plain standard library in the same run.
#include "hone/table/operations.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/table/table_pieces.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kRows = 1'000'000;
constexpr std::size_t kGroups = 997;
constexpr std::size_t kRightRows = 100'000;
constexpr std::size_t kWidth = 100;

/// Shops, amounts in cents, values of doubles and the numbers of customers.
Table sales() {
    Random random(1);
    std::vector<std::int64_t> shop(kRows);
    std::vector<std::int64_t> cents(kRows);
    std::vector<double> value(kRows);
    std::vector<std::int64_t> customer(kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
        shop[row] = static_cast<std::int64_t>(random.below(kGroups)) * 7;
        cents[row] = random.between(0, 100'000);
        value[row] = random.unit() * 1000;
        customer[row] = static_cast<std::int64_t>(random.below(kRightRows)) * 13;
    }
    return Table({Column::int64("shop", shop), Column::decimal("amount", 2, cents), Column::real("value", value),
                  Column::int64("customer", customer)});
}

Table customers() {
    std::vector<std::int64_t> number(kRightRows);
    std::vector<std::int64_t> age(kRightRows);
    for (std::size_t row = 0; row < kRightRows; ++row) {
        number[row] = static_cast<std::int64_t>(kRightRows - 1 - row) * 13;
        age[row] = static_cast<std::int64_t>(row % 90);
    }
    return Table({Column::int64("customer", number), Column::int64("age", age)});
}

double milliseconds(const std::function<void()>& body) {
    return std::round(best_ns(3, 1, body) / 1e5) / 10;
}

struct PlainGroup {
    std::int64_t count = 0;
    std::int64_t cents = 0;
    double value = 0;
};

std::vector<std::pair<std::int64_t, PlainGroup>> plain_group(const Table& table) {
    std::unordered_map<std::int64_t, PlainGroup> groups;
    const auto& shop = table.column("shop").int64s();
    const auto& cents = table.column("amount").int64s();
    const auto& value = table.column("value").reals();
    for (std::size_t row = 0; row < shop.size(); ++row) {
        PlainGroup& group = groups[shop[row]];
        ++group.count;
        group.cents += cents[row];
        group.value += value[row];
    }
    std::vector<std::pair<std::int64_t, PlainGroup>> sorted(groups.begin(), groups.end());
    std::ranges::sort(sorted, {}, [](const auto& group) { return group.first; });
    return sorted;
}

void bench_group(Bench& bench, const Table& table, const Exec& exec) {
    using Kind = Aggregate::Kind;
    const std::vector<std::string> keys = {"shop"};
    const std::vector<Aggregate> aggregates = {
        {Kind::Count, "", "count"}, {Kind::Sum, "amount", "cents"}, {Kind::Mean, "value", "mean"}};
    const Table found = group(table, keys, aggregates, {});
    check(found == group(table, keys, aggregates, exec), "groups are the same for any threads");
    const auto plain = plain_group(table);
    check(found.rows() == plain.size(), "there are as many groups");
    for (std::size_t g = 0; g < plain.size(); ++g) {
        check(found.column("shop").int64s()[g] == plain[g].first, "groups are sorted");
        check(found.column("count").int64s()[g] == plain[g].second.count, "groups have their rows");
        check(found.column("cents").int64s()[g] == plain[g].second.cents, "groups have their sums");
        const double mean = plain[g].second.value / static_cast<double>(plain[g].second.count);
        check(std::abs(found.column("mean").reals()[g] - mean) < 1e-9, "groups have their means");
    }
    bench.report.figure("operations", "group 1 M rows by 997 keys, one thread",
                        milliseconds([&] { keep(group(table, keys, aggregates, {}).rows()); }), "ms",
                        "count, sum, exact mean");
    bench.report.figure("operations", "group 1 M rows by 997 keys, all threads",
                        milliseconds([&] { keep(group(table, keys, aggregates, exec).rows()); }), "ms");
    bench.report.figure("operations", "peer: group by std::unordered_map",
                        milliseconds([&] { keep(plain_group(table).size()); }), "ms", "sums of doubles not exact");
    const std::vector<Aggregate> holistic = {{Kind::Median, "value", "median"}, {Kind::StdDev, "value", "deviation"}};
    bench.report.figure("operations", "median and exact deviation by 997 keys, all threads",
                        milliseconds([&] { keep(group(table, keys, holistic, exec).rows()); }), "ms");
}

/// The ages of customers, row by row: the join by hand.
std::vector<std::int64_t> plain_join(const Table& left, const Table& right) {
    std::unordered_multimap<std::int64_t, std::int64_t> ages;
    ages.reserve(right.rows());
    for (std::size_t row = 0; row < right.rows(); ++row)
        ages.emplace(right.column(0).int64s()[row], right.column(1).int64s()[row]);
    std::vector<std::int64_t> out;
    const auto& customer = left.column("customer").int64s();
    for (const std::int64_t key : customer) {
        const auto [begin, end] = ages.equal_range(key);
        for (auto at = begin; at != end; ++at)
            out.push_back(at->second);
    }
    return out;
}

void bench_join(Bench& bench, const Table& left, const Table& right, const Exec& exec) {
    const Join how = {.keys = {{"customer"}}};
    const Table found = join(left, right, how, exec);
    check(found.column("age").int64s() == plain_join(left, right), "the join finds each customer");
    check(found.column("amount") == left.column("amount"), "the join keeps the order of the left rows");
    bench.report.figure("operations", "join 1 M rows with 100 k, one thread",
                        milliseconds([&] { keep(join(left, right, how, {}).rows()); }), "ms", "all columns made");
    bench.report.figure("operations", "join 1 M rows with 100 k, all threads",
                        milliseconds([&] { keep(join(left, right, how, exec).rows()); }), "ms");
    bench.report.figure("operations", "peer: join by std::unordered_multimap",
                        milliseconds([&] { keep(plain_join(left, right).size()); }), "ms", "one column made");
}

void bench_sort(Bench& bench, const Table& table, const Exec& exec) {
    const std::vector<SortKey> keys = {{"value"}};
    const auto plain = [&] {
        std::vector<std::uint32_t> rows(table.rows());
        std::iota(rows.begin(), rows.end(), 0U);
        const auto& values = table.column("value").reals();
        std::ranges::stable_sort(rows, [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
        return rows;
    };
    check(sorted_rows(table, keys, exec) == plain(), "rows are sorted");
    bench.report.figure("operations", "sort 1 M rows by a double, one thread",
                        milliseconds([&] { keep(sorted_rows(table, keys, {}).size()); }), "ms");
    bench.report.figure("operations", "sort 1 M rows by a double, all threads",
                        milliseconds([&] { keep(sorted_rows(table, keys, exec).size()); }), "ms");
    bench.report.figure("operations", "peer: std::stable_sort of row numbers",
                        milliseconds([&] { keep(plain().size()); }), "ms");
}

void bench_window(Bench& bench, const Table& table, const Exec& exec) {
    using Kind = WindowFunction::Kind;
    const std::vector<WindowFunction> functions = {{Kind::RollingMean, "value", "mean", kWidth},
                                                   {Kind::RollingMax, "value", "max", kWidth}};
    const auto plain = [&] {
        const auto& values = table.column("value").reals();
        std::vector<double> means;
        double sum = 0;
        for (std::size_t row = 0; row < values.size(); ++row) {
            sum += values[row];
            if (row >= kWidth) sum -= values[row - kWidth];
            means.push_back(sum / static_cast<double>(std::min(row + 1, kWidth)));
        }
        return means;
    };
    const Table found = window(table, {}, functions, exec);
    const std::vector<double> means = plain();
    for (std::size_t row = 0; row < means.size(); ++row)
        check(std::abs(found.column("mean").reals()[row] - means[row]) < 1e-6, "rolling means are right");
    const auto& values = table.column("value").reals();
    for (std::size_t row = kWidth; row < kRows; row += 1009) {
        const auto end = values.begin() + static_cast<std::ptrdiff_t>(row) + 1;
        check(found.column("max").reals()[row] == *std::max_element(end - kWidth, end), "rolling maxima are right");
    }
    bench.report.figure("operations", "rolling mean and maximum of 100 over 1 M rows",
                        milliseconds([&] { keep(window(table, {}, functions, exec).rows()); }), "ms", "exact");
    const std::vector<WindowFunction> mean = {functions[0]};
    bench.report.figure("operations", "rolling mean of 100 in 997 partitions, all threads", milliseconds([&] {
                            keep(window(table, {{"shop"}, {}}, mean, exec).rows());
                        }),
                        "ms", "exact");
    bench.report.figure("operations", "peer: rolling mean by adding and subtracting",
                        milliseconds([&] { keep(plain().size()); }), "ms", "drifts");
}

void bench_spill(Bench& bench, const Table& table, const Exec& exec) {
    const std::vector<SortKey> keys = {{"value"}};
    const auto sorted_in = [&](std::uint64_t bytes) {
        Budget budget("bench", bytes);
        const Spill spill = {.budget = &budget, .files = &real_files(), .folder = bench.folder / "spill"};
        TableChunks source(table, 8192, budget);
        const auto chunks = sort_chunks(source, keys, spill, exec);
        std::vector<Table> tables;
        while (std::optional<Chunk> chunk = chunks->next(exec))
            tables.push_back(std::move(chunk->table));
        return tables;
    };
    const std::vector<Table> pieces = sorted_in(std::uint64_t{8} << 20);
    check(concatenated(pieces) == sort(table, keys, exec), "a spilled sort gives the same rows");
    bench.report.figure("operations", "sort 1 M rows (32 MB) in chunks, in memory",
                        milliseconds([&] { keep(sorted_in(Budget::kUnlimited).size()); }), "ms");
    bench.report.figure("operations", "sort 1 M rows (32 MB) in chunks, in 8 MiB",
                        milliseconds([&] { keep(sorted_in(std::uint64_t{8} << 20).size()); }), "ms", "spills");
}

}  // namespace

void bench_operations(Bench& bench) {
    Pool pool;
    const Exec exec({.pool = &pool}, Cancel());
    const Table table = sales();
    bench_group(bench, table, exec);
    bench_join(bench, table, customers(), exec);
    bench_sort(bench, table, exec);
    bench_window(bench, table, exec);
    bench_spill(bench, table, exec);
}

}  // namespace hone
