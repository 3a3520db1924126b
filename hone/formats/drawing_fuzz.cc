// Bytes are a drawing that reads back from what it is written as, or Fault::Input.
#include "hone/formats/drawing.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hone/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        const auto drawing = hone::decode_value<hone::Drawing>(bytes);
        hone::check_drawing(drawing);
        hone::check(hone::decode_value<hone::Drawing>(encode_value(drawing)) == drawing, "a drawing reads back");
        hone::check(hone::drawing_forms(bytes).is_pdf == drawing.is_pdf, "its forms can be read alone");
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "damaged bytes are Fault::Input");
    }
    return 0;
}
