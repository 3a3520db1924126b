// What was chosen, how it changes, and how the address keeps it.

const view = { layers: new Map(), isLinked: true, palette: "", ranges: new Map(), pins: [], hover: null, box: null,
  zoom: { k: 1, d: 0, v: 0 }, drag: "box" };
const mostPins = 12;

function setLayer(map, layer) {
  const targets = view.isLinked ? drawnMaps.filter((one) => one.region === map.region && one.layers) : [map];
  for (const one of targets) {
    const kept = Math.min(layer, one.layerCount);
    if (kept > 0) view.layers.set(one.id, kept);
    else view.layers.delete(one.id);
    recolor(one);
  }
  drawHover();
  drawPanel();
  settle();
}

function setHover(hex) {
  const same = hex === view.hover || (hex && view.hover && hex[0] === view.hover[0] && hex[1] === view.hover[1]);
  if (same) return;
  view.hover = hex;
  drawHover();
  drawColumn();
  drawDepth();
}

function togglePin(hex) {
  const at = view.pins.findIndex((pin) => pin[0] === hex[0] && pin[1] === hex[1]);
  if (at >= 0) view.pins.splice(at, 1);
  else view.pins.push([hex[0], hex[1]]);
  while (view.pins.length > mostPins) view.pins.shift();
  drawMarks();
  drawPanel();
  settle();
}

function setPins(pins) {
  view.pins = pins;
  drawMarks();
  drawPanel();
  settle();
}

function setBox(box) {
  view.box = box;
  drawSelection();
  drawBox();
  drawDepth();
  settle();
}

/** Zooms all maps to the same place of the lattice: k times, (d, v) in the middle. */
function setZoom(k, d, v) {
  const zoom = Math.min(Math.max(k, 1), 12);
  view.zoom = zoom === 1 ? { k: 1, d: 0, v: 0 } : { k: zoom, d, v };
  for (const map of drawnMaps) applyZoom(map);
  settle();
}

/** Middle of a map's drawing in px. */
function middleOf(map) {
  const { width, height } = map.svg.viewBox.baseVal;
  return [width / 2, height / 2];
}

function applyZoom(map) {
  const { k, d, v } = view.zoom;
  const field = map.svg.querySelector(".field");
  map.svg.classList.toggle("zoomed", k > 1);
  if (k === 1) {
    field.removeAttribute("transform");
    return;
  }
  const [x, y] = middleOf(map);
  const [px, py] = [map.x0 + map.sx * d, map.y0 + map.sy * v];
  field.setAttribute("transform", `translate(${(x - k * px).toFixed(2)} ${(y - k * py).toFixed(2)}) scale(${k})`);
}

/** Lattice axes (h1 - h2, h1 + h2) of a place of the window over a map. */
function latticeOf(map, clientX, clientY) {
  const box = map.svg.getBoundingClientRect();
  const { width, height } = map.svg.viewBox.baseVal;
  let x = (clientX - box.left) * width / box.width;
  let y = (clientY - box.top) * height / box.height;
  const { k, d, v } = view.zoom;
  if (k > 1) {
    const [mx, my] = middleOf(map);
    x = (x - mx) / k + map.x0 + map.sx * d;
    y = (y - my) / k + map.y0 + map.sy * v;
  }
  return [(x - map.x0) / map.sx, (y - map.y0) / map.sy];
}

/** Zooms by a factor around a place that stays where it is; without a place, around the middle. */
function zoomBy(factor, map, place) {
  const old = view.zoom;
  const [x, y] = middleOf(map);
  const middle = old.k > 1 ? [old.d, old.v] : [(x - map.x0) / map.sx, (y - map.y0) / map.sy];
  const k = Math.min(Math.max(old.k * factor, 1), 12);
  const fixed = place ?? middle;
  const share = old.k / k;
  setZoom(k, fixed[0] + (middle[0] - fixed[0]) * share, fixed[1] + (middle[1] - fixed[1]) * share);
}

let timer = 0;

/** Says and notes in the address what was chosen, once it has settled. */
function settle() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    try {
      const address = addressOf();
      history.replaceState(null, "", address === "" ? location.pathname + location.search : "#" + address);
    } catch (error) {
      // Some browsers refuse many changes in a short time, or any in a page from a file; the page works without.
    }
  }, 250);
}

/** The address part: names and values that readAddress() understands; empty if nothing was chosen. */
function addressOf() {
  const parts = new URLSearchParams();
  const layers = [...view.layers].map(([id, layer]) => `${id.slice(1)}.${layer}`);
  if (layers.length > 0) parts.set("layers", layers.join("_"));
  if (!view.isLinked) parts.set("link", "0");
  if (view.palette) parts.set("palette", view.palette);
  for (const [metric, range] of view.ranges) parts.append("range", `${metric}~${range[0]}~${range[1]}`);
  if (view.pins.length > 0) parts.set("pins", view.pins.map((pin) => pin.join(".")).join("_"));
  if (view.box) parts.set("box", view.box.join("_"));
  if (view.zoom.k > 1) parts.set("zoom", [view.zoom.k, view.zoom.d, view.zoom.v].map((value) => value.toFixed(2)).join("_"));
  return parts.toString();
}

function numbers(text, separator) {
  return text.split(separator).map((part) => (part.trim() === "" ? NaN : Number(part)));
}

/** Takes what it understands of an address; the rest stays as at the start. */
function readAddress(text) {
  const parts = new URLSearchParams(text);
  view.layers.clear();
  view.ranges.clear();
  for (const part of (parts.get("layers") ?? "").split("_")) {
    const [at, layer] = numbers(part, ".");
    const map = drawnMaps.find((one) => one.id === `m${at}`);
    if (map && Number.isInteger(layer) && layer >= 1 && layer <= map.layerCount) view.layers.set(map.id, layer);
  }
  view.isLinked = parts.get("link") !== "0";
  view.palette = Object.hasOwn(data.palettes, parts.get("palette") ?? "") ? parts.get("palette") : "";
  for (const part of parts.getAll("range")) {
    const [metric, low, high] = part.split("~");
    const range = [Number(low), Number(high)];
    if (metrics.includes(metric) && range.every(Number.isFinite) && range[0] <= range[1]) view.ranges.set(metric, range);
  }
  view.pins = (parts.get("pins") ?? "").split("_").map((part) => numbers(part, "."))
    .filter((pin) => pin.length === 2 && pin.every(Number.isInteger) && drawnMaps.some((map) => indexIn(map, pin) >= 0))
    .slice(0, mostPins);
  const box = numbers(parts.get("box") ?? "", "_");
  view.box = box.length === 4 && box.every(Number.isFinite) ? box : null;
  const zoom = numbers(parts.get("zoom") ?? "", "_");
  const isZoom = zoom.length === 3 && zoom.every(Number.isFinite) && zoom[0] > 1 && zoom[0] <= 12;
  view.zoom = isZoom ? { k: zoom[0], d: zoom[1], v: zoom[2] } : { k: 1, d: 0, v: 0 };
}
