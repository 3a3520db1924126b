#include "hone/engine/deliver.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "hone/base/text.h"
#include "hone/memory/budget.h"
#include "hone/parallel/pool.h"
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

/// A result with an artifact in a file of `work`, which waits there for its delivery.
Result with_file(Files& files, const Path& work, const std::string& text) {
    Budget budget("test");
    BlobWriter writer(files, work, budget, std::make_shared<BlobRoom>(0));
    writer.write(text);
    Result result = example({"f"});
    auto outputs = std::make_shared<Outputs>(*result.outputs);
    outputs->add({"pages/large", "text/plain", nullptr, writer.finish()});
    result.outputs = outputs;
    return result;
}

TEST(Deliver, MovesFilesWhenTold) {
    const testing::TemporaryFolder folder;
    const Path work = folder.path() / "work";
    const Result result = with_file(real_files(), work, "large text");
    Delivery delivery;
    EXPECT_FALSE(write_outputs(real_files(), folder.path() / "copied", result, delivery));
    EXPECT_EQ(real_files().list(work).size(), 1U);
    delivery.moves_files = true;
    EXPECT_FALSE(write_outputs(real_files(), folder.path() / "moved", result, delivery));
    EXPECT_TRUE(real_files().list(work).empty());
    EXPECT_FALSE(write_outputs(real_files(), folder.path() / "once more", result, delivery)) << "it is copied then";
    for (const char* out : {"copied", "moved", "once more"}) {
        EXPECT_EQ(read_file(real_files(), folder.path() / out / "pages/large.txt"), "large text") << out;
        const std::string manifest =
            Json::parse(read_file(real_files(), folder.path() / out / "summary.json")).at("files").dump();
        EXPECT_NE(manifest.find(digest_of("large text").hex()), std::string::npos);
    }
}

TEST(Deliver, FailedMovesLoseNothing) {
    for (const std::string operation : {"create", "append", "finish", "rename"}) {
        for (int nth = 1; nth <= 6; ++nth) {
            MemoryFiles memory;
            const Result result = with_file(memory, "/out/work", "large text");
            int seen = 0;
            FailingFiles failing(memory, [&](std::string_view name, const Path&) {
                return name == operation && ++seen == nth ? ENOSPC : 0;
            });
            Delivery delivery;
            delivery.moves_files = true;
            try {
                (void)write_outputs(failing, "/out", result, delivery);
            } catch (const Error&) {  // Some of the failures end the delivery.
            }
            EXPECT_EQ(result.outputs->find("pages/large")->blob->bytes(), "large text") << operation << nth;
            EXPECT_FALSE(write_outputs(memory, "/out", result, delivery));
            EXPECT_EQ(read_file(memory, "/out/pages/large.txt"), "large text") << operation << nth;
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
        EXPECT_THROW((void)write_outputs(memory, "/out", large, Delivery{.format = format, .exec = Exec({}, cancel)}),
                     Error);
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

/// Two further forms of figures: one that always works, one that fails as told.
Delivery two_forms(const std::optional<Error>& error) {
    Delivery delivery;
    delivery.renditions.push_back(
        {"image/svg+xml", "image/png", [](std::string_view svg) { return cat("png of ", svg); }});
    delivery.renditions.push_back({"image/svg+xml", "application/pdf", [error](std::string_view) -> std::string {
                                       if (error) throw *error;
                                       return "pdf";
                                   }});
    return delivery;
}

TEST(Deliver, WritesFurtherFormsOfFigures) {
    for (const unsigned threads : {1U, 4U}) {
        const testing::TemporaryFolder folder;
        Pool pool(threads);
        Delivery delivery = two_forms({});
        delivery.exec = Exec({.pool = &pool}, {});
        EXPECT_FALSE(write_outputs(real_files(), folder.path(), example({"a", "figures/b"}), delivery));
        EXPECT_EQ(read_file(real_files(), folder.path() / "a.png"), "png of <svg/>");
        EXPECT_EQ(read_file(real_files(), folder.path() / "figures/b.pdf"), "pdf");
        const Json summary = Json::parse(read_file(real_files(), folder.path() / "summary.json"));
        std::vector<std::string> names;
        for (const Json& entry : summary.at("files").items())
            names.push_back(cat(entry.at("file").text(), ' ', entry.at("media").text()));
        EXPECT_EQ(names,
                  (std::vector<std::string>{"main.csv text/csv", "a.svg image/svg+xml", "figures/b.svg image/svg+xml",
                                            "a.png image/png", "a.pdf application/pdf", "figures/b.png image/png",
                                            "figures/b.pdf application/pdf"}));
        EXPECT_EQ(summary.at("files").items()[3].at("digest").text(), digest_of("png of <svg/>").hex());
        write_outputs(real_files(), folder.path(), example({"a", "figures/b"}), Format::Csv);
        EXPECT_FALSE(std::filesystem::exists(folder.path() / "a.png")) << "a form that is no longer asked for goes";
        EXPECT_TRUE(std::filesystem::exists(folder.path() / "a.svg"));
    }
}

TEST(Deliver, FormsThatStandInTheirPlaceAreWrittenWhereWanted) {
    auto outputs = std::make_shared<Outputs>();
    outputs->bytes("maps/a", "image/svg+xml", "<svg/>");
    outputs->bytes("maps/a", "application/vnd.hone.drawing", "png");
    outputs->bytes("b", "application/vnd.hone.drawing", "none");
    Result result;
    result.outputs = outputs;
    result.inputs = Json::array();
    Delivery delivery;
    Rendition png{"application/vnd.hone.drawing", "image/png", [](std::string_view) { return std::string("drawn"); }};
    png.is_instead = true;
    png.is_wanted = [](std::string_view bytes) { return bytes == "png"; };
    delivery.renditions.push_back(png);
    const testing::TemporaryFolder folder;
    EXPECT_FALSE(write_outputs(real_files(), folder.path(), result, delivery));
    const Json summary = Json::parse(read_file(real_files(), folder.path() / "summary.json"));
    std::vector<std::string> names;
    for (const Json& entry : summary.at("files").items())
        names.push_back(entry.at("file").text());
    EXPECT_EQ(names, (std::vector<std::string>{"maps/a.svg", "maps/a.png"}));
    EXPECT_EQ(read_file(real_files(), folder.path() / "maps/a.png"), "drawn");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "b.png"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "b.drawing"));

    write_outputs(real_files(), folder.path(), result, Format::Csv);
    EXPECT_EQ(read_file(real_files(), folder.path() / "b.drawing"), "none") << "without a form it is written as it is";
    delivery.renditions[0].is_wanted = [](std::string_view) -> bool { fail(Fault::Input, "damaged"); };
    const auto error = write_outputs(real_files(), folder.path(), result, delivery);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->fault(), Fault::Input);
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "maps/a.svg"));
}

TEST(Deliver, AFormThatFailsTakesNothingWithIt) {
    const testing::TemporaryFolder folder;
    const auto error = write_outputs(real_files(), folder.path(), example({"a", "b"}),
                                     two_forms(Error(Fault::System, "no ink").with_mend("Buy some.")));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->fault(), Fault::System);
    EXPECT_EQ(error->message(), cat(folder.path() / "a.pdf", ": no ink"));
    EXPECT_EQ(error->mend(), "Buy some.");
    for (const char* name : {"main.csv", "a.svg", "b.svg", "a.png", "b.png", "summary.json"})
        EXPECT_TRUE(std::filesystem::exists(folder.path() / name)) << name;
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "a.pdf"));
    EXPECT_EQ(read_file(real_files(), folder.path() / "summary.json").find(".pdf"), std::string::npos);
}

TEST(Deliver, ABugOrAStopInAFormEndsEverything) {
    for (const Fault fault : {Fault::Bug, Fault::Cancelled}) {
        const testing::TemporaryFolder folder;
        EXPECT_THROW((void)write_outputs(real_files(), folder.path(), example({"a"}), two_forms(Error(fault, "stop"))),
                     Error);
        EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    }
}

TEST(Deliver, FormsThatNeedTooMuchMemoryTogetherAreMadeOneByOne) {
    const testing::TemporaryFolder folder;
    Budget budget("small", 100);
    Pool pool(4);
    Delivery delivery;
    std::atomic<int> refused = 0;
    std::atomic<int> waiting = 0;
    delivery.renditions.push_back({"image/svg+xml", "image/png", [&](std::string_view) -> std::string {
                                       if (!budget.try_charge(60)) {
                                           ++refused;
                                           fail(Fault::Limit, "no room");
                                       }
                                       // Holds its memory until another was refused, or there is no other.
                                       ++waiting;
                                       for (int i = 0; i < 1000 && refused == 0; ++i)
                                           std::this_thread::yield();
                                       budget.release(60);
                                       return "png";
                                   }});
    delivery.exec = Exec({.pool = &pool}, {});
    EXPECT_FALSE(write_outputs(real_files(), folder.path(), example({"a", "b", "c", "d"}), delivery));
    for (const char* name : {"a.png", "b.png", "c.png", "d.png"})
        EXPECT_TRUE(std::filesystem::exists(folder.path() / name)) << name;
    EXPECT_EQ(waiting, 4);
}

TEST(Deliver, FormatsByName) {
    EXPECT_EQ(parse_format("ndjson"), Format::Ndjson);
    EXPECT_THROW((void)parse_format("jsn"), Error);
}

TEST(Deliver, ATableMakesRoomForBytesOfItsName) {
    const testing::TemporaryFolder folder;
    Result result;
    auto outputs = std::make_shared<Outputs>();
    outputs->bytes("rows", "application/json", "whole");
    outputs->table("rows", Table({Column::int64("n", {1})}));
    result.outputs = outputs;
    write_outputs(real_files(), folder.path() / "csv", result, Format::Csv);
    EXPECT_EQ(read_file(real_files(), folder.path() / "csv/rows.json"), "whole");
    EXPECT_EQ(read_file(real_files(), folder.path() / "csv/rows.csv"), "n\n1\n");
    write_outputs(real_files(), folder.path() / "json", result, Format::Json);
    EXPECT_EQ(read_file(real_files(), folder.path() / "json/rows.json"), "whole");
    EXPECT_TRUE(real_files().identity(folder.path() / "json/rows_table.json"));
}

}  // namespace
}  // namespace hone
