// The figure: bands and lines of the chosen curves, events, thresholds, and the cursor at the chosen area.

const view = {
  regions: new Set([0]),
  tiers: new Set(tierNames.slice(0, 1)),
  x: "A",
  y: "kcal",
  focus: 0,
  area: 1000000n,
  held: false,
  events: true,
  labels: true,
  thresholds: true,
  land: "both",
};
const plotBox = document.getElementById("plot");
let frame = null;

function element(name, attributes, parent) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
}

function write(parent, x, y, text, attributes = {}) {
  const made = element("text", {x: x.toFixed(1), y: y.toFixed(1), ...attributes}, parent);
  made.textContent = text;
  return made;
}

function chosenCurves() {
  return regions.filter((region) => view.regions.has(region.index))
    .flatMap((region) => region.curves.filter((curve) => view.tiers.has(curve.tier)));
}

/** Colours and dash of a curve: by region if there are several, else upper and lower, further tiers by their own. */
function lookOf(curve) {
  const tier = tierNames.indexOf(curve.tier);
  const dash = ["", "8 4", "3 3", "10 3 3 3", "6 2", "2 5"][tier % 6];
  if (view.regions.size > 1) {
    const color = `var(--r${curve.region % 12})`;
    return {upper: color, lower: color, band: color, opacity: 0.1, dash};
  }
  const first = tierNames.find((name) => view.tiers.has(name));
  if (curve.tier === first) return {upper: "var(--upper)", lower: "var(--lower)", band: "var(--band)", opacity: 0.3, dash: ""};
  const color = `var(--t${(tier + 3) % 4 + 1})`;
  return {upper: color, lower: color, band: color, opacity: 0, dash: dash || "8 4"};
}

/** Points as path data; neighbours that print alike are written once. */
function pathOf(xs, ys, reversed) {
  const points = [];
  for (let i = 0; i < xs.length; ++i) {
    const point = xs[i].toFixed(1) + " " + ys[i].toFixed(1);
    if (point !== points[points.length - 1]) points.push(point);
  }
  return (reversed ? points.reverse() : points).join("L");
}

function drawCurve(group, curve, layer) {
  const look = lookOf(curve);
  const unit = view.y === "percent" ? 100 / Number(curve.energy) : 1;
  const floor = frame.y.low * 1e-3;
  const xs = curve.drawn.x.map((value) => frame.x.px(Math.max(value, frame.x.low * 1e-3)));
  const ysOf = (values) => values.map((value) => frame.y.px(Math.max(value * unit, floor)));
  const upper = pathOf(xs, ysOf(curve.drawn.upper), false);
  if (layer === "band") {
    if (look.opacity === 0) return;
    const lower = pathOf(xs, ysOf(curve.drawn.lower), true);
    element("path", {d: `M${upper}L${lower}Z`, style: `fill:${look.band}`, "fill-opacity": look.opacity}, group);
    return;
  }
  const line = (d, color) => element("path", {
    d: "M" + d, fill: "none", style: `stroke:${color}`, "stroke-width": 2, "stroke-dasharray": look.dash,
    "stroke-linejoin": "round",
  }, group);
  line(upper, look.upper);
  line(pathOf(xs, ysOf(curve.drawn.lower), false), look.lower);
}

function drawAxes(root) {
  const {left, right, top, bottom, x, y} = frame;
  const grid = element("g", {style: "stroke:var(--grid)", "aria-hidden": "true"}, root);
  const texts = element("g", {"aria-hidden": "true"}, root);
  const across = decadesOf(x, 46);
  const up = decadesOf(y, 30);
  const vertical = (value, opacity) => element("line",
    {x1: x.px(value).toFixed(1), x2: x.px(value).toFixed(1), y1: top, y2: bottom, "stroke-opacity": opacity}, grid);
  const horizontal = (value, opacity) => element("line",
    {x1: left, x2: right, y1: y.px(value).toFixed(1), y2: y.px(value).toFixed(1), "stroke-opacity": opacity}, grid);
  across.between.forEach((value) => vertical(value, 0.5));
  up.between.forEach((value) => horizontal(value, 0.5));
  for (const exponent of across.labelled) {
    vertical(10 ** exponent, 1);
    write(texts, x.px(10 ** exponent), bottom + 17, view.x === "M" ? String(exponent) : powerText(exponent),
      {"text-anchor": "middle"});
  }
  for (const exponent of up.labelled) {
    horizontal(10 ** exponent, 1);
    write(texts, left - 6, y.px(10 ** exponent) + 4, view.y === "percent" ? powerText(exponent) : energyPowerText(exponent),
      {"text-anchor": "end"});
  }
  write(texts, (left + right) / 2, bottom + 36, view.x === "M" ? "Magnitude M = log₁₀(A / km²)" : "Harvested area A (km²)",
    {"text-anchor": "middle", class: "title"});
  write(texts, 2, 14, view.y === "percent" ? "Share of all energy (%)" : "Energy (kcal)", {class: "title"});
  const around = {x: left, y: top, width: right - left, height: bottom - top};
  element("rect", {...around, fill: "none", style: "stroke:var(--soft)"}, root);
}

/** Energy on the vertical axis for events and thresholds of the focus region. */
function heightOf(kcal) {
  return view.y === "percent" ? Number(kcal) * 100 / Number(focusRegion().curves[0].energy) : Number(kcal);
}

function focusRegion() {
  return regions[view.focus];
}

function shownEvents() {
  if (!view.events || !view.regions.has(view.focus)) return [];
  return focusRegion().events.filter((event) => event.area > 0n && event.loss > 0n)
    .sort((a, b) => (a.area < b.area ? -1 : a.area > b.area ? 1 : 0));
}

function shownThresholds() {
  if (!view.thresholds || !view.regions.has(view.focus)) return [];
  return focusRegion().thresholds.filter((line) => line.kcal > 0n);
}

/** Boxes that are taken; takes a further one if it is free and inside the figure. */
function placer() {
  const taken = [];
  const clashes = (a) => taken.some((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h);
  return {
    take: (box) => taken.push(box),
    takeIfFree(box) {
      const inside = box.x >= frame.left + 2 && box.x + box.w <= frame.right - 2 && box.y >= frame.top + 1 &&
        box.y + box.h <= frame.bottom - 1;
      if (!inside || clashes(box)) return false;
      taken.push(box);
      return true;
    },
  };
}

const ruler = document.createElement("canvas").getContext("2d");

function widthOf(text, size) {
  if (!ruler) return text.length * size * 0.6;
  ruler.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

function drawThresholds(root, places) {
  const group = element("g", {"aria-hidden": "true"}, root);
  const heights = shownThresholds().map((line) => frame.y.px(heightOf(line.kcal)));
  const crossed = (box) => heights.some((height) => height > box.y - 2 && height < box.y + box.h + 2);
  for (const [i, line] of shownThresholds().entries()) {
    const height = heights[i];
    if (height < frame.top || height > frame.bottom) continue;
    const place = {x1: frame.left, x2: frame.right, y1: height.toFixed(1), y2: height.toFixed(1)};
    element("line", {...place, style: "stroke:var(--ink)", "stroke-width": 3.6, "stroke-opacity": 0.28}, group);
    element("line", {...place, style: `stroke:var(--${line.color})`, "stroke-width": 2.2, "stroke-dasharray": "8 5"}, group);
    const width = widthOf(line.name, frame.size);
    for (const side of [frame.left + 8, frame.right - width - 8]) {
      const boxes = [height - 17, height + 4].map((y) => ({x: side, y, w: width, h: 13}));
      const box = boxes.find((place) => !crossed(place) && places.takeIfFree(place));
      if (!box) continue;
      write(group, box.x, box.y + 10, line.name, {class: "halo"});
      break;
    }
  }
}

const markShapes = {
  C: "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0 -6 0Z",
  P: "M-5.4 -5.4H5.4V5.4H-5.4Z",
  D: "M0 -7.5L7.5 0L0 7.5L-7.5 0Z",
  G: "M0 -7L7 5.5H-7Z",
  X: "M0 -8L1.9 -2.6L7.6 -2.5L3 1L4.7 6.5L0 3.2L-4.7 6.5L-3 1L-7.6 -2.5L-1.9 -2.6Z",
};

function eventLines(event) {
  const lines = [
    `${page.classes[event.class]}${event.years ? ", " + event.years : ""}`,
    `A ${km2Text(event.area)}, M ${magnitudeText(event.area)}`,
    `loss ${energyText(event.loss)}`,
    `bounds there ${energyText(event.lower)} to ${energyText(event.upper)}`,
  ];
  if (event.status !== "ok") lines.push(`status ${spoken(event.status)}`);
  return lines;
}

function nameEvent(group, event, places) {
  const width = widthOf(event.label, frame.size);
  const candidates = [[10, 4], [-10 - width, 4], [-width / 2, -11], [-width / 2, 20], [9, -8], [9, 16], [-9 - width, -8],
    [-9 - width, 16]];
  for (const [dx, dy] of candidates) {
    const box = {x: event.px + dx, y: event.py + dy - 11, w: width, h: 14};
    if (!places.takeIfFree(box)) continue;
    write(group, box.x, event.py + dy, event.label, {class: "halo", "pointer-events": "none"});
    return;
  }
}

function drawEvents(root, places) {
  const names = element("g", {"aria-hidden": "true"}, root);
  const group = element("g", {role: "group", "aria-label": "Events; arrow keys go from one to the next"}, root);
  const marks = [];
  for (const event of shownEvents()) {
    const px = frame.x.px(Number(event.area) / 1000);
    const py = frame.y.px(heightOf(event.loss));
    if (px < frame.left || px > frame.right || py < frame.top || py > frame.bottom) continue;
    places.take({x: px - 7, y: py - 7, w: 14, h: 14});
    const mark = element("path", {
      d: markShapes[event.class], class: "event " + event.class, transform: `translate(${px.toFixed(1)} ${py.toFixed(1)})`,
      role: "button", tabindex: marks.length === 0 ? 0 : -1, "aria-label": [event.label, ...eventLines(event)].join("; "),
    }, group);
    marks.push({...event, px, py, mark});
  }
  marks.forEach((event, i) => watchEvent(event, i, marks));
  if (view.labels) marks.forEach((event) => nameEvent(names, event, places));
}

function watchEvent(event, index, marks) {
  const {mark} = event;
  const show = () => showTip(event.px, event.py, event.label, eventLines(event));
  mark.addEventListener("pointerenter", show);
  mark.addEventListener("pointerleave", hideTip);
  mark.addEventListener("focus", show);
  mark.addEventListener("blur", hideTip);
  mark.addEventListener("click", (click) => {
    click.stopPropagation();
    setArea(event.area, {hold: true});
  });
  mark.addEventListener("keydown", (key) => {
    const step = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[key.key];
    if (step) {
      const next = marks[(index + step + marks.length) % marks.length].mark;
      marks.forEach((other) => other.mark.setAttribute("tabindex", -1));
      next.setAttribute("tabindex", 0);
      next.focus();
    } else if (key.key === "Enter" || key.key === " ") {
      setArea(event.area, {hold: true});
    } else {
      return;
    }
    key.preventDefault();
  });
}

function showTip(px, py, title, lines) {
  hideTip();
  const tip = document.createElement("div");
  tip.className = "tip";
  const head = document.createElement("b");
  head.textContent = title;
  tip.append(head, ...lines.map((line) => {
    const span = document.createElement("span");
    span.textContent = line;
    return span;
  }));
  plotBox.append(tip);
  const scale = plotBox.clientWidth / frame.width;
  const x = Math.max(0, Math.min(px * scale + 14, plotBox.clientWidth - tip.offsetWidth));
  const below = py * scale + 16;
  tip.style.left = `${x}px`;
  tip.style.top = `${below + tip.offsetHeight > plotBox.clientHeight ? py * scale - tip.offsetHeight - 14 : below}px`;
}

function hideTip() {
  for (const tip of plotBox.querySelectorAll(".tip")) tip.remove();
}

/** Draws the cursor again: a line at the area, and the bounds of each curve there. */
function drawCursor() {
  const group = frame.cursor;
  group.replaceChildren();
  const px = frame.x.px(Number(view.area) / 1000);
  if (!(px >= frame.left - 1 && px <= frame.right + 1)) return;
  element("line", {x1: px.toFixed(1), x2: px.toFixed(1), y1: frame.top, y2: frame.bottom, style: "stroke:var(--ink)",
    "stroke-width": 1.2, "stroke-dasharray": view.held ? "" : "2 3"}, group);
  for (const curve of chosenCurves()) {
    const bounds = boundsAt(curve, view.area);
    const look = lookOf(curve);
    const unit = view.y === "percent" ? 100 / Number(curve.energy) : 1;
    const across = frame.x.px(Number(bounds.used) / 1000);
    for (const [value, color] of [[bounds.upper, look.upper], [bounds.lower, look.lower]]) {
      const py = frame.y.px(Number(value) * unit);
      if (py >= frame.top && py <= frame.bottom) {
        element("circle", {cx: across.toFixed(1), cy: py.toFixed(1), r: 4, class: "mark", style: `stroke:${color}`}, group);
      }
    }
  }
  const text = `A ${km2Text(view.area)} · M ${magnitudeText(view.area)}`;
  const half = widthOf(text, frame.size) / 2 + 2;
  write(group, Math.min(Math.max(px, frame.left + half), frame.right - half), frame.top - 9, text, {"text-anchor": "middle"});
}

/** Draws the whole figure for the width that there is. */
function drawPlot() {
  const width = Math.max(280, Math.round(plotBox.clientWidth || 760));
  const height = Math.round(Math.min(Math.max(width * 0.62, 340), 580));
  const curves = chosenCurves();
  const left = width < 500 ? 46 : 56;
  frame = {width, height, left, right: width - 12, top: 42, bottom: height - 44, size: width < 500 ? 11 : 12};
  const most = curves.reduce((area, curve) => (curve.total > area ? curve.total : area), 0n);
  const whole = most > 100000n && view.area >= 1000n ? 1 : 0.001;
  const levels = [...shownThresholds().map((line) => line.kcal), ...shownEvents().map((event) => event.loss)].map(heightOf);
  const limits = limitsOf(curves, {percent: view.y === "percent", levels}, whole);
  frame.x = logAxis(limits.left, limits.right, frame.left, frame.right);
  frame.y = logAxis(limits.bottom, limits.top, frame.bottom, frame.top);
  const root = element("svg", {viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": plotName(curves)});
  frame.svg = root;
  drawAxes(root);
  const clip = element("clipPath", {id: "plot-clip"}, root);
  element("rect", {x: frame.left, y: frame.top, width: frame.right - frame.left, height: frame.bottom - frame.top}, clip);
  const inside = element("g", {"clip-path": "url(#plot-clip)", "aria-hidden": "true"}, root);
  for (const layer of ["band", "line"]) [...curves].reverse().forEach((curve) => drawCurve(inside, curve, layer));
  const places = placer();
  frame.cursor = element("g", {"aria-hidden": "true", "pointer-events": "none"});
  const over = element("g", {}, root);
  for (const event of shownEvents()) {
    places.take({x: frame.x.px(Number(event.area) / 1000) - 7, y: frame.y.px(heightOf(event.loss)) - 7, w: 14, h: 14});
  }
  drawThresholds(over, places);
  root.append(frame.cursor);
  drawEvents(root, places);
  if (curves.length === 0) {
    write(root, (frame.left + frame.right) / 2, height / 2, "Choose a region and a tier that it has.", {"text-anchor": "middle"});
  }
  plotBox.replaceChildren(root);
  drawCursor();
}

function plotName(curves) {
  const names = curves.map((curve) => `${regions[curve.region].name}, ${spoken(curve.tier)}`);
  return `Upper and lower bounds of food energy over harvested area, both logarithmic: ${names.join("; ")}. ` +
    "The table below has the numbers.";
}
