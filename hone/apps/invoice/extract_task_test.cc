// The task `extract` through the engine, with a reader that fails on demand.
#include "hone/apps/invoice/extract_task.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "hone/apps/invoice/extract_options.h"
#include "hone/apps/invoice/invoice.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

constexpr const char* kText =
    "Acme Ltd\nInvoice No: INV20250017\nInvoice Date: 1/13/2024\n\n"
    "Item No   Description        Qty   Unit Price   Amount\n"
    "AB1234    Wooden bowl          2         3.50     7.00\n"
    "AB1235    Glass vase           1         5.00     5.00\n\n"
    "                                Subtotal         12.00\n"
    "                                   Total         12.00\n";

/// Reads the bytes of a PDF as layout text, unless it is told to fail.
class FlakyReader final : public DocumentReader {
public:
    std::string failure;       ///< of the document; empty = it is read
    std::string page_failure;  ///< of its pages
    std::string ocr_failure;   ///< in words, of recognition
    std::string ocr_page_failure;
    int calls = 0;

    std::optional<DocumentFailure> read(const DocumentRequest& request, DocumentInfo& info,
                                        const std::function<void(DocumentPage&&)>& page, const Cancel&) override {
        ++calls;
        if (!failure.empty()) return DocumentFailure{failure, "told so"};
        if (!ocr_failure.empty() && request.ocr == OcrMode::Always) return DocumentFailure{"unsupported", ocr_failure};
        std::vector<DocumentPage> pages = layout_pages(request.bytes.substr(request.bytes.find('\n') + 1));
        info.pages = static_cast<std::uint32_t>(pages.size());
        for (DocumentPage& one : pages) {
            const std::string code = request.ocr == OcrMode::Always ? ocr_page_failure : page_failure;
            if (!code.empty()) {
                DocumentPage failed;
                failed.number = one.number;
                failed.is_usable = false;
                failed.source = PageSource::None;
                failed.failure = code;
                one = failed;
            }
            page(std::move(one));
        }
        return std::nullopt;
    }
    std::optional<DocumentFailure> raster(const DocumentRequest&, std::uint32_t, double, Raster&,
                                          const Cancel&) override {
        return DocumentFailure{failure.empty() ? "damaged" : failure, "told so"};
    }
    std::string version() override { return "flaky reader"; }
};

class ExtractTask : public ::testing::Test {
protected:
    Result run(const ExtractOptions& options) {
        EngineOptions engine_options;
        engine_options.threads = 1;
        engine_options.cache_folder = folder_.path() / "cache";
        engine_options.stores_everything = true;
        engine_options.documents = &reader_;
        Engine engine(engine_options);
        return engine.run(app(), "extract", options);
    }
    static std::uint64_t count(const Result& result, const std::string& id) { return result.issues.count(id); }
    static std::string statuses(const Result& result) {
        const Table& table = *result.outputs->find("documents")->table;
        std::string text;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            table.column("status").append_text(text, row);
            text += ' ';
        }
        return text;
    }

    testing::TemporaryFolder folder_;
    FlakyReader reader_;
};

TEST_F(ExtractTask, WhatAFailureOfTheMomentLeftIsNotKept) {
    ExtractOptions options;
    options.paths = {folder_.write("a.pdf", cat("%PDF-1.7\n", kText))};
    options.ocr = "never";
    EngineOptions plain;
    plain.is_plain = true;
    plain.documents = &reader_;
    const Digest clean = Engine(plain).run(app(), "extract", options).outputs->digest();
    for (const char* code : {"worker_crashed", "timeout", "limit"}) {
        for (std::string* place : {&reader_.failure, &reader_.page_failure}) {
            *place = code;
            const Result failed = run(options);
            EXPECT_NE(failed.outputs->digest(), clean);
            ASSERT_FALSE(failed.execution.not_kept.empty()) << code;
            EXPECT_NE(failed.execution.not_kept[0].find(code), std::string::npos);
            place->clear();
        }
    }
    reader_.calls = 0;
    const Result whole = run(options);
    EXPECT_EQ(whole.outputs->digest(), clean) << "as if nothing had happened";
    EXPECT_EQ(whole.execution.origin, Origin::Computed);
    EXPECT_TRUE(whole.execution.not_kept.empty());
    EXPECT_EQ(run(options).execution.origin, Origin::Disk) << "a whole result is kept";
    EXPECT_EQ(reader_.calls, 1);
}

TEST_F(ExtractTask, WhatIsWrongWithTheDocumentIsKept) {
    ExtractOptions options;
    options.paths = {folder_.write("a.pdf", "%PDF-1.7\n")};
    reader_.failure = "damaged";
    run(options);
    const Result again = run(options);
    EXPECT_EQ(again.execution.origin, Origin::Disk);
    EXPECT_EQ(statuses(again), "failed ");
}

TEST_F(ExtractTask, TellsInWordsWhyAPageWasNotRecognised) {
    ExtractOptions options;
    options.paths = {folder_.write("a.pdf", cat("%PDF-1.7\n", kText))};
    options.ocr = "always";
    options.languages = {"xyz"};
    reader_.ocr_failure = "the language data of Tesseract are not installed: xyz";
    std::string said;
    for (const Issue& issue : run(options).issues.kept())
        if (issue.id == "invoice.page-failed") said = issue.message;
    EXPECT_EQ(said, "page 1 of 1: unsupported: the language data of Tesseract are not installed: xyz");
    reader_.ocr_failure.clear();
    reader_.ocr_page_failure = "unsupported";  // as the reader says it of pages of a PDF
    options.languages = {"xyz", "eng"};
    for (const Issue& issue : run(options).issues.kept())
        if (issue.id == "invoice.page-failed") said = issue.message;
    EXPECT_NE(said.find("the data of Tesseract for xyz+eng"), std::string::npos) << said;
}

TEST_F(ExtractTask, FilesThatCannotBeOpenedAreDocumentsThatFailed) {
    const Path in = folder_.path() / "in";
    folder_.write("in/a.txt", kText);
    std::filesystem::create_symlink("nowhere", in / "b.pdf");
    ASSERT_EQ(::mkfifo((in / "c.txt").c_str(), 0600), 0);
    std::filesystem::create_symlink("../in", in / "loop");
    ExtractOptions options;
    options.paths = {in};
    const Result result = run(options);
    EXPECT_EQ(statuses(result), "ok failed failed ");
    EXPECT_EQ(count(result, "input.unreadable"), 2U);
    EXPECT_EQ(result.issues.count(Severity::Error), 2U);
}

TEST_F(ExtractTask, TemplatesThatCannotBeOpenedLeaveTheOthers) {
    folder_.write("templates/a.yml",
                  "keywords: Acme Ltd\nissuer: Acme\nfields: {amount: 'Total +(.*)'}\n"
                  "required_fields: []\n");
    std::filesystem::create_symlink("nowhere", folder_.path() / "templates/b.yml");
    ExtractOptions options;
    options.paths = {folder_.write("a.txt", kText), folder_.write("b.txt", "Somebody else altogether\n")};
    options.templates = {folder_.path() / "templates"};
    options.compat = "invoice2data";
    const Result result = run(options);
    EXPECT_EQ(count(result, "input.unreadable"), 1U);
    EXPECT_EQ(result.outputs->summary().find("with_result")->integer(), 1);
    ASSERT_EQ(count(result, "invoice.no-template"), 1U);
    for (const Issue& issue : result.issues.kept())
        if (issue.id == "invoice.no-template") {
            EXPECT_EQ(issue.file, (folder_.path() / "b.txt").string());
            EXPECT_NE(issue.message.find("a.yml lacks 'Acme Ltd'"), std::string::npos) << issue.message;
        }
}

TEST_F(ExtractTask, ATemplateIsChosenByItsName) {
    folder_.write("t/Acme-One.yml", "keywords: Acme\nissuer: One\nfields: {amount: 'Total +(.*)'}\n");
    folder_.write("t/acme-two.yml", "keywords: Acme\nissuer: Two\nfields: {amount: 'Total +(.*)'}\n");
    ExtractOptions options;
    options.paths = {folder_.write("a.txt", kText)};
    options.templates = {folder_.path() / "t"};
    options.template_name = "TWO";
    options.template_report = true;
    EXPECT_EQ(run(options).outputs->find("templates")->table->rows(), 1U);
    options.template_name = "three";
    try {
        run(options);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        EXPECT_NE(error.message().find("Acme-One.yml, acme-two.yml"), std::string::npos) << error.message();
    }
    options.templates.clear();
    EXPECT_THROW(run(options), Error);
}

TEST_F(ExtractTask, ExplainsEachDocumentAlsoWhenTheResultIsRemembered) {
    folder_.write("t/one.yml", "keywords: [Acme Ltd, Nothing]\nfields: {amount: 'Total +(.*)'}\n");
    ExtractOptions options;
    options.paths = {folder_.write("a.txt", kText)};
    options.templates = {folder_.path() / "t"};
    const App application = app();
    const Task& task = *application.find("extract");
    for (int i = 0; i < 2; ++i) {
        const std::string text = task.explain(*run(options).outputs);
        EXPECT_NE(text.find("a.txt: ok"), std::string::npos) << text;
        EXPECT_NE(text.find("one.yml lacks 'Nothing'"), std::string::npos) << text;
        EXPECT_NE(text.find("taken: "), std::string::npos) << text;
    }
}

TEST_F(ExtractTask, LongNamesLoseNothing) {
    const Path long_name = folder_.path() / (std::string(250, 'L') + ".pdf");
    std::ofstream(long_name) << "%PDF-1.7\n" << kText;
    ExtractOptions options;
    options.paths = {long_name, folder_.write("a.txt", kText)};
    options.annotate = {"html"};
    const Result result = run(options);
    std::size_t pages = 0;
    for (const Artifact& artifact : result.outputs->artifacts()) {
        pages += artifact.name.starts_with("pages/") ? 1 : 0;
        EXPECT_LT(artifact.name.size(), 200U);
    }
    EXPECT_EQ(pages, 1U);
    EXPECT_EQ(count(result, "invoice.no-pages"), 1U) << "the text file has no pages";
}

TEST_F(ExtractTask, TellsHowLongDocumentsTook) {
    ExtractOptions options;
    options.paths = {folder_.write("a.txt", kText), folder_.write("b.txt", kText)};
    const Result result = run(options);
    ASSERT_EQ(result.execution.items.size(), 1U);
    EXPECT_EQ(result.execution.items[0].what, "document");
    EXPECT_EQ(result.execution.items[0].items, 2U);
    EXPECT_GT(result.execution.items[0].p95_ns, 0);
}

TEST_F(ExtractTask, OfEqualDocumentsTheFirstAsGivenCounts) {
    ExtractOptions options;
    options.paths = {folder_.write("z.txt", kText), folder_.write("a.txt", kText)};
    const Result result = run(options);
    ASSERT_EQ(count(result, "invoice.duplicate-document"), 1U);
    for (const Issue& issue : result.issues.kept()) {
        if (issue.id != "invoice.duplicate-document") continue;
        EXPECT_EQ(issue.file, (folder_.path() / "a.txt").string());
    }
}

}  // namespace
}  // namespace hone::invoice
