// Parameters that take folders, names in keys, and results that are not kept.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

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
    outputs.summary().set("text", text).set("lost", run.lost_inputs("file").size());
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
    Result run(const Options& options, Files* files = nullptr) {
        EngineOptions engine_options;
        engine_options.files = files;
        engine_options.cache_folder = folder_.path() / "cache";
        engine_options.stores_everything = true;
        Engine engine(engine_options);
        return engine.run(app_of(), "join", options);
    }
    std::string text(const Options& options) { return run(options).outputs->summary().find("text")->text(); }

    std::vector<Issue> issues(const Result& result, const std::string& id) {
        std::vector<Issue> found;
        for (Issue& issue : result.issues.kept())
            if (issue.id == id) found.push_back(std::move(issue));
        return found;
    }

    testing::TemporaryFolder folder_;
};

TEST_F(FoldersTest, WhatCannotBeOpenedIsAnIssueAndTheRestGoesOn) {
    folder_.write("in/a.txt", "1");
    folder_.write("in/z.txt", "2");
    const Path in = folder_.path() / "in";
    std::filesystem::create_symlink("nowhere", in / "dangling.txt");
    std::filesystem::create_symlink("itself.pdf", in / "itself.pdf");
    ASSERT_EQ(::mkfifo((in / "pipe.pdf").c_str(), 0600), 0);
    const Result result = run({{in, folder_.path() / "absent.txt"}});
    EXPECT_EQ(result.outputs->summary().find("text")->text(), "a.txt=1;z.txt=2;");
    const std::vector<Issue> lost = issues(result, "input.unreadable");
    ASSERT_EQ(lost.size(), 4U);
    EXPECT_EQ(lost[0].file, (folder_.path() / "absent.txt").string());
    EXPECT_EQ(lost[1].file, (in / "dangling.txt").string());
    EXPECT_EQ(lost[2].file, (in / "itself.pdf").string());
    EXPECT_EQ(lost[3].file, (in / "pipe.pdf").string());
    EXPECT_EQ(lost[3].severity, Severity::Error);
    EXPECT_EQ(result.outputs->summary().find("lost")->number(), 4);
}

TEST_F(FoldersTest, AFileOrFolderWithoutRightsIsAnIssue) {
    folder_.write("in/a.txt", "1");
    folder_.write("in/locked.txt", "2");
    folder_.write("in/closed/b.txt", "3");
    FailingFiles files(real_files(), [](std::string_view operation, const Path& path) {
        if (operation == "open" && path.filename() == "locked.txt") return EACCES;
        return operation == "list" && path.filename() == "closed" ? EACCES : 0;
    });
    const Result result = run({{folder_.path() / "in"}}, &files);
    EXPECT_EQ(result.outputs->summary().find("text")->text(), "a.txt=1;");
    const std::vector<Issue> lost = issues(result, "input.unreadable");
    ASSERT_EQ(lost.size(), 2U);
    EXPECT_EQ(lost[0].file, (folder_.path() / "in/closed").string());
    EXPECT_EQ(lost[1].file, (folder_.path() / "in/locked.txt").string());
    EXPECT_NE(lost[1].message.find("ermission"), std::string::npos) << lost[1].message;
}

TEST_F(FoldersTest, IfNothingCanBeOpenedItsErrorEndsTheRun) {
    const Path in = folder_.path() / "in";
    std::filesystem::create_directory(in);
    std::filesystem::create_symlink("nowhere", in / "dangling.txt");
    EXPECT_THROW(run({{in}}), Error);
    EXPECT_THROW(run({{in / "absent"}}), Error);
}

TEST_F(FoldersTest, WhatIsLostIsPartOfTheKey) {
    folder_.write("in/a.txt", "1");
    std::filesystem::create_symlink("nowhere", folder_.path() / "in/b.txt");
    const auto lost = [&] { return run({{folder_.path() / "in"}}).outputs->summary().find("lost")->number(); };
    EXPECT_EQ(lost(), 1);
    EXPECT_EQ(lost(), 1);
    std::filesystem::remove(folder_.path() / "in/b.txt");
    EXPECT_EQ(lost(), 0);
}

TEST_F(FoldersTest, LoopsOfLinksAreCut) {
    folder_.write("in/a.txt", "1");
    folder_.write("in/sub/b.txt", "2");
    std::filesystem::create_symlink("../../in", folder_.path() / "in/sub/loop");
    std::filesystem::create_symlink("sub", folder_.path() / "in/zz");
    const Result result = run({{folder_.path() / "in"}});
    EXPECT_EQ(result.outputs->summary().find("text")->text(), "a.txt=1;b.txt=2;");
    EXPECT_EQ(issues(result, "input.unreadable").size(), 0U);
    EXPECT_EQ(issues(result, "input.skipped").size(), 1U);
}

TEST_F(FoldersTest, FilesThatAreNotTakenAreCountedByTheirEndings) {
    for (const char* name : {"in/a.txt", "in/b.doc", "in/sub/c.DOC", "in/README", "in/.b.pdf", "in/.DS_Store"})
        folder_.write(name, "1");
    const std::vector<Issue> skipped = issues(run({{folder_.path() / "in"}}), "input.skipped");
    ASSERT_EQ(skipped.size(), 1U);
    EXPECT_EQ(skipped[0].severity, Severity::Note);
    EXPECT_EQ(skipped[0].message,
              "left out: 2 .doc, 1 no ending, 1 name with a dot in front; taken are files that end in .txt, .pdf");
}

/// What do_not_keep() does, and how often things are computed.
struct Flaky {
    int inner = 0, outer = 0;
    bool is_killed = false;
} flaky;

struct Text {
    std::string text;
    std::uint64_t memory_bytes() const { return text.size(); }
};

}  // namespace
template <>
struct Codec<Text> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const Text& value) { out.text(value.text); }
    static Text decode(Decoder& in) { return {std::string(in.text())}; }
};
namespace {

Text inner_part(Run& run, const int&) {
    ++flaky.inner;
    if (flaky.is_killed) run.do_not_keep("the worker was killed");
    return {flaky.is_killed ? "half" : "whole"};
}
Text outer_part(Run& run, const int& number) {
    ++flaky.outer;
    return *run.memo<Text>("inner", 1, &inner_part, number);
}

Outputs flaky_task(hone::Run& run, const Options&) {
    const auto texts = run.map<std::string>("items", 2, [](Run& item, std::size_t i) {
        const auto time = item.item_time("text", i);
        const int number = static_cast<int>(i);
        return item.memo<Text>("outer", 1, &outer_part, number)->text;
    });
    Outputs outputs;
    outputs.summary().set("text", join(texts, ","));
    return outputs;
}

TEST_F(FoldersTest, WhatMustNotBeKeptIsComputedAnew) {
    const Options options{{folder_.write("a.txt", "1")}};
    App app = app_of();
    Params<Options> params;
    params(&Options::files, "file", "Files").file();
    app.tasks = {make_task("flaky", "Fails now and then", 1, params, &flaky_task)};
    const auto run_once = [&](bool is_killed) {
        flaky = {0, 0, is_killed};
        EngineOptions engine_options;
        engine_options.cache_folder = folder_.path() / "cache";
        engine_options.stores_everything = true;
        engine_options.threads = 1;
        Engine engine(engine_options);
        Result first = engine.run(app, "flaky", options);
        Result second = engine.run(app, "flaky", options);  // the memory tier of the same engine
        EXPECT_EQ(second.outputs->digest(), first.outputs->digest());
        return first;
    };
    const Result killed = run_once(true);
    EXPECT_EQ(flaky.inner, 4) << "nothing was remembered, in no tier";
    EXPECT_EQ(flaky.outer, 4) << "nor what is made of it";
    EXPECT_EQ(killed.execution.not_kept, std::vector<std::string>{"the worker was killed"});
    EXPECT_NE(killed.execution.describe().find("not kept: the worker was killed"), std::string::npos);
    EXPECT_EQ(killed.execution.to_json().find("not_kept")->items().size(), 1U);
    const Result whole = run_once(false);
    EXPECT_EQ(whole.outputs->summary().find("text")->text(), "whole,whole");
    EXPECT_EQ(flaky.inner, 2);
    EXPECT_TRUE(whole.execution.not_kept.empty());
    ASSERT_EQ(whole.execution.items.size(), 1U);
    EXPECT_EQ(whole.execution.items[0].what, "text");
    EXPECT_EQ(whole.execution.items[0].items, 2U);
}

TEST(ItemTimes, AreThoseOfTheItemsInTheMiddleAndNearTheEnd) {
    std::vector<std::int64_t> each;
    for (std::int64_t i = 100; i >= 1; --i)
        each.push_back(i);
    const ItemTimes times = item_times("document", each);
    EXPECT_EQ(times.p50_ns, 50);
    EXPECT_EQ(times.p95_ns, 95);
    EXPECT_EQ(times.max_ns, 100);
    EXPECT_EQ(item_times("document", {7}).p50_ns, 7);
    EXPECT_EQ(item_times("document", {}).items, 0U);
}

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
