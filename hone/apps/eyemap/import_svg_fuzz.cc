#include "hone/apps/eyemap/import_svg.h"

#include <cstddef>

#include "hone/base/error.h"

/// Any bytes are a map or an error of the input; maps are sorted and complete.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone;
    using namespace hone::eyemap;
    try {
        const ImportedMap map = read_map_svg({reinterpret_cast<const char*>(data), size});
        check(!map.type.empty() && !map.region.empty() && !map.columns.empty(), "a map that was read is complete");
        for (std::size_t i = 1; i < map.columns.size(); ++i)
            check(map.columns[i - 1].hex < map.columns[i].hex, "columns are sorted and come once");
    } catch (const Error& error) {
        check(error.fault() == Fault::Input, "bad bytes are an error of the input");
    }
    return 0;
}
