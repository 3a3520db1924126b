#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/aggregate.h"
#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/source_options.h"
#include "hone/apps/eyemap/type_parts.h"
#include "hone/base/function_ref.h"
#include "hone/engine/run.h"

namespace hone::eyemap {

/// A data set whose inputs were read once and whose rows wait, packed, in memory or on disk: types come out one by one,
/// however large the catalogue is. What is wrong with the rows is in the Issues of the run (findings.h). Not
/// thread-safe.
class Source {
public:
    /// Reads the inputs: one pass over each (two to find the base of place names). Fault::Input for inputs that cannot
    /// be understood, that do not go together, or with more than 100 errors. Memory: 6 to 10 bytes for each row of
    /// single cells, half of the budget at most; the rest goes to disk.
    Source(Run& run, const SourceOptions& options, const std::vector<Input>& inputs);
    ~Source();
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    const Provenance& provenance() const;
    const Regions& regions() const;
    /// The columns that exist, by the precedence: lists in the inputs, columns with data, built-in lists.
    const Universe& universe() const;
    /// Sides on which some type has rows, left before right.
    std::vector<Side> sides_with_rows() const;
    /// Names of the types, sorted.
    std::vector<std::string> type_names() const;

    /// Hands over the types that are wanted, in the order of their names. Findings of a type are told when it is handed
    /// over, so call this once for each type. A map that must not be drawn says so in ColumnSet::failure.
    void for_each_type(FunctionRef<bool(std::string_view name)> is_wanted, FunctionRef<void(CellType&&)> take);

    /// Memory that drawing so many maps of a type takes at most, in bytes: a careful estimate.
    std::uint64_t drawing_bytes(std::string_view type, std::size_t maps) const;
    /// The rows of a type, cut into about so many parts; its findings are told by the first pass over them. The source
    /// must outlive them.
    std::unique_ptr<TypeParts> cut(std::string_view type, std::size_t parts);
    /// Tells the findings of all types that were not handed over or cut, as if they had been.
    void tell_rest();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The inputs of the parameter "input".
std::vector<Input> source_inputs(const Run& run, const SourceOptions& options);

/// The whole data set in memory, remembered by the content of the inputs and the options. Fault::Limit if it does not
/// fit the budget: then use for_each_type().
std::shared_ptr<const DataSet> read_data_set(Run& run, const SourceOptions& options);

/// All types in the order of their names, one at a time; the memory does not grow with the catalogue.
void for_each_type(Run& run, const SourceOptions& options, FunctionRef<void(const CellType&)> take);

}  // namespace hone::eyemap
