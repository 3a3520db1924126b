#pragma once
#include <string>

#include "hone/base/files.h"

namespace hone::peers {

/// Prints one measured figure as a line of JSON, which `hone bench` reads: name, value, unit, note.
void print_figure(const std::string& name, double value, const std::string& unit, const std::string& note = {});

/// tbb::concurrent_hash_map beside SmallCache: look-ups of resident keys on a skewed stream.
void measure_maps();
/// tbb::parallel_for with its own choice of pieces, on the loops of the benchmark `exec`.
void measure_loops();
/// A Redis server of its own in `folder`: GET and SET over one connection, beside the tiers of the cache. Says so if
/// there is no redis-server.
void measure_redis(const Path& folder);

}  // namespace hone::peers
