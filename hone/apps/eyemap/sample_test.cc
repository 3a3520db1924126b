#include "hone/apps/eyemap/sample.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "hone/apps/eyemap/mask.h"
#include "hone/apps/eyemap/sample_faults.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/sha256.h"
#include "hone/base/text.h"
#include "hone/parallel/pool.h"

namespace hone::eyemap {
namespace {

struct Written {
    std::map<std::string, std::string> files;
    Json manifest;
};

Written write(const SampleOptions& options, const Exec& exec = {}) {
    Written written;
    Budget budget("test");
    written.manifest = write_sample(
        options,
        [&](const std::string& file) {
            std::string& bytes = written.files[file];
            return [&bytes](std::string_view piece) { bytes += piece; };
        },
        budget, exec);
    EXPECT_EQ(budget.used(), 0U);
    return written;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines = split(text, '\n');
    if (lines.back().empty()) lines.pop_back();
    return lines;
}

/// The line that the only entry of a mistake names.
std::string line_of(const Written& written, std::string_view fault) {
    for (const Json& entry : written.manifest.at("faults").items())
        if (entry.at("fault").text() == fault)
            return lines_of(written.files.at(entry.at("file").text()))
                .at(static_cast<std::size_t>(entry.at("line").integer() - 1));
    ADD_FAILURE() << fault << " is not in the manifest";
    return "";
}

const Written& plain() {
    static const Written written = write({});
    return written;
}

TEST(Sample, HasTheFilesOfTheDefinition) {
    const Written& written = plain();
    EXPECT_EQ(written.files.size(), 5U);
    const std::vector<std::string> lines = lines_of(written.files.at("synapses.csv"));
    EXPECT_EQ(lines.size(), 156'032U);
    EXPECT_EQ(lines[1], "ColA,10000000,L,ME,R,1,7,1,75,23,52");
    EXPECT_EQ(lines[2], "ColA,10000000,L,ME,R,1,7,2,27,8,19");
    EXPECT_TRUE(lines.back().starts_with("\"Z\xC3\xA9<7>&\"\"q\"\" 'x'/\xCE\xB1\",9"));
    EXPECT_EQ(lines_of(written.files.at("rois.csv"))[1].substr(0, 36), "ColA,10000000,L,ME_R_col_1_7,254,588");
    EXPECT_EQ(lines_of(written.files.at("universe.csv")).size(), 1U + 2 * (892 + 875 + 817));
    EXPECT_TRUE(written.manifest.at("faults").items().empty());
}

TEST(Sample, ManifestHasTheDigestsOfTheFiles) {
    for (const Json& entry : plain().manifest.at("files").items()) {
        const std::string& bytes = plain().files.at(entry.at("file").text());
        EXPECT_EQ(entry.at("sha256").text(), sha256_hex(std::string_view(bytes)));
        EXPECT_EQ(entry.at("bytes").integer(), static_cast<std::int64_t>(bytes.size()));
        const Json* rows = entry.find("rows");
        const auto expected = static_cast<std::int64_t>(lines_of(bytes).size()) - 1;
        EXPECT_TRUE(rows == nullptr || rows->integer() == expected);
    }
}

TEST(Sample, IsTheSameWithThreads) {
    Pool pool(3);
    const Exec exec({.pool = &pool}, Cancel());
    SampleOptions options;
    options.types = {"ColA", "WideA", "GradA"};
    EXPECT_EQ(write(options).files, write(options, exec).files);
    options = {};
    options.disc = 20'000;
    options.layers = 10;
    EXPECT_EQ(write(options).files, write(options, exec).files);
}

TEST(Sample, TypesOfASubsetHaveTheirRows) {
    SampleOptions options;
    options.types = {"RimA"};
    options.kinds = {"synapses"};
    const Written part = write(options);
    EXPECT_EQ(part.files.size(), 1U);
    std::string expected = lines_of(plain().files.at("synapses.csv"))[0] + "\n";
    for (const std::string& line : lines_of(plain().files.at("synapses.csv")))
        if (line.starts_with("RimA,")) expected += line + "\n";
    EXPECT_EQ(part.files.at("synapses.csv"), expected);
}

/// Plain sums of the raw rows by column, the long way.
TEST(Sample, ColumnsAndDocumentAddUpTheRows) {
    std::map<std::string, std::int64_t> totals;
    std::map<std::string, std::int64_t> layers;
    std::map<std::string, std::set<std::string>> bodies;
    for (const std::string& line : lines_of(plain().files.at("synapses.csv"))) {
        if (line.starts_with("type") || line.starts_with("\"")) continue;
        const std::vector<std::string> fields = split(line, ',');
        const std::string key = cat(fields[0], ' ', fields[3], fields[4], ' ', fields[5], ' ', fields[6]);
        totals[key] += *parse_int64(fields[8]);
        bodies[key].insert(fields[1]);
        if (fields[7] == "2") layers[key] += *parse_int64(fields[8]);
    }
    std::size_t found = 0;
    for (const std::string& line : lines_of(plain().files.at("columns.csv"))) {
        if (line.starts_with("type") || line.starts_with("\"")) continue;
        const std::vector<std::string> fields = split(line, ',');
        ASSERT_EQ(fields.size(), 29U);
        const std::string key = cat(fields[0], ' ', fields[1], fields[2], ' ', fields[3], ' ', fields[4]);
        EXPECT_EQ(fields[5], cat(totals[key])) << key;
        EXPECT_EQ(fields[6], cat(bodies[key].size())) << key;
        EXPECT_EQ(fields[10], cat(layers[key])) << key;
        EXPECT_EQ(fields[17].empty(), fields[1] == "LO" || fields[1] == "LOP") << line;
        ++found;
    }
    EXPECT_EQ(found, totals.size());
    const Json document = Json::parse(plain().files.at("document.json"));
    EXPECT_EQ(document.at("format").text(), "hone-eyemap");
    EXPECT_EQ(parse_mask(document.at("universe").at("LO_L").text()), builtin_mask("LO"));
    ASSERT_EQ(document.at("types").items().size(), 9U);
    std::size_t columns = 0;
    for (const Json& type : document.at("types").items())
        columns += type.at("columns").items().size();
    EXPECT_EQ(columns, lines_of(plain().files.at("columns.csv")).size() - 1);
    const Json& first = document.at("types").items()[0].at("columns").items()[0];
    EXPECT_EQ(first.at("total_synapses").integer(), 842);
    EXPECT_EQ(first.at("layers").items().size(), 8U);
}

TEST(Sample, DiscHasItsOwnRegion) {
    SampleOptions options;
    options.disc = 892;
    options.layers = 64;
    const Written written = write(options);
    const std::vector<std::string> lines = lines_of(written.files.at("synapses.csv"));
    std::set<std::string> columns;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::vector<std::string> fields = split(lines[i], ',');
        EXPECT_EQ(fields[3], "GRID");
        EXPECT_EQ(fields[4], "R");
        columns.insert(cat(fields[5], ' ', fields[6]));
    }
    EXPECT_NEAR(static_cast<double>(columns.size()), 892 * 0.97, 20);
    EXPECT_EQ(Json::parse(written.files.at("document.json")).at("regions").items()[0].at("layers").integer(), 64);
}

TEST(Sample, CatalogueListsAllTypes) {
    SampleOptions options;
    options.is_catalogue = true;
    options.types = {"T00001", "T00009", "T00426", "T11732"};
    const Written written = write(options);
    const Json document = Json::parse(written.files.at("document.json"));
    ASSERT_EQ(document.at("types").items().size(), 4U);
    EXPECT_FALSE(document.at("types").items()[1].at("columns").items().empty());
    EXPECT_TRUE(document.at("types").items()[2].at("columns").items().empty());
    std::map<std::string, std::set<std::string>> bodies;
    for (const char* file : {"synapses.csv", "assigned.csv"})
        for (const std::string& line : lines_of(written.files.at(file)))
            if (const std::vector<std::string> fields = split(line, ','); fields[0] != "type")
                bodies[fields[0]].insert(fields[1]);
    EXPECT_EQ(bodies["T00001"].size(), 20'000U);
    EXPECT_EQ(bodies["T00009"].size(), 2'222U);
    EXPECT_EQ(bodies["T00426"].size(), 46U);
    EXPECT_EQ(bodies["T11732"].size(), 1U);
}

TEST(Sample, EachMistakeStandsWhereTheManifestSays) {
    SampleOptions options;
    options.faults = sample_fault_names();
    std::erase_if(options.faults, [](const std::string& name) {
        return name == "truncated-file" || name == "semicolon" || name == "crlf-bom" || name == "constant";
    });
    const Written written = write(options);
    EXPECT_EQ(written.manifest.at("faults").items().size(), options.faults.size());
    const auto field = [&](std::string_view fault, std::size_t column) {
        std::string line = line_of(written, fault);
        if (line.starts_with('"')) line = "x" + line.substr(line.rfind('"') + 1);
        return split(line, ',').at(column);
    };
    EXPECT_EQ(field("missing-layer", 7), "");
    EXPECT_EQ(field("nan", 8), "nan");
    EXPECT_EQ(field("negative", 8), "-5");
    EXPECT_EQ(field("bad-side", 4), "X");
    EXPECT_EQ(field("unknown-region", 3), "XX");
    EXPECT_EQ(field("outside-universe", 5) + field("outside-universe", 6), "9090");
    EXPECT_EQ(field("layer-0", 7), "0");
    EXPECT_EQ(field("layer-99", 7), "99");
    EXPECT_TRUE(field("float-hex", 5).ends_with(".0"));
    EXPECT_NE(field("hex-names", 3).find_first_of("ABCDEF", 9), std::string::npos);
    EXPECT_EQ(field("zero-column", 5) + field("zero-column", 8), "00");
    const std::string repeated = line_of(written, "duplicate");
    std::size_t times = 0;
    for (const std::string& line : lines_of(written.files.at("columns.csv")))
        times += line == repeated ? 1U : 0U;
    EXPECT_EQ(times, 2U);
    std::set<std::string> types;
    std::set<std::string> lop;
    for (const std::string& line : lines_of(written.files.at("columns.csv"))) {
        const std::vector<std::string> fields = split(line, ',');
        types.insert(fields[0]);
        if (fields[1] == "LOP") lop.insert(fields[3] + " " + fields[4]);
    }
    EXPECT_TRUE(types.contains("Tm4") && types.contains("tm4") && types.contains("../x"));
    EXPECT_EQ(lop.size(), 1U);
}

TEST(Sample, WholeFilesCanBeOdd) {
    SampleOptions options;
    options.types = {"ColB"};
    options.faults = {"crlf-bom", "semicolon", "constant", "truncated-file"};
    const Written written = write(options);
    const std::string& text = written.files.at("synapses.csv");
    EXPECT_TRUE(text.starts_with("\xEF\xBB\xBFtype;body_id;"));
    EXPECT_FALSE(text.ends_with('\n'));
    EXPECT_EQ(text.find(','), std::string::npos);
    std::vector<std::string> lines = lines_of(text);
    lines.pop_back();
    for (std::size_t i = 1; i < lines.size(); ++i)
        ASSERT_TRUE(lines[i].ends_with(";7;2;5\r")) << lines[i];
    for (const Json& entry : written.manifest.at("files").items())
        EXPECT_EQ(entry.at("sha256").text(), sha256_hex(std::string_view(written.files.at(entry.at("file").text()))));
    EXPECT_EQ(line_of(written, "truncated-file"), lines_of(text).back());
}

TEST(Sample, RefusesWhatDoesNotExist) {
    const auto refused = [](const SampleOptions& options) {
        try {
            write(options);
        } catch (const Error& error) {
            return error.fault() == Fault::Usage;
        }
        return false;
    };
    EXPECT_TRUE(refused({.types = {"Nobody"}}));
    EXPECT_TRUE(refused({.faults = {"odd"}}));
    EXPECT_TRUE(refused({.kinds = {"odd"}}));
    EXPECT_TRUE(refused({.disc = -1}));
    EXPECT_TRUE(refused({.disc = 10, .layers = 0}));
    EXPECT_TRUE(refused({.disc = 10, .is_catalogue = true}));
}

}  // namespace
}  // namespace hone::eyemap
