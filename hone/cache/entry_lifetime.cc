#include "hone/cache/entry_lifetime.h"

#include "hone/base/boot_id.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"

namespace hone {

std::uint64_t this_boot() {
    // With the line's end, as the system gives it: entries that are on disk say it so. Without an id nothing that
    // expires is found again, which is_expired() documents.
    static const std::uint64_t boot = boot_id().empty() ? 0 : hash64(cat(boot_id(), "\n"));
    return boot;
}

StoredTime time_now(const Clock& clock, std::uint64_t boot) {
    return {clock.wall_ns(), clock.monotonic_ns(), boot};
}

bool is_expired(const EntryFacts& facts, const StoredTime& stored, const StoredTime& now) {
    if (facts.expires_wall_ns == 0) return false;
    if (now.wall_ns >= facts.expires_wall_ns || stored.wall_ns >= facts.expires_wall_ns) return true;
    if (stored.boot == 0 || stored.boot != now.boot) return true;
    const std::int64_t age_ns = now.monotonic_ns - stored.monotonic_ns;
    const std::int64_t lifetime_ns = facts.expires_wall_ns - stored.wall_ns;
    if (age_ns < 0 || age_ns >= lifetime_ns) return true;
    // The wall clock may be slewed, by 500 parts in a million, but not set back.
    constexpr std::int64_t kSlackNs = 1'000'000'000;
    return now.wall_ns - stored.wall_ns < age_ns - age_ns / 1000 - kSlackNs;
}

}  // namespace hone
