#include "hone/base/codec.h"

#include "hone/base/error.h"
#include "hone/base/json.h"

namespace {

/// Whatever decodes must encode to bytes that decode to the same bytes again; everything else is Fault::Input.
template <class T>
void try_decoding(std::string_view bytes) {
    std::string encoded;
    try {
        encoded = hone::encode_value(hone::decode_value<T>(bytes));
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "damage is Fault::Input");
        return;
    }
    const std::string again = hone::encode_value(hone::decode_value<T>(encoded));
    hone::check(again == encoded, "encoded bytes read back as the same value");
}

using Nested = std::vector<std::pair<std::string, std::optional<std::vector<double>>>>;

}  // namespace

/// The first byte picks the type, the others are its bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 6) {
        case 0:
            try_decoding<hone::IssueList>(bytes);
            break;
        case 1:
            try_decoding<Nested>(bytes);
            break;
        case 2:
            try_decoding<std::vector<std::string>>(bytes);
            break;
        case 3:
            try_decoding<std::vector<bool>>(bytes);
            break;
        case 4:
            try_decoding<hone::Json>(bytes);
            break;
        default:
            try_decoding<std::pair<hone::Digest, std::optional<std::int64_t>>>(bytes);
            break;
    }
    return 0;
}
