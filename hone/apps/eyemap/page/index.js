// Search, filters and order of the index, kept in the address.

const list = document.getElementById("list");
const tools = document.getElementById("tools");
const entries = [...list.children].map((element, at) => {
  const { name, regions, sides, columns, cells, synapses } = element.dataset;
  return { element, at, name, folded: name.toLowerCase(), regions: regions.split(" "), sides: sides.split(" "),
    columns: Number(columns), cells: Number(cells), synapses: Number(synapses) };
});

/** A test of names: a glob if there is * or ?, else all words must occur; letters of either case. */
function nameTest(text) {
  const asked = text.trim().toLowerCase();
  if (/[*?]/.test(asked)) {
    const pattern = asked.replace(/[\\^$.+()|[\]{}]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
    const glob = new RegExp(`^${pattern}$`, "su");
    return (entry) => glob.test(entry.folded);
  }
  const words = asked.split(/\s+/).filter((word) => word !== "");
  return (entry) => words.every((word) => entry.folded.includes(word));
}

function checked(name) {
  return [...document.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
}

const collator = new Intl.Collator("en", { numeric: true });

function compare(order) {
  if (order === "name") return (a, b) => collator.compare(a.name, b.name) || a.at - b.at;
  if (order === "given") return (a, b) => a.at - b.at;
  return (a, b) => b[order] - a[order] || a.at - b.at;
}

let shownOrder = "given";

function show() {
  const search = document.getElementById("search").value;
  const order = document.getElementById("order").value;
  const [regions, sides] = [checked("region"), checked("side")];
  const fits = nameTest(search);
  let count = 0;
  for (const entry of entries) {
    const isShown = fits(entry) && regions.every((region) => entry.regions.includes(region)) &&
      sides.every((side) => entry.sides.includes(side));
    entry.element.hidden = !isShown;
    count += isShown ? 1 : 0;
  }
  if (order !== shownOrder) {
    shownOrder = order;
    list.append(...[...entries].sort(compare(order)).map((entry) => entry.element));
  }
  document.getElementById("shown").textContent = `${count} of ${entries.length} types`;
  const parts = new URLSearchParams();
  if (search.trim()) parts.set("search", search.trim());
  for (const region of regions) parts.append("region", region);
  for (const side of sides) parts.append("side", side);
  if (order !== "given") parts.set("order", order);
  try {
    history.replaceState(null, "", parts.size > 0 || parts.toString() !== "" ? "#" + parts : location.pathname + location.search);
  } catch (error) {
    // Some browsers refuse many changes in a short time, or any in a page from a file; the page works without.
  }
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  document.getElementById("search").value = parts.get("search") ?? "";
  for (const name of ["region", "side"])
    for (const box of document.querySelectorAll(`input[name=${name}]`)) box.checked = parts.getAll(name).includes(box.value);
  const order = document.getElementById("order");
  order.value = parts.get("order") ?? "given";
  if (order.selectedIndex < 0) order.value = "given";
  show();
}

tools.hidden = false;
tools.addEventListener("input", show);
window.addEventListener("hashchange", readAddress);
readAddress();
