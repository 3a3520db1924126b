// All figures of a paper from cells that are loaded already, and cells of 1 arc minute in a memory that they do not
// fit.
#include <cmath>
#include <fstream>

#include "hone/apps/envelope/compute.h"
#include "hone/apps/envelope/envelope.h"
#include "hone/apps/envelope/figures.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/sample.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/watch/bench.h"

namespace hone::envelope {
namespace {

constexpr std::size_t kFullScale = 981'508;

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

/// Writes a pair of tables of full scale; the options of its figures.
FiguresOptions full_scale(const Path& folder) {
    Budget budget("bench");
    Sample sample({.cells = kFullScale}, budget);
    FiguresOptions options;
    options.production = folder / kSampleProductionFile;
    options.harvest = folder / kSampleAreaFile;
    std::ofstream production(options.production), harvest(options.harvest);
    sample.write_production([&](std::string_view text) { production << text; });
    sample.write_area([&](std::string_view text) { harvest << text; });
    return options;
}

/// Writes a pair of tables of wheat on a grid of 1 arc minute; the options of its envelope.
ComputeOptions fine_cells(const Path& folder) {
    constexpr std::uint32_t kFineCells = 10'000'000;
    constexpr std::uint32_t kInRow = 20'000;
    constexpr int kRefinement = 5;
    const Grid grid(kRefinement);
    Random random(7);
    ComputeOptions options;
    options.production = folder / "fine_P.csv";
    options.harvest = folder / "fine_H.csv";
    options.refinement = kRefinement;
    std::ofstream production(options.production), harvest(options.harvest);
    for (std::ofstream* file : {&production, &harvest})
        *file << "x,y,FIPS0,ADM0_NAME,WHEA_A\n";
    for (std::uint32_t i = 0; i < kFineCells; ++i) {
        const std::uint32_t cell = 21'600 * (2000 + i / kInRow) + i % kInRow;
        std::string place;
        append_degrees(place, grid.x_micro(cell));
        place += ',';
        append_degrees(place, grid.y_micro(cell));
        place += i % 3 == 0 ? ",FR,France," : ",US,United States,";
        const std::int64_t area = random.between(1, 400);
        production << place << decimal_text(area * random.between(2, 90), 1) << '\n';
        harvest << place << decimal_text(area, 1) << '\n';
    }
    return options;
}

void bench_fine_cells(Bench& bench) {
    constexpr std::uint64_t kMemory = std::uint64_t{64} << 20;
    const ComputeOptions options = fine_cells(bench.folder);
    const App app = envelope::app();
    Engine large({.memory_bytes = std::uint64_t{2} << 30, .work_folder = bench.folder / "work"});
    Engine small({.memory_bytes = kMemory, .work_folder = bench.folder / "work"});
    const Result expected = large.run(app, "compute", options);
    const Result streamed = small.run(app, "compute", options);
    check(streamed.outputs->digest() == expected.outputs->digest(), "equal bytes with little memory");
    check(streamed.execution.fallbacks.size() == 1, "the cells do not fit");
    constexpr double kMegabyte = 1 << 20;
    bench.report.at_most("figures", "envelope of 10,000,000 cells within 64 MiB, memory charged at most",
                         rounded(static_cast<double>(streamed.execution.peak_budget_bytes) / kMegabyte), "MiB", 64);
    bench.report.figure("figures", "the same, CPU time", rounded(streamed.execution.cpu_seconds), "s");
    bench.report.figure("figures", "the same in memory, CPU time", rounded(expected.execution.cpu_seconds), "s",
                        cat(rounded(static_cast<double>(expected.execution.peak_budget_bytes) / kMegabyte), " MiB"));
    for (const Path& file : {options.production, options.harvest})
        std::filesystem::remove(file);
}

void bench_all_figures(Bench& bench) {
    FiguresOptions options = full_scale(bench.folder);
    EngineOptions how;
    how.work_folder = bench.folder / "work";
    how.cache_folder = bench.folder / "cache";
    Engine engine(how);
    const App app = envelope::app();
    const Result cold = engine.run(app, "figures", options);
    Engine plain({.is_plain = true});
    const Result expected = plain.run(app, "figures", options);
    check(cold.outputs->digest() == expected.outputs->digest(), "figures are drawn alike on every way");
    options.balance = "three";  // other figures of the same cells
    const Result warm = engine.run(app, "figures", options);
    check(warm.execution.origin == Origin::Computed, "figures of another balance are drawn anew");
    bench.report.at_most("figures", "all as SVG, cells loaded already, CPU time", rounded(warm.execution.cpu_seconds),
                         "s", 1.5);
}

}  // namespace
}  // namespace hone::envelope

namespace hone {

void bench_figures(Bench& bench) {
    envelope::bench_all_figures(bench);
    envelope::bench_fine_cells(bench);
}

}  // namespace hone
