#pragma once
#include <cstdint>

#include "hone/memory/buffer.h"

namespace hone::eyemap {

/// Finite numbers of which a scale is made, however many: each different one is held once, with how often it came.
/// Counts of synapses have a few thousand different ones at most. 16 bytes per different number, charged to the budget.
/// Not thread-safe.
class ScaleValues {
public:
    explicit ScaleValues(Budget& budget) : budget_(&budget), runs_(budget), fresh_(budget) {}

    void add(double value) {
        if (fresh_.size() >= kLeastFresh && fresh_.size() >= runs_.size() / 4) settle();
        fresh_.push_back(value);
    }
    void add(const ScaleValues& others);
    /// How many numbers came in all.
    std::uint64_t size() const;
    /// The numbers in order. Requires: index < size(). Cost: that of a binary search; the first after an add() sorts.
    double sorted(std::uint64_t index) const;
    /// How many are at most `value`.
    std::uint64_t count_to(double value) const;
    /// The magnitudes of all.
    ScaleValues magnitudes() const;

private:
    struct Run {
        double value = 0;
        std::uint64_t end = 0;  ///< how many numbers are at most this one
    };
    static constexpr std::size_t kLeastFresh = 4096;
    void settle() const;

    Budget* budget_;
    mutable BudgetVector<Run> runs_;      ///< by value
    mutable BudgetVector<double> fresh_;  ///< not yet among them
};

}  // namespace hone::eyemap
