#include "hone/apps/invoice/template_extract.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/compat.h"
#include "hone/apps/invoice/page_area.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

TemplateSet set_of(std::string text, const TemplateSettings& settings = {}) {
    const TemplateText files[] = {{"folder/one.yml", std::move(text), false}};
    return load_template_texts(files, settings);
}

// What a template of the fields given makes of a text, as JSON on one line; or the failure.
std::string run_fields(const std::string& fields, std::string_view text, const std::string& rest = "") {
    const TemplateSet set = set_of(cat("keywords: [K]\nrequired_fields: []\n", rest, "\nfields:\n", fields));
    if (set.templates.empty()) return cat("skipped ", set.warnings.at(0).message);
    const TemplateExtraction made = extract_with_template(set, {cat("K\n", text), {}, TemplateReader::Text});
    if (!made.output) return cat(made.failure_code, ": ", made.failure);
    Data inner{Data::Object{}};
    for (const auto& [name, value] : *made.output->members())
        if (name != "issuer" && name != "template_name" && name != "currency" && name != "desc") inner.set(name, value);
    const Data outputs[] = {inner};
    std::string json;
    for (const std::string& line : split(compat_json(outputs), '\n'))
        json += trim(line);
    return json.substr(1, json.size() - 2);
}

TEST(TemplateExtract, WholeInvoice) {
    const TemplateSet set = set_of(R"(
issuer: Lampen GmbH
keywords: [Lampen, Rechnung]
fields:
  amount: Gesamt\s+([\d.,]+)
  date: Datum\s+(\S+)
  invoice_number: Nr\.\s+(\d+)
  static_kind: x
options:
  currency: CHF
  date_formats: ['%d.%m.%Y']
  decimal_separator: ','
)");
    const char* text = "Lampen Rechnung\nNr. 0012\nDatum 03.02.2024\nGesamt 1.939,00\n";
    const TemplateExtraction made = extract_with_template(set, {text, {}, TemplateReader::Layout});
    ASSERT_TRUE(made.output) << made.failure;
    const Data outputs[] = {*made.output};
    EXPECT_EQ(compat_json(outputs), R"([
    {
        "issuer": "Lampen GmbH",
        "template_name": "one.yml",
        "amount": 1939.0,
        "date": "2024-02-03",
        "invoice_number": "0012",
        "kind": "x",
        "currency": "CHF",
        "desc": "Invoice from Lampen GmbH"
    }
])");
    EXPECT_EQ(compat_csv(outputs),
              "issuer,template_name,amount,date,invoice_number,kind,currency,desc\r\n"
              "Lampen GmbH,one.yml,1939.0,2024-02-03,0012,x,CHF,Invoice from Lampen GmbH\r\n");
    EXPECT_TRUE(compat_xml(outputs).starts_with(
        "<?xml version=\"1.0\" ?>\n<data>\n  <item id=\"1\">\n    <issuer>Lampen GmbH</issuer>\n"));
    EXPECT_NE(explain(made).find("* amount: 1939.0    Gesamt"), std::string::npos) << explain(made);
}

TEST(TemplateExtract, GroupsAndDuplicates) {
    const char* sum = "  sum_amount: ['A (\\S+)']\n";
    EXPECT_EQ(run_fields(sum, "A 5,00 A 5,00", "options: {decimal_separator: ','}"), R"({"amount": 10.0})");
    EXPECT_EQ(run_fields(sum, "A 1,40 A 3,80", "options: {decimal_separator: ','}"),
              R"({"amount": 5.199999999999999})");
    EXPECT_EQ(run_fields("  x: {parser: regex, regex: 'W (\\w+)', group: join}\n", "W alpha W alpha W beta"),
              R"({"x": "alpha alpha beta"})");
    EXPECT_EQ(run_fields("  x: 'W (\\w+)'\n", "W b W a W b"), R"({"x": ["b","a"]})");
    EXPECT_EQ(run_fields("  static_static_kind: x\n", ""), R"({"kind": "x"})");
    EXPECT_EQ(run_fields("  x: {parser: regex, regex: '[\\d.]+ Stk', type: int, extract_number: true}\n",
                         "ca. 12.123 Stk.", "options: {decimal_separator: ','}"),
              R"({"x": 12123})");
    EXPECT_EQ(run_fields("  x: {parser: regex, regex: 'N (\\S+)', type: int, group: max}\n", "N 3 N 12 N 7"),
              R"({"x": 12})");
    EXPECT_EQ(run_fields("  x: {parser: regex, regex: 'N (\\S+)', replace: ['-', '']}\n", "N 1-2-3"),
              R"({"x": "123"})");
    EXPECT_EQ(run_fields("  x: '(a)(b)'\n  y: q\n", "ab q"), R"({"y": "q"})");
    EXPECT_EQ(run_fields("  amount: 'N (\\d)'\n", "N 0"), R"({"amount": 0.0})");
    EXPECT_EQ(run_fields("  x: {parser: regex, regex: 'N (\\S+)', type: float}\n", "N abc").substr(0, 14),
              "template_error");
    EXPECT_EQ(run_fields("  x: '('\n", "").substr(0, 14), "template_error");
    EXPECT_EQ(run_fields("  x: {parser: regex, regex: a, type: money}\n", "a").substr(0, 14), "template_error");
}

TEST(TemplateExtract, LinesExample) {
    const std::string fields = R"(  lines:
    parser: lines
    start: BEGIN\n
    end: END
    first_line: ^(?P<code>[A-Z]\d+)\s+(?P<name>.+?)\s+(?P<qty>\d+)$
    line: ^\s+(?P<name>\S.*)
    types: {qty: int}
)";
    EXPECT_EQ(
        run_fields(fields, "BEGIN\nA1  Lampe gross  2\n    rot\n    matt\nB2  Tisch  1\nEND\n"),
        R"({"lines": [{"code": "A1","name": "Lampe gross\nrot\nmatt","qty": 2},{"code": "B2","name": "Tisch","qty": 1}]})");
    EXPECT_EQ(run_fields(fields, "BEGIN\nEND BEGIN\nC3 x 3\nEND"),
              R"({"lines": [{"code": "C3","name": "x","qty": 3}]})");
    EXPECT_EQ(run_fields("  lines: {parser: lines, start: a, end: b}\n", "").substr(0, 14), "template_error");
}

TEST(TemplateExtract, LinesWithLastLineAndRules) {
    const std::string fields = R"(  lines:
    parser: lines
    rules:
      - {start: 'S1\n', end: E1, line: '(?P<name>\w+) (?P<qty>\d+)', types: {qty: float}, skip_line: ['^skip'],
         replace: {name: ['a', 'o']}}
      - {start: 'S2\n', end: E2, first_line: '^F (?P<name>\w+)', line: '^L (?P<name>\w+)(?P<code>!)?',
         last_line: '^Z (?P<name>\w+)'}
)";
    EXPECT_EQ(
        run_fields(fields, "S1\nbat 2\nskip 3\nE1 S2\nL early\nF one\nL two\nL three\nZ four\nL late\nF five\nE2"),
        R"({"lines": [{"name": "bot","qty": 2.0},{"name": "one\ntwo\nthree\nfour","code": ""},{"name": "five"}]})");
}

TEST(TemplateExtract, TopLevelLinesComeAfterTheFields) {
    const TemplateSet set =
        set_of("keywords: K\nrequired_fields: []\nfields: {x: a}\nlines: {start: S, end: E, line: '(?P<name>\\d+)'}\n");
    const TemplateExtraction made = extract_with_template(set, {"K a S 1 E", {}, TemplateReader::Text});
    ASSERT_TRUE(made.output);
    EXPECT_EQ(made.output->members()->at(4).first, "lines");
    EXPECT_FALSE(made.lacks_lines);
}

TEST(TemplateExtract, Tables) {
    const std::string tables = R"(tables:
  - start: T\n
    end: U
    body: (?P<date_due>\S+) (?P<amount_part>\S+) (?P<note>\w+)
    fields: {amount_part: {group: sum}, note: {group: join}})";
    EXPECT_EQ(run_fields("  x: K\n", "T\n1/2/2024 1.50 a\n1/2/2024 2.25 b\nU", tables),
              R"({"x": "K","date_due": ["2024-01-02","2024-01-02"],"amount_part": 3.75,"note": ["a b"]})");
    EXPECT_EQ(run_fields("  x: K\n", "T\nnever 1.50 a\nU", tables), R"({"x": "K"})");
}

TEST(TemplateExtract, AliasesUnitsAndTaxes) {
    const std::string fields =
        R"(  lines: {parser: lines, start: S, end: E, line: '(?P<description>[a-z]+) (?P<uom>\w+\.?) (?P<price_subtotal>[\d.]+)', types: {price_subtotal: float}}
  tax_lines: {parser: lines, start: X, end: Y, line: '(?P<line_tax_percent>\d+)% (?P<line_tax_amount>\S+)', types: {line_tax_percent: float, line_tax_amount: float}}
)";
    EXPECT_EQ(
        run_fields(fields, "S\nlamp Stk. 19.99\nE X\n0% 0\n7% 1.40\nY"),
        R"({"lines": [{"uom": "Stk.","price_subtotal": 19.99,"name": "lamp","unece_code": "H87","line_tax_percent": 7.0,"line_tax_amount": 1.4}],)"
        R"("tax_lines": [{"line_tax_percent": 0.0,"line_tax_amount": 0.0},{"line_tax_percent": 7.0,"line_tax_amount": 1.4}]})");
}

TEST(TemplateExtract, TaxesOfRowsWithoutTypes) {
    const std::string taxes =
        R"(  tax_lines: {parser: lines, start: X, end: Y, line: '(?P<line_tax_code>\w)=(?P<line_tax_percent>\d+)% (?P<price_subtotal>\S+)'}
)";
    const auto lines = [&](const std::string& pattern) {
        return cat("  lines: {parser: lines, start: S, end: E, line: '", pattern, "'}\n", taxes);
    };
    EXPECT_EQ(
        run_fields(lines(R"((?P<name>[a-z]+) (?P<price_subtotal>[\d.]+))"), "S\nlamp 20.00\nE X\nA=19% 100.00\nY"),
        R"({"lines": [{"name": "lamp","price_subtotal": "20.00","line_tax_percent": "19","line_tax_amount": 3.8}],)"
        R"("tax_lines": [{"line_tax_code": "A","line_tax_percent": "19","price_subtotal": "100.00","line_tax_amount": 19.0}]})")
        << "numbers that are texts count";
    EXPECT_EQ(run_fields(lines(R"((?P<tax_percent>\d+) (?P<price_subtotal>[\d.]+))"), "S\n7 20.00\nE X\nA=19% x\nY"),
              R"({"lines": [{"price_subtotal": "20.00","line_tax_percent": "7"}],)"
              R"("tax_lines": [{"line_tax_code": "A","line_tax_percent": "19","price_subtotal": "x"}]})")
        << "a line that prints its rate stays as it is";
    EXPECT_EQ(run_fields(lines("(?P<line_tax_code>[a-z])"), "S\na\nE X\na=19% 1\na=7% 1\nY").substr(0, 59),
              R"({"lines": [{"line_tax_code": "a","line_tax_percent": "7"}],)")
        << "of two rates for a code the last counts";
}

TEST(TemplateExtract, TableGroupsThatTakeNoPart) {
    const std::string tables = R"(tables:
  - start: T\n
    end: U
    body: (?P<a>\d)( (?P<b>\w))?( (?P<c>\d+))?( (?P<amount_d>\d+))?
    types: {c: float}
    fields: {b: {group: nonsense}})";
    EXPECT_EQ(run_fields("  x: K\n", "T\n1\n2 y\nU", tables),
              R"({"x": "K","a": ["1","2"],"b": [null,"y"],"c": [0.0,0.0]})");
    const std::string date = "tables: [{start: T, end: U, body: '(?P<a>\\d)(?P<date_b>z)?'}]";
    EXPECT_EQ(run_fields("  x: K\n", "T\n1\nU", date), R"({"x": "K"})") << "without its date a table is dropped";
    const std::string zero = "tables: [{start: T, end: U, body: '(?P<a>\\d)', fields: {a: {type: int, group: max}}}]";
    EXPECT_EQ(run_fields("  x: K\n", "T\n0\n0\nU", zero), R"({"x": "K","a": []})") << "nothing is left to choose from";
}

TEST(TemplateExtract, WhatIsMissingCostsAFieldAndNotTheDocument) {
    EXPECT_EQ(run_fields("  a: {parser: static}\n  b: {parser: regex}\n  c: K\n", ""), R"({"c": "K"})");
    EXPECT_EQ(run_fields("  c: K\n", "", "lines: {start: S, end: E, line: x}"), R"({"c": "K","lines": []})");
    EXPECT_EQ(run_fields("  a: {parser: regex, regex: '<(.*)>', type: float}\n", "<>"), R"({"a": 0.0})");
    EXPECT_EQ(run_fields("  a: {parser: regex, regex: '<(.*)>', type: float}\n", "< >"),
              "template_error: no number:  ");
}

TEST(TemplateExtract, RequiredFields) {
    const TemplateSet set = set_of("keywords: K\nfields: {amount: (\\d+)}\n");
    const TemplateExtraction made = extract_with_template(set, {"K 5", {}, TemplateReader::Text});
    EXPECT_EQ(made.failure_code, "missing_required");
    EXPECT_NE(made.failure.find("date, invoice_number"), std::string::npos);
    EXPECT_NE(explain(made).find("* date: MISSING"), std::string::npos);
}

TEST(TemplateExtract, StrictFieldsAndSuggestions) {
    EXPECT_EQ(run_fields("  invoice_numbr: K\n", "", "options: {strict_fields: true}").substr(0, 14), "template_error");
    EXPECT_EQ(run_fields("  mine: K\n", "", "options: {strict_fields: true, extra_fields: [mine]}"),
              R"({"mine": "K"})");
    const TemplateSet set = set_of("keywords: K\nrequired_fields: []\nfields: {invoice_numbr: K, other: K}\n");
    const TemplateExtraction made = extract_with_template(set, {"K", {}, TemplateReader::Text});
    ASSERT_EQ(made.warnings.size(), 1U);
    EXPECT_NE(made.warnings[0].message.find("did you mean invoice_number"), std::string::npos);
}

TEST(TemplateExtract, PreparesTheText) {
    const TemplateSet set = set_of(
        "keywords: K\nfields: {}\noptions: {remove_whitespace: true, remove_accents: true, lowercase: true, "
        "replace: [['(\\d)x', '\\1y'], [a, b]]}\n");
    std::string error;
    EXPECT_EQ(prepare_input(*set.templates[0], "É a\t 1X\n", error), "eb\t1y\n");
    EXPECT_EQ(error, "");
    const TemplateSet wrong = set_of("keywords: K\nfields: {}\noptions: {replace: [a, b]}\n");
    EXPECT_EQ(extract_with_template(wrong, {"K", {}, TemplateReader::Text}).failure_code, "template_error");
}

TEST(TemplateExtract, Areas) {
    DocumentPage page;
    page.number = 1;
    const auto word = [](float x0, float y0, float x1, std::string text) {
        WordBox box;
        box.x0 = x0, box.y0 = y0, box.x1 = x1, box.y1 = y0 + 8, box.text = std::move(text);
        return box;
    };
    page.words = {word(40, 30, 50, "outside"), word(90, 31, 110, "right"), word(60, 32, 80, "left"),
                  word(60, 42, 80, "below"),   word(151, 30, 160, "far"),  word(60, 46, 80, "under")};
    const DocumentPage pages[] = {page};
    EXPECT_EQ(area_text(pages, {1, 1, 144, 100, 50, 200, 40}), "left right\nbelow");
    EXPECT_EQ(area_text(pages, {2, 2, 144, 100, 50, 200, 40}), "");
    const TemplateSet set = set_of(
        "keywords: K\nrequired_fields: []\nfields:\n  x: {parser: regex, regex: '\\w+', group: first, "
        "area: {f: '1', l: 1, r: 144, x: 100, y: 50, W: 200, H: 40}}\n");
    const auto made = extract_with_template(set, {"K", pages, TemplateReader::Layout});
    ASSERT_TRUE(made.output);
    EXPECT_EQ(*made.output->find("x")->text(), "left");
    const auto text = extract_with_template(set, {"K", pages, TemplateReader::Text});
    EXPECT_EQ(*text.output->find("x")->text(), "K");
}

TEST(TemplateExtract, CascadeKeepsAResultWithoutLines) {
    const TemplateSet set = set_of(
        "keywords: K\nrequired_fields: []\nfields:\n  x: '\\d'\n  lines: {parser: lines, start: S, end: E, line: "
        "'(?P<name>q)'}\n");
    const TemplateInput inputs[] = {{"K 1", {}, TemplateReader::Layout}, {"K 2 S q E", {}, TemplateReader::Ocr}};
    EXPECT_EQ(*extract_cascade(set, inputs).output->find("x")->text(), "2");
    const TemplateInput bare[] = {
        {"", {}, TemplateReader::Text}, {"K 1", {}, TemplateReader::Layout}, {"K 3", {}, TemplateReader::Ocr}};
    EXPECT_EQ(*extract_cascade(set, bare).output->find("x")->text(), "1");
    const TemplateInput nothing[] = {{"z", {}, TemplateReader::Text}};
    EXPECT_EQ(extract_cascade(set, nothing).failure_code, "no_template");
}

TEST(TemplateExtract, AFieldMayLookLikeOneOfALine) {
    Data line{Data::Object{}}, output{Data::Object{}};
    line.set("total", Data(2));
    output.set("lines", Data(Data::Array{line}));
    output.set("line_total", Data(3));
    output.set("desc", Data("d"));
    const Data outputs[] = {output};
    EXPECT_EQ(compat_csv(outputs, "%Y", CsvLines::Explode), "line_total,desc,line_total\r\n3,d,2\r\n");
}

TEST(TemplateExtract, ExplodesLinesIntoRows) {
    Data line{Data::Object{}};
    line.set("name", Data("a,\"b\""));
    line.set("qty", Data(2));
    Data output{Data::Object{}};
    output.set("issuer", Data("X"));
    output.set("lines", Data(Data::Array{line, line}));
    output.set("none", Data());
    const Data outputs[] = {output};
    EXPECT_EQ(compat_csv(outputs),
              "issuer,lines,none\r\nX,\"[{\"\"name\"\": \"\"a,\\\"\"b\\\"\"\"\", \"\"qty\"\": 2}, "
              "{\"\"name\"\": \"\"a,\\\"\"b\\\"\"\"\", \"\"qty\"\": 2}]\",\r\n");
    EXPECT_EQ(compat_csv(outputs, "%Y", CsvLines::Explode),
              "issuer,none,line_name,line_qty\r\nX,,\"a,\"\"b\"\"\",2\r\nX,,\"a,\"\"b\"\"\",2\r\n");
    EXPECT_EQ(compat_xml(outputs),
              "<?xml version=\"1.0\" ?>\n<data>\n  <item id=\"1\">\n    <issuer>X</issuer>\n    <lines>\n"
              "      <item>\n        <name>a,&quot;b&quot;</name>\n        <qty>2</qty>\n      </item>\n"
              "      <item>\n        <name>a,&quot;b&quot;</name>\n        <qty>2</qty>\n      </item>\n"
              "    </lines>\n    <none/>\n  </item>\n</data>\n");
    EXPECT_EQ(compat_json({}), "[]");
}

}  // namespace
}  // namespace hone::invoice
