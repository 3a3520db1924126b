#include "hone/base/json.h"

#include "hone/base/error.h"

/// Whatever parses must print to a text that parses to a value of the same text; everything else is Fault::Input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using hone::Json;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string printed;
    try {
        printed = Json::parse(text).dump(0);
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "a mistake in JSON is Fault::Input");
        return 0;
    }
    const Json again = Json::parse(printed);
    hone::check(again.dump(0) == printed, "printed JSON reads back as the same value");
    hone::check(Json::parse(again.dump(2)) == again, "indented JSON reads back as the same value");
    return 0;
}
