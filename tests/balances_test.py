#!/usr/bin/env python3
"""Thresholds and risk through the command line, against the definitions written down plainly."""
import csv
import math
import statistics
import sys
from fractions import Fraction

from harness import main, read_json

MIXED = Fraction(345, 100)
MASK = (1 << 64) - 1
FILES = ("spam2020V2r0_global_P_TA.csv", "spam2020V2r0_global_H_TA.csv")


def builtin(hone):
    """(commodity, attribute, year) -> 1000 t."""
    with open(hone.source / "hone/apps/envelope/data/usda_psd_world_2023_07.csv", newline="") as file:
        return {(row["commodity"], row["attribute"], int(row["marketing_year"])): int(row["value"])
                for row in csv.DictReader(file)}


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def flows(table, commodity, years):
    return [[table[commodity, flow, year] for year in years] for flow in ("production", "consumption", "ending_stocks")]


def percentile(values, p):
    values = sorted(values)
    rank = Fraction(p) * (len(values) - 1) / 100
    low = math.floor(rank)
    high = min(low + 1, len(values) - 1)
    return values[low] + (rank - low) * (values[high] - values[low])


def median(values):
    return percentile([Fraction(value) for value in values], 50)


def expected_sets(table, commodity, supply_years, years):
    _, use, stocks = flows(table, commodity, supply_years)
    mean_use = Fraction(sum(use), len(use))
    supply = [mean_use / 12, mean_use / 4, Fraction(sum(stocks), len(stocks))]
    grown, use, stocks = flows(table, commodity, years)
    ratios = [Fraction(s, c) for s, c in zip(stocks, use)]
    at = {p: percentile(ratios, p) * median(use) for p in (2, 5, 10, 15, 50)}
    left = median(stocks)
    agriphase = [left - at[15], at[15], at[50] + median(grown) / 2, at[50] + median(grown)]
    return {"supply": supply, "agriphase": agriphase, "sur": [left - at[p] for p in (15, 10, 5, 2)]}


def test_thresholds_are_the_plain_definitions(hone, folder):
    table = builtin(hone)
    for crop, commodity, content in (("allgrain", "Allgrain", MIXED), ("wheat", "Wheat", Fraction(334, 100)),
                                     ("rice", "Rice, Milled", Fraction(360, 100)),
                                     ("maize", "Corn", Fraction(356, 100))):
        for name, expected in expected_sets(table, commodity, range(2019, 2022), range(2001, 2022)).items():
            hone.run("envelope", "thresholds", "--crop", crop, "--set", name, "--out", folder / f"{crop}-{name}")
            rows = rows_of(folder / f"{crop}-{name}/thresholds.csv")
            assert len(rows) == len(expected)
            for row, kt in zip(rows, expected):
                assert Fraction(row["value_kt"]) == Fraction(round(kt * 10**6), 10**6), (crop, name, row)
                assert abs(int(row["value_kcal"]) - kt * 10**9 * content) <= Fraction(6, 10), (crop, name, row)
                assert Fraction(row["content_kcal_per_g"]) == content
                assert row["source"] == "USDA PSD, July 2023" and row["min_area_km2"] == row["magnitude"] == ""


def test_other_years_and_balances(hone, folder):
    table = builtin(hone)
    expected = expected_sets(table, "Allgrain", range(1990, 2021), range(1990, 2021))["supply"]
    hone.run("envelope", "thresholds", "--years", "1990:2020", "--out", folder / "years")
    assert [Fraction(row["value_kt"]) for row in rows_of(folder / "years/thresholds.csv")] == [
        Fraction(round(kt * 10**6), 10**6) for kt in expected]
    hone.run("envelope", "thresholds", "--balance", "three", "--out", folder / "three")
    three = sum(expected_sets(table, name, range(2019, 2022), range(2001, 2022))["supply"][2]
                for name in ("Wheat", "Corn", "Rice, Milled"))
    assert int(rows_of(folder / "three/thresholds.csv")[2]["value_kcal"]) == round(three * 10**9 * MIXED)


def mix(z):
    z ^= z >> 30
    z = z * 0xBF58476D1CE4E5B9 & MASK
    z ^= z >> 27
    z = z * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def h16(key, stream, i):
    return mix((mix((key + stream * 0x9E3779B97F4A7C15) & MASK) + i * 0xD1B54A32D192ED03) & MASK) >> 48


def resampled(shocks, key, block, count):
    for b in range(count):
        drawn, j = [], 0
        while len(drawn) < len(shocks):
            start = h16(key, 800, 65536 * b + j) * len(shocks) >> 16
            drawn += [shocks[(start + i) % len(shocks)] for i in range(block)]
            j += 1
        yield drawn[:len(shocks)]


def shocks_of(values):
    """Shocks about the least-squares line, and its last value."""
    n = len(values)
    middle, mean = Fraction(n - 1, 2), Fraction(sum(values), n)
    slope = sum((t - middle) * v for t, v in enumerate(values)) / sum((t - middle)**2 for t in range(n))
    line = [mean + slope * (t - middle) for t in range(n)]
    return [float((v - trend) / trend) for v, trend in zip(values, line)], float(line[-1])


def is_near(found, expected):
    return math.isclose(float(found), expected, rel_tol=1e-9, abs_tol=1e-300)


def test_risk_is_the_plain_definition(hone, folder):
    table = builtin(hone)
    shocks, last = shocks_of([table["Allgrain", "production", year] for year in range(1960, 2024)])
    hone.run("envelope", "risk", "--resamples", 200, "--seed", 3, "--out", folder / "sigma")
    summary = read_json(folder / "sigma/risk_summary.json")
    assert is_near(summary["sigmas"]["all"], statistics.pstdev(shocks))
    assert is_near(summary["ratio"], statistics.pstdev(shocks[31:]) / statistics.pstdev(shocks[:31]))
    steps = sum((b - a)**2 for a, b in zip(shocks, shocks[1:]))
    assert is_near(summary["dw"], steps / sum(s * s for s in shocks))
    assert is_near(summary["trend_last_kt"], last)
    energy = last * 1e9 * float(MIXED)
    scales = [statistics.pstdev(drawn) * energy for drawn in resampled(shocks, 3, 5, 200)]
    rows = rows_of(folder / "sigma/risk.csv")
    assert len(rows) == 200
    for row in rows[::40] + rows[-1:]:
        loss = int(row["loss_kcal"])
        own = 0.32 ** (loss / (statistics.pstdev(shocks) * energy))
        assert is_near(row["return_period_yr"], 1 / own)
        band = [0.32 ** (loss / scale) for scale in scales]
        for name, p in (("p_low", Fraction(5, 2)), ("p_median", 50), ("p_high", Fraction(195, 2))):
            assert is_near(row[name], float(percentile([Fraction(value) for value in band], p))), row


def test_shortfall_and_single_years(hone, folder):
    table = builtin(hone)
    shocks, last = shocks_of([table["Wheat", "production", year] for year in range(1980, 2011)])
    hone.run("envelope", "risk", "--crop", "wheat", "--series", "1980:2010", "--tail", "shortfall", "--resampling", "iid",
             "--resamples", 100, "--out", folder / "out")
    loss = int(rows_of(folder / "out/risk.csv")[150]["loss_kcal"])

    def exceeded(drawn):
        bad = [-s for s in drawn if s < 0]
        return len(bad) / len(drawn) * math.exp(-loss / (statistics.fmean(bad) * last * 3.34e9))
    band = [Fraction(exceeded(drawn)) for drawn in resampled(shocks, 1, 1, 100)]
    row = rows_of(folder / "out/risk.csv")[150]
    assert is_near(row["p_median"], float(percentile(band, 50))) and is_near(row["return_period_yr"], 1 / exceeded(shocks))


def test_areas_are_those_of_the_envelope(hone, folder):
    hone.run("envelope", "sample", "--cells", 60000, "--seed", 1, "--out", folder / "data")
    cells = ["--production", folder / "data" / FILES[0], "--harvest", folder / "data" / FILES[1], "--crop", "wheat"]
    balances = folder / "data/balances/psd_grains_tidy_synthetic.csv"
    hone.run("envelope", "thresholds", *cells, "--balances", balances, "--years", "1960:1962", "--out", folder / "out")
    month = rows_of(folder / "out/thresholds.csv")[0]
    hone.run("envelope", "query", *cells, "--tiers", "comprehensive", "--loss", month["value_kcal"], "--out", folder / "query")
    answer = rows_of(folder / "query/query.csv")[0]
    assert month["min_area_km2"] == answer["smallest_area_km2"] != ""
    assert is_near(month["magnitude"], math.log10(float(month["min_area_km2"])))
    assert read_json(folder / "out/summary.json")["synthetic"] and month["source"].startswith("synthetic")
    hone.run("envelope", "risk", *cells, "--resamples", 10, "--out", folder / "risk")
    rows = rows_of(folder / "risk/risk.csv")
    assert (rows[0]["magnitude"], rows[-1]["magnitude"]) == ("3", "8")
    hone.run("envelope", "query", *cells, "--tiers", "comprehensive", "--area", "1000", "--out", folder / "area")
    assert rows[0]["loss_kcal"] == rows_of(folder / "area/query.csv")[0]["upper_kcal"]


def test_formats_agree_and_merge(hone, folder):
    hone.run("envelope", "sample", "--cells", 100, "--seed", 1, "--out", folder / "data")
    data = folder / "data/balances"
    wide = ",".join(str(data / f"grains_world_usdapsd_{flow}_synthetic.csv")
                    for flow in ("production", "consumption", "endingstocks"))
    found = set()
    for number, files in enumerate((wide, data / "psd_grains_long_synthetic.csv", data / "psd_grains_tidy_synthetic.csv")):
        out = folder / str(number)
        hone.run("envelope", "thresholds", "--set", "agriphase", "--balances", files, "--out", out)
        found.add(tuple((row["value_kt"], row["value_kcal"]) for row in rows_of(out / "thresholds.csv")))
    assert len(found) == 1


def test_bad_balances_are_named(hone, folder):
    table = folder / "table.csv"
    header = "commodity,attribute,marketing_year,value,unit\n"
    for text, fault in (("a,b\n1,2\n", "envelope.balance-format"), (header, "envelope.balance-format"),
                        (header + "Wheat,production,2019,5,\n", "envelope.balance-unit"),
                        (header + "Wheat,consumption,2019,5,1000 t\n", "envelope.balance-years")):
        table.write_text(text)
        done = hone.run("envelope", "thresholds", "--crop", "wheat", "--balances", table, "--out", folder / "out", code=3)
        assert fault in done.stderr, done.stderr
    done = hone.run("envelope", "thresholds", "--set", "static", "--crop", "maize", code=2)
    assert "envelope.no-static-set" in done.stderr
    hone.run("envelope", "thresholds", "--production", table, code=2)
    table.write_text(header + "".join(f"Wheat,{flow},{year},5,1000 t\n" for flow in ("consumption", "ending_stocks")
                                      for year in (2019, 2020, 2021, 2021)))
    arguments = ["envelope", "thresholds", "--crop", "wheat", "--balances", table, "--out"]
    hone.run(*arguments, folder / "out")
    hone.run(*arguments, folder / "strict", "--strict", code=1)
    issue = next(i for i in read_json(folder / "strict/summary.json")["issues"] if i["id"] == "envelope.balance-duplicate")
    assert issue["row"] == 5 and issue["file"] == str(table)


if __name__ == "__main__":
    sys.exit(main([test_thresholds_are_the_plain_definitions, test_other_years_and_balances, test_risk_is_the_plain_definition,
                   test_shortfall_and_single_years, test_areas_are_those_of_the_envelope, test_formats_agree_and_merge,
                   test_bad_balances_are_named]))
