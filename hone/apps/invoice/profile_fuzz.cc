// Any text as a vendor's profile: it loads or is refused with a reason, and reads a page without a crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/read_document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::invoice;
    constexpr std::size_t kMost = 20'000;
    const std::string_view bytes(reinterpret_cast<const char*>(data), std::min(size, kMost));
    const TemplateText text{"fuzzed.yml", std::string(bytes), false};
    const ProfileSet set = load_profile_texts({&text, 1});
    for (const auto& issue : set.warnings)
        if (issue.message.empty()) __builtin_trap();
    constexpr std::string_view kPage =
        "Acme   acme.example\nOrder No: CI000000123  Date: 1/2/2024\nCode  Qty  Price  Amount\n"
        "DA1234  2  3.00  6.00\nTRF-CCOI 0.90\nTotal  6.90\n";
    read_document(layout_pages(kPage), set.profiles);
    read_document(layout_pages(kPage), set.profiles, set.profiles.front().name);
    return 0;
}
