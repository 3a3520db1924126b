#include "hone/engine/load_cost.h"

#include <algorithm>
#include <cmath>

#include "hone/base/codec.h"

namespace hone {
namespace {

constexpr double kWeightOfNew = 0.1;
constexpr double kHeldUp = 8;  // times what was expected; more says something about the moment, not the tier
constexpr double kLeastOpenNs = 5'000, kMostOpenNs = 50e6;
constexpr double kLeastNsPerByte = 0.05, kMostNsPerByte = 100;

bool is_within(double value, double least, double most) {
    return value >= least && value <= most;  // false for NaN
}

/// To 2 %, so that what is kept does not change with every load.
double rounded(double value) {
    constexpr double kSteps = 32;
    return std::exp2(std::round(std::log2(value) * kSteps) / kSteps);
}

void follow(double& average, double seen, double least, double most) {
    average = std::clamp(average + kWeightOfNew * (seen - average), least, most);
}

}  // namespace

std::int64_t LoadCost::expected_ns(std::uint64_t bytes) const {
    constexpr double kMost = 9e18;
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(std::min(kMost, expected(bytes)));
}

void LoadCost::learn(std::uint64_t bytes, std::int64_t ns) {
    if (ns <= 0) return;
    const std::lock_guard lock(mutex_);
    const double seen = std::min(static_cast<double>(ns), kHeldUp * expected(bytes));
    const auto size = static_cast<double>(bytes);
    if (bytes <= kSmallBytes)
        follow(open_ns_, seen - ns_per_byte_ * size, kLeastOpenNs, kMostOpenNs);
    else if (bytes >= 16 * kSmallBytes)
        follow(ns_per_byte_, (seen - open_ns_) / size, kLeastNsPerByte, kMostNsPerByte);
}

std::string LoadCost::save() const {
    const std::lock_guard lock(mutex_);
    Encoder out;
    out.f64(std::clamp(rounded(open_ns_), kLeastOpenNs, kMostOpenNs));
    out.f64(std::clamp(rounded(ns_per_byte_), kLeastNsPerByte, kMostNsPerByte));
    return out.take();
}

void LoadCost::load(std::string_view bytes) {
    if (bytes.size() != 2 * sizeof(double)) return;
    Decoder in(bytes);
    const double open_ns = in.f64(), ns_per_byte = in.f64();
    if (!is_within(open_ns, kLeastOpenNs, kMostOpenNs) || !is_within(ns_per_byte, kLeastNsPerByte, kMostNsPerByte))
        return;
    const std::lock_guard lock(mutex_);
    open_ns_ = open_ns;
    ns_per_byte_ = ns_per_byte;
}

}  // namespace hone
