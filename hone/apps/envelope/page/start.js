// Controls, the address, and the start.

/** All areas sampled by the chosen curves that the figure shows: the steps of slider and pointer. */
let steps = [];

function renewSteps() {
  const all = new Set();
  for (const curve of chosenCurves()) {
    for (const area of curve.areas) all.add(area);
    all.add(curve.total);
  }
  steps = [...all].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const last = steps.length ? steps[steps.length - 1] : 0n;
  if (last > 100000n && view.area >= 1000n) steps = steps.filter((area) => area >= 1000n);
  document.getElementById("slider").max = Math.max(steps.length - 1, 0);
}

/** The sampled area nearest to a number of u, by ratio. */
function nearestStep(value) {
  if (steps.length === 0) return -1;
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(steps[middle]) < value) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && value / Number(steps[low - 1]) < Number(steps[low]) / value) return low - 1;
  return low;
}

let timer = 0;

/** Says and notes in the address what was chosen, once it has settled. */
function settle() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    document.getElementById("status").textContent = readoutSentence();
    try {
      history.replaceState(null, "", "#" + addressOf());
    } catch (error) {
      // Some browsers refuse many changes in a short time, or any in a page from a file; the page works without.
    }
  }, 400);
}

function showArea() {
  const slider = document.getElementById("slider");
  slider.value = nearestStep(Number(view.area));
  slider.setAttribute("aria-valuetext", `${km2Text(view.area)}, magnitude ${magnitudeText(view.area)}`);
  for (const [id, text] of [["area", km2Plain(view.area)], ["magnitude", magnitudeText(view.area)]]) {
    const input = document.getElementById(id);
    input.removeAttribute("aria-invalid");
    if (input !== document.activeElement || !input.dataset.typing) input.value = text;
  }
  const hold = document.getElementById("hold");
  hold.setAttribute("aria-pressed", view.held);
  hold.textContent = view.held ? "Held" : "Hold";
  drawReadout();
  drawMap();
  settle();
}

/** Sets the area; `hold` keeps it when the pointer moves on. */
function setArea(area, {hold} = {}) {
  const wasFine = view.area < 1000n;
  view.area = area;
  if (hold !== undefined) view.held = hold;
  if (wasFine !== area < 1000n) {
    drawAll();
    return;
  }
  drawCursor();
  showArea();
}

function drawAll() {
  renewSteps();
  drawPlot();
  drawLegend();
  drawEventTable();
  drawThresholdTable();
  drawSamples();
  showArea();
}

let waiting = false;

/** Follows the pointer, at most once a frame. */
function follow(event) {
  if (view.held || !frame || waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const box = frame.svg.getBoundingClientRect();
    const px = (event.clientX - box.left) * frame.width / box.width;
    if (px < frame.left - 8 || px > frame.right + 8) return;
    const step = nearestStep(frame.x.value(px) * 1000);
    if (step >= 0 && steps[step] !== view.area) setArea(steps[step]);
  });
}

function choice(parent, text, checked, change) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = checked;
  box.addEventListener("change", () => change(box.checked));
  const name = document.createElement("span");
  name.textContent = text;
  label.append(box, name);
  parent.append(label);
  return box;
}

function setIn(set, value, on) {
  if (on) set.add(value);
  else set.delete(value);
}

function drawChoices() {
  const places = document.getElementById("regions");
  const tiers = document.getElementById("tiers");
  places.replaceChildren();
  tiers.replaceChildren();
  for (const region of regions) {
    choice(places, region.name, view.regions.has(region.index), (on) => {
      setIn(view.regions, region.index, on);
      if (!view.regions.has(view.focus)) view.focus = Math.min(...view.regions, regions.length - 1);
      document.getElementById("focus").value = view.focus;
      drawAll();
    });
  }
  for (const name of tierNames) {
    choice(tiers, spoken(name), view.tiers.has(name), (on) => {
      setIn(view.tiers, name, on);
      drawAll();
    });
  }
  const focus = document.getElementById("focus");
  focus.replaceChildren(...regions.map((region) => new Option(region.name, region.index, false, region.index === view.focus)));
  const has = (part) => regions.some((region) => (part === "map" ? region.map : region[part].length > 0));
  document.getElementById("show-events").hidden = document.getElementById("show-labels").hidden = !has("events");
  document.getElementById("show-thresholds").hidden = !has("thresholds");
  document.getElementById("focus-choice").hidden = regions.length === 1;
  document.getElementById("show").hidden = !has("events") && !has("thresholds") && !(has("map") && regions.length > 1);
  const form = document.getElementById("controls").elements;
  form.x.value = view.x;
  form.y.value = view.y;
  for (const name of ["events", "labels", "thresholds"]) form[name].checked = view[name];
}

function watchForm() {
  const form = document.getElementById("controls");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    const {name, value, checked, id} = event.target;
    if (name === "x" || name === "y") view[name] = value;
    else if (name) view[name] = checked;
    else if (id === "focus") chooseFocus(Number(value));
    else return;
    drawAll();
  });
  for (const radio of document.querySelectorAll("input[name=land]")) {
    radio.addEventListener("change", () => {
      view.land = radio.value;
      drawMap();
    });
  }
}

function chooseFocus(index) {
  view.focus = index;
  view.regions.add(index);
  drawChoices();
}

function watchSlider() {
  const slider = document.getElementById("slider");
  slider.addEventListener("input", () => setArea(steps[slider.value]));
  slider.addEventListener("keydown", (event) => {
    const factor = {PageUp: 10, PageDown: 0.1}[event.key];
    if (!factor) return;
    event.preventDefault();
    setArea(steps[nearestStep(Number(view.area) * factor)]);
  });
}

/** A text field that sets the area when it holds one. */
function watchField(id, areaOf) {
  const input = document.getElementById(id);
  const take = () => {
    const area = areaOf(input.value);
    if (area === null) {
      input.setAttribute("aria-invalid", "true");
    } else {
      setArea(area, {hold: true});
    }
  };
  input.addEventListener("input", () => {
    input.dataset.typing = "yes";
    take();
  });
  input.addEventListener("blur", () => {
    delete input.dataset.typing;
    showArea();
  });
}

function watchPointer() {
  plotBox.addEventListener("pointermove", follow);
  plotBox.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse") follow(event);
  });
  plotBox.addEventListener("click", (event) => {
    setArea(view.area, {hold: !view.held});
    follow(event);
  });
  document.getElementById("hold").addEventListener("click", () => setArea(view.area, {hold: !view.held}));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    hideTip();
    if (view.held) setArea(view.area, {hold: false});
  });
}

/** What is chosen, as words after # in the address. */
function addressOf() {
  const words = new URLSearchParams();
  words.set("area", km2Plain(view.area));
  for (const region of regions) if (view.regions.has(region.index)) words.append("region", region.name);
  for (const name of tierNames) if (view.tiers.has(name)) words.append("tier", name);
  if (view.x !== "A") words.set("x", view.x);
  if (view.y !== "kcal") words.set("y", view.y);
  if (regions[view.focus]) words.set("of", regions[view.focus].name);
  for (const name of ["events", "labels", "thresholds"]) if (!view[name]) words.append("hide", name);
  return words.toString();
}

function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  const named = words.getAll("region").map((name) => regions.findIndex((region) => region.name === name)).filter((i) => i >= 0);
  if (named.length > 0) view.regions = new Set(named);
  const tiers = words.getAll("tier").filter((name) => tierNames.includes(name));
  if (tiers.length > 0) view.tiers = new Set(tiers);
  view.x = words.get("x") === "M" ? "M" : "A";
  view.y = words.get("y") === "percent" ? "percent" : "kcal";
  const focus = regions.findIndex((region) => region.name === words.get("of"));
  view.focus = view.regions.has(focus) ? focus : Math.min(...view.regions);
  for (const name of ["events", "labels", "thresholds"]) view[name] = !words.getAll("hide").includes(name);
  const area = words.has("area") ? areaOfText(words.get("area")) : null;
  if (area !== null) view.held = true;
  view.area = area === null ? middleArea() : area;
}

/** A sampled area to begin with: near the geometric middle of the first curve. */
function middleArea() {
  const {areas, total} = regions[view.focus].curves[0];
  const wanted = Math.sqrt(Number(total) * Math.min(Number(total), 1000));
  return areas[Math.min(firstAtLeast(areas, BigInt(Math.round(wanted))), areas.length - 1)];
}

function start() {
  readAddress();
  document.getElementById("live").hidden = false;
  drawChoices();
  watchForm();
  watchSlider();
  watchField("area", areaOfText);
  watchField("magnitude", (text) => {
    const value = text.trim() ? Number(text.replace(",", ".")) : NaN;
    return value >= -3 && value < 12 ? BigInt(Math.round(10 ** (value + 3))) : null;
  });
  watchPointer();
  document.getElementById("copy").addEventListener("click", copyReadout);
  document.getElementById("save").addEventListener("click", saveReadout);
  document.getElementById("samples-part").addEventListener("toggle", drawSamples);
  drawAll();
  let width = plotBox.clientWidth;
  new ResizeObserver(() => {
    if (plotBox.clientWidth === width) return;
    width = plotBox.clientWidth;
    drawPlot();
    drawMap();
  }).observe(plotBox);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMap);
  addEventListener("hashchange", () => {
    readAddress();
    drawChoices();
    drawAll();
  });
  // Only now: what needs no script stays in sight until this one has shown that it works.
  document.getElementById("still").hidden = true;
}

try {
  start();
} catch (error) {
  document.getElementById("live").hidden = true;
  throw error;
}
