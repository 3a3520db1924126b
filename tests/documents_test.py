#!/usr/bin/env python3
"""Documents of the envelope application: data quality, checks, provenance, tables, against plain definitions."""
import csv
import math
import sys
from fractions import Fraction

from harness import main, read_json

CONTENT = {"WHEA": 334000, "RICE": 360000, "MAIZ": 356000, "BARL": 332000, "MILL": 340000, "PMIL": 340000,
           "SORG": 343000, "OCER": 340000}
FILES = {"production": "spam2020V2r0_global_P_TA.csv", "harvest": "spam2020V2r0_global_H_TA.csv"}


def sample(hone, folder, cells):
    data = folder / "data"
    hone.run("envelope", "sample", "--cells", cells, "--seed", 1, "--out", data)
    return {role: data / name for role, name in FILES.items()}


def words(files):
    return ["--production", files["production"], "--harvest", files["harvest"]]


def tenths(text):
    """Value in tenths; None if it is missing or negative."""
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return None if value < 0 else int(value * 10)


def cell_of(row):
    r, c = 12 * (90 - Fraction(row["y"])) - Fraction(1, 2), 12 * (Fraction(row["x"]) + 180) - Fraction(1, 2)
    if abs(r - round(r)) > Fraction(1, 20) or abs(c - round(c)) > Fraction(1, 20):
        return None
    return 4320 * round(r) + round(c)


def read_plain(path, crops):
    """Sums of all rows, of rows off the grid and of repeated rows by crop, and the first values of each (cell, FIPS)."""
    sums = {what: dict.fromkeys(crops, 0) for what in ("total", "of_dropped_off_grid", "of_dropped_repeated")}
    rows = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            values = {crop: tenths(row[crop + "_A"]) for crop in crops}
            cell = cell_of(row)
            what = None
            if cell is None:
                what = "of_dropped_off_grid"
            elif row["FIPS0"] in rows.get(cell, {}):
                what = "of_dropped_repeated"
            else:
                rows.setdefault(cell, {})[row["FIPS0"]] = values
            for crop in crops:
                sums["total"][crop] += values[crop] or 0
                if what:
                    sums[what][crop] += values[crop] or 0
    return sums, rows


def plain_balance(files, crops):
    """What data_quality.json must say: {(crop, role): {name: tenths}}, and the odd pairs of each crop."""
    read = {role: read_plain(path, crops) for role, path in files.items()}
    expected = {(crop, role): {name: sums[crop] for name, sums in read[role][0].items()}
                | dict.fromkeys(("kept", "unmatched", "of_dropped_incomplete", "of_dropped_empty_cells"), 0)
                for crop in crops for role in files}
    pairs = {crop: dict.fromkeys(("production_without_area", "area_without_production", "yields_above_50_t_per_ha",
                                  "yields_above_1000_t_per_ha", "areas_above_20000_ha"), 0) for crop in crops}
    production, harvest = read["production"][1], read["harvest"][1]
    matched = set()
    for cell, by_country in production.items():
        there = harvest.get(cell, {})
        single = len(by_country) == 1 and len(there) == 1
        for fips, masses in by_country.items():
            partner = next(iter(there)) if single else fips
            if partner not in there:
                for crop in crops:
                    expected[crop, "production"]["unmatched"] += masses[crop] or 0
                continue
            matched.add((cell, partner))
            areas = there[partner]
            usable = [crop for crop in crops if masses[crop] is not None and areas[crop] is not None]
            energy = sum(CONTENT[crop] * masses[crop] for crop in usable)
            area = sum(areas[crop] for crop in usable)
            way = "kept" if energy and area else "of_dropped_empty_cells"
            for crop in crops:
                name = way if crop in usable else "of_dropped_incomplete"
                expected[crop, "production"][name] += masses[crop] or 0
                expected[crop, "harvest"][name] += areas[crop] or 0
            for crop in usable:
                mass, land, odd = masses[crop], areas[crop], pairs[crop]
                odd["production_without_area"] += mass > 0 and land == 0
                odd["area_without_production"] += land > 0 and mass == 0
                odd["yields_above_50_t_per_ha"] += land > 0 and mass > 50 * land
                odd["yields_above_1000_t_per_ha"] += land > 0 and mass > 1000 * land
                odd["areas_above_20000_ha"] += land > 200000
    for cell, by_country in harvest.items():
        for fips, areas in by_country.items():
            if (cell, fips) not in matched:
                for crop in crops:
                    expected[crop, "harvest"]["unmatched"] += areas[crop] or 0
    return expected, pairs


def compare_balance(document, files, crops):
    expected, pairs = plain_balance(files, crops)
    assert len(document["balance"]) == 2 * len(crops)
    for row in document["balance"]:
        plain = expected[row["crop"], row["file"]]
        assert {name: row[name] for name in plain} == plain, (row, plain)
        assert row["total"] == row["kept"] + row["dropped"] + row["unmatched"] and row["exact"] is True
        assert row["dropped"] == sum(row[name] for name in row if name.startswith("of_dropped"))
    for row in document["pairs"]:
        assert {name: row[name] for name in pairs[row["crop"]]} == pairs[row["crop"]], row
    return expected


def test_crop_sums_balance_exactly(hone, folder):
    files = sample(hone, folder, 6000)
    for crop, crops in (("wheat", ["WHEA"]), ("allgrain", list(CONTENT))):
        hone.run("envelope", "check", *words(files), "--crop", crop, "--out", folder / crop)
        document = read_json(folder / crop / "data_quality.json")
        expected = compare_balance(document, files, crops)
        wheat = expected["WHEA", "harvest"]
        assert wheat["unmatched"] >= 0 and wheat["of_dropped_repeated"] > 0 and wheat["of_dropped_incomplete"] > 0
        assert expected["WHEA", "production"]["unmatched"] > 0
        assert any(pair["yields_above_50_t_per_ha"] for pair in document["pairs"])
    by_role = {file["file"]: file for file in document["files"]}
    assert by_role["production"]["off_grid"] == 1 and by_role["harvest"]["duplicates"] == 5
    assert by_role["harvest"]["year_data"] == "synthetic" and by_role["harvest"]["layout"] == "SPAM 2020"
    text = (folder / "allgrain/reports/data_quality.txt").read_text()
    assert "balance" in text and "WHEA" in text


def test_values_of_every_kind_balance_too(hone, folder):
    header = "x,y,iso3,rec_type,whea,barl"
    def table(kind, rows):
        lines = [f"{-180 + (c + 0.5) / 12:.6f},{90 - 500.5 / 12:.6f},{code},{kind},{','.join(values)}"
                 for c, code, values in rows]
        path = folder / f"{kind}.csv"
        path.write_text("\n".join([header, *lines]))
        return path
    production = [(c, "FRA", ("30", "12")) for c in range(20)] + [
        (20, "FRA", ("NaN", "5")), (21, "FRA", ("-7", "5")), (22, "FRA", ("x", "5")), (23, "FRA", ("inf", "5")),
        (24, "FRA", ("9", "0")), (25, "FRA", ("0", "0")), (26, "FRA", ("5000", "1.25")), (27, "FRA", ("8", "8")),
        (28, "FRA", ("1", "2")), (28, "DEU", ("3", "4")), (28, "FRA", ("1", "2")), (28, "DEU", ("3", "5")),
        (29.4, "FRA", ("100", "100"))]
    harvest = [(c, "FRA", ("10", "5")) for c in range(24)] + [
        (24, "FRA", ("0", "0")), (25, "FRA", ("3", "2")), (26, "FRA", ("1.5", "30000")), (28, "DEU", ("2", "2")),
        (30, "FRA", ("6", "7"))]
    p, h = table("p", production), table("h", harvest)
    hone.run("envelope", "check", "--production", p, "--harvest", h, "--crop", "WHEA+BARL", "--out", folder / "out")
    document = read_json(folder / "out/data_quality.json")
    rows = {(row["crop"], row["file"]): row for row in document["balance"]}
    wheat, area = rows["WHEA", "production"], rows["WHEA", "harvest"]
    # 20 cells of 30 t; 26 and 28 DEU are kept, and barley of the cells whose wheat is no number.
    assert (wheat["kept"], wheat["of_dropped_empty_cells"], wheat["unmatched"]) == (6000 + 50000 + 30, 90, 80 + 10)
    assert (wheat["of_dropped_off_grid"], wheat["of_dropped_repeated"]) == (1000, 10 + 30)
    assert area["of_dropped_incomplete"] == 4 * 100 and area["of_dropped_empty_cells"] == 30 and area["unmatched"] == 60
    assert all(row["exact"] for row in rows.values())
    pairs = {row["crop"]: row for row in document["pairs"]}
    assert pairs["WHEA"] == {"crop": "WHEA", "production_without_area": 1, "area_without_production": 1,
                             "yields_above_50_t_per_ha": 1, "yields_above_1000_t_per_ha": 1, "areas_above_20000_ha": 0}
    assert pairs["BARL"]["areas_above_20000_ha"] == 1
    file = document["files"][0]
    assert (file["missing"], file["non_finite"], file["bad"], file["negative"]) == (2, 2, 1, 1)
    assert (file["rounded"], file["duplicates"], file["conflicting_duplicates"]) == (1, 2, 1)
    assert (file["cells"], file["cells_only_here"], file["layout"]) == (29, 1, "SPAM 2010")
    tight = hone.run("envelope", "check", "--production", p, "--harvest", h, "--crop", "WHEA+BARL", "--out",
                     folder / "tight", "--plain")
    assert (folder / "tight/data_quality.json").read_bytes() == (folder / "out/data_quality.json").read_bytes(), tight


def test_checks_yield_file_and_provenance(hone, folder):
    files = sample(hone, folder, 3000)
    production, harvest = (list(csv.DictReader(path.open(newline="", encoding="utf-8"))) for path in files.values())
    masses = {(row["x"], row["y"]): row for row in production}
    def write(path, shift):
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["x", "y", "FIPS0", "rec_type", "WHEA_A"])
            for i, row in enumerate(harvest):
                mass, land = (tenths(r["WHEA_A"]) if r else None for r in (masses.get((row["x"], row["y"])), row))
                value = round(mass / land * 1000, 1) * shift(i) if mass is not None and land else 0
                out.writerow([row["x"], row["y"], row["FIPS0"], "Y", f"{value:.1f}"])
        return path
    right, wrong = write(folder / "Y.csv", lambda i: 1), write(folder / "Z.csv", lambda i: 1.03)
    done = hone.run("envelope", "check", *words(files), "--yield", right, "--strict", "--out", folder / "right", code=1)
    assert "envelope.yield-mismatch" not in done.stderr
    report = read_json(folder / "right/qa.json")["yield_file"]
    assert report["compared"] > 1000 and report["cells_mismatched"] * 100 <= report["cells"], report
    loose = hone.run("envelope", "check", *words(files), "--yield", wrong, "--out", folder / "loose")
    assert "envelope.yield-mismatch" not in loose.stderr
    strict = hone.run("envelope", "check", *words(files), "--yield", wrong, "--strict", "--out", folder / "strict", code=1)
    assert "envelope.yield-mismatch" in strict.stderr
    qa = read_json(folder / "right/qa.json")
    assert qa["checks_made"] == 10 and qa["checks_failed"] == 0
    assert {check["check"] for check in qa["regions"][0]["checks"]} >= {"dominance", "convexity", "events-inside"}
    provenance = read_json(folder / "right/provenance.json")
    assert [source["file"] for source in provenance["sources"]] == ["production", "harvest", "yield"]
    assert provenance["sources"][0]["bytes"] == files["production"].stat().st_size
    assert provenance["synthetic"] is True and provenance["parameters"]["kcal_per_g"] == {"WHEA": 3.34}
    outcomes = {row["outcome"] for row in csv.DictReader((folder / "right/checks.csv").open())}
    assert outcomes == {"passed", "warning"}, outcomes
    every_way = hone.run("verify", "envelope", "check", *words(files), "--yield", wrong, "--format", "csv").stdout.splitlines()
    assert len(every_way) >= 10 and all("same bytes" in row for row in every_way[1:]), every_way
    exchanged = hone.run("envelope", "check", *words(files), "--yield", files["harvest"], code=3)
    assert "rec_type Y" in exchanged.stderr


def test_country_stocks_are_scaled_thresholds(hone, folder):
    files = sample(hone, folder, 6000)
    hone.run("envelope", "tables", *words(files), "--crop", "maize", "--out", folder / "tables")
    hone.run("envelope", "thresholds", "--crop", "maize", "--out", folder / "thresholds")
    hone.run("envelope", "national", *words(files), "--crop", "maize", "--out", folder / "national")
    world = [int(row["value_kcal"]) for row in csv.DictReader((folder / "thresholds/thresholds.csv").open())]
    national = {row["iso3"]: row for row in csv.DictReader((folder / "national/national.csv").open())}
    total = sum(int(row["energy_kcal"]) for row in csv.DictReader((folder / "national/national_crops.csv").open()))
    rows = list(csv.DictReader((folder / "tables/country_stocks.csv").open()))
    assert [row["iso3"] for row in rows] == ["USA", "CHN", "IND", "BRA", "FRA", "EGY", "AUS", "ARG"][:len(rows)]
    unknown = 1e-3  # cells without country count for the world
    tex = (folder / "tables/tableS1.tex").read_text()
    for row in rows:
        assert row["production_kcal"] == national[row["iso3"]]["energy_kcal"]
        assert row["area_km2"] == national[row["iso3"]]["area_km2"]
        share = int(row["production_kcal"]) / total
        for name, value in zip(("one_month_kcal", "three_months_kcal", "stocks_kcal"), world):
            assert math.isclose(int(row[name]), value * share, rel_tol=unknown), (row, name)
            digits, exponent = f"{int(row[name]):.2e}".split("e")
            assert f"${digits} \\times 10^{{{int(exponent)}}}$" in tex, (row, name)
    assert tex.count("\\\\\n") == len(rows) + 1 and "\\toprule" in tex and "\\bottomrule" in tex
    assert "Synthetic sample data" in tex
    assert "balances" in hone.run("envelope", "tables", *words(files), "--crop", "POTA", "--energy", "fao", code=2).stderr


def test_balance_table_is_the_built_in_one(hone, folder):
    hone.run("envelope", "balance", "--crop", "allgrain", "--years", "1990:2020", "--out", folder / "out")
    rows = list(csv.DictReader((folder / "out/balance_allgrain.csv").open()))
    with open(hone.source / "hone/apps/envelope/data/usda_psd_world_2023_07.csv", newline="") as file:
        table = {(row["attribute"], int(row["marketing_year"])): int(row["value"])
                 for row in csv.DictReader(file) if row["commodity"] == "Allgrain"}
    assert [int(row["year"]) for row in rows] == list(range(1990, 2021))
    for row in rows:
        year = int(row["year"])
        assert int(row["production_kt"]) == table["production", year]
        assert int(row["consumption_kt"]) == table["consumption", year]
        assert int(row["ending_stocks_kt"]) == table["ending_stocks", year]
        assert math.isclose(float(row["sur"]), table["ending_stocks", year] / table["consumption", year], rel_tol=1e-11)
    assert "nothing of" in hone.run("envelope", "balance", "--years", "1900:1910", code=3).stderr


if __name__ == "__main__":
    sys.exit(main([test_crop_sums_balance_exactly, test_values_of_every_kind_balance_too,
                   test_checks_yield_file_and_provenance, test_country_stocks_are_scaled_thresholds,
                   test_balance_table_is_the_built_in_one]))
