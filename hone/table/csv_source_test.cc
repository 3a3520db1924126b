#include "hone/table/csv_source.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

using Names = std::vector<std::string>;

CsvSource opened(std::string_view bytes) {
    static MemoryFiles files;  // outlives the sources
    write_file(files, "f.csv", bytes);
    return open_csv(files, "f.csv", {});
}

Names names_of(std::string_view bytes) {
    return opened(bytes).header.names;
}

Error error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

/// Expects Fault::Input with these words, and the name of the file.
void expect_refused(std::string_view bytes, std::string_view words) {
    const Error error = error_of([&] { opened(bytes); });
    EXPECT_EQ(error.fault(), Fault::Input) << error.message();
    EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("f.csv"), std::string::npos) << error.message();
}

TEST(CsvSource, ReadsTheHeaderInAllItsForms) {
    EXPECT_EQ(names_of("a,b\n1,2\n"), (Names{"a", "b"}));
    EXPECT_EQ(names_of("a,b\r\n1,2\r\n"), (Names{"a", "b"}));
    EXPECT_EQ(names_of("a,b"), (Names{"a", "b"}));
    EXPECT_EQ(names_of("a,b\r"), (Names{"a", "b"}));
    EXPECT_EQ(names_of("\xEF\xBB\xBF\"a\",b\n"), (Names{"a", "b"}));
    EXPECT_EQ(names_of(" a ,\" b \", \"c\" \n"), (Names{"a", "b", "c"}));
    EXPECT_EQ(names_of("\"a,\n\"\"1\"\"\",b\n"), (Names{"a,\n\"1\"", "b"}));
    EXPECT_EQ(names_of("Gr\xF6\xDF"
                       "e,H\xC3\xB6he\n"),
              (Names{"Gr\xC3\xB6\xC3\x9F"
                     "e",
                     "H\xC3\xB6he"}));
    EXPECT_EQ(names_of(",a,,\n"), (Names{"", "a", "", ""}));
}

TEST(CsvSource, KnowsWhereTheDataBegins) {
    const CsvSource plain = opened("a,\"b\n\"\r\n1,2\n");
    EXPECT_EQ(plain.header.data_offset, 8u);
    EXPECT_EQ(plain.header_bytes, "a,\"b\n\"\r\n");
    EXPECT_FALSE(plain.header.has_bom);
    const CsvSource marked = opened("\xEF\xBB\xBFx\n1\n");
    EXPECT_EQ(marked.header.data_offset, 5u);
    EXPECT_TRUE(marked.header.has_bom);
    EXPECT_EQ(opened("a,b").header.data_offset, 3u);
}

TEST(CsvSource, ReadsLongHeaders) {
    Names names;
    for (int i = 0; i < 30'000; ++i)
        names.push_back(cat("column ", i));
    EXPECT_EQ(names_of(join(names, ",") + "\n1,2,3\n"), names);
    EXPECT_EQ(names_of(join(names, ",")), names);
    // The line feed is the last, and the first, byte of a step of reading.
    for (const std::size_t size : {std::size_t{(64 << 10) - 1}, std::size_t{64 << 10}})
        EXPECT_EQ(names_of(std::string(size, 'x') + "\ny"), Names{std::string(size, 'x')});
}

TEST(CsvSource, RefusesFilesWithoutAHeader) {
    expect_refused("", "empty");
    expect_refused("\n1,2\n", "header line");
    expect_refused(" \r\n1,2\n", "header line");
    expect_refused("\xEF\xBB\xBF", "header line");
    expect_refused("\xEF\xBB\xBF\n", "header line");
    expect_refused("a,\"b\n1,2\n", "quote in the header never ends");
    expect_refused("a,b,a\n", "column name comes twice");
    expect_refused("a,b,\"a\"\n", "column name comes twice");
    expect_refused(std::string((17 << 20), 'x'), "first line does not end");
}

TEST(CsvSource, AbsenceIsNotFound) {
    MemoryFiles files;
    EXPECT_EQ(error_of([&] { open_csv(files, "none.csv", {}); }).fault(), Fault::NotFound);
}

TEST(CsvPlan, FindsTheCommasBesideWantedColumns) {
    const CsvSource source = opened("a,b,c,d,e\n");
    const std::vector<CsvColumn> wanted = {{.name = "d"}, {.name = "a"}, {.name = "e"}, {.name = "d"}};
    const CsvPlan plan = plan_csv(source, wanted, {});
    EXPECT_EQ(plan.columns, 5u);
    EXPECT_EQ(plan.commas, (std::vector<std::uint32_t>{0, 2, 3}));
    ASSERT_EQ(plan.cells.size(), 4u);
    EXPECT_EQ(plan.cells[0].place, 3u);
    EXPECT_EQ(plan.cells[0].comma_before, 1u);
    EXPECT_EQ(plan.cells[0].comma_behind, 2u);
    EXPECT_EQ(plan.cells[1].comma_before, CsvPlan::kNone);
    EXPECT_EQ(plan.cells[1].comma_behind, 0u);
    EXPECT_EQ(plan.cells[2].comma_before, 2u);
    EXPECT_EQ(plan.cells[2].comma_behind, CsvPlan::kNone);
    EXPECT_EQ(plan.cells[3].place, 3u);
}

TEST(CsvPlan, RefusesColumnsThatAreAbsent) {
    const CsvSource source = opened("altitude,width\n");
    const auto plan = [&](const std::string& name) {
        return error_of([&] { plan_csv(source, std::vector<CsvColumn>{{.name = name}}, {}); });
    };
    EXPECT_EQ(plan("altitide").fault(), Fault::Input);
    EXPECT_EQ(plan("altitide").id(), "csv.missing-column");
    EXPECT_NE(plan("altitide").message().find("altitide"), std::string::npos);
    EXPECT_EQ(plan("altitide").mend(), "Did you mean altitude?");
    EXPECT_EQ(plan("unlike").fault(), Fault::Input);
    EXPECT_EQ(plan("unlike").id(), "csv.missing-column");
    EXPECT_EQ(plan("unlike").mend(), "");
}

TEST(CsvPlan, RefusesScalesOutOfRange) {
    const CsvSource source = opened("a\n");
    for (const int scale : {-1, 19}) {
        const std::vector<CsvColumn> wanted = {{.name = "a", .kind = CsvColumn::Kind::Decimal, .scale = scale}};
        EXPECT_EQ(error_of([&] { plan_csv(source, wanted, {}); }).fault(), Fault::Bug);
    }
}

}  // namespace
}  // namespace hone
