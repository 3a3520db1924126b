#include <gtest/gtest.h>

#include "hone/engine/engine.h"
#include "hone/engine/run.h"
#include "hone/formats/fake_document_reader.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

struct Options {
    Path input;
};

int computed = 0;

Outputs read_document(hone::Run& run, const Options&) {
    ++computed;
    const std::string bytes = run.read(run.input("input"));
    std::string text;
    DocumentInfo info;
    const auto failure = run.exec().blocking([&] {
        return run.documents().read(
            DocumentRequest{bytes}, info, [&](DocumentPage&& page) { text += page.layout; }, run.cancel());
    });
    if (failure) run.issues().add({.id = "test.unreadable", .severity = Severity::Error, .message = failure->code});
    Outputs outputs;
    outputs.summary().set("text", text).set("pages", info.pages);
    return outputs;
}

App app_of(bool says_so) {
    Params<Options> params;
    params(&Options::input, "input", "A document").file().required();
    Task task = make_task("read", "Reads", 1, params, &read_document);
    App app;
    app.name = "test";
    app.tasks.push_back(says_so ? std::move(task).reading_documents() : std::move(task));
    return app;
}

/// A reader of a version that can be set.
class VersionedReader final : public DocumentReader {
public:
    explicit VersionedReader(std::string version) : version_(std::move(version)) {}
    std::optional<DocumentFailure> read(const DocumentRequest&, DocumentInfo& info,
                                        const std::function<void(DocumentPage&&)>& page, const Cancel&) override {
        info.pages = 1;
        DocumentPage told;
        told.layout = cat("read by ", version_);
        page(std::move(told));
        return std::nullopt;
    }
    std::optional<DocumentFailure> raster(const DocumentRequest&, std::uint32_t, double, Raster&,
                                          const Cancel&) override {
        return DocumentFailure{"unsupported", ""};
    }
    std::string version() override { return version_; }

private:
    std::string version_;
};

std::string text_of(const Result& result) {
    return result.outputs->summary().find("text")->text();
}

TEST(Documents, VersionOfTheReaderIsPartOfTheKey) {
    const testing::TemporaryFolder folder;
    const Options options{folder.write("a.pdf", "%PDF-1.7")};
    const App app = app_of(true);
    computed = 0;
    for (const char* version : {"one", "one", "two"}) {
        VersionedReader reader(version);
        EngineOptions engine_options;
        engine_options.cache_folder = folder.path() / "cache";
        engine_options.stores_everything = true;
        engine_options.documents = &reader;
        Engine engine(engine_options);
        EXPECT_EQ(text_of(engine.run(app, "read", options)), cat("read by ", version));
    }
    EXPECT_EQ(computed, 2) << "the second run is a hit";
}

TEST(Documents, WithoutAWorkerADocumentIsUnreadAndTheRunGoesOn) {
    const testing::TemporaryFolder folder;
    const Options options{folder.write("a.pdf", "%PDF-1.7")};
    Engine engine;
    const Result result = engine.run(app_of(true), "read", options);
    ASSERT_EQ(result.issues.kept().size(), 1U);
    EXPECT_EQ(result.issues.kept()[0].message, "no_pdf_worker");
}

TEST(Documents, TaskMustSayThatItReadsThem) {
    const testing::TemporaryFolder folder;
    const Options options{folder.write("a.pdf", "%PDF-1.7")};
    Engine engine;
    EXPECT_THROW(engine.run(app_of(false), "read", options), Error);
}

}  // namespace
}  // namespace hone
