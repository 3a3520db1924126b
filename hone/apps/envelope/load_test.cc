// Crop sets that are read together against the same sets one by one.
#include "hone/apps/envelope/load.h"

#include <gtest/gtest.h>

#include <set>

#include "hone/apps/envelope/sample.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

struct SetsTaskOptions {
    Path production, harvest;
    std::vector<std::string> crops;
};

template <class T>
std::string bytes_of(const T& value) {
    Encoder out;
    Codec<T>::encode(out, value);
    return out.take();
}

/// Each base as bytes, by its crop set.
Outputs bases_one_by_one(Run& run, const SetsTaskOptions& options) {
    Outputs outputs;
    for (const std::string& crops : options.crops) {
        const LoadedBase base = load_base(run, run.input("production"), run.input("harvest"), {crops});
        outputs.bytes(crops, "application/octet-stream", bytes_of(base));
    }
    return outputs;
}

Outputs bases_together(Run& run, const SetsTaskOptions& options) {
    Outputs outputs;
    const LoadedSets loaded = load_bases(run, run.input("production"), run.input("harvest"), {options.crops});
    EXPECT_EQ(loaded.sets.size(), options.crops.size());
    const std::string encoded = bytes_of(loaded);
    Decoder decoder(encoded);
    const LoadedSets decoded = Codec<LoadedSets>::decode(decoder, run.budget());
    EXPECT_EQ(bytes_of(decoded), encoded);
    EXPECT_EQ(decoded.memory_bytes(), loaded.memory_bytes());
    for (std::size_t i = 0; i < loaded.sets.size(); ++i)
        outputs.bytes(options.crops[i], "application/octet-stream", bytes_of(loaded.sets[i]));
    return outputs;
}

App app_of() {
    Params<SetsTaskOptions> params;
    params(&SetsTaskOptions::production, "production", "Production").file().required();
    params(&SetsTaskOptions::harvest, "harvest", "Harvested area").file().required();
    params(&SetsTaskOptions::crops, "crops", "Crop sets");
    App app;
    app.name = "sets";
    app.summary = "For tests";
    app.tasks.push_back(make_task("one-by-one", "Loads set after set", 1, params, &bases_one_by_one));
    app.tasks.push_back(make_task("together", "Loads all sets", 1, params, &bases_together));
    return app;
}

std::string artifact_of(const Result& result, const std::string& crops) {
    return result.outputs->find(crops)->blob->bytes();
}

/// Findings without their number, each once.
std::set<std::string> distinct(const IssueList& issues) {
    std::set<std::string> texts;
    for (const Issue& issue : issues.kept())
        texts.insert(cat(issue.id, '|', issue.file, '|', issue.row, '|', issue.column, '|', issue.message));
    return texts;
}

TEST(LoadBases, GiveWhatEachSetGivesAlone) {
    const testing::TemporaryFolder folder;
    Budget budget("test");
    Sample sample({.cells = 12'000, .key = 5}, budget);
    std::string production, area;
    sample.write_production([&](std::string_view text) { production += text; });
    sample.write_area([&](std::string_view text) { area += text; });
    SetsTaskOptions options;
    options.production = folder.write("P.csv", production);
    options.harvest = folder.write("H.csv", area);
    options.crops = {"allgrain", "wheat", "rice", "maize", "WHEA+BARL"};

    Engine plain({.is_plain = true});
    const Result alone = plain.run(app_of(), "one-by-one", options);
    for (const std::size_t pieces : {1, 2, 5}) {
        Engine engine({.work_folder = folder.path(), .most_pieces = pieces});
        const Result together = engine.run(app_of(), "together", options);
        for (const std::string& crops : options.crops)
            EXPECT_EQ(artifact_of(together, crops), artifact_of(alone, crops)) << crops;
        const std::set<std::string> found = distinct(together.outputs->issues());
        EXPECT_EQ(found.size(), together.outputs->issues().count()) << "each once";
        EXPECT_GT(found.size(), 20U);
    }
}

TEST(LoadBases, CountRepeatsBySet) {
    const testing::TemporaryFolder folder;
    const std::string header = "x,y,FIPS0,ADM0_NAME,WHEA_A,RICE_A\n";
    const std::string place = "10.041667,50.041667,FR,France,";
    SetsTaskOptions options;
    options.production = folder.write("P.csv", header + place + "5.0,1.0\n" + place + "5.0,2.0\n");
    options.harvest = folder.write("H.csv", header + place + "1.0,-1.0\n");
    options.crops = {"wheat", "rice"};
    Engine engine({.is_plain = true});
    const Result result = engine.run(app_of(), "together", options);
    std::vector<LoadedBase> sets;
    for (const std::string& crops : options.crops) {
        const std::string bytes = artifact_of(result, crops);
        Decoder decoder(bytes);
        sets.push_back(Codec<LoadedBase>::decode(decoder, engine.budget()));
    }
    EXPECT_EQ(sets[0].production.duplicates, 1);
    EXPECT_EQ(sets[0].production.conflicts, 0) << "wheat is the same in both rows";
    EXPECT_EQ(sets[1].production.conflicts, 1);
    EXPECT_EQ(sets[0].harvest.negative, 0);
    EXPECT_EQ(sets[1].harvest.negative, 1);
    EXPECT_EQ(sets[0].cells.kept, 1);
    EXPECT_EQ(sets[1].cells.kept, 0);
    EXPECT_EQ(result.outputs->issues().count(), 2U) << "one repeat, one negative value";
}

}  // namespace
}  // namespace hone::envelope
