#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hone {

/// Why a look-up of the memory tier found nothing.
enum class MissReason : std::uint8_t {
    NeverSeen,    ///< not put so far, or so long ago that it is forgotten
    Evicted,      ///< left for entries of a higher price
    Shed,         ///< left because memory was wanted elsewhere
    Expired,      ///< older than its lifetime
    Invalidated,  ///< carries a tag that was invalidated
    Removed,      ///< removed by its key, or all were cleared
    Refused,      ///< put, but heavier than half the limit or than the budget allows
};
inline constexpr std::size_t kMissReasons = 7;
/// The reason in words, as statistics and metrics show it: "never seen", "evicted", ...
std::string_view miss_reason_text(MissReason reason);

}  // namespace hone
