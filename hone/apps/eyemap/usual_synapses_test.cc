// Rows of synapses by the short way are those by the long one: the same packed bytes, columns and findings.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/source_examples.h"
#include "hone/apps/eyemap/table_rows.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

enum class Way { Short, Long };

/// What the two ways gave.
std::array<std::string, 2>& last_readings() {
    static std::array<std::string, 2> readings;
    return readings;
}

std::string shown(const Intake& intake, const IssueList& issues) {
    std::string text;
    for (std::uint32_t type = 0; type < intake.types(); ++type) {
        const Buffer packed = intake.streams().read(type);
        text += cat("type ", intake.type_name(type), intake.is_wanted(type) ? " wanted" : "", ": ", packed.size(),
                    " bytes, hash ", hash64(packed.bytes()), '\n');
    }
    for (const auto& [place, mask] : intake.seen().masks()) {
        text += cat("seen in ", place.first, side_letter(place.second), ':');
        for (const Hex hex : mask)
            text += cat(' ', hex.hex1, ',', hex.hex2);
        text += '\n';
    }
    for (const Issue& issue : issues.kept())
        text += cat(issue.id, ' ', severity_name(issue.severity), ' ', issue.row, ' ', issue.column, ": ",
                    issue.message, '\n');
    return text;
}

std::string read_rows(Run& run, const SourceOptions& options, CellUse use, Way way) {
    const Input& input = run.input("input");
    const ReadRules rules = hone::eyemap::read_rules(options);
    IssueList issues;
    FindingLog log(issues, {{input.label, "input.csv"}}, rules.is_strict);
    Intake intake(run, rules, declared_regions(options), log, Budget::kUnlimited);
    CsvOptions csv;
    csv.missing.clear();
    const std::vector<std::string> names = CsvReader(run.files(), input.path, csv).header().names;
    const RowLayout layout =
        layout_rows(names, TableKind::Synapses, rules.legacy.layers_from_zero ? 0 : 1, "input.csv");
    TableRows rows(intake, layout, 0, use, ColumnBase::Decimal);
    std::string end;
    try {
        run.chunks("read", input, layout.wanted, csv, [&](CsvChunk& chunk) {
            for (const auto& [line, fields] : chunk.misshapen)
                rows.take_misshapen(line, fields, names.size());
            const auto raw = [&](std::size_t row, std::size_t column) { return chunk.raw(row, column); };
            RowBatch batch{.rows = chunk.rows, .lines = chunk.lines, .columns = {}, .raw = raw};
            for (const CsvChunk::Values& values : chunk.columns)
                batch.columns.push_back(&values);
            way == Way::Short ? rows.take(batch) : rows.take_plainly(batch);
        });
        rows.finish();
    } catch (const Error& error) {
        end = cat("ends with ", error.message(), '\n');
    }
    return shown(intake, issues) + end + cat(intake.bodies().size(), " bodies");
}

Outputs read_both(Run& run, const SourceOptions& options) {
    const CellUse use = options.kind.empty() ? CellUse::Numbers : CellUse::UniverseOnly;
    last_readings() = {read_rows(run, options, use, Way::Short), read_rows(run, options, use, Way::Long)};
    return {};
}

/// Reads a text in both ways.
std::array<std::string, 2> read_text(SourceOptions options, std::string_view text) {
    MemoryFiles files;
    files.make_folders("/data");
    write_file(files, "/data/input.csv", text);
    Params<SourceOptions> params;
    declare_source(params);
    App app;
    app.name = "eyemap";
    app.tasks.push_back(make_task("both", "Reads rows in both ways", 1, params, &read_both));
    EngineOptions how;
    how.files = &files;
    how.work_folder = "/work";
    options.input = {"/data/input.csv"};
    Engine engine(how);
    engine.run(app, "both", options);
    return last_readings();
}

/// Rows of an export, of which one cell in `one_in` is odd.
class RowText {
public:
    RowText(Random& random, std::uint64_t one_in) : random_(random), one_in_(one_in) {}

    std::string table() {
        const bool has_side = random_.below(4) != 0, has_counts = random_.below(4) != 0;
        std::string text = "type,body_id,region,side,hex1,hex2,layer,synapses";
        text += cat(has_side ? ",soma_side" : "", has_counts ? ",pre,post\n" : "\n");
        for (std::uint64_t rows = random_.below(600); rows > 0; --rows) {
            turn();
            text +=
                cat(odd({"", " T1", "\"T,2\"", "T\x01", "\xFF", "T1 "}, type_), ',',
                    odd({"", "x", "12.0", "1e3", " 7", "-4", "99999999999999999999", "1.5"}, cat(body_)), ',',
                    odd({"", "XX", "ME(R)", "ME(L)", " ME", "me"}, region_), ',', odd({"", "R ", "X", "left"}, side_));
            for (const std::int64_t hex : {random_.between(0, 40), random_.between(0, 40)})
                text += cat(',', odd({"", "1000", "-1000", "1001", "-1001", "32767", "40000", "3.0", "x"}, cat(hex)));
            text += cat(',', odd({"", "0", "-1", "12", "998", "999", "1000", "x"}, cat(random_.between(1, 7))));
            const std::int64_t pre = random_.between(0, 90), post = random_.between(0, 160);
            text += ',' + count(random_.below(3) == 0 ? random_.between(0, 20'000) : pre + post);
            if (has_side) text += ',' + odd({"", "M", "lhs", "?"}, soma_side_);
            if (has_counts) text += cat(',', count(pre), ',', count(post));
            text += random_.below(5 * one_in_) == 0 ? ",more\n" : "\n";
        }
        return text;
    }

private:
    std::string odd(std::initializer_list<std::string_view> odd_ones, std::string usual) {
        return random_.below(one_in_) == 0 ? std::string(odd_ones.begin()[random_.below(odd_ones.size())])
                                           : std::move(usual);
    }
    std::string count(std::int64_t usual) {
        return odd({"", "0", "-1", "9007199254740992", "9007199254740993", "1e400", "nan", "2.0", "2.5"}, cat(usual));
    }
    /// Begins another cell, type or column now and then.
    void turn() {
        constexpr std::array<std::string_view, 5> kTypes = {"T", "T10000", "T10001", "LongerThanEight",
                                                            "A type of many words"};
        constexpr std::array<std::string_view, 3> kRegions = {"ME", "LO", "LOP"};
        if (random_.below(8) == 0) type_ = kTypes[random_.below(kTypes.size())];
        if (random_.below(4) == 0)
            body_ = random_.below(3) == 0 ? random_.below(20) : 1'000'000'000 + random_.below(40);
        if (random_.below(8) == 0) region_ = kRegions[random_.below(kRegions.size())];
        if (random_.below(8) == 0) side_ = random_.below(2) == 0 ? "L" : "R";
        if (random_.below(8) == 0) soma_side_ = random_.below(2) == 0 ? "L" : "R";
    }

    Random& random_;
    std::uint64_t one_in_;
    std::string type_ = "T", region_ = "ME", side_ = "R", soma_side_ = "R";
    std::uint64_t body_ = 1;
};

SourceOptions random_options(Random& random) {
    SourceOptions options;
    if (random.below(4) == 0) options.population = random.below(2) == 0 ? "left" : "middle";
    if (random.below(4) == 0) options.unlayered = "drop";
    if (random.below(4) == 0) options.unknown_region = "skip";
    if (random.below(4) == 0) options.legacy.emplace_back("layers-from-zero");
    if (random.below(4) == 0) options.legacy.emplace_back("split-population");
    options.strict = random.below(8) == 0;
    if (random.below(8) == 0) options.kind = {"synapses"};  // here: the rows only say which columns exist
    return options;
}

TEST(UsualSynapses, AreReadAsAllRowsAre) {
    Random random(testing::test_seed());
    for (int round = 0; round < 150 * testing::test_scale(); ++round) {
        constexpr std::array<std::uint64_t, 4> kOneIn = {10, 100, 1000, 1'000'000};
        RowText rows(random, kOneIn[random.below(kOneIn.size())]);
        const std::string text = rows.table();
        const auto [by_short, by_long] = read_text(random_options(random), text);
        ASSERT_EQ(by_short, by_long) << text;
    }
}

TEST(UsualSynapses, OddRowsAreToldWithTheirLines) {
    const auto [by_short, by_long] = read_text({},
                                               "type,body_id,soma_side,region,side,hex1,hex2,layer,synapses\n"
                                               "T,1,R,ME,R,5,5,1,10\n"
                                               "T,1,R,ME,R,5,5,2,-3\n"
                                               "T,x,R,ME,R,5,5,3,10\n"
                                               "T,1,L,ME,R,5,5,11,10\n");
    EXPECT_EQ(by_short, by_long);
    for (const std::string_view line :
         {"eyemap.negative-count error 3 synapses: T in ME (R): ", "eyemap.bad-number error 4 body_id: T in ME (R): ",
          "eyemap.unknown-layer warning 5 layer: T in ME (R), column 5,5: layer 11 is beyond the 10 of the region",
          "eyemap.body-conflict warning 5 body_id: body 1 comes with two sides"})
        EXPECT_NE(by_short.find(line), std::string::npos) << line << by_short;
}

}  // namespace
}  // namespace hone::eyemap
