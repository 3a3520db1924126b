// Random tables against a plain oracle: every row through std::map.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "hone/apps/eyemap/source_examples.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

/// A raw row as text and as numbers.
struct PlainRow {
    std::string type;
    std::uint64_t body = 0;
    char body_side = 'R';
    std::string region;
    char side = 'R';
    int hex1 = 0, hex2 = 0;
    int layer = 0;  // 0: none
    std::int64_t synapses = 0, pre = 0, post = 0;
};

const std::vector<std::string> kTypeNames = {"Tm3", "Mi1", "T4 (x)", "Z\xC3\xA9<7>&'q'", "Dm9", "a,b\"c"};

std::vector<PlainRow> random_rows(Random& random, std::size_t count) {
    constexpr std::string_view kRegions[] = {"ME", "LO", "LOP"};
    std::vector<PlainRow> rows;
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_near = i > 0 && random.below(3) != 0;
        PlainRow row = is_near ? rows.back() : PlainRow{};
        if (!is_near) {
            row.type = kTypeNames[random.below(kTypeNames.size())];
            row.body = random.below(4) == 0 ? ~std::uint64_t{0} - random.below(5) : 10'000'000 + random.below(40);
            row.region = kRegions[random.below(3)];
            row.side = random.below(2) == 0 ? 'L' : 'R';
        }
        row.body_side = "LRM"[random.below(3)];
        if (random.below(2) == 0) row.hex1 = static_cast<int>(random.between(10, 14));
        if (random.below(2) == 0) row.hex2 = static_cast<int>(random.between(12, 15));
        if (row.hex1 == 0) row.hex1 = 12;
        if (row.hex2 == 0) row.hex2 = 13;
        row.layer = static_cast<int>(random.below(random.below(20) == 0 ? 30 : 5));
        row.synapses = random.below(5) == 0 ? 0 : random.between(1, 300);
        row.pre = random.below(3) == 0 ? 0 : row.synapses / 3;
        row.post = row.synapses - row.pre;
        rows.push_back(row);
    }
    return rows;
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char letter : text)
        out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return out + '"';
}

std::string csv_of(Random& random, const std::vector<PlainRow>& rows) {
    const char separator = ",;\t"[random.below(3)];
    const std::string line_end = random.below(2) == 0 ? "\n" : "\r\n";
    const bool carries_side = random.below(2) == 0;
    std::string text = random.below(2) == 0 ? "\xEF\xBB\xBF" : "";
    const std::vector<std::string> names = {"soma_side", "Type", "note", "REGION", "side", "hex1_id",
                                            "olhex2",    "pre",  "post", "layer",  "n",    "bodyId"};
    text += join(names, std::string(1, separator)) + line_end;
    for (const PlainRow& row : rows) {
        const std::string region = carries_side ? cat(row.region, '(', row.side, ')') : row.region;
        const std::vector<std::string> cells = {std::string(1, row.body_side),
                                                quoted(row.type),
                                                "x",
                                                region,
                                                carries_side && random.below(2) == 0 ? "" : std::string(1, row.side),
                                                cat(row.hex1),
                                                cat(row.hex2, random.below(4) == 0 ? ".0" : ""),
                                                cat(row.pre),
                                                cat(row.post),
                                                row.layer == 0 ? "" : cat(row.layer),
                                                cat(row.synapses),
                                                cat(row.body)};
        text += join(cells, std::string(1, separator)) + line_end;
    }
    return text;
}

struct PlainColumn {
    std::int64_t synapses = 0, pre = 0, post = 0;
    std::set<std::uint64_t> cells;
    std::map<int, std::int64_t> layer_synapses;
    std::map<int, std::set<std::uint64_t>> layer_cells;
};

using PlainColumns = std::map<std::pair<int, int>, PlainColumn>;

/// What is shown of the columns of one map.
std::string plain_columns(const PlainColumns& columns) {
    int layers = 0;
    for (const auto& [hex, column] : columns)
        for (const auto& [layer, synapses] : column.layer_synapses)
            if (synapses > 0) layers = std::max(layers, layer);
    std::string text;
    for (const auto& [hex, column] : columns) {
        text += cat("    ", hex.first, ',', hex.second, " s", column.synapses, " c", column.cells.size(), " p",
                    column.pre, '/', column.post);
        for (int layer = 1; layer <= layers; ++layer) {
            const auto sum = column.layer_synapses.find(layer);
            const auto cells = column.layer_cells.find(layer);
            text += cat(layer == 1 ? " [" : " ", sum == column.layer_synapses.end() ? 0 : sum->second, '/',
                        cells == column.layer_cells.end() ? 0 : cells->second.size());
        }
        text += layers > 0 ? "]\n" : "\n";
    }
    return text;
}

/// The definition, row by row.
std::string plain_aggregate(const std::vector<PlainRow>& rows, char population, bool drops_unlayered, bool splits) {
    std::map<std::string, std::map<std::pair<std::size_t, char>, PlainColumns>> types;
    const Regions regions = Regions::builtin();
    for (const PlainRow& row : rows) {
        auto& sets = types[row.type];
        if (drops_unlayered && row.layer == 0) continue;
        const bool is_in = population == 0 || row.body_side == population;
        if (!is_in && !splits) continue;
        PlainColumn& column = sets[{*regions.find(row.region), row.side}][{row.hex1, row.hex2}];
        column.synapses += row.synapses;
        column.pre += row.pre;
        column.post += row.post;
        if (is_in && row.synapses > 0) column.cells.insert(row.body);
        if (row.layer == 0) continue;
        column.layer_synapses[row.layer] += row.synapses;
        if (is_in && row.synapses > 0) column.layer_cells[row.layer].insert(row.body);
    }
    std::string text;
    for (const auto& [name, sets] : types) {
        text += name + '\n';
        for (const auto& [key, columns] : sets)
            text += cat("  ", regions[key.first].name, ' ', key.second, '\n', plain_columns(columns));
    }
    return text;
}

/// Rows in several files, so that a type comes from more than one.
std::vector<Path> written(Random& random, const std::vector<PlainRow>& rows, const testing::TemporaryFolder& folder) {
    std::vector<Path> paths;
    std::size_t at = 0;
    while (at < rows.size()) {
        const std::size_t count = std::min<std::size_t>(rows.size() - at, 1 + random.below(rows.size()));
        const std::vector<PlainRow> part(rows.begin() + static_cast<std::ptrdiff_t>(at),
                                         rows.begin() + static_cast<std::ptrdiff_t>(at + count));
        paths.push_back(folder.write(cat("rows", paths.size(), ".csv"), csv_of(random, part)));
        at += count;
    }
    return paths;
}

TEST(Aggregate, RawRowsAreSummedAsByTheOracle) {
    Random random(testing::test_seed());
    for (int round = 0; round < 40 * testing::test_scale(); ++round) {
        const testing::TemporaryFolder folder;
        const std::vector<PlainRow> rows = random_rows(random, 1 + random.below(400));
        SourceOptions options;
        const char population = "\0LRM"[random.below(4)];
        if (population != 0) options.population = std::string(1, population);
        const bool drops = random.below(3) == 0;
        if (drops) options.unlayered = "drop";
        const bool splits = random.below(3) == 0;
        if (splits) options.legacy = {"split-population"};
        const Loaded loaded = load(options, written(random, rows, folder));
        ASSERT_EQ(shown(*loaded.set), plain_aggregate(rows, population, drops, splits)) << "round " << round;
    }
}

TEST(Aggregate, ManyRowsInAnyWayOfWorkingGiveTheSame) {
    Random random(testing::test_seed());
    const testing::TemporaryFolder folder;
    const std::vector<PlainRow> rows = random_rows(random, 150'000);
    const std::vector<Path> paths = written(random, rows, folder);
    const std::string expected = plain_aggregate(rows, 0, false, false);
    EngineOptions plain;
    plain.is_plain = true;
    EngineOptions small;
    small.threads = 2;
    small.most_pieces = 5;
    small.work_folder = folder.path() / "work";
    for (const EngineOptions& how : {plain, small}) {
        const Loaded whole = load({}, paths, how);
        EXPECT_TRUE(shown(*whole.set) == expected);
        const Loaded one_by_one = load({}, paths, how, "types");
        EXPECT_EQ(one_by_one.execution.fallbacks.empty(), how.is_plain) << "rows go to disk in pieces";
        EXPECT_TRUE(shown(*one_by_one.set) == expected);
        EXPECT_EQ(whole.findings(), one_by_one.findings());
    }
}

/// An aggregated row; nothing: an empty cell.
struct PlainAggregate {
    std::string type, region;
    char side = 'R';
    int hex1 = 0, hex2 = 0;
    std::vector<std::optional<std::int64_t>> counts;  // total, cells, syn_1, syn_2, cells_1, cells_2
};

std::int64_t even_mean(std::int64_t sum, std::int64_t n) {
    const std::int64_t floor = sum / n;
    const std::int64_t rest = sum % n * 2;
    return rest > n || (rest == n && floor % 2 != 0) ? floor + 1 : floor;
}

/// Counts of rows with one key by policy.
std::vector<std::optional<std::int64_t>> plain_join(const std::vector<PlainAggregate>& rows,
                                                    const std::string& policy) {
    if (policy == "first" || policy == "error") return rows.front().counts;
    if (policy == "last") return rows.back().counts;
    std::vector<std::optional<std::int64_t>> joined(rows.front().counts.size());
    for (std::size_t c = 0; c < joined.size(); ++c) {
        std::int64_t n = 0;
        std::int64_t sum = 0;
        for (const PlainAggregate& row : rows)
            if (row.counts[c]) ++n, sum += *row.counts[c];
        if (n > 0) joined[c] = policy == "mean" ? even_mean(sum, n) : sum;
    }
    return joined;
}

std::vector<PlainAggregate> random_aggregates(Random& random) {
    std::vector<PlainAggregate> rows;
    for (std::uint64_t n = 1 + random.below(60); n > 0; --n) {
        PlainAggregate row{.type = random.below(2) == 0 ? "A" : "B",
                           .region = random.below(2) == 0 ? "ME" : "LO",
                           .hex1 = static_cast<int>(random.between(10, 13)),
                           .hex2 = static_cast<int>(random.between(12, 14)),
                           .counts = {}};
        for (int c = 0; c < 6; ++c)
            row.counts.push_back(random.below(6) == 0 ? std::nullopt : std::optional(random.between(0, 9)));
        rows.push_back(row);
    }
    return rows;
}

std::string csv_of(const std::vector<PlainAggregate>& rows) {
    std::string csv = "type,region,side,hex1,hex2,total_synapses,neuron_count,syn_1,syn_2,cells_1,cells_2\n";
    for (const PlainAggregate& row : rows) {
        csv += cat(row.type, ',', row.region, ",R,", row.hex1, ',', row.hex2);
        for (const auto& count : row.counts)
            csv += count ? cat(',', *count) : ",";
        csv += '\n';
    }
    return csv;
}

/// Rows of one type and region by column.
using PlainGroups = std::map<std::pair<int, int>, std::vector<PlainAggregate>>;

/// What is shown of one map.
std::string plain_set(std::string_view region, const PlainGroups& columns, const std::string& policy) {
    bool fails = false;
    std::size_t layers = 0;
    std::map<std::pair<int, int>, std::vector<std::optional<std::int64_t>>> joined;
    for (const auto& [hex, group] : columns) {
        fails = fails || (policy == "error" && group.size() > 1);
        const auto& c = joined[hex] = plain_join(group, policy);
        for (std::size_t k = 1; k <= 2; ++k)
            if (c[k + 1] != 0 || c[k + 3] != 0) layers = std::max(layers, k);
    }
    std::string text = cat("  ", region, " R", fails ? " failed" : "", '\n');
    for (auto& [hex, c] : joined) {
        if (!c[0] && (c[2] || c[3])) c[0] = c[2].value_or(0) + c[3].value_or(0);
        text += cat("    ", hex.first, ',', hex.second, " s", c[0].value_or(-1), " c", c[1].value_or(-1), " p0/0");
        for (std::size_t k = 1; k <= layers; ++k)
            text += cat(k == 1 ? " [" : " ", c[k + 1].value_or(-1), '/', c[k + 3].value_or(-1));
        text += layers > 0 ? "]\n" : "\n";
    }
    return text;
}

TEST(Aggregate, ColumnsAreJoinedByThePolicyAsByTheOracle) {
    Random random(testing::test_seed());
    for (int round = 0; round < 60 * testing::test_scale(); ++round) {
        const std::string policy = std::vector<std::string>{"error", "sum", "first", "last", "mean"}[random.below(5)];
        const std::vector<PlainAggregate> rows = random_aggregates(random);
        std::map<std::string, std::map<int, PlainGroups>> groups;
        std::uint64_t repeats = 0;
        for (const PlainAggregate& row : rows) {
            auto& group = groups[row.type][row.region == "LO" ? 1 : 0][{row.hex1, row.hex2}];
            repeats += group.empty() ? 0 : 1;
            group.push_back(row);
        }
        std::string expected;
        for (const auto& [type, sets] : groups) {
            expected += type + '\n';
            for (const auto& [region, columns] : sets)
                expected += plain_set(region == 1 ? "LO" : "ME", columns, policy);
        }
        SourceOptions options;
        options.duplicates = policy;
        const Loaded loaded = load_text(csv_of(rows), options);
        ASSERT_EQ(shown(*loaded.set), expected) << policy << '\n' << csv_of(rows);
        ASSERT_EQ(loaded.count("duplicate-column"), repeats) << policy;
    }
}

TEST(Aggregate, TheWorkedExampleOfTheDefinition) {
    const std::string csv =
        "type,body_id,region,side,hex1,hex2,layer,synapses\n"
        "T,1,ME,R,5,5,1,10\nT,1,ME,R,5,5,2,4\nT,2,ME,R,5,5,2,6\n"
        "T,2,ME,R,5,6,2,1\nT,2,ME,R,5,6,,2\nT,3,ME,R,5,6,1,7\n";
    const Loaded kept = load_text(csv);
    EXPECT_EQ(shown(*kept.set), "T\n  ME R\n    5,5 s20 c2 p0/0 [10/1 10/2]\n    5,6 s10 c2 p0/0 [7/1 1/1]\n");
    EXPECT_EQ(kept.findings(),
              std::vector<std::string>{"unlayered-rows warning input.csv:6 : 1 of 6 rows (16.67 %) have no layer"});
    SourceOptions drop;
    drop.legacy = {"unlayered-drop"};
    EXPECT_EQ(shown(*load_text(csv, drop).set),
              "T\n  ME R\n    5,5 s20 c2 p0/0 [10/1 10/2]\n    5,6 s8 c2 p0/0 [7/1 1/1]\n");
}

TEST(Aggregate, SumsAboveTheLargestCountFailTheirMap) {
    const Loaded loaded = load_text(
        "type,body_id,region,side,hex1,hex2,layer,synapses\n"
        "T,1,ME,R,5,5,1,9007199254740992\nT,2,ME,R,5,5,1,1\nT,2,ME,L,5,5,1,1\n");
    EXPECT_EQ(loaded.set->types[0].sets[1].failure, "T in ME (R), column 5,5: a sum of counts is above 2^53");
    EXPECT_TRUE(loaded.set->types[0].sets[0].failure.empty());
    EXPECT_EQ(loaded.count("bad-number"), 1U);
}

TEST(Aggregate, IdenticalRawRowsAddUpAndAreTold) {
    const Loaded loaded = load_text(
        "type,body_id,region,side,hex1,hex2,layer,synapses\n"
        "T,1,ME,R,5,5,1,10\nT,1,ME,R,5,5,1,10\nT,1,ME,R,5,5,1,3\n");
    EXPECT_EQ(shown(*loaded.set), "T\n  ME R\n    5,5 s23 c1 p0/0 [23/1]\n");
    EXPECT_EQ(loaded.findings(),
              std::vector<std::string>{"duplicate-column warning input.csv:3 : T in ME (R), column 5,5: the same row "
                                       "stands in line 2; they are added"});
}

}  // namespace
}  // namespace hone::eyemap
