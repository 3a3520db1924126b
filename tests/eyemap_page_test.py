#!/usr/bin/env python3
"""The pages of an eyemap catalogue in a real browser: linked hover, pins, layers, selection, palettes, ranges, zoom, keys, address,
downloads and search; hostile names stay text, nothing complains and nothing is asked of a network. SKIPPED without Chromium."""
import json
import os
import pathlib
import re
import subprocess
import sys

from browser import Browser, chromium
from harness import main

ENTER, ESCAPE, LEFT, UP, RIGHT, DOWN, PLUS, BRACKET = 13, 27, 37, 38, 39, 40, 187, 221
CENTRE = "({x, y, width, height}) => [x + width / 2, y + height / 2]"


def data_of(page: pathlib.Path) -> dict:
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])


def columns_of(text: str) -> list:
    columns = []
    for run in text.split(";"):
        h1, spans = run.split(":")
        for span in spans.split(","):
            ends = [int(end) for end in span.split("-")]
            columns += [(int(h1), h2) for h2 in range(ends[0], ends[-1] + 1)]
    return columns


class Map:
    """One map of the embedded data."""

    def __init__(self, data: dict, source: dict):
        self.columns = columns_of(data["frames"][source["frame"]])
        self.states = dict(zip(self.columns, source["states"]))
        occupied = [column for column in self.columns if self.states[column] == "d"]
        self.values = dict(zip(occupied, (float(text) for text in source["values"].split(" "))))
        self.depth = {column: [int(text or 0) for text in layers.split(",")] + [0] * (len(source["layers"]) - layers.count(",") - 1)
                      for column, layers in zip(occupied, source["depth"].split(";"))} if "depth" in source else {}
        self.__dict__.update(id=source["id"], region=source["region"], side=source["side"], metric=source["metric"], source=source)

    def at(self, column) -> int:
        return self.columns.index(column)


def maps_of(page: pathlib.Path) -> dict:
    data = data_of(page)
    maps = [Map(data, source) for source in data["maps"] if source["failure"] == ""]
    return {(one.region, one.side, one.metric): one for one in maps}


def hexagon(one: Map, column) -> str:
    return f"document.querySelector('#{one.id} .hexes').children[{one.at(column)}]"


def place(browser, one: Map, column) -> list:
    browser.ask(f"document.getElementById('{one.id}').scrollIntoView({{block: 'center'}})")
    browser.frames()
    return browser.ask(f"({CENTRE})({hexagon(one, column)}.getBoundingClientRect())")


def point(browser, one, column):
    browser.mouse("mouseMoved", *place(browser, one, column))


def click(browser, one, column):
    where = place(browser, one, column)
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        browser.mouse(kind, *where)


def fill(browser, one, column) -> str:
    rgb = browser.ask(f"getComputedStyle({hexagon(one, column)}).fill")
    return "#%02x%02x%02x" % tuple(int(part) for part in re.findall(r"\d+", rgb)[:3])


def rows(browser, table: str) -> list:
    return browser.ask(f"[...document.querySelectorAll('#{table} tr')].map(row => [...row.cells].map(cell => cell.textContent))")


def bin_of(cuts: list, value: float) -> int:
    t = (value - cuts[0]) / (cuts[5] - cuts[0])
    return sum(t > border for border in (0.2, 0.4, 0.6, 0.8))


def address(browser) -> str:
    browser.ask("new Promise(done => setTimeout(done, 350))")
    return browser.ask("location.hash.slice(1)")


def look_at_hover(browser, page, maps):
    browser.open(page)
    medulla = maps["ME", "R", "synapse_density"]
    column = next(column for column in medulla.values if all(column in one.values for one in maps.values()))
    point(browser, medulla, column)
    assert browser.ask("document.getElementById('column-title').textContent") == f"Column {column[0]}, {column[1]}"
    table = rows(browser, "column-table")
    assert table[0] == ["", "Total Synapses R", "Total Synapses L", "Cell Count R", "Cell Count L"], table
    for row, region in zip(table[1:], ("ME", "LO", "LOP")):
        assert row == [region] + [f"{maps[region, side, metric].values[column]:.0f}" for metric in ("synapse_density", "cell_count")
                                  for side in "RL"], row
    tip = browser.ask("document.querySelector('.tip').textContent")
    assert tip == f"Column: {column[0]}, {column[1]}\nSynapse count: {medulla.values[column]:.0f}\nROI: ME (right)", tip
    x, y = place(browser, medulla, column)
    browser.mouse("mouseMoved", x, y - 5.72)
    assert browser.ask("document.getElementById('column-title').textContent") in (
        f"Column {column[0] + k}, {column[1] + k}" for k in (0, 1)), "the gap between two hexagons belongs to one of them"
    point(browser, medulla, column)
    for one in maps.values():
        mark = browser.ask(f"(({{x, y}}) => [x, y])(document.querySelector('#{one.id} .cursor').getBoundingClientRect())")
        own = browser.ask(f"(({{x, y}}) => [x, y])({hexagon(one, column)}.getBoundingClientRect())")
        assert max(abs(a - b) for a, b in zip(mark, own)) < 2, (one.id, mark, own)
    outside = next(column for column in medulla.columns if maps["LOP", "R", "synapse_density"].states[column] == "x")
    point(browser, maps["LOP", "R", "synapse_density"], outside)
    assert browser.ask("document.querySelector('.tip').textContent").endswith("Column not identified in LOP (right)")
    browser.mouse("mouseMoved", 2, 2)
    assert browser.ask("document.querySelector('.tip').hidden") is True


def look_at_pins(browser, page, maps):
    browser.open(page)
    one = maps["ME", "R", "synapse_density"]
    first, second = [column for column in one.values if column in maps["ME", "L", "synapse_density"].values][100:400:200]
    for column in (first, second):
        click(browser, one, column)
    assert address(browser) == f"pins={first[0]}.{first[1]}_{second[0]}.{second[1]}"
    assert browser.ask("document.querySelectorAll('.pin').length") == 2 * len(maps)
    items = browser.ask("[...document.querySelectorAll('#pins li')].map(item => item.textContent)")
    assert len(items) == 2 and items[1].startswith(f"{second[0]}, {second[1]}: ME R {one.values[second]:.0f}, "), items
    label = browser.ask("document.querySelector('#depth svg').getAttribute('aria-label')")
    assert f"ME R {first[0]}, {first[1]}: " + ", ".join(str(value) for value in one.depth[first]) in label.replace("\u202f", ""), label
    click(browser, one, first)
    assert browser.ask("document.querySelectorAll('#pins li').length") == 1
    browser.ask("document.getElementById('pins-clear').click()")
    assert address(browser) == "" and browser.ask("document.getElementById('pins-part').hidden")


def look_at_layers(browser, page, maps):
    browser.open(page)
    one, other = maps["ME", "R", "synapse_density"], maps["ME", "L", "cell_count"]
    browser.ask(f"document.querySelector('#{one.id} .bar[data-layer=\"3\"]').dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
    assert browser.ask(f"document.querySelector('#{one.id} .title').textContent") == "ME3 Synapses (All Columns)"
    assert browser.ask(f"document.querySelector('#{other.id} .title').textContent") == "ME3 Cell Count (All Columns)"
    assert browser.ask(f"document.querySelector('#{maps['LO', 'R', 'cell_count'].id} .title').textContent") == "LO Cell Count (All Columns)"
    scale = one.source["layerScale"]
    for column in list(one.values)[::90]:
        value = one.depth[column][2]
        assert fill(browser, one, column) == (one.source["colors"][bin_of(scale["cuts"], value)] if value > 0 else "#ffffff"), column
    labels = browser.ask(f"[...document.querySelectorAll('#{one.id} .label')].map(label => label.textContent)")
    assert labels == scale["labels"], labels
    assert address(browser) == "layers=" + "_".join(f"{int(m.id[1:])}.3" for m in sorted(maps.values(), key=lambda m: order(browser, m))
                                                    if m.region == "ME")
    point(browser, one, next(iter(one.values)))
    assert "ROI: ME3 (right)" in browser.ask("document.querySelector('.tip').textContent")
    browser.ask("document.getElementById('link-layers').click()")
    browser.ask(f"document.querySelector('figure[data-map={one.id}] select').value = '0'")
    browser.ask(f"document.querySelector('figure[data-map={one.id}] select').dispatchEvent(new Event('change'))")
    assert browser.ask(f"document.querySelector('#{one.id} .title').textContent") == "ME Synapses (All Columns)"
    assert browser.ask(f"document.querySelector('#{other.id} .title').textContent") == "ME3 Cell Count (All Columns)"


def order(browser, one) -> int:
    return browser.ask(f"[...document.querySelectorAll('figure')].findIndex(figure => figure.dataset.map === '{one.id}')")


def look_at_box(browser, page, maps):
    browser.open(page)
    one = maps["ME", "R", "synapse_density"]
    middle = place(browser, one, (18, 19))
    corners = [(middle[0] - 42, middle[1] - 31), (middle[0] + 42, middle[1] + 33)]
    browser.mouse("mousePressed", *corners[0])
    browser.mouse("mouseMoved", *middle)
    browser.mouse("mouseMoved", *corners[1])
    browser.mouse("mouseReleased", *corners[1])
    box = [int(part) for part in address(browser).removeprefix("box=").split("_")]
    assert box[0] < box[1] and box[2] < box[3], box
    inside = [(h1, h2) for h1, h2 in one.columns if box[0] <= h1 - h2 <= box[1] and box[2] <= h1 + h2 <= box[3]]
    assert 20 < len(inside) < 200
    assert browser.ask(f"document.querySelectorAll('#{one.id} .hexes .in').length") == len(inside)
    table = rows(browser, "box-table")
    assert len(table) == 1 + len(maps)
    row = next(row for row in table if row[0] == "ME R Total Synapses")
    values = sorted(one.values[column] for column in inside if column in one.values)
    expected = [len(inside), len(values), sum(values), sum(values) / len(values)]
    shown = [float(text.replace("\u202f", "")) for text in row[1:5]]
    assert all(abs(a - b) < 0.001 for a, b in zip(shown, expected)), (row, expected)
    assert float(row[7]) == values[0] and float(row[8].replace("\u202f", "")) == values[-1]
    browser.ask("document.getElementById('box-clear').click()")
    assert address(browser) == ""


def look_at_colors(browser, page, maps):
    browser.open(page, "palette=blues5&range=cell_count~0~4")
    data = data_of(page)
    assert browser.ask("document.getElementById('palette').value") == "blues5"
    for one in (maps["ME", "R", "synapse_density"], maps["LO", "L", "cell_count"]):
        cuts = [0, 0.8, 1.6, 2.4, 3.2, 4] if one.metric == "cell_count" else one.source["base"]["cuts"]
        for column in list(one.values)[::80]:
            assert fill(browser, one, column) == data["palettes"]["blues5"][bin_of(cuts, one.values[column])], (one.id, column)
    one = maps["ME", "R", "synapse_density"]
    box = browser.ask(f"document.querySelector('#{one.id} .legend rect').getAttribute('fill')")
    assert box == data["palettes"]["blues5"][0]
    browser.ask("document.getElementById('palette').value = '', document.getElementById('palette').dispatchEvent(new Event('change'))")
    column = next(iter(one.values))
    assert fill(browser, one, column) == one.source["colors"][bin_of(one.source["base"]["cuts"], one.values[column])]
    browser.ask("document.getElementById('range-low').value = '5', document.getElementById('range-high').value = '1',"
                "document.getElementById('range-high').dispatchEvent(new Event('change'))")
    assert browser.ask("document.getElementById('range-high').getAttribute('aria-invalid') === 'true'")
    bars = browser.ask(f"document.querySelectorAll('figure[data-map={one.id}] .histogram rect').length")
    assert bars == 27
    counted = browser.ask(f"[...document.querySelectorAll('figure[data-map={one.id}] .histogram rect title')]"
                          ".reduce((sum, title) => sum + parseInt(title.textContent), 0)")
    assert counted == len(one.values)


def look_at_keyboard(browser, page, maps):
    browser.open(page)
    one = maps["ME", "L", "synapse_density"]
    browser.ask(f"document.getElementById('{one.id}').focus()")
    title = "document.getElementById('column-title').textContent"
    browser.key("ArrowUp", UP)
    h1, h2 = (int(part) for part in re.findall(r"\d+", browser.ask(title)))
    browser.key("ArrowUp", UP)
    assert browser.ask(title) == f"Column {h1 + 1}, {h2 + 1}"
    before = browser.ask(f"document.querySelector('#{one.id} .cursor').getBoundingClientRect().x")
    browser.key("ArrowRight", RIGHT)
    assert browser.ask(f"document.querySelector('#{one.id} .cursor').getBoundingClientRect().x") > before
    browser.key("Enter", ENTER)
    assert browser.ask("document.querySelectorAll('#pins li').length") == 1
    browser.key("]", BRACKET)
    assert browser.ask(f"document.querySelector('#{one.id} .title').textContent") == "ME1 Synapses (All Columns)"
    browser.key("+", PLUS)
    assert browser.ask("document.querySelectorAll('.map.zoomed').length") == len(maps)
    assert "zoom=1.50_" in address(browser)
    browser.key("0", 48)
    for _ in range(2):
        browser.key("Escape", ESCAPE)
    assert browser.ask("document.querySelectorAll('#pins li').length") == 0


def look_at_zoom(browser, page, maps):
    browser.open(page, "zoom=4_-1_37")
    for one in maps.values():
        frame = browser.ask(f"({CENTRE})(document.getElementById('{one.id}').getBoundingClientRect())")
        own = browser.ask(f"({CENTRE})({hexagon(one, (18, 19))}.getBoundingClientRect())")
        assert max(abs(a - b) for a, b in zip(frame, own)) < 2, (one.id, frame, own)
    one = maps["ME", "R", "synapse_density"]
    browser.ask("document.querySelector('input[value=pan]').click()")
    x, y = place(browser, one, (18, 19))
    for kind, dx in (("mousePressed", 0), ("mouseMoved", 40), ("mouseReleased", 40)):
        browser.mouse(kind, x + dx, y)
    moved = browser.ask(f"({CENTRE})({hexagon(one, (18, 19))}.getBoundingClientRect())")
    assert abs(moved[0] - x - 40) < 2 and abs(moved[1] - y) < 2, (moved, x, y)


def look_at_downloads(browser, page, maps):
    browser.open(page, "layers=0.2")
    browser.ask("URL.createObjectURL = blob => { window.saved = blob; return 'blob:x'; }, HTMLAnchorElement.prototype.click = () => {}, 0")
    one = next(one for one in maps.values() if one.id == "m0")
    browser.ask("document.querySelector('figure[data-map=m0] .save-csv').click()")
    lines = browser.ask("saved.text()").split("\r\n")
    assert lines[0].startswith("type,region,side,metric,hex1,hex2,state,value,") and len(lines) == len(one.columns) + 2
    browser.ask("document.querySelector('figure[data-map=m0] .save-svg').click()")
    svg = browser.ask("saved.text()")
    assert svg.count("<use ") == len(one.columns) and "xmlns=" in svg and "class=" not in svg
    fills = browser.ask("saved.text().then(text => [...new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('use')]"
                        ".map(use => use.getAttribute('fill')))")
    column = list(one.values)[50]
    colour = fill(browser, one, column)
    assert "#%02x%02x%02x" % tuple(int(part) for part in re.findall(r"\d+", fills[one.at(column)])) == colour


def look_at_hostile_names(browser, page, _):
    browser.open(page)
    assert "Page.javascriptDialogOpening" not in browser.events
    name = data_of(page)["type"]
    assert "</script>" in name and "<7>" in name
    assert browser.ask("document.querySelector('h1').textContent") == name
    assert browser.ask("document.querySelectorAll('script').length") == 2 and browser.ask("document.querySelectorAll('b').length") == 0
    assert browser.ask("document.querySelectorAll('figure[data-state=failed]').length") == 1
    browser.open(page, "layers=99.1_0.77&palette=none&range=x~1~2&pins=1.x_9999.1&box=1_2&zoom=nan_1_2&%00")
    assert browser.ask("document.querySelectorAll('.pin').length") == 0


def look_at_sizes(browser, page, _):
    for width in (360, 800, 1280, 2000):
        for scheme in ("light", "dark"):
            browser.size(width, 900, scheme, mobile=width < 500)
            browser.open(page, "pins=18.19")
            assert browser.ask("document.documentElement.scrollWidth") <= width, width
    browser.size(1280, 900)


def look_at_index(browser, page):
    browser.open(page)
    shown = "[...document.querySelectorAll('#list li')].filter(li => !li.hidden).map(li => li.querySelector('h3').textContent)"
    names = browser.ask(shown)
    assert len(names) == 4 and browser.ask("document.querySelectorAll('img').length") == 20
    assert browser.ask("[...document.images].every(image => image.complete && image.naturalWidth > 0)")

    def search(text):
        browser.ask(f"document.getElementById('search').value = {json.dumps(text)}, document.getElementById('search')"
                    ".dispatchEvent(new Event('input', {bubbles: true}))")
        return browser.ask(shown)

    assert search("t4") == ["T4a"] and search("T*") == ["Tm4", "T4a", "T10"] and search("t?4") == ["Tm4"] and search("(") == []
    assert browser.ask("document.getElementById('shown').textContent") == "0 of 4 types"
    assert search("<7>") == [names[0]] and search("") == names
    browser.ask("document.querySelector('input[name=side][value=R]').click()")
    assert browser.ask(shown) == [names[0], "T4a", "T10"]
    browser.ask("document.querySelector('input[name=side][value=R]').click()")
    browser.open(page, "order=name&search=t")
    assert browser.ask(shown)[:3] == ["T4a", "T10", "Tm4"]
    browser.open(page, "order=synapses")
    assert browser.ask(shown)[0] == "T10"


def look_without_scripts(browser, page, maps):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open_without_scripts(page)
    html = browser.source()
    assert html.count("<svg ") == len(maps) and 'id="panel" class="live" hidden' in html and "<td>LOP</td>" in html
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_pages_in_a_browser(hone, folder):
    program = hone.build / "modules/apps/eyemap/hone_eyemap_test"
    subprocess.run([str(program), "--gtest_filter=TypePage.WritesExamplesWhereTheyAreWanted"], check=True, capture_output=True,
                   env=dict(os.environ, HONE_PAGE_FOLDER=str(folder)))
    example, maps = folder / "example.html", maps_of(folder / "example.html")
    with Browser(folder) as browser:
        browser.size(1280, 900)
        for look in (look_at_hover, look_at_pins, look_at_layers, look_at_box, look_at_colors, look_at_keyboard, look_at_zoom,
                     look_at_downloads, look_at_sizes, look_without_scripts):
            look(browser, example, maps)
            assert browser.complaints == [], (look.__name__, browser.complaints)
        look_at_sizes(browser, folder / "single.html", None)
        look_at_hostile_names(browser, folder / "hostile.html", None)
        look_at_index(browser, folder / "index.html")
        assert browser.complaints == [], browser.complaints


if __name__ == "__main__":
    if chromium() is None:
        print("SKIPPED: no Chromium here, the eyemap pages were not looked at (package chromium)")
        sys.exit(77)
    sys.exit(main([test_the_pages_in_a_browser]))
