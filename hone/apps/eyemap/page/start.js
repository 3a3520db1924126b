// Controls, pointer, keys, downloads, and the start.

function find(id) {
  return document.getElementById(id);
}

/** The bubble beside the pointer. */
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);

function showTip(text, x, y) {
  tip.hidden = text === "";
  if (tip.hidden) return;
  tip.textContent = text;
  const { offsetWidth, offsetHeight } = tip;
  tip.style.left = `${Math.max(4, Math.min(x + 14, window.innerWidth - offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(4, y + offsetHeight + 18 > window.innerHeight ? y - offsetHeight - 10 : y + 14)}px`;
}

let speaking = 0;

/** Tells people who do not see the maps, once the pointer rests. */
function say(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => { find("status").textContent = text; }, 300);
}

function pointAt(map, i, x, y) {
  setHover([map.frame.h1[i], map.frame.h2[i]]);
  const text = tooltip(map, i);
  showTip(text, x, y);
  say(text.replaceAll("\n", "; "));
}

/** Index of the column below the pointer, also in the gaps between hexagons; -1 beside the map and on its controls. */
function columnAt(map, event) {
  const hit = map.order.get(event.target);
  if (hit !== undefined) return hit;
  if (!event.target.classList.contains("ground")) return -1;
  const [d, v] = latticeOf(map, event.clientX, event.clientY);
  let best = -1;
  let least = 0.55 * Math.hypot(map.sx, map.sy);  // a little more than half the way to a neighbour
  for (const h1 of [Math.floor((d + v) / 2), Math.ceil((d + v) / 2)]) {
    for (const h2 of [Math.floor((v - d) / 2), Math.ceil((v - d) / 2)]) {
      const distance = Math.hypot((h1 - h2 - d) * map.sx, (h1 + h2 - v) * map.sy);
      const i = distance < least ? indexIn(map, [h1, h2]) : -1;
      if (i >= 0) [best, least] = [i, distance];
    }
  }
  return best;
}

/** A box that is being drawn, or a map that is being moved. */
let drag = null;

function startDrag(map, event) {
  if (event.button !== 0) return;
  const isPan = view.zoom.k > 1 && view.drag === "pan" && !event.shiftKey;
  drag = { map, isPan, from: latticeOf(map, event.clientX, event.clientY), x: event.clientX, y: event.clientY, moved: false,
    column: columnAt(map, event) };
}

function follow(event) {
  if (!drag) return;
  const { map } = drag;
  if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 5) return;
  if (!drag.moved) map.svg.setPointerCapture(event.pointerId);
  drag.moved = true;
  showTip("", 0, 0);
  const to = latticeOf(map, event.clientX, event.clientY);
  if (drag.isPan) {
    setZoom(view.zoom.k, view.zoom.d + drag.from[0] - to[0], view.zoom.v + drag.from[1] - to[1]);
    return;
  }
  drag.rubber ??= map.svg.querySelector(".field").appendChild(make("rect", { class: "rubber" }));
  const xs = [drag.from[0], to[0]].map((d) => map.x0 + map.sx * d);
  const ys = [drag.from[1], to[1]].map((v) => map.y0 + map.sy * v);
  drag.rubber.setAttribute("x", Math.min(...xs));
  drag.rubber.setAttribute("y", Math.min(...ys));
  drag.rubber.setAttribute("width", Math.abs(xs[0] - xs[1]));
  drag.rubber.setAttribute("height", Math.abs(ys[0] - ys[1]));
}

function endDrag(event) {
  if (!drag) return;
  const { map, isPan, from, moved, column, rubber } = drag;
  drag = null;
  rubber?.remove();
  if (!moved) {
    if (column >= 0) togglePin([map.frame.h1[column], map.frame.h2[column]]);
    return;
  }
  if (isPan) return;
  const to = latticeOf(map, event.clientX, event.clientY);
  const span = (k) => [Math.ceil(Math.min(from[k], to[k])), Math.floor(Math.max(from[k], to[k]))];
  const box = [...span(0), ...span(1)];
  const hits = map.frame.h1.some((h1, i) => {
    const h2 = map.frame.h2[i];
    return h1 - h2 >= box[0] && h1 - h2 <= box[1] && h1 + h2 >= box[2] && h1 + h2 <= box[3];
  });
  setBox(hits ? box : null);
}

function listenToPointer(map) {
  const { svg } = map;
  map.order = new Map(map.hexes.map((hex, i) => [hex, i]));
  svg.addEventListener("pointerdown", (event) => startDrag(map, event));
  svg.addEventListener("pointermove", (event) => {
    follow(event);
    if (drag?.moved) return;
    const i = columnAt(map, event);
    if (i < 0) {
      setHover(null);
      showTip("", 0, 0);
    } else {
      pointAt(map, i, event.clientX, event.clientY);
    }
  });
  svg.addEventListener("pointerup", endDrag);
  svg.addEventListener("pointercancel", () => { drag?.rubber?.remove(); drag = null; });
  svg.addEventListener("pointerleave", () => {
    if (drag) return;
    setHover(null);
    showTip("", 0, 0);
  });
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? 1.25 : 0.8, map, latticeOf(map, event.clientX, event.clientY));
  }, { passive: false });
  svg.addEventListener("click", (event) => {
    const bar = event.target.closest(".bar");
    if (bar) setLayer(map, Number(bar.dataset.layer));
  });
}

/** Steps of (h1 - h2, h1 + h2) to the next column in a direction of the picture, the nearer one first. */
function stepsOf(map, key) {
  const right = Math.sign(map.sx);
  const up = -Math.sign(map.sy);
  return { ArrowUp: [[0, 2 * up]], ArrowDown: [[0, -2 * up]], ArrowRight: [[right, up], [right, -up]],
    ArrowLeft: [[-right, -up], [-right, up]] }[key];
}

function moveBy(map, key) {
  if (map.hexes.length === 0) return;
  const start = view.hover && indexIn(map, view.hover) >= 0 ? view.hover : null;
  let i = start ? -1 : nearestToMiddle(map);
  if (start) {
    for (const [d, v] of stepsOf(map, key)) {
      if (i < 0) i = indexIn(map, [start[0] + (d + v) / 2, start[1] + (v - d) / 2]);
    }
  }
  if (i < 0) return;
  const box = map.hexes[i].getBoundingClientRect();
  pointAt(map, i, box.right, box.bottom);
}

function nearestToMiddle(map) {
  const [x, y] = middleOf(map);
  let best = 0;
  let least = Infinity;
  map.hexes.forEach((hex, i) => {
    const distance = Math.hypot(Number(hex.getAttribute("x")) - x, Number(hex.getAttribute("y")) - y);
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function listenToKeys(map) {
  map.svg.setAttribute("tabindex", "0");
  map.svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key.startsWith("Arrow")) moveBy(map, key);
    else if ((key === "Enter" || key === " ") && view.hover) togglePin(view.hover);
    else if (key === "+" || key === "=") zoomBy(1.5, map, view.hover ? [view.hover[0] - view.hover[1], view.hover[0] + view.hover[1]] : null);
    else if (key === "-") zoomBy(1 / 1.5, map);
    else if (key === "0") setZoom(1, 0, 0);
    else if ((key === "[" || key === "]") && map.layers) setLayer(map, Math.max(0, Math.min(map.layerCount, layerOf(map) + (key === "]" ? 1 : -1))));
    else if (key === "Escape") clearStep();
    else return;
    event.preventDefault();
  });
  map.svg.addEventListener("blur", () => showTip("", 0, 0));
}

/** Escape takes back one thing: the column pointed at, the selection, the pins. */
function clearStep() {
  showTip("", 0, 0);
  if (view.hover) setHover(null);
  else if (view.box) setBox(null);
  else setPins([]);
}

function save(name, type, text) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** The map as it is shown, as a document that stands alone. */
function svgText(map) {
  const copy = map.svg.cloneNode(true);
  copy.setAttribute("xmlns", svgSpace);
  copy.setAttribute("font-family", "Arial, DejaVu Sans, sans-serif");
  for (const name of ["tabindex", "class"]) copy.removeAttribute(name);
  const originals = [...map.svg.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of ["fill", "stroke", "stroke-width", "font-size", "text-anchor", "opacity"]) {
      const value = style.getPropertyValue(name);
      const isDefault = (name === "opacity" && value === "1") || (name === "stroke" && value === "none");
      if (!isDefault && !["defs", "g", "title"].includes(element.nodeName)) element.setAttribute(name, value);
    }
    for (const name of ["style", "class"]) element.removeAttribute(name);
  });
  for (const element of copy.querySelectorAll("[visibility=hidden]")) element.remove();
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

function quoted(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const stateNames = { d: "has_data", n: "no_data", x: "not_in_region", m: "missing" };

/** The columns of a map as CSV: what is drawn, and all layers. */
function csvText(map) {
  const rows = [["type", "region", "side", "metric", "hex1", "hex2", "state", "value", ...(map.layers ?? [])]];
  map.hexes.forEach((_, i) => {
    const value = map.states[i] === "d" || map.states[i] === "n" ? map.values[i] : "";
    const layers = map.layers ? map.layers.map((_, k) => (map.depth[i] ? map.depth[i][k] : "")) : [];
    rows.push([data.type, map.region, map.side, map.metric, map.frame.h1[i], map.frame.h2[i], stateNames[map.states[i]], value, ...layers]);
  });
  return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

function option(value, text) {
  const element = document.createElement("option");
  element.value = value;
  element.textContent = text;
  return element;
}

/** Layer, downloads and histogram below a map. */
function addTools(map) {
  map.histogram = make("svg", { viewBox: `0 0 ${histogramSize.width} ${histogramSize.height}`, class: "histogram", role: "img" });
  const line = document.createElement("p");
  line.className = "below";
  if (map.layers) {
    const label = document.createElement("label");
    map.layerChoice = document.createElement("select");
    map.layerChoice.append(option(0, "all layers"), ...map.layers.map((name, k) => option(k + 1, name)));
    map.layerChoice.addEventListener("change", () => setLayer(map, Number(map.layerChoice.value)));
    map.layerChoice.setAttribute("aria-label", `Layer of ${map.name}`);
    label.append(map.layerChoice);
    line.append(label);
  }
  for (const [name, type, text] of [["svg", "image/svg+xml", svgText], ["csv", "text/csv", csvText]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `save-${name}`;
    button.textContent = `Save ${name.toUpperCase()}`;
    button.setAttribute("aria-label", `Save ${map.name} as ${name.toUpperCase()}`);
    button.addEventListener("click", () => save(`${map.file}.${name}`, type, text(map)));
    line.append(button);
  }
  map.figure.append(map.histogram, line);
}

function showRange() {
  const metric = find("range-metric").value;
  const map = firstOf(metric);
  const range = view.ranges.get(metric);
  find("range-low").value = range ? range[0] : map ? map.base.cuts[0] : "";
  find("range-high").value = range ? range[1] : map ? map.base.cuts[5] : "";
  for (const id of ["range-low", "range-high"]) find(id).removeAttribute("aria-invalid");
  find("range-reset").disabled = !range;
}

function takeRange() {
  const [low, high] = ["range-low", "range-high"].map((id) => find(id));
  const range = [low, high].map((input) => (input.value.trim() === "" ? NaN : Number(input.value.trim())));
  low.setAttribute("aria-invalid", !Number.isFinite(range[0]));
  high.setAttribute("aria-invalid", !Number.isFinite(range[1]) || range[1] < range[0]);
  if (!range.every(Number.isFinite) || range[1] < range[0]) return;
  view.ranges.set(find("range-metric").value, range);
  drawMaps();
}

function drawMaps() {
  for (const map of drawnMaps) recolor(map);
  find("range-reset").disabled = !view.ranges.has(find("range-metric").value);
  drawHover();
  settle();
}

function listenToTools() {
  find("palette").append(option("", "as made"), ...Object.keys(data.palettes).map((name) => option(name, name)));
  find("palette").addEventListener("change", (event) => { view.palette = event.target.value; drawMaps(); });
  find("range-metric").append(...metrics.map((metric) => option(metric, firstOf(metric).legend)));
  find("range-metric").addEventListener("change", showRange);
  for (const id of ["range-low", "range-high"]) find(id).addEventListener("change", takeRange);
  find("range-reset").addEventListener("click", () => { view.ranges.delete(find("range-metric").value); showRange(); drawMaps(); });
  find("link-layers").addEventListener("change", (event) => { view.isLinked = event.target.checked; settle(); });
  for (const input of document.querySelectorAll("input[name=drag]"))
    input.addEventListener("change", () => { view.drag = input.value; });
  find("zoom-in").addEventListener("click", () => zoomBy(1.5, drawnMaps[0]));
  find("zoom-out").addEventListener("click", () => zoomBy(1 / 1.5, drawnMaps[0]));
  find("zoom-reset").addEventListener("click", () => setZoom(1, 0, 0));
  find("pins-clear").addEventListener("click", () => setPins([]));
  find("box-clear").addEventListener("click", () => setBox(null));
  const layered = metrics.filter((metric) => drawnMaps.some((map) => map.metric === metric && map.depth));
  find("depth-metric").append(...layered.map((metric) => option(metric, firstOf(metric).legend)));
  find("depth-metric").addEventListener("change", drawDepth);
  find("depth-choice").hidden = layered.length < 2;
}

function drawAll() {
  find("palette").value = view.palette;
  find("link-layers").checked = view.isLinked;
  showRange();
  for (const map of drawnMaps) {
    recolor(map);
    applyZoom(map);
  }
  drawMarks();
  drawSelection();
  drawPanel();
}

if (drawnMaps.length > 0) {
  for (const element of document.querySelectorAll(".live")) element.hidden = false;
  for (const map of drawnMaps) {
    addTools(map);
    listenToPointer(map);
    listenToKeys(map);
  }
  listenToTools();
  readAddress(location.hash.slice(1));
  drawAll();
  window.addEventListener("hashchange", () => {
    readAddress(location.hash.slice(1));
    drawAll();
  });
}
