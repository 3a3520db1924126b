#pragma once
#include "hone/memory/budget.h"
#include "hone/memory/leak_trend.h"
#include "hone/memory/pressure.h"
#include "hone/watch/metrics.h"

namespace hone {

/// Sets the gauges of memory to what is known now: process and allocator; limit, room and level of the last look of
/// `pressure`; limit, use and peak of each budget; what reclaimers gave back; growth of each subsystem of `leaks` per
/// cycle, and whether it is called a leak. Names stand in the .cc beside their sentences. Some 100 microseconds.
void record_memory(Metrics& metrics, const Budget& root, const MemoryPressure& pressure, const LeakWatch& leaks);

}  // namespace hone
