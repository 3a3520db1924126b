#pragma once
#include <cstdint>

#include "hone/base/function_ref.h"
#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"
#include "hone/table/chunk_source.h"

namespace hone {

/// Whether the next chunk is made on another thread while one is worked on. A result never depends on it.
enum class ReadAhead {
    WhereItPays,  ///< both ways are measured in turn, and the better one is kept as long as it is
    Never,        ///< one after the other, always
    Always        ///< wherever there are two threads and room for two chunks
};

/// By what means for_each_chunk() goes through a source; all must outlive the call.
struct ChunkLoop {
    const Exec& exec;
    Budget& budget;  ///< of the consumer; also the one by which reading ahead stops when memory is short
    ReadAhead read_ahead = ReadAhead::WhereItPays;
    /// Most bytes that the consumer charges for a chunk, besides the chunk itself, as long as there is room. Called on
    /// the caller's thread before the chunk is consumed.
    FunctionRef<std::uint64_t(const Chunk&)> needed;
};

/// Calls consume(chunk) for all chunks of `source` in order, one at a time, the first one without rows perhaps, and
/// makes the next one meanwhile (Exec::both()) if that pays. `source` and `consume` must not touch the same things
/// without locks: issues that a source reports, say.
///
/// Errors are those of reading and consuming in turn: that of consuming a chunk comes before that of reading the next.
/// A chunk read ahead is charged as every chunk is. Where the budget has no room for `needed` and twice the largest
/// chunk, that chunk is consumed first; when a source finds no room all the same, or when memory is asked for (stage
/// ReadAhead, reclaimer.h), reading ahead stops for this loop, and what was refused is read again in its turn.
///
/// Cost: a clock call or two per chunk. Tells the observer of `exec` how it went (site "table.read-ahead").
void for_each_chunk(ChunkSource& source, const ChunkLoop& loop, FunctionRef<void(Chunk)> consume);

}  // namespace hone
