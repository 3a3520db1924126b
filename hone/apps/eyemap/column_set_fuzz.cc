#include "hone/apps/eyemap/column_set.h"

#include <string_view>

#include "hone/base/error.h"

/// Whatever decodes encodes to bytes that decode to the same; everything else is Fault::Input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using hone::eyemap::DataSet;
    std::string encoded;
    try {
        encoded = hone::encode_value(hone::decode_value<DataSet>({reinterpret_cast<const char*>(data), size}));
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "damage is Fault::Input");
        return 0;
    }
    hone::check(hone::encode_value(hone::decode_value<DataSet>(encoded)) == encoded, "a data set reads back");
    return 0;
}
