#!/usr/bin/env python3
"""Lists of events, country codes and energy contents from workbooks, through the command line."""
import csv
import sys
import zipfile
from xml.sax.saxutils import escape

from harness import main, read_json

CONTENT = 334000  # kcal per 0.1 t of wheat
COLUMNS = 4320
# State, its country, and tenths of a tonne: one digit each, so that sums say which were hit.
LAND = [(" Kansas", "US", 1), ("Arkansas", "US", 10), ("Pará", "BR", 100), ("Paraná", "BR", 1000), ("Paraíba", "BR", 10000),
        ("", "BE", 100000), ("", "CH", 1000000)]


def column_name(number):
    return chr(ord("A") + number)


def write_xlsx(path, sheets):
    """sheets: {name: rows}; numbers are cells of numbers, texts stand inline or shared in turn."""
    texts, parts = [], {}

    def cell(row, column, value):
        place = f"{column_name(column)}{row + 1}"
        if isinstance(value, (int, float)):
            return f'<c r="{place}"><v>{value}</v></c>'
        if value == "#N/A":
            return f'<c r="{place}" t="e"><v>#N/A</v></c>'
        if (row + column) % 2:
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        texts.append(value)
        return f'<c r="{place}" t="s"><v>{len(texts) - 1}</v></c>'

    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links, names = "", ""
    for number, (name, rows) in enumerate(sheets.items(), 1):
        body = "".join(f'<row r="{r + 1}">{"".join(cell(r, c, v) for c, v in enumerate(row))}</row>'
                       for r, row in enumerate(rows))
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet><sheetData>{body}</sheetData></worksheet>"
        links += f'<Relationship Id="r{number}" Type="{relations}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        names += f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
    links += f'<Relationship Id="s" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/>'
    parts["xl/workbook.xml"] = f'<workbook xmlns:r="{relations}"><sheets>{names}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = f"<Relationships>{links}</Relationships>"
    parts["xl/sharedStrings.xml"] = "<sst>" + "".join(
        f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts) + "</sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def write_cells(folder):
    for kind in "PH":
        lines = ["grid_code,x,y,FIPS0,ADM0_NAME,ADM1_NAME,rec_type,WHEA_A,RICE_A"]
        for i, (state, country, tenths) in enumerate(LAND):
            x, y = -180 + (1000 + i + 0.5) / 12, 90 - 500.5 / 12
            value = tenths / 10 if kind == "P" else 5
            lines.append(f"{i},{x:.6f},{y:.6f},{country},,{state},{kind},{value},{value}")
        (folder / f"cells_{kind}_TA.csv").write_text("\n".join(lines) + "\n")
    return ["--production", folder / "cells_P_TA.csv", "--harvest", folder / "cells_H_TA.csv"]


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


COUNTRIES = {
    "One": [["Country", "First event", "flag"], ["Belgium", 22, 0], ["United States", 240, 1], ["Brazil", 32, 1]],
    "DustBowl": [["Country", "", "flag"], ["United States", 240, 1]],
}
STATES = {
    "One": [["Code", "GDAM", "Name"], ["US.AR", 240, " Kansas"], ["BR.PA", 32, " Para"]],
    "DustBowl": [["any", "header", "here"]],
}


def test_a_sheet_for_each_event(hone, folder):
    words = ["events", *write_cells(folder), "--events", write_xlsx(folder / "countries.xlsx", COUNTRIES),
             "--event-states", write_xlsx(folder / "states.xlsx", STATES)]
    hone.run("envelope", *words, "--out", folder / "out")
    one, bowl = rows_of(folder / "out/events.csv")
    assert one["event"] == "One" and one["label"] == "First event", one
    assert int(one["loss_kcal"]) == 100101 * CONTENT, "the first country, Kansas without Arkansas, Para without Parana"
    assert bowl["event"] == "DustBowl" and bowl["class"] == "C" and bowl["year_start"] == "1930", bowl
    assert bowl["status"] == "no_match" and bowl["loss_kcal"] == "0", "an empty list of states is no whole country"
    # The plain way, and again from the cache.
    for more in (["--plain"], []):
        hone.run("envelope", *words, *more, "--out", folder / "again")
        assert (folder / "again/events.csv").read_bytes() == (folder / "out/events.csv").read_bytes()
    # Without the workbook of states nothing is hit there.
    hone.run("envelope", *words[:-2], "--out", folder / "out")
    assert int(rows_of(folder / "out/events.csv")[0]["loss_kcal"]) == 100000 * CONTENT


def test_rows_in_a_sheet_are_those_of_a_csv_file(hone, folder):
    table = [["event", "iso3", "scope", "state", "loss_ppm"], ["A", "BEL", "country", "", 500000], ["A", "USA", "state", " Kansas", ""],
             ["B", "XYZ", "country", "", ""], ["C", "CHN", "country", "", "#N/A"]]
    book = write_xlsx(folder / "rows.xlsx", {"list": table})
    (folder / "rows.csv").write_text("\n".join(",".join(map(str, row)).replace("#N/A", "") for row in table) + "\n")
    cells = write_cells(folder)
    results = []
    for file in (folder / "rows.csv", book):
        hone.run("envelope", "events", *cells, "--events", file, "--out", folder / "out", code=1)
        results.append((folder / "out/events.csv").read_bytes())
    assert results[0] == results[1]
    said = hone.run("envelope", "events", *cells, "--events", book, "--out", folder / "out", code=1).stderr
    assert "list!B4" in said and "list!E5" in said and "#N/A" in said, said


def test_facts_and_codes(hone, folder):
    cells = write_cells(folder)
    book = write_xlsx(folder / "countries.xlsx", {"One": [["Country", "T", "flag"], ["Switzerland", 9001, 0], ["Belgium", 9002, 0]]})
    codes = write_xlsx(folder / "codes.xlsx", {"Sheet1": [["Country", "ISO3 alpha", "GDAM "], ["China", "CHN", 9001],
                                                         ["Belgium", "BEL", -9999]]})
    (folder / "facts.csv").write_text("event_name,event_type,year_start,year_end\none,Locust outbreak,1900,ongoing\n")
    said = hone.run("envelope", "events", *cells, "--events", book, "--country-codes", codes, "--event-facts",
                    folder / "facts.csv", "--out", folder / "out").stderr
    one, = rows_of(folder / "out/events.csv")
    assert int(one["loss_kcal"]) == 1100000 * CONTENT, "the code counts, and the name where nobody knows the code"
    assert (one["class"], one["year_start"], one["year_end"]) == ("D", "1900", "ongoing"), one
    assert "envelope.contradictory-country" in said and "envelope.country-by-name" in said, said


def test_damaged_workbooks_are_named(hone, folder):
    cells = write_cells(folder)
    (folder / "bad.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    said = hone.run("envelope", "events", *cells, "--events", folder / "bad.xlsx", code=3).stderr
    assert "bad.xlsx" in said and "damaged" in said, said
    empty = write_xlsx(folder / "empty.xlsx", {"a": []})
    assert "no event" in hone.run("envelope", "events", *cells, "--events", empty, code=3).stderr
    hone.run("envelope", "events", *cells, "--event-states", empty, code=2)
    (folder / "states.csv").write_text("a,b,c\n")
    book = write_xlsx(folder / "countries.xlsx", COUNTRIES)
    hone.run("envelope", "events", *cells, "--events", book, "--event-states", folder / "states.csv", code=3)


def test_energy_contents_of_a_file(hone, folder):
    cells = [*write_cells(folder), "--crop", "RICE"]
    tenths = sum(land[2] for land in LAND)
    (folder / "energy.csv").write_text("crop,kcal_per_g\nRICE,2.5\nPOTA,0.7\n")
    book = write_xlsx(folder / "energy.xlsx", {"contents": [["crop", "kcal_per_g"], ["RICE", 2.5], ["POTA", 0.7]]})
    tables = []
    for words in (["--energy", "standard+POTA=0.7+RICE=2.50"], ["--energy-table", folder / "energy.csv"],
                  ["--energy-table", book]):
        hone.run("envelope", "compute", *cells, *words, "--out", folder / "out")
        row, = [r for r in rows_of(folder / "out/tiers.csv") if r["tier"] == "comprehensive"]
        assert int(row["total_kcal"]) == tenths * 250000, row
        assert read_json(folder / "out/summary.json")["energy_table"] == "standard+POTA=0.7+RICE=2.5"
        tables.append((folder / "out/envelope.csv").read_bytes())
    assert len(set(tables)) == 1
    hone.run("envelope", "compute", *cells, "--energy", "standard+RICE=11", code=2)
    (folder / "energy.csv").write_text("crop,kcal_per_g\nRYCE,2.5\n")
    hone.run("envelope", "compute", *cells, "--energy-table", folder / "energy.csv", code=3)


def test_land_that_loses_a_part(hone, folder):
    cells = write_cells(folder)
    query = ["query", *cells, "--area", "0.01", "--loss", 100000 * CONTENT // 4, "--tiers", "comprehensive"]
    whole, part = [list(csv.DictReader(hone.run("envelope", *query, *more, "--format", "csv").stdout.splitlines()))
                   for more in ([], ["--loss-share", "25"])]
    # Cells of 0.05 km2 each; a fifth of the least and of the greatest.
    assert int(whole[0]["lower_kcal"]) == CONTENT // 5 and int(whole[0]["upper_kcal"]) == 1000000 * CONTENT // 5
    assert int(part[0]["lower_kcal"]) == CONTENT // 20 and int(part[0]["upper_kcal"]) == 1000000 * CONTENT // 20
    assert float(part[1]["smallest_area_km2"]) == 0.005, part[1]
    assert float(whole[1]["smallest_area_km2"]) == 0.002, whole[1]
    hone.run("envelope", *query, "--loss-share", "101", code=2)


if __name__ == "__main__":
    sys.exit(main([test for name, test in list(globals().items()) if name.startswith("test_")]))
