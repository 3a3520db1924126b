// The panel: numbers of the pointed-at and pinned columns, of the selected box, and profiles over depth.

function cell(row, text, isHead) {
  const element = document.createElement(isHead ? "th" : "td");
  element.textContent = text;
  row.append(element);
  return element;
}

const sides = [...new Set(drawnMaps.map((map) => map.side))].sort().reverse();
const regionNames = [...new Set(drawnMaps.map((map) => map.region))];

/** The column that the panel is about: the one pointed at, else the one pinned last. */
function subject() {
  return view.hover ?? view.pins[view.pins.length - 1] ?? null;
}

/** A table of one row per region and layer shown, one column per side and metric. */
function drawColumn() {
  const hex = subject();
  const table = document.getElementById("column-table");
  document.getElementById("column-title").textContent = hex ? `Column ${hex[0]}, ${hex[1]}` : "Column";
  document.getElementById("column-note").textContent = hex ? "" : "Point at a column of any map.";
  table.replaceChildren();
  if (!hex) return;
  const head = table.createTHead().insertRow();
  cell(head, "", true);
  const columns = metrics.flatMap((metric) => sides.map((side) => ({ metric, side })));
  for (const { metric, side } of columns) cell(head, `${firstOf(metric).legend} ${side}`, true).className = "n";
  const body = table.createTBody();
  for (const region of regionNames) {
    const row = body.insertRow();
    cell(row, region, true).scope = "row";
    for (const { metric, side } of columns) {
      const map = drawnMaps.find((one) => one.region === region && one.side === side && one.metric === metric);
      const i = map ? indexIn(map, hex) : -1;
      const text = i < 0 || map.states[i] === "x" ? "–" : valueText(map, i, layerOf(map));
      const box = cell(row, text);
      box.className = "n";
      if (map && layerOf(map) > 0) box.title = `in ${map.layers[layerOf(map) - 1]}`;
    }
  }
}

function drawPins() {
  document.getElementById("pins-part").hidden = view.pins.length === 0;
  document.getElementById("pins").replaceChildren(...view.pins.map((pin, at) => {
    const item = document.createElement("li");
    const dot = document.createElement("span");
    dot.className = "dot";
    dot.style.background = pinColor(at);
    const text = document.createElement("span");
    const values = drawnMaps.filter((map) => map.metric === metrics[0] && indexIn(map, pin) >= 0)
      .filter((map) => map.states[indexIn(map, pin)] !== "x")
      .map((map) => `${map.region} ${map.side} ${valueText(map, indexIn(map, pin), 0)}`);
    text.textContent = `${pin[0]}, ${pin[1]}: ${values.join(", ")}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", `Unpin column ${pin[0]}, ${pin[1]}`);
    button.addEventListener("click", () => togglePin(pin));
    item.append(dot, text, button);
    return item;
  }));
}

/** Statistics of the values above zero in a list. */
function statistics(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  const sum = sorted.reduce((all, value) => all + value, 0);
  const mean = sum / count;
  const variance = sorted.reduce((all, value) => all + (value - mean) ** 2, 0) / count;
  const middle = (count - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { count, sum, mean, median, sd: Math.sqrt(variance), least: sorted[0], greatest: sorted[count - 1] };
}

function drawBox() {
  document.getElementById("box-part").hidden = view.box === null;
  if (view.box === null) return;
  const table = document.getElementById("box-table");
  table.replaceChildren();
  const head = table.createTHead().insertRow();
  for (const name of ["Map", "Columns", "Occupied", "Sum", "Mean", "Median", "SD", "Least", "Greatest"])
    cell(head, name, true).className = name === "Map" ? "" : "n";
  const body = table.createTBody();
  const seen = new Set();
  for (const map of drawnMaps) {
    const layer = layerOf(map);
    const values = [];
    let columns = 0;
    map.frame.h1.forEach((h1, i) => {
      if (!isSelected(h1, map.frame.h2[i])) return;
      seen.add(keyOf(h1, map.frame.h2[i]));
      if (map.states[i] === "x") return;
      columns++;
      if (map.states[i] !== "d") return;
      const value = layer > 0 ? map.depth[i][layer - 1] : map.values[i];
      if (layer === 0 || value > 0) values.push(value);
    });
    const row = body.insertRow();
    cell(row, `${layer > 0 ? map.layers[layer - 1] : map.region} ${map.side} ${map.legend}`, true).scope = "row";
    const { count, sum, mean, median, sd, least, greatest } = statistics(values);
    for (const number of [columns, count, sum, mean, median, sd, least, greatest])
      cell(row, numberText(number)).className = "n";
  }
  document.getElementById("box-title").textContent = `Selection: ${numberText(seen.size)} columns`;
}

/** Sums of layers over the selected columns of a map, for each column with data; null if there is none. */
function selectedProfile(map) {
  const sum = new Float64Array(map.layerCount);
  let count = 0;
  map.depth.forEach((layers, i) => {
    if (!layers || !isSelected(map.frame.h1[i], map.frame.h2[i])) return;
    count++;
    layers.forEach((value, k) => { sum[k] += value; });
  });
  return count === 0 ? null : sum.map((value) => value / count);
}

/** The lines of a map's profile: pinned columns, the one pointed at, the mean of the selection. */
function profiles(map) {
  const lines = [];
  view.pins.forEach((pin, at) => {
    const i = indexIn(map, pin);
    if (i >= 0 && map.depth[i]) lines.push({ layers: map.depth[i], color: pinColor(at), name: `${pin[0]}, ${pin[1]}` });
  });
  const i = view.hover ? indexIn(map, view.hover) : -1;
  if (i >= 0 && map.depth[i]) lines.push({ layers: map.depth[i], color: "var(--ink)", name: "pointed at" });
  const mean = view.box ? selectedProfile(map) : null;
  if (mean) lines.push({ layers: mean, color: "var(--accent)", name: "mean of the selection" });
  return lines;
}

function profileChart(region, ofRegion) {
  const [width, left, top, row] = [300, 44, 18, 15];
  const count = Math.max(...ofRegion.map((map) => map.layerCount));
  const height = top + row * count + 6;
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "depth" });
  const lines = ofRegion.flatMap((map) => profiles(map).map((line) => ({ ...line, side: map.side })));
  const most = Math.max(...lines.flatMap((line) => [...line.layers]), 0);
  svg.append(make("text", { x: left, y: 11 }, `${region}${ofRegion.length > 1 ? ": R full, L dashed" : ""}`));
  svg.append(make("text", { x: width - 2, y: 11, "text-anchor": "end" }, most > 0 ? numberText(most) : ""));
  for (let k = 0; k < count; k++) {
    const y = top + row * (k + 0.5);
    svg.append(make("text", { x: left - 6, y: y + 3.5, "text-anchor": "end" }, ofRegion[0].layers[k] ?? String(k + 1)));
    svg.append(make("line", { x1: left, x2: width - 2, y1: y, y2: y, class: "axis" }));
  }
  for (const { layers, color, name, side } of lines) {
    const points = [...layers].map((value, k) => `${(left + (width - left - 4) * (most > 0 ? value / most : 0)).toFixed(1)},${top + row * (k + 0.5)}`);
    const line = make("polyline", { points: points.join(" "), fill: "none", stroke: color, class: side === "L" ? "left" : "right" });
    line.style.stroke = color;
    line.append(make("title", {}, `${name} ${side}: ${[...layers].map((value) => numberText(value)).join(" ")}`));
    svg.append(line);
  }
  svg.setAttribute("aria-label", lines.length === 0 ? `${region}: no column chosen`
    : lines.map((line) => `${region} ${line.side} ${line.name}: ${[...line.layers].map((value) => numberText(value)).join(", ")}`).join("; "));
  return svg;
}

function drawDepth() {
  const metric = document.getElementById("depth-metric").value;
  const layered = drawnMaps.filter((map) => map.metric === metric && map.depth);
  const names = regionNames.filter((name) => layered.some((map) => map.region === name));
  document.getElementById("depth").replaceChildren(...names.map((name) => profileChart(name, layered
    .filter((map) => map.region === name).sort((a, b) => (a.side < b.side ? 1 : -1)))));
}

function drawPanel() {
  drawColumn();
  drawPins();
  drawBox();
  drawDepth();
}
