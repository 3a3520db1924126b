#!/usr/bin/env python3
"""The interactive envelope page in a real browser: right numbers by pointer, keyboard and address, hostile names stay text,
nothing complains and nothing is asked of a network. SKIPPED, visibly, where there is no Chromium."""
import base64
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import sys

from browser import Browser, chromium
from harness import main

PREFIXES = ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"))
BLANK = "\u202f"
ARROW_LEFT, ARROW_RIGHT, PAGE_UP, TAB, ENTER, ESCAPE, SPACE = 37, 39, 33, 9, 13, 27, 32


def data_of(page: pathlib.Path) -> dict:
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])


def unpacked(text: str) -> list:
    total, values = 0, []
    for word in text.split(" "):
        total += int(word, 36)
        values.append(total)
    return values


class Curve:
    """A tier of the embedded data."""

    def __init__(self, tier: dict):
        self.areas, self.lower, self.upper = (unpacked(tier[name]) for name in ("areas", "lower", "upper"))
        self.total, self.energy, self.start = int(tier["area"]), int(tier["energy"]), int(tier["from"])

    def bounds(self, area: int):
        """L and U at an area in u, and whether it was sampled."""
        if area >= self.total:
            return self.energy, self.energy, True
        if area in self.areas:
            at = self.areas.index(area)
            return self.lower[at], self.upper[at], True
        points = sorted([(0, 0, 0), *zip(self.areas, self.lower, self.upper), (self.total, self.energy, self.energy)])
        before = max(point for point in points if point[0] < area)
        after = min(point for point in points if point[0] > area)
        return *(before[i] + (after[i] - before[i]) * (area - before[0]) // (after[0] - before[0]) for i in (1, 2)), False


def grouped(number) -> str:
    return f"{int(number):,}".replace(",", BLANK)


def energy_text(kcal: int) -> str:
    rounded = float(f"{kcal:.4g}")
    for unit, prefix in PREFIXES:
        if rounded >= unit:
            digits = rounded / unit
            return f"{digits:.{4 - len(str(int(digits)))}f}{BLANK}{prefix}kcal"
    return f"{grouped(rounded)}{BLANK}kcal"


def readout(browser) -> list:
    """Rows of the readout: texts, and the full numbers in the titles of L, U and width."""
    return browser.ask("""[...document.querySelectorAll('#readout tbody tr')].map(row => ({
        texts: [...row.cells].map(cell => cell.textContent), full: [2, 3, 4].map(i => row.cells[i].title)}))""")


def value(browser, element: str):
    return browser.ask(f"document.getElementById('{element}').value")


def check_readout(browser, data: dict, area: int, regions, tiers):
    rows = readout(browser)
    expected = [(region["name"], tier) for region in data["regions"] if region["name"] in regions
                for tier in region["tiers"] if tier["name"] in tiers]
    assert len(rows) == len(expected), (rows, len(expected))
    for row, (name, tier) in zip(rows, expected):
        lower, upper, sampled = Curve(tier).bounds(area)
        sign = "" if sampled else "≈ "
        assert row["texts"][0] == name and tier["name"].replace("_", " ") in row["texts"][1], row
        assert row["full"] == [grouped(number) + " kcal" for number in (lower, upper, upper - lower)], (row, lower, upper)
        assert row["texts"][2:5] == [sign + energy_text(number) for number in (lower, upper, upper - lower)], row
        share = 100 * upper / int(tier["energy"])
        shown = row["texts"][6].split(BLANK)[0]
        assert "·" in shown or abs(float(shown) - share) <= 0.00051 * share, (row, share)


def pages(hone, folder):
    """The examples as the unit tests write them."""
    program = hone.build / "modules/apps/envelope/hone_envelope_test"
    subprocess.run([str(program), "--gtest_filter=EnvelopePage.WritesExamplesWhereTheyAreWanted"], check=True,
                   capture_output=True, env=dict(os.environ, HONE_PAGE_FOLDER=str(folder), HONE_PAGE_CELLS="30000"))
    return folder / "example.html", folder / "hostile.html", folder / "large.html"


def look_at_numbers(browser, page, data):
    world = Curve(data["regions"][0]["tiers"][0])
    assert 10**6 in world.areas
    browser.open(page, "area=1000&region=World&region=China&tier=comprehensive&tier=prime_land")
    check_readout(browser, data, 10**6, ("World", "China"), ("comprehensive", "prime_land"))
    assert browser.ask("document.getElementById('still').hidden") and not browser.ask("document.getElementById('live').hidden")
    assert "M 3.000" in browser.ask("document.getElementById('readout-title').textContent")
    browser.ask("document.getElementById('copy').click()")
    rows = list(csv.DictReader(io.StringIO(value(browser, "copy-text"))))
    lower, upper, _ = world.bounds(10**6)
    assert [rows[0][name] for name in ("region", "area_u", "area_km2", "lower_kcal", "upper_kcal", "width_kcal", "sampled")] \
        == ["World", "1000000", "1000", str(lower), str(upper), str(upper - lower), "yes"], rows[0]
    assert len(rows) == 4 and rows[3]["region"] == "China" and rows[3]["tier"] == "prime_land"
    browser.open(page, "area=1234.567")
    assert world.bounds(1234567)[2] is False
    check_readout(browser, data, 1234567, ("World",), ("comprehensive",))
    for area in (world.total + 1, world.total * 3 // 2, 10**14 - 1):
        browser.open(page, f"area={area / 1000:.3f}")
        check_readout(browser, data, area, ("World",), ("comprehensive",))
        assert "(all)" in readout(browser)[0]["texts"][7]
    browser.open(page, "area=1000&region=nowhere&tier=none&x=sideways&of=nowhere&y=%00")
    check_readout(browser, data, 10**6, ("World",), ("comprehensive",))


def look_beyond_doubles(browser, page, data):
    curve = Curve(data["regions"][0]["tiers"][0])
    assert curve.lower[1] == 2**53 + 1 and curve.upper[1] == 2**63 - 3
    for area in (1, 500, 1000, 3000, 5000):
        browser.open(page, f"area={area / 1000}")
        check_readout(browser, data, area, ("World",), ("comprehensive",))


def look_at_keyboard(browser, page, data):
    world = Curve(data["regions"][0]["tiers"][0])
    browser.open(page, "area=1000")
    browser.ask("document.getElementById('slider').focus()")
    at = world.areas.index(10**6)
    browser.key("ArrowRight", ARROW_RIGHT)
    check_readout(browser, data, world.areas[at + 1], ("World",), ("comprehensive",))
    browser.key("ArrowLeft", ARROW_LEFT)
    browser.key("PageUp", PAGE_UP)
    assert value(browser, "area") == "10000" and value(browser, "magnitude") == "4.000"
    check_readout(browser, data, 10**7, ("World",), ("comprehensive",))
    browser.ask("document.querySelector('#plot .event').focus()")
    first = browser.ask("document.activeElement.getAttribute('aria-label')")
    assert browser.ask("document.querySelector('.tip').textContent").startswith(first.split(";")[0])
    browser.key("ArrowRight", ARROW_RIGHT)
    label = browser.ask("document.activeElement.getAttribute('aria-label')").split(";")[0]
    assert label != first.split(";")[0]
    browser.key("Enter", ENTER)
    event = next(event for event in data["regions"][0]["events"] if event["label"] == label)
    check_readout(browser, data, int(event["area"]), ("World",), ("comprehensive",))


def look_at_pointer(browser, page, data):
    world = Curve(data["regions"][0]["tiers"][0])
    browser.open(page)
    box = browser.ask("(({x, y, width, height}) => ({x, y, width, height}))(document.querySelector('#plot svg').getBoundingClientRect())")
    y = box["y"] + box["height"] * 0.75
    seen = []
    for part in (0.3, 0.5, 0.8):
        browser.mouse("mouseMoved", box["x"] + box["width"] * part, y)
        seen.append(round(float(value(browser, "area")) * 1000))
    assert seen == sorted(set(seen)) and all(area in world.areas for area in seen), seen
    check_readout(browser, data, seen[-1], ("World",), ("comprehensive",))
    for kind in ("mousePressed", "mouseReleased"):
        browser.mouse(kind, box["x"] + box["width"] * 0.8, y)
    browser.mouse("mouseMoved", box["x"] + box["width"] * 0.4, y)
    assert round(float(value(browser, "area")) * 1000) == seen[-1], "a click holds the area"
    browser.key("Escape", ESCAPE)
    browser.mouse("mouseMoved", box["x"] + box["width"] * 0.3, y)
    assert round(float(value(browser, "area")) * 1000) == seen[0], "Escape lets it go"


def look_at_controls(browser, page, data):
    browser.open(page, "area=1000")
    browser.ask("document.querySelector('input[name=x][value=M]').click(), document.querySelector('input[name=y][value=percent]').click()")
    ticks = browser.ask("[...document.querySelectorAll('#plot text')].map(text => text.textContent)")
    assert "3" in ticks and "100" in ticks and "Share of all energy (%)" in ticks and "Magnitude M = log₁₀(A / km²)" in ticks
    browser.ask("document.querySelectorAll('#regions input')[2].click(), document.querySelectorAll('#tiers input')[1].click()")
    names = [data["regions"][i]["name"] for i in (0, 2)]
    check_readout(browser, data, 10**6, names, ("comprehensive", "commercial"))
    browser.ask("document.querySelectorAll('#regions input')[0].click()")
    check_readout(browser, data, 10**6, names[1:], ("comprehensive", "commercial"))
    assert names[1] in browser.ask("document.getElementById('events-title').textContent"), "events follow the region"
    browser.ask("document.querySelectorAll('#regions input')[2].click()")
    assert readout(browser) == []
    browser.ask("document.querySelectorAll('#regions input')[0].click(), document.getElementById('area').focus()")
    for text, area in (("1234.5678", 1234568), ("1,234.5", 1234500), ("1 000", 10**6), ("2,5", 2500), ("1.2e3", 1200000),
                       (".001", 1), ("many", None), ("", None), ("0", None), ("-3", None), ("1e99", None)):
        browser.ask(f"document.getElementById('area').value = {json.dumps(text)}, "
                    "document.getElementById('area').dispatchEvent(new Event('input', {bubbles: true}))")
        assert (browser.ask("document.getElementById('area').getAttribute('aria-invalid')") == "true") == (area is None), text
        if area is not None:
            check_readout(browser, data, area, names[:1], ("comprehensive", "commercial"))
    browser.ask("document.getElementById('samples-part').open = true")
    browser.frames()
    curve = Curve(data["regions"][0]["tiers"][0])
    row = browser.ask("[...document.querySelectorAll('#samples tbody tr')].map(row => row.cells[5].textContent).at(-1)")
    assert row == grouped(Curve(data["regions"][0]["tiers"][1]).energy), (row, curve.energy)


def look_at_map(browser, page, data):
    region = data["regions"][0]
    packed, pixels, at = base64.b64decode(region["map"]["pixels"]), [], 0
    while at < len(packed):
        if packed[at] == 255:
            pixels += [255] * (packed[at + 1] + 1)
            at += 1
        else:
            pixels.append(packed[at])
        at += 1
    assert len(pixels) == region["map"]["width"] * region["map"]["height"]
    borders = unpacked(region["map"]["borders"])
    for tier, km2 in (("comprehensive", 20000), ("prime_land", 15000), ("comprehensive", 300000)):
        browser.open(page, f"area={km2}&tier={tier}")
        curve = Curve(next(part for part in region["tiers"] if part["name"] == tier))
        area = min(km2 * 1000, curve.total)
        middle = [(low + high) // 2 for low, high in zip(borders, borders[1:])]
        worst = [curve.start <= place <= curve.start + area for place in middle] + [False] * 6
        end = curve.start + curve.total
        best = [end - area <= place <= end for place in middle] + [False] * 6
        counts = browser.ask("(({best, worst}) => [best, worst])(document.getElementById('map').dataset)")
        expected = [str(sum(levels[pixel] for pixel in pixels)) for levels in (best, worst)]
        assert counts == expected and expected[0] != "0", (tier, km2, counts, expected)


def look_at_hostile_names(browser, page, data):
    browser.open(page)
    assert "Page.javascriptDialogOpening" not in browser.events
    name = data["regions"][0]["name"]
    assert "</script>" in name and "<b>" in name
    assert readout(browser)[0]["texts"][0] == name
    assert browser.ask("document.querySelectorAll('script').length") == 2 and browser.ask("document.querySelectorAll('b').length") == 0
    browser.ask("document.querySelectorAll('#regions input')[1].click(), document.querySelectorAll('#tiers input')[1].click()")
    browser.ask("document.getElementById('copy').click()")
    rows = list(csv.reader(io.StringIO(value(browser, "copy-text"), newline="")))
    assert [row[0] for row in rows] == ["region", name, data["regions"][1]["name"]], rows


def look_at_sizes(browser, page, data):
    for width in (360, 400, 800, 1280, 2560):
        for scheme in ("light", "dark"):
            browser.size(width, 900, scheme, mobile=width < 500)
            browser.open(page, "area=1000&tier=comprehensive&tier=commercial")
            assert browser.ask("document.documentElement.scrollWidth") <= width, width
            narrow = "(({scrollWidth, clientWidth}) => scrollWidth > clientWidth)(document.querySelector('.cards'))"
            assert width > 500 or browser.ask(narrow) is False, "the readout fits a phone"
            ground = browser.ask("getComputedStyle(document.body).backgroundColor")
            assert (ground == "rgb(255, 255, 255)") == (scheme == "light"), (scheme, ground)
            clipped = browser.ask("""[...document.querySelectorAll('#plot text')].filter(text => {
                const own = text.getBoundingClientRect(), all = text.ownerSVGElement.getBoundingClientRect();
                return own.left < all.left - 1 || own.right > all.right + 1 || own.bottom > all.bottom + 1; }).map(t => t.textContent)""")
            assert clipped == [], (width, clipped)


def look_without_scripts(browser, page, data):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open_without_scripts(page)
    html = browser.source()
    still = html[html.index('<section id="still">'):]
    assert "<svg" in still and "noscript" in still and 'id="live" hidden' in html
    lower, upper, _ = Curve(data["regions"][0]["tiers"][0]).bounds(10**6)
    assert f'<td class="n">{lower}</td><td class="n">{upper}</td>' in still
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_page_in_a_browser(hone, folder):
    example, hostile, large = pages(hone, folder)
    with Browser(folder) as browser:
        for look in (look_at_numbers, look_at_keyboard, look_at_pointer, look_at_controls, look_at_map, look_at_sizes):
            browser.size(1280, 900)
            look(browser, example, data_of(example))
            assert browser.complaints == [], (look.__name__, browser.complaints)
        look_beyond_doubles(browser, large, data_of(large))
        look_at_hostile_names(browser, hostile, data_of(hostile))
        look_without_scripts(browser, example, data_of(example))
        assert browser.complaints == [], browser.complaints


if __name__ == "__main__":
    if chromium() is None:
        print("SKIPPED: no Chromium here, the interactive page was not looked at (package chromium)")
        sys.exit(77)
    sys.exit(main([test_the_page_in_a_browser]))
