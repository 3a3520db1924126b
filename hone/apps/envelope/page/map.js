// The map: which land is behind the bounds at the chosen area. Pixels hold the place of their land in the order by yield.

let chart = null;

/** The pixels of a map that have land, and where each level lies in the ascending order. */
function readMap(region) {
  if (!region.map) return null;
  const {width, height} = region.map;
  const bytes = Uint8Array.from(atob(region.map.pixels), (letter) => letter.charCodeAt(0));
  const at = [];
  const level = [];
  for (let i = 0, pixel = 0; i < bytes.length; ++i) {
    if (bytes[i] === 255) {
      pixel += bytes[++i] + 1;
    } else {
      at.push(pixel++);
      level.push(bytes[i]);
    }
  }
  const borders = unpacked(region.map.borders);
  const present = [...new Set(level)].sort((a, b) => a - b);
  const land = document.createElement("canvas");
  land.width = width;
  land.height = height;
  // Small maps are enlarged by whole numbers, so that their pixels stay sharp.
  const scale = Math.max(1, Math.floor(Math.min(1440 / width, 1200 / height)));
  return {region, land, scale, width, height, at: Uint32Array.from(at), level: Uint8Array.from(level), borders, present};
}

/**
 * The levels in use whose middle lies between two areas of the order. An area too small for that has the level at its
 * own end, "low" or "high", where all land ends too or where that level is not much larger.
 */
function levelsBetween(map, from, to, end) {
  const found = new Set(map.present.filter((level) => {
    const middle = (map.borders[level] + map.borders[level + 1]) / 2n;
    return middle >= from && middle <= to;
  }));
  if (found.size === 0 && to > from) {
    const nearest = end === "low" ? map.present.find((level) => map.borders[level + 1] > from)
      : map.present.findLast((level) => map.borders[level] < to);
    const atEnd = end === "low" ? from === 0n : to === map.borders[map.borders.length - 1];
    if (nearest !== undefined && (atEnd || map.borders[nearest + 1] - map.borders[nearest] <= 4n * (to - from))) {
      found.add(nearest);
    }
  }
  return found;
}

const probe = document.createElement("canvas");
probe.width = probe.height = 1;

/** A colour of the style sheet as a pixel. */
function pixelOf(name) {
  const context = probe.getContext("2d", {willReadFrequently: true});
  context.fillStyle = colorOf(name);
  const digits = /^#(..)(..)(..)$/.exec(context.fillStyle);
  const [red, green, blue] = digits.slice(1).map((pair) => parseInt(pair, 16));
  return new Uint32Array(new Uint8Array([red, green, blue, 255]).buffer)[0];
}

function landCurve() {
  const curves = focusRegion().curves;
  return curves.find((curve) => view.tiers.has(curve.tier)) || curves[0];
}

/** A colour of the style sheet as text. */
function colorOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** How many of its own px a canvas has for one px of the screen. */
function unitOf(canvas) {
  return Math.max(canvas.width / (canvas.clientWidth || canvas.width), canvas.height / (canvas.clientHeight || canvas.height));
}

/** A ring around each of a few pixels, which nobody would see otherwise. */
function circleFew(context, map, levels, name) {
  const unit = unitOf(context.canvas);
  const few = [];
  for (let i = 0; i < map.at.length && few.length <= 60; ++i) if (levels.has(map.level[i])) few.push(map.at[i]);
  if (few.length === 0 || few.length > 60) return;
  context.strokeStyle = colorOf(name);
  context.lineWidth = 2 * unit;
  for (const pixel of few) {
    context.beginPath();
    context.arc((pixel % map.width + 0.5) * map.scale, (Math.floor(pixel / map.width) + 0.5) * map.scale,
      8 * unit + map.scale / 2, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** Meridians and parallels with their degrees. */
function drawDegrees(context, map) {
  const {west, south, east, north} = map.region.map;
  const {width, height} = context.canvas;
  const span = Math.max(east - west, north - south);
  const step = [1, 2, 5, 10, 15, 30].find((degrees) => span / degrees <= 13) || 30;
  const unit = unitOf(context.canvas);
  context.font = `${Math.round(11 * unit)}px sans-serif`;
  const line = (...box) => {
    context.strokeStyle = colorOf("--grid");
    context.lineWidth = unit;
    context.strokeRect(...box);
  };
  const name = (text, x, y) => {
    context.strokeStyle = colorOf("--halo");
    context.lineWidth = 3 * unit;
    context.strokeText(text, x, y);
    context.fillStyle = colorOf("--soft");
    context.fillText(text, x, y);
  };
  const degreeText = (value, letters) => `${Math.abs(value)}°${value === 0 ? "" : narrowBlank + letters[value < 0 ? 1 : 0]}`;
  for (let x = Math.ceil(west / step) * step; x < east; x += step) {
    const at = Math.round((x - west) / (east - west) * width) + 0.5;
    line(at, -1, 0, height + 2);
    name(degreeText(x, "EW"), at + 3 * unit, height - 4 * unit);
  }
  for (let y = Math.ceil(south / step) * step; y < north; y += step) {
    const at = Math.round((north - y) / (north - south) * height) + 0.5;
    line(-1, at, width + 2, 0);
    name(degreeText(y, "NS"), 3 * unit, at > 16 * unit ? at - 3 * unit : at + 12 * unit);
  }
}

/** The land of the map in the colours of its levels, one pixel each. */
function landPicture(map, worst, best) {
  const colors = new Uint32Array(256).fill(pixelOf("--land"));
  for (const level of worst) colors[level] = pixelOf("--lower");
  for (const level of best) colors[level] = pixelOf(worst.has(level) ? "--both" : "--upper");
  const context = map.land.getContext("2d");
  const picture = context.createImageData(map.width, map.height);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < map.at.length; ++i) pixels[map.at[i]] = colors[map.level[i]];
  context.putImageData(picture, 0, 0);
  return map.land;
}

/** Paints the land behind the bounds at the chosen area. */
function drawMap() {
  const part = document.getElementById("map-part");
  const region = focusRegion();
  part.hidden = !region.map || !view.regions.has(view.focus);
  if (part.hidden) return;
  const canvas = document.getElementById("map");
  if (!chart || chart.region !== region) {
    chart = readMap(region);
    canvas.width = chart.width * chart.scale;
    canvas.height = chart.height * chart.scale;
  }
  const curve = landCurve();
  const {used} = boundsAt(curve, view.area);
  const none = new Set();
  const worst = view.land === "upper" ? none : levelsBetween(chart, curve.from, curve.from + used, "low");
  const end = curve.from + curve.total;
  const best = view.land === "lower" ? none : levelsBetween(chart, end - used, end, "high");
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(landPicture(chart, worst, best), 0, 0, canvas.width, canvas.height);
  drawDegrees(context, chart);
  circleFew(context, chart, worst, "--lower");
  circleFew(context, chart, best, "--upper");
  nameMap(curve, used, worst, best);
}

function nameMap(curve, used, worst, best) {
  const canvas = document.getElementById("map");
  const count = (levels) => chart.level.reduce((sum, level) => sum + (levels.has(level) ? 1 : 0), 0);
  const where = `${regions[curve.region].name}, ${spoken(curve.tier)}`;
  canvas.setAttribute("aria-label", `Map of ${where}: the most productive land of ${km2Text(used)} takes ${count(best)} ` +
    `pixels, the least productive ${count(worst)}, of ${chart.at.length} with land.`);
  canvas.dataset.best = count(best);
  canvas.dataset.worst = count(worst);
  const isLost = view.land !== "upper" && worst.size === 0 || view.land !== "lower" && best.size === 0;
  const lost = isLost ? " Some land of this area is too little for these steps and not shown." : "";
  document.getElementById("map-note").textContent = `${where}. A pixel shows the largest of its cells, in steps of a ` +
    "hundredth of all land, finer for the very best and worst; few pixels get a ring. Plate carrée." + lost;
  const entries = [["--upper", "best land of this area, behind U(A)"], ["--lower", "worst land of this area, behind L(A)"],
    ["--both", "in both"], ["--land", "other harvested land"]];
  document.getElementById("map-legend").replaceChildren(...entries.map(([color, text]) => {
    const item = document.createElement("li");
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = `var(${color})`;
    item.append(swatch, text);
    return item;
  }));
}
