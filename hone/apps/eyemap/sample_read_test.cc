// The sample as it is read: raw rows give what the sample's own plain sums give, and each mistake is found where the
// manifest says that it is.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "hone/apps/eyemap/sample.h"
#include "hone/apps/eyemap/source_examples.h"

namespace hone::eyemap {
namespace {

struct Written {
    std::map<std::string, std::string> files;
    Json manifest;
};

Written write(const SampleOptions& options) {
    Written written;
    Budget budget("test");
    written.manifest = write_sample(
        options,
        [&](const std::string& file) {
            std::string& bytes = written.files[file];
            return [&bytes](std::string_view piece) { bytes += piece; };
        },
        budget);
    return written;
}

Loaded load(const Written& written, std::initializer_list<std::string> names) {
    SourceFiles files;
    for (const std::string& name : names)
        files.add(name, written.files.at(name));
    return files.load();
}

TEST(SampleRead, RawRowsGiveTheColumnsOfTheSample) {
    const Written written = write({});
    const Loaded raw = load(written, {"synapses.csv", "universe.csv"});
    const std::string text = shown(*raw.set);
    EXPECT_EQ(raw.set->types.size(), 9U);
    EXPECT_EQ(text, shown(*load(written, {"columns.csv", "universe.csv"}).set));
    const Loaded document = load(written, {"document.json"});
    EXPECT_EQ(text, shown(*document.set));
    EXPECT_EQ(document.set->universe, raw.set->universe);
    EXPECT_EQ(raw.issues.count(Severity::Error), 0U);
    EXPECT_EQ(document.issues.count(Severity::Error), 0U);
}

TEST(SampleRead, PlacesGiveTheTotals) {
    const Written written = write({});
    const Loaded raw = load(written, {"synapses.csv", "universe.csv"});
    const Loaded rois = load(written, {"rois.csv", "universe.csv"});
    ASSERT_EQ(rois.set->types.size(), raw.set->types.size());
    for (std::size_t i = 0; i < raw.set->types.size(); ++i) {
        const CellType& type = raw.set->types[i];
        ASSERT_EQ(rois.set->types[i].sets.size(), type.sets.size()) << type.name;
        for (std::size_t k = 0; k < type.sets.size(); ++k) {
            EXPECT_EQ(rois.set->types[i].sets[k].hexes, type.sets[k].hexes) << type.name;
            EXPECT_EQ(rois.set->types[i].sets[k].synapses, type.sets[k].synapses) << type.name;
            EXPECT_EQ(rois.set->types[i].sets[k].cells, type.sets[k].cells) << type.name;
        }
    }
}

TEST(SampleRead, EachMistakeIsFoundInItsRow) {
    const std::map<std::string, std::string> expected = {
        {"nan", "not-finite"},
        {"negative", "negative-count"},
        {"bad-side", "bad-side"},
        {"unknown-region", "unknown-region"},
        {"layer-0", "unknown-layer"},
        {"layer-99", "unknown-layer"},
        {"outside-universe", "outside-universe"},
        {"hex-names", "hex-letter"},
        {"duplicate", "duplicate-column"},
    };
    for (const auto& [fault, finding] : expected) {
        SampleOptions options;
        options.types = {"ColA", "GradA"};
        options.faults = {fault};
        const Written written = write(options);
        const Json& entry = written.manifest.at("faults").items().at(0);
        const std::string file = entry.at("file").text();
        const Loaded loaded = load(written, {file, "universe.csv"});
        std::set<std::int64_t> rows;
        for (const Issue& issue : loaded.issues.kept())
            if (issue.id == "eyemap." + finding && Path(issue.file).filename() == file) rows.insert(issue.row);
        // Of equal keys either row may be named.
        const std::int64_t line = entry.at("line").integer();
        EXPECT_TRUE(rows.contains(line) || (fault == "duplicate" && rows.contains(line + 1)))
            << fault << ": line " << line << "\n"
            << join(loaded.findings(), "\n");
    }
}

TEST(SampleRead, OddFilesOfTheSameDataAreTheSame) {
    SampleOptions options;
    options.types = {"ColB", "PatchA"};
    const std::string plain = shown(*load(write(options), {"synapses.csv", "universe.csv"}).set);
    for (const char* fault : {"crlf-bom", "semicolon", "float-hex"}) {
        options.faults = {fault};
        const Loaded loaded = load(write(options), {"synapses.csv", "universe.csv"});
        EXPECT_EQ(shown(*loaded.set), plain) << fault;
        EXPECT_EQ(loaded.issues.count(Severity::Error), 0U) << fault;
    }
}

}  // namespace
}  // namespace hone::eyemap
