#include "hone/apps/envelope/sample.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "hone/apps/envelope/grid.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/parallel/pool.h"

namespace hone::envelope {
namespace {

Crop crop(std::string_view code) {
    return find_crop(code).value();
}

struct Files {
    std::string production;
    std::string area;
};

Files write(Sample& sample, const Exec& exec = {}) {
    Files files;
    sample.write_production([&](std::string_view piece) { files.production += piece; }, exec);
    sample.write_area([&](std::string_view piece) { files.area += piece; }, exec);
    return files;
}

struct Sums {
    std::int64_t valid = 0;
    std::int64_t area_u = 0;
    std::int64_t energy_kcal = 0;
    bool operator==(const Sums&) const = default;
};

Sums envelope_sums(const Sample& sample, std::string_view set_name) {
    std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> cells;
    for (const Crop one : parse_crop_set(set_name).crops())
        sample.for_each_entry(one, [&](const Sample::Entry& entry) {
            auto& [area, energy] = cells[entry.id];
            area += entry.area_u;
            energy += entry.production_tenths * parse_energy_table("standard").kcal_per_tenth_tonne[one];
        });
    Sums sums;
    for (const auto& [id, cell] : cells) {
        if (cell.first <= 0 || cell.second <= 0) continue;
        ++sums.valid;
        sums.area_u += cell.first;
        sums.energy_kcal += cell.second;
    }
    return sums;
}

void expect_totals(const Sample& sample, std::string_view code, std::int64_t cells, std::int64_t u,
                   std::int64_t tenths) {
    const SampleCropTotals& totals = sample.summary().crops[crop(code)];
    EXPECT_EQ(totals.cells, cells) << code;
    EXPECT_EQ(totals.area_u, u) << code;
    EXPECT_EQ(totals.production_tenths, tenths) << code;
}

TEST(Sample, WorkedExampleOfAThousandCells) {
    Budget budget("test");
    const Sample sample({.cells = 1000, .clean = true}, budget);
    expect_totals(sample, "WHEA", 440, 2'220'852, 7'616'702);
    expect_totals(sample, "MAIZ", 550, 2'037'403, 10'209'769);
    expect_totals(sample, "RICE", 270, 1'660'576, 7'736'520);
    std::vector<std::vector<std::int64_t>> first;
    sample.for_each_entry(crop("WHEA"), [&](const Sample::Entry& entry) {
        if (first.size() < 3) first.push_back({entry.id, entry.area_u, entry.production_tenths});
    });
    EXPECT_EQ(first, (std::vector<std::vector<std::int64_t>>{
                         {1708859, 1639, 2045}, {1708860, 10058, 12210}, {1760507, 55427, 385329}}));
    EXPECT_EQ(envelope_sums(sample, "allgrain"), (Sums{970, 7'365'107, 9'947'487'031'000}));
}

TEST(Sample, WorkedExampleOfFullSize) {
    Budget budget("test");
    Pool pool;
    const Sample sample({}, budget, Exec({.pool = &pool}, Cancel()));
    EXPECT_EQ(sample.cells_of(Registry::builtin().resolve("USA")), 76'869);
    EXPECT_EQ(sample.cells_of(Registry::builtin().resolve("CHN")), 91'282);
    EXPECT_EQ(envelope_sums(sample, "allgrain"), (Sums{941'371, 7'228'916'553, 10'346'995'192'454'000}));
    EXPECT_EQ(envelope_sums(sample, "wheat"), (Sums{431'723, 2'179'783'397, 2'574'336'069'682'000}));
    EXPECT_EQ(sample.summary().crops[crop("WHEA")].valid_cells, 431'723);
}

TEST(Sample, BytesDoNotDependOnThreads) {
    Budget budget("test");
    Pool pool(4);
    const Exec parallel({.pool = &pool}, Cancel());
    Sample plain({.cells = 30'000}, budget);
    Sample threaded({.cells = 30'000}, budget, parallel);
    const Files a = write(plain);
    const Files b = write(threaded, parallel);
    EXPECT_EQ(digest_of(a.production).hex(), digest_of(b.production).hex());
    EXPECT_EQ(digest_of(a.area).hex(), digest_of(b.area).hex());
}

TEST(Sample, KeyAndRefinementChangeTheWorld) {
    Budget budget("test");
    const Sample usual({.cells = 1000}, budget);
    const Sample other({.cells = 1000, .key = 1}, budget);
    const Sample fine({.cells = 1000, .refinement = 5}, budget);
    EXPECT_NE(usual.summary().crops[crop("WHEA")].area_u, other.summary().crops[crop("WHEA")].area_u);
    EXPECT_EQ(fine.summary().crops[crop("WHEA")].cells, 440);
}

TEST(Sample, CleanFilesAreRegular) {
    Budget budget("test");
    Sample sample({.cells = 500, .clean = true}, budget);
    const Files files = write(sample);
    for (const std::string* file : {&files.production, &files.area}) {
        EXPECT_EQ(file->back(), '\n');
        EXPECT_EQ(file->find('\r'), std::string::npos);
        EXPECT_EQ(file->find("NaN"), std::string::npos);
        const std::vector<std::string> lines = split(*file, '\n');
        EXPECT_EQ(lines.size(), 502U);
        EXPECT_EQ(split(lines[0], ',').size(), 59U);
        EXPECT_TRUE(lines[0].starts_with("grid_code,x,y,FIPS0,")) << lines[0];
        EXPECT_TRUE(lines[0].ends_with(",WHEA_A,YAMS_A,year_data"));
    }
    EXPECT_EQ(sample.summary().production_rows, 500);
    EXPECT_EQ(sample.summary().area_rows, 500);
}

TEST(Sample, RowsDescribeTheirCells) {
    Budget budget("test");
    Sample sample({.cells = 1000, .clean = true}, budget);
    const Files files = write(sample);
    const Grid grid;
    std::int64_t last = -1;
    std::set<std::string> states;
    for (const std::string& line : split(files.production, '\n')) {
        const std::vector<std::string> fields = split(line, ',');
        if (fields.size() != 59 || fields[0] == "grid_code") continue;
        const std::int64_t id = *parse_int64(fields[0]);
        EXPECT_GT(id, last);
        last = id;
        EXPECT_EQ(grid.cell_at(*parse_double(fields[1]), *parse_double(fields[2])), id);
        const Country country = Registry::builtin().by_fips(fields[3]).value();
        EXPECT_EQ(Registry::builtin().by_name(fields[6]), country) << line;
        EXPECT_EQ(fields[4].substr(0, 2), fields[3]);
        EXPECT_EQ(fields[8], cat("District ", id % 97));
        EXPECT_EQ(fields[58], "synthetic");
        if (fields[3] == "US") states.insert(fields[7]);
    }
    EXPECT_GT(states.size(), 10U);
    for (const std::string& state : states) {
        bool is_known = false;
        for (const StateInfo& info : Registry::builtin().states(Registry::builtin().resolve("USA")))
            is_known = is_known || info.name == state;
        EXPECT_TRUE(is_known) << state;
    }
}

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

TEST(Sample, DefectsAreAsSpecified) {
    Budget budget("test");
    Sample sample({.cells = 20'000}, budget);
    const Files files = write(sample);
    EXPECT_EQ(sample.summary().production_rows, 20'000);
    EXPECT_NE(files.production.back(), '\n') << "no final newline in P";
    EXPECT_EQ(files.production.find('\r'), std::string::npos);
    EXPECT_EQ(count_of(files.area, "\r\n"), static_cast<std::size_t>(sample.summary().area_rows) + 1);
    EXPECT_NEAR(static_cast<double>(sample.summary().area_rows), 20'000 * 0.98, 100);
    EXPECT_EQ(count_of(files.production, ",NaN"), 10U);
    EXPECT_EQ(files.area.find("NaN"), std::string::npos);
    EXPECT_EQ(count_of(files.production, ",ZZ,"), 3U);
    EXPECT_GT(count_of(files.production, "\"Korea, Republic of\""), 0U);
    EXPECT_GT(count_of(files.production, "\"Korea, Democratic People's Republic of\""), 0U);
    EXPECT_GT(count_of(files.production, "\"Congo, Democratic Republic of the\""), 0U);
    EXPECT_GT(count_of(files.production, "\"Tanzania, United Republic of\""), 0U);
    const Grid grid;
    int off_grid = 0;
    for (const std::string& line : split(files.production, '\n')) {
        const std::vector<std::string> fields = split(line, ',');
        if (fields[0] == "grid_code") continue;
        off_grid += grid.cell_at(*parse_double(fields[1]), *parse_double(fields[2])) ? 0 : 1;
    }
    EXPECT_EQ(off_grid, 1);
    const std::vector<std::string> lines = split(files.area, '\n');
    for (const std::size_t row : {1, 3, 5})
        EXPECT_EQ(lines[row], lines[row + 1]);
    for (const std::size_t row : {7, 9}) {
        EXPECT_NE(lines[row], lines[row + 1]);
        EXPECT_EQ(split(lines[row], ',')[0], split(lines[row + 1], ',')[0]);
    }
    EXPECT_NE(split(lines[11], ',')[0], split(lines[12], ',')[0]);
}

TEST(Sample, RefusesImpossibleSizes) {
    Budget budget("test");
    EXPECT_THROW(Sample({.cells = 0}, budget), Error);
    EXPECT_THROW(Sample({.cells = 9'331'201}, budget), Error);
    EXPECT_THROW(Sample({.cells = 10, .refinement = 0}, budget), Error);
    Sample one({.cells = 1}, budget);
    write(one);
    EXPECT_EQ(one.summary().production_rows, 1);
}

}  // namespace
}  // namespace hone::envelope
