#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/codec.h"
#include "hone/base/correlation_id.h"
#include "hone/formats/document_reader.h"

// What hone and hone-docworker say to each other. hone starts one hone-docworker, which stays warm and holds a control
// socket (SOCK_SEQPACKET, descriptor kControlDescriptor): each message is one frame. Start carries two descriptors, the
// document (a sealed memory file) and a stream socket; the worker forks a child that serves that one document there.
// The child reads Open, answers Info, then Attachment, Page or Pixels frames, then Done; or Failure, and ends.

namespace hone::documents {

inline constexpr int kControlDescriptor = 3;
/// Largest payload of a frame; more is no frame of ours.
inline constexpr std::uint32_t kLargestPayload = 64U << 20U;
inline constexpr std::size_t kHeaderBytes = 24;
inline constexpr std::size_t kChildNumberBytes = 8;  ///< payload of Start and Kill
/// Limits of a document. Crossing one is the failure "limit" or the one named.
inline constexpr std::uint32_t kMostPages = 2000;         ///< too_many_pages
inline constexpr std::uint64_t kMostBytes = 256U << 20U;  ///< of the file: too_large
inline constexpr std::uint32_t kMostGlyphs = 200'000;     ///< of a page
inline constexpr std::uint32_t kMostAttachments = 32;     ///< further ones are left out
inline constexpr std::uint32_t kLargestAttachment = 10U << 20U;
inline constexpr std::uint32_t kMostPixels = 40'000'000;  ///< of a page; a higher resolution is lowered to it

enum class FrameType : std::uint16_t {
    Start = 1,   ///< to the worker, with two descriptors: the number of a child
    Kill,        ///< to the worker: end the child of this number
    Open,        ///< to the child: Job
    Hello = 16,  ///< from the worker, once: its version
    Info,        ///< from the child: pages, whether encrypted
    Attachment,  ///< name and bytes
    Page,        ///< DocumentPage
    Pixels,      ///< width, height, gray bytes
    Failure,     ///< page (0 = the document), code, message
    Done         ///< nothing follows
};

/// Head of a frame: u32 length of the payload, u16 type, u16 flags (0), 16 bytes of correlation, which are those of the
/// run that asks; little endian.
struct FrameHeader {
    std::uint32_t payload_bytes = 0;
    FrameType type = FrameType::Done;
    CorrelationId correlation;
};

/// A frame as bytes. Requires: payload of at most kLargestPayload bytes.
std::string frame_bytes(FrameType type, CorrelationId correlation, std::string_view payload);
/// The header in the first kHeaderBytes of `bytes`; nothing if it is none of ours: unknown type, flags set, too long.
std::optional<FrameHeader> read_header(std::string_view bytes);

/// What a child is asked for.
enum class JobKind : std::uint8_t {
    Text,    ///< Page frames from the text of the document
    Ocr,     ///< Page frames by optical recognition
    Raster,  ///< one Pixels frame of first_page
};
struct Job {
    JobKind kind = JobKind::Text;
    std::string password;
    std::vector<std::string> languages;
    bool wants_words = true;
    bool wants_attachments = true;
    std::uint32_t first_page = 1, last_page = 0;  ///< 0 = the end
    double dpi = 0;
};

/// A failure as it is sent.
struct FailureFrame {
    std::uint32_t page = 0;
    std::string code, message;
};

/// The number of a child, which its worker knows it by.
std::string encode_child_number(std::uint64_t number);
std::uint64_t decode_child_number(std::string_view payload);
/// Decoding throws Fault::Input for bytes that no honest worker sends; text comes out as well-formed UTF-8.
std::string encode_job(const Job& job);
Job decode_job(std::string_view payload);
std::string encode_failure(const FailureFrame& failure);
FailureFrame decode_failure(std::string_view payload);
std::string encode_info(const DocumentInfo& info);  ///< without attachments
DocumentInfo decode_info(std::string_view payload);
std::string encode_attachment(const DocumentAttachment& attachment);
DocumentAttachment decode_attachment(std::string_view payload);
std::string encode_page(const DocumentPage& page);
DocumentPage decode_page(std::string_view payload);
std::string encode_raster(const DocumentReader::Raster& raster);
DocumentReader::Raster decode_raster(std::string_view payload);

}  // namespace hone::documents

namespace hone {

/// A page crosses to the worker and to caches in the same form.
template <>
struct Codec<DocumentPage> {
    static constexpr std::uint32_t kVersion = 2;
    static void encode(Encoder& out, const DocumentPage& value);
    static DocumentPage decode(Decoder& in);
};

}  // namespace hone
