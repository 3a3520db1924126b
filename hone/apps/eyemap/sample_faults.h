#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/sample_file.h"

namespace hone::eyemap {

/// Names of the mistakes that a sample can have, in the order that their random numbers go by.
const std::vector<std::string>& sample_fault_names();

/// The mistakes asked for. A name that is none is Fault::Usage.
class SampleFaults {
public:
    SampleFaults(std::vector<std::string> names, std::uint64_t key);

    bool has(std::string_view name) const;
    bool is_empty() const { return names_.empty(); }
    /// True if a mistake sits in a row, whose number depends on how many rows there are.
    bool needs_counts() const;
    SampleLines lines() const;
    /// The mistakes in rows of this file, which has so many.
    std::vector<SampleEdit> edits(std::string_view file, std::uint64_t rows) const;
    /// A number below `bound` that belongs to the mistake. Requires: bound > 0.
    std::uint64_t pick(std::string_view name, std::uint64_t bound) const;
    /// An entry for each mistake that is in no single row.
    Json::Array whole_entries() const;

private:
    std::vector<std::string> names_;
    std::uint64_t key_;
};

}  // namespace hone::eyemap
