#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/source.h"
#include "hone/apps/eyemap/type_parts.h"
#include "hone/base/function_ref.h"
#include "hone/engine/run.h"

namespace hone::eyemap {

/// The types of a data set a few at a time: from memory, where the whole is remembered for the next request, or, if it
/// would not fit, as they come out of the inputs. Not thread-safe.
class TypeFeed {
public:
    /// Must be outlived by the parts of its types. `remembers`: worth remembering, since the next request will want
    /// other types of the same data.
    TypeFeed(Run& run, const SourceOptions& options, bool remembers);
    /// The types of a data set that is in memory.
    TypeFeed(Run& run, std::shared_ptr<const DataSet> data);

    const Provenance& provenance() const;
    const Regions& regions() const;
    const Universe& universe() const;
    /// Sides on which some type has rows, left before right.
    std::vector<Side> sides_with_rows() const;
    /// Sorted.
    const std::vector<std::string>& names() const { return names_; }

    /// Hands over the types of these names, sorted, in groups that fit the memory. Call once for each name.
    void for_each_group(const std::vector<std::string>& names,
                        FunctionRef<void(const std::vector<const CellType*>&)> take);

    /// Call at the end: tells findings also of types that were not asked for where the whole is remembered if it fits,
    /// so that what is told does not depend on the memory.
    void tell_rest();
    /// A type of this name cut into parts, if drawing so many maps of it needs more memory than there is; else nothing.
    /// Fault::Limit if it must be cut but `can_cut` says that its maps need all columns at once.
    std::unique_ptr<TypeParts> cut_if_large(const std::string& name, std::size_t maps, bool can_cut);

private:
    Run& run_;
    bool remembers_;
    std::shared_ptr<const DataSet> data_;  ///< one of the two
    std::unique_ptr<Source> source_;
    std::vector<std::string> names_;
};

}  // namespace hone::eyemap
