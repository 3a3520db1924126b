// Axes of the figure: both logarithmic, in px.

function powerText(exponent) {
  if (exponent < -3 || exponent > 3) return "10" + raised(exponent);
  return exponent < 0 ? (10 ** exponent).toFixed(-exponent) : grouped(String(10 ** exponent));
}

/** "100 G" for 10^11. */
function energyPowerText(exponent) {
  for (const [unit, prefix] of energyUnits) {
    const power = Math.round(Math.log10(unit));
    if (exponent >= power && exponent < power + 3) return 10 ** (exponent - power) + narrowBlank + prefix;
  }
  return exponent >= 0 && exponent < 6 ? grouped(String(10 ** exponent)) : powerText(exponent);
}

/** A logarithmic axis from `low` to `high` that runs from px `from` to px `to`. */
function logAxis(low, high, from, to) {
  const first = Math.log10(low);
  const scale = (to - from) / (Math.log10(high) - first);
  return {
    low,
    high,
    px: (value) => from + (Math.log10(value) - first) * scale,
    value: (px) => 10 ** (first + (px - from) / scale),
  };
}

/** Whole powers of ten on an axis, at least `room` px apart; and the lines between them if there is room for those. */
function decadesOf(axis, room) {
  const first = Math.ceil(Math.log10(axis.low) - 1e-9);
  const last = Math.floor(Math.log10(axis.high) + 1e-9);
  const decade = Math.abs(axis.px(10) - axis.px(1));
  const step = Math.max(1, Math.ceil(room / decade));
  const labelled = [];
  const between = [];
  for (let exponent = first - 1; exponent <= last; ++exponent) {
    if (exponent >= first && exponent % step === 0) labelled.push(exponent);
    for (let digit = 2; digit < 10 && decade > 70; ++digit) {
      const value = digit * 10 ** exponent;
      if (value > axis.low && value < axis.high) between.push(value);
    }
  }
  return {labelled, between};
}

/** What the axes have to hold: the chosen curves from `least` km² on, and the events and thresholds shown. */
function limitsOf(curves, shown, least) {
  let right = least * 10;
  let top = 0;
  let bottom = Infinity;
  for (const curve of curves) {
    const unit = shown.percent ? 100 / Number(curve.energy) : 1;
    right = Math.max(right, Number(curve.total) / 1000);
    top = Math.max(top, Number(curve.energy) * unit);
    const at = Math.min(firstAtLeast(curve.drawn.x, least), curve.drawn.x.length - 1);
    const lowest = curve.drawn.lower.slice(at).find((value) => value > 0);
    if (lowest !== undefined) bottom = Math.min(bottom, lowest * unit);
  }
  for (const value of shown.levels) top = Math.max(top, value);
  if (top === 0) top = 1;
  bottom = Math.max(Math.min(bottom, top / 100), top * 1e-9);
  return {left: least, right: right * 1.15, top: top * 1.6, bottom: bottom * 0.8};
}
