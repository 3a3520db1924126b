#pragma once
#include <string>

#include "hone/base/files.h"
#include "hone/parallel/cancel.h"
#include "hone/watch/bench.h"

namespace hone::cli {

/// Measures what the benchmark is compared with by the program hone-peers beside this executable, and adds its figures
/// to the report; a note says what could not be measured. Nothing for benchmarks without peers. `scratch` is a folder
/// for files.
void add_peer_figures(BenchReport& report, const std::string& benchmark, const Path& scratch, const Cancel& cancel);

}  // namespace hone::cli
