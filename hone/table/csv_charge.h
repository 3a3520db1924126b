#pragma once
#include <cstdint>
#include <utility>

#include "hone/memory/budget.h"

namespace hone {

/// A charge that grows if there is room, and is given back at the end. Movable. Private to the reader.
class CsvCharge {
public:
    explicit CsvCharge(Budget& budget) : budget_(&budget) {}
    ~CsvCharge() { reset(); }
    CsvCharge(CsvCharge&& other) noexcept : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
    CsvCharge& operator=(CsvCharge&& other) noexcept {
        if (this == &other) return *this;
        reset();
        budget_ = other.budget_;
        bytes_ = std::exchange(other.bytes_, 0);
        return *this;
    }

    /// Charges `bytes` more and returns true, or changes nothing and returns false.
    bool try_grow(std::uint64_t bytes) {
        if (!budget_->try_charge_asking(bytes)) return false;
        bytes_ += bytes;
        return true;
    }
    void reset() {
        if (bytes_ > 0) budget_->release(std::exchange(bytes_, 0));
    }

private:
    Budget* budget_;
    std::uint64_t bytes_ = 0;
};

}  // namespace hone
