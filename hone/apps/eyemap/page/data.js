// What the page knows, decoded: maps with their columns, values and layers.

const data = JSON.parse(document.getElementById("data").textContent);

/** One number for a column's two coordinates. */
function keyOf(h1, h2) {
  return (h1 + 32768) * 65536 + (h2 + 32768);
}

/** Reads "1:7-10;2:5-13,15" into lists of coordinates, in the order of the hexagons. */
function readFrame(text) {
  const frame = { h1: [], h2: [], index: new Map() };
  for (const run of text.split(";")) {
    const colon = run.indexOf(":");
    if (colon < 0) continue;
    const h1 = Number(run.slice(0, colon));
    for (const span of run.slice(colon + 1).split(",")) {
      const [, from, to] = /^(-?\d+)(?:-(-?\d+))?$/.exec(span);
      for (let h2 = Number(from); h2 <= Number(to ?? from); h2++) {
        frame.index.set(keyOf(h1, h2), frame.h1.length);
        frame.h1.push(h1);
        frame.h2.push(h2);
      }
    }
  }
  return frame;
}

const frames = data.frames.map(readFrame);

/** A map: its data and the elements that show it. Maps that failed have no columns. */
function readMap(source, at) {
  const map = { ...source, at, svg: document.getElementById(source.id), figure: null, hexes: [], layerCount: 0, depth: null };
  map.figure = map.svg.closest("figure");
  map.isDrawn = source.failure === "";
  if (!map.isDrawn) return map;
  map.frame = frames[source.frame];
  map.hexes = [...map.svg.querySelector(".hexes").children];
  const count = map.hexes.length;
  map.values = new Float64Array(count).fill(NaN);
  const values = source.values === "" ? [] : source.values.split(" ");
  const depth = source.layers ? source.depth.split(";") : null;
  map.layerCount = source.layers ? source.layers.length : 0;
  if (depth) map.depth = new Array(count).fill(null);
  let next = 0;
  for (let i = 0; i < count; i++) {
    if (source.states[i] === "n") map.values[i] = 0;
    if (source.states[i] !== "d") continue;
    if (depth) {
      const layers = new Float64Array(map.layerCount);
      depth[next].split(",").forEach((text, k) => { layers[k] = Number(text); });
      map.depth[i] = layers;
    }
    map.values[i] = Number(values[next++]);
  }
  map.name = `${map.region} ${map.side} ${map.legend}`;
  placeAxes(map);
  return map;
}

/** How lattice axes lie in the picture: px = x0 + sx * (h1 - h2), y0 + sy * (h1 + h2). */
function placeAxes(map) {
  const { h1, h2 } = map.frame;
  const px = (i, name) => Number(map.hexes[i].getAttribute(name));
  const fit = (value, name, otherwise) => {
    if (h1.length === 0) return [0, otherwise];
    let low = 0;
    let high = 0;
    for (let i = 1; i < h1.length; i++) {
      if (value(i) < value(low)) low = i;
      if (value(i) > value(high)) high = i;
    }
    const step = value(high) > value(low) ? (px(high, name) - px(low, name)) / (value(high) - value(low)) : otherwise;
    return [px(low, name) - step * value(low), step];
  };
  [map.x0, map.sx] = fit((i) => h1[i] - h2[i], "x", 9.9);
  [map.y0, map.sy] = fit((i) => h1[i] + h2[i], "y", -5.7157677);
}

const maps = data.maps.map(readMap);
const drawnMaps = maps.filter((map) => map.isDrawn);
const metrics = [...new Set(drawnMaps.map((map) => map.metric))];

function firstOf(metric) {
  return drawnMaps.find((map) => map.metric === metric);
}

/** Index of a column in a map; -1 if the map does not draw it. */
function indexIn(map, hex) {
  return map.frame.index.get(keyOf(hex[0], hex[1])) ?? -1;
}

/** Grouped whole numbers, others with up to three decimals. */
function numberText(value) {
  if (!Number.isFinite(value)) return "–";
  const rounded = Math.round(value * 1000) / 1000;
  const [whole, part] = String(Math.abs(rounded)).split(".");
  const grouped = whole.length > 4 && !whole.includes("e") ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
  return (rounded < 0 ? "−" : "") + grouped + (part ? "." + part : "");
}

/** A map's value as its tooltip prints it. */
function valueText(map, i, layer) {
  const state = map.states[i];
  if (state === "m") return "missing";
  const value = layer > 0 ? (map.depth && map.depth[i] ? map.depth[i][layer - 1] : 0) : map.values[i];
  return layer === 0 && map.metric === "synapses_per_cell" ? tenth(value) : String(value);
}

/** One decimal, ties to even: a double stands midway only at quarters. */
function tenth(value) {
  return value * 4 % 4 === 1 ? `${Math.floor(value)}.2` : value.toFixed(1);
}

function tooltip(map, i) {
  const place = `Column: ${map.frame.h1[i]}, ${map.frame.h2[i]}`;
  const layer = layerOf(map);
  const hasLayer = layer > 0 && map.depth[i] !== null;
  if (map.states[i] === "x") return `${place}\nColumn not identified in ${map.region} (${map.sideWord})`;
  const region = hasLayer ? map.layers[layer - 1] : map.region;
  const operands = map.operands ? `\n${map.operands[i]}` : "";
  return `${place}\n${map.word}: ${valueText(map, i, hasLayer ? layer : 0)}\nROI: ${region} (${map.sideWord})${operands}`;
}
