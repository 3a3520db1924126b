#include "hone/table/join.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "hone/table/join_rows.h"
#include "hone/table/random_table.h"
#include "hone/table/table_pieces.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Kind = Join::Kind;
using testing::Cell;
using testing::cell_of;
using testing::error_of;
using testing::missing_cell;
using testing::random_table;
using testing::with_any_threads;

constexpr Kind kKinds[] = {Kind::Inner, Kind::Left, Kind::Right, Kind::Full, Kind::Semi, Kind::Anti};

Table people() {
    return Table(
        {Column::int64("id", {1, 2, 0, 2}, {true, true, false, true}), Column::text("name", {"a", "b", "c", "d"})});
}
Table marks() {
    return Table(
        {Column::int64("id", {2, 3, 2, 0}, {true, true, true, false}), Column::int64("name", {20, 30, 21, 40})});
}

Table joined(Kind kind) {
    return join(people(), marks(), {.kind = kind, .keys = {{"id"}}}, {});
}

TEST(Join, MatchesKeysInTheOrderOfRows) {
    EXPECT_EQ(joined(Kind::Inner), Table({Column::int64("id", {2, 2, 2, 2}), Column::text("name", {"b", "b", "d", "d"}),
                                          Column::int64("name_right", {20, 21, 20, 21})}));
    EXPECT_EQ(joined(Kind::Left),
              Table({Column::int64("id", {1, 2, 2, 0, 2, 2}, {true, true, true, false, true, true}),
                     Column::text("name", {"a", "b", "b", "c", "d", "d"}),
                     Column::int64("name_right", {0, 20, 21, 0, 20, 21}, {false, true, true, false, true, true})}));
    EXPECT_EQ(joined(Kind::Right),
              Table({Column::int64("id", {2, 2, 3, 2, 2, 0}, {true, true, true, true, true, false}),
                     Column::text("name", {"b", "d", "", "b", "d", ""}, {true, true, false, true, true, false}),
                     Column::int64("name_right", {20, 20, 30, 21, 21, 40})}));
    EXPECT_EQ(joined(Kind::Full),
              Table({Column::int64("id", {1, 2, 2, 0, 2, 2, 3, 0}, {true, true, true, false, true, true, true, false}),
                     Column::text("name", {"a", "b", "b", "c", "d", "d", "", ""},
                                  {true, true, true, true, true, true, false, false}),
                     Column::int64("name_right", {0, 20, 21, 0, 20, 21, 30, 40},
                                   {false, true, true, false, true, true, true, true})}));
    EXPECT_EQ(joined(Kind::Semi), Table({Column::int64("id", {2, 2}), Column::text("name", {"b", "d"})}));
    EXPECT_EQ(joined(Kind::Anti),
              Table({Column::int64("id", {1, 0}, {true, false}), Column::text("name", {"a", "c"})}));
}

TEST(Join, TakesKeysOfOtherNames) {
    const Table left({Column::real("x", {0.0, std::nan(""), 1})});
    const Table right({Column::int64("v", {1, 2, 3}), Column::real("y", {std::nan(""), -0.0, 5})});
    EXPECT_EQ(encode_value(join(left, right, {.kind = Kind::Left, .keys = {{"x", "y"}}}, {})),
              encode_value(Table({left.column(0), Column::int64("v", {2, 1, 0}, {true, true, false})})));
}

TEST(Join, RefusesWhatCannotBe) {
    const auto fault = [](const Table& left, const Table& right, const Join& how) {
        return error_of([&] { join(left, right, how, {}); }).fault();
    };
    const Table tenths({Column::decimal("id", 1, {10})});
    const Table cents({Column::decimal("id", 2, {100})});
    EXPECT_EQ(fault(people(), tenths, {.keys = {{"id"}}}), Fault::Usage);
    EXPECT_EQ(fault(tenths, cents, {.keys = {{"id"}}}), Fault::Usage);
    EXPECT_EQ(fault(people(), marks(), {}), Fault::Usage);
    EXPECT_EQ(fault(people(), marks(), {.keys = {{"no"}}}), Fault::NotFound);
    EXPECT_EQ(fault(people(), marks(), {.keys = {{"id"}}, .suffix = ""}), Fault::Usage);
    const Table taken({Column::int64("id", {1}), Column::int64("name", {1}), Column::int64("name_right", {1})});
    EXPECT_EQ(fault(people(), taken, {.keys = {{"id"}}}), Fault::Usage);
    EXPECT_EQ(fault(taken, marks(), {.keys = {{"id"}}}), Fault::Usage);
    const std::string message = error_of([&] { join(tenths, cents, {.keys = {{"id"}}}, {}); }).message();
    EXPECT_NE(message.find("decimal of 1 decimals"), std::string::npos) << message;
}

TEST(Join, IsChargedToItsBudget) {
    Budget roomy("roomy", std::uint64_t{4} << 20);
    EXPECT_EQ(join(people(), marks(), {.keys = {{"id"}}, .budget = &roomy}, {}), joined(Kind::Inner));
    EXPECT_EQ(roomy.used(), 0U);
    EXPECT_GT(roomy.peak(), 0U);
    const Table many({Column::int64("id", std::vector<std::int64_t>(2000, 7))});
    const Error error = error_of([&] { join(many, many, {.keys = {{"id"}}, .budget = &roomy}, {}); });
    EXPECT_EQ(error.fault(), Fault::Limit);
    EXPECT_NE(error.message().find("a join of 2000 rows with 2000"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("roomy"), std::string::npos) << error.message();
    EXPECT_EQ(roomy.used(), 0U);
}

bool are_equal(const Table& left, std::size_t l, const Table& right, std::size_t r, const std::vector<JoinKey>& keys) {
    for (const JoinKey& key : keys) {
        const Cell cell = cell_of(left.column(key.left), l);
        if (cell == missing_cell() || cell != cell_of(right.column(key.left), r)) return false;
    }
    return true;
}

/// Numbers of the rows of both sides, -1 for none.
using PlainPairs = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// The oracle: two loops.
PlainPairs plain_pairs(const Table& left, const Table& right, const std::vector<JoinKey>& keys, Kind kind) {
    PlainPairs pairs;
    std::vector<bool> is_matched(right.rows(), false);
    for (std::size_t l = 0; l < left.rows(); ++l) {
        bool has_match = false;
        for (std::size_t r = 0; r < right.rows(); ++r) {
            if (!are_equal(left, l, right, r, keys)) continue;
            has_match = is_matched[r] = true;
            pairs.emplace_back(l, r);
        }
        if (!has_match && (kind == Kind::Left || kind == Kind::Full)) pairs.emplace_back(l, -1);
    }
    if (kind != Kind::Right && kind != Kind::Full) return pairs;
    for (std::size_t r = 0; r < right.rows(); ++r)
        if (!is_matched[r]) pairs.emplace_back(-1, r);
    if (kind == Kind::Right)
        std::ranges::sort(pairs, [](const auto& a, const auto& b) {
            return std::pair(a.second, a.first) < std::pair(b.second, b.first);
        });
    return pairs;
}

/// The oracle of semi and anti joins.
std::vector<std::uint32_t> plain_rows(const Table& left, const Table& right, const Join& how) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t l = 0; l < left.rows(); ++l) {
        bool has_match = false;
        for (std::size_t r = 0; r < right.rows(); ++r)
            has_match = has_match || are_equal(left, l, right, r, how.keys);
        if (has_match == (how.kind == Kind::Semi)) rows.push_back(l);
    }
    return rows;
}

void expect_pairs(const Table& found, const Table& left, const Table& right, const std::vector<JoinKey>& keys,
                  const PlainPairs& pairs) {
    ASSERT_EQ(found.rows(), pairs.size());
    ASSERT_EQ(found.columns(), left.columns() + right.columns() - keys.size());
    const auto is_key = [&](const std::string& name) {
        return std::ranges::any_of(keys, [&](const JoinKey& key) { return key.left == name; });
    };
    for (std::size_t row = 0; row < pairs.size(); ++row) {
        const auto [l, r] = pairs[row];
        for (std::size_t c = 0; c < left.columns(); ++c) {
            const std::string& name = left.column(c).name();
            Cell wanted = l >= 0 ? cell_of(left.column(c), static_cast<std::size_t>(l)) : missing_cell();
            if (l < 0 && is_key(name)) wanted = cell_of(right.column(name), static_cast<std::size_t>(r));
            ASSERT_EQ(cell_of(found.column(name), row), wanted) << name << row;
            if (is_key(name)) continue;
            wanted = r >= 0 ? cell_of(right.column(name), static_cast<std::size_t>(r)) : missing_cell();
            ASSERT_EQ(cell_of(found.column(name + "_right"), row), wanted) << name << row;
        }
    }
}

TEST(Join, AgreesWithTheOracleForAnyThreads) {
    Random random(testing::test_seed());
    const std::vector<std::vector<JoinKey>> key_sets = {{{"n"}}, {{"r"}}, {{"t"}, {"d"}}, {{"d"}, {"r"}, {"n"}, {"t"}}};
    for (int i = 0; i < 40 * testing::test_scale(); ++i) {
        const Table left = random_table(random, random.below(40));
        const Table right = random_table(random, random.below(40));
        for (const auto& keys : key_sets)
            for (const Kind kind : kKinds) {
                const Join how = {.kind = kind, .keys = keys};
                const Table found = join(left, right, how, {});
                if (kind == Kind::Semi || kind == Kind::Anti) {
                    ASSERT_EQ(encode_value(found), encode_value(left.take(plain_rows(left, right, how))));
                } else {
                    const PlainPairs pairs = plain_pairs(left, right, keys, kind);
                    ASSERT_NO_FATAL_FAILURE(expect_pairs(found, left, right, keys, pairs));
                }
                if (i > 2) continue;
                with_any_threads([&](const Exec& exec) {
                    EXPECT_EQ(encode_value(join(left, right, how, exec)), encode_value(found));
                });
            }
    }
}

TEST(Join, InPartsIsTheWhole) {
    Random random(testing::test_seed());
    for (int i = 0; i < 20 * testing::test_scale(); ++i) {
        const Table left = random_table(random, random.below(30));
        const Table right = random_table(random, random.below(30));
        for (const Kind kind : kKinds) {
            const Join how = {.kind = kind, .keys = {{"t"}}};
            const Table whole = join(left, right, how, {});
            const std::uint64_t most = 1 + random.below(40);
            std::vector<Table> parts;
            join_in_parts({left, right}, how, most, {}, [&](Table part) { parts.push_back(std::move(part)); });
            ASSERT_EQ(encode_value(concatenated(parts)), encode_value(whole));
            EXPECT_TRUE(whole.rows() <= most || parts.size() > 1);
        }
    }
}

TEST(Join, OfManyKeysIsTheSameForAnyThreads) {
    Random random(testing::test_seed());
    std::vector<std::int64_t> left(60'000);
    std::vector<std::int64_t> right(50'000);
    for (auto* side : {&left, &right})
        for (std::int64_t& value : *side)
            value = random.between(0, 40'000) * 1'000'003;
    std::vector<std::vector<std::int64_t>> places(40'001);
    for (std::size_t r = 0; r < right.size(); ++r)
        places[static_cast<std::size_t>(right[r] / 1'000'003)].push_back(static_cast<std::int64_t>(r));
    std::vector<std::int64_t> rows_left;
    std::vector<std::int64_t> rows_right;
    for (std::size_t l = 0; l < left.size(); ++l)
        for (const std::int64_t r : places[static_cast<std::size_t>(left[l] / 1'000'003)]) {
            rows_left.push_back(static_cast<std::int64_t>(l));
            rows_right.push_back(r);
        }
    const auto numbered = [](const std::vector<std::int64_t>& keys, const std::string& name) {
        std::vector<std::int64_t> numbers(keys.size());
        std::iota(numbers.begin(), numbers.end(), 0);
        return Table({Column::int64("k", keys), Column::int64(name, numbers)});
    };
    const Table left_table = numbered(left, "l");
    const Table right_table = numbered(right, "r");
    with_any_threads([&](const Exec& exec) {
        const Table found = join(left_table, right_table, {.keys = {{"k"}}}, exec);
        EXPECT_TRUE(found.column("l").int64s() == rows_left);
        EXPECT_TRUE(found.column("r").int64s() == rows_right);
    });
}

TEST(Join, OfOneKeyWithManyRows) {
    constexpr std::size_t kMatches = 40'000;
    constexpr std::size_t kLonely = 20'000;
    std::vector<std::int64_t> keys(kMatches, 1);
    keys.resize(kMatches + kLonely, 3);
    std::vector<std::int64_t> numbers(keys.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    const Table left({Column::int64("k", {1, 2, 1}), Column::int64("l", {0, 1, 2})});
    const Table right({Column::int64("k", keys), Column::int64("r", numbers)});
    with_any_threads([&](const Exec& exec) {
        const Table found = join(left, right, {.kind = Kind::Full, .keys = {{"k"}}}, exec);
        ASSERT_EQ(found.rows(), 2 * kMatches + 1 + kLonely);
        const auto expect_row = [&](std::size_t row, const Cell& l, const Cell& r) {
            ASSERT_EQ(cell_of(found.column("l"), row), l) << row;
            ASSERT_EQ(cell_of(found.column("r"), row), r) << row;
        };
        const auto number = [](std::size_t value) { return Cell{0, static_cast<std::int64_t>(value), 0, ""}; };
        for (std::size_t i = 0; i < kMatches; ++i) {
            ASSERT_NO_FATAL_FAILURE(expect_row(i, number(0), number(i)));
            ASSERT_NO_FATAL_FAILURE(expect_row(kMatches + 1 + i, number(2), number(i)));
        }
        expect_row(kMatches, number(1), missing_cell());
        for (std::size_t i = 0; i < kLonely; ++i)
            ASSERT_NO_FATAL_FAILURE(expect_row(2 * kMatches + 1 + i, missing_cell(), number(kMatches + i)));
    });
}

TEST(AsofJoin, TakesTheLastRowNotLater) {
    const Table left({Column::text("who", {"a", "a", "b", "a", "c", "a"}),
                      Column::int64("time", {10, 9, 100, 0, 5, 4}, {true, true, true, false, true, true})});
    const Table right({Column::int64("time", {10, 5, 10, 50, 5}),
                       Column::text("who", {"a", "a", "a", "b", ""}, {true, true, true, true, false}),
                       Column::int64("price", {1, 2, 3, 4, 5})});
    const auto prices = [&](std::optional<std::int64_t> tolerance) {
        return asof_join(left, right, {.left_time = "time", .keys = {{"who"}}, .tolerance = tolerance}, {})
            .column("price");
    };
    EXPECT_EQ(prices({}), Column::int64("price", {3, 2, 4, 0, 0, 0}, {true, true, true, false, false, false}));
    EXPECT_EQ(prices(4), Column::int64("price", {3, 2, 0, 0, 0, 0}, {true, true, false, false, false, false}));
    EXPECT_EQ(prices(3), Column::int64("price", {3, 0, 0, 0, 0, 0}, {true, false, false, false, false, false}));
    const auto fault = [&](const AsofJoin& how) { return error_of([&] { asof_join(left, right, how, {}); }).fault(); };
    EXPECT_EQ(fault({.left_time = "who"}), Fault::Usage);
    EXPECT_EQ(fault({.left_time = "time", .tolerance = -1}), Fault::Usage);
    EXPECT_EQ(fault({.left_time = "time", .real_tolerance = 1.0}), Fault::Usage);
    EXPECT_EQ(fault({.left_time = "time", .right_time = "who"}), Fault::Usage);
    Budget small("small", 1000);
    EXPECT_EQ(fault({.left_time = "time", .budget = &small}), Fault::Limit);
}

/// The oracle: all right rows are looked at.
std::int64_t plain_asof(const Table& left, std::size_t l, const Table& right, const AsofJoin& how) {
    const Cell time = cell_of(left.column(how.left_time), l);
    std::int64_t best = -1;
    Cell best_time;
    for (std::size_t r = 0; r < right.rows(); ++r) {
        const Cell other = cell_of(right.column(how.left_time), r);
        if (std::get<0>(time) != 0 || std::get<0>(other) != 0 || other > time) continue;
        if (!are_equal(left, l, right, r, how.keys) || (best >= 0 && other < best_time)) continue;
        best = static_cast<std::int64_t>(r);
        best_time = other;
    }
    if (best < 0) return best;
    if (how.tolerance && std::get<1>(time) - std::get<1>(best_time) > *how.tolerance) return -1;
    if (how.real_tolerance && time != best_time && std::get<2>(time) - std::get<2>(best_time) > *how.real_tolerance)
        return -1;
    return best;
}

TEST(AsofJoin, AgreesWithTheOracleForAnyThreads) {
    Random random(testing::test_seed());
    const std::vector<AsofJoin> hows = {{.left_time = "d"},
                                        {.left_time = "d", .keys = {{"t"}}, .tolerance = 2},
                                        {.left_time = "r", .keys = {{"d"}}},
                                        {.left_time = "r", .keys = {{"t"}, {"n"}}, .real_tolerance = 4.0}};
    for (int i = 0; i < 40 * testing::test_scale(); ++i) {
        const Table left = random_table(random, random.below(60));
        const Table right = random_table(random, i == 0 ? 10'000 : random.below(60));
        for (const AsofJoin& how : hows) {
            const Table found = asof_join(left, right, how, {});
            ASSERT_EQ(found.rows(), left.rows());
            for (std::size_t l = 0; l < left.rows(); ++l) {
                const std::int64_t row = plain_asof(left, l, right, how);
                const Column& numbers = found.column("row_right");
                ASSERT_EQ(numbers.is_valid(l) ? numbers.int64s()[l] : -1, row);
            }
            if (i > 5) continue;
            with_any_threads([&](const Exec& exec) {
                EXPECT_EQ(encode_value(asof_join(left, right, how, exec)), encode_value(found));
            });
        }
    }
}

}  // namespace
}  // namespace hone
