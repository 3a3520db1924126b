#include "hone/cache/ageing_clock.h"

#include <algorithm>
#include <cmath>

#include "hone/base/codec.h"
#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::int64_t kNsPerMinute = 60LL * 1'000'000'000;

}  // namespace

double AgeingClock::level_at(std::int64_t wall_ns) const {
    const auto after = std::ranges::upper_bound(steps_, wall_ns, {}, &Step::since_wall_ns);
    return after == steps_.begin() ? 0 : std::prev(after)->level;
}

void AgeingClock::raise(double level, std::int64_t wall_ns) {
    if (!(level > this->level()) || !std::isfinite(level)) return;
    for (Step& step : steps_)
        step.since_wall_ns = std::min(step.since_wall_ns, wall_ns);
    if (!steps_.empty() && wall_ns - steps_.back().since_wall_ns < kNsPerMinute) {
        steps_.back().level = level;
        return;
    }
    steps_.push_back({wall_ns, level});
    if (steps_.size() <= kSteps) return;
    // Every second of the older half goes: far back, days will do.
    std::vector<Step> kept;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (i >= steps_.size() / 2 || i % 2 == 1) kept.push_back(steps_[i]);
    }
    steps_ = std::move(kept);
}

std::string AgeingClock::encode() const {
    Encoder out;
    out.u64(steps_.size());
    for (const Step& step : steps_) {
        out.i64(step.since_wall_ns);
        out.f64(step.level);
    }
    return out.take();
}

AgeingClock AgeingClock::decode(std::string_view bytes) {
    Decoder in(bytes);
    AgeingClock clock;
    const std::size_t count = in.count(sizeof(std::int64_t) + sizeof(double));
    if (count > kSteps) fail(Fault::Input, "an ageing clock with ", count, " steps");
    for (std::size_t i = 0; i < count; ++i) {
        const Step step{in.i64(), in.f64()};
        const bool rises = i == 0
                               ? step.level > 0
                               : step.level > clock.level() && step.since_wall_ns >= clock.steps_.back().since_wall_ns;
        if (!rises || !std::isfinite(step.level)) fail(Fault::Input, "the steps of an ageing clock do not rise");
        clock.steps_.push_back(step);
    }
    in.finish();
    return clock;
}

}  // namespace hone
