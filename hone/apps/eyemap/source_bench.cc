// Aggregation of 10 M raw synapse rows, in the order of an export and in no order, by one thread under 256 MiB.
#include <cmath>
#include <string>

#include "hone/apps/eyemap/mask.h"
#include "hone/apps/eyemap/source.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/watch/bench.h"

namespace hone::eyemap {
namespace {

// 500 types, each with 250 cells in either eye; a cell has synapses in 8 columns and 5 layers of each.
constexpr std::uint64_t kTypes = 500;
constexpr std::uint64_t kCells = 250;
constexpr std::uint64_t kColumns = 8;
constexpr std::uint64_t kLayers = 5;
constexpr std::uint64_t kRowsOfSide = kCells * kColumns * kLayers;
constexpr std::uint64_t kRows = kTypes * 2 * kRowsOfSide;
constexpr std::uint64_t kMemory = std::uint64_t{256} << 20;

std::int64_t synapses_of(std::uint64_t row) {
    return static_cast<std::int64_t>(1 + (row * 0x9E3779B97F4A7C15U >> 40) % 300);
}

/// "T00017,1000004321,R,ME,R,18,19,10,275,83,192"
void append_row(std::string& text, std::uint64_t row) {
    const std::uint64_t type = row / (2 * kRowsOfSide);
    const std::uint64_t side = row / kRowsOfSide % 2;
    const std::uint64_t cell = row % kRowsOfSide / (kColumns * kLayers);
    const std::uint64_t column = row % (kColumns * kLayers) / kLayers;
    const Mask& mask = builtin_mask("ME");
    const Hex hex = mask[(cell * 7 + column) % mask.size()];
    const std::int64_t synapses = synapses_of(row);
    const std::int64_t pre = (3 * synapses + 5) / 10;
    text += 'T';
    append_int64(text, static_cast<std::int64_t>(10'000 + type));
    for (const std::int64_t number : {static_cast<std::int64_t>(1'000'000'000 + (2 * type + side) * kCells + cell)}) {
        text += ',';
        append_int64(text, number);
    }
    text += side == 0 ? ",R,ME,R" : ",L,ME,L";
    for (const std::int64_t number :
         {std::int64_t{hex.hex1}, std::int64_t{hex.hex2}, static_cast<std::int64_t>(2 * (row % kLayers) + cell % 2 + 1),
          synapses, pre, synapses - pre}) {
        text += ',';
        append_int64(text, number);
    }
    text += '\n';
}

/// Writes all rows, each `step` further than the one before. Requires: step has no factor in common with kRows.
Path write_rows(const Path& path, std::uint64_t step) {
    const auto file = real_files().create(path);
    std::string text = "type,body_id,soma_side,region,side,hex1,hex2,layer,synapses,pre,post\n";
    for (std::uint64_t i = 0; i < kRows; ++i) {
        append_row(text, i * step % kRows);
        if (text.size() < (std::size_t{1} << 20)) continue;
        file->append(as_bytes(text));
        text.clear();
    }
    file->append(as_bytes(text));
    file->finish();
    return path;
}

struct Totals {
    std::int64_t types = 0, synapses = 0, cells = 0, layer_cells = 0;
    bool operator==(const Totals&) const = default;
};

Totals& last_totals() {
    static Totals totals;
    return totals;
}

Outputs sum_up(Run& run, const SourceOptions& options) {
    Totals totals;
    for_each_type(run, options, [&](const CellType& type) {
        ++totals.types;
        for (const ColumnSet& set : type.sets) {
            for (std::size_t i = 0; i < set.size(); ++i) {
                totals.synapses += set.synapses[i];
                totals.cells += set.cells[i];
            }
            for (const std::int64_t cells : set.layer_cells)
                totals.layer_cells += cells;
        }
    });
    last_totals() = totals;
    return {};
}

Totals expected_totals() {
    Totals totals{.types = kTypes, .synapses = 0, .cells = 2 * kTypes * kCells * kColumns, .layer_cells = kRows};
    for (std::uint64_t row = 0; row < kRows; ++row)
        totals.synapses += synapses_of(row);
    return totals;
}

Execution read_rows(const Path& path, std::uint64_t memory_bytes) {
    Params<SourceOptions> params;
    declare_source(params);
    App app;
    app.name = "eyemap";
    app.tasks.push_back(make_task("sums", "Adds up", 1, params, &sum_up));
    EngineOptions how;
    how.threads = 1;
    how.memory_bytes = memory_bytes;
    how.work_folder = path.parent_path() / "work";
    SourceOptions options;
    options.input = {path};
    Engine engine(how);
    const Result result = engine.run(app, "sums", options);
    check(last_totals() == expected_totals(), "every row of the benchmark is counted once");
    return result.execution;
}

double rounded(double value) {
    return std::round(value * 100) / 100;
}

}  // namespace
}  // namespace hone::eyemap

namespace hone {

void bench_source(Bench& bench) {
    using namespace eyemap;
    constexpr std::uint64_t kInOrder = 1;
    constexpr std::uint64_t kInNoOrder = 4'143'377;
    const Path ordered = write_rows(bench.folder / "rows.csv", kInOrder);
    Execution execution = read_rows(ordered, kMemory);
    for (int i = 0; i < 3; ++i) {
        const Execution again = read_rows(ordered, kMemory);
        if (again.cpu_seconds < execution.cpu_seconds) execution = again;
    }
    const double megabytes = static_cast<double>(std::filesystem::file_size(ordered)) / 1e6;
    bench.report.at_most("source", cat("10 M raw rows, ", std::round(megabytes), " MB, aggregated, CPU time"),
                         rounded(execution.cpu_seconds), "s", 2, "least of 4 runs");
    bench.report.at_most("source", "the same, memory charged at most",
                         rounded(static_cast<double>(execution.peak_budget_bytes) / (1 << 20)), "MiB", 256);
    const Execution small = read_rows(ordered, std::uint64_t{64} << 20);
    bench.report.figure("source", "the same within 64 MiB, by way of the disk, CPU time", rounded(small.cpu_seconds),
                        "s");
    std::filesystem::remove(ordered);
    const Path shuffled = write_rows(bench.folder / "shuffled.csv", kInNoOrder);
    bench.report.figure("source", "10 M raw rows in no order, CPU time",
                        rounded(read_rows(shuffled, kMemory).cpu_seconds), "s");
    std::filesystem::remove(shuffled);
}

}  // namespace hone
