#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "hone/apps/eyemap/aggregate.h"
#include "hone/apps/eyemap/type_streams.h"
#include "hone/base/function_ref.h"
#include "hone/parallel/cancel.h"

namespace hone::eyemap {

/// Some lines of the lattice: columns by hex1, both ends included.
struct HexLines {
    std::int32_t first = 0, last = 0;
};

/// One type whose columns are too many for memory: its rows are cut by lines of the lattice, so that each part holds
/// whole columns and can be added up alone. The parts, put together, are what aggregate() makes of all rows. The rows
/// wait on disk where the budget asks for it. Not thread-safe.
class TypeParts {
public:
    /// What is told of the rows, once, by the first pass.
    using Tell = std::function<void(const Found&)>;

    /// Cuts a stream of packed rows into about `count` parts of equal work; two passes over its bytes. The rules and
    /// what they point to must outlive it.
    TypeParts(std::string name, const TypeStreams& rows, std::size_t stream, const AggregateRules& rules,
              std::size_t count, const Spill& spill, Cancel cancel, Tell tell);

    const std::string& name() const { return name_; }
    /// Hands over the part of the type and the lines it covers, in the order of the lattice; all lines on which the
    /// type or its universe has columns are covered. Each call adds the rows up again. Memory: that of one part.
    void for_each(FunctionRef<void(CellType&&, HexLines)> take);
    /// Why sets failed; known after the first pass.
    const std::map<SetNumber, FailureRow>& failures() const { return failures_; }

private:
    void cut(const std::vector<std::uint32_t>& weights, std::size_t count);
    void learn(const AggregatedType& part);

    std::string name_;
    AggregateRules rules_;
    Cancel cancel_;
    Tell tell_;
    std::vector<HexLines> lines_;
    std::unique_ptr<TypeStreams> parts_;
    std::map<SetNumber, FailureRow> failures_;
    std::set<std::string> told_;  ///< messages that come with every part
    bool is_told_ = false;
};

}  // namespace hone::eyemap
