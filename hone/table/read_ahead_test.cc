#include "hone/table/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "hone/base/files.h"
#include "hone/table/chunk_operations.h"
#include "hone/table/csv_table.h"
#include "hone/table/random_table.h"
#include "hone/table/read_ahead_trial.h"
#include "hone/table/table_pieces.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::error_of;
using testing::random_table;

constexpr std::uint64_t kTiny = std::uint64_t{192} << 10;
constexpr ReadAhead kWays[] = {ReadAhead::WhereItPays, ReadAhead::Never, ReadAhead::Always};
constexpr std::size_t kNever = ~std::size_t{0};

/// Passes chunks on; `before` is called with the number of each.
class WatchedChunks : public ChunkSource {
public:
    WatchedChunks(ChunkSource& source, std::function<void(std::size_t)> before)
        : source_(source), before_(std::move(before)) {}
    std::optional<Chunk> next(const Exec& exec) override {
        before_(at_++);
        return source_.next(exec);
    }

private:
    ChunkSource& source_;
    std::function<void(std::size_t)> before_;
    std::size_t at_ = 0;
};

struct Observed {
    std::vector<Decision> decisions;
    static void hear(void* self, const Decision& decision) {
        if (decision.site == "table.read-ahead") static_cast<Observed*>(self)->decisions.push_back(decision);
    }
};

/// What a loop does where: on so many threads, this way.
struct Setting {
    unsigned threads = 1;
    ReadAhead way = ReadAhead::Never;
};

void with_all_settings(const std::function<void(const Setting&)>& body) {
    for (const unsigned threads : {1U, 2U, 4U})
        for (const ReadAhead way : kWays) {
            SCOPED_TRACE(cat(threads, " threads, way ", static_cast<int>(way)));
            body({threads, way});
        }
}

constexpr auto kNothingNeeded = [](const Chunk&) { return std::uint64_t{0}; };

/// First rows of the chunks that a loop consumed, and its error.
struct Outcome {
    std::vector<std::int64_t> rows;
    std::string error;
    bool operator==(const Outcome&) const = default;
};

/// Fails or stops at certain chunks.
struct Faults {
    std::size_t source_fails = kNever;
    std::size_t consumer_fails = kNever;
    std::size_t source_stops = kNever;
    std::size_t consumer_stops = kNever;
};

Outcome outcome_of(const Table& table, const Faults& faults, const Setting& setting) {
    testing::SlowClock clock;
    Pool pool(setting.threads);
    const Cancel cancel;
    const Exec exec({.pool = &pool, .clock = &clock}, cancel);
    Budget budget("loop");
    TableChunks chunks(table, 10, budget);
    WatchedChunks source(chunks, [&](std::size_t at) {
        if (at == faults.source_fails) fail(Fault::Input, "source");
        if (at == faults.source_stops) cancel.request();
    });
    Outcome outcome;
    outcome.error = error_of([&] {
                        const ChunkLoop loop = {exec, budget, setting.way, kNothingNeeded};
                        for_each_chunk(source, loop, [&](const Chunk& chunk) {
                            const std::size_t at = outcome.rows.size();
                            if (at == faults.consumer_fails) fail(Fault::Input, "consumer");
                            if (at == faults.consumer_stops) cancel.request();
                            exec.cancel().check();
                            outcome.rows.push_back(chunk.table.column("row").int64s().front());
                        });
                    }).message();
    EXPECT_EQ(budget.used(), 0U);
    return outcome;
}

TEST(ReadAhead, FailsAsReadingInTurnDoes) {
    Random random(testing::test_seed());
    const Table table = random_table(random, 300);
    const std::size_t places[] = {kNever, 0, 1, 9, 29, 30};
    for (const std::size_t source : places)
        for (const std::size_t consumer : places) {
            const Faults faults = {.source_fails = source, .consumer_fails = consumer};
            const Outcome plain = outcome_of(table, faults, {});
            EXPECT_EQ(plain.rows.size(), std::min({source, consumer, std::size_t{30}}));
            with_all_settings([&](const Setting& setting) { EXPECT_EQ(outcome_of(table, faults, setting), plain); });
        }
}

TEST(ReadAhead, StopsWhenCancelled) {
    Random random(testing::test_seed());
    const Table table = random_table(random, 300);
    with_all_settings([&](const Setting& setting) {
        for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{17}}) {
            const Outcome by_source = outcome_of(table, {.source_stops = at}, setting);
            EXPECT_EQ(by_source.error, "cancelled");
            EXPECT_LE(by_source.rows.size(), at);
            const Outcome by_consumer = outcome_of(table, {.consumer_stops = at}, setting);
            EXPECT_EQ(by_consumer.error, "cancelled");
            EXPECT_EQ(by_consumer.rows.size(), at);
        }
    });
}

/// Reads 300 rows ahead always with two threads; returns the rows and what the observer heard.
std::pair<std::size_t, std::string> rows_and_reason(Budget& of_source, Budget& of_loop, std::uint64_t needed,
                                                    const std::function<void(std::size_t)>& in_consumer) {
    std::vector<std::int64_t> numbers(300);
    std::iota(numbers.begin(), numbers.end(), 0);
    const Table table({Column::int64("row", numbers)});
    Pool pool(2);
    Observed observed;
    const Exec exec({.pool = &pool, .observe = Observed::hear, .context = &observed}, Cancel());
    TableChunks source(table, 10, of_source);
    std::size_t rows = 0;
    const auto bytes = [&](const Chunk&) { return needed; };
    for_each_chunk(source, {exec, of_loop, ReadAhead::Always, bytes}, [&](const Chunk& chunk) {
        in_consumer(rows / 10);
        EXPECT_EQ(chunk.table, slice(table, rows, rows + 10));
        rows += 10;
    });
    return {rows, observed.decisions.empty() ? "" : observed.decisions.front().reason};
}

TEST(ReadAhead, StopsWhereThereIsNoRoomForTwo) {
    Budget wide("wide");
    const auto nothing = [](std::size_t) {};
    const auto in_room = rows_and_reason(wide, wide, 0, nothing);
    EXPECT_EQ(in_room, std::make_pair(std::size_t{300}, std::string("30 of 30 chunks read ahead")));
    wide.reset_peak();
    Budget narrow("narrow", wide.peak() + 4000);
    // The consumer needs all that is left.
    const auto in_turn = rows_and_reason(narrow, narrow, narrow.limit(), nothing);
    EXPECT_EQ(in_turn, std::make_pair(std::size_t{300}, std::string("0 of 30 chunks read ahead")));
}

/// Counts how often a source had no room.
class RefusedChunks : public ChunkSource {
public:
    explicit RefusedChunks(ChunkSource& source) : source_(source) {}
    std::optional<Chunk> next(const Exec& exec) override {
        try {
            return source_.next(exec);
        } catch (const Error&) {
            ++refused;
            throw;
        }
    }
    std::atomic<int> refused = 0;

private:
    ChunkSource& source_;
};

TEST(ReadAhead, StopsWhereTheBudgetOfTheSourceHasRoomForOne) {
    std::vector<std::int64_t> numbers(300);
    std::iota(numbers.begin(), numbers.end(), 0);
    const Table table({Column::int64("row", numbers)});
    Budget single("single", slice(table, 0, 10).memory_bytes() * 3 / 2);
    Budget wide("wide");
    Pool pool(2);
    Observed observed;
    const Exec exec({.pool = &pool, .observe = Observed::hear, .context = &observed}, Cancel());
    TableChunks chunks(table, 10, single);
    RefusedChunks source(chunks);
    std::vector<std::int64_t> found;
    for_each_chunk(source, {exec, wide, ReadAhead::Always, kNothingNeeded}, [&](const Chunk& chunk) {
        // The first chunk is held until the second found no room, if another thread is there to ask for it.
        const std::int64_t end = real_clock().monotonic_ns() + 5'000'000'000;
        while (found.empty() && source.refused == 0 && real_clock().monotonic_ns() < end)
            std::this_thread::yield();
        const auto& rows = chunk.table.column("row").int64s();
        found.insert(found.end(), rows.begin(), rows.end());
    });
    EXPECT_EQ(found, numbers);
    EXPECT_EQ(source.refused, 1);
    ASSERT_EQ(observed.decisions.size(), 1U);
    EXPECT_EQ(observed.decisions.front().reason, "1 of 30 chunks read ahead; then stopped: no room for two chunks");
}

TEST(ReadAhead, StopsWhenMemoryIsAskedFor) {
    Budget budget("hone");
    std::uint64_t promised = 0;
    const auto [rows, reason] = rows_and_reason(budget, budget, 0, [&](std::size_t chunk) {
        if (chunk == 6) promised = budget.shed(1);
    });
    EXPECT_EQ(rows, 300U);
    EXPECT_GT(promised, 0U);
    EXPECT_EQ(reason, "7 of 30 chunks read ahead; then stopped: memory was asked for");
    EXPECT_TRUE(budget.reclaim_reports().empty());
}

/// Steps as they would take so long, until `steps` of them; how many were ahead.
std::size_t steps_ahead(ReadAheadTrial& trial, std::size_t steps, double consume_ns, double read_ns, double ahead_ns) {
    std::size_t ahead = 0;
    for (std::size_t i = 0; i < steps; ++i) {
        if (trial.is_ahead())
            trial.note({.rows = 99, .both_ns = ahead_ns});
        else
            trial.note({.rows = 99, .consume_ns = consume_ns, .read_ns = read_ns, .both_ns = consume_ns + read_ns});
        ahead += trial.is_ahead() ? 1 : 0;
    }
    return ahead;
}

TEST(ReadAheadTrial, KeepsTheBetterWay) {
    Pool pool(2);
    const Exec exec({.pool = &pool}, Cancel());
    ReadAheadTrial better(exec, ReadAhead::WhereItPays);
    EXPECT_FALSE(better.is_ahead());
    EXPECT_GE(steps_ahead(better, 400, 1e7, 1e7, 1.2e7), 340U);
    ReadAheadTrial worse(exec, ReadAhead::WhereItPays);
    EXPECT_LE(steps_ahead(worse, 400, 1e7, 1e7, 2.2e7), 50U) << "one trial in nine";
    ReadAheadTrial vain(exec, ReadAhead::WhereItPays);
    EXPECT_EQ(steps_ahead(vain, 400, 1e7, 1e5, 1e6), 0U) << "there is nothing to save";
    ReadAheadTrial tiny(exec, ReadAhead::WhereItPays);
    EXPECT_EQ(steps_ahead(tiny, 400, 200, 200, 200), 0U) << "handing it out takes longer";
}

TEST(ReadAheadTrial, FindsThatCostsHaveChanged) {
    Pool pool(2);
    const Exec exec({.pool = &pool}, Cancel());
    ReadAheadTrial trial(exec, ReadAhead::WhereItPays);
    steps_ahead(trial, 100, 1e7, 1e7, 2.2e7);
    EXPECT_GE(steps_ahead(trial, 400, 1e7, 1e7, 1.1e7), 300U);
    EXPECT_LE(steps_ahead(trial, 400, 1e7, 1e7, 2.2e7), 100U);
    trial.stop();
    EXPECT_EQ(steps_ahead(trial, 400, 1e7, 1e7, 1.1e7), 0U);
}

/// A folder in memory to spill to.
struct Place {
    explicit Place(std::uint64_t bytes, ReadAhead way) : budget("tiny", bytes), read_ahead(way) {}
    Spill spill() { return {.budget = &budget, .files = &failing, .folder = "/work/spill", .read_ahead = read_ahead}; }
    void expect_nothing_left() {
        EXPECT_TRUE(files.list("/work/spill").empty());
        EXPECT_EQ(budget.used(), 0U);
        EXPECT_LE(budget.peak(), budget.limit());
    }

    MemoryFiles files;
    std::atomic<std::size_t> created = 0;
    std::function<int(std::string_view)> fault = [](std::string_view) { return 0; };
    FailingFiles failing{files, [this](std::string_view operation, const Path&) {
                             if (operation == "create") ++created;
                             return fault(operation);
                         }};
    Budget budget;
    ReadAhead read_ahead;
};

/// Keys are many, so that joins have partitions.
Table keyed_table(Random& random, std::size_t rows) {
    std::vector<std::int64_t> key(rows);
    std::vector<std::string> text(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        key[row] = random.between(1, 1500);
        text[row] = std::string(random.below(20), 'x');
    }
    return Table({Column::int64("key", key), Column::text("text", text)});
}

using Operation = std::function<Table(const Table&, const Spill&, const Exec&)>;

Table drained(const std::unique_ptr<ChunkSource>& source, const Spill& spill, const Exec& exec) {
    std::vector<Table> tables;
    const ChunkLoop loop = {exec, *spill.budget, spill.read_ahead, kNothingNeeded};
    for_each_chunk(*source, loop, [&](Chunk chunk) { tables.push_back(std::move(chunk.table)); });
    return concatenated(tables);
}

std::vector<Operation> operations() {
    return {[](const Table& table, const Spill& spill, const Exec& exec) {
                TableChunks source(table, 90, *spill.budget);
                return drained(sort_chunks(source, {{"text"}, {"key"}}, spill, exec), spill, exec);
            },
            [](const Table& table, const Spill& spill, const Exec& exec) {
                TableChunks source(table, 90, *spill.budget);
                const std::vector<Aggregate> aggregates = {{Aggregate::Kind::Count, "", "rows"},
                                                           {Aggregate::Kind::Median, "key", "median"}};
                return group_chunks(source, std::vector<std::string>{"text"}, aggregates, spill, exec);
            },
            [](const Table& table, const Spill& spill, const Exec& exec) {
                TableChunks source(table, 90, *spill.budget);
                const std::vector<Aggregate> count = {{Aggregate::Kind::Count, "", "rows"}};
                return group_chunks(source, {}, count, spill, exec);
            },
            [](const Table& table, const Spill& spill, const Exec& exec) {
                TableChunks left(table, 90, *spill.budget);
                TableChunks right(table, 60, *spill.budget);
                return drained(join_chunks(left, right, {.keys = {{"key"}}}, spill, exec), spill, exec);
            }};
}

TEST(ReadAhead, OperationsGiveTheSame) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 4'000);
    for (const Operation& operation : operations()) {
        Place plain(Budget::kUnlimited, ReadAhead::Never);
        const std::string expected = encode_value(operation(table, plain.spill(), {}));
        with_all_settings([&](const Setting& setting) {
            testing::SlowClock clock;
            Pool pool(setting.threads);
            const Exec exec({.pool = &pool, .clock = &clock}, Cancel());
            for (const std::uint64_t bytes : {2 * kTiny, 5 * kTiny, Budget::kUnlimited}) {
                Place place(bytes, setting.way);
                EXPECT_TRUE(encode_value(operation(table, place.spill(), exec)) == expected) << bytes;
                place.expect_nothing_left();
            }
        });
    }
}

TEST(ReadAhead, OperationsSpillWhenMemoryIsAskedFor) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 4'000);
    const std::vector<Operation> all = operations();
    for (const std::size_t o : {0, 1, 3}) {
        Place plain(Budget::kUnlimited, ReadAhead::Never);
        const std::string expected = encode_value(all[o](table, plain.spill(), {}));
        EXPECT_EQ(plain.created, 0U);
        Budget above("above");
        Place place(Budget::kUnlimited, ReadAhead::Never);
        Budget below("below", Budget::kUnlimited, &above);
        Spill spill = place.spill();
        spill.budget = &below;
        // Somebody asks while the twentieth chunk is read, with most of the rows to come.
        const Exec exec;
        std::size_t read = 0;
        std::uint64_t promised = 0;
        TableChunks chunks(table, 90, below);
        WatchedChunks source(chunks, [&](std::size_t) {
            if (++read == 20) promised = above.shed(1);
        });
        Table found;
        if (o == 0) found = drained(sort_chunks(source, {{"text"}, {"key"}}, spill, exec), spill, exec);
        if (o == 1)
            found = group_chunks(source, std::vector<std::string>{"text"},
                                 std::vector<Aggregate>{{Aggregate::Kind::Count, "", "rows"},
                                                        {Aggregate::Kind::Median, "key", "median"}},
                                 spill, exec);
        TableChunks right(table, 60, below);
        if (o == 3) found = drained(join_chunks(source, right, {.keys = {{"key"}}}, spill, exec), spill, exec);
        EXPECT_GT(promised, 0U);
        EXPECT_GT(place.created, 0U);
        EXPECT_TRUE(encode_value(found) == expected);
        EXPECT_EQ(below.used(), 0U);
        place.expect_nothing_left();
    }
}

TEST(ReadAhead, OperationsPassFaultsOnAndLeaveNoFiles) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 4'000);
    Pool pool(4);
    testing::SlowClock clock;
    for (const Operation& operation : operations())
        for (const std::string_view what : {"append", "read", "create", "open", "finish"})
            for (const int nth : {1, 5, 30}) {
                std::atomic<int> seen = 0;
                Place place(2 * kTiny, ReadAhead::Always);
                place.fault = [&](std::string_view name) { return name == what && ++seen == nth ? EIO : 0; };
                const Cancel cancel;
                const Exec exec({.pool = &pool, .clock = &clock}, cancel);
                const Error error = error_of([&] { operation(table, place.spill(), exec); });
                EXPECT_EQ(error.fault(), seen < nth ? Fault::Bug : Fault::System) << what << error.message();
                place.expect_nothing_left();
                // The same, stopped instead.
                seen = 0;
                place.fault = [&](std::string_view name) {
                    if (name == what && ++seen == nth) cancel.request();
                    return 0;
                };
                const Error stopped = error_of([&] { operation(table, place.spill(), exec); });
                EXPECT_EQ(stopped.fault(), seen < nth ? Fault::Bug : Fault::Cancelled) << what << stopped.message();
                place.expect_nothing_left();
            }
}

/// All rows of a source, each chunk of which is asked for in vain first: `budget` is full then.
Table drained_with_refusals(ChunkSource& source, Budget& budget, std::size_t& refused) {
    std::vector<Table> tables;
    while (true) {
        for (std::uint64_t left : {std::uint64_t{0}, std::uint64_t{300}, std::uint64_t{3000}}) {
            const Reservation all = budget.reserve(budget.available() - std::min(budget.available(), left));
            try {
                std::optional<Chunk> chunk = source.next({});
                if (!chunk) return concatenated(tables);
                tables.push_back(std::move(chunk->table));
            } catch (const Error& error) {
                EXPECT_EQ(error.fault(), Fault::Limit) << error.message();
                ++refused;
            }
        }
        std::optional<Chunk> chunk = source.next({});
        if (!chunk) return concatenated(tables);
        tables.push_back(std::move(chunk->table));
    }
}

TEST(ReadAhead, SourcesGiveAgainWhatFoundNoRoom) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 3'000);
    const std::vector<Operation> all = operations();
    for (const int kind : {0, 1, 2, 3}) {
        SCOPED_TRACE(kind);
        Place place(std::uint64_t{64} << 20, ReadAhead::Never);
        const Spill spill = place.spill();
        TableChunks chunks(table, 90, place.budget);
        TableChunks right(table, 60, place.budget);
        std::unique_ptr<ChunkSource> source;
        Table expected = table;
        if (kind == 1 || kind == 2) {
            // Of 2: runs in files, as the memory is short for a while.
            std::optional<Reservation> most;
            if (kind == 2) most = place.budget.reserve(place.budget.limit() - kTiny / 3);
            source = sort_chunks(chunks, {{"key"}}, spill, {});
            expected = sort(table, std::vector<SortKey>{{"key"}}, {});
            EXPECT_EQ(place.created > 0, kind == 2);
        }
        if (kind == 3) {
            source = join_chunks(chunks, right, {.keys = {{"key"}}}, spill, {});
            expected = join(table, table, {.keys = {{"key"}}}, {});
        }
        std::size_t refused = 0;
        EXPECT_TRUE(drained_with_refusals(kind == 0 ? chunks : *source, place.budget, refused) == expected);
        EXPECT_GT(refused, 3U);
    }
}

TEST(ReadAhead, ACsvFileGivesAgainWhatFoundNoRoom) {
    MemoryFiles files;
    std::string rows = "n,t\n";
    while (rows.size() < std::size_t{9} << 20)
        rows += cat(rows.size(), ",\"text ", rows.size() % 97, "\"\n");
    write_file(files, "f.csv", rows);
    const std::vector<CsvColumn> columns = {{"n", CsvColumn::Kind::Int64}, {"t", CsvColumn::Kind::Text}};
    Budget wide("wide");
    IssueList issues;
    const Table expected = read_csv(files, "f.csv", columns, {}, wide, issues, "test");
    Budget budget("csv", std::uint64_t{200} << 20);
    const Exec exec;
    CsvChunks source(files, "f.csv", columns, {exec, budget, issues, "test"});
    std::size_t refused = 0;
    EXPECT_TRUE(drained_with_refusals(source, budget, refused) == expected);
    EXPECT_GT(refused, 2U);
    EXPECT_TRUE(issues.empty());
}

TEST(ReadAhead, CsvWindowsShrinkWhenMemoryIsAskedFor) {
    MemoryFiles files;
    std::string rows = "n\n";
    while (rows.size() < std::size_t{40} << 20)
        rows += "123456789012345678\n";
    write_file(files, "f.csv", rows);
    const std::vector<CsvColumn> columns = {{"n", CsvColumn::Kind::Int64}};
    Pool pool(2);
    const Exec exec({.pool = &pool}, Cancel());
    Budget budget("csv");
    IssueList issues;
    CsvChunks source(files, "f.csv", columns, {exec, budget, issues, "test"});
    std::size_t chunks = 0;
    std::size_t found = 0;
    std::vector<std::uint64_t> used;
    while (const std::optional<Chunk> chunk = source.next(exec)) {
        found += chunk->table.rows();
        used.push_back(budget.used() - chunk->memory.bytes());
        if (++chunks != 2) continue;
        EXPECT_GT(budget.shed(1), std::uint64_t{4} << 20);
    }
    EXPECT_EQ(found, (rows.size() - 2) / 19);
    ASSERT_GT(used.size(), 8U);
    EXPECT_LT(used[7], used[1] * 3 / 4);
}

}  // namespace
}  // namespace hone
