#include "hone/formats/document_protocol.h"

#include <cstdint>
#include <string_view>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace {

using namespace hone::documents;

void decode(FrameType type, std::string_view payload) {
    switch (type) {
        case FrameType::Page: {
            const hone::DocumentPage page = decode_page(payload);
            hone::check(hone::is_utf8(page.layout), "text of a page is UTF-8");
            hone::check(decode_page(encode_page(page)) == page, "a page comes back as it was");
            return;
        }
        case FrameType::Info:
            hone::check(decode_info(payload).pages <= kMostPages, "pages are within their limit");
            return;
        case FrameType::Pixels: {
            const auto raster = decode_raster(payload);
            hone::check(raster.gray.size() == std::size_t{raster.width} * raster.height, "a picture is full");
            return;
        }
        case FrameType::Attachment:
            hone::check(hone::is_utf8(decode_attachment(payload).name), "a name is UTF-8");
            return;
        case FrameType::Failure:
            hone::check(!decode_failure(payload).code.empty(), "a failure has a code");
            return;
        case FrameType::Open:
            (void)decode_job(payload);
            return;
        default:
            return;
    }
}

}  // namespace

/// Any bytes are no frame, a frame with a payload of its type, or Fault::Input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto header = read_header(bytes);
    if (!header) return 0;
    try {
        decode(header->type, bytes.substr(kHeaderBytes));
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "a damaged frame is Fault::Input");
    }
    return 0;
}
