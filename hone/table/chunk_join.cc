#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/memory/promised_memory.h"
#include "hone/table/chunk_operations.h"
#include "hone/table/chunk_sorter.h"
#include "hone/table/join_rows.h"
#include "hone/table/key_index.h"
#include "hone/table/read_ahead.h"
#include "hone/table/table_pieces.h"

namespace hone {
namespace {

constexpr std::size_t kPartitions = 16;
constexpr int kPartitionBits = 4;
constexpr int kFirstBit = 24;  // KeyIndex takes the bits at both ends
constexpr int kMostLevels = 8;
// Hidden columns: the numbers of the rows in their tables.
constexpr const char* kLeftRow = "\x01left row";
constexpr const char* kRightRow = "\x01right row";

/// The chunks of a source with a column for the number of the row.
class NumberedChunks : public ChunkSource {
public:
    NumberedChunks(ChunkSource& source, std::string name, Budget& budget)
        : source_(source), name_(std::move(name)), budget_(budget) {}

    std::optional<Chunk> next(const Exec& exec) override {
        if (!chunk_) chunk_ = source_.next(exec);
        if (!chunk_) return std::nullopt;
        const Table& table = chunk_->table;
        Reservation memory =
            budget_.reserve(table.memory_bytes() + table.rows() * sizeof(std::int64_t) + sizeof(Column));
        std::vector<Column> columns;
        for (std::size_t c = 0; c < table.columns(); ++c)
            columns.push_back(table.column(c));
        std::vector<std::int64_t> numbers(table.rows());
        std::iota(numbers.begin(), numbers.end(), rows_);
        rows_ += static_cast<std::int64_t>(table.rows());
        columns.push_back(Column::int64(name_, std::move(numbers)));
        chunk_.reset();
        return Chunk{Table(std::move(columns)), std::move(memory)};
    }

private:
    ChunkSource& source_;
    std::string name_;
    Budget& budget_;
    std::optional<Chunk> chunk_;  // that found no room for its numbers
    std::int64_t rows_ = 0;
};

/// The chunks of a source without the hidden columns.
class PlainChunks : public ChunkSource {
public:
    PlainChunks(std::unique_ptr<ChunkSource> source, Budget& budget) : source_(std::move(source)), budget_(budget) {}

    std::optional<Chunk> next(const Exec& exec) override {
        if (!chunk_) chunk_ = source_->next(exec);
        if (!chunk_) return std::nullopt;
        std::vector<std::string> names;
        for (std::size_t c = 0; c < chunk_->table.columns(); ++c)
            if (const std::string& name = chunk_->table.column(c).name(); name != kLeftRow && name != kRightRow)
                names.push_back(name);
        Reservation memory = budget_.reserve(chunk_->table.memory_bytes());
        Table table = project(chunk_->table, names);
        chunk_.reset();
        memory.resize(table.memory_bytes());
        return Chunk{std::move(table), std::move(memory)};
    }

private:
    std::unique_ptr<ChunkSource> source_;
    Budget& budget_;
    std::optional<Chunk> chunk_;  // that found no room
};

/// Rows of one side that belong together: some on disk, the rest in memory.
struct Partition {
    std::vector<SpilledRun> runs;
    std::vector<Chunk> held;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
};

/// The chunks of a partition in their order.
class PartitionChunks : public ChunkSource {
public:
    PartitionChunks(Partition partition, const Table& like, Budget& budget)
        : partition_(std::move(partition)), like_(like), budget_(budget) {}

    std::optional<Chunk> next(const Exec& exec) override {
        if (std::exchange(is_first_, false)) return Chunk{like_, {}};
        while (true) {
            if (run_) {
                if (std::optional<Chunk> chunk = run_->next(exec)) return chunk;
                run_.reset();
            }
            if (next_run_ == partition_.runs.size()) break;
            run_.emplace(std::move(partition_.runs[next_run_++]), budget_);
        }
        if (next_held_ == partition_.held.size()) return std::nullopt;
        return std::move(partition_.held[next_held_++]);
    }

private:
    Partition partition_;
    const Table& like_;
    Budget& budget_;
    std::optional<SpilledChunks> run_;
    bool is_first_ = true;
    std::size_t next_run_ = 0;
    std::size_t next_held_ = 0;
};

/// Deals the rows of one side to partitions by bits of the hashes of their keys; those with a missing key, which match
/// nothing, one after another.
class Dealer {
public:
    /// Joins small pieces up to `most_piled` bytes.
    Dealer(std::vector<std::string> keys, int level, const Spill& spill, std::uint64_t most_piled)
        : keys_(std::move(keys)), shift_(kFirstBit + kPartitionBits * level), spill_(spill), most_piled_(most_piled) {}

    /// Takes as much memory again as the chunk, a little for each partition, and `most_piled`.
    void add(const Chunk& chunk, const Exec& exec) {
        const Table& table = chunk.table;
        if (table.rows() == 0) return;
        KeyColumns keys;
        for (const std::string& key : keys_)
            keys.push_back(&table.column(key));
        const std::vector<std::uint64_t> hashes = key_hashes(keys, table.rows(), exec);
        std::array<std::vector<std::uint32_t>, kPartitions> rows;
        for (std::uint32_t row = 0; row < table.rows(); ++row) {
            exec.cancel().check_every(row);
            rows[has_missing_key(keys, row) ? row % kPartitions : hashes[row] >> shift_ & (kPartitions - 1)].push_back(
                row);
        }
        for (std::size_t p = 0; p < kPartitions; ++p) {
            if (rows[p].empty()) continue;
            Reservation memory = spill_.budget->reserve(table.memory_bytes() * rows[p].size() / table.rows());
            Table part = table.take(rows[p]);
            memory.resize(part.memory_bytes());
            Partition& partition = partitions_[p];
            partition.rows += rows[p].size();
            partition.bytes += part.memory_bytes();
            pile_up(partition.held, {std::move(part), std::move(memory)}, *spill_.budget, most_piled_);
        }
    }

    void spill_held() {
        for (std::size_t p = 0; p < kPartitions; ++p) {
            if (partitions_[p].held.empty()) continue;
            if (!writers_[p]) writers_[p].emplace(spill_, "join");
            for (const Chunk& chunk : std::exchange(partitions_[p].held, {}))
                writers_[p]->append(chunk.table);
        }
    }

    /// Closes files; spill_held() would open others.
    void finish() {
        for (std::size_t p = 0; p < kPartitions; ++p) {
            if (!writers_[p]) continue;
            partitions_[p].runs.push_back(writers_[p]->finish());
            writers_[p].reset();
        }
    }

    /// Bytes that spill_held() would free, about.
    std::uint64_t held_bytes() const {
        std::uint64_t bytes = 0;
        for (const Partition& partition : partitions_)
            for (const Chunk& chunk : partition.held)
                bytes += chunk.memory.bytes();
        return bytes;
    }

    std::uint64_t rows() const {
        return std::accumulate(partitions_.begin(), partitions_.end(), std::uint64_t{0},
                               [](std::uint64_t sum, const Partition& partition) { return sum + partition.rows; });
    }

    Partition take(std::size_t p) {
        finish();
        return std::exchange(partitions_[p], {});
    }

private:
    std::vector<std::string> keys_;
    int shift_;
    const Spill& spill_;
    std::uint64_t most_piled_;
    std::array<Partition, kPartitions> partitions_;
    std::array<std::optional<SpillWriter>, kPartitions> writers_;
};

std::vector<SortKey> result_order(Join::Kind kind) {
    using Kind = Join::Kind;
    if (kind == Kind::Semi || kind == Kind::Anti) return {{kLeftRow}};
    if (kind == Kind::Right) return {{kRightRow}, {kLeftRow}};
    return {{kLeftRow}, {kRightRow}};
}

class JoinOfChunks {
public:
    JoinOfChunks(const Join& how, const Spill& spill, const Exec& exec)
        : how_(how),
          spill_(spill),
          budget_(*spill.budget),
          exec_(exec),
          part_bytes_(chunk_bytes_for(budget_)),
          total_(budget_.attainable()),
          results_(result_order(how.kind), spill, "join"),
          spillable_(budget_, "join", ReclaimStep::Spill) {
        how_.budget = spill.budget;
        for (const JoinKey& key : how.keys) {
            left_keys_.push_back(key.left);
            right_keys_.push_back(key.right.empty() ? key.left : key.right);
        }
    }

    std::unique_ptr<ChunkSource> run(ChunkSource& left, ChunkSource& right) {
        NumberedChunks numbered_left(left, kLeftRow, budget_);
        NumberedChunks numbered_right(right, kRightRow, budget_);
        if (spill_.files != nullptr) room_ = budget_.reserve(2 * part_bytes_);
        deal_and_join(numbered_left, numbered_right, 0);
        room_.reset();
        return std::make_unique<PlainChunks>(results_.finish(total_ / 4, exec_), budget_);
    }

private:
    /// True if so much of the budget can be had, after spilling if need be.
    bool make_room(std::uint64_t bytes) {
        if (can_have(budget_, bytes)) return true;
        if (spill_.files == nullptr) return false;
        spill_dealt(bytes);
        return can_have(budget_, bytes);
    }

    /// Brings what was dealt to disk, and results too if that does not free so many bytes.
    void spill_dealt(std::uint64_t bytes) {
        const std::uint64_t room = room_.bytes();
        room_.reset();
        for (Dealer* dealer : dealers_)
            dealer->spill_held();
        spillable_.fulfil();
        if (!can_have(budget_, bytes + room)) results_.spill_held(exec_);
        std::optional<Reservation> again = budget_.try_reserve(room);
        if (!again) fail_no_room(room);
        room_ = std::move(*again);
    }

    [[noreturn]] void fail_no_room(std::uint64_t bytes) const {
        fail(Fault::Limit, "a join of tables in chunks needs ", human_bytes(bytes), " more; ", budget_.describe());
    }

    void deal(ChunkSource& source, Dealer& dealer, std::optional<Table>& like) {
        std::uint64_t largest = 0;
        const auto dealt_bytes = [&](const Chunk& chunk) {
            largest = std::max(largest, chunk.table.memory_bytes());
            return largest + kPartitions * chunk.table.take({}).memory_bytes() + part_bytes_;
        };
        const ChunkLoop loop = {
            .exec = exec_, .budget = budget_, .read_ahead = spill_.read_ahead, .needed = dealt_bytes};
        for_each_chunk(source, loop, [&](Chunk chunk) {
            if (!like) like = chunk.table.take({});
            require_same_columns(*like, chunk.table);
            const std::uint64_t dealt = dealt_bytes(chunk);
            if (!make_room(dealt)) fail_no_room(dealt);
            dealer.add(chunk, exec_);
            chunk = {};
            if (spill_.files == nullptr) return;
            // For the next chunk as it comes, numbered, and dealt.
            make_room(2 * largest + dealt);
            note_dealt();
        });
    }

    /// Spills if memory was asked for; else says what could be spilled.
    void note_dealt() {
        if (spillable_.is_wanted()) return spill_dealt(0);
        std::uint64_t bytes = 0;
        for (const Dealer* dealer : dealers_)
            bytes += dealer->held_bytes();
        spillable_.hold(bytes);
    }

    void deal_and_join(ChunkSource& left, ChunkSource& right, int level) {
        Dealer left_dealer(left_keys_, level, spill_, part_bytes_);
        Dealer right_dealer(right_keys_, level, spill_, part_bytes_);
        dealers_.push_back(&left_dealer);
        dealers_.push_back(&right_dealer);
        deal(left, left_dealer, left_like_);
        left_dealer.finish();
        deal(right, right_dealer, right_like_);
        right_dealer.finish();
        if (level == 0) join_in_memory({}, {});  // an empty result has columns too
        const std::uint64_t rows = left_dealer.rows() + right_dealer.rows();
        for (std::size_t p = 0; p < kPartitions; ++p) {
            Partition left_rows = left_dealer.take(p);
            Partition right_rows = right_dealer.take(p);
            if (left_rows.rows + right_rows.rows == 0) continue;
            // Rows that stay together have one key; to deal them again is in vain.
            const bool can_split = left_rows.rows + right_rows.rows < rows && level + 1 < kMostLevels;
            if (make_room(memory_for(left_rows, right_rows)) || !can_split) {
                join_in_memory(std::move(left_rows), std::move(right_rows));
            } else {
                PartitionChunks left_chunks(std::move(left_rows), *left_like_, budget_);
                PartitionChunks right_chunks(std::move(right_rows), *right_like_, budget_);
                deal_and_join(left_chunks, right_chunks, level + 1);
            }
        }
        dealers_.resize(dealers_.size() - 2);
    }

    /// What joining a pair of partitions takes: their rows in pieces and as a whole, the index, and a part of the
    /// result as it is made, charged, sorted and held.
    std::uint64_t memory_for(const Partition& left, const Partition& right) const {
        return 2 * (left.bytes + right.bytes) + KeyIndex::bytes_for(std::max(left.rows, right.rows)) +
               (left.rows + right.rows) * 26 + 8 * part_bytes_;
    }

    Chunk whole(Partition partition, const Table& like) {
        PartitionChunks source(std::move(partition), like, budget_);
        std::vector<Chunk> chunks;
        while (std::optional<Chunk> chunk = source.next(exec_))
            chunks.push_back(std::move(*chunk));
        return joined_chunks(chunks, budget_);
    }

    void join_in_memory(Partition left_rows, Partition right_rows) {
        const Chunk left = whole(std::move(left_rows), *left_like_);
        const Chunk right = whole(std::move(right_rows), *right_like_);
        const auto row_bytes = [](const Table& table) {
            return table.memory_bytes() / std::max<std::size_t>(table.rows(), 1) + 1;
        };
        const std::uint64_t most =
            std::max<std::uint64_t>(part_bytes_ / (row_bytes(left.table) + row_bytes(right.table)), 1);
        join_in_parts({left.table, right.table}, how_, most, exec_, [&](Table part) {
            Reservation memory = budget_.reserve(part.memory_bytes());
            results_.add({std::move(part), std::move(memory)}, exec_);
        });
    }

    Join how_;
    const Spill& spill_;
    Budget& budget_;
    const Exec& exec_;
    std::uint64_t part_bytes_;
    std::uint64_t total_;
    ChunkSorter results_;
    PromisedMemory spillable_;  // what was dealt
    Reservation room_;          // for spilling
    std::vector<std::string> left_keys_;
    std::vector<std::string> right_keys_;
    std::optional<Table> left_like_;
    std::optional<Table> right_like_;
    std::vector<Dealer*> dealers_;
};

}  // namespace

std::unique_ptr<ChunkSource> join_chunks(ChunkSource& left, ChunkSource& right, const Join& how, const Spill& spill,
                                         const Exec& exec) {
    check(spill.budget != nullptr, "an operation that may spill has a budget");
    return JoinOfChunks(how, spill, exec).run(left, right);
}

}  // namespace hone
