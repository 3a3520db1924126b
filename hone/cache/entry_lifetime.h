#pragma once
#include <cstdint>

#include "hone/base/clock.h"
#include "hone/cache/disk_entry.h"
#include "hone/cache/value.h"

namespace hone {

/// Hash of the id of this start of the machine (boot_id of random(4)); 0 if the system has none. Read once.
std::uint64_t this_boot();

/// What the clocks say now. About 50 ns.
StoredTime time_now(const Clock& clock, std::uint64_t boot);

/// True unless an entry of these facts, stored at `stored`, certainly still holds at `now`. Within one start of the
/// machine the monotonic clock tells how long it has lain there, and the wall clock must agree that it is not over and
/// must not have been set back since; after another start nothing tells what the wall clock did meanwhile. So a step of
/// the clock may end a lifetime early, never late. Facts without an end never expire.
bool is_expired(const EntryFacts& facts, const StoredTime& stored, const StoredTime& now);

}  // namespace hone
