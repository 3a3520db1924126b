#include "hone/table/read_ahead_trial.h"

#include <utility>

namespace hone {
namespace {

// A trial of one way takes as many steps as a CSV file gives chunks from one window, of which the first is dearest.
constexpr std::size_t kStepsPerThread = 2;
// The better way is kept for so many trials before the other is tried again.
constexpr std::size_t kTrialsKept = 8;
// Reading ahead takes memory; it must be that much sooner.
constexpr double kWorthwhile = 0.97;

}  // namespace

ReadAheadTrial::ReadAheadTrial(const Exec& exec, ReadAhead wanted)
    : exec_(exec),
      wanted_(exec.threads() > 1 ? wanted : ReadAhead::Never),
      steps_(kStepsPerThread * exec.threads()),
      left_(steps_),
      is_ahead_(wanted_ == ReadAhead::Always) {}

void ReadAheadTrial::stop() {
    is_ahead_ = false;
    wanted_ = ReadAhead::Never;
}

void ReadAheadTrial::note(const ReadAheadStep& step) {
    if (wanted_ != ReadAhead::WhereItPays) return;
    sum_.steps += 1;
    sum_.rows += step.rows + 1;
    sum_.consume_ns += step.consume_ns;
    sum_.read_ns += step.read_ns;
    sum_.both_ns += step.both_ns;
    if (--left_ == 0) decide();
}

void ReadAheadTrial::decide() {
    const ReadAheadStep sum = std::exchange(sum_, {});
    (is_ahead_ ? ahead_ns_ : plain_ns_) = sum.both_ns / sum.rows;
    if (is_trial_) {
        is_trial_ = false;
        is_ahead_ = ahead_ns_ < kWorthwhile * plain_ns_;
        left_ = kTrialsKept * steps_;
        return;
    }
    is_trial_ = is_ahead_ || exec_.pays_both(sum.consume_ns / sum.steps, sum.read_ns / sum.steps);
    if (is_trial_) is_ahead_ = !is_ahead_;
    left_ = is_trial_ ? steps_ : kTrialsKept * steps_;
}

}  // namespace hone
