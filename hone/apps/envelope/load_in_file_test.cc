// Tasks on cells in a temporary file against the same tasks on cells in memory.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>

#include "hone/apps/envelope/cell_list.h"
#include "hone/apps/envelope/compute.h"
#include "hone/apps/envelope/dealt_rows.h"
#include "hone/apps/envelope/envelope.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/load.h"
#include "hone/apps/envelope/sample.h"
#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(DealtRows, GiveBackEachPartInOrder) {
    Budget budget("test");
    MemoryFiles files;
    files.make_folders("/work");
    Random random(testing::test_seed());
    for (const std::size_t crops : {1, 8, 46}) {
        for (const std::size_t parts : {1, 3, 20}) {
            DealtRows dealt({&budget, &files, Path("/work")}, {parts, crops, crops == 1 ? 20'000U : 0U});
            constexpr std::uint32_t kRows = 20'000;
            for (std::uint32_t line = 0; line < kRows; ++line) {
                std::vector<std::int64_t> values(crops, -std::int64_t{line});
                values.back() = line;
                dealt.add({static_cast<std::uint32_t>(2 * random.below(5000)), line, static_cast<Country>(line % 200),
                           static_cast<Place>(line % 999)},
                          values);
            }
            dealt.finish();
            std::vector<std::size_t> part_of(10'000, parts);
            std::size_t rows = 0;
            for (std::size_t part = 0; part < parts; ++part) {
                std::int64_t last = -1;
                std::size_t count = 0;
                dealt.read(part, [&](const DealtRows::Piece& piece) {
                    for (std::size_t i = 0; i < piece.size(); ++i, ++count) {
                        const DealtRows::Row& row = piece.row(i);
                        ASSERT_GT(row.line, last);
                        last = row.line;
                        ASSERT_EQ(row.country, row.line % 200);
                        ASSERT_EQ(row.place, row.line % 999);
                        ASSERT_EQ(piece.values(i).size(), crops);
                        ASSERT_EQ(piece.values(i).front(), crops == 1 ? last : -last);
                        ASSERT_EQ(piece.values(i).back(), last);
                        ASSERT_TRUE(part_of[row.cell] == parts || part_of[row.cell] == part);
                        part_of[row.cell] = part;
                    }
                });
                EXPECT_EQ(count, dealt.rows(part));
                EXPECT_GE(count, kRows / parts * 8 / 10) << "parts are about equally large";
                rows += count;
            }
            EXPECT_EQ(rows, kRows);
        }
    }
}

class LoadInFile : public ::testing::Test {
protected:
    /// A sample with all its defects; made once.
    static const testing::TemporaryFolder& sample_folder() {
        static const testing::TemporaryFolder folder;
        static const bool is_made = [] {
            Budget budget("test");
            Sample sample({.cells = 12'000, .key = 5}, budget);
            std::string production, area;
            sample.write_production([&](std::string_view text) { production += text; });
            sample.write_area([&](std::string_view text) { area += text; });
            folder.write(kSampleProductionFile, production);
            folder.write(kSampleAreaFile, area);
            return true;
        }();
        EXPECT_TRUE(is_made);
        return folder;
    }

    template <class Options>
    Options on_sample(std::string crop) const {
        Options options;
        options.production = sample_folder().path() / kSampleProductionFile;
        options.harvest = sample_folder().path() / kSampleAreaFile;
        options.crop = std::move(crop);
        return options;
    }

    /// Runs a task in memory, plainly and then in a file; all bytes must be equal.
    template <class Options>
    void expect_equal(const std::string& task, const Options& options) {
        Engine plain({.work_folder = work_.path(), .is_plain = true});
        const Result expected = plain.run(app_, task, options);
        EXPECT_TRUE(expected.execution.fallbacks.empty());
        for (const std::size_t pieces : {2, 7}) {
            Engine engine({.work_folder = work_.path(), .most_pieces = pieces});
            const Result result = engine.run(app_, task, options);
            ASSERT_EQ(result.execution.fallbacks.size(), 1U);
            EXPECT_NE(result.execution.fallbacks[0].find("temporary file"), std::string::npos);
            EXPECT_EQ(result.outputs->summary().dump(2), expected.outputs->summary().dump(2));
            EXPECT_EQ(encode_value(result.outputs->issues()), encode_value(expected.outputs->issues()));
            EXPECT_EQ(result.outputs->digest(), expected.outputs->digest());
        }
        EXPECT_TRUE(real_files().list(work_.path()).empty()) << "no file stays";
    }

    App app_ = app();
    testing::TemporaryFolder work_;
};

TEST_F(LoadInFile, GivesTheSameEnvelopes) {
    for (const char* crop : {"wheat", "allgrain"}) {
        ComputeOptions options = on_sample<ComputeOptions>(crop);
        expect_equal("compute", options);
        options.country = {"USA", "FRA", "India", "Brunei Darussalam"};
        options.state = {"USA/Kansas", "IND/Punjab"};
        options.box = {"europe=-10/35/40/70", "pacific=150/-60/-130/60"};
        options.tiers = {"comprehensive", "prime_land", "middle:10.5-90:area", "best:99-100"};
        expect_equal("compute", options);
        options.filter = "standard";
        options.grid = "log:50";
        options.strict = true;
        expect_equal("compute", options);
    }
}

TEST_F(LoadInFile, GivesTheSameForAllCountries) {
    ComputeOptions options = on_sample<ComputeOptions>("rice");
    options.country = {"all"};
    options.filter = "aggressive";
    options.grid = "legacy-v2:200";
    expect_equal("compute", options);
}

TEST_F(LoadInFile, GivesTheSameAnswers) {
    QueryOptions options = on_sample<QueryOptions>("maize");
    options.area = {"0", "1", "12.345", "1000", "1e9"};
    options.loss = {"0", "1e9", "123456789012", "1e17"};
    expect_equal("query", options);
    options.country = {"CHN", "BRA"};
    expect_equal("query", options);
}

TEST_F(LoadInFile, FailsLikeMemory) {
    ComputeOptions options = on_sample<ComputeOptions>("wheat");
    const Path swapped = options.production;
    options.production = options.harvest;
    options.harvest = swapped;
    const auto error_of = [&](const EngineOptions& engine_options) {
        Engine engine(engine_options);
        try {
            engine.run(app_, "compute", options);
        } catch (const Error& error) {
            return cat(error.id(), ": ", error.message());
        }
        return std::string("no error");
    };
    const auto expect_equal_error = [&](std::string_view id) {
        const std::string expected = error_of({.work_folder = work_.path(), .is_plain = true});
        EXPECT_EQ(error_of({.work_folder = work_.path(), .most_pieces = 3}), expected);
        EXPECT_TRUE(expected.starts_with(id)) << expected;
        EXPECT_TRUE(real_files().list(work_.path()).empty());
    };
    expect_equal_error("envelope.wrong-table");
    const std::string header = "x,y,FIPS0,ADM0_NAME,WHEA_A\n";
    const testing::TemporaryFolder other;
    options.production = other.write("p.csv", header + "10.041667,50.041667,FR,France,5.0\n");
    options.harvest = other.write("h.csv", header + "10.125000,50.041667,FR,France,5.0\n");
    expect_equal_error("envelope.mismatched-grids");
    options.harvest = other.write("h.csv", header + "10.041667,50.041667,FR,France,0.0\n");
    expect_equal_error("envelope.empty-selection");
}

TEST_F(LoadInFile, EndsWithAFullDisk) {
    const ComputeOptions options = on_sample<ComputeOptions>("wheat");
    for (const std::size_t at : {0, 3, 12, 20, 26}) {
        std::atomic<std::size_t> appended = 0;
        FailingFiles full(real_files(), [&](std::string_view operation, const Path& path) {
            const bool is_scratch = path.string().starts_with(work_.path().string());
            return operation == "append" && is_scratch && appended++ >= at ? ENOSPC : 0;
        });
        Engine engine({.work_folder = work_.path(), .most_pieces = 3, .files = &full});
        try {
            engine.run(app_, "compute", options);
            ADD_FAILURE() << "more was written than fits";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::System) << error.message();
        }
        EXPECT_TRUE(real_files().list(work_.path()).empty());
    }
}

/// Both tables of `count` cells on a grid of 1 arc minute.
void write_fine_tables(const testing::TemporaryFolder& folder, std::uint32_t count) {
    Random random(7);
    std::string production = "x,y,FIPS0,ADM0_NAME,WHEA_A\n";
    std::string harvest = production;
    for (std::uint32_t i = 0; i < count; ++i) {
        std::string place;
        const std::uint32_t cell = 21'600 * (2000 + i / 10'000) + 2 * (i % 10'000);
        const Grid grid(5);
        append_degrees(place, grid.x_micro(cell));
        place += ',';
        append_degrees(place, grid.y_micro(cell));
        place += i % 3 == 0 ? ",FR,France," : ",US,United States,";
        const std::int64_t area = random.between(1, 400);
        production += cat(place, decimal_text(area * random.between(2, 90), 1), '\n');
        harvest += cat(place, decimal_text(area, 1), '\n');
    }
    folder.write("P.csv", production);
    folder.write("H.csv", harvest);
}

TEST_F(LoadInFile, WorksWithinABudgetThatTheCellsDoNotFit) {
    constexpr std::uint32_t kCells = 600'000;
    constexpr std::uint64_t kBudget = std::uint64_t{24} << 20;
    const testing::TemporaryFolder folder;
    write_fine_tables(folder, kCells);
    ComputeOptions options;
    options.production = folder.path() / "P.csv";
    options.harvest = folder.path() / "H.csv";
    options.refinement = 5;
    options.country = {"FRA", "USA"};
    Engine plain({.work_folder = work_.path(), .is_plain = true});
    Engine small({.memory_bytes = kBudget, .cache_folder = folder.path() / "cache", .work_folder = work_.path()});
    const Result expected = plain.run(app_, "compute", options);
    const Result result = small.run(app_, "compute", options);
    EXPECT_EQ(result.outputs->digest(), expected.outputs->digest());
    EXPECT_EQ(result.execution.fallbacks.size(), 1U);
    EXPECT_LE(small.budget().peak(), kBudget);
    CellsOptions cells;
    static_cast<CellOptions&>(cells) = options;
    cells.area = "1";
    try {
        small.run(app_, "cells", cells);
        ADD_FAILURE() << "a list of cells needs them in memory";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Limit) << error.message();
    }
    EXPECT_TRUE(real_files().list(work_.path()).empty());
}

}  // namespace
}  // namespace hone::envelope
