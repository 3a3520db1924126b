"""The envelope of wheat for the world as an experienced pandas user writes it: the peer of `hone bench envelope`.

Arguments: production file, area file. Prints totals and the upper bound at one area as JSON, for comparison.
"""
import json
import sys

import numpy
import pandas

COLUMNS = ["x", "y", "FIPS0", "WHEA_A"]


def read(path):
    table = pandas.read_csv(path, usecols=COLUMNS, dtype={"FIPS0": "category"}, na_values=["-9999"])
    rows = (90 - table["y"]) * 12 - 0.5
    columns = (table["x"] + 180) * 12 - 0.5
    on_grid = ((rows - rows.round()).abs() <= 0.05) & ((columns - columns.round()).abs() <= 0.05)
    table["cell"] = (4320 * rows.round() + columns.round()).astype("int64")
    return table[on_grid].drop_duplicates("cell")[["cell", "WHEA_A"]]


def main(production, harvest):
    cells = read(production).merge(read(harvest), on="cell", suffixes=("_p", "_h")).dropna()
    energy = (cells["WHEA_A_p"] * 3_340_000).to_numpy()
    area = (cells["WHEA_A_h"] / 100).to_numpy()
    kept = (energy > 0) & (area > 0)
    energy, area = energy[kept], area[kept]
    order = numpy.argsort(energy / area, kind="stable")
    areas = numpy.concatenate([[0], numpy.cumsum(area[order])])
    energies = numpy.concatenate([[0], numpy.cumsum(energy[order])])
    grid = numpy.geomspace(1, areas[-1], 1000)
    lower = numpy.interp(grid, areas, energies)
    upper = energies[-1] - numpy.interp(areas[-1] - grid, areas, energies)
    assert (lower <= upper * (1 + 1e-9)).all()
    print(json.dumps({"cells": int(kept.sum()), "total_area_km2": float(areas[-1]), "total_kcal": float(energies[-1])}))


if __name__ == "__main__":
    main(*sys.argv[1:])
