#include "hone/formats/document_protocol.h"

#include <array>
#include <cmath>

#include "hone/base/text.h"
#include "hone/formats/little_endian.h"

namespace hone {

std::string_view page_source_name(PageSource source) {
    static constexpr std::array<std::string_view, 4> kNames = {"text", "embedded_ocr", "ocr", "none"};
    return kNames[static_cast<std::size_t>(source)];
}

namespace {

constexpr float kFarthest = 1e6F;  // points; no page reaches there

void put_float(Encoder& out, float value) {
    out.raw(&value, sizeof value);
}

float take_float(Decoder& in) {
    const auto value = Codec<float>::decode(in);
    if (!std::isfinite(value) || std::fabs(value) > kFarthest)
        fail(Fault::Input, "a place on a page must be a number up to ", kFarthest);
    return value;
}

WordBox take_word(Decoder& in) {
    WordBox word;
    for (float* value : {&word.x0, &word.y0, &word.x1, &word.y1, &word.baseline, &word.size})
        *value = take_float(in);
    word.confidence = in.u8();
    if (word.confidence > 100) fail(Fault::Input, "confidence must be at most 100, found ", word.confidence);
    word.text = valid_utf8(in.text());
    return word;
}

}  // namespace

void Codec<DocumentPage>::encode(Encoder& out, const DocumentPage& value) {
    out.u32(value.number);
    put_float(out, value.width);
    put_float(out, value.height);
    out.text(value.layout);
    out.u8(static_cast<std::uint8_t>(value.source));
    Codec<bool>::encode(out, value.is_usable);
    Codec<bool>::encode(out, value.has_image);
    out.u32(value.turned);
    put_float(out, value.lean);
    out.u32(value.glyphs);
    out.u32(value.assigned_glyphs);
    out.text(value.failure);
    out.u64(value.words.size());
    for (const WordBox& word : value.words) {
        for (const float number : {word.x0, word.y0, word.x1, word.y1, word.baseline, word.size})
            put_float(out, number);
        out.u8(word.confidence);
        out.text(word.text);
    }
}

DocumentPage Codec<DocumentPage>::decode(Decoder& in) {
    DocumentPage page;
    page.number = in.u32();
    page.width = take_float(in);
    page.height = take_float(in);
    page.layout = valid_utf8(in.text());
    const std::uint8_t source = in.u8();
    if (source > static_cast<std::uint8_t>(PageSource::None)) fail(Fault::Input, "no source of a page: ", source);
    page.source = static_cast<PageSource>(source);
    page.is_usable = in.flag();
    page.has_image = in.flag();
    const std::uint32_t turned = in.u32();
    if (turned % 90 != 0 || turned >= 360) fail(Fault::Input, "a page is turned by quarters, found ", turned);
    page.turned = static_cast<std::uint16_t>(turned);
    page.lean = take_float(in);
    page.glyphs = in.u32();
    page.assigned_glyphs = in.u32();
    page.failure = valid_utf8(in.text());
    const std::size_t words = in.count(6 * sizeof(float) + 1 + sizeof(std::uint64_t));
    if (words > documents::kMostGlyphs) fail(Fault::Input, "a page has at most 200,000 words, found ", words);
    page.words.reserve(words);
    for (std::size_t i = 0; i < words; ++i)
        page.words.push_back(take_word(in));
    return page;
}

}  // namespace hone

namespace hone::documents {
namespace {

bool is_known(std::uint16_t type) {
    return (type >= static_cast<std::uint16_t>(FrameType::Start) &&
            type <= static_cast<std::uint16_t>(FrameType::Open)) ||
           (type >= static_cast<std::uint16_t>(FrameType::Hello) &&
            type <= static_cast<std::uint16_t>(FrameType::Done));
}

}  // namespace

std::string frame_bytes(FrameType type, CorrelationId correlation, std::string_view payload) {
    check(payload.size() <= kLargestPayload, "a frame is within its limit");
    Encoder out;
    out.u32(static_cast<std::uint32_t>(payload.size()));
    out.u32(static_cast<std::uint32_t>(type));  // type and flags
    out.u64(correlation.high);
    out.u64(correlation.low);
    out.raw(payload.data(), payload.size());
    return out.take();
}

std::optional<FrameHeader> read_header(std::string_view bytes) {
    if (bytes.size() < kHeaderBytes) return std::nullopt;
    FrameHeader header;
    header.payload_bytes = le32(bytes, 0);
    const std::uint16_t type = le16(bytes, 4);
    if (header.payload_bytes > kLargestPayload || !is_known(type) || le16(bytes, 6) != 0) return std::nullopt;
    header.type = static_cast<FrameType>(type);
    header.correlation = {le64(bytes, 8), le64(bytes, 16)};
    return header;
}

std::string encode_job(const Job& job) {
    Encoder out;
    out.u8(static_cast<std::uint8_t>(job.kind));
    out.text(job.password);
    out.u64(job.languages.size());
    for (const std::string& language : job.languages)
        out.text(language);
    Codec<bool>::encode(out, job.wants_words);
    Codec<bool>::encode(out, job.wants_attachments);
    out.u32(job.first_page);
    out.u32(job.last_page);
    out.f64(job.dpi);
    return out.take();
}

Job decode_job(std::string_view payload) {
    Decoder in(payload);
    Job job;
    const std::uint8_t kind = in.u8();
    if (kind > static_cast<std::uint8_t>(JobKind::Raster)) fail(Fault::Input, "no kind of job: ", kind);
    job.kind = static_cast<JobKind>(kind);
    job.password = in.text();
    const std::size_t languages = in.count(1);
    for (std::size_t i = 0; i < languages; ++i)
        job.languages.emplace_back(in.text());
    job.wants_words = in.flag();
    job.wants_attachments = in.flag();
    job.first_page = in.u32();
    job.last_page = in.u32();
    job.dpi = in.f64();
    in.finish();
    return job;
}

std::string encode_child_number(std::uint64_t number) {
    Encoder out;
    out.u64(number);
    return out.take();
}

std::uint64_t decode_child_number(std::string_view payload) {
    Decoder in(payload);
    const std::uint64_t number = in.u64();
    in.finish();
    return number;
}

std::string encode_failure(const FailureFrame& failure) {
    Encoder out;
    out.u32(failure.page);
    out.text(failure.code);
    out.text(failure.message);
    return out.take();
}

FailureFrame decode_failure(std::string_view payload) {
    Decoder in(payload);
    FailureFrame failure;
    failure.page = in.u32();
    const std::string_view code = in.text();
    for (const std::string_view known :
         {"encrypted", "damaged", "empty", "unsupported", "too_large", "too_many_pages", "limit"})
        if (code == known) failure.code = code;
    if (failure.code.empty()) fail(Fault::Input, "no code of a failure: ", valid_utf8(code.substr(0, 40)));
    failure.message = valid_utf8(in.text().substr(0, 1000));
    in.finish();
    return failure;
}

std::string encode_info(const DocumentInfo& info) {
    Encoder out;
    out.u32(info.pages);
    Codec<bool>::encode(out, info.is_encrypted);
    return out.take();
}

DocumentInfo decode_info(std::string_view payload) {
    Decoder in(payload);
    DocumentInfo info;
    info.pages = in.u32();
    info.is_encrypted = in.flag();
    in.finish();
    if (info.pages == 0 || info.pages > kMostPages)
        fail(Fault::Input, "a document has 1 to 2,000 pages, found ", info.pages);
    return info;
}

std::string encode_attachment(const DocumentAttachment& attachment) {
    Encoder out;
    out.text(attachment.name);
    out.text(attachment.bytes);
    return out.take();
}

DocumentAttachment decode_attachment(std::string_view payload) {
    Decoder in(payload);
    DocumentAttachment attachment;
    attachment.name = valid_utf8(in.text().substr(0, 1000));
    attachment.bytes = in.text();
    in.finish();
    if (attachment.bytes.size() > kLargestAttachment)
        fail(Fault::Input, "an attachment has at most 10 MiB, found ", attachment.bytes.size(), " bytes");
    return attachment;
}

std::string encode_page(const DocumentPage& page) {
    Encoder out;
    Codec<DocumentPage>::encode(out, page);
    return out.take();
}

DocumentPage decode_page(std::string_view payload) {
    Decoder in(payload);
    DocumentPage page = Codec<DocumentPage>::decode(in);
    in.finish();
    return page;
}

std::string encode_raster(const DocumentReader::Raster& raster) {
    Encoder out;
    out.u32(raster.width);
    out.u32(raster.height);
    out.raw(raster.gray.data(), raster.gray.size());
    return out.take();
}

DocumentReader::Raster decode_raster(std::string_view payload) {
    Decoder in(payload);
    DocumentReader::Raster raster;
    raster.width = in.u32();
    raster.height = in.u32();
    if (raster.width == 0 || raster.height == 0 || raster.width > kMostPixels || raster.height > kMostPixels ||
        std::uint64_t{raster.width} * raster.height != in.left())
        fail(Fault::Input, "a picture must hold width times height pixels, found ", raster.width, " x ", raster.height);
    raster.gray = payload.substr(payload.size() - in.left());
    return raster;
}

}  // namespace hone::documents
