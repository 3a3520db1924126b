#include "hone/formats/document_protocol.h"

#include <gtest/gtest.h>

#include "hone/base/random.h"
#include "hone/formats/fake_document_reader.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using namespace documents;

DocumentPage some_page() {
    DocumentPage page;
    page.number = 3;
    page.width = 612;
    page.height = 792;
    page.layout = "a  b\n\f";
    page.words = {{1, 2, 3, 4, 5, 6, 77, "a"}, {7, 8, 9, 10, 11, 12, 100, "b\xC3\xA9"}};
    page.source = PageSource::Ocr;
    page.has_image = true;
    page.turned = 270;
    page.lean = -1.25F;
    return page;
}

TEST(DocumentProtocol, RoundTrips) {
    EXPECT_EQ(decode_page(encode_page(some_page())), some_page());
    const Job job = decode_job(encode_job({JobKind::Raster, "pass", {"eng", "deu"}, false, true, 2, 9, 300}));
    EXPECT_EQ(job.kind, JobKind::Raster);
    EXPECT_EQ(job.password, "pass");
    EXPECT_EQ(job.languages.size(), 2U);
    EXPECT_EQ(job.last_page, 9U);
    EXPECT_EQ(job.dpi, 300);
    EXPECT_EQ(decode_failure(encode_failure({4, "limit", "m"})).code, "limit");
    EXPECT_EQ(decode_raster(encode_raster({2, 3, "abcdef"})).gray, "abcdef");
    EXPECT_EQ(decode_attachment(encode_attachment({"n", "b"})).bytes, "b");
    const std::string frame = frame_bytes(FrameType::Page, {1, 2}, "xyz");
    const std::optional<FrameHeader> header = read_header(frame);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->payload_bytes, 3U);
    EXPECT_EQ(header->type, FrameType::Page);
    EXPECT_EQ(header->correlation, (CorrelationId{1, 2}));
    EXPECT_EQ(encode_child_number(7).size(), kChildNumberBytes);
    EXPECT_EQ(decode_child_number(encode_child_number(0x0123456789ABCDEF)), 0x0123456789ABCDEFU);
    EXPECT_THROW(decode_child_number("1234567"), Error);
}

TEST(DocumentProtocol, RefusesWhatNoHonestWorkerSends) {
    std::string frame = frame_bytes(FrameType::Page, {}, "");
    EXPECT_FALSE(read_header(frame.substr(0, 23)));
    frame[3] = '\x7F';  // 2 GiB
    EXPECT_FALSE(read_header(frame));
    frame = frame_bytes(FrameType::Page, {}, "");
    frame[4] = 9;  // no type
    EXPECT_FALSE(read_header(frame));
    frame = frame_bytes(FrameType::Page, {}, "");
    frame[6] = 1;  // a flag
    EXPECT_FALSE(read_header(frame));
    EXPECT_THROW(decode_failure(encode_failure({0, "rm -rf", ""})), Error);
    EXPECT_THROW(decode_info(encode_info({0, false, {}, {}})), Error);
    EXPECT_THROW(decode_info(encode_info({2001, false, {}, {}})), Error);
    EXPECT_THROW(decode_raster(encode_raster({1000, 1000, "short"})), Error);
    DocumentPage page = some_page();
    page.width = 1e30F;
    EXPECT_THROW(decode_page(encode_page(page)), Error);
    page = some_page();
    page.words[0].confidence = 101;
    EXPECT_THROW(decode_page(encode_page(page)), Error);
    page = some_page();
    page.layout = "\xFF";
    EXPECT_EQ(decode_page(encode_page(page)).layout, "\xEF\xBF\xBD");
}

TEST(DocumentProtocol, DamagedPagesNeverDecodeBeyondTheirBytes) {
    Random random(testing::test_seed());
    const std::string whole = encode_page(some_page());
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = whole;
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        if (random.below(3) == 0) bytes.resize(random.below(bytes.size()));
        try {
            decode_page(bytes);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
            ++refused;
        }
    }
    EXPECT_GT(refused, 5'000);
}

TEST(FakeDocumentReader, HandsOverWhatItWasTold) {
    FakeDocumentReader reader;
    reader.tell("doc", {{some_page()}, {{"x.xml", "<a/>"}}, {}});
    DocumentInfo info;
    std::vector<DocumentPage> pages;
    const auto keep = [&](DocumentPage&& page) { pages.push_back(std::move(page)); };
    EXPECT_FALSE(reader.read(DocumentRequest{"doc"}, info, keep, Cancel()));
    EXPECT_EQ(pages, std::vector{some_page()});
    EXPECT_EQ(info.attachments.size(), 1U);
    EXPECT_EQ(reader.read(DocumentRequest{"other"}, info, keep, Cancel())->code, "damaged");
}

}  // namespace
}  // namespace hone
