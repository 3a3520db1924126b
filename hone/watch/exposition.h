#pragma once
#include <span>
#include <string>

#include "hone/watch/metrics.h"

namespace hone {

/// Samples in the text format of Prometheus, version 0.0.4. Histograms are summaries with the quantiles 0.5, 0.9 and
/// 0.99. Names that end in `_ns` or `_ns_total` are written in seconds, as that world expects: `_seconds`,
/// `_seconds_total`. Requires: samples sorted by name, as Metrics::snapshot() gives them.
std::string prometheus_text(std::span<const Sample> samples);

}  // namespace hone
