#!/usr/bin/env python3
"""Data that eyemap makes and takes back: `sample` gives equal bytes however it runs, and its manifest is true; `import` reads
maps of published catalogues."""
import csv
import hashlib
import json
import sys

import harness

# Of key 1: the same on every machine and with every compiler.
SYNAPSES = "d0a890f7e2d702bd9a8400ce25016b704c5fc11d963107e32a9af3103afd06fb"
GRID = "e6d448d10749ed28c725a6e1a8d0caffa89a24fc8ff6a02d756d481ebcf0cd49"


def digest(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_manifest(folder) -> dict:
    manifest = harness.read_json(folder / "manifest.json")
    for entry in manifest["files"]:
        path = folder / entry["file"]
        assert digest(path) == entry["sha256"] and path.stat().st_size == entry["bytes"], entry
    return manifest


def test_sample_has_equal_bytes_however_it_runs(hone, folder):
    ways = {"usual": [], "plain": ["--plain"], "threads": ["--threads", "3"], "small": ["--memory", "48MiB"]}
    for name, words in ways.items():
        hone.run("eyemap", "sample", *words, "--out", folder / name)
        check_manifest(folder / name)
        assert digest(folder / name / "synapses.csv") == SYNAPSES, name
    for file in ("rois.csv", "columns.csv", "document.json", "universe.csv"):
        assert len({digest(folder / name / file) for name in ways}) == 1, file
    with open(folder / "usual" / "synapses.csv", newline="", encoding="utf-8") as rows:
        assert sum(1 for _ in csv.DictReader(rows)) == 156_031
    for words in (["--plain"], ["--threads", "3"]):
        hone.run("eyemap", "sample", "--disc", "10000", "--layers", "10", "--kind", "synapses", *words, "--out", folder / "grid")
        assert digest(folder / "grid" / "synapses.csv") == GRID


def test_sample_with_mistakes_says_where(hone, folder):
    hone.run("eyemap", "sample", "--types", "ColA,ColB", "--fault", "negative,case-collision,truncated-file", "--key", "7",
             "--out", folder / "out")
    manifest = check_manifest(folder / "out")
    where = {entry["fault"]: entry for entry in manifest["faults"]}
    lines = (folder / "out" / "synapses.csv").read_text().split("\n")
    cut = where["truncated-file"]["line"]
    assert len(lines) == cut and not lines[-1].count(",") == 10
    if where.get("negative"):
        assert ",-5," in lines[where["negative"]["line"] - 1]
    assert {line.split(",")[0] for line in lines[1:-1]} <= {"Tm4", "tm4"}
    done = hone.run("eyemap", "sample", "--fault", "od", "--out", folder / "odd", code=2)
    assert "truncated-file" in done.stderr
    hone.run("eyemap", "sample", "--catalogue", "--disc", "5", "--out", folder / "odd", code=2)
    assert not (folder / "odd" / "manifest.json").exists()


def hexagon(h1, h2, word, value, layers) -> str:
    tips = json.dumps([f"{n}\nROI: ME{k + 1}" for k, n in enumerate(layers)])
    title = f"Column: {h1}, {h2}\n{word}: {value}\nROI: ME (right)"
    return (f"<g transform=\"translate(1,2)\"><path d=\"M6,0 Z\" fill=\"#fee5d9\" tooltip-layers='{tips}' "
            f"base-title='{json.dumps(title)}' opacity=\"0.8\"><title>{title}</title></path></g>")


def write_map(path, hexagons) -> None:
    path.write_text("<svg xmlns=\"http://www.w3.org/2000/svg\"><text>ME Synapses (All Columns)</text><text>Tm3 (R)</text>"
                    f"<g id=\"hexplot-ME\">{''.join(hexagons)}</g></svg>")


def test_import_reads_maps_back(hone, folder):
    synapses, cells, odd = folder / "a.svg", folder / "b.svg", folder / "odd.svg"
    write_map(synapses, [hexagon(5, 6, "Synapse count", 20, [10, 10]), hexagon(5, 7, "Synapse count", 0, [])])
    write_map(cells, [hexagon(5, 6, "Cell count", 2, [1, 2]), hexagon(5, 7, "Cell count", 0, [])])
    odd.write_text("<html>")
    hone.run("eyemap", "import", synapses, cells, "--out", folder / "out")
    with open(folder / "out" / "columns.csv", newline="", encoding="utf-8") as rows:
        assert list(csv.DictReader(rows)) == [{
            "type": "Tm3", "region": "ME", "side": "R", "hex1": "5", "hex2": "6", "total_synapses": "20", "neuron_count": "2",
            "syn_1": "10", "syn_2": "10", "cells_1": "1", "cells_2": "2"}]
    assert (folder / "out" / "universe.csv").read_text().split() == ["region,side,hex1,hex2", "ME,R,5,6", "ME,R,5,7"]
    done = hone.run("eyemap", "import", synapses, odd, "--out", folder / "out", code=1)
    assert "odd.svg" in done.stderr and "import-unreadable" in done.stderr, done.stderr
    hone.run("eyemap", "import", odd, "--out", folder / "none", code=3)
    done = hone.run("eyemap", "import", synapses, synapses, "--out", folder / "out", code=1)
    assert "already read" in done.stderr, done.stderr


if __name__ == "__main__":
    sys.exit(harness.main([test for name, test in list(globals().items()) if name.startswith("test_")]))
