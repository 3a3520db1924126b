#include "hone/formats/workbook.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/formats/sheet_maker.h"
#include "hone/testing/office_files.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::XlsBuilder;
using testing::xlsx_file;

Workbook read(std::string_view bytes, const WorkbookLimits& limits = {}) {
    static Budget budget("test");
    return read_workbook(bytes, budget, Cancel(), limits);
}

/// "fault: message" of reading; empty if it was read.
std::string failure(std::string_view bytes, const WorkbookLimits& limits = {}) {
    try {
        read(bytes, limits);
    } catch (const Error& error) {
        return cat(fault_name(error.fault()), ": ", error.message());
    }
    return "";
}

/// The rows as lines with | between cells.
std::string shown(const Sheet& sheet) {
    std::string text;
    for (const auto& row : sheet.rows)
        text += cat(join(row, "|"), "\n");
    return text;
}

testing::XlsxParts one_sheet(std::string inside, std::string texts = "", std::string styles = "") {
    return {{{"One", std::move(inside)}}, std::move(texts), std::move(styles), "", ""};
}

std::string shown_xlsx(const std::string& rows, std::string texts = "", std::string styles = "") {
    return shown(
        read(xlsx_file(one_sheet(cat("<sheetData>", rows, "</sheetData>"), std::move(texts), std::move(styles))))
            .sheets.at(0));
}

TEST(CellName, CountsLettersAsSpreadsheetsDo) {
    EXPECT_EQ(cell_name(0, 0), "A1");
    EXPECT_EQ(cell_name(2, 25), "Z3");
    EXPECT_EQ(cell_name(2, 26), "AA3");
    EXPECT_EQ(cell_name(9, 701), "ZZ10");
    EXPECT_EQ(cell_name(1'048'575, 16'383), "XFD1048576");
}

TEST(Xlsx, ReadsEachKindOfCell) {
    EXPECT_EQ(shown_xlsx("<row r='1'><c r='A1' t='s'><v>1</v></c><c r='B1' t='s'><v>0</v></c></row>"
                         "<row r='3'><c r='B3'><v>1.50</v></c><c r='D3' t='b'><v>1</v></c>"
                         "<c r='E3' t='b'><v>0</v></c></row>"
                         "<row r='4'><c r='A4' t='inlineStr'><is><r><t>in</t></r><r><t xml:space='preserve'> line</t>"
                         "</r><rPh sb='0' eb='1'><t>reading</t></rPh></is></c>"
                         "<c r='B4' t='str'><f>A1&amp;B1</f><v>formula &amp; text</v></c>"
                         "<c r='C4'><f>1+1</f><v>2</v></c><c r='D4' t='d'><v>2020-01-31</v></c></row>",
                         "<si><t xml:space='preserve'> Iowa</t></si>"
                         "<si><r><rPr><b/></rPr><t>Pana</t></r><r><t>m\xC3\xA1</t></r><rPh sb='0' eb='1'><t>x</t></rPh>"
                         "</si>"),
              "Panam\xC3\xA1| Iowa\n\n|1.5||TRUE|FALSE\nin line|formula & text|2|2020-01-31\n");
}

TEST(Xlsx, CountsCellsThatHaveNoName) {
    EXPECT_EQ(shown_xlsx("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>"), "1||2\n3\n");
}

TEST(Xlsx, ReadsPrefixedElementsAndEscapes) {
    EXPECT_EQ(
        shown_xlsx("<x:row xmlns:x='u' r='1'><x:c r='A1' t='str'><x:v>a_x000A_b_x005F_c_xZZZZ_</x:v></x:c></x:row>"),
        "a\nb_c_xZZZZ_\n");
}

TEST(Xlsx, PrintsNumbersShortest) {
    EXPECT_EQ(shown_xlsx("<row><c><v>0.30000000000000004</v></c><c><v>1.0E+3</v></c><c><v>-9999</v></c>"
                         "<c><v>1e300</v></c><c><v>240.0</v></c></row>"),
              "0.30000000000000004|1000|-9999|1e300|240\n");
}

TEST(Xlsx, PrintsDatesByTheirStyle) {
    const std::string styles =
        "<numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd;@'/><numFmt numFmtId='165' "
        "formatCode='0.00\" days\"'/><numFmt numFmtId='166' formatCode='[h]:mm'/></numFmts>"
        "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
        "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='22'/><xf numFmtId='20'/><xf numFmtId='164'/>"
        "<xf numFmtId='165'/><xf numFmtId='166'/></cellXfs>";
    EXPECT_EQ(shown_xlsx("<row><c s='0'><v>43861</v></c><c s='1'><v>43861</v></c><c s='2'><v>43861.520833333336</v></c>"
                         "<c s='3'><v>0.25</v></c><c s='4'><v>1</v></c><c s='5'><v>43861</v></c><c s='6'><v>1.5</v></c>"
                         "<c s='4'><v>60</v></c><c s='4'><v>61</v></c><c s='4'><v>-1</v></c><c s='4'><v>2958465</v></c>"
                         "<c s='4'><v>2958466</v></c><c s='99'><v>5</v></c></row>",
                         "", styles),
              "43861|2020-01-31|2020-01-31T12:30:00|06:00:00|1900-01-01|43861|1.5|1900-02-29|1900-03-01|-1|9999-12-31|"
              "2958466|5\n");
    testing::XlsxParts parts = one_sheet("<sheetData><row><c s='1'><v>0</v></c></row></sheetData>", "", styles);
    parts.workbook_properties = "date1904='1'";
    EXPECT_EQ(shown(read(xlsx_file(parts)).sheets[0]), "1904-01-01\n");
}

TEST(Xlsx, KeepsTheFirstOfMergedCells) {
    const std::string cells = "<c><v>1</v></c><c><v>2</v></c><c><v>3</v></c>";
    const Workbook made = read(xlsx_file(
        one_sheet(cat("<sheetData><row>", cells, "</row><row>", cells,
                      "</row></sheetData><mergeCells><mergeCell ref='A1:B2'/><mergeCell ref='C2'/></mergeCells>"))));
    EXPECT_EQ(shown(made.sheets[0]), "1||3\n||3\n");
}

TEST(Xlsx, SaysWhichCellsAreErrors) {
    const Workbook made = read(xlsx_file(one_sheet(
        "<sheetData><row r='3'><c r='B3' t='e'><v>#N/A</v></c><c r='C3' t='s'><v>7</v></c><c r='D3'><v>x</v></c>"
        "<c r='E3'><v>inf</v></c><c r='F3'><v>1</v></c></row></sheetData>")));
    EXPECT_EQ(shown(made.sheets[0]), "\n\n|||||1\n");
    ASSERT_EQ(made.mistakes.size(), 4U);
    const Issue issue = made.mistakes[0].issue("app.bad-cell", "file.xlsx");
    EXPECT_EQ(issue.row, 3);
    EXPECT_EQ(issue.column, "One!B3");
    EXPECT_EQ(issue.severity, Severity::Error);
    EXPECT_EQ(issue.message, "the cell holds the error #N/A");
    EXPECT_EQ(made.mistakes[1].message, "there is no shared text 7");
}

TEST(Xlsx, ListsSheetsInOrderAndFindsThemInAnyCase) {
    const Workbook made = read(xlsx_file({{{"B", "<sheetData/>"}, {"a", "<sheetData/>"}}, "", "", "", ""}));
    ASSERT_EQ(made.sheets.size(), 2U);
    EXPECT_EQ(made.sheets[0].name, "B");
    EXPECT_EQ(made.find("A"), &made.sheets[1]);
    EXPECT_EQ(made.find("c"), nullptr);
    EXPECT_EQ(made.sheets[0].at(5, 5), "");
}

TEST(Xlsx, RefusesHostileFiles) {
    const std::string row = "<row><c><v>1</v></c></row>";
    testing::XlsxParts parts = one_sheet(cat("<sheetData>", row, "</sheetData>"));
    parts.prolog = "<!DOCTYPE worksheet [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    EXPECT_EQ(failure(xlsx_file(parts)), "input: XML with a document type is not read: xl/worksheets/sheet1.xml");

    std::string deep, many;
    for (int i = 0; i < 100; ++i)
        deep += "<x>";
    EXPECT_TRUE(failure(xlsx_file(one_sheet(deep))).starts_with("input: more than 64 levels")) << "nested";
    EXPECT_TRUE(failure(xlsx_file(one_sheet(cat("<!--", std::string(3 << 20, 'a'), "-->"))))
                    .starts_with("input: a tag or comment above"));
    EXPECT_TRUE(failure(xlsx_file(one_sheet(cat("<c><v>", std::string(3 << 20, '1'), "</v></c>"))))
                    .starts_with("input: a cell has more than"));

    const std::string bomb = xlsx_file(one_sheet(std::string(20 << 20, ' ')));
    EXPECT_LT(bomb.size(), 100'000U);
    WorkbookLimits limits;
    limits.unpacked_bytes = 1 << 20;
    EXPECT_TRUE(failure(bomb, limits).starts_with("limit: the file unpacks to more than it may"));

    limits = {};
    limits.held_bytes = 1 << 20;
    EXPECT_TRUE(failure(xlsx_file(one_sheet("<c r='XFD1048576'><v>1</v></c>")), limits)
                    .starts_with("limit: the cells of a workbook may take"));
    for (int i = 0; i < 1000; ++i)
        many += "<c t='s'><v>0</v></c>";
    EXPECT_TRUE(failure(xlsx_file(one_sheet(many, cat("<si><t>", std::string(30'000, 'a'), "</t></si>"))), limits)
                    .starts_with("limit:"))
        << "one text in many cells";
    limits.sheets = 1;
    EXPECT_TRUE(
        failure(xlsx_file({{{"a", ""}, {"b", ""}}, "", "", "", ""}), limits).starts_with("limit: a workbook may"));
}

TEST(Xlsx, SaysWhatIsDamaged) {
    EXPECT_EQ(failure("a,b\n1,2\n"), "input: expected a spreadsheet file, .xlsx or .xls (Excel 97 and later)");
    EXPECT_EQ(failure(""), "input: expected a spreadsheet file, .xlsx or .xls (Excel 97 and later)");
    EXPECT_EQ(failure("PK\x03\x04 and no more"), "input: the zip file is damaged: it has no directory");
    EXPECT_EQ(failure(testing::zip_file({{"word/document.xml", "<a/>"}})),
              "input: the zip file is no workbook: it has no part xl/workbook.xml");
    EXPECT_EQ(failure(xlsx_file(one_sheet("<row>"))),
              "input: damaged XML in xl/worksheets/sheet1.xml, line 2: mismatched tag");
    EXPECT_EQ(failure(xlsx_file(one_sheet("<row r='0'/>"))), "input: a row has the number '0'");
    EXPECT_EQ(failure(xlsx_file(one_sheet("<c r='XFE1'><v>1</v></c>"))), "input: a cell has the name 'XFE1'");
    EXPECT_EQ(failure(xlsx_file(one_sheet("<mergeCell ref='A1:'/>"))), "input: merged cells have the name 'A1:'");
    std::string cut = xlsx_file(one_sheet("<sheetData/>"));
    cut[60] ^= 1;
    EXPECT_NE(failure(cut), "");
}

TEST(Workbook, ChargesTheBudgetAndGivesItBack) {
    Budget budget("test", 256 << 10);
    const std::string file = xlsx_file(one_sheet("<c r='A9'><v>1</v></c>"));
    EXPECT_THROW(read_workbook(file, budget, Cancel()), Error) << "a step of charging is 1 MiB";
    EXPECT_EQ(budget.used(), 0U);
    Budget large("test", 16 << 20);
    {
        const Workbook made = read_workbook(file, large, Cancel());
        EXPECT_GT(large.used(), 0U);
    }
    EXPECT_EQ(large.used(), 0U);
    const Cancel cancel;
    cancel.request();
    EXPECT_THROW(read_workbook(file, large, cancel), Error);
}

TEST(Xls, ReadsEachKindOfCell) {
    XlsBuilder builder;
    builder.format(164, u"yyyy\\-mm\\-dd").style(0).style(164).style(22);
    builder.sheet("Great Famine");
    builder.text(0, 0, u"Country")
        .text(0, 1, u" Iowa")
        .text(1, 0, u"Panam\u00E1")
        .plain_text(1, 1, u"\u0394 \U0001F33E");
    builder.number(2, 0, 1.5).number(2, 1, 43861, 1).number(2, 2, 43861.520833333336, 2).blank(2, 3);
    builder.rk(3, 0, 240U << 2 | 2).rk(3, 1, 12345U << 2 | 3).rk(3, 2, 0x3FF80000).rk(3, 3, 0x3FF80001);
    builder.rks(4, 1, {1U << 2 | 2, static_cast<std::uint32_t>(-9999) << 2 | 2});
    builder.truth(5, 0, true).truth(5, 1, false).error(5, 2, 0x2A).formula(5, 3, 7.25).formula_text(5, 4, u"text");
    builder.sheet("empty");
    const Workbook made = read(builder.bytes());
    ASSERT_EQ(made.sheets.size(), 2U);
    EXPECT_EQ(made.sheets[0].name, "Great Famine");
    EXPECT_EQ(shown(made.sheets[0]),
              "Country| Iowa\nPanam\xC3\xA1|\xCE\x94 \xF0\x9F\x8C\xBE\n1.5|2020-01-31|2020-01-31T12:30:00\n"
              "240|123.45|1.5|0.015\n|1|-9999\nTRUE|FALSE||7.25|text\n");
    ASSERT_EQ(made.mistakes.size(), 1U);
    EXPECT_EQ(made.mistakes[0].issue("i", "f").column, "Great Famine!C6");
    EXPECT_EQ(made.mistakes[0].message, "the cell holds the error #N/A");
    EXPECT_TRUE(made.sheets[1].rows.empty());
}

TEST(Xls, KeepsTheFirstOfMergedCells) {
    XlsBuilder builder;
    builder.sheet("a").merged(0, 0, 1, 1).number(0, 0, 1).number(0, 1, 2).number(1, 0, 3).number(1, 2, 4);
    EXPECT_EQ(shown(read(builder.bytes()).sheets[0]), "1\n||4\n");
}

TEST(Xls, CountsDaysFrom1904WhereTheFileSaysSo) {
    XlsBuilder builder;
    builder.global(0x0022, std::string_view("\1\0", 2)).style(14).sheet("a").number(0, 0, 1);
    EXPECT_EQ(shown(read(builder.bytes()).sheets[0]), "1904-01-02\n");
}

/// Records so short that texts are cut anywhere, also within pairs of UTF-16, in files of small and of large sectors.
TEST(Xls, JoinsTextsThatAreContinued) {
    Random random(testing::test_seed());
    for (int round = 0; round < 60 * testing::test_scale(); ++round) {
        XlsBuilder builder(12 + random.below(60));
        builder.sheet("a");
        std::string expected;
        const int rows = static_cast<int>(1 + random.below(round % 2 == 0 ? 5 : 300));
        for (int row = 0; row < rows; ++row) {
            std::u16string text = u"x";
            std::string utf8 = "x";
            const bool is_wide = random.below(2) == 0;
            for (std::uint64_t i = random.below(50); i > 0; --i) {
                text += is_wide ? u"\U0001F33E" : u"\u00E1";
                utf8 += is_wide ? "\xF0\x9F\x8C\xBE" : "\xC3\xA1";
            }
            builder.text(row, 0, text);
            expected += utf8 + "\n";
        }
        ASSERT_EQ(shown(read(builder.bytes()).sheets.at(0)), expected);
    }
}

/// A file of another writer (python3-xlwt), with a formula whose stored value is empty, merged cells and a long table.
TEST(Xls, ReadsAFileOfAnotherWriter) {
    const std::string file = read_file(real_files(), cat(HONE_TEST_FOLDER, "/corpus/workbook/xlwt.xls"));
    const Workbook made = read(file);
    ASSERT_EQ(made.sheets.size(), 3U);
    EXPECT_EQ(made.sheets[0].name, "Number One");
    EXPECT_EQ(shown(made.sheets[0]),
              "Country|x\n Iowa|240\nPanam\xC3\xA1|1.5\nTRUE|2020-01-02T03:04:05\n|2020-01-02\n\nmerged\n"
              "1234567.25|-9999|1e300|0.1\n");
    EXPECT_EQ(made.sheets[2].rows.size(), 300U);
    EXPECT_EQ(made.sheets[2].at(299, 0), "text number 299 with some length to get continue records");
    EXPECT_EQ(made.sheets[2].at(299, 1), "299");
}

TEST(Xls, SaysWhatIsDamaged) {
    XlsBuilder builder;
    builder.sheet("a").number(0, 0, 1);
    const std::string good = builder.bytes();
    EXPECT_EQ(failure(good), "");
    EXPECT_EQ(failure(good.substr(0, 100)), "input: the .xls file is damaged: it is cut off");
    EXPECT_NE(failure(good.substr(0, 1000)), "");
    EXPECT_EQ(failure(XlsBuilder::compound_file("Book", "x")),
              "input: the .xls file is older than Excel 97; save it as .xlsx or .csv");
    EXPECT_EQ(failure(XlsBuilder::compound_file("EncryptedPackage", "x")), "input: the workbook is encrypted");
    EXPECT_EQ(failure(XlsBuilder::compound_file("WordDocument", "x")),
              "input: the file is no workbook: it has no stream Workbook");
    EXPECT_EQ(failure(XlsBuilder().global(0x002F, "12345").sheet("a").bytes()), "input: the .xls file is encrypted");
    EXPECT_EQ(failure(XlsBuilder::compound_file("Workbook", builder.stream().substr(0, builder.stream().size() - 4))),
              "input: the .xls file is damaged: it ends within a sheet");
    EXPECT_EQ(failure(XlsBuilder().sheet("a").raw(0x0203, "123").bytes()),
              "input: the .xls file is damaged: a record is too short");
}

/// Sheets that all begin at the same record would be read again and again.
TEST(Xls, RefusesSheetsThatLieInEachOther) {
    XlsBuilder builder;
    for (int i = 0; i < 10; ++i)
        builder.sheet(cat("s", i));
    for (int row = 0; row < 500; ++row)
        builder.number(row, 0, 1);
    std::string stream = builder.stream();
    const std::size_t first = stream.find(std::string("\x85\0", 2));
    const std::string last = stream.substr(first + 9 * 14 + 4, 4);
    for (std::size_t i = 0; i < 10; ++i)
        stream.replace(first + i * 14 + 4, 4, last);
    EXPECT_EQ(failure(XlsBuilder::compound_file("Workbook", stream)),
              "input: the .xls file is damaged: its sheets lie in each other");
}

/// Any damage of a byte ends in a result or in an Error of the kinds promised.
TEST(Workbook, SurvivesDamage) {
    XlsBuilder builder(64);
    builder.style(14).sheet("a").sheet("b");
    for (int row = 0; row < 20; ++row)
        builder.text(row, 0, u"some text that is continued").number(row, 1, row, 0).merged(row, 0, row, 1);
    const std::vector<std::string> files = {
        builder.bytes(), xlsx_file(one_sheet("<sheetData><row><c t='s'><v>0</v></c><c><v>1</v></c></row></sheetData>",
                                             "<si><t>text</t></si>"))};
    Random random(testing::test_seed());
    for (int round = 0; round < 3000 * testing::test_scale(); ++round) {
        std::string file = files[random.below(files.size())];
        for (std::uint64_t n = 1 + random.below(4); n > 0; --n)
            file[random.below(file.size())] = static_cast<char>(random.below(4) == 0 ? 0xFF : random.below(256));
        const std::string failed = failure(file);
        ASSERT_TRUE(failed.empty() || failed.starts_with("input: ") || failed.starts_with("limit: ")) << failed;
    }
}

TEST(NumberMeaning, IsThatOfTheFormat) {
    const std::vector<std::pair<std::string_view, NumberMeaning>> cases = {
        {"General", NumberMeaning::Number},
        {"0.00", NumberMeaning::Number},
        {"#,##0 \"days\"", NumberMeaning::Number},
        {"[Red]0", NumberMeaning::Number},
        {"0.00E+00", NumberMeaning::Number},
        {"[$-409]d mmm yyyy", NumberMeaning::Date},
        {"mmm", NumberMeaning::Date},
        {"hh:mm", NumberMeaning::Time},
        {"mm:ss.0", NumberMeaning::Time},
        {"yyyy-mm-dd hh:mm", NumberMeaning::DateTime},
        {"[hh]:mm", NumberMeaning::Number},
        {"\\d0", NumberMeaning::Number},
        {"", NumberMeaning::Number}};
    for (const auto& [code, meaning] : cases)
        EXPECT_EQ(meaning_of_code(code), meaning) << code;
}

TEST(NumberText, RoundsTimesToMilliseconds) {
    EXPECT_EQ(number_text(1.5 / 86400, NumberMeaning::Time, DateSystem::From1900), "00:00:01.500");
    EXPECT_EQ(number_text(1.007 / 86400, NumberMeaning::Time, DateSystem::From1900), "00:00:01.007");
    EXPECT_EQ(number_text(43860.9999999999, NumberMeaning::Date, DateSystem::From1900), "2020-01-31");
    EXPECT_EQ(number_text(1.5, NumberMeaning::Time, DateSystem::From1900), "1900-01-01T12:00:00");
}

}  // namespace
}  // namespace hone
