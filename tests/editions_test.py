#!/usr/bin/env python3
"""Two editions against each other, and connected land, through the command line and against plain definitions."""
import csv
import sys
from collections import defaultdict

from harness import main, read_json

CONTENT = 334000  # kcal per 0.1 t of wheat; MILL has 340000
COLUMNS = 4320


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def place(cell):
    return -180 + (cell % COLUMNS + 0.5) / 12, 90 - (cell // COLUMNS + 0.5) / 12


def write_2020(folder, name, cells):
    """cells: {cell: (fips, tenths of t, tenths of ha)}, as WHEA and, halved, as MILL."""
    for kind, value in (("P", 1), ("H", 2)):
        lines = ["grid_code,x,y,FIPS0,ADM0_NAME,rec_type,MILL_A,WHEA_A"]
        for cell, entry in cells.items():
            x, y = place(cell)
            lines.append(f"{cell},{x:.6f},{y:.6f},{entry[0]},,{kind},{entry[value] / 10},{entry[value] / 10}")
        (folder / f"{name}_{kind}_TA.csv").write_text("\n".join(lines) + "\n")
    return folder / f"{name}_P_TA.csv", folder / f"{name}_H_TA.csv"


def write_2010(folder, name, cells):
    for kind, value in (("P", 1), ("H", 2)):
        lines = ["iso3,alloc_key,x,y,rec_type,whea_a,smil_a,name_cntr"]
        for cell, entry in cells.items():
            x, y = place(cell)
            lines.append(f'"{entry[0]}","k",{x:.6f},{y:.6f},"{kind}",{entry[value] / 10},{entry[value] / 10},""')
        (folder / f"{name}_{kind}.csv").write_text("\n".join(lines) + "\n")
    return folder / f"{name}_P.csv", folder / f"{name}_H.csv"


def both(a, b):
    return ["--production", a[0], "--harvest", a[1], "--production-b", b[0], "--harvest-b", b[1]]


def test_two_editions_of_other_layouts(hone, folder):
    base = 500 * COLUMNS + 2000
    old = {base + i: ("FRA", 100 * (i + 1), 50) for i in range(6)}
    new = {base + i: ("FR", 100 * (9 - i), 40) for i in range(2, 9)}
    new[base + 2] = ("GM", 600, 40)  # FRA before
    words = both(write_2010(folder, "old", old), write_2020(folder, "new", new))
    for crop, content in (("wheat", CONTENT), ("MILL", 340000)):
        out = folder / crop
        hone.run("envelope", "diff", *words, "--crop", crop, "--top", 3, "--out", out)
        row, = rows_of(out / "diff.csv")
        energy_old = {c: v[1] * content for c, v in old.items()}
        energy_new = {c: v[1] * content for c, v in new.items()}
        assert int(row["energy_kcal_a"]) == sum(energy_old.values()), row
        assert int(row["energy_kcal_b"]) == sum(energy_new.values()), row
        assert int(row["energy_change_kcal"]) == sum(energy_new.values()) - sum(energy_old.values())
        assert float(row["area_km2_a"]) == 6 * 50 / 1000 and float(row["area_change_km2"]) == (7 * 40 - 300) / 1000, row
        assert abs(float(row["energy_change_pct"]) -
                   100 * (sum(energy_new.values()) / sum(energy_old.values()) - 1)) < 1e-9
        assert [row[c] for c in ("cells_in_both", "cells_only_a", "cells_only_b")] == ["4", "2", "3"], row
        changes = {c: energy_new.get(c, 0) - energy_old.get(c, 0) for c in old.keys() | new.keys()}
        gains = sorted(((-v, c) for c, v in changes.items() if v > 0))[:3]
        losses = sorted(((v, c) for c, v in changes.items() if v < 0))[:3]
        listed = [(r["kind"], int(r["cell_id"]), int(r["energy_change_kcal"])) for r in rows_of(out / "diff_cells.csv")]
        assert listed == [("gain", c, -v) for v, c in gains] + [("loss", c, v) for v, c in losses], listed
        ids = {issue["id"] for issue in read_json(out / "summary.json")["issues"]}
        assert "envelope.moved-cell" in ids and ("envelope.renamed-crop" in ids) == (crop == "MILL"), ids
    by_country = folder / "countries"
    hone.run("envelope", "diff", *words, "--country", "all", "--out", by_country)
    rows = {r["region"]: r for r in rows_of(by_country / "diff.csv")}
    assert list(rows) == ["FRA", "DEU"] and rows["DEU"]["cells_a"] == "0" and rows["DEU"]["cells_change_pct"] == ""
    assert rows["FRA"]["cells_only_a"] == "3" and rows["FRA"]["cells_in_both"] == "3"
    assert "envelope.one-edition" in {i["id"] for i in read_json(by_country / "summary.json")["issues"]}
    hone.run("envelope", "diff", *words, "--country", "DEU", "--out", folder / "new")
    row, = rows_of(folder / "new/diff.csv")
    assert row["region"] == "DEU" and row["energy_kcal_a"] == "0" and row["energy_kcal_b"] == str(600 * CONTENT), row
    done = hone.run("envelope", "diff", *words, "--country", "ITA", "--out", folder / "neither", code=3)
    assert "either edition" in done.stderr


def test_curves_are_those_of_each_edition(hone, folder):
    hone.run("envelope", "sample", "--cells", 1000, "--seed", 1, "--out", folder / "a")
    hone.run("envelope", "sample", "--cells", 4000, "--seed", 2, "--out", folder / "b")
    words = both((folder / "a", folder / "a"), (folder / "b", folder / "b"))
    hone.run("envelope", "diff", *words, "--grid", "1,10,100,1000,5000", "--out", folder / "out")
    for edition in "ab":
        rows = rows_of(folder / "out/diff_curves.csv")
        assert len(rows) == 5
        areas = ",".join(row["area_km2"] for row in rows if row["upper_kcal_" + edition])
        text = hone.run("envelope", "query", "--production", folder / edition, "--harvest", folder / edition,
                        "--tiers", "comprehensive", "--area", areas, "--format", "csv").stdout
        for row, query in zip(rows, csv.DictReader(text.splitlines())):
            assert (row["lower_kcal_" + edition], row["upper_kcal_" + edition]) == \
                (query["lower_kcal"], query["upper_kcal"]), (row, query)
    for row in rows_of(folder / "out/diff_curves.csv"):
        if row["upper_kcal_a"] and row["upper_kcal_b"]:
            assert int(row["upper_change_kcal"]) == int(row["upper_kcal_b"]) - int(row["upper_kcal_a"])
            assert int(row["lower_change_kcal"]) == int(row["lower_kcal_b"]) - int(row["lower_kcal_a"])
        else:
            assert row["upper_change_kcal"] == ""
    alone = ["--production", folder / "a", "--harvest", folder / "a"]
    done = hone.run("envelope", "diff", *alone, "--out", folder / "none", code=2)
    assert "nothing differs" in done.stderr
    hone.run("envelope", "diff", *alone, "--crop", "rice", "--energy-b", "paddy", "--out", folder / "paddy")
    row, = rows_of(folder / "paddy/diff.csv")
    assert int(row["energy_kcal_b"]) * 360 == int(row["energy_kcal_a"]) * 280 and float(row["area_change_km2"]) == 0, row


def plain_connected(cells, seeds, area):
    """Least and greatest energy (numerators over the last cell's area handled exactly) of land grown from cells."""
    order = sorted(cells, key=lambda c: (cells[c][0] / cells[c][1], c))
    rank = {c: i for i, c in enumerate(order)}
    def touching(cell):
        r, c = divmod(cell, COLUMNS)
        return [(r + i) * COLUMNS + (c + j) % COLUMNS for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    found = []
    for best in (True, False):
        grown = 0
        for seed in (reversed(order) if best else order):
            land, border, left, energy = set(), {seed}, area, 0
            while border:
                cell = max(border, key=rank.get) if best else min(border, key=rank.get)
                border.remove(cell)
                land.add(cell)
                e, a = cells[cell]
                if a >= left:
                    found.append((energy + left * e // a, energy - (-left * e // a)))
                    grown += 1
                    break
                energy, left = energy + e, left - a
                border |= {n for n in touching(cell) if n in cells and n not in land}
            if grown == seeds:
                break
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def test_connected_land_is_grown(hone, folder):
    cells, state = {}, 1
    for r in range(14):
        for c in range(-9, 9):
            state = state * 6364136223846793005 % 2**64
            if state >> 62:
                cells[(700 + r) * COLUMNS + c % COLUMNS] = ("FR", 10 + (state >> 40) % 90, 1 + (state >> 50) % 60)
    production, harvest = write_2020(folder, "grown", cells)
    out = folder / "out"
    hone.run("envelope", "connected", "--production", production, "--harvest", harvest, "--seeds", 5,
             "--area", "0.02,0.3,1,3,100", "--out", out)
    rows = rows_of(out / "connected.csv")
    plain = {cell: (entry[1] * CONTENT, entry[2]) for cell, entry in cells.items()}
    assert len(rows) == 5
    answered = 0
    for row in rows:
        area = round(float(row["area_km2"]) * 1000)
        expected = plain_connected(plain, 5, area)
        if expected is None:
            assert row["heuristic_connected_lower_kcal"] == row["heuristic_connected_upper_kcal"] == "", row
            continue
        answered += 1
        low, high = int(row["heuristic_connected_lower_kcal"]), int(row["heuristic_connected_upper_kcal"])
        assert (low, high) == expected, (row, expected)
        assert int(row["lower_kcal"]) <= low <= high <= int(row["upper_kcal"])
    assert answered >= 3
    summary = read_json(out / "summary.json")
    assert summary["method"].startswith("heuristic") and summary["regions"][0]["connected_parts"] >= 1
    assert "envelope.beyond-total" in {issue["id"] for issue in summary["issues"]}


def test_connected_land_of_a_sample_lies_inside(hone, folder):
    hone.run("envelope", "sample", "--cells", 20000, "--seed", 3, "--out", folder / "data")
    words = ["--production", folder / "data", "--harvest", folder / "data"]
    by_region = defaultdict(int)
    hone.run("envelope", "connected", *words, "--country", "USA,CHN", "--box", "pacific=140/-60/-150/70",
             "--threads", 2, "--out", folder / "two")
    hone.run("envelope", "connected", *words, "--country", "USA,CHN", "--box", "pacific=140/-60/-150/70", "--plain",
             "--out", folder / "plain")
    assert (folder / "two/connected.csv").read_bytes() == (folder / "plain/connected.csv").read_bytes()
    for row in rows_of(folder / "two/connected.csv"):
        by_region[row["region"]] += 1
        if row["heuristic_connected_lower_kcal"]:
            assert int(row["lower_kcal"]) <= int(row["heuristic_connected_lower_kcal"]) <= \
                int(row["heuristic_connected_upper_kcal"]) <= int(row["upper_kcal"]), row
    assert len(by_region) == 3, by_region


if __name__ == "__main__":
    sys.exit(main([test_two_editions_of_other_layouts, test_curves_are_those_of_each_edition,
                   test_connected_land_is_grown, test_connected_land_of_a_sample_lies_inside]))
