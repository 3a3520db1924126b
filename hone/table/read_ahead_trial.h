#pragma once
#include <cstddef>

#include "hone/parallel/exec.h"
#include "hone/table/read_ahead.h"

namespace hone {

/// Chunks consumed, and after or beside each the next one made. Private to for_each_chunk() and its test.
struct ReadAheadStep {
    double steps = 0;
    double rows = 0;
    double consume_ns = 0;
    double read_ns = 0;
    double both_ns = 0;  ///< from the begin of one to the end of the other
};

/// Finds by trying which of two ways is sooner: first some steps in turn, then, if there is something to save, as many
/// ahead; the better way is kept, and the other tried again from time to time, as costs change.
class ReadAheadTrial {
public:
    ReadAheadTrial(const Exec& exec, ReadAhead wanted);

    /// The way of the next step.
    bool is_ahead() const { return is_ahead_; }
    /// In turn from now on.
    void stop();
    /// Takes note of a step made the way that is_ahead() says; one in turn tells how long each part took.
    void note(const ReadAheadStep& step);

private:
    void decide();

    const Exec& exec_;
    ReadAhead wanted_;
    std::size_t steps_;  // of a trial
    std::size_t left_;   // until the next decision
    bool is_ahead_;
    bool is_trial_ = false;  // of the way that was not the better one
    double plain_ns_ = 0;    // of a row
    double ahead_ns_ = 0;
    ReadAheadStep sum_;  // since the last decision
};

}  // namespace hone
