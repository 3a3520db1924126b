#include "hone/formats/workbook_writer.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/formats/workbook.h"
#include "hone/formats/zip_archive.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using std::chrono::year;

Workbook read(std::string_view bytes) {
    static Budget budget("test");
    return read_workbook(bytes, budget, Cancel());
}

std::string part(std::string_view bytes, std::string_view name) {
    ZipArchive zip(bytes, 1 << 20);
    std::string content;
    zip.read(name, [&](std::string_view piece) { content += piece; });
    return content;
}

Fault fault_of(const std::vector<SheetToWrite>& sheets) {
    try {
        write_workbook(sheets);
    } catch (const Error& error) {
        return error.fault();
    }
    return Fault::Bug;
}

/// A number of 15 significant digits: 16 are kept.
double random_number(Random& random) {
    const double number = static_cast<double>(random.below(1'000'000'000'000'000)) / 1000;
    return random.below(2) == 0 ? number : -number;
}

TEST(WriteWorkbook, IsReadBackCellForCell) {
    Random random(testing::test_seed());
    for (int round = 0; round < 20 * testing::test_scale(); ++round) {
        std::vector<SheetToWrite> sheets;
        std::vector<std::vector<std::vector<std::string>>> expected;
        for (std::uint64_t s = 1 + random.below(3); s > 0; --s) {
            SheetToWrite sheet{cat("Sheet ", s), {{"text"}, {"number", 12, "0.00"}, {"day"}}, {}};
            std::vector<std::vector<std::string>> rows = {{"text", "number", "day"}};
            for (std::uint64_t r = random.below(30); r > 0; --r) {
                const double number = random_number(random);
                const std::string text = cat(" <a> & \"b\"\n\xC3\xA1 ", r);
                sheet.rows.push_back(
                    {text, number, year(2020) / std::chrono::January / std::chrono::day(static_cast<unsigned>(r))});
                rows.push_back({text, shortest(number), cat("2020-01-", r < 10 ? "0" : "", r)});
            }
            sheets.push_back(std::move(sheet));
            expected.push_back(std::move(rows));
        }
        const Workbook made = read(write_workbook(sheets));
        ASSERT_EQ(made.sheets.size(), sheets.size());
        for (std::size_t s = 0; s < sheets.size(); ++s) {
            EXPECT_EQ(made.sheets[s].name, sheets[s].name);
            ASSERT_EQ(made.sheets[s].rows, expected[s]);
        }
        EXPECT_TRUE(made.mistakes.empty());
    }
}

TEST(WriteWorkbook, KeepsSixteenDigits) {
    const std::string bytes =
        write_workbook(std::vector<SheetToWrite>{{"a", {{"x"}}, {{1.0 / 3}, {9'007'199'254'740'991.0}, {-1e-300}}}});
    const Workbook made = read(bytes);
    EXPECT_EQ(made.sheets[0].at(1, 0), "0.3333333333333333");
    EXPECT_EQ(made.sheets[0].at(2, 0), "9007199254740991");
    EXPECT_EQ(made.sheets[0].at(3, 0), "-1e-300");
}

TEST(WriteWorkbook, GivesEqualBytesForEqualSheets) {
    const std::vector<SheetToWrite> sheets = {{"a", {{"x"}}, {{1.0}, {year(1900) / 3 / 1}, {std::monostate()}}}};
    const std::string bytes = write_workbook(sheets);
    EXPECT_EQ(write_workbook(sheets), bytes);
    EXPECT_NE(part(bytes, "docProps/core.xml").find("2000-01-01T00:00:00Z"), std::string::npos);
}

TEST(WriteWorkbook, MakesABoldHeaderThatStays) {
    const std::string bytes =
        write_workbook(std::vector<SheetToWrite>{{"a", {{"wide", 30}, {"fitting"}}, {{"x", std::string(20, 'y')}}}});
    const std::string sheet = part(bytes, "xl/worksheets/sheet1.xml");
    EXPECT_NE(sheet.find("ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\""),
              std::string::npos);
    EXPECT_NE(sheet.find("<c r=\"A1\" s=\"1\" t=\"s\">"), std::string::npos) << sheet;
    EXPECT_NE(sheet.find("<col min=\"1\" max=\"1\" width=\"30."), std::string::npos) << sheet;
    EXPECT_NE(sheet.find("<col min=\"2\" max=\"2\" width=\"21."), std::string::npos) << sheet;
    EXPECT_NE(part(bytes, "xl/styles.xml").find("<b/>"), std::string::npos);
}

TEST(WriteWorkbook, RefusesWhatFilesCannotHold) {
    const auto sheet = [](std::string name, std::vector<std::vector<SheetCell>> rows = {}) {
        return std::vector<SheetToWrite>{{std::move(name), {{"x"}}, std::move(rows)}};
    };
    EXPECT_EQ(fault_of({}), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a/b")), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("")), Fault::Usage);
    EXPECT_EQ(fault_of(sheet(std::string(32, 'a'))), Fault::Usage);
    EXPECT_EQ(fault_of({{"a", {}, {}}, {"A", {}, {}}}), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a", {{std::numeric_limits<double>::infinity()}})), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a", {{std::string(32'768, 'a')}})), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a", {{std::string("\0", 1)}})), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a", {{std::string("\xFF")}})), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a", {{year(1899) / 12 / 31}})), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a", {{year(2021) / 2 / 29}})), Fault::Usage);
    EXPECT_EQ(fault_of(sheet("a", {std::vector<SheetCell>(16'385)})), Fault::Usage);
}

}  // namespace
}  // namespace hone
