(function () {
  "use strict";
  // One drawing. Parts are found inside of its own svg; listeners sit on that alone.
  var svg = document.currentScript && document.currentScript.closest("svg");
  if (!svg) return;
  var data = null, uses = null, shown = null, silenced = null;

  function part(selector) { return svg.querySelector(selector); }
  function plot() { return part("[data-current-layer]"); }
  function layer() { return Number(plot().getAttribute("data-current-layer")) || 0; }
  function all(selector) { return Array.prototype.slice.call(svg.querySelectorAll(selector)); }

  // The profile "compact" holds numbers once; columns with data have the next value and the next row of layers.
  function compact() {
    if (data !== null) return data;
    var block = part("script[type='application/json']");
    data = block ? JSON.parse(block.textContent) : false;
    if (!data) return data;
    uses = all("[data-current-layer] use");
    data.hex = [];
    data.hexes.split(";").forEach(function (run) {
      var halves = run.split(":");
      halves[1].split(",").forEach(function (span) {
        var ends = /^(-?\d+)(?:-(-?\d+))?$/.exec(span);
        for (var h = Number(ends[1]); h <= Number(ends[2] || ends[1]); h++) data.hex.push(halves[0] + ", " + h);
      });
    });
    var next = 0;
    data.place = uses.map(function (use, i) {
      use.hexagon = i;
      return data.states[i] === "d" ? next++ : -1;
    });
    return data;
  }
  function layerValue(i, k) { return data.layers[data.place[i] * data.names.length + k - 1]; }
  function blended(value) {
    var cuts = data.blend, last = cuts.length - 1, share = 0;
    if (value >= cuts[last] && value > cuts[0]) share = 1;
    else if (value > cuts[0]) {
      var at = 0;
      while (at + 1 < last && cuts[at + 1] < value) at++;
      share = (at + (value - cuts[at]) / (cuts[at + 1] - cuts[at])) / last;
    }
    var parts = data.colors.length - 1, place = share * parts, below = Math.min(Math.floor(place), parts - 1);
    var color = 0;
    [16, 8, 0].forEach(function (shift) {
      var low = (data.colors[below] >> shift) & 255, high = (data.colors[below + 1] >> shift) & 255;
      color = color * 256 + Math.floor(low + (high - low) * (place - below) + 0.5);
    });
    return "#" + ("00000" + color.toString(16)).slice(-6);
  }
  function paintUse(use, k) {
    var i = use.hexagon;
    if (data.states[i] !== "d") return;
    if (!use.firstClass) use.firstClass = [use.getAttribute("class"), use.getAttribute("fill")];
    var value = k > 0 ? layerValue(i, k) : 0, name = use.firstClass[0], fill = use.firstClass[1];
    if (k > 0 && !(value > 0 && data.cuts)) { name = "n"; fill = null; }
    else if (k > 0 && data.blend) { name = null; fill = blended(value); }
    else if (k > 0) name = "c" + data.cuts.filter(function (cut) { return cut < value; }).length;
    if (name === null) use.removeAttribute("class"); else use.setAttribute("class", name);
    if (fill === null) use.removeAttribute("fill"); else use.setAttribute("fill", fill);
  }
  function paintPath(path, k) {
    var fill = path.getAttribute("default-fill");
    if (k > 0) {
      var own = JSON.parse(path.getAttribute("layer-colors"))[k - 1];
      fill = own && own !== "#ffffff" ? own : fill === "#999999" ? fill : "#ffffff";
    }
    path.setAttribute("fill", fill);
  }
  function choose(control) {
    var k = Number(control.getAttribute("data-layer"));
    plot().setAttribute("data-current-layer", k);
    if (compact()) uses.forEach(function (use) { paintUse(use, k); });
    else all("path[data-status]").forEach(function (path) { paintPath(path, k); });
    all(".ls").forEach(function (other) {
      other.setAttribute("class", other === control ? "ls active" : "ls inactive");
      other.setAttribute("aria-pressed", other === control);
    });
    part(".map-title").textContent = control.getAttribute("data-title");
    all("[data-legend]").forEach(function (legend) {
      legend.setAttribute("display", (legend.getAttribute("data-legend") === "layers") === k > 0 ? "inline" : "none");
    });
  }

  function textOfUse(use) {
    var i = use.hexagon, first = "Column: " + data.hex[i] + "\n", k = layer(), side = " (" + data.side + ")";
    if (data.states[i] === "x") return first + "Column not identified in " + data.region + side;
    var number = "0", roi = data.region;
    if (data.states[i] === "m") number = "missing";
    else if (data.states[i] === "d" && k > 0) { number = layerValue(i, k); roi = data.names[k - 1]; }
    else if (data.states[i] === "d") number = data.values[data.place[i]];
    var more = data.operands ? "\n" + data.operands[i] : "";
    return first + data.word + ": " + number + "\nROI: " + roi + side + more;
  }
  function textOfPath(path) {
    var text = JSON.parse(path.getAttribute("base-title"));
    var own = JSON.parse(path.getAttribute("tooltip-layers"))[layer() - 1];
    if (own === undefined) return text;
    var lines = text.split("\n"), numbers = own.split("\n");
    lines[1] = lines[1].slice(0, lines[1].lastIndexOf(": ") + 2) + numbers[0];
    lines[2] = numbers[1] + lines[2].slice(lines[2].lastIndexOf(" ("));
    return lines.join("\n");
  }

  function hide() {
    if (silenced) silenced.path.insertBefore(silenced.title, silenced.path.firstChild);
    silenced = shown = null;
    part(".tooltip").setAttribute("visibility", "hidden");
  }
  function show(hexagon) {
    if (hexagon === shown) return;
    hide();
    shown = hexagon;
    var title = hexagon.querySelector("title");
    if (title) {
      silenced = {path: hexagon, title: title};
      hexagon.removeChild(title);
    }
    var box = part(".tooltip"), text = box.querySelector("text"), longest = 0;
    var lines = (compact() ? textOfUse(hexagon) : textOfPath(hexagon)).split("\n");
    while (text.firstChild) text.removeChild(text.firstChild);
    lines.forEach(function (line, i) {
      var span = document.createElementNS("http://www.w3.org/2000/svg", "tspan");
      span.setAttribute("x", 6);
      span.setAttribute("y", 17 + 14 * i);
      span.textContent = line;
      text.appendChild(span);
      longest = Math.max(longest, line.length);
    });
    box.querySelector("rect").setAttribute("width", Math.max(6.5 * longest + 12, 100));
    box.querySelector("rect").setAttribute("height", 14 * lines.length + 12);
    box.setAttribute("visibility", "visible");
  }
  function place(x, y) {
    var box = part(".tooltip"), rect = box.querySelector("rect"), view = svg.viewBox.baseVal;
    var width = Number(rect.getAttribute("width")), height = Number(rect.getAttribute("height"));
    if (x + 10 + width > view.width) x = x - 20 - width;
    if (y + 10 + height > view.height) y = y - 20 - height;
    x = Math.max(0, Math.min(x + 10, view.width - width));
    y = Math.max(0, Math.min(y + 10, view.height - height));
    box.setAttribute("transform", "translate(" + x.toFixed(1) + "," + y.toFixed(1) + ")");
  }
  function hexagonOf(target) {
    var hexagon = target && target.closest && target.closest(compact() ? "use" : "path[data-status]");
    return hexagon && plot().contains(hexagon) ? hexagon : null;
  }
  function controlOf(target) {
    var control = target && target.closest && target.closest(".ls");
    return control && svg.contains(control) ? control : null;
  }

  svg.addEventListener("mousemove", function (event) {
    var hexagon = hexagonOf(event.target);
    if (!hexagon) { if (shown) hide(); return; }
    show(hexagon);
    var point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    place(point.x, point.y);
  });
  svg.addEventListener("mouseleave", hide);
  svg.addEventListener("focusin", function (event) {
    var hexagon = hexagonOf(event.target);
    if (!hexagon) return;
    show(hexagon);
    var moved = /translate\(([-\d.]+),([-\d.]+)\)/.exec(hexagon.parentNode.getAttribute("transform") || "");
    place(Number(moved ? moved[1] : hexagon.getAttribute("x")), Number(moved ? moved[2] : hexagon.getAttribute("y")));
  });
  svg.addEventListener("focusout", hide);
  svg.addEventListener("click", function (event) {
    var control = controlOf(event.target);
    if (control) { hide(); choose(control); }
  });
  svg.addEventListener("keydown", function (event) {
    var control = event.key === "Enter" || event.key === " " ? controlOf(event.target) : null;
    if (control) { event.preventDefault(); choose(control); }
  });
})();
