// Tables below the figure, its legend, and the readout as CSV.

function tableHead(table, names) {
  const row = document.createElement("tr");
  for (const [name, numeric] of names) {
    const cell = document.createElement("th");
    cell.scope = "col";
    if (numeric) cell.className = "n";
    cell.textContent = name;
    row.append(cell);
  }
  const head = document.createElement("thead");
  head.append(row);
  const body = document.createElement("tbody");
  body.names = names.map(([name]) => name);
  table.replaceChildren(head, body);
  return body;
}

/** Appends a row; a cell is a text, or {text, title} for a number whose full form is its title, or an element. */
function tableRow(body, cells) {
  const row = document.createElement("tr");
  row.setAttribute("role", "row");
  for (const content of cells) {
    const cell = document.createElement("td");
    cell.setAttribute("role", "cell");
    cell.dataset.name = body.names[row.children.length];
    if (content instanceof Node) {
      cell.append(content);
    } else if (typeof content === "object") {
      cell.className = content.one ? "one" : "n";
      cell.textContent = content.text;
      if (content.title) cell.title = content.title;
    } else {
      cell.textContent = content;
    }
    row.append(cell);
  }
  body.append(row);
}

const kcalCell = (value, sign = "") => ({text: sign + energyText(value), title: grouped(String(value)) + " kcal"});

/** "prime land, 50–100 %", the range on one line. */
function tierText(curve) {
  if (!curve.range) return spoken(curve.tier);
  return `${spoken(curve.tier)}, ${curve.range.replaceAll("-", "\u2060–\u2060")}${narrowBlank}%`;
}

function drawReadout() {
  const curves = chosenCurves();
  document.getElementById("readout-title").textContent =
    `At ${km2Text(view.area)} (M ${magnitudeText(view.area)})`;
  const body = tableHead(document.getElementById("readout"), [["Region"], ["Tier"], ["Lower L", true],
    ["Upper U", true], ["Width U − L", true], ["L share", true], ["U share", true], ["Area share", true]]);
  let near = false;
  let all = false;
  for (const curve of curves) {
    const bounds = boundsAt(curve, view.area);
    near = near || !bounds.exact;
    all = all || bounds.all && view.area > curve.total;
    const sign = bounds.exact ? "" : "≈ ";
    tableRow(body, [regions[curve.region].name, tierText(curve),
      kcalCell(bounds.lower, sign), kcalCell(bounds.upper, sign), kcalCell(bounds.upper - bounds.lower, sign),
      {text: percentText(bounds.lower, curve.energy)}, {text: percentText(bounds.upper, curve.energy)},
      {text: percentText(bounds.used, curve.total) + (view.area > curve.total ? " (all)" : "")}]);
  }
  const notes = ["Values are rounded to four digits, shares are of the tier's own energy and area; a cell's full number shows " +
    "when the pointer rests on it, and the CSV has all digits. Sampled areas are exact."];
  if (near) notes.push("≈ lies between two sampled areas, on the straight line between them: the true lower bound is there at most " +
    "this, the true upper bound at least this.");
  if (all) notes.push("(all): the area is more than all land there, so all of it counts.");
  document.getElementById("readout-note").textContent = notes.join(" ");
}

/** What a screen reader says when the area has settled. */
function readoutSentence() {
  const parts = chosenCurves().slice(0, 3).map((curve) => {
    const bounds = boundsAt(curve, view.area);
    return `${regions[curve.region].name}, ${spoken(curve.tier)}: at least ${energyText(bounds.lower)}, ` +
      `at most ${energyText(bounds.upper)}`;
  });
  return `At ${km2Text(view.area)}, magnitude ${magnitudeText(view.area)}: ${parts.join("; ")}.`;
}

function csvField(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The readout with all digits; `sampled` is no for values read between two sampled areas. */
function readoutCsv() {
  const rows = [["region", "tier", "area_u", "area_km2", "magnitude", "lower_kcal", "upper_kcal", "width_kcal", "lower_pct",
    "upper_pct", "sampled"]];
  for (const curve of chosenCurves()) {
    const {lower, upper, used, exact} = boundsAt(curve, view.area);
    const share = (value) => Number(value) / Number(curve.energy) * 100;
    rows.push([regions[curve.region].name, curve.tier, used, km2Plain(used), used > 0n ? magnitudeOf(used) : "", lower, upper,
      upper - lower, share(lower), share(upper), exact ? "yes" : "no"]);
  }
  return rows.map((row) => row.map(csvField).join(",") + "\n").join("");
}

function copyReadout() {
  const text = readoutCsv();
  const said = document.getElementById("copied");
  const byHand = document.getElementById("copy-text");
  const show = (worked) => {
    said.textContent = worked ? "Copied." : "Copy it from here:";
    byHand.hidden = worked;
  };
  byHand.value = text;
  byHand.hidden = false;
  byHand.select();
  if (navigator.clipboard && navigator.clipboard.writeText) {
    navigator.clipboard.writeText(text).then(() => show(true), () => show(document.execCommand("copy")));
  } else {
    show(document.execCommand("copy"));
  }
}

function saveReadout() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([readoutCsv()], {type: "text/csv"}));
  link.download = page.synthetic ? "envelope_readout_synthetic.csv" : "envelope_readout.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function markIn(parent, letter) {
  const picture = element("svg", {width: 18, height: 18, viewBox: "-9 -9 18 18", "aria-hidden": "true"}, parent);
  element("path", {d: markShapes[letter], class: "event " + letter}, picture);
}

function drawEventTable() {
  const region = focusRegion();
  const part = document.getElementById("events-part");
  part.hidden = region.events.length === 0 || !view.regions.has(view.focus);
  if (part.hidden) return;
  document.getElementById("events-title").textContent = `Events, ${region.name}`;
  const body = tableHead(document.getElementById("events"), [["Event"], ["Years"], ["Class"], ["Area", true], ["M", true],
    ["Loss", true], ["L there", true], ["U there", true], ["Status"]]);
  for (const event of region.events) {
    const name = document.createElement("button");
    name.type = "button";
    name.className = "link";
    name.textContent = event.label;
    name.addEventListener("click", () => setArea(event.area, {hold: true}));
    const kind = document.createElement("span");
    kind.className = "kind";
    markIn(kind, event.class);
    kind.append(page.classes[event.class]);
    tableRow(body, [event.area > 0n ? name : event.label, {text: event.years, one: true}, kind, {text: km2Text(event.area)},
      {text: magnitudeText(event.area)}, kcalCell(event.loss), kcalCell(event.lower), kcalCell(event.upper),
      spoken(event.status)]);
  }
}

function drawThresholdTable() {
  const region = focusRegion();
  const part = document.getElementById("thresholds-part");
  part.hidden = region.thresholds.length === 0 || !view.regions.has(view.focus);
  if (part.hidden) return;
  document.getElementById("thresholds-title").textContent = `Thresholds, ${region.name}`;
  const body = tableHead(document.getElementById("thresholds"), [["Threshold"], ["Loss", true], ["Smallest area", true],
    ["M", true]]);
  for (const line of region.thresholds) {
    tableRow(body, [line.name, kcalCell(line.kcal), {text: line.area === null ? "none" : km2Text(line.area)},
      {text: line.area === null ? "none" : magnitudeText(line.area)}]);
  }
}

/** The sampled points of the chosen curves, made only when they are looked at. */
function drawSamples() {
  if (!document.getElementById("samples-part").open) return;
  const curves = chosenCurves();
  const most = 5000;
  const body = tableHead(document.getElementById("samples"), [["Region"], ["Tier"], ["Area (km²)", true], ["M", true],
    ["Lower bound (kcal)", true], ["Upper bound (kcal)", true]]);
  let rows = 0;
  for (const curve of curves) {
    for (let i = 0; i < curve.areas.length && rows < most; ++i, ++rows) {
      tableRow(body, [regions[curve.region].name, spoken(curve.tier), {text: km2Grouped(curve.areas[i])},
        {text: magnitudeText(curve.areas[i])}, {text: grouped(String(curve.lower[i]))}, {text: grouped(String(curve.upper[i]))}]);
    }
  }
  const points = curves.reduce((sum, curve) => sum + curve.areas.length, 0);
  document.getElementById("samples-note").textContent = points > rows
    ? `The first ${rows} of ${points} points; choose fewer regions or tiers to see the others.` : `${points} points.`;
}

function legendItem(list, draw, text) {
  const item = document.createElement("li");
  draw(item);
  item.append(text);
  list.append(item);
}

function lineIn(parent, color, dash) {
  const picture = element("svg", {width: 28, height: 12, "aria-hidden": "true"}, parent);
  element("line", {x1: 0, x2: 28, y1: 6, y2: 6, style: `stroke:${color}`, "stroke-width": 2.4, "stroke-dasharray": dash}, picture);
}

function drawLegend() {
  const list = document.getElementById("legend");
  list.replaceChildren();
  for (const curve of chosenCurves()) {
    const look = lookOf(curve);
    const name = view.regions.size > 1 ? `${regions[curve.region].name}, ${spoken(curve.tier)}` : spoken(curve.tier);
    if (look.upper === look.lower) {
      legendItem(list, (item) => lineIn(item, look.upper, look.dash), `${name}: U and L`);
    } else {
      legendItem(list, (item) => lineIn(item, look.upper, look.dash), `upper bound U, ${name}`);
      legendItem(list, (item) => lineIn(item, look.lower, look.dash), `lower bound L, ${name}`);
    }
  }
  for (const line of shownThresholds()) {
    legendItem(list, (item) => lineIn(item, `var(--${line.color})`, "8 5"), line.name);
  }
  const classes = new Set(shownEvents().map((event) => event.class));
  for (const [letter, name] of Object.entries(page.classes)) {
    if (classes.has(letter)) legendItem(list, (item) => markIn(item, letter), name);
  }
}
