#include "hone/engine/deliver.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Result example(std::vector<std::string> figures) {
    auto outputs = std::make_shared<Outputs>();
    outputs->summary().set("big", std::int64_t{9007199254740993});
    outputs->table("main", Table({Column::int64("n", {9007199254740993}), Column::text("t", {"a \"b\""})}));
    for (const std::string& figure : figures)
        outputs->bytes(figure, "image/svg+xml", "<svg/>");
    Result result;
    result.outputs = outputs;
    result.inputs = Json::array();
    result.issues.add({.id = "x.y", .file = "f.csv", .row = 3, .column = "c", .message = "m"});
    return result;
}

TEST(Deliver, WritesArtifactsThenExecutionThenSummary) {
    const testing::TemporaryFolder folder;
    const Path out = folder.path() / "out";
    write_outputs(real_files(), out, example({"figures/f"}), Format::Csv);
    EXPECT_EQ(read_file(real_files(), out / "main.csv"), "n,t\n9007199254740993,\"a \"\"b\"\"\"\n");
    EXPECT_EQ(read_file(real_files(), out / "figures/f.svg"), "<svg/>");
    const Json summary = Json::parse(read_file(real_files(), out / "summary.json"));
    EXPECT_EQ(summary.at("big").integer(), 9007199254740993);
    EXPECT_EQ(summary.at("files").items().size(), 2U);
    EXPECT_EQ(summary.at("issues").items().at(0).at("row").integer(), 3);
    EXPECT_EQ(summary.at("issue_counts").at("x.y").integer(), 1);
    EXPECT_TRUE(std::filesystem::exists(out / "execution.json"));
}

TEST(Deliver, RemovesWhatTheLastResultLeftAndNothingElse) {
    const testing::TemporaryFolder folder;
    const Path out = folder.path();
    write_outputs(real_files(), out, example({"a", "b"}), Format::Csv);
    folder.write("mine.txt", "keep");
    write_outputs(real_files(), out, example({"b"}), Format::Csv);
    EXPECT_FALSE(std::filesystem::exists(out / "a.svg"));
    EXPECT_TRUE(std::filesystem::exists(out / "b.svg"));
    EXPECT_TRUE(std::filesystem::exists(out / "mine.txt"));
}

TEST(Deliver, ForeignSummaryIsNoManifest) {
    const testing::TemporaryFolder folder;
    folder.write("summary.json", "{\"files\": [{\"file\": \"../../etc/x\"}, 7");
    EXPECT_NO_THROW(write_outputs(real_files(), folder.path(), example({}), Format::Csv));
    folder.write("summary.json", "{\"files\": [{\"file\": \"../victim\"}]}");
    folder.write("victim", "");
    EXPECT_NO_THROW(write_outputs(real_files(), folder.path() / "sub", example({}), Format::Csv));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "victim"));
}

TEST(Deliver, FullDiskLeavesOldFilesWhole) {
    MemoryFiles memory;
    memory.make_folders("/out");
    write_outputs(memory, "/out", example({"f"}), Format::Csv);
    const std::string before = read_file(memory, "/out/summary.json");
    for (const std::string operation : {"create", "append", "finish", "rename"}) {
        for (int nth = 1; nth <= 4; ++nth) {
            int seen = 0;
            FailingFiles failing(memory, [&](std::string_view name, const Path&) {
                return name == operation && ++seen == nth ? ENOSPC : 0;
            });
            EXPECT_THROW(write_outputs(failing, "/out", example({"f"}), Format::Csv), Error) << operation << nth;
            EXPECT_EQ(read_file(memory, "/out/main.csv").substr(0, 4), "n,t\n");
            EXPECT_NO_THROW((void)Json::parse(read_file(memory, "/out/summary.json")));
            for (const auto& entry : memory.list("/out"))
                EXPECT_EQ(entry.name.find(".tmp"), std::string::npos) << operation << nth;
        }
    }
}

TEST(Deliver, StopsWhenAskedAndLeavesOldFilesWhole) {
    MemoryFiles memory;
    memory.make_folders("/out");
    write_outputs(memory, "/out", example({"f"}), Format::Csv);
    const std::string before = read_file(memory, "/out/main.csv");
    const Cancel cancel;
    Result large = example({"f"});
    auto outputs = std::make_shared<Outputs>(*large.outputs);
    outputs->table("large", Table({Column::int64("n", std::vector<std::int64_t>(5000, 7))}));
    large.outputs = outputs;
    cancel.request();
    for (const Format format : {Format::Csv, Format::Json, Format::Ndjson}) {
        EXPECT_THROW(write_outputs(memory, "/out", large, format, cancel), Error);
        EXPECT_EQ(read_file(memory, "/out/main.csv"), before);
        EXPECT_FALSE(memory.identity("/out/large.csv"));
    }
}

TEST(Deliver, JsonDocumentHoldsEverything) {
    const Json document = Json::parse(json_document(example({"f"})));
    EXPECT_EQ(document.at("tables").at("main").items().at(0).at("n").integer(), 9007199254740993);
    EXPECT_EQ(document.at("summary").at("big").integer(), 9007199254740993);
    EXPECT_EQ(document.at("issues").items().size(), 1U);
    EXPECT_TRUE(document.find("execution") != nullptr);
}

TEST(Deliver, FormatsByName) {
    EXPECT_EQ(parse_format("ndjson"), Format::Ndjson);
    EXPECT_THROW((void)parse_format("jsn"), Error);
}

}  // namespace
}  // namespace hone
