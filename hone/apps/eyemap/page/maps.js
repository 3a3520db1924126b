// The maps themselves: colours, titles, legends, histograms, marks.

const svgSpace = "http://www.w3.org/2000/svg";

function make(name, attributes, text) {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The layer that a map shows; 0: all columns. */
function layerOf(map) {
  return view.layers.get(map.id) ?? 0;
}

function recolor(map) {
  map.hexes.forEach((hex, i) => {
    const color = shownColor(map, i);
    if (hex.style.fill !== color) hex.style.fill = color;
  });
  const layer = layerOf(map);
  map.svg.querySelector(".title").textContent = layer > 0 ? map.layerTitles[layer - 1] : map.title;
  for (const bar of map.svg.querySelectorAll(".bar")) bar.classList.toggle("on", Number(bar.dataset.layer) === layer);
  if (map.layerChoice) map.layerChoice.value = layer;
  drawLegend(map);
  drawHistogram(map);
}

/** Boxes and labels follow palette, range and layer. */
function drawLegend(map) {
  const legend = map.svg.querySelector(".legend");
  if (!legend) return;
  const colors = colorsOf(map);
  const boxes = [...legend.querySelectorAll("rect")];
  const labels = [...legend.querySelectorAll(".label")];
  map.ownLegend ??= { fills: boxes.map((box) => box.getAttribute("fill")), texts: labels.map((label) => label.textContent) };
  const isPlain = boxes.length === 5 && labels.length === 6;
  const scale = scaleOf(map);
  boxes.forEach((box, i) => {
    const own = map.colors.indexOf(map.ownLegend.fills[i]);
    box.setAttribute("fill", own >= 0 ? colors[own] : map.ownLegend.fills[i]);
  });
  labels.forEach((label, i) => {
    const other = layerOf(map) > 0 || view.ranges.has(map.metric);
    label.textContent = isPlain && other ? scale.labels[i] : map.ownLegend.texts[i];
  });
}

/** Values that a map shows now: those of its columns, or of the layer. */
function shownValues(map) {
  const layer = layerOf(map);
  const values = [];
  for (let i = 0; i < map.hexes.length; i++) {
    if (map.states[i] !== "d") continue;
    const value = layer > 0 ? map.depth[i][layer - 1] : map.values[i];
    if (layer === 0 || value > 0) values.push(value);
  }
  return values;
}

const histogramSize = { width: 378, height: 46, base: 34, bins: 27 };

function drawHistogram(map) {
  const { width, height, base, bins } = histogramSize;
  const svg = map.histogram;
  const values = shownValues(map);
  if (!svg) return;
  const scale = scaleOf(map);
  const [low, high] = [scale.cuts[0], scale.cuts[5]];
  const counts = new Array(bins).fill(0);
  for (const value of values) {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    counts[Math.min(Math.max(Math.floor(share * bins), 0), bins - 1)]++;
  }
  const most = Math.max(...counts, 1);
  const step = (width - 20) / bins;
  const parts = counts.map((count, i) => {
    const middle = low + (high - low) * ((i + 0.5) / bins);
    const tall = count === 0 ? 0 : Math.max(2, (base - 4) * count / most);
    const bar = make("rect", { x: 10 + i * step, y: base - tall, width: step - 1, height: tall, fill: colorOf(map, middle) });
    bar.append(make("title", {}, `${count} columns near ${cutText(middle, false)}`));
    return bar;
  });
  parts.push(make("line", { x1: 10, x2: width - 10, y1: base + 0.5, y2: base + 0.5, class: "axis" }));
  parts.push(make("text", { x: 10, y: height - 1 }, scale.labels[0]));
  parts.push(make("text", { x: width - 10, y: height - 1, "text-anchor": "end" }, scale.labels[5]));
  parts.push(make("text", { x: width / 2, y: height - 1, "text-anchor": "middle" }, `${numberText(values.length)} columns`));
  map.needle = make("path", { class: "needle", d: "", fill: "none" });
  parts.push(map.needle);
  svg.replaceChildren(...parts);
  svg.setAttribute("aria-label", `Histogram of ${values.length} columns from ${scale.labels[0]} to ${scale.labels[5]}`);
}

/** Points at the value of a column in a map's histogram. */
function moveNeedle(map, i) {
  if (!map.needle) return;
  const layer = layerOf(map);
  const value = i < 0 || map.states[i] !== "d" ? NaN : layer > 0 ? map.depth[i][layer - 1] : map.values[i];
  const { cuts } = scaleOf(map);
  const share = cuts[5] > cuts[0] ? Math.min(Math.max((value - cuts[0]) / (cuts[5] - cuts[0]), 0), 1) : 0.5;
  const x = 10 + share * (histogramSize.width - 20);
  map.needle.setAttribute("d", Number.isFinite(value) ? `M${x},2V${histogramSize.base}` : "");
}

const pinColors = ["#0072b2", "#009e73", "#9a6a00", "#8e44ad", "#0a7d8c", "#333333"];

function pinColor(at) {
  return pinColors[at % pinColors.length];
}

function placeMark(map, mark, i) {
  const hex = map.hexes[i];
  mark.setAttribute("transform", `translate(${hex.getAttribute("x")} ${hex.getAttribute("y")})`);
}

/** Outlines of the pointed-at column and of pinned ones, in every map. */
function drawMarks() {
  for (const map of drawnMaps) {
    const outline = map.svg.querySelector("defs path").getAttribute("d");
    const marks = view.pins.flatMap((pin, at) => {
      const i = indexIn(map, pin);
      if (i < 0) return [];
      const mark = make("path", { class: "pin", d: outline, stroke: pinColor(at) });
      placeMark(map, mark, i);
      return [mark];
    });
    map.cursor = make("path", { class: "cursor", d: outline, visibility: "hidden" });
    map.svg.querySelector(".marks").replaceChildren(...marks, map.cursor);
  }
  drawHover();
}

function drawHover() {
  for (const map of drawnMaps) {
    const i = view.hover ? indexIn(map, view.hover) : -1;
    map.cursor.setAttribute("visibility", i < 0 ? "hidden" : "visible");
    if (i >= 0) placeMark(map, map.cursor, i);
    moveNeedle(map, i);
  }
}

/** True if a column lies in the selected box, which is bounds of h1 - h2 and h1 + h2. */
function isSelected(h1, h2) {
  const box = view.box;
  return box !== null && h1 - h2 >= box[0] && h1 - h2 <= box[1] && h1 + h2 >= box[2] && h1 + h2 <= box[3];
}

function drawSelection() {
  for (const map of drawnMaps) {
    map.svg.classList.toggle("selecting", view.box !== null);
    map.hexes.forEach((hex, i) => hex.classList.toggle("in", isSelected(map.frame.h1[i], map.frame.h2[i])));
  }
}
