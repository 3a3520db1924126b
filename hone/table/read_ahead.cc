#include "hone/table/read_ahead.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/memory/promised_memory.h"
#include "hone/table/read_ahead_trial.h"

namespace hone {
namespace {

/// One for_each_chunk().
class LoopOfChunks {
public:
    LoopOfChunks(ChunkSource& source, const ChunkLoop& loop, FunctionRef<void(Chunk)> consume)
        : source_(source), loop_(loop), exec_(loop.exec), consume_(consume), trial_(loop.exec, loop.read_ahead) {
        if (exec_.threads() > 1 && loop.read_ahead != ReadAhead::Never)
            buffers_.emplace(loop.budget, "read-ahead", ReclaimStep::ReadAhead);
    }

    void run() {
        const std::int64_t start = now();
        next_ = source_.next(exec_);
        while (next_) {
            Chunk chunk = *std::exchange(next_, std::nullopt);
            const std::uint64_t bytes = std::max(chunk.memory.bytes(), chunk.table.memory_bytes());
            largest_ = std::max(largest_, bytes);
            look_at_memory();
            ++steps_;
            if (trial_.is_ahead() && has_room_for_two(chunk))
                step_ahead(std::move(chunk));
            else
                step_in_turn(std::move(chunk));
        }
        tell(now() - start);
    }

private:
    std::int64_t now() const { return exec_.clock().monotonic_ns(); }

    void stop(std::string why) {
        trial_.stop();
        if (buffers_) stopped_ = std::move(why);
        buffers_.reset();
    }

    void look_at_memory() {
        if (!buffers_) return;
        buffers_->hold(trial_.is_ahead() ? largest_ : 0);
        if (buffers_->is_wanted()) stop("memory was asked for");
    }

    bool has_room_for_two(const Chunk& chunk) const {
        return loop_.budget.attainable() >= loop_.needed(chunk) + 2 * largest_;
    }

    void step_in_turn(Chunk chunk) {
        const bool was_ahead = trial_.is_ahead();
        const auto rows = static_cast<double>(chunk.table.rows());
        const std::int64_t start = now();
        consume_(std::move(chunk));
        const std::int64_t consumed = now();
        next_ = source_.next(exec_);
        const std::int64_t end = now();
        if (was_ahead) return;  // it had no room, which says nothing about either way
        trial_.note({.rows = rows,
                     .consume_ns = static_cast<double>(consumed - start),
                     .read_ns = static_cast<double>(end - consumed),
                     .both_ns = static_cast<double>(end - start)});
    }

    void step_ahead(Chunk chunk) {
        ++ahead_;
        const auto rows = static_cast<double>(chunk.table.rows());
        const std::int64_t start = now();
        bool is_refused = false;
        const auto read = [&] {
            try {
                next_ = source_.next(exec_);
            } catch (const Error& error) {
                if (error.fault() != Fault::Limit) throw;
                is_refused = true;
            }
        };
        exec_.both([&] { consume_(std::move(chunk)); }, read);
        if (is_refused) {
            stop("no room for two chunks");
            next_ = source_.next(exec_);
            return;
        }
        trial_.note({.rows = rows, .both_ns = static_cast<double>(now() - start)});
    }

    void tell(std::int64_t actual_ns) const {
        if (exec_.threads() < 2 || steps_ == 0) return;
        Decision decision;
        decision.site = "table.read-ahead";
        decision.items = steps_;
        decision.kind = ahead_ > 0 ? Decision::Kind::Split : Decision::Kind::TooLittle;
        decision.threads = ahead_ > 0 ? 2 : 1;
        decision.reason = cat(ahead_, " of ", steps_, " chunks read ahead");
        if (!stopped_.empty()) decision.reason += cat("; then stopped: ", stopped_);
        decision.actual_ns = actual_ns;
        exec_.note(decision);
    }

    ChunkSource& source_;
    const ChunkLoop& loop_;
    const Exec& exec_;
    FunctionRef<void(Chunk)> consume_;
    ReadAheadTrial trial_;
    std::optional<PromisedMemory> buffers_;
    std::optional<Chunk> next_;
    std::uint64_t largest_ = 0;
    std::uint64_t steps_ = 0;
    std::uint64_t ahead_ = 0;  // of them
    std::string stopped_;      // why
};

}  // namespace

void for_each_chunk(ChunkSource& source, const ChunkLoop& loop, FunctionRef<void(Chunk)> consume) {
    LoopOfChunks(source, loop, consume).run();
}

}  // namespace hone
