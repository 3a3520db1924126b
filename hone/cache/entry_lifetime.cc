#include "hone/cache/entry_lifetime.h"

#include <string>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/hash.h"

namespace hone {
namespace {

std::uint64_t boot_of_system() {
    try {
        return hash64(read_file(real_files(), "/proc/sys/kernel/random/boot_id"));
    } catch (const Error& error) {
        if (error.fault() == Fault::Bug) throw;
        return 0;  // nothing that expires is then found again, which is_expired() documents
    }
}

}  // namespace

std::uint64_t this_boot() {
    static const std::uint64_t boot = boot_of_system();
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
