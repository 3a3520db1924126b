// Operations on the chunks of a CSV file, with and without reading ahead, in turn in the same run.
#include "hone/table/read_ahead.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/table/chunk_operations.h"
#include "hone/table/csv_table.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

constexpr std::size_t kRows = 3'000'000;
constexpr std::uint64_t kSmall = std::uint64_t{96} << 20;
constexpr int kRepeats = 5;

const std::vector<CsvColumn> kColumns = {{"shop", CsvColumn::Kind::Int64},
                                         {"amount", CsvColumn::Kind::Decimal, 2},
                                         {"value", CsvColumn::Kind::Double},
                                         {"note", CsvColumn::Kind::Text}};
const std::vector<std::string> kKeys = {"shop"};
const std::vector<Aggregate> kAggregates = {{Aggregate::Kind::Count, "", "count"},
                                            {Aggregate::Kind::Sum, "amount", "cents"},
                                            {Aggregate::Kind::Mean, "value", "mean"}};

void write_sales(const Path& path) {
    Random random(1);
    std::string rows = "shop,amount,value,note\n";
    const std::unique_ptr<OutputFile> file = real_files().create(path);
    for (std::size_t row = 0; row < kRows; ++row) {
        rows += cat(random.below(1000) * 7, ',', random.below(1000), '.', 10 + random.below(90), ',',
                    random.below(100'000), ".5,note ", random.below(50), '\n');
        if (rows.size() < std::size_t{1} << 20) continue;
        file->append(as_bytes(rows));
        rows.clear();
    }
    file->append(as_bytes(rows));
    file->finish();
}

/// What is done with the chunks of the file.
using Operation = std::function<Table(ChunkSource&, const Spill&, const Exec&)>;

struct Way {
    ReadAhead read_ahead = ReadAhead::Never;
    std::uint64_t budget_bytes = 0;
};

Table run(const Bench& bench, const Operation& operation, const Way& way, const Exec& exec) {
    Budget budget("bench", way.budget_bytes);
    IssueList issues;
    CsvChunks source(real_files(), bench.folder / "sales.csv", kColumns, {exec, budget, issues, "bench"});
    const Spill spill = {
        .budget = &budget, .files = &real_files(), .folder = bench.folder / "spill", .read_ahead = way.read_ahead};
    return operation(source, spill, exec);
}

/// The least times of the ways, measured in turn so that a disturbance meets all.
void compare(Bench& bench, const std::string& what, const Operation& operation, std::uint64_t budget_bytes,
             const Exec& exec) {
    const ReadAhead ways[] = {ReadAhead::Never, ReadAhead::WhereItPays, ReadAhead::Always};
    double least[] = {1e18, 1e18, 1e18};
    const Table plain = run(bench, operation, {ReadAhead::Never, budget_bytes}, {});
    for (int round = 0; round < kRepeats; ++round)
        for (std::size_t w = 0; w < 3; ++w) {
            const std::int64_t start = real_clock().monotonic_ns();
            const Table found = run(bench, operation, {ways[w], budget_bytes}, exec);
            least[w] = std::min(least[w], static_cast<double>(real_clock().monotonic_ns() - start));
            check(found == plain, "chunks read ahead give the same table");
        }
    const auto rounded = [](double value) { return std::round(value * 100) / 100; };
    const auto seconds = [&](double ns) { return rounded(ns / 1e9); };
    bench.report.figure("read-ahead", what + ", never ahead", seconds(least[0]), "s");
    bench.report.at_most("read-ahead", what + ", where it pays against never", rounded(least[1] / least[0]), "x", 1.1);
    bench.report.figure("read-ahead", what + ", always against never", rounded(least[2] / least[0]), "x");
}

}  // namespace

void bench_read_ahead(Bench& bench) {
    Pool pool;
    const Exec exec({.pool = &pool}, Cancel());
    write_sales(bench.folder / "sales.csv");
    const Operation grouped = [](ChunkSource& source, const Spill& spill, const Exec& with) {
        return group_chunks(source, kKeys, kAggregates, spill, with);
    };
    const Operation counted = [](ChunkSource& source, const Spill& spill, const Exec& with) {
        return group_chunks(source, {}, kAggregates, spill, with);
    };
    compare(bench, "group CSV by 1000 keys, in memory", grouped, Budget::kUnlimited, exec);
    compare(bench, "group CSV by 1000 keys, in 96 MiB", grouped, kSmall, exec);
    compare(bench, "group CSV without keys", counted, Budget::kUnlimited, exec);
}

}  // namespace hone
