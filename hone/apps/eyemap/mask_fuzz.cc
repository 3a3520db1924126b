#include <string_view>

#include "hone/apps/eyemap/mask.h"
#include "hone/base/error.h"

/// Whatever is read as a mask is sorted, and reads back from its own text; everything else is Fault::Input or Limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::eyemap;
    Mask mask;
    try {
        mask = parse_mask({reinterpret_cast<const char*>(data), size});
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input || error.fault() == hone::Fault::Limit, "a mistake is found");
        return 0;
    }
    hone::check(make_mask(mask) == mask, "a mask is sorted without repetition");
    hone::check(parse_mask(mask_text(mask)) == mask, "a mask reads back");
    return 0;
}
