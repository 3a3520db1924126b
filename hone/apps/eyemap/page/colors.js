// Classes and colours: the same rules as the maps were made by.

/** Scale that a map uses for its columns: its own, or the range asked for. */
function baseScale(map) {
  const range = view.ranges.get(map.metric);
  if (!range || map.base.method === "difference") return map.base;
  const [low, high] = range[0] === range[1] ? [range[0] - 0.1, range[1] + 0.1] : range;
  const cuts = [0, 1, 2, 3, 4, 5].map((i) => (i === 5 ? high : low + (high - low) * (i / 5)));
  return { cuts, method: "linear", classes: 0, flat: false, labels: cuts.map((cut) => cutText(cut, map.count)) };
}

function scaleOf(map) {
  return layerOf(map) > 0 ? map.layerScale : baseScale(map);
}

/** A cut as a legend prints it: whole with ties to even, or three significant digits. */
function cutText(cut, isCount) {
  if (!isCount) return String(Number(cut.toPrecision(3)));
  const low = Math.floor(cut);
  const rest = cut - low;
  return String(rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low);
}

function colorsOf(map) {
  return view.palette && map.colors.length === 5 ? data.palettes[view.palette] : map.colors;
}

/** Class of a value: intervals are closed above, values outside belong to the outermost class. */
function binOf(scale, value) {
  const { cuts } = scale;
  if (scale.flatBin !== undefined && scale.flat) return scale.flatBin;
  if (scale.method === "difference") return cuts.filter((cut) => cut < value).length;
  if (scale.classes > 0) {
    const top = scale.classes - 1;
    const at = Math.min(Math.max(Math.ceil(value) - 1, 0), top);
    return top === 0 ? 4 : Math.floor(4 * at / top + 0.5);
  }
  if (scale.method === "linear" || scale.method === "paper") {
    if (cuts[0] === cuts[5]) return 0;
    const t = (value - cuts[0]) / (cuts[5] - cuts[0]);
    return [0.2, 0.4, 0.6, 0.8].filter((border) => t > border).length;
  }
  return [1, 2, 3, 4].filter((i) => cuts[i] < value).length;
}

/** Where a value lies, 0..1, so that equal steps are equal shares of the classes. */
function shareOf(scale, value) {
  const { cuts, method } = scale;
  if (method === "difference") {
    const magnitude = cuts[5] * 7 / 5;
    return Math.min(Math.max((value + magnitude) / (2 * magnitude), 0), 1);
  }
  if (value <= cuts[0]) return 0;
  if (value >= cuts[5]) return 1;
  if (method === "linear" || method === "paper") return (value - cuts[0]) / (cuts[5] - cuts[0]);
  const i = [1, 2, 3, 4].filter((k) => cuts[k] < value).length;
  return (i + (value - cuts[i]) / (cuts[i + 1] - cuts[i])) / 5;
}

function blend(colors, share) {
  const at = Math.min(Math.max(share, 0), 1) * (colors.length - 1);
  const low = Math.min(Math.floor(at), colors.length - 2);
  const channel = (color, shift) => (parseInt(color.slice(1), 16) >> shift) & 255;
  const mixed = [16, 8, 0].map((shift) => {
    const [a, b] = [channel(colors[low], shift), channel(colors[low + 1], shift)];
    return Math.floor(a + (b - a) * (at - low) + 0.5);
  });
  return "#" + mixed.map((value) => value.toString(16).padStart(2, "0")).join("");
}

function colorOf(map, value) {
  const scale = scaleOf(map);
  const colors = colorsOf(map);
  if (!map.continuous) return colors[binOf(scale, value)];
  return blend(colors, shareOf(scale, value));
}

/** True if a map looks as it was made. */
function isOriginal(map) {
  return layerOf(map) === 0 && !view.palette && !view.ranges.has(map.metric);
}

/** The colour of a column as it is shown now; empty for the one that it was made with. */
function shownColor(map, i) {
  if (map.states[i] !== "d" || isOriginal(map)) return "";
  const layer = layerOf(map);
  if (layer === 0) return colorOf(map, map.values[i]);
  const value = map.depth[i][layer - 1];
  return value > 0 ? colorOf(map, value) : "#ffffff";
}
