#!/usr/bin/env python3
"""Maps of columns in a real browser: layers by pointer and keyboard, tooltips, several maps in one page; the profiles full
and compact show the same. SKIPPED, visibly, where there is no Chromium."""
import json
import re
import sys

from browser import Browser, chromium
from harness import main

ENTER = 13
NAME = "ME_ColC_R_synapse_density"


def picture(hone, folder, profile, *more):
    out = folder / (profile + "".join(more))
    hone.run("eyemap", "render", folder / "data" / "synapses.csv", folder / "data" / "universe.csv", "--type", "ColC",
             "--region", "ME", "--side", "R", "--metric", "synapse_density", "--svg", profile, "--keyboard", *more,
             "--out", out)
    return out / "eyemaps" / f"{NAME}.svg"


def colors(browser):
    """What is seen of every hexagon."""
    seen = browser.ask("""[...document.querySelectorAll('[data-current-layer] use, path[data-status]')]
        .map(hexagon => getComputedStyle(hexagon).fill)""")
    return ["#%02x%02x%02x" % tuple(int(part) for part in re.findall(r"\d+", color)[:3]) for color in seen]


def middle(browser, selector, number=0):
    return browser.ask(f"""(({{x, y, width, height}}) => [x + width / 2, y + height / 2])(
        [...document.querySelectorAll({json.dumps(selector)})][{number}].getBoundingClientRect())""")


def click_layer(browser, layer):
    x, y = middle(browser, f".ls[data-layer='{layer}']")
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        browser.mouse(kind, x, y)


def tooltip(browser):
    return browser.ask("""document.querySelector('.tooltip').getAttribute('visibility') === 'visible'
        ? [...document.querySelectorAll('.tooltip tspan')].map(line => line.textContent).join('\\n') : ''""")


def all_tooltips(browser):
    """What every hexagon says to a pointer that comes by."""
    return browser.ask("""[...document.querySelectorAll('[data-current-layer] use, path[data-status]')].map(hexagon => {
        hexagon.dispatchEvent(new MouseEvent('mousemove', {bubbles: true, clientX: 9, clientY: 9}));
        return [...document.querySelectorAll('.tooltip tspan')].map(line => line.textContent).join('\\n'); })""")


def plain_hexagons(browser):
    """What the attributes of the profile full say."""
    return browser.ask("""[...document.querySelectorAll('path[data-status]')].map(path => ({
        fill: path.getAttribute('default-fill'), layers: JSON.parse(path.getAttribute('layer-colors')),
        tip: JSON.parse(path.getAttribute('base-title')), tips: JSON.parse(path.getAttribute('tooltip-layers'))}))""")


def plain_color(hexagon, layer):
    if layer == 0:
        return hexagon["fill"]
    own = hexagon["layers"][layer - 1] if hexagon["layers"] else "#ffffff"
    return "#999999" if hexagon["fill"] == "#999999" else own


def plain_tooltip(hexagon, layer):
    if layer == 0 or not hexagon["tips"]:
        return hexagon["tip"]
    number, roi = hexagon["tips"][layer - 1].split("\n")
    first, second, third = hexagon["tip"].split("\n")
    return f"{first}\n{second[:second.rindex(': ') + 2]}{number}\n{roi}{third[third.rindex(' ('):]}"


def look_at_layers(browser, hexagons):
    """Every way to a layer paints the same, and everything says so."""
    for layer in (3, 10, 0):
        click_layer(browser, layer)
        title = "ME Synapses (All Columns)" if layer == 0 else f"ME{layer} Synapses (All Columns)"
        assert browser.ask("document.querySelector('.map-title').textContent") == title
        assert browser.ask("document.querySelector('[data-current-layer]').getAttribute('data-current-layer')") == str(layer)
        active = browser.ask("[...document.querySelectorAll('.ls.active')].map(row => row.getAttribute('data-layer'))")
        assert active == [str(layer)], active
        legends = browser.ask("""[...document.querySelectorAll('[data-legend]')].filter(one => getComputedStyle(one).display
            !== 'none').map(one => one.getAttribute('data-legend'))""")
        assert legends == (["base"] if layer == 0 else ["layers"]), legends
        assert colors(browser) == [plain_color(one, layer) for one in hexagons], layer
        assert all_tooltips(browser) == [plain_tooltip(one, layer) for one in hexagons], layer
    browser.ask("document.querySelector('.ls[data-layer=\"2\"]').focus()")
    browser.key("Enter", ENTER)
    assert colors(browser) == [plain_color(one, 2) for one in hexagons]


def look_at_the_box(browser, hexagons):
    """The box follows pointer and focus, stays inside, and silences the title only while it is shown."""
    click_layer(browser, 0)
    selector = "[data-current-layer] use, path[data-status]"
    titles = browser.ask("document.querySelectorAll('path[data-status] title').length")
    for number in (0, len(hexagons) // 2, len(hexagons) - 1):
        x, y = middle(browser, selector, number)
        browser.mouse("mouseMoved", x, y)
        assert tooltip(browser) == hexagons[number]["tip"], number
        box, whole = (browser.ask(f"(({{x, y, right, bottom}}) => [x, y, right, bottom])(document.querySelector('{part}')"
                                  ".getBoundingClientRect())") for part in (".tooltip rect", "svg"))
        assert box[0] >= whole[0] - 1 and box[1] >= whole[1] - 1 and box[2] <= whole[2] + 1 and box[3] <= whole[3] + 1
        assert browser.ask("document.querySelectorAll('path[data-status] title').length") == max(titles - 1, 0)
    browser.mouse("mouseMoved", 2, 300)
    assert tooltip(browser) == ""
    assert browser.ask("document.querySelectorAll('path[data-status] title').length") == titles
    browser.ask(f"document.querySelectorAll({json.dumps(selector)})[5].focus()")
    assert tooltip(browser) == hexagons[5]["tip"]


def test_maps_in_a_browser(hone, folder):
    hone.run("eyemap", "sample", "--types", "ColC", "--out", folder / "data")
    with Browser(folder) as browser:
        browser.size(500, 500)
        for more in ((), ("--continuous",)):
            browser.open(picture(hone, folder, "full", *more))
            hexagons = plain_hexagons(browser)
            assert len(hexagons) == 892 and len({one["fill"] for one in hexagons}) >= 4
            for profile in ("full", "compact"):
                browser.open(picture(hone, folder, profile, *more))
                look_at_layers(browser, hexagons)
                look_at_the_box(browser, hexagons)
        assert browser.complaints == [], browser.complaints


def test_maps_of_one_page_do_not_control_each_other(hone, folder):
    hone.run("eyemap", "sample", "--types", "ColC", "--out", folder / "data")
    page = folder / "page.html"
    maps = [picture(hone, folder, profile).read_text(encoding="utf-8") for profile in ("compact", "full")]
    page.write_text("<!DOCTYPE html><meta charset=utf-8><title>Maps</title>" + "".join(maps), encoding="utf-8")
    with Browser(folder) as browser:
        browser.size(1000, 500)
        browser.open(page)
        for number in (0, 1):
            browser.ask(f"""document.querySelectorAll('svg')[{number}].querySelector('.ls[data-layer="{4 + number}"]')
                .dispatchEvent(new MouseEvent('click', {{bubbles: true}}))""")
        titles = browser.ask("[...document.querySelectorAll('.map-title')].map(title => title.textContent)")
        assert titles == ["ME4 Synapses (All Columns)", "ME5 Synapses (All Columns)"], titles
        assert browser.complaints == [], browser.complaints


if __name__ == "__main__":
    if chromium() is None:
        print("SKIPPED: no Chromium here, maps of columns were not looked at (package chromium)")
        sys.exit(77)
    sys.exit(main([test_maps_in_a_browser, test_maps_of_one_page_do_not_control_each_other]))
