// Numbers of the page: whole numbers are BigInt (areas in u = 0.001 km², energies in kcal) and stay exact; what is
// drawn or shown with four digits is a Number.
const page = JSON.parse(document.getElementById("data").textContent);

/** The numbers whose differences stand in base 36. */
function unpacked(text) {
  const block = 36n ** 10n;
  let sum = 0n;
  return text.split(" ").map((word) => {
    const head = word.slice(0, -10);
    const tail = BigInt(parseInt(word.slice(-10), 36));
    sum += head ? BigInt(parseInt(head, 36)) * block + tail : tail;
    return sum;
  });
}

/** One tier of one region, ready to be asked. */
function curveOf(region, tier) {
  const areas = unpacked(tier.areas);
  const lower = unpacked(tier.lower);
  const upper = unpacked(tier.upper);
  const total = BigInt(tier.area);
  const energy = BigInt(tier.energy);
  const drawn = {x: [], lower: [], upper: []};
  areas.forEach((area, i) => {
    drawn.x.push(Number(area) / 1000);
    drawn.lower.push(Number(lower[i]));
    drawn.upper.push(Number(upper[i]));
  });
  if (areas[areas.length - 1] < total) {
    drawn.x.push(Number(total) / 1000);
    drawn.lower.push(Number(energy));
    drawn.upper.push(Number(energy));
  }
  return {region, tier: tier.name, range: tier.range, from: BigInt(tier.from), areas, lower, upper, total, energy, drawn};
}

const regions = page.regions.map((region, index) => ({
  index,
  name: region.name,
  curves: region.tiers.map((tier) => curveOf(index, tier)),
  events: region.events.map((event) => ({
    ...event,
    area: BigInt(event.area),
    loss: BigInt(event.loss),
    lower: BigInt(event.lower),
    upper: BigInt(event.upper),
  })),
  thresholds: region.thresholds.map((line) => ({
    ...line,
    kcal: BigInt(line.kcal),
    area: line.area === null ? null : BigInt(line.area),
  })),
  map: region.map,
}));
const tierNames = [...new Set(regions.flatMap((region) => region.curves.map((curve) => curve.tier)))];

/** Index of the first item that is at least `value`. */
function firstAtLeast(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Bounds of a curve at an area: exact where it was sampled, otherwise on the straight line between its neighbours.
 * The lower bound is convex and the upper one concave, so that line lies between the true bounds. Areas beyond the land
 * mean all land.
 */
function boundsAt(curve, area) {
  if (area >= curve.total) {
    return {lower: curve.energy, upper: curve.energy, used: curve.total, exact: true, all: true};
  }
  if (area <= 0n) return {lower: 0n, upper: 0n, used: 0n, exact: true, all: false};
  const at = firstAtLeast(curve.areas, area);
  if (curve.areas[at] === area) {
    return {lower: curve.lower[at], upper: curve.upper[at], used: area, exact: true, all: false};
  }
  const before = at > 0 ? [curve.areas[at - 1], curve.lower[at - 1], curve.upper[at - 1]] : [0n, 0n, 0n];
  const after = at < curve.areas.length ? [curve.areas[at], curve.lower[at], curve.upper[at]]
    : [curve.total, curve.energy, curve.energy];
  const between = (i) => before[i] + (after[i] - before[i]) * (area - before[0]) / (after[0] - before[0]);
  return {lower: between(1), upper: between(2), used: area, exact: false, all: false};
}

const narrowBlank = "\u202f";

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, narrowBlank);
}

/** km² as an exact decimal. */
function km2Plain(area) {
  const digits = String(area).padStart(4, "0");
  const fraction = digits.slice(-3).replace(/0+$/, "");
  return digits.slice(0, -3) + (fraction ? "." + fraction : "");
}

function km2Grouped(area) {
  const [whole, fraction] = km2Plain(area).split(".");
  return grouped(whole) + (fraction ? "." + fraction : "");
}

function km2Text(area) {
  return km2Grouped(area) + narrowBlank + "km²";
}

/**
 * Area in u nearest to a decimal text in km²: "1,234.5", "1 234.5", "1234,5", "1.2e3"; null if it is none or not above
 * zero.
 */
function areaOfText(text) {
  const plain = /^\s*\d{1,3}(,\d{3})+(\.\d*)?\s*$/.test(text) ? text.replaceAll(",", "") : text;
  const match = /^(\d{0,12})(?:[.,](\d*))?$/.exec(plain.replace(/[\s\u202f_]/g, ""));
  if (!match || (!match[1] && !match[2])) {
    const value = Number(plain);
    return plain.trim() && value > 0 && value < 1e12 ? BigInt(Math.round(value * 1000)) : null;
  }
  const fraction = (match[2] || "").padEnd(4, "0");
  const area = BigInt((match[1] || "0") + fraction.slice(0, 3)) + (fraction[3] >= "5" ? 1n : 0n);
  return area > 0n ? area : null;
}

function magnitudeOf(area) {
  return Math.log10(Number(area)) - 3;
}

function magnitudeText(area) {
  return area > 0n ? magnitudeOf(area).toFixed(3) : "none";
}

const energyUnits = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"]];

/** kcal with four digits and its prefix. */
function energyText(kcal) {
  const value = Number(Number(kcal).toPrecision(4));
  for (const [unit, prefix] of energyUnits) {
    if (Math.abs(value) >= unit) return (value / unit).toPrecision(4) + narrowBlank + prefix + "kcal";
  }
  return grouped(String(value)) + narrowBlank + "kcal";
}

/** A whole exponent in small raised digits. */
function raised(exponent) {
  return (exponent < 0 ? "⁻" : "") + [...String(Math.abs(exponent))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
}

/** A share in per cent with four digits. */
function percentText(part, whole) {
  if (part === 0n || whole === 0n) return "0" + narrowBlank + "%";
  const value = Number(part) / Number(whole) * 100;
  if (value >= 1e-4) return value.toPrecision(4) + narrowBlank + "%";
  const [digits, exponent] = value.toExponential(3).split("e");
  return `${digits}·10${raised(Number(exponent))}${narrowBlank}%`;
}

function spoken(name) {
  return name.replaceAll("_", " ");
}
