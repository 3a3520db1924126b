#include "hone/table/chunk_operations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "hone/base/files.h"
#include "hone/table/aggregate_state.h"
#include "hone/table/random_table.h"
#include "hone/table/table_pieces.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::error_of;
using testing::random_table;
using testing::with_any_threads;
using Kind = Aggregate::Kind;

constexpr std::uint64_t kTiny = std::uint64_t{192} << 10;

/// All rows of a source, and no more than the budget at any time.
Table drained(ChunkSource& source, const Exec& exec) {
    std::vector<Table> tables;
    while (std::optional<Chunk> chunk = source.next(exec))
        tables.push_back(std::move(chunk->table));
    return concatenated(tables);
}

/// A folder in memory to spill to, and what was done there.
struct Place {
    explicit Place(std::uint64_t budget_bytes) : budget("tiny", budget_bytes) {}

    Spill spill() { return {.budget = &budget, .files = &counting, .folder = "/work/spill"}; }
    std::size_t left_files() { return files.list("/work/spill").size(); }

    MemoryFiles files;
    std::size_t created = 0;
    FailingFiles counting{files, [this](std::string_view operation, const Path&) {
                              if (operation == "create") ++created;
                              return 0;
                          }};
    Budget budget;
};

const std::vector<SortKey> kOrder = {{"t", SortKey::Order::Descending}, {"r"}, {"n"}};
const std::vector<std::string> kKeys = {"n", "t"};
const std::vector<Aggregate> kAggregates = {{Kind::Count, "", "rows"},
                                            {Kind::Sum, "d", "sum"},
                                            {Kind::Mean, "r", "mean"},
                                            {Kind::Median, "d", "median"},
                                            {Kind::CountDistinct, "r", "distinct"},
                                            {Kind::First, "row", "first"},
                                            {Kind::Mode, "t", "mode"},
                                            {Kind::StdDev, "d", "deviation"}};
constexpr Join::Kind kJoins[] = {Join::Kind::Inner, Join::Kind::Left, Join::Kind::Right,
                                 Join::Kind::Full,  Join::Kind::Semi, Join::Kind::Anti};

/// Tables whose keys are many enough for partitions.
Table keyed_table(Random& random, std::size_t rows, std::int64_t keys) {
    std::vector<std::int64_t> key(rows);
    std::vector<std::string> text(rows);
    std::vector<bool> valid(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        key[row] = random.between(1, keys);
        text[row] = std::string(random.below(20), 'x');
        valid[row] = random.below(10) > 0;
    }
    return Table({Column::int64("key", key, valid), Column::text("text", text)});
}

TEST(ChunkOperations, GiveTheSameWithAndWithoutSpilling) {
    Random random(testing::test_seed());
    for (int i = 0; i < 6 * testing::test_scale(); ++i) {
        const std::size_t rows = i == 0 ? 12'000 : random.below(6'000);
        const Table table = random_table(random, rows);
        const std::string sorted = encode_value(sort(table, kOrder, {}));
        const std::string grouped = encode_value(group(table, kKeys, kAggregates, {}));
        for (const std::uint64_t budget : {kTiny, Budget::kUnlimited}) {
            Place place(budget);
            for (const std::size_t cut : {std::size_t{37}, std::size_t{100}}) {
                TableChunks source(table, cut, place.budget);
                const auto out = sort_chunks(source, kOrder, place.spill(), {});
                ASSERT_TRUE(encode_value(drained(*out, {})) == sorted);
                TableChunks again(table, cut, place.budget);
                ASSERT_TRUE(encode_value(group_chunks(again, kKeys, kAggregates, place.spill(), {})) == grouped);
            }
            EXPECT_TRUE(i > 0 || (place.created > 0) == (budget == kTiny));
            EXPECT_LE(place.budget.peak(), place.budget.limit());
            EXPECT_EQ(place.left_files(), 0U);
            EXPECT_EQ(place.budget.used(), 0U);
        }
    }
}

TEST(ChunkOperations, StreamAggregatesOfLargeGroups) {
    Random random(testing::test_seed());
    std::vector<Aggregate> aggregates = {{Kind::Count, "", "rows"}};
    for (const char* column : {"n", "d", "r", "t", "row"})
        for (int kind = 0; kind <= static_cast<int>(Kind::All); ++kind) {
            const bool is_text = column == std::string("t");
            const auto of = static_cast<Kind>(kind);
            const bool fits_text =
                of <= Kind::CountValid || of == Kind::Min || of == Kind::Max || of == Kind::First || of == Kind::Last;
            if (!AggregateState::can_stream(of) || (is_text && !fits_text)) continue;
            aggregates.push_back({of, column, column + std::to_string(kind)});
        }
    for (const std::vector<std::string>& keys : {std::vector<std::string>(), {"d"}, {"n", "t"}}) {
        const Table table = random_table(random, 9'000);
        Place place(2 * kTiny);
        TableChunks source(table, 50, place.budget);
        EXPECT_EQ(encode_value(group_chunks(source, keys, aggregates, place.spill(), {})),
                  encode_value(group(table, keys, aggregates, {})));
        EXPECT_EQ(place.created > 0, !keys.empty());
        EXPECT_LE(place.budget.peak(), place.budget.limit());
    }
    // A group of all values missing, one of one row, and no rows at all.
    for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {
        const Table table = random_table(random, rows);
        Place place(2 * kTiny);
        TableChunks source(table, 1, place.budget);
        EXPECT_EQ(encode_value(group_chunks(source, {}, aggregates, place.spill(), {})),
                  encode_value(group(table, {}, aggregates, {})));
    }
}

TEST(ChunkOperations, JoinTheSameWithAndWithoutSpilling) {
    Random random(testing::test_seed());
    for (int i = 0; i < 3 * testing::test_scale(); ++i) {
        const Table left = keyed_table(random, i == 0 ? 8'000 : random.below(4'000), 3'000);
        const Table right = keyed_table(random, i == 0 ? 6'000 : random.below(4'000), 3'000);
        for (const Join::Kind kind : kJoins) {
            const Join how = {.kind = kind, .keys = {{"key"}}};
            const std::string expected = encode_value(join(left, right, how, {}));
            for (const std::uint64_t budget : {2 * kTiny, Budget::kUnlimited}) {
                Place place(budget);
                TableChunks left_source(left, 100, place.budget);
                TableChunks right_source(right, 77, place.budget);
                const auto out = join_chunks(left_source, right_source, how, place.spill(), {});
                ASSERT_TRUE(encode_value(drained(*out, {})) == expected) << static_cast<int>(kind);
                EXPECT_TRUE(i > 0 || (place.created > 0) == (budget != Budget::kUnlimited));
            }
        }
    }
}

TEST(ChunkOperations, DealAgainWhatDoesNotFit) {
    // A sixteenth of both sides and its index take some 700 KiB.
    std::vector<std::int64_t> keys(40'000);
    std::iota(keys.begin(), keys.end(), 0);
    const Table left({Column::int64("key", keys)});
    Random random(testing::test_seed());
    for (std::size_t k = keys.size(); k > 1; --k)
        std::swap(keys[k - 1], keys[random.below(k)]);
    const Table right({Column::int64("key", keys), Column::int64("twice", keys)});
    const Join how = {.kind = Join::Kind::Right, .keys = {{"key"}}};
    Place place(2 * kTiny);
    TableChunks left_source(left, 500, place.budget);
    TableChunks right_source(right, 300, place.budget);
    const auto out = join_chunks(left_source, right_source, how, place.spill(), {});
    EXPECT_TRUE(drained(*out, {}) == right);
    EXPECT_GT(place.created, 64U);
    EXPECT_LE(place.budget.peak(), place.budget.limit());
}

TEST(ChunkOperations, LeaveNothingBehind) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 8'000, 3'000);
    Place place(2 * kTiny);
    {
        TableChunks left(table, 100, place.budget);
        TableChunks right(table, 100, place.budget);
        const auto out = join_chunks(left, right, {.kind = Join::Kind::Full, .keys = {{"key"}}}, place.spill(), {});
        EXPECT_TRUE(out->next({}).has_value());
        EXPECT_GT(place.left_files(), 0U);  // and the rest is never asked for
    }
    EXPECT_EQ(place.left_files(), 0U);
    EXPECT_EQ(place.budget.used(), 0U);
    EXPECT_LE(place.budget.peak(), place.budget.limit());
}

TEST(ChunkOperations, AreTheSameForAnyThreads) {
    Random random(testing::test_seed());
    const Table table = random_table(random, 5'000);
    const std::string grouped = encode_value(group(table, kKeys, kAggregates, {}));
    with_any_threads([&](const Exec& exec) {
        Place place(kTiny);
        TableChunks source(table, 90, place.budget);
        EXPECT_TRUE(encode_value(group_chunks(source, kKeys, kAggregates, place.spill(), exec)) == grouped);
        EXPECT_GT(place.created, 0U);
    });
}

TEST(ChunkOperations, OfEmptyTablesHaveColumns) {
    Random random(1);
    const Table none = random_table(random, 0);
    Place place(kTiny);
    TableChunks source(none, 10, place.budget);
    EXPECT_EQ(drained(*sort_chunks(source, kOrder, place.spill(), {}), {}), none);
    TableChunks second(none, 10, place.budget);
    EXPECT_EQ(group_chunks(second, kKeys, kAggregates, place.spill(), {}), group(none, kKeys, kAggregates, {}));
    TableChunks third(none, 10, place.budget);
    EXPECT_EQ(group_chunks(third, {}, kAggregates, place.spill(), {}), group(none, {}, kAggregates, {}));
    for (const Join::Kind kind : kJoins) {
        TableChunks left(none, 10, place.budget);
        TableChunks right(none, 10, place.budget);
        const Join how = {.kind = kind, .keys = {{"n"}}};
        EXPECT_EQ(drained(*join_chunks(left, right, how, place.spill(), {}), {}), join(none, none, how, {}));
    }
}

TEST(ChunkOperations, WithoutAFolderSayWhoHoldsWhat) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 8'000, 3'000);
    Place place(kTiny);
    const Spill spill = {.budget = &place.budget};
    const auto expect_limit = [&](const std::function<void(ChunkSource&)>& body) {
        TableChunks source(table, 100, place.budget);
        const Error error = error_of([&] { body(source); });
        EXPECT_EQ(error.fault(), Fault::Limit) << error.message();
        EXPECT_NE(error.message().find("tiny"), std::string::npos) << error.message();
        EXPECT_EQ(place.budget.used(), 0U);
    };
    expect_limit([&](ChunkSource& source) { sort_chunks(source, {{"key"}}, spill, {}); });
    expect_limit([&](ChunkSource& source) { group_chunks(source, std::vector<std::string>{"text"}, {}, spill, {}); });
    expect_limit([&](ChunkSource& source) {
        TableChunks right(table, 100, place.budget);
        join_chunks(source, right, {.keys = {{"key"}}}, spill, {});
    });
    // One key that does not fit cannot be split.
    const Table same({Column::int64("key", std::vector<std::int64_t>(20'000, 7))});
    TableChunks left(same, 100, place.budget);
    TableChunks right(same, 100, place.budget);
    const Error error = error_of([&] { join_chunks(left, right, {.keys = {{"key"}}}, place.spill(), {}); });
    EXPECT_EQ(error.fault(), Fault::Limit) << error.message();
    TableChunks source(same, 100, place.budget);
    const std::vector<Aggregate> median = {{Kind::Median, "key", "m"}};
    EXPECT_EQ(
        error_of([&] { group_chunks(source, std::vector<std::string>{"key"}, median, place.spill(), {}); }).fault(),
        Fault::Limit);
    EXPECT_EQ(place.left_files(), 0U);
    EXPECT_EQ(place.budget.used(), 0U);
}

/// Holds memory of a tree of budgets until somebody wants it, as a cache does.
class Hoard : public Reclaimer {
public:
    Hoard(Budget& above, std::uint64_t bytes)
        : budget_("hoard", bytes, &above),
          memory_(budget_.reserve(bytes)),
          reclaiming_(budget_.reclaim_from(*this, "hoard")) {}
    double cheapest_price() const override { return 0; }
    std::uint64_t shed(std::uint64_t bytes) override {
        const std::uint64_t given = std::min(bytes, memory_.bytes());
        memory_.resize(memory_.bytes() - given);
        return given;
    }

private:
    Budget budget_;
    Reservation memory_;
    Reclaiming reclaiming_;
};

TEST(ChunkOperations, MemoryThatACacheWouldGiveBackCounts) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 2'000, 500);
    const std::vector<std::string> text = {"text"};
    const std::vector<SortKey> order = {{"key"}};
    const std::vector<Aggregate> median = {{Kind::Median, "key", "m"}};
    const Join how = {.keys = {{"key"}}};
    constexpr std::uint64_t kLimit = std::uint64_t{8} << 20;
    const auto in_full_memory = [&](const std::function<Table(ChunkSource&, Budget&)>& body) {
        Budget root("root", kLimit);
        const Hoard hoard(root, kLimit - 4096);
        TableChunks source(table, 100, root);
        return encode_value(body(source, root));
    };
    EXPECT_EQ(in_full_memory([&](ChunkSource& source, Budget& root) {
                  return drained(*sort_chunks(source, order, {.budget = &root}, {}), {});
              }),
              encode_value(sort(table, order, {})));
    EXPECT_EQ(in_full_memory([&](ChunkSource& source, Budget& root) {
                  return group_chunks(source, text, median, {.budget = &root}, {});
              }),
              encode_value(group(table, text, median, {})));
    EXPECT_EQ(in_full_memory([&](ChunkSource& source, Budget& root) {
                  TableChunks right(table, 100, root);
                  return drained(*join_chunks(source, right, how, {.budget = &root}, {}), {});
              }),
              encode_value(join(table, table, how, {})));
    EXPECT_EQ(in_full_memory([&](ChunkSource&, Budget& root) {
                  return join(table, table, {.keys = {{"key"}}, .budget = &root}, {});
              }),
              encode_value(join(table, table, how, {})));
}

/// Each operation once, spilling.
std::vector<std::function<void(const Spill&, const Exec&)>> spilling_operations(const Table& table) {
    return {[&table](const Spill& spill, const Exec& exec) {
                TableChunks source(table, 100, *spill.budget);
                const auto out = sort_chunks(source, {{"key"}}, spill, exec);
                drained(*out, exec);
            },
            [&table](const Spill& spill, const Exec& exec) {
                TableChunks source(table, 100, *spill.budget);
                const std::vector<Aggregate> count = {{Kind::Count, "", "rows"}};
                group_chunks(source, std::vector<std::string>{"key"}, count, spill, exec);
            },
            [&table](const Spill& spill, const Exec& exec) {
                TableChunks left(table, 100, *spill.budget);
                TableChunks right(table, 100, *spill.budget);
                const auto out = join_chunks(left, right, {.keys = {{"key"}}}, spill, exec);
                drained(*out, exec);
            }};
}

TEST(ChunkOperations, PassFaultsOfTheDiskOnAndLeaveNoFiles) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 15'000, 6'000);
    const std::pair<const char*, int> faults[] = {{"append", ENOSPC}, {"read", EIO},   {"create", EACCES},
                                                  {"open", EIO},      {"finish", EIO}, {"make_folders", EROFS}};
    for (const auto& operation : spilling_operations(table))
        for (const auto& [what, number] : faults)
            for (const int nth : {1, 7}) {
                int seen = 0;
                Place place(2 * kTiny);
                FailingFiles failing(place.files,
                                     [&, what = what, number = number](std::string_view name, const Path&) {
                                         return name == what && ++seen == nth ? number : 0;
                                     });
                const Spill spill = {.budget = &place.budget, .files = &failing, .folder = "/work/spill"};
                const Error error = error_of([&] { operation(spill, {}); });
                if (seen < nth) continue;  // so many calls were not needed
                EXPECT_EQ(error.fault(), Fault::System) << what << error.message();
                EXPECT_NE(error.message().find("/work/spill"), std::string::npos) << error.message();
                EXPECT_EQ(place.left_files(), 0U) << what;
                EXPECT_EQ(place.budget.used(), 0U) << what;
            }
}

TEST(ChunkOperations, StopWhenCancelled) {
    Random random(testing::test_seed());
    const Table table = keyed_table(random, 15'000, 6'000);
    for (const auto& operation : spilling_operations(table)) {
        Place place(2 * kTiny);
        const Cancel cancel;
        FailingFiles stopping(place.files, [&](std::string_view name, const Path&) {
            if (name == "append") cancel.request();
            return 0;
        });
        const Spill spill = {.budget = &place.budget, .files = &stopping, .folder = "/work/spill"};
        EXPECT_EQ(error_of([&] { operation(spill, Exec({}, cancel)); }).fault(), Fault::Cancelled);
        EXPECT_EQ(place.left_files(), 0U);
        EXPECT_EQ(place.budget.used(), 0U);
    }
}

TEST(SpilledChunks, FindDamage) {
    Place place(kTiny);
    const Table table({Column::int64("n", {1, 2, 3})});
    SpillWriter writer(place.spill(), "test");
    writer.append(table);
    writer.append(table);
    SpilledRun run = writer.finish();
    const Path path = run.path();
    std::string bytes = read_file(place.files, path);
    bytes[bytes.size() - 3] ^= 1;
    place.files.create(path)->append(as_bytes(bytes));
    SpilledChunks chunks(std::move(run), place.budget);
    EXPECT_EQ(chunks.next({})->table, table);
    const Error error = error_of([&] { chunks.next({}); });
    EXPECT_EQ(error.fault(), Fault::System);
    EXPECT_NE(error.message().find("damaged"), std::string::npos);
}

TEST(TableChunks, RefuseOtherColumns) {
    const Table a({Column::int64("n", {1})});
    const Table b({Column::decimal("n", 1, {1})});
    const Table c({Column::int64("m", {1})});
    for (const Table* other : {&b, &c}) {
        const Error error = error_of([&] { require_same_columns(a, *other); });
        EXPECT_EQ(error.fault(), Fault::Usage);
    }
    EXPECT_EQ(error_of([&] { require_same_columns(a, a); }).message(), "nothing was thrown");
}

}  // namespace
}  // namespace hone
