// Parameters that take folders, names in keys, and results that are not kept.
#include <gtest/gtest.h>

#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

struct Options {
    std::vector<Path> files;
    bool secretly = false;
};

int computed = 0;

Outputs join_files(hone::Run& run, const Options&) {
    ++computed;
    std::string text;
    for (std::size_t i = 0; i < run.input_count("file"); ++i) {
        const Input& input = run.input("file", i);
        text += cat(input.path.filename(), "=", run.read(input), ";");
        if (run.read(input).empty()) run.issues().add({.id = "test.empty", .file = input.label, .message = "empty"});
    }
    Outputs outputs;
    outputs.summary().set("text", text);
    return outputs;
}

App app_of() {
    Params<Options> params;
    params(&Options::files, "file", "Files or folders")
        .file()
        .named()
        .or_folder({".txt", ".pdf"})
        .positional()
        .required();
    params(&Options::secretly, "secretly", "Depends on more than the key tells");
    App app;
    app.name = "test";
    app.tasks.push_back(
        make_task("join", "Joins", 1, params, &join_files).uncached_if<Options>(+[](const Options& options) {
            return options.secretly;
        }));
    return app;
}

class FoldersTest : public ::testing::Test {
protected:
    Result run(const Options& options) {
        EngineOptions engine_options;
        engine_options.cache_folder = folder_.path() / "cache";
        engine_options.stores_everything = true;
        Engine engine(engine_options);
        return engine.run(app_of(), "join", options);
    }
    std::string text(const Options& options) { return run(options).outputs->summary().find("text")->text(); }

    testing::TemporaryFolder folder_;
};

TEST_F(FoldersTest, AFolderStandsForItsFilesInOrder) {
    folder_.write("in/b.txt", "2");
    folder_.write("in/a.PDF", "1");
    folder_.write("in/c.json", "no");
    folder_.write("in/.hidden.txt", "no");
    folder_.write("in/sub/z.txt", "3");
    folder_.write("last.csv", "4");
    EXPECT_EQ(text({{folder_.path() / "in", folder_.path() / "last.csv"}}), "a.PDF=1;b.txt=2;z.txt=3;last.csv=4;")
        << "a file that is named is taken whatever its ending";
}

TEST_F(FoldersTest, IssuesCarryThePathOfTheFile) {
    folder_.write("in/a.txt", "1");
    folder_.write("in/b.txt", "");
    const Result result = run({{folder_.path() / "in"}});
    ASSERT_EQ(result.issues.kept().size(), 1U);
    EXPECT_EQ(result.issues.kept()[0].file, (folder_.path() / "in/b.txt").string());
    EXPECT_EQ(result.inputs.items().size(), 2U);
}

TEST_F(FoldersTest, PathsAreNotSplitAtCommas) {
    const Path path = folder_.write("one, two.txt", "1");
    const App app = app_of();
    const Param& param = *app.find("join")->params.find("file");
    Options options;
    const std::vector<std::string> words = {path.string(), "b"};
    param.set(param, &options, words);
    EXPECT_EQ(options.files, (std::vector<Path>{path, "b"}));
}

TEST_F(FoldersTest, AnEmptyFolderIsAnError) {
    folder_.write("in/a.json", "1");
    try {
        run({{folder_.path() / "in"}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::NotFound);
        EXPECT_NE(std::string(error.message()).find(".txt"), std::string::npos) << error.message();
    }
}

TEST_F(FoldersTest, NamesArePartOfTheKey) {
    const Path first = folder_.write("a.txt", "1");
    const Path second = folder_.write("b.txt", "1");
    computed = 0;
    EXPECT_EQ(text({{first}}), "a.txt=1;");
    EXPECT_EQ(text({{first}}), "a.txt=1;");
    EXPECT_EQ(computed, 1);
    EXPECT_EQ(text({{second}}), "b.txt=1;") << "the same bytes under another name";
}

TEST_F(FoldersTest, WhatDependsOnMoreThanTheKeyIsNotKept) {
    const Path file = folder_.write("a.txt", "1");
    computed = 0;
    text({{file}, true});
    text({{file}, true});
    EXPECT_EQ(computed, 2);
}

}  // namespace
}  // namespace hone
