#!/usr/bin/env python3
"""The envelope application through its command line, against a second implementation that is slow and plain."""
import csv
import json
import math
import sys
from fractions import Fraction

from harness import main, read_json

CONTENT = {"WHEA": 334000, "RICE": 360000, "MAIZ": 356000, "BARL": 332000, "MILL": 340000, "PMIL": 340000,
           "SORG": 343000, "OCER": 340000}
SETS = {"wheat": ["WHEA"], "allgrain": list(CONTENT)}
NAMED = {"comprehensive": (0, 10000), "commercial": (2000, 10000), "high_productivity": (3000, 10000),
         "prime_land": (5000, 10000)}
FILES = ("spam2020V2r0_global_P_TA.csv", "spam2020V2r0_global_H_TA.csv")


def sample(hone, folder, cells, *more):
    data = folder / f"data{cells}"
    hone.run("envelope", "sample", "--cells", cells, "--seed", 1, "--out", data, *more)
    return ["--production", data / FILES[0], "--harvest", data / FILES[1]]


def tenths(text):
    """Value in tenths; None if it is missing or negative."""
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return None if value < 0 else int(value * 10)


def read_cells(path, crops):
    """Rows by cell and FIPS code, first come first kept; rows off the grid left out."""
    rows = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            r, c = 12 * (90 - Fraction(row["y"])) - Fraction(1, 2), 12 * (Fraction(row["x"]) + 180) - Fraction(1, 2)
            if abs(r - round(r)) > Fraction(1, 20) or abs(c - round(c)) > Fraction(1, 20):
                continue
            cell = 4320 * round(r) + round(c)
            rows.setdefault(cell, {}).setdefault(row["FIPS0"], [tenths(row[crop + "_A"]) for crop in crops])
    return rows


def join(arguments, crops):
    """(energy, area, cell, FIPS) of the cells kept."""
    production, harvest = (read_cells(path, crops) for path in (arguments[1], arguments[3]))
    kept = []
    for cell, by_country in production.items():
        there = harvest.get(cell, {})
        single = len(by_country) == 1 and len(there) == 1
        for fips, masses in by_country.items():
            areas = next(iter(there.values())) if single else there.get(fips)
            if areas is None:
                continue
            usable = [i for i in range(len(crops)) if masses[i] is not None and areas[i] is not None]
            energy = sum(CONTENT[crops[i]] * masses[i] for i in usable)
            area = sum(areas[i] for i in usable)
            if energy > 0 and area > 0:
                kept.append((energy, area, cell, fips))
    return sorted(kept, key=lambda k: (Fraction(k[0], k[1]), k[2]))


def conflicting_repeats(path, column):
    """Rows whose cell came before with another value in `column`."""
    first, conflicts = {}, 0
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            conflicts += first.setdefault((row["x"], row["y"]), row[column]) != row[column]
    return conflicts


def lower(cells, area):
    """Least energy on `area`: the poorest land first, the last cell in part, rounded down."""
    energy = 0
    for e, a, _, _ in cells:
        if area < a:
            return energy + area * e // a
        area -= a
        energy += e
    return energy


def tier_range(cells, low, high):
    n = len(cells)
    i, j = -(-low * (n - 1) // 10000), high * (n - 1) // 10000
    while i > 0 and cells[i - 1][0] * cells[i][1] == cells[i][0] * cells[i - 1][1]:
        i -= 1
    while j < n - 1 and cells[j + 1][0] * cells[j][1] == cells[j][0] * cells[j + 1][1]:
        j += 1
    return cells[i:j + 1]


def check_envelope(path, cells, tiers, region):
    """Every row of envelope.csv against the plain definition; returns the areas by tier."""
    areas = {}
    parts = {tier: tier_range(cells, *NAMED[tier]) for tier in tiers}
    totals = {tier: (sum(c[1] for c in part), sum(c[0] for c in part)) for tier, part in parts.items()}
    with open(path, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region"] == region]
    assert rows, f"no rows of {region}"
    for row in rows:
        tier = row["tier"]
        total, energy = totals[tier]
        area = int(Fraction(row["area_km2"]) * 1000)
        areas.setdefault(tier, []).append(area)
        assert int(row["lower_kcal"]) == lower(parts[tier], area), row
        assert int(row["upper_kcal"]) == energy - lower(parts[tier], total - area), row
        assert math.isclose(float(row["magnitude"]), math.log10(area / 1000), rel_tol=1e-11, abs_tol=1e-11), row
    for tier in tiers:
        assert areas[tier] == sorted(set(areas[tier]))
    return areas, totals


def test_wheat_world_is_the_plain_definition(hone, folder):
    arguments = sample(hone, folder, 4000)
    tiers = list(NAMED)
    hone.run("envelope", "compute", *arguments, "--crop", "wheat", "--tiers", ",".join(tiers), "--grid", "log:60",
             "--out", folder / "out")
    cells = join(arguments, SETS["wheat"])
    areas, totals = check_envelope(folder / "out/envelope.csv", cells, tiers, "world")
    world = totals["comprehensive"][0]
    for tier in tiers:
        grid = {max(0, round(1000 * (world / 1000) ** (j / 59))) for j in range(59)} | {world}
        expected = sorted(a for a in grid if a < totals[tier][0]) + [totals[tier][0]]
        assert areas[tier] == expected, (tier, set(areas[tier]) ^ set(expected))
    with open(folder / "out/tiers.csv", newline="") as file:
        for row in csv.DictReader(file):
            part = tier_range(cells, *NAMED[row["tier"]])
            assert int(row["cells"]) == len(part)
            assert Fraction(row["total_area_km2"]) * 1000 == sum(c[1] for c in part)
            assert int(row["total_kcal"]) == sum(c[0] for c in part)
            assert math.isclose(float(row["yield_min_kcal_per_km2"]), part[0][0] * 1000 / part[0][1], rel_tol=1e-12)
    summary = read_json(folder / "out/summary.json")
    assert summary["synthetic"] is True and summary["checks"]["failed"] == 0
    assert summary["load"]["cells"]["kept"] == len(cells)
    conflicts = conflicting_repeats(arguments[3], "WHEA_A")
    assert 0 < conflicts < 5
    assert summary["issue_counts"]["envelope.duplicate-conflict"] == conflicts
    assert summary["issue_counts"]["envelope.duplicate-identical"] == 5 - conflicts
    assert (folder / "out/figures/envelope_world.svg").read_text().startswith("<")


def test_all_grains_by_country(hone, folder):
    arguments = sample(hone, folder, 4000)
    hone.run("envelope", "compute", *arguments, "--crop", "allgrain", "--tiers", "comprehensive,commercial",
             "--country", "USA,China", "--grid", "1,10,100,1000,1e9", "--out", folder / "out")
    cells = join(arguments, SETS["allgrain"])
    for region, fips in (("USA", "US"), ("CHN", "CH")):
        own = [c for c in cells if c[3] == fips]
        areas, totals = check_envelope(folder / "out/envelope.csv", own, ["comprehensive", "commercial"], region)
        for tier in areas:
            assert areas[tier] == [a for a in (1000, 10000, 100000, 1000000) if a <= totals[tier][0]]


def test_odd_but_legal_tables(hone, folder):
    def table(kind, value, header="X,y,iso3,rec_type,whea", code=" FRA ", more=()):
        rows = [header] + [f"{-180 + (c + 0.5) / 12:.6f},{90 - 500.5 / 12:.6f},{code},{kind},{value(c)}" for c in range(40)]
        return "\n".join([*rows, *more])
    p, h = folder / "p.csv", folder / "h.csv"
    words = ["envelope", "query", "--production", p, "--harvest", h, "--area", "1", "--country", "FRA", "--format", "json"]
    p.write_text(table("p", lambda c: "n/a" if c == 7 else "-9999.00" if c == 8 else c + 1))
    h.write_text(table("h", lambda c: 100))
    done = json.loads(hone.run(*words).stdout)
    assert done["tables"]["query"][0]["lower_kcal"] == 100 * 33400
    assert done["summary"]["issue_counts"] == {"envelope.missing-value": 2}, done["summary"]["issue_counts"]
    h.write_text(table("p", lambda c: 100))
    assert "exchanged" in hone.run(*words, code=3).stderr
    h.write_text(table("h", lambda c: "100,100", header="x,y,iso3,rec_type,whea,whea_a"))
    assert "two columns of one crop" in hone.run(*words, code=3).stderr


def test_odd_but_legal_selections(hone, folder):
    arguments = sample(hone, folder, 4000)
    done = hone.run("envelope", "compute", *arguments, "--grid", "99999999", "--country", "all", "--out", folder / "none")
    assert "envelope.beyond-total" in done.stderr and not (folder / "none/figures").exists()
    hone.run("envelope", "compute", *arguments, "--grid", "0,1", "--country", "USA,Andorra,US", "--tiers", "commercial",
             "--out", folder / "out")
    rows = list(csv.DictReader((folder / "out/envelope.csv").open()))
    assert [(r["region"], r["area_km2"], r["magnitude"]) for r in rows] == [("USA", "0", ""), ("USA", "1", "0")]
    assert rows[0]["lower_kcal"] == rows[0]["upper_kcal"] == "0"
    issues = read_json(folder / "out/summary.json")["issues"]
    assert any(i["id"] == "envelope.empty-region" and "AND" in i["message"] for i in issues)


def test_custom_filters_and_tiers(hone, folder):
    arguments = sample(hone, folder, 4000)
    everything = join(arguments, SETS["wheat"])
    large = [c for c in everything if c[1] >= 5]
    yields = [c[0] / c[1] for c in large]
    place = Fraction(99 * (len(large) - 1), 100)
    low = yields[int(place)]
    limit = 1.5 * (low + (yields[min(int(place) + 1, len(large) - 1)] - low) * float(place - int(place)))
    kept = [c for c, y in zip(large, yields) if y <= limit]
    assert 0 < len(kept) < len(large) < len(everything)
    hone.run("envelope", "compute", *arguments, "--filter", "0.5:1.50", "--tiers", "comprehensive,half:25-75,middle:25-75:area",
             "--grid", "log:40", "--out", folder / "out")
    total, energy = sum(c[1] for c in kept), sum(c[0] for c in kept)
    first, last = -(-2500 * total // 10000), 7500 * total // 10000
    rows = list(csv.DictReader((folder / "out/envelope.csv").open()))
    by_tier = {}
    for row in rows:
        area = int(Fraction(row["area_km2"]) * 1000)
        by_tier.setdefault(row["tier"], []).append((area, int(row["lower_kcal"]), int(row["upper_kcal"])))
    for area, least, most in by_tier["comprehensive"]:
        assert (least, most) == (lower(kept, area), energy - lower(kept, total - area))
    for area, least, most in by_tier["middle"]:
        assert least == lower(kept, first + area) - lower(kept, first)
        assert most == lower(kept, last) - lower(kept, last - area)
    assert by_tier["middle"][-1][0] == last - first
    tiers = {row["tier"]: row for row in csv.DictReader((folder / "out/tiers.csv").open())}
    n = len(kept)
    assert int(tiers["half"]["cells"]) >= 7500 * (n - 1) // 10000 - -(-2500 * (n - 1) // 10000) + 1
    assert read_json(folder / "out/summary.json")["filter"] == "0.5:1.5"


def test_query_answers_bounds_and_inverses(hone, folder):
    arguments = sample(hone, folder, 4000)
    out = hone.run("envelope", "query", *arguments, "--area", "1000,1e12", "--loss", "1e12", "--tiers", "comprehensive",
                   "--format", "csv").stdout
    rows = list(csv.DictReader(out.splitlines()))
    cells = join(arguments, SETS["wheat"])
    total, energy = sum(c[1] for c in cells), sum(c[0] for c in cells)
    assert int(rows[0]["lower_kcal"]) == lower(cells, 10**6)
    assert rows[1]["lower_kcal"] == "" and rows[1]["area_km2"] == "1000000000000"
    within, smallest = (int(Fraction(rows[2][name]) * 1000) for name in ("largest_area_km2", "smallest_area_km2"))
    assert lower(cells, within) <= 10**12 < lower(cells, within + 1)
    upper = lambda area: energy - lower(cells, total - area)
    assert upper(smallest) >= 10**12 > upper(smallest - 1)


def test_sample_is_the_specified_one(hone, folder):
    data = folder / "data"
    hone.run("envelope", "sample", "--cells", 1000, "--seed", 20200101, "--clean", "--out", data)
    hone.run("envelope", "compute", "--production", data / FILES[0], "--harvest", data / FILES[1], "--crop", "allgrain",
             "--out", folder / "out")
    summary = read_json(folder / "out/summary.json")
    assert summary["regions"][0]["total_kcal"] == 9947487031000
    assert summary["regions"][0]["cells"] == 970 and summary["regions"][0]["total_area_km2"] == 7365.107
    assert summary["issue_counts"] == {}


def test_equal_bytes_in_every_way(hone, folder):
    arguments = sample(hone, folder, 30000)
    words = ["envelope", "compute", *arguments, "--crop", "allgrain", "--grid", "log:100", "--country", "all"]
    def outputs(name, *more):
        hone.run(*words, "--out", folder / name, *more)
        return {p.relative_to(folder / name): p.read_bytes() for p in sorted((folder / name).rglob("*"))
                if p.is_file() and p.name != "execution.json"}
    plain = outputs("plain", "--plain")
    assert len(plain) >= 4
    for name, more in {"cold": [], "warm": [], "one": ["--threads", 1, "--cache", "off"],
                       "eight": ["--threads", 8, "--cache", "off"], "tight": ["--memory", "48MiB", "--cache", "off"],
                       "again": ["--trust-nothing"]}.items():
        assert outputs(name, *more) == plain, f"{name} differs from plain"
    assert read_json(folder / "warm/execution.json")["origin"] == "disk"
    rows = hone.run("verify", *words, "--format", "csv").stdout.splitlines()
    assert len(rows) >= 10 and all("same bytes" in row for row in rows[1:])


def test_spam_2010_layout(hone, folder):
    header = "iso3,prod_level,alloc_key,cell5m,x,y,rec_type,tech_type,unit,whea_a,rice_a,crea_date,year_data,source,name_cntr,name_adm1,name_adm2"
    def row(kind, column, wheat, iso3="FRA", name="France"):
        x, y = -180 + (column + 0.5) / 12, 90 - (500 + 0.5) / 12
        return f'"{iso3}","FR","k",{4320 * 500 + column},{x:.6f},{y:.6f},"{kind}","A","t",{wheat},0.0,"d","y","s","{name}","a","b"'
    (folder / "p.csv").write_text("\n".join([header] + [row("P", c, 10 * (c + 1)) for c in range(5)]))
    (folder / "h.csv").write_text("\r\n".join([header] + [row("H", c, 100) for c in range(5)]))
    out = hone.run("envelope", "query", "--production", folder / "p.csv", "--harvest", folder / "h.csv", "--area", 1,
                   "--tiers", "comprehensive", "--country", "France", "--format", "csv").stdout
    row = list(csv.DictReader(out.splitlines()))[0]
    assert row["region"] == "FRA" and row["lower_kcal"] == str(100 * 334000), row


def test_folders_as_published_archives_unpack(hone, folder):
    arguments = sample(hone, folder, 1000)
    expected = hone.run("envelope", "query", *arguments, "--area", 1, "--format", "csv").stdout
    for file, kind in ((arguments[1], "production"), (arguments[3], "harvested_area")):
        name = f"spam2020V2r0_global_{kind}"
        (folder / "spam" / name / name).mkdir(parents=True)
        file.rename(folder / "spam" / name / name / file.name)
    words = ["envelope", "query", "--production", folder / "spam", "--harvest", folder / "spam", "--area", 1]
    assert hone.run(*words, "--format", "csv").stdout == expected
    (folder / "spam/spam2020V2r0_global_production/copy").mkdir()
    (folder / "spam/spam2020V2r0_global_production/copy/x_P_TA.csv").write_text("x")
    assert "several files" in hone.run(*words, code=2).stderr
    (folder / "empty").mkdir()
    words[3] = folder / "empty"
    assert "no file *_P_TA.csv" in hone.run(*words, code=3).stderr


def test_bad_input_is_named(hone, folder):
    arguments = sample(hone, folder, 1000)
    production, harvest = arguments[1], arguments[3]
    text = production.read_text()
    def refused(code, *expected, crop="wheat", p=production, h=harvest, more=()):
        done = hone.run("envelope", "compute", "--production", p, "--harvest", h, "--crop", crop, *more, code=code)
        for word in expected:
            assert word in done.stderr, (word, done.stderr)
        assert done.stdout == ""
    refused(2, "wheat", "allgrain", crop="weat")
    refused(2, "--tiers", more=["--tiers", "comercial"])
    refused(2, "--country", more=["--country", "Atlantis"])
    refused(2, "--filter", more=["--filter", "strong"])
    refused(2, "--grid", more=["--grid", "log:1"])
    for wrong in ("0", "21", "99999999999", "x"):
        refused(2, "--refinement", "1 to 20", more=["--refinement", wrong])
    refused(2, "two tiers are called", "half", more=["--tiers", "half:0-50,half:50-100"])
    refused(3, "no cells", more=["--country", "Andorra"])
    refused(3, "exchanged", p=harvest, h=production)
    refused(3, "absent.csv", p=folder / "absent.csv")
    bad = folder / "bad.csv"
    bad.write_text(text.replace("WHEA_A", "WHET_A", 1))
    refused(3, "WHEA_A", "bad.csv", p=bad)
    bad.write_text("")
    refused(3, "bad.csv", p=bad)
    bad.write_text(text[:len(text) // 2])
    done = hone.run("envelope", "compute", "--production", bad, "--harvest", harvest)
    assert "envelope.field-count" in done.stderr
    lines = text.split("\n")
    bad.write_text("\n".join([lines[0]] + [line.rsplit(",", 1)[0] for line in lines[1:]]))
    refused(3, "1 %", p=bad)
    bad.write_text("\n".join([lines[0]] + [",".join([f[0], str(float(f[1]) + 0.03), *f[2:]]) for f in
                                             (line.split(",") for line in lines[1:] if '"' not in line)]))
    done = hone.run("envelope", "compute", "--production", bad, "--harvest", harvest, code=3)
    assert "no cell" in done.stderr or "no data" in done.stderr


def test_findings_have_places_and_strict_raises_them(hone, folder):
    arguments = sample(hone, folder, 1000)
    hone.run("envelope", "compute", *arguments, "--out", folder / "out")
    issues = read_json(folder / "out/summary.json")["issues"]
    duplicate = next(i for i in issues if i["id"] == "envelope.duplicate-conflict")
    assert duplicate["severity"] == "warning" and duplicate["row"] > 1 and duplicate["file"] == str(arguments[3])
    missing = next(i for i in issues if i["id"] == "envelope.missing-value")
    assert missing["column"] == "WHEA_A" and missing["file"] == str(arguments[1])
    hone.run("envelope", "compute", *arguments, "--strict", "--out", folder / "strict", code=1)
    issues = read_json(folder / "strict/summary.json")["issues"]
    assert any(i["severity"] == "error" and i["id"] == "envelope.off-grid" for i in issues)
    assert (folder / "out/envelope.csv").read_bytes() == (folder / "strict/envelope.csv").read_bytes()


if __name__ == "__main__":
    sys.exit(main([test_wheat_world_is_the_plain_definition, test_all_grains_by_country, test_odd_but_legal_tables, test_odd_but_legal_selections, test_custom_filters_and_tiers,
                   test_query_answers_bounds_and_inverses, test_sample_is_the_specified_one,
                   test_equal_bytes_in_every_way, test_spam_2010_layout, test_folders_as_published_archives_unpack, test_bad_input_is_named,
                   test_findings_have_places_and_strict_raises_them]))
