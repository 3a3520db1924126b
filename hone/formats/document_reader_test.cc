#include "hone/formats/document_reader.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/formats/document_protocol.h"
#include "hone/testing/pdf_files.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::invoice_pages;
using testing::pdf_file;
using testing::PdfPage;

#ifdef HONE_DOCWORKER
constexpr const char* kWorker = HONE_DOCWORKER;
#else
constexpr const char* kWorker = "";
#endif

std::string output_of(const std::string& command) {
    std::string out;
    FILE* const pipe = ::popen(command.c_str(), "r");
    std::array<char, 65536> piece{};
    for (std::size_t got = 1; pipe != nullptr && got > 0; out.append(piece.data(), got))
        got = std::fread(piece.data(), 1, piece.size(), pipe);
    if (pipe != nullptr) ::pclose(pipe);
    return out;
}

struct Reading {
    std::optional<DocumentFailure> failure;
    DocumentInfo info;
    std::vector<DocumentPage> pages;
    std::string layout() const {
        std::string all;
        for (const DocumentPage& page : pages)
            all += page.layout;
        return all;
    }
    std::string code() const { return failure ? failure->code : "read"; }
};

Reading read_all(DocumentReader& reader, std::string_view bytes, const std::string& password = "") {
    Reading reading;
    DocumentRequest request{bytes};
    request.password = password;
    reading.failure = reader.read(
        request, reading.info, [&](DocumentPage&& page) { reading.pages.push_back(std::move(page)); }, Cancel());
    return reading;
}

/// Processes whose parent is `parent`.
std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "stat");
        std::string text;
        std::getline(file, text);
        const std::size_t end = text.rfind(')');
        if (end == std::string::npos) continue;
        std::istringstream rest(text.substr(end + 1));
        std::string state;
        pid_t its_parent = 0;
        rest >> state >> its_parent;
        if (its_parent == parent && state != "Z") found.push_back(std::atoi(entry.path().filename().c_str()));
    }
    return found;
}

class Worker : public ::testing::Test {
protected:
    void SetUp() override {
        if (std::string_view(kWorker).empty()) GTEST_SKIP() << "hone-docworker is not built";
        reader_ = make_document_reader(kWorker, 0);
    }
    testing::TemporaryFolder folder_;
    std::unique_ptr<DocumentReader> reader_;
};

TEST_F(Worker, LayoutIsThatOfPdftotextByteForByte) {
    Random random(testing::test_seed());
    std::vector<std::vector<PdfPage>> documents = {invoice_pages(1, 1, 5), invoice_pages(2, 15, 30), {PdfPage{}}};
    for (const int rotate : {90, 180, 270}) {
        documents.push_back(invoice_pages(3, 2, 20));
        for (PdfPage& page : documents.back())
            page.rotate = rotate;
    }
    for (int i = 0; i < 6; ++i) {  // anything anywhere: overlapping, sloping, doubled
        PdfPage page;
        for (int n = 0; n < 60; ++n)
            page.texts.push_back({static_cast<double>(random.below(560)), static_cast<double>(random.below(760)),
                                  4.0 + static_cast<double>(random.below(20)), cat("w", random.below(100), " x-", n)});
        page.content = "0.96 0.28 -0.28 0.96 60 0 cm";
        documents.push_back({page, page});
    }
    for (const auto& pages : documents) {
        const std::string bytes = pdf_file(pages);
        const Path file = folder_.write("a.pdf", bytes);
        const Reading reading = read_all(*reader_, bytes);
        ASSERT_EQ(reading.code(), "read");
        EXPECT_EQ(reading.layout(), output_of(cat("pdftotext -layout -enc UTF-8 ", file.string(), " -")));
        EXPECT_EQ(reading.info.pages, pages.size());
    }
}

std::string attribute(std::string_view line, std::string_view name) {
    const std::size_t at = line.find(cat(name, "=\""));
    const std::size_t from = at + name.size() + 2;
    return std::string(line.substr(from, line.find('"', from) - from));
}

TEST_F(Worker, WordsAndPagesAreThoseOfBboxLayout) {
    std::vector<PdfPage> pages = invoice_pages(5, 3, 25);
    pages[1].rotate = 90;
    const std::string bytes = pdf_file(pages);
    const Path file = folder_.write("a.pdf", bytes);
    const Reading reading = read_all(*reader_, bytes);
    std::istringstream lines(output_of(cat("pdftotext -bbox-layout ", file.string(), " -")));
    std::vector<std::string> expected, found;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("<word ") == std::string::npos) continue;
        const std::size_t from = line.find('>') + 1;
        expected.push_back(line.substr(from, line.rfind("</word>") - from));
        for (const char* name : {"xMin", "yMin", "xMax", "yMax"})
            expected.back() += cat(" ", std::llround(std::stod(attribute(line, name)) * 100));
    }
    for (const DocumentPage& page : reading.pages)
        for (const WordBox& word : page.words) {
            found.push_back(word.text);
            for (const float number : {word.x0, word.y0, word.x1, word.y1})
                found.back() += cat(" ", std::llround(number * 100));
            EXPECT_GT(word.size, 4);
            EXPECT_GT(word.baseline, 0);
        }
    ASSERT_GT(expected.size(), 300U);
    ASSERT_EQ(found.size(), expected.size());
    std::size_t different = 0;  // a float may round the other way at the second digit
    for (std::size_t i = 0; i < found.size(); ++i)
        different += found[i] != expected[i] ? 1 : 0;
    EXPECT_LT(different, found.size() / 100) << found[0] << " / " << expected[0];
    EXPECT_EQ(reading.pages[0].width, 612);
    EXPECT_EQ(reading.pages[1].width, 792);  // upright
    EXPECT_EQ(reading.pages[2].number, 3U);
}

TEST_F(Worker, SaysWhichTextIsFitForUse) {
    PdfPage hidden = invoice_pages(6, 1, 10)[0];
    for (auto& text : hidden.texts)
        text.render_mode = 3;
    PdfPage short_text;
    short_text.texts.push_back({50, 50, 10, "only a few"});
    const Reading reading = read_all(*reader_, pdf_file({invoice_pages(6, 1, 10)[0], hidden, short_text, PdfPage{}}));
    ASSERT_EQ(reading.pages.size(), 4U);
    EXPECT_TRUE(reading.pages[0].is_usable);
    EXPECT_EQ(reading.pages[0].source, PageSource::Text);
    EXPECT_TRUE(reading.pages[1].is_usable);
    EXPECT_FALSE(reading.pages[2].is_usable);
    EXPECT_EQ(reading.pages[3].source, PageSource::None);
    EXPECT_EQ(reading.pages[3].layout, "\f");
}

TEST_F(Worker, HandsOverFilesInside) {
    const Reading reading =
        read_all(*reader_, pdf_file(invoice_pages(7, 1, 3), {{"factur-x.xml", "<a/>"}, {"note.txt", "hello"}}));
    ASSERT_EQ(reading.info.attachments.size(), 2U);
    EXPECT_EQ(reading.info.attachments[0].name, "factur-x.xml");
    EXPECT_EQ(reading.info.attachments[0].bytes, "<a/>");
    EXPECT_EQ(reading.info.attachments[1].bytes, "hello");
    EXPECT_EQ(reading.info.attachments_failure, "");
}

TEST_F(Worker, NamesWhyThereIsNothing) {
    const std::string bytes = pdf_file(invoice_pages(8, 2, 5));
    EXPECT_EQ(read_all(*reader_, "").code(), "empty");
    EXPECT_EQ(read_all(*reader_, "plain text").code(), "unsupported");
    EXPECT_EQ(read_all(*reader_, "%PDF-1.7\nnothing else").code(), "damaged");
    EXPECT_EQ(read_all(*reader_, pdf_file({})).code(), "empty");
    EXPECT_EQ(read_all(*reader_, pdf_file(std::vector<PdfPage>(2001))).code(), "too_many_pages");
    EXPECT_EQ(read_all(*reader_, bytes).code(), "read") << "after failures the reader goes on";
    DocumentInfo info;
    DocumentRequest request{bytes};
    const auto nothing = make_document_reader("", 1);
    EXPECT_EQ(nothing
                  ->read(
                      request, info, [](DocumentPage&&) {}, Cancel())
                  ->code,
              "no_pdf_worker");
    EXPECT_EQ(nothing->version(), "");
    const auto absent = make_document_reader("/no/such/worker", 1);
    EXPECT_EQ(absent
                  ->read(
                      request, info, [](DocumentPage&&) {}, Cancel())
                  ->code,
              "no_pdf_worker");
}

TEST_F(Worker, ReadsDamagedTablesAndAsksForPasswords) {
    std::string bytes = pdf_file(invoice_pages(9, 2, 5));
    const std::string whole = read_all(*reader_, bytes).layout();
    std::string moved = bytes;
    moved.replace(moved.rfind("startxref\n") + 10, 4, "7777");
    EXPECT_EQ(read_all(*reader_, moved).layout(), whole) << "the table is not where it should be";
    const Reading half = read_all(*reader_, bytes.substr(0, bytes.size() / 2));
    EXPECT_EQ(half.code(), "damaged") << "truncated";
    std::ifstream file(Path(HONE_TEST_FOLDER) / "golden" / "encrypted.pdf", std::ios::binary);
    const std::string encrypted{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(read_all(*reader_, encrypted).code(), "encrypted");
    EXPECT_EQ(read_all(*reader_, encrypted, "wrong").code(), "encrypted");
    const Reading opened = read_all(*reader_, encrypted, "open sesame");
    EXPECT_EQ(opened.code(), "read");
    EXPECT_TRUE(opened.info.is_encrypted);
    EXPECT_NE(opened.layout().find("INVOICE"), std::string::npos);
}

TEST_F(Worker, DrawsPages) {
    PdfPage page;
    page.width = page.height = 72;
    page.content = "0 0 36 72 re f";  // the left half is black
    DocumentReader::Raster raster;
    const std::string bytes = pdf_file({page});
    const auto failure = reader_->raster(DocumentRequest{bytes}, 1, 100, raster, Cancel());
    ASSERT_FALSE(failure) << failure->message;
    ASSERT_EQ(raster.width, 100U);
    ASSERT_EQ(raster.gray.size(), 10'000U);
    EXPECT_EQ(static_cast<unsigned char>(raster.gray[5010]), 0);
    EXPECT_EQ(static_cast<unsigned char>(raster.gray[5090]), 255);
    EXPECT_TRUE(reader_->raster(DocumentRequest{bytes}, 2, 100, raster, Cancel()));
}

#ifdef HONE_HAS_OCR
TEST_F(Worker, RecognisesScans) {
    PdfPage page;
    page.width = 300;
    page.height = 120;
    page.texts = {{20, 90, 12, "INVOICE CS4508467"},
                  {20, 60, 11, "Candle Holder"},
                  {170, 60, 11, "24"},
                  {220, 60, 11, "1,250.00"},
                  {20, 40, 11, "Mango Wood"},
                  {170, 40, 11, "16"},
                  {220, 40, 11, "576.00"}};
    DocumentReader::Raster raster;
    const std::string text = pdf_file({page});
    ASSERT_FALSE(reader_->raster(DocumentRequest{text}, 1, 300, raster, Cancel()));
    const Reading written = read_all(*reader_, text);
    const Reading scan = read_all(*reader_, testing::scanned_pdf(300, 120, raster.width, raster.height, raster.gray));
    ASSERT_EQ(scan.pages.size(), 1U);
    const DocumentPage& found = scan.pages[0];
    EXPECT_EQ(found.failure, "");
    EXPECT_EQ(found.source, PageSource::Ocr);
    EXPECT_TRUE(found.has_image);
    ASSERT_EQ(found.words.size(), written.pages[0].words.size()) << found.layout;
    for (std::size_t i = 0; i < found.words.size(); ++i)
        EXPECT_GT(found.words[i].confidence, 50);
    for (const WordBox& word : written.pages[0].words) {
        const auto same = std::ranges::find(found.words, word.text, &WordBox::text);
        ASSERT_NE(same, found.words.end()) << word.text << " in " << found.layout;
        EXPECT_NEAR(same->x0, word.x0, 2);
        EXPECT_NEAR(same->x1, word.x1, 2);
        EXPECT_NEAR(same->baseline, word.baseline, 2);
    }
    // The layout comes from the same code: words of a row stand in one line, in columns.
    EXPECT_NE(found.layout.find("Candle Holder  "), std::string::npos) << found.layout;
    const std::string row = found.layout.substr(found.layout.find("Candle"));
    EXPECT_LT(row.find("1,250.00"), row.find('\n')) << found.layout;
    EXPECT_EQ(found.layout.back(), '\f');
}

TEST_F(Worker, PicturesAreRecognisedOrRefused) {
    EXPECT_EQ(read_all(*reader_, "\x89PNG\r\n\x1A\nnothing").code(), "damaged");
    EXPECT_EQ(read_all(*reader_, "\xFF\xD8\xFF").code(), "damaged");
    DocumentInfo info;
    DocumentRequest request{"\x89PNG\r\n\x1A\nnothing"};
    request.ocr = OcrMode::Never;
    EXPECT_EQ(reader_
                  ->read(
                      request, info, [](DocumentPage&&) {}, Cancel())
                  ->code,
              "unsupported");
}
#endif

TEST_F(Worker, KilledChildCostsThePageInHandOnly) {
    const std::string bytes = pdf_file(invoice_pages(10, 200, 60));
    DocumentRequest request{bytes};
    MemoryFiles files;
    Log log(files.create("log"));
    request.log = Logger(&log, {1, 2}, "documents").with("document", 3);
    DocumentInfo info;
    std::vector<DocumentPage> pages;
    int kills = 0;
    const auto failure = reader_->read(
        request, info,
        [&](DocumentPage&& page) {
            pages.push_back(std::move(page));
            if (pages.size() != 3 && pages.size() != 20) return;
            for (const pid_t worker : children_of(::getpid()))
                for (const pid_t child : children_of(worker))
                    kills += ::kill(child, SIGKILL) == 0 ? 1 : 0;
        },
        Cancel());
    EXPECT_FALSE(failure);
    ASSERT_EQ(pages.size(), 200U);
    EXPECT_GE(kills, 1);
    int failed = 0;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        EXPECT_EQ(pages[i].number, i + 1);
        failed += pages[i].failure == "worker_crashed" ? 1 : 0;
    }
    EXPECT_GE(failed, 1);
    EXPECT_LE(failed, kills);
    const std::string said = read_file(files, "log");
    EXPECT_EQ(std::ranges::count(said, '\n'), failed) << said;
    const Json record = Json::parse(said.substr(0, said.find('\n')));
    EXPECT_EQ(record.at("level").text(), "warning");
    EXPECT_EQ(record.at("id").text(), (CorrelationId{1, 2}).hex());
    EXPECT_EQ(record.at("document").integer(), 3);
    EXPECT_EQ(record.at("code").text(), "worker_crashed");
    EXPECT_EQ(record.at("work").text(), "text");
    EXPECT_GE(record.at("page").integer(), 4);
    EXPECT_EQ(record.at("pages").integer(), 200);
}

TEST_F(Worker, KilledParentIsReplacedAndLeavesNoOrphan) {
    const std::string bytes = pdf_file(invoice_pages(11, 200, 60));
    DocumentRequest request{bytes};
    DocumentInfo info;
    std::size_t count = 0;
    const auto failure = reader_->read(
        request, info,
        [&](DocumentPage&&) {
            if (++count != 2) return;
            for (const pid_t worker : children_of(::getpid()))
                ::kill(worker, SIGKILL);
        },
        Cancel());
    EXPECT_FALSE(failure);
    EXPECT_EQ(count, 200U);
    EXPECT_EQ(read_all(*reader_, bytes).code(), "read");
    const std::vector<pid_t> workers = children_of(::getpid());
    ASSERT_EQ(workers.size(), 1U);
    reader_.reset();
    EXPECT_TRUE(children_of(::getpid()).empty());
    EXPECT_NE(::kill(workers[0], 0), 0);
}

TEST_F(Worker, StopsWhenAsked) {
    const std::string bytes = pdf_file(invoice_pages(12, 100, 60));
    const Cancel cancel;
    DocumentRequest request{bytes};
    DocumentInfo info;
    std::size_t count = 0;
    const auto stop_at_second = [&](DocumentPage&&) {
        if (++count == 2) cancel.request();
    };
    EXPECT_THROW(reader_->read(request, info, stop_at_second, cancel), Error);
    EXPECT_EQ(count, 2U);
}

TEST_F(Worker, MutatedDocumentsGiveAnAnswerEach) {
    Random random(testing::test_seed());
    const std::string whole = pdf_file(invoice_pages(13, 2, 8), {{"a.xml", "<a/>"}});
    const int rounds = 150 * testing::test_scale();
    int were_read = 0;
    for (int i = 0; i < rounds; ++i) {
        std::string bytes = whole;
        for (std::uint64_t n = 0, most = 1 + random.below(12); n < most; ++n) {
            const std::size_t at = 9 + random.below(bytes.size() - 9);
            switch (random.below(4)) {
                case 0:
                    bytes[at] = static_cast<char>(random.below(256));
                    break;
                case 1:
                    bytes.erase(at, 1 + random.below(40));
                    break;
                case 2:
                    bytes.insert(at, bytes.substr(9 + random.below(bytes.size() - 9), random.below(60)));
                    break;
                default:
                    bytes[at] = "0123456789[]<>()/R"[random.below(18)];
                    break;
            }
        }
        const Reading reading = read_all(*reader_, bytes);
        were_read += reading.code() == "read" ? 1 : 0;
        EXPECT_TRUE(reading.failure || reading.pages.size() == reading.info.pages);
    }
    EXPECT_GT(were_read, rounds / 10);
    EXPECT_EQ(read_all(*reader_, whole).code(), "read");
}

TEST_F(Worker, ChildrenCanDoNothingButRead) {
    const std::string report = output_of(cat(kWorker, " --probe"));
    EXPECT_EQ(report.find("POSSIBLE"), std::string::npos) << report;
    for (const char* what : {"open /etc/passwd", "socket inet", "fork", "execute a program"})
        EXPECT_NE(report.find(cat(what, ": refused")), std::string::npos) << report;
    EXPECT_TRUE(reader_->version().starts_with("hone-docworker ")) << reader_->version();
    EXPECT_NE(reader_->confinement().find("seccomp"), std::string::npos);
}

}  // namespace
}  // namespace hone
