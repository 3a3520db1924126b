#!/usr/bin/env python3
"""The eyemap application through its command line, against a second implementation that is slow and plain."""
import csv
import json
import math
import re
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict

from harness import main, read_json

SVG = "{http://www.w3.org/2000/svg}"
REGIONS = {"ME": 10, "LO": 7, "LOP": 4}
REDS = ["#fee5d9", "#fcbba1", "#fc9272", "#ef6548", "#a50f15"]
STEPS = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)]


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sample(hone, folder, *more):
    data = folder / "data"
    hone.run("eyemap", "sample", "--out", data, *more)
    return data


def plain_columns(data):
    """{(type, region, side): {hex: {synapses, cells, layers}}} of raw rows."""
    columns = defaultdict(lambda: defaultdict(lambda: {"synapses": 0, "cells": set(), "layers": defaultdict(int),
                                                       "layer_cells": defaultdict(set)}))
    for row in rows_of(data / "synapses.csv"):
        column = columns[row["type"], row["region"], row["side"]][int(row["hex1"]), int(row["hex2"])]
        count = int(row["synapses"])
        column["synapses"] += count
        if count > 0:
            column["cells"].add(row["body_id"])
        if row["layer"]:
            column["layers"][int(row["layer"])] += count
            if count > 0:
                column["layer_cells"][int(row["layer"])].add(row["body_id"])
    return columns


def plain_universe(data):
    universe = defaultdict(set)
    for row in rows_of(data / "universe.csv"):
        universe[row["region"], row["side"]].add((int(row["hex1"]), int(row["hex2"])))
    return universe


def bin_of(value, low, high):
    t = min(max((value - low) / (high - low), 0), 1)
    return sum(t > edge for edge in (0.2, 0.4, 0.6, 0.8))


def hundredths(value):
    """Text of a length in px with at most two decimals, one kept."""
    text = f"{round(value * 100) / 100:.2f}"
    return text[:-1] if text.endswith("0") else text


def places(drawn, side, size=6, spacing=1.1, margin=10, sign=None):
    sign = sign if sign is not None else (1 if side == "R" else -1)
    a = {h: sign * (h[0] - h[1]) for h in drawn}
    b = {h: h[0] + h[1] for h in drawn}
    e = size * spacing
    a_min, b_max = min(a.values()), max(b.values())
    return {h: (1.5 * e * (a[h] - a_min) + size + margin + 10, math.sqrt(3) / 2 * e * (b_max - b[h]) + size + margin)
            for h in drawn}


def hexagons(path):
    """Attributes of the hexagons of a full SVG, by hex."""
    found = {}
    for group in ET.parse(path).iter(SVG + "g"):
        path_node = group.find(SVG + "path")
        if path_node is None or "data-hex1" not in path_node.attrib:
            continue
        x, y = re.fullmatch(r"translate\(([-\d.]+),([-\d.]+)\)", group.attrib["transform"]).groups()
        found[int(path_node.attrib["data-hex1"]), int(path_node.attrib["data-hex2"])] = \
            dict(path_node.attrib, x=x, y=y, title=path_node.find(SVG + "title").text
                 if path_node.find(SVG + "title") is not None else group.findtext(SVG + "title"))
    return found


def check_map(columns, universe, out, name, kind, region, side, metric):
    """One map against the plain definition: file, table of columns and table of maps agree with the raw rows."""
    drawn = set().union(*(mask for (_, s), mask in universe.items() if s == side))
    pooled = [column[metric] for r in REGIONS for s in "LR" for column in columns[kind, r, s].values()
              if column[metric] > 0]
    low, high = min(pooled), max(pooled)
    expected = {}
    for hexagon, (x, y) in places(drawn, side).items():
        column = columns[kind, region, side].get(hexagon)
        value = column[metric] if column else 0
        if hexagon not in universe[region, side]:
            state, color = "not_in_region", "#999999"
        elif value > 0:
            state, color = "has_data", REDS[bin_of(value, low, high)]
        else:
            state, color = "no_data", "#ffffff"
        expected[hexagon] = (hundredths(x), hundredths(y), state, color, value)
    shown = hexagons(out / f"{name}.svg")
    assert set(shown) == set(expected), f"{name}: {len(shown)} hexagons, expected {len(expected)}"
    for hexagon, (x, y, state, color, value) in expected.items():
        one = shown[hexagon]
        assert abs(float(one["x"]) - float(x)) < 0.011 and abs(float(one["y"]) - float(y)) < 0.011, (name, hexagon, one)
        assert (one["data-status"], one["fill"]) == (state, color), (name, hexagon, one, state, color, value)
        lines = one["title"].split("\n")
        assert lines[0] == f"Column: {hexagon[0]}, {hexagon[1]}", lines
        if state == "not_in_region":
            assert lines[1].startswith("Column not identified in " + region), lines
        else:
            assert lines[1].endswith(f": {value}"), (lines, value)
    return expected


def flatten(columns):
    for by_hex in columns.values():
        for column in by_hex.values():
            column["cell_count"] = len(column["cells"])
    return columns


def test_maps_against_a_plain_definition(hone, folder):
    data = sample(hone, folder, "--types", "ColA,ColB,ColC")
    columns, universe = flatten(plain_columns(data)), plain_universe(data)
    out = folder / "maps"
    hone.run("eyemap", "render", data / "synapses.csv", data / "universe.csv", "--types", "ColB,ColC", "--columns-csv",
             "--out", out)
    listed = {(r["type"], r["region"], r["side"], r["metric"]): r for r in rows_of(out / "maps.csv")}
    assert list(rows_of(out / "maps.csv")[0]) == ["type", "region", "side", "metric", "columns", "occupied", "min", "max",
                                                  "file", "bytes"]
    assert len(listed) == 2 * 12
    written = defaultdict(dict)
    for row in rows_of(out / "columns.csv"):
        written[row["type"], row["region"], row["side"], row["metric"]][int(row["hex1"]), int(row["hex2"])] = row
    for (kind, region, side, metric), row in listed.items():
        part = {"synapse_density": "synapses", "cell_count": "cell_count"}[metric]
        name = row["file"].removesuffix(".svg")
        assert name == f"eyemaps/{region}_{kind}_{side}_{metric}", name
        expected = check_map(columns, universe, out, name, kind, region, side, part)
        with_data = [value for *_, state, _, value in expected.values() if state == "has_data"]
        assert int(row["occupied"]) == len(with_data), row
        assert int(row["columns"]) == len(universe[region, side]), row
        assert (out / row["file"]).stat().st_size == int(row["bytes"])
        if with_data:
            assert (float(row["min"]), float(row["max"])) == (min(with_data), max(with_data)), row
        for hexagon, (x, y, state, color, value) in expected.items():
            one = written[kind, region, side, metric][hexagon]
            assert (one["state"], one["color"]) == (state, color), (one, state, color)
            assert abs(float(one["x_px"]) - float(x)) < 0.011 and abs(float(one["y_px"]) - float(y)) < 0.011, (one, x, y)
            if state != "not_in_region":
                assert float(one["value"]) == value, (one, value)


def test_layers_follow_the_rows(hone, folder):
    data = sample(hone, folder, "--types", "ColA")
    columns = plain_columns(data)
    hone.run("eyemap", "render", data / "synapses.csv", data / "universe.csv", "--type", "ColA", "--region", "ME",
             "--metric", "synapse_density", "--out", folder / "maps")
    pooled = [n for side in "LR" for column in columns["ColA", "ME", side].values()
              for n in column["layers"].values() if n > 0]
    low, high = min(pooled), max(pooled)
    for side in "LR":
        for hexagon, one in hexagons(folder / f"maps/eyemaps/ME_ColA_{side}_synapse_density.svg").items():
            layers = json.loads(one["data-layers"]) if one.get("data-layers") else []
            column = columns["ColA", "ME", side].get(hexagon)
            if one["data-status"] != "has_data":
                assert json.loads(one["layer-colors"]) == [], one
                continue
            plain = [column["layers"].get(k, 0) for k in range(1, 11)]
            assert layers == plain, (hexagon, layers, plain)
            colors = [REDS[bin_of(n, low, high)] if n > 0 else "#ffffff" for n in plain]
            assert json.loads(one["layer-colors"]) == colors, (hexagon, one["layer-colors"], colors)


def test_all_ways_in_give_the_same_maps(hone, folder):
    data = sample(hone, folder, "--types", "ColB")
    digests = {}
    for name, inputs in {"raw": ["synapses.csv"], "aggregated": ["columns.csv"], "document": ["document.json"]}.items():
        hone.run("eyemap", "render", *[data / one for one in inputs], "--type", "ColB", "--out", folder / name)
        shown = {}
        for path in sorted((folder / name).glob("eyemaps/*.svg")):
            shown[path.name] = {h: (one["fill"], one["x"], one["y"], one["layer-colors"], one["title"])
                                for h, one in hexagons(path).items()}
        digests[name] = shown
    assert len(digests["raw"]) == 12
    assert digests["raw"] == digests["aggregated"] == digests["document"]


def test_names_are_escaped_everywhere(hone, folder):
    data = sample(hone, folder, "--types", "Zé<7>&\"q\" 'x'/α")
    listed = [row["type"] for row in rows_of(data / "synapses.csv")][0]
    assert listed == "Zé<7>&\"q\" 'x'/α", listed
    hone.run("eyemap", "render", data / "synapses.csv", "--type", listed, "--region", "ME", "--side", "R", "--out",
             folder / "maps")
    files = [row["file"] for row in rows_of(folder / "maps/maps.csv")]
    assert all(re.fullmatch(r"eyemaps/ME_[A-Za-z0-9._-]+-02682b55_R_(synapse_density|cell_count)\.svg", f) for f in files)
    for file in files:
        root = ET.parse(folder / "maps" / file).getroot()
        assert root.attrib["data-type"] == listed
    hone.run("eyemap", "catalogue", data / "synapses.csv", "--types", "all", "--out", folder / "site")
    for page in (folder / "site").rglob("*.html"):
        assert "Zé<7>" not in page.read_text(encoding="utf-8"), f"{page}: markup in a name"


def test_requests_that_cannot_be_met(hone, folder):
    data = sample(hone, folder, "--types", "ColA,ColB")
    words = ["eyemap", "render", data / "synapses.csv", "--out", folder / "out"]
    assert "ColA" in hone.run(*words, "--type", "ColaA", code=3).stderr
    assert "--type" in hone.run(*words, code=2).stderr
    assert "--region" in hone.run(*words, "--types", "all", "--region", "AME", code=2).stderr
    assert "--side" in hone.run(*words, "--types", "all", "--side", "up", code=2).stderr
    assert "--metric" in hone.run(*words, "--types", "all", "--metric", "mean", code=2).stderr
    assert "--hex-size" in hone.run(*words, "--types", "all", "--hex-size", "0.5", code=2).stderr
    assert "--range" in hone.run(*words, "--types", "all", "--range", "9,1", code=2).stderr
    assert "--palette" in hone.run(*words, "--types", "all", "--palette", "#ffffff,#111111", code=2).stderr


def test_a_bad_row_spoils_its_map_only(hone, folder):
    data = sample(hone, folder, "--types", "ColA,ColB", "--fault", "negative")
    done = hone.run("eyemap", "render", data / "synapses.csv", "--types", "all", "--out", folder / "out", code=1)
    summary = read_json(folder / "out/summary.json")
    found = [issue for issue in summary["issues"] if issue["id"] == "eyemap.negative-count"]
    assert len(found) == 1 and found[0]["row"] > 1 and found[0]["file"].endswith("synapses.csv"), summary["issues"]
    states = read_json(folder / "out/maps_state.json")
    failed = {(m["type"], m["region"], m["side"]) for m in states if m["state"] == "failed"}
    assert len(failed) == 1 and len(states) == 24, done.stderr
    for one in states:
        assert (folder / "out" / one["file"]).exists(), one


def test_orientation_and_range(hone, folder):
    data = sample(hone, folder, "--types", "ColA")
    words = ["eyemap", "render", data / "synapses.csv", "--type", "ColA", "--region", "ME", "--metric", "cell_count"]
    shown = {}
    for orientation in ("catalogue", "paper", "lattice"):
        hone.run(*words, "--orientation", orientation, "--out", folder / orientation)
        shown[orientation] = {side: hexagons(folder / orientation / f"eyemaps/ME_ColA_{side}_cell_count.svg")
                              for side in "LR"}
    at = {o: {s: {h: (v["x"], v["y"]) for h, v in m.items()} for s, m in sides.items()} for o, sides in shown.items()}
    assert at["catalogue"]["R"] == at["paper"]["L"] == at["lattice"]["L"] == at["lattice"]["R"]
    assert at["catalogue"]["L"] == at["paper"]["R"] != at["catalogue"]["R"]
    hone.run(*words, "--range", "0,10", "--out", folder / "range")
    fills = {one["fill"] for one in hexagons(folder / "range/eyemaps/ME_ColA_R_cell_count.svg").values()}
    assert fills <= {"#fee5d9", "#ffffff", "#999999"}, fills


def test_types_and_statistics(hone, folder):
    data = sample(hone, folder, "--types", "ColA,ColB,WideA")
    columns = flatten(plain_columns(data))
    hone.run("eyemap", "types", data / "synapses.csv", "--out", folder / "types")
    listed = {row["type"]: row for row in rows_of(folder / "types/types.csv")}
    assert sorted(listed) == ["ColA", "ColB", "WideA"]
    for name, row in listed.items():
        own = [c for (kind, _, _), by_hex in columns.items() if kind == name for c in by_hex.values()]
        assert int(row["columns"]) == len(own), row
        assert int(row["synapses"]) == sum(c["synapses"] for c in own), row
        assert row["sides"] == "L;R", row
    hone.run("eyemap", "stats", data / "synapses.csv", data / "universe.csv", "--types", "all", "--out", folder / "stats")
    universe = plain_universe(data)
    stats = rows_of(folder / "stats/stats.csv")
    assert len(stats) == 3 * 12
    for row in stats:
        own = columns[row["type"], row["region"], row["side"]]
        mask = universe[row["region"], row["side"]]
        part = {"synapse_density": "synapses", "cell_count": "cell_count"}[row["metric"]]
        values = sorted(c[part] for c in own.values() if c[part] > 0)
        assert int(row["columns_in_region"]) == len(mask) and int(row["occupied"]) == len(values), row
        if values:
            mean = sum(values) / len(values)
            assert abs(float(row["mean"]) - mean) < 1e-9 * mean, row
            assert abs(float(row["completeness"]) - len(values) / len(mask)) < 1e-9, row


def test_catalogue_is_whole_and_comes_again_without_drawing(hone, folder):
    data = sample(hone, folder)
    words = ["eyemap", "catalogue", data / "synapses.csv", data / "universe.csv", "--types", "all", "--out", folder / "site"]
    hone.run(*words)
    site = folder / "site"
    index = (site / "index.html").read_text(encoding="utf-8")
    maps = rows_of(site / "maps.csv")
    assert len(maps) == 9 * 12
    for row in maps:
        assert (site / row["file"]).stat().st_size == int(row["bytes"]), row
    for kind in ("ColA", "WideB", "PatchA"):
        assert f"types/{kind}" in index, kind
        assert list((site / "types").glob(f"{kind}_*.html")), kind
    before = {path: path.read_bytes() for path in site.rglob("*") if path.suffix in (".svg", ".html", ".csv")}
    hone.run(*words)
    assert read_json(site / "execution.json")["origin"] != "computed"
    assert before == {path: path.read_bytes() for path in before}


def test_diff_shows_what_changed(hone, folder):
    a = folder / "a"
    b = folder / "b"
    hone.run("eyemap", "sample", "--types", "ColB", "--out", a)
    hone.run("eyemap", "sample", "--types", "ColB", "--key", "2", "--out", b)
    hone.run("eyemap", "diff", a / "synapses.csv", b / "synapses.csv", "--types", "ColB", "--region", "ME", "--side", "R",
             "--metric", "synapse_density", "--out", folder / "diff")
    first, second = flatten(plain_columns(a)), flatten(plain_columns(b))
    rows = rows_of(folder / "diff/diff.csv")
    assert rows
    for row in rows:
        hexagon = int(row["hex1"]), int(row["hex2"])
        x = first["ColB", "ME", "R"].get(hexagon, {"synapses": 0})["synapses"]
        y = second["ColB", "ME", "R"].get(hexagon, {"synapses": 0})["synapses"]
        assert (float(row["a"]), float(row["b"]), float(row["difference"])) == (x, y, x - y), row
    assert list((folder / "diff").rglob("*.svg"))


if __name__ == "__main__":
    sys.exit(main([test_maps_against_a_plain_definition, test_layers_follow_the_rows,
                   test_all_ways_in_give_the_same_maps, test_names_are_escaped_everywhere,
                   test_requests_that_cannot_be_met, test_a_bad_row_spoils_its_map_only, test_orientation_and_range,
                   test_types_and_statistics, test_catalogue_is_whole_and_comes_again_without_drawing,
                   test_diff_shows_what_changed]))
