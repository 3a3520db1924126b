#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hone/table/chunk_source.h"
#include "hone/table/group.h"
#include "hone/table/join.h"
#include "hone/table/sort.h"
#include "hone/table/spill.h"

namespace hone {

// Operations on tables larger than memory. They take chunks, stay within the budget of `spill` by putting what does not
// fit into temporary files, and give the same rows in the same order as sort(), group() and join() of the whole tables,
// however the chunks are cut and whatever is spilled. Chunks should be small against the budget: a twentieth or less.
// Without room even so: Fault::Limit, saying who holds what. A full or failing disk: Fault::System with the path.
// After an error, or when stopped, no temporary file is left. `exec` must outlive what they return.

/// All rows in the order of the keys, equal ones in their old order: an external merge sort.
std::unique_ptr<ChunkSource> sort_chunks(ChunkSource& source, std::vector<SortKey> keys, const Spill& spill,
                                         const Exec& exec);

/// The grouped table: the columns that are needed are sorted by the keys, or, without keys, only read through. The
/// result, which is the caller's, must fit the budget, and with CountDistinct, Median, Quantile or Mode each group too.
Table group_chunks(ChunkSource& source, std::span<const std::string> keys, std::span<const Aggregate> aggregates,
                   const Spill& spill, const Exec& exec);

/// The joined table: a hash join after Grace. Both sides are dealt to partitions by the hashes of their keys, again and
/// again until a pair of partitions fits the budget; their results are sorted by the numbers of their rows. The rows
/// of one key must fit the budget, their pairs need not. `how.budget` is not used.
std::unique_ptr<ChunkSource> join_chunks(ChunkSource& left, ChunkSource& right, const Join& how, const Spill& spill,
                                         const Exec& exec);

}  // namespace hone
